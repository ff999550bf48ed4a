"""Drawing events in proportion to their weights, for methods that know no weights or not many events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.base import Events

__all__ = ["draw_by_weight", "effective_number"]


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
