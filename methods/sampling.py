"""Drawing from a sample too large for a method whose cost grows faster than the number of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.base import Events

__all__ = ["draw_events"]


def draw_events(
    train: Events, kept: NDArray[np.bool_], most: int, *, seed: int
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Return the rows of at most ``most`` of the ``kept`` events, rising, and a sentence if that is not all of them.

    Drawn at random without replacement, each class in proportion to its number of events, at least one of each; weights
    play no part and stay with their events.

    Examples
    --------
    >>> from umva.methods.base import Events
    >>> train = Events(np.zeros((6, 1), np.float32), np.array([0, 0, 0, 1, 0, 0], np.int8), np.ones(6))
    >>> rows, notes = draw_events(train, train.weight > 0, 3, seed=1)
    >>> len(rows), int(train.y[rows].sum()), len(notes)
    (3, 1, 1)
    >>> draw_events(train, train.weight > 0, 6, seed=1)
    (array([0, 1, 2, 3, 4, 5]), ())
    """
    rows = np.flatnonzero(kept)
    if len(rows) <= most:
        return rows, ()
    groups, manner = [rows], ""
    if train.problem.task != "regression":
        groups = [rows[train.y[rows] == label] for label in range(len(train.problem.classes))]
        manner = ", in the classes' proportion"
    rng = np.random.default_rng(seed)
    shares = [min(len(each), max(1, round(len(each) * most / len(rows)))) for each in groups]
    drawn = [rng.choice(each, share, replace=False) for each, share in zip(groups, shares, strict=True)]
    note = f"Trained on {sum(shares)} of {len(rows)} events drawn at random (max_events){manner}."
    return np.sort(np.concatenate(drawn)), (note,)
