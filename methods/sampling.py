"""Drawing from a sample too large for a method whose cost grows faster than the number of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["draw_events"]


def draw_events(
    y: NDArray[np.int8], kept: NDArray[np.bool_], most: int, *, seed: int
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Return the rows of at most ``most`` of the ``kept`` events, rising, and a sentence if that is not all of them.

    Drawn at random without replacement, each class in proportion to its number of events, at least one of each; weights
    play no part and stay with their events.

    Examples
    --------
    >>> y = np.array([0, 0, 0, 1, 0, 0], np.int8)
    >>> rows, notes = draw_events(y, y >= 0, 3, seed=1)
    >>> len(rows), int(y[rows].sum()), len(notes)
    (3, 1, 1)
    >>> draw_events(y, y >= 0, 6, seed=1)
    (array([0, 1, 2, 3, 4, 5]), ())
    """
    rows = np.flatnonzero(kept)
    if len(rows) <= most:
        return rows, ()
    rng = np.random.default_rng(seed)
    classes = [rows[y[rows] == label] for label in (0, 1)]
    shares = [min(len(each), max(1, round(len(each) * most / len(rows)))) for each in classes]
    drawn = [rng.choice(each, share, replace=False) for each, share in zip(classes, shares, strict=True)]
    note = f"Trained on {sum(shares)} of {len(rows)} events drawn at random (max_events), in the classes' proportion."
    return np.sort(np.concatenate(drawn)), (note,)
