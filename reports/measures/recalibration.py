"""A response made a probability: the monotone function of it that fits the share of signal best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.measures.ranked import Ranked

__all__ = ["halves", "recalibrated"]

N_GROUPS = 400
"""Responses are put into so many groups of equal absolute weight, in which the share of signal is found."""


def halves(is_signal: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return every other event of each class, in the order the events came, shape ``(n_events,)``.

    Examples
    --------
    >>> halves(np.array([True, False, True, False])).tolist()
    [True, True, False, False]
    """
    chosen = np.zeros(len(is_signal), dtype=np.bool_)
    for each in (is_signal, ~is_signal):
        chosen[np.flatnonzero(each)[::2]] = True
    return chosen


def recalibrated(ranked: Ranked) -> NDArray[np.float64]:
    """Return a probability for each event, by a function of the response fitted to the other half of the events.

    The function is the rising one with the least squared distance from the shares of signal (isotonic regression,
    Zadrozny and Elkan, KDD (2002) 694). As training events may be known by heart, it is fitted to half of the test part
    and used on the other half, and the other way round; so no event has a say in its own probability. Each step counts
    one effective event of the overall mixture besides its own, which keeps probabilities off 0 and 1. Groups of events
    whose weights do not sum to something positive are joined with the next, and shares kept within 0 to 1.

    Parameters
    ----------
    ranked
        Responses with weights that make the mixture of classes the probabilities are of.

    Examples
    --------
    >>> from umva.reports.measures import rank
    >>> y = np.tile([0, 1, 0, 1], 500)
    >>> found = recalibrated(rank(np.tile([0.1, 0.1, 0.9, 0.9], 500), y))
    >>> found[:3].round(3).tolist()
    [0.5, 0.5, 0.5]
    """
    first = halves(ranked.is_signal)
    probability = np.empty(len(first))
    for used in (first, ~first):
        fitted = _fitted(ranked.reweighted(np.where(used, ranked.weight, 0.0)))
        probability[~used] = fitted[ranked.place[~used]]
    return probability


def _fitted(ranked: Ranked) -> NDArray[np.float64]:
    """Return the probability at each distinct response."""
    from scipy.optimize import isotonic_regression

    size = np.abs(ranked.signal) + np.abs(ranked.background)
    middle = np.cumsum(size) - size / 2
    share = middle / max(float(size.sum()), np.finfo(np.float64).tiny)
    group = np.minimum((N_GROUPS * share).astype(np.intp), N_GROUPS - 1)
    signal, background, squares = (
        np.bincount(group, weights=each, minlength=N_GROUPS).astype(np.float64)
        for each in (ranked.signal, ranked.background, ranked.signal_squares + ranked.background_squares)
    )
    joined = _joined(signal + background)
    n = int(joined[-1]) + 1
    signal, total, squares = (
        np.bincount(joined, weights=each, minlength=n).astype(np.float64)
        for each in (signal, signal + background, squares)
    )
    if total.sum() <= 0:
        return np.full(len(group), 0.5)
    prior = float(np.clip(signal.sum() / total.sum(), 0.0, 1.0))
    weight = np.maximum(total, np.finfo(np.float64).tiny)
    rising = isotonic_regression(np.clip(signal / weight, 0.0, 1.0), weights=weight).x
    level, step = np.unique(rising, return_inverse=True)
    own, own_squares = (np.bincount(step, weights=each) for each in (weight, squares))
    event = own_squares / own
    smooth = np.maximum.accumulate((level * own + event * prior) / (own + event))
    probability: NDArray[np.float64] = np.clip(smooth, 0.0, 1.0)[step][joined[group]]
    return probability


def _joined(total: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return for each group which joined group it is in: one ends where its weights sum to something positive.

    Examples
    --------
    >>> _joined(np.array([1.0, -2.0, 1.0, 3.0, 0.0])).tolist()
    [0, 1, 1, 1, 1]
    """
    joined = np.zeros(len(total), dtype=np.intp)
    place, reached = 0, 0.0
    for k, each in enumerate(total.tolist()):
        joined[k] = place
        reached += each
        if reached > 0:
            place, reached = place + 1, 0.0
    if reached <= 0 and place > 0:
        joined[joined == place] = place - 1
    return joined
