"""Area under the ROC curve, its error and the paired difference of two methods: weighted, exact, O(n log n).

The area is the probability that a signal event has a larger response than a background event, equal responses counting
half (Mann-Whitney): ``A = sum_s sum_b w_s w_b ([x_s > x_b] + [x_s = x_b] / 2) / (W_s W_b)``.

Its error follows DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837. Each signal event has a *component*, the
weighted share of background below it; each background event the share of signal above it. A is the weighted mean of
either, and its variance the sum over both classes of ``sum w^2 (component - A)^2 / (sum w)^2``, times
``n_eff / (n_eff - 1)`` with ``n_eff = (sum w)^2 / sum w^2``; for unit weights that is DeLong's estimate exactly. The
terms of this sum are the squared influences of the events (:mod:`umva.reports.measures.influence`); those of two methods
on the same events give the error of the difference of their areas, those of several classes the error of the mean area.

The 95 % interval is the normal one on the logit scale, which cannot leave 0 to 1. Where fewer than ten effective events
of a class can be on the wrong side, n_eff times 1 - A, the error itself is too uncertain for that: of perfectly
separated samples it is 0. The interval then is Newcombe's score interval (Statistics in Medicine 25 (2006) 559, method
5), the areas A' with ``(A - A')^2 <= 1.96^2 var(A')``, var being Hanley and McNeil's for exponential responses,
``A' (1 - A') / (m n) (1 + ((m + n) / 2 - 1) ((1 - A') / (2 - A') + A' / (1 + A')))`` with the effective numbers m and n
of events. Near 1 it covers more than 95 %.

Negative weights enter as they are. The area then is an unbiased estimate still, but may leave 0 to 1 if few events
remain; the interval does not.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.influence import Z95, Measured, combined, correction, difference
from umva.reports.measures.ranked import Ranked, rank
from umva.reports.results import Number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

__all__ = ["area", "auc", "auc_difference", "mean_area"]

FEW = 10
"""Effective events in a class below which an error is called rough, and of a class on the wrong side of the other."""

ROUNDING = 1e-12
"""Error that rounding alone may make of none."""


def area(ranked: Ranked) -> Measured:
    """Return the weighted ROC area of sorted responses with the influence of each event.

    Where a class has no positive sum of weights the area is 0.5 by convention, without error, and its note says so.

    Examples
    --------
    >>> area(rank([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).number.value
    0.75
    """
    if not ranked.measurable:
        empty = "signal" if ranked.sum_signal <= 0 else "background"
        note = f"not measurable: the sum of the {empty} weights is not positive"
        return Measured(Number(0.5, note=note), np.zeros(len(ranked.place)))
    below = (np.cumsum(ranked.background) - 0.5 * ranked.background) / ranked.sum_background
    above = 1.0 - (np.cumsum(ranked.signal) - 0.5 * ranked.signal) / ranked.sum_signal
    value = float(ranked.signal @ below) / ranked.sum_signal
    of_signal = correction(ranked.sum_signal, float(ranked.signal_squares.sum()))
    of_background = correction(ranked.sum_background, float(ranked.background_squares.sum()))
    variance = (
        float(ranked.signal_squares @ (below - value) ** 2) / ranked.sum_signal / ranked.sum_signal * of_signal
        + float(ranked.background_squares @ (above - value) ** 2)
        / ranked.sum_background
        / ranked.sum_background
        * of_background
    )
    number = _with_interval(value, math.sqrt(variance), ranked.n_eff_signal, ranked.n_eff_background)
    signal = (below - value) * (math.sqrt(of_signal) / ranked.sum_signal)
    background = (above - value) * (math.sqrt(of_background) / ranked.sum_background)
    share = np.where(ranked.is_signal, signal[ranked.place], background[ranked.place])
    return Measured(number, ranked.weight * share)


def auc(ranked: Ranked) -> Number:
    """Return the weighted ROC area with DeLong's error and a 95 % interval.

    Parameters
    ----------
    ranked
        Responses from :func:`umva.reports.measures.rank`.

    Examples
    --------
    >>> auc(rank([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], [1, 2, 1, 1])).value
    0.6666666666666666
    """
    return area(ranked).number


def auc_difference(
    scores_a: ArrayLike, scores_b: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
) -> Number:
    """Return area(a) - area(b) of two methods on the same events, with the error of the paired difference.

    Parameters
    ----------
    scores_a, scores_b
        Responses of the two methods, shape ``(n_events,)`` each.
    y, sample_weight
        Classes and weights of the events, as for :func:`umva.reports.measures.rank`.

    Raises
    ------
    ReportError
        If the arrays differ in length or a response is not finite.

    Examples
    --------
    >>> auc_difference([0.1, 0.4, 0.35, 0.8], [0.1, 0.4, 0.5, 0.8], [0, 0, 1, 1]).value
    -0.25
    """
    first, second = (area(rank(scores, y, sample_weight)) for scores in (scores_a, scores_b))
    return difference(first, second)


def mean_area(areas: Sequence[Measured], n_eff: float) -> Measured:
    """Return the unweighted mean of the areas of several classes against the rest, which share their events.

    A class that cannot be measured is left out, and the note says so. The interval reaches to either side as far as those of
    the classes do in the mean, in the proportion of the error of the mean to their mean error.

    Parameters
    ----------
    areas
        From :func:`area`, all of the same events.
    n_eff
        Effective number of events of the smallest class.

    Examples
    --------
    >>> ranked = rank([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])
    >>> one, mean = area(ranked).number, mean_area([area(ranked), area(ranked)], n_eff=2.0).number
    >>> mean.value == one.value, abs(mean.low - one.low) < 1e-9, abs(mean.high - one.high) < 1e-9
    (True, True, True)
    """
    known = [each for each in areas if each.number.error is not None]
    if not known:
        return areas[0]
    mean = combined(float(np.mean([each.value for each in known])), [(1.0 / len(known), each) for each in known])
    number = _mean_interval(mean.value, mean.number.error or 0.0, [each.number for each in known], n_eff)
    if len(known) < len(areas):
        number = replace(number, note=f"mean of the {len(known)} of {len(areas)} classes that can be measured")
    return replace(mean, number=number)


def _mean_interval(value: float, error: float, known: Sequence[Number], n_eff: float) -> Number:
    """Return the mean of areas with its interval, from theirs."""
    note = f"only {n_eff:.1f} effective events in a class: the error is rough" if n_eff < FEW else None
    sides = [
        (each.value - each.low, each.high - each.value)
        for each in known
        if each.low is not None and each.high is not None
    ]
    errors = float(np.mean([each.error or 0.0 for each in known]))
    if len(sides) < len(known):
        return Number(value, error, note=note or known[0].note)
    below, above = np.mean(sides, axis=0) * (error / errors if errors > 0 else 1.0)
    return Number(value, error, value - float(below), value + float(above), note)


def _with_interval(value: float, error: float, m: float, n: float) -> Number:
    """Return the number with its 95 % interval, given the effective numbers of events of both classes."""
    edge = not ROUNDING < value < 1.0 - ROUNDING
    if error < ROUNDING and not edge:
        return Number(value, 0.0, note="no interval: all events of a class compare alike with the other class")
    beyond = error > ROUNDING and edge
    rough = f"only {min(m, n):.1f} effective events in a class: the error is rough" if min(m, n) < FEW else None
    note = "negative weights take it to or beyond 0 or 1" if beyond else rough
    inside = min(max(value, 0.0), 1.0)
    if min(m, n) * min(inside, 1.0 - inside) < FEW:
        return Number(value, error, *_score_interval(inside, max(m, 1.0), max(n, 1.0)), note)
    logit, width = math.log(value / (1.0 - value)), Z95 * error / (value * (1.0 - value))
    return Number(value, error, _expit(logit - width), _expit(logit + width), note)


def _score_interval(value: float, m: float, n: float) -> tuple[float, float]:
    """Return Newcombe's interval for m and n events, which needs no error of the area.

    Examples
    --------
    >>> [round(limit, 3) for limit in _score_interval(1.0, 30.0, 30.0)]
    [0.933, 1.0]
    """
    from scipy.optimize import brentq

    def outside(area: float) -> float:
        exponential = (1.0 - area) / (2.0 - area) + area / (1.0 + area)
        variance = area * (1.0 - area) / (m * n) * (1.0 + (0.5 * (m + n) - 1.0) * exponential)
        return (value - area) ** 2 - Z95**2 * variance

    near = 1e-9
    low = brentq(outside, 0.0, min(value, 1.0 - near)) if value > near else 0.0
    high = brentq(outside, max(value, near), 1.0) if value < 1.0 - near else 1.0
    return float(low), float(high)


def _expit(x: float) -> float:
    """Return 1 / (1 + exp(-x)) for any finite x."""
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))
