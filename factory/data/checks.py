"""What must hold of the events before anything is trained; each check says what was found and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.errors import DataError
from umva.factory.data.declaration import PARTS
from umva.methods.chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from umva.factory.data.dataset import Dataset
    from umva.factory.data.declaration import Declaration
    from umva.reports.results import InputFile

__all__ = ["Finite", "both_classes", "not_constant", "positive_weights"]


class Finite:
    """Counts, chunk by chunk, the selected events of a source with an input or a weight that is NaN or infinite.

    Parameters
    ----------
    where
        What the source is called.
    variables
        Expressions of the inputs by name.
    weight
        Expression of the weight, if there is one.
    """

    def __init__(self, where: str, variables: Mapping[str, str], weight: str | None) -> None:
        self._where = where
        self._what = [f"variable {each!r}" for each in variables] + [f"weight {weight!r}"]
        self._expressions = [*variables.values(), weight or ""]
        self._count = np.zeros(len(self._what), dtype=np.int64)
        self._first = np.zeros(len(self._what), dtype=np.int64)
        self._n_events = 0

    def add(self, X: NDArray[np.float32], weight: NDArray[np.float64], entries: NDArray[np.int64]) -> None:
        """Look at some more events, whose numbers in the source are ``entries``."""
        self._n_events += len(entries)
        for column, values in enumerate((*X.T, weight)):
            bad = np.flatnonzero(~np.isfinite(values))
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
        msg = (
            f"{self._where}: {self._what[column]}{also} is NaN or infinite for {self._count[column]} of {self._n_events} "
            f"selected events, first for entry {self._first[column]} (inputs beyond 3.4e38 count as infinite); leave them "
            f"out with a cut, e.g. 'abs({self._expressions[column]}) < 1e30', or give a default: 'Alt$(...)', '?:'"
        )
        raise DataError(msg)


def both_classes(declaration: Declaration, files: Sequence[InputFile]) -> None:
    """Raise DataError if a class has no event after the cuts."""
    for label in declaration.classes[::-1]:
        samples = [each for each in files if each.label == label]
        if any(each.n_selected for each in samples):
            continue
        n_entries = sum(each.n_entries for each in samples)
        names = [each.source for each in samples]
        cuts = [text for key in (None, label) for text in declaration.cuts.get(key, ())]
        after = f" passes the cuts {' && '.join(cuts)!r}" if cuts else " is there"
        msg = f"class {label!r}: none of {n_entries} events{after} ({', '.join(names[:3])}{', ...' if len(names) > 3 else ''})"
        raise DataError(msg)


def positive_weights(dataset: Dataset) -> None:
    """Raise DataError if the weights of a class do not sum to more than 0 in each part that has events."""
    for part in PARTS:
        rows = dataset.rows(part)
        for index, label in enumerate(dataset.facts.classes):
            weight = dataset.weight[rows][dataset.y[rows] == index]
            if len(weight) and weight.sum() <= 0:
                msg = (
                    f"the weights of class {label!r} sum to {weight.sum():g} over {len(weight)} {part} events; "
                    "the sum must be positive"
                )
                raise DataError(msg)


def not_constant(dataset: Dataset) -> None:
    """Raise DataError if a variable has one value for all training events."""
    X = dataset.X[dataset.rows("train")]
    same = np.ones(X.shape[1], dtype=bool)
    for rows in chunks(len(X)):
        same &= (X[rows] == X[0]).all(axis=0)
        if not same.any():
            return
    column = int(np.argmax(same))
    msg = f"variable {dataset.facts.inputs[column].name!r} is {X[0, column]:g} for all training events; leave it out"
    raise DataError(msg)
