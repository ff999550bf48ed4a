"""Drawing from a sample: too large for a method whose cost grows faster than it, or with weights that a method cannot take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.base import Events

__all__ = ["draw_by_weight", "draw_events", "effective_number"]


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
    groups = [rows[each] for each in _classes(train.y[rows])]
    manner = "" if train.problem.task == "regression" else ", in the classes' proportion"
    rng = np.random.default_rng(seed)
    shares = [min(len(each), max(1, round(len(each) * most / len(rows)))) for each in groups]
    drawn = [rng.choice(each, share, replace=False) for each, share in zip(groups, shares, strict=True)]
    note = f"Trained on {sum(shares)} of {len(rows)} events drawn at random (max_events){manner}."
    return np.sort(np.concatenate(drawn)), (note,)


def effective_number(weight: NDArray[np.float64]) -> float:
    """Return ``(sum w)^2 / sum w^2``: so many events of equal weight are worth as much as these (Kish 1965, 11.7).

    Examples
    --------
    >>> effective_number(np.array([2.0, 2.0, 0.0]))
    2.0
    """
    scaled = weight / np.abs(weight).max()
    return float(scaled.sum() ** 2 / (scaled**2).sum())


def draw_by_weight(events: Events, most: int | None = None, *, seed: int) -> NDArray[np.intp]:
    """Return the rows of events drawn with replacement in proportion to their weights, rising.

    As many are drawn as the weighted events are worth (:func:`effective_number`), ``most`` at most, and at least one of
    each class. No event is drawn more than once too often or too rarely: with equal weights and without ``most`` each is
    drawn once. (Systematic sampling: Kitagawa, J. Comp. Graph. Stat. 5 (1996) 1, appendix.)

    Parameters
    ----------
    events
        None of negative weight; of weight zero none is drawn.
    most
        None for as many as they are worth.
    seed
        The only source of randomness.

    Examples
    --------
    >>> from umva.methods.base import Events
    >>> X, y = np.zeros((4, 1), np.float32), np.array([0, 0, 1, 1], np.int8)
    >>> draw_by_weight(Events(X, y, np.full(4, 1e-9)), seed=1).tolist()
    [0, 1, 2, 3]
    >>> draw_by_weight(Events(X, y, np.array([3.0, 0.0, 3.0, 3.0])), seed=1).tolist()
    [0, 2, 3]
    """
    rng = np.random.default_rng(seed)
    worth = round(effective_number(events.weight))
    wanted = worth if most is None else min(worth, most)
    total = events.weight.sum()
    drawn = []
    for rows in _classes(events.y):
        weight = events.weight[rows]
        share = weight.sum() / total
        if share > 0:
            drawn.append(np.repeat(rows, _copies(weight, max(1, round(wanted * share)), rng)))
    return np.sort(np.concatenate(drawn))


def _classes(y: NDArray[Any]) -> list[NDArray[np.intp]]:
    """Return the rows of each class; all in one in a regression."""
    if y.dtype.kind == "f":
        return [np.arange(len(y))]
    return [np.flatnonzero(y == label) for label in np.unique(y)]


def _copies(weight: NDArray[np.float64], wanted: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return how often each event is drawn: ``wanted`` in all, each its expected number rounded down or up."""
    order = rng.permutation(len(weight))  # else a period in the order of events could meet that of the draw
    reached = np.cumsum(weight[order])
    reached = np.floor(reached * (wanted / reached[-1]) + rng.random()).astype(np.intp)
    copies = np.empty(len(weight), np.intp)
    copies[order] = np.diff(reached, prepend=0)
    return copies
