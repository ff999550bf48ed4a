"""Weighted rank correlation (Spearman) of two responses, which no monotone transformation of either changes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.influence import correction
from umva.reports.results import Number

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["rank_correlation"]


def rank_correlation(x: NDArray[np.intp], y: NDArray[np.intp], weight: NDArray[np.float64]) -> Number:
    """Return Spearman's rank correlation coefficient of weighted events, with its error.

    It is the linear correlation of the ranks; the rank of an event is the weight below it and half of that at it. Whole
    weights are repetitions. The error is by influences, with what each event contributes to the ranks of the others.

    Parameters
    ----------
    x, y
        Places of the two values of each event among the distinct values, :attr:`Ranked.place`, shape ``(n_events,)``.
    weight
        Weights; events of weight 0 do not count, negative weights enter as they are. The coefficient is clipped to
        -1 to 1; where one of the two has no spread it is 0, and its note says so.

    Examples
    --------
    >>> round(rank_correlation(np.array([0, 1, 2, 3]), np.array([1, 0, 2, 3]), np.ones(4)).value, 3)
    0.8
    """
    total = float(weight.sum())
    if total <= 0:
        return Number(0.0, note="not measurable: no positive sum of weights")
    u, v = _centred_ranks(x, weight), _centred_ranks(y, weight)
    squares = [float(weight @ each) / total for each in (u * u, v * v)]
    if min(squares) <= 1e-15:
        return Number(0.0, note="not measurable: one of the two has no spread")
    spread = math.sqrt(squares[0] * squares[1])
    product = u * v
    r = float(weight @ product) / total / spread

    # What an event adds directly, and through the ranks of the events above it; both around their means.
    through_x, through_y = _above(x, weight * v), _above(y, weight * u)
    of_x, of_y = _above(x, weight * u), _above(y, weight * v)
    moved = product + (through_x + through_y) / total
    moved_squares = (u * u + 2.0 * of_x / total) / squares[0] + (v * v + 2.0 * of_y / total) / squares[1]
    influence = weight * (moved / spread - 0.5 * r * moved_squares)
    influence -= weight * (float(influence.sum()) / total)
    lacking = correction(total, float(weight @ weight))
    error = math.sqrt(float(influence @ influence) * lacking) / total
    return Number(min(max(r, -1.0), 1.0), error)


def _centred_ranks(place: NDArray[np.intp], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted ranks of the events, 0 to 1, less their mean, which is one half."""
    at = np.bincount(place, weights=weight)
    ranks: NDArray[np.float64] = ((np.cumsum(at) - 0.5 * at) / at.sum() - 0.5)[place]
    return ranks


def _above(place: NDArray[np.intp], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each event the sum of the values of the events above it, half of those at it counted."""
    at = np.bincount(place, weights=values)
    summed: NDArray[np.float64] = (at.sum() - np.cumsum(at) + 0.5 * at)[place]
    return summed
