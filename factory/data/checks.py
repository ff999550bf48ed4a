"""What must hold of the events before anything is trained; each check says what was found and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.errors import DataError
from umva.factory.data.declaration import PARTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from umva.factory.data.dataset import Dataset
    from umva.factory.data.declaration import Declaration
    from umva.reports.results import InputFile

__all__ = ["both_classes", "constant", "finite", "finite_weights", "parts"]


def finite(X: NDArray[np.float32], names: Sequence[str], where: str, entries: NDArray[np.int64]) -> None:
    """Raise DataError if a selected event has an input that is NaN or infinite."""
    bad = ~np.isfinite(X)
    if not bad.any():
        return
    count = bad.sum(axis=0)
    column = int(np.argmax(count))
    name, first = names[column], entries[int(np.argmax(bad[:, column]))]
    others = [names[int(each)] for each in np.flatnonzero(count) if each != column]
    also = f" (and {', '.join(others)})" if others else ""
    msg = (
        f"{where}: variable {name!r}{also} is NaN or infinite for {count[column]} of {len(X)} selected events, first for "
        f"entry {first}; leave them out with a cut, e.g. 'abs({name}) < 1e30', or give a default: 'Alt$(...)', '?:'"
    )
    raise DataError(msg)


def finite_weights(weight: NDArray[np.float64], expression: str, where: str) -> None:
    """Raise DataError if a weight is NaN or infinite."""
    bad = ~np.isfinite(weight)
    if bad.any():
        msg = f"{where}: weight {expression!r} is NaN or infinite for {bad.sum()} of {len(weight)} selected events"
        raise DataError(msg)


def both_classes(signal: NDArray[np.bool_], declaration: Declaration, files: Sequence[InputFile]) -> None:
    """Raise DataError if a class has no event after the cuts."""
    for label, count in zip(declaration.classes[::-1], (signal.sum(), (~signal).sum()), strict=True):
        if count:
            continue
        n_entries = sum(each.n_entries for each in files if each.sample == label)
        names = ", ".join(each.label for each in files if each.sample == label)
        cuts = [text for key in (None, label) for text in declaration.cuts.get(key, ())]
        after = f" passes the cuts {' && '.join(cuts)!r}" if cuts else " is there"
        msg = f"class {label!r}: none of {n_entries} events{after} ({names})"
        raise DataError(msg)


def parts(dataset: Dataset) -> None:
    """Raise DataError if training or test lack events or weight of a class."""
    for part in PARTS:
        rows = dataset.rows(part)
        if part == "validation" and not dataset.facts.sizes[1]:
            continue
        for index, label in enumerate(dataset.facts.classes):
            weight = dataset.weight[rows][dataset.y[rows] == index]
            if not len(weight):
                msg = f"class {label!r} has no event in the {part} part; change the split"
                raise DataError(msg)
            if weight.sum() <= 0:
                msg = (
                    f"the weights of class {label!r} sum to {weight.sum():g} over {len(weight)} {part} events; "
                    "the sum must be positive"
                )
                raise DataError(msg)


def constant(dataset: Dataset) -> None:
    """Raise DataError if a variable has one value for all training events."""
    X = dataset.X[dataset.rows("train")]
    for column, each in enumerate(dataset.facts.inputs):
        if (X[:, column] == X[0, column]).all():
            msg = f"variable {each.name!r} is {X[0, column]:g} for all training events; leave it out"
            raise DataError(msg)
