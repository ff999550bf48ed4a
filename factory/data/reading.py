"""From a declaration to a dataset: read the samples in chunks, cut, weigh, split, and lay the events down once.

All formulas of all samples are compiled, and so all names checked, before the first event is read. Chunks of selected
events are then copied to their final rows one by one and dropped, so that the sample is in memory once.
"""

from __future__ import annotations

import os
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.factory.data import checks
from umva.factory.data.binding import bind, branches_of, compute, inputs, mark_missing
from umva.factory.data.dataset import Dataset, Facts
from umva.factory.data.declaration import PARTS
from umva.factory.data.normalise import normalise
from umva.factory.data.sources import open_sources
from umva.factory.data.split import split
from umva.factory.data.split_plan import UNUSED, Split
from umva.reports.results import InputFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

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

    def described(self) -> dict[str, str]:
        """Return the expressions whose values must be numbers, by what they are: inputs first."""
        described = {f"variable {each.name!r}": each.expression for each in self.variables}
        described |= {f"target {each.name!r}": each.expression for each in self.targets}
        weight = self.weight.expression if self.weight else ""
        return {**described, f"weight {weight!r}": weight}


@dataclass(frozen=True)
class _Selected:
    """Selected events of one chunk."""

    X: NDArray[np.float32]
    targets: NDArray[np.float64]
    spectators: NDArray[np.float64]
    weight: NDArray[np.float64]
    part: NDArray[np.uint8]
    class_index: int


@dataclass
class _Rows:
    """The selected events of all samples, chunk by chunk, and what they came from."""

    chunks: deque[_Selected] = field(default_factory=deque)
    files: list[InputFile] = field(default_factory=list)


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
    rows = _Rows()
    for reader in _readers(declaration):
        rows.files.append(_record(reader, _read(reader, rows)))
    return _lay_down(declaration, rows, folder)


def _read(reader: _Reader, rows: _Rows) -> int:
    """Read the selected events of a source and return how many there are."""
    n_selected = 0
    n_missing = len(reader.variables) if reader.missing is not None else 0
    finite = checks.Finite(reader.source.label, reader.described(), missing=n_missing)
    for chunk in reader.source.chunks(reader.branches):
        keep = _passing(reader, chunk)
        selected = _select(reader, chunk, keep)
        entries = np.flatnonzero(keep) + chunk.start
        finite.add((*selected.X.T, *selected.targets.T, selected.weight), entries)
        n_selected += len(selected.weight)
        rows.chunks.append(selected)
    finite.check()
    return n_selected


def _readers(declaration: Declaration) -> list[_Reader]:
    """Return the readers of all sources, signal first as TMVA has it, every formula compiled."""
    ordered = [each for label in declaration.labels for each in declaration.samples if each.label == label]
    return [_reader(declaration, sample, source) for sample in ordered for source in open_sources(sample.source)]


