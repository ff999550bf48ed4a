"""What must hold of the events before anything is trained; each check says what was found and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from umva.errors import DataError
from umva.factory.data.declaration import PARTS
from umva.methods.chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from umva.factory.data.dataset import Dataset
    from umva.factory.data.declaration import Declaration
    from umva.reports.material import Input
    from umva.reports.results import InputFile

__all__ = ["Finite", "all_classes", "not_constant", "positive_weights"]


class Finite:
    """Counts, chunk by chunk, the selected events of a source with a value that is NaN or infinite.

    Parameters
    ----------
    where
        What the source is called.
    columns
        Expressions by what they are: ``{"variable 'm_bb'": "m_bb"}``.
    missing
        So many of them, the first, may be NaN.
    """

    def __init__(self, where: str, columns: Mapping[str, str], *, missing: int = 0) -> None:
        self._where = where
        self._what = list(columns)
        self._expressions = list(columns.values())
        self._count = np.zeros(len(self._what), dtype=np.int64)
        self._first = np.zeros(len(self._what), dtype=np.int64)
        self._missing = missing
        self._n_events = 0

    def add(self, columns: Sequence[NDArray[np.floating]], entries: NDArray[np.int64]) -> None:
        """Look at some more events, whose numbers in the source are ``entries``."""
        self._n_events += len(entries)
        for column, values in enumerate(columns):
            bad = np.flatnonzero(np.isinf(values) if column < self._missing else ~np.isfinite(values))
            if len(bad) and not self._count[column]:
                self._first[column] = entries[bad[0]]
            self._count[column] += len(bad)

    def check(self) -> None:
        """Raise DataError if there was such an event: what it concerns, how many events, and what to do."""
        column = int(np.argmax(self._count))
        if not self._count[column]:
            return
        others = [self._what[each] for each in np.flatnonzero(self._count) if each != column]
        also = f" (and {', '.join(others)})" if others else ""
        variable = self._what[column].startswith("variable")
        msg = (
            f"{self._where}: {self._what[column]}{also} is NaN or infinite for {self._count[column]} of {self._n_events} "
            f"selected events, first for entry {self._first[column]}{' (beyond 3.4e38 is infinite)' if variable else ''}; "
            f"leave them out with a cut, e.g. 'abs({self._expressions[column]}) < 1e30', or give a default: 'Alt$(...)', '?:'"
        )
        if variable and not self._missing:
            msg += ", or declare that inputs may be missing: loader.missing(), --missing nan"
        raise DataError(msg)


def all_classes(declaration: Declaration, files: Sequence[InputFile]) -> None:
    """Raise DataError if a class has no event after the cuts."""
    for label in declaration.labels:
        samples = [each for each in files if each.label == label]
        if any(each.n_selected for each in samples):
            continue
        n_entries = sum(each.n_entries for each in samples)
        names = [each.source for each in samples]
        cuts = [text for key in (None, label) for text in declaration.cuts.get(key, ())]
        after = f" passes the cuts {' && '.join(cuts)!r}" if cuts else " is there"
        what = f"class {label!r}" if declaration.problem.classes else "the samples"
        msg = f"{what}: none of {n_entries} events{after} ({', '.join(names[:3])}{', ...' if len(names) > 3 else ''})"
        raise DataError(msg)


def positive_weights(dataset: Dataset) -> None:
    """Raise DataError if the weights of a class, or of a regression, do not sum to more than 0 in each part with events."""
    classes = dataset.facts.problem.classes
    for part in PARTS:
        rows = dataset.rows(part)
        y, weight = dataset.y[rows], dataset.weight[rows]
        sums = [(f" of class {label!r}", weight[y == index]) for index, label in enumerate(classes)]
        for what, each in sums or [("", weight)]:
            if len(each) and each.sum() <= 0:
                msg = (
                    f"the weights{what} sum to {each.sum():g} over {len(each)} {part} events; the sum must be positive"
                )
                raise DataError(msg)


def not_constant(dataset: Dataset) -> None:
    """Raise DataError if a variable or a target has one value for all training events; missing is a value too."""
    rows = dataset.rows("train")
    columns: list[tuple[str, Sequence[Input], NDArray[Any]]] = [("variable", dataset.facts.inputs, dataset.X[rows])]
    if dataset.facts.targets:
        columns.append(("target", dataset.facts.targets, dataset.y[rows]))
    for kind, names, values in columns:
        column = _constant(values)
        if column is not None:
            advice = "leave it out" if kind == "variable" else "there is nothing to learn"
            msg = f"{kind} {names[column].name!r} is {values[0, column]:g} for all training events; {advice}"
            raise DataError(msg)


def _constant(values: NDArray[Any]) -> int | None:
    """Return the first column that has one value in all rows, if there is one."""
    same = np.ones(values.shape[1], dtype=bool)
    missing = np.isnan(values[0])
    for rows in chunks(len(values)):
        same &= ((values[rows] == values[0]) | (np.isnan(values[rows]) & missing)).all(axis=0)
        if not same.any():
            return None
    return int(np.argmax(same))
