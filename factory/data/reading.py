"""From a declaration to a dataset: read the samples in chunks, cut, weigh, split, and lay the events down once.

All formulas of all samples are compiled, and so all names checked, before the first event is read. Chunks of selected
events are then copied to their final rows one by one and dropped, so that the sample is in memory once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from umva.factory.data import checks
from umva.factory.data.binding import bind, branches_of, compute, inputs, mark_missing
from umva.factory.data.declaration import PARTS
from umva.factory.data.expected import factor
from umva.factory.data.laying_down import Rows, Selected, lay_down
from umva.factory.data.sources import open_sources
from umva.factory.data.split_plan import UNUSED
from umva.reports.results import InputFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.factory.data.dataset import Dataset
    from umva.factory.data.declaration import Declaration, SampleSpec
    from umva.factory.data.sources import Chunk, Source
    from umva.formula import Formula

__all__ = ["read"]

_HASHED_BYTES = 1 << 30  # a checksum of larger files would cost as much as reading them


@dataclass(frozen=True)
class _Reader:
    """One source with all its formulas compiled."""

    source: Source
    sample: SampleSpec
    place: int
    class_index: int
    missing: tuple[float, ...] | None
    variables: tuple[Formula, ...]
    targets: tuple[Formula, ...]
    spectators: tuple[Formula, ...]
    cuts: tuple[Formula, ...]
    weight: Formula | None
    parts: Mapping[str, Formula]

    @property
    def branches(self) -> list[str]:
        formulas = [*self.variables, *self.targets, *self.spectators, *self.cuts, *self.parts.values()]
        return branches_of(formulas + ([self.weight] if self.weight else []))

    def value(self, formula: Formula, chunk: Chunk) -> NDArray[np.float64]:
        return compute(formula, chunk, where=self.source.label)

    def values(self, formulas: tuple[Formula, ...], chunk: Chunk, keep: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the formulas' values for the kept events, float64 ``(n_kept, n_formulas)``."""
        found = np.empty((int(keep.sum()), len(formulas)))
        for column, formula in enumerate(formulas):
            found[:, column] = self.value(formula, chunk)[keep]
        return found

    def own_weight(self, chunk: Chunk) -> NDArray[np.float64]:
        """Return the weights of all events of a chunk without the factor of the sample."""
        return np.ones(chunk.n_events) if self.weight is None else self.value(self.weight, chunk)

    def described(self) -> dict[str, str]:
        """Return the expressions whose values must be numbers, by what they are: inputs first."""
        described = {f"variable {each.name!r}": each.expression for each in self.variables}
        described |= {f"target {each.name!r}": each.expression for each in self.targets}
        weight = self.weight.expression if self.weight else ""
        return {**described, f"weight {weight!r}": weight}


def read(declaration: Declaration, folder: Path | None = None) -> Dataset:
    """Read the declared events.

    Parameters
    ----------
    declaration
        What to read.
    folder
        Where the arrays are laid down; None keeps them in memory.

    Raises
    ------
    DataError
        Or one of its kinds, for everything that is wrong with files, names, expressions, values or the split; nothing has
        been trained then.
    """
    rows = Rows()
    for reader in _readers(declaration):
        rows.files.append((reader.place, _record(reader, _read(reader, rows))))
    _weigh(declaration, rows)
    return lay_down(declaration, rows, folder)


def _read(reader: _Reader, rows: Rows) -> int:
    """Read the selected events of a source and return how many there are."""
    n_selected = 0
    n_missing = len(reader.variables) if reader.missing is not None else 0
    finite = checks.Finite(reader.source.label, reader.described(), missing=n_missing)
    for chunk in reader.source.chunks(reader.branches):
        keep = _passing(reader, chunk)
        weight = reader.own_weight(chunk)
        if reader.sample.cross_section is not None:
            rows.generated[reader.place] = rows.generated.get(reader.place, 0.0) + float(weight.sum())
        selected = _select(reader, chunk, keep, weight)
        entries = np.flatnonzero(keep) + chunk.start
        finite.add((*selected.X.T, *selected.targets.T, selected.weight), entries)
        n_selected += len(selected.weight)
        rows.chunks.append(selected)
    finite.check()
    return n_selected