def _reader(declaration: Declaration, sample: SampleSpec, source: Source) -> _Reader:
    label = sample.label
    cuts = [*declaration.cuts.get(None, ()), *declaration.cuts.get(label, ())]
    weight = declaration.weights.get(label, declaration.weights.get(None))
    expressions = declaration.given if declaration.plan.mode == "expression" else {}
    return _Reader(
        source=source,
        sample=sample,
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


def _select(reader: _Reader, chunk: Chunk, keep: NDArray[np.bool_]) -> _Selected:
    """Return the kept events of a chunk."""
    X = inputs(reader.variables, chunk, keep, where=reader.source.label)
    mark_missing(X, reader.missing or ())
    weight = np.full(len(X), reader.sample.weight)
    if reader.weight is not None:
        weight *= reader.value(reader.weight, chunk)[keep]
    return _Selected(
        X=X,
        targets=reader.values(reader.targets, chunk, keep),
        spectators=reader.values(reader.spectators, chunk, keep),
        weight=weight,
        part=_parts(reader, chunk, keep),
        class_index=reader.class_index,
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
        weight=reader.sample.weight,
        cut=reader.sample.cut,
        n_entries=source.n_entries,
        n_selected=n_selected,
        bytes=source.n_bytes,
        sha256=source.sha256() if hashed else None,
    )


def _lay_down(declaration: Declaration, rows: _Rows, folder: Path | None) -> Dataset:
    """Split the events and copy them to their final rows."""
    checks.all_classes(declaration, rows.files)
    problem, labels = declaration.problem, declaration.labels
    class_index = np.concatenate([np.full(len(each.weight), each.class_index, dtype=np.int8) for each in rows.chunks])
    weight = np.concatenate([each.weight for each in rows.chunks])
    targets = np.concatenate([each.targets for each in rows.chunks])
    chosen = split(class_index, labels, declaration.plan, given=_given(declaration, rows))
    order = np.concatenate([chosen.train, chosen.validation, chosen.test])
    factors = normalise(weight, class_index, chosen.train, mode=declaration.norm_mode, classes=labels)
    classes = problem.classes or labels
    code = np.array([classes.index(each) for each in labels], dtype=np.int8)
    X, spectators = _scatter(rows, order, len(weight), folder)
    facts = Facts(
        sizes=(len(chosen.train), len(chosen.validation), len(chosen.test)),
        factors=tuple(factors[labels.index(each)] for each in classes),
        inputs=declaration.inputs,
        targets=tuple(each.input for each in declaration.targets),
        spectators=declaration.carried,
        missing=declaration.missing,
        problem=problem,
        split_sha256=chosen.sha256,
        files=tuple(rows.files),
        split=_split_record(declaration),
        cuts={label or "all": " && ".join(cuts) for label, cuts in declaration.cuts.items()},
        weights={label or "all": text for label, text in declaration.weights.items()},
    )
    y = targets[order] if problem.targets else code[class_index[order]]
    dataset = Dataset(X=X, y=y, weight=weight[order], spectators=spectators, event=order, facts=facts)
    checks.positive_weights(dataset)
    checks.not_constant(dataset)
    return dataset


def _given(declaration: Declaration, rows: _Rows) -> NDArray[np.uint8] | Split | None:
    """Return the part codes that the user gave, if any."""
    mode = declaration.plan.mode
    if mode not in {"expression", "given"}:
        return None
    if mode == "given" and declaration.given is not None:
        return Split.load(declaration.given)
    return np.concatenate([each.part for each in rows.chunks])


def _scatter(
    rows: _Rows, order: NDArray[np.int64], n_events: int, folder: Path | None
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Copy chunk after chunk to its final rows, dropping each one once it is copied."""
    row = np.full(n_events, -1, dtype=np.int64)
    row[order] = np.arange(len(order))
    first = rows.chunks[0]
    shape = (len(order), first.X.shape[1])
    spectators = np.empty((len(order), first.spectators.shape[1]))
    X: NDArray[np.float32]
    if folder is None:
        X = np.empty(shape, dtype=np.float32)
    else:
        folder.mkdir(parents=True, exist_ok=True)
        X = np.lib.format.open_memmap(folder / "X.npy", mode="w+", dtype=np.float32, shape=shape)
        _reserve(folder / "X.npy")
    start = 0
    while rows.chunks:
        chunk = rows.chunks.popleft()
        target = row[start : start + len(chunk.weight)]
        used = target >= 0
        X[target[used]] = chunk.X[used]
        spectators[target[used]] = chunk.spectators[used]
        start += len(chunk.weight)
    return X, spectators


def _reserve(path: Path) -> None:
    """Claim the disk space of a mapped file: a full disk then is an error, where it would kill the process later."""
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)


def _split_record(declaration: Declaration) -> dict[str, Any]:
    plan = declaration.plan
    record = {"mode": plan.mode, "norm_mode": declaration.norm_mode}
    if plan.mode == "expression":
        return record | dict(declaration.given)
    if plan.mode == "given":
        return record | {"given": str(declaration.given) if declaration.given else "by sample"}
    return record | {"train": plan.train, "validation": plan.validation, "test": plan.test, "seed": plan.seed}
