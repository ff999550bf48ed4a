"""Test events as a systematic variation has them, read in rows of which it is known which declared test events they are.

Formulas of variables are written anew, and the declaration that this makes is read as any other: the same cuts select the
same events, the same split divides them, and row stands against row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.errors import DataError, did_you_mean
from umva.factory.data.expected import with_factors
from umva.factory.data.split_plan import SplitPlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from umva.factory.data.dataset import Dataset
    from umva.factory.data.declaration import Declaration, SampleSpec, VariableSpec
    from umva.factory.data.variations import Side

__all__ = ["VariedEvents", "read_varied"]


@dataclass(frozen=True)
class VariedEvents:
    """The test events of one side of a variation.

    Parameters
    ----------
    name, direction, words
        Whose they are: of which variation and side; and what is different, in words.
    dataset
        The events, all of them in the test part.
    row
        Which row of the declared test part each event is, -1 for events that are none of them, int64.
    """

    name: str
    direction: str
    words: str
    dataset: Dataset
    row: NDArray[np.int64]


def read_varied(declaration: Declaration, dataset: Dataset) -> Iterator[VariedEvents]:
    """Read the test events of all variations that are declared, one side after the other.

    Parameters
    ----------
    declaration
        With its variations.
    dataset
        The declared events.

    Raises
    ------
    DataError
        Or one of its kinds, for a name that nothing depends on, a formula or source that cannot be read, events that
        are not those of the dataset.
    """
    for spec in declaration.variations:
        for direction, side in spec.sides.items():
            try:
                found, row = _read(declaration, dataset, side)
            except DataError as error:
                msg = f"variation {spec.name!r}, {direction}: {error}"
                raise type(error)(msg) from error
            yield VariedEvents(spec.name, direction, side.words(), found, row)


def _read(declaration: Declaration, dataset: Dataset, side: Side) -> tuple[Dataset, NDArray[np.int64]]:
    """Return the test events of one side, and which of the declared ones they are."""
    others = [each for each in side.changes if each in declaration.labels]
    if not others:
        return _changed(declaration, dataset, side)
    if len(others) < len(side.changes) or side.weights:
        msg = f"other samples of {others} cannot be joined with other changes: {side.words()}"
        raise DataError(msg)
    return _replaced(declaration, dataset, side.changes)


def _changed(declaration: Declaration, dataset: Dataset, side: Side) -> tuple[Dataset, NDArray[np.int64]]:
    """Return the same test events with other values or weights."""
    from umva.factory.data.reading import read

    for label in side.weights:
        if label is not None and label not in declaration.labels:
            msg = f"a weight is for class {label!r}, which has no sample: {did_you_mean(label, declaration.labels)}"
            raise DataError(msg)
    weights = side.weights if None in side.weights else {**declaration.weights, **side.weights}
    changed = with_factors(_with_changes(declaration, side.changes), dataset.facts.sample_factors)
    found = read(replace(changed, weights=weights, variations=()))
    rows = dataset.rows("test")
    if not np.array_equal(found.event, dataset.event):
        msg = "its events are not those that were declared: has a file changed?"
        raise DataError(msg)
    return _taken(found, np.arange(rows.start, rows.stop)), np.arange(rows.stop - rows.start)


def _with_changes(declaration: Declaration, changes: Mapping[str, Any]) -> Declaration:
    """Return the declaration with every formula that depends on what is changed written anew."""
    columns = [*declaration.variables, *declaration.spectators]
    own = {each.name: each for each in columns if each.expression != each.name}
    branches = {}
    for name, text in changes.items():
        if not isinstance(text, str) or not text.strip():
            msg = f"{name!r} must become a formula, got {text!r}"
            raise DataError(msg)
        if name in own:
            own[name] = replace(own[name], text=f"{name} := {_substituted(text, {name: own[name].expression})}")
        else:
            _check_branch(name, columns, declaration.labels)
            branches[name] = text

    def written(each: VariableSpec) -> VariableSpec:
        if each.name in changes and each.name in own:
            return own[each.name]
        return replace(each, text=f"{each.name} := {_substituted(each.expression, branches)}")

    return replace(
        declaration,
        variables=tuple(written(each) for each in declaration.variables),
        spectators=tuple(written(each) for each in declaration.spectators),
    )


def _substituted(text: str, by: Mapping[str, str]) -> str:
    """Return a formula with names replaced by formulas, all at once.

    Examples
    --------
    >>> _substituted("log(pt) + pt_2 / pt", {"pt": "pt*1.02"})
    'log((pt*1.02)) + pt_2 / (pt*1.02)'
    """
    if not by:
        return text
    either = "|".join(_pattern(each) for each in sorted(by, key=len, reverse=True))
    return re.sub(either, lambda found: f"({by[found.group()]})", text)


def _check_branch(name: str, columns: Iterable[VariableSpec], labels: Iterable[str]) -> None:
    """Refuse a name that nothing depends on, and one of whose array single elements are taken."""
    using = [each for each in columns if re.search(_pattern(name), each.expression)]
    if not using:
        near = did_you_mean(name, [*labels, *(each.name for each in columns)])
        msg = f"no variable depends on {name!r}, and no class is called so: {near}"
        raise DataError(msg)
    for each in using:
        if re.search(_pattern(name) + r"\s*\[", each.expression):
            msg = f"{each.text!r} takes an element of {name!r}; say how the variable changes, by its name {each.name!r}"
            raise DataError(msg)


def _pattern(name: str) -> str:
    """Return what finds a name where it stands whole, is no function that is called, and no part of another name."""
    return rf"(?<![\w.$#]){re.escape(name)}(?!\s*\(|[\w$]|\.[A-Za-z_])"


def _replaced(
    declaration: Declaration, dataset: Dataset, sources: Mapping[str, Any]
) -> tuple[Dataset, NDArray[np.int64]]:
    """Return other events of some classes, and the declared test events of the rest.

    The other events are weighed so that they stand for the same part of the whole sample as the test events do, by
    numbers of events. Of a split by expression only those that it calls test events are taken, else all.
    """
    from umva.factory.data.reading import read

    by_expression = declaration.plan.mode == "expression"
    other = replace(
        declaration,
        samples=_samples(declaration, sources),
        plan=declaration.plan if by_expression else SplitPlan(),
        given=declaration.given if by_expression else None,
        variations=(),
    )
    found, test = read(other), dataset.rows("test")
    used = np.arange(found.n_events)[found.rows("test")] if by_expression else np.arange(found.n_events)
    parts, rows = [], []
    for label in declaration.labels:
        declared = np.flatnonzero(_of_class(dataset, label, test))
        if label not in sources:
            parts.append(_taken(dataset, test.start + declared))
            rows.append(declared)
            continue
        fresh = used[_of_class(found, label, used)]
        scale = len(declared) / _n_selected(dataset, label) * _n_selected(found, label) / max(len(fresh), 1)
        parts.append(_taken(found, fresh, scale))
        rows.append(np.full(len(fresh), -1))
    return _joined(parts), np.concatenate(rows)


def _samples(declaration: Declaration, sources: Mapping[str, Any]) -> tuple[SampleSpec, ...]:
    """Return the samples with other sources for some classes."""
    samples = []
    for label in declaration.labels:
        own = [replace(each, part=None) for each in declaration.samples if each.label == label]
        if label in sources:
            if any(replace(each, source=None) != replace(own[0], source=None) for each in own):
                msg = f"the samples of class {label!r} have weights or cuts of their own: an other sample cannot replace them"
                raise DataError(msg)
            own = [replace(own[0], source=sources[label])]
        samples += own
    return tuple(samples)


def _of_class(dataset: Dataset, label: str, rows: slice | NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which of some rows are events of a class; in a regression all are."""
    classes = dataset.facts.problem.classes
    y = dataset.y[rows]
    of_class: NDArray[np.bool_] = y == classes.index(label) if classes else np.ones(len(y), dtype=bool)
    return of_class


def _n_selected(dataset: Dataset, label: str) -> int:
    """Return how many events of a class passed the cuts."""
    return sum(each.n_selected for each in dataset.facts.files if each.label == label)


def _taken(dataset: Dataset, rows: NDArray[np.int64], scale: float = 1.0) -> Dataset:
    """Return some events as a dataset whose events are all in the test part."""
    return replace(
        dataset,
        X=np.asarray(dataset.X[rows]),
        y=np.asarray(dataset.y[rows]),
        weight=scale * np.asarray(dataset.weight[rows]),
        spectators=np.asarray(dataset.spectators[rows]),
        event=np.asarray(dataset.event[rows]),
        facts=replace(dataset.facts, sizes=(0, 0, len(rows))),
    )


def _joined(parts: Iterable[Dataset]) -> Dataset:
    """Return the events of several datasets one after the other."""
    each = list(parts)
    arrays = {
        name: np.concatenate([getattr(part, name) for part in each])
        for name in ("X", "y", "weight", "spectators", "event")
    }
    return replace(each[0], facts=replace(each[0].facts, sizes=(0, 0, len(arrays["y"]))), **arrays)