def _weigh(declaration: Declaration, rows: Rows) -> None:
    """Put the factor of its sample on each weight, now that all events have been read."""
    rows.factors = tuple(
        factor(sample, declaration.luminosity, rows.generated.get(place, 0.0))
        for place, sample in enumerate(declaration.samples)
    )
    for each in rows.chunks:
        each.weight[:] *= rows.factors[each.place]
    rows.files = [(place, replace(each, weight=rows.factors[place])) for place, each in rows.files]


def _readers(declaration: Declaration) -> list[_Reader]:
    """Return the readers of all sources, signal first as TMVA has it, every formula compiled."""
    samples = list(enumerate(declaration.samples))
    ordered = [place for label in declaration.labels for place, each in samples if each.label == label]
    return [
        _reader(declaration, place, source)
        for place in ordered
        for source in open_sources(declaration.samples[place].source)
    ]


def _reader(declaration: Declaration, place: int, source: Source) -> _Reader:
    sample = declaration.samples[place]
    label = sample.label
    cuts = [*declaration.cuts.get(None, ()), *declaration.cuts.get(label, ())]
    weight = declaration.weights.get(label, declaration.weights.get(None))
    expressions = declaration.given if declaration.plan.mode == "expression" else {}
    return _Reader(
        source=source,
        sample=sample,
        place=place,
        class_index=declaration.labels.index(label),
        missing=declaration.missing,
        variables=tuple(bind(each.text, source) for each in declaration.variables),
        targets=tuple(bind(each.text, source) for each in declaration.targets),
        spectators=tuple(bind(each.text, source) for each in declaration.spectators),
        cuts=tuple(bind(each, source) for each in [*cuts, *([sample.cut] if sample.cut else [])]),
        weight=bind(weight, source) if weight else None,
        parts={part: bind(text, source) for part, text in expressions.items()},
    )


def _passing(reader: _Reader, chunk: Chunk) -> NDArray[np.bool_]:
    """Return which events of a chunk pass the cuts; NaN does not pass."""
    keep = np.ones(chunk.n_events, dtype=bool)
    for cut in reader.cuts:
        keep &= _is_true(reader.value(cut, chunk))
    return keep


def _is_true(value: NDArray[np.float64]) -> NDArray[np.bool_]:
    passes: NDArray[np.bool_] = (value != 0) & ~np.isnan(value)
    return passes


def _select(reader: _Reader, chunk: Chunk, keep: NDArray[np.bool_], weight: NDArray[np.float64]) -> Selected:
    """Return the kept events of a chunk, given the weights of all."""
    X = inputs(reader.variables, chunk, keep, where=reader.source.label)
    mark_missing(X, reader.missing or ())
    return Selected(
        X=X,
        targets=reader.values(reader.targets, chunk, keep),
        spectators=reader.values(reader.spectators, chunk, keep),
        weight=weight[keep],
        part=_parts(reader, chunk, keep),
        class_index=reader.class_index,
        place=reader.place,
    )


def _parts(reader: _Reader, chunk: Chunk, keep: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return the part code of each kept event, where the user decides it."""
    n_kept = int(keep.sum())
    if reader.sample.part is not None:
        return np.full(n_kept, PARTS.index(reader.sample.part), dtype=np.uint8)
    if not reader.parts:
        return np.full(n_kept, UNUSED, dtype=np.uint8)
    rest = UNUSED if "test" in reader.parts else PARTS.index("test")
    codes = np.full(n_kept, rest, dtype=np.uint8)
    for part in reversed([each for each in PARTS if each in reader.parts]):
        codes[_is_true(reader.value(reader.parts[part], chunk)[keep])] = PARTS.index(part)
    return codes


def _record(reader: _Reader, n_selected: int) -> InputFile:
    source = reader.source
    hashed = source.n_bytes is not None and source.n_bytes <= _HASHED_BYTES
    return InputFile(
        source=source.label,
        label=reader.sample.label,
        cut=reader.sample.cut,
        cross_section=reader.sample.cross_section,
        n_entries=source.n_entries,
        n_selected=n_selected,
        bytes=source.n_bytes,
        sha256=source.sha256() if hashed else None,
    )
