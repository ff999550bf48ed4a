"""Area under the ROC curve, its error and the paired difference of two methods: weighted, exact, O(n log n).

The area is the probability that a signal event has a larger response than a background event, equal responses counting
half (Mann-Whitney): ``A = sum_s sum_b w_s w_b ([x_s > x_b] + [x_s = x_b] / 2) / (W_s W_b)``.

Its error follows DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837. Each signal event has a *component*, the
weighted share of background below it; each background event the share of signal above it. A is the weighted mean of
either, and its variance the sum over both classes of ``sum w^2 (component - A)^2 / (sum w)^2``, times
``n_eff / (n_eff - 1)`` with ``n_eff = (sum w)^2 / sum w^2``; for unit weights that is DeLong's estimate exactly. The
components of two methods on the same events give the covariance of their areas, hence the error of the difference.

Negative weights enter as they are. The area then is an unbiased estimate still, but may leave 0 to 1 if few events
remain; its interval is then the plain one, not the one on the logit scale.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.ranked import Ranked, effective_number, rank
from umva.reports.results import Number

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Z95", "Area", "area", "auc", "auc_difference", "difference", "p_value"]

Z95 = 1.959963984540054
"""Standard deviations of a normal distribution on either side that hold 95 %."""

FEW = 10
"""Effective events in a class below which an error is called rough."""


@dataclass(frozen=True)
class Area:
    """A ROC area with what is needed to compare it with another on the same events.

    Parameters
    ----------
    number
        Value, error and interval.
    component
        DeLong's component of each event, in the order the events came, shape ``(n_events,)``.
    """

    number: Number
    component: NDArray[np.float64]


def area(ranked: Ranked) -> Area:
    """Return the weighted ROC area of sorted responses with the component of each event.

    Where a class has no positive sum of weights the area is 0.5 by convention, without error, and its note says so.

    Examples
    --------
    >>> area(rank([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).number.value
    0.75
    """
    if not ranked.measurable:
        empty = "signal" if ranked.sum_signal <= 0 else "background"
        note = f"not measurable: the sum of the {empty} weights is not positive"
        return Area(Number(0.5, note=note), np.full(len(ranked.place), 0.5))
    below = (np.cumsum(ranked.background) - 0.5 * ranked.background) / ranked.sum_background
    above = 1.0 - (np.cumsum(ranked.signal) - 0.5 * ranked.signal) / ranked.sum_signal
    value = float(ranked.signal @ below) / ranked.sum_signal
    variance = _class_variance(
        float(ranked.signal_squares @ (below - value) ** 2), ranked.sum_signal, ranked.n_eff_signal
    )
    variance += _class_variance(
        float(ranked.background_squares @ (above - value) ** 2), ranked.sum_background, ranked.n_eff_background
    )
    number = _with_interval(value, math.sqrt(variance), n_eff=min(ranked.n_eff_signal, ranked.n_eff_background))
    return Area(number, np.where(ranked.is_signal, below[ranked.place], above[ranked.place]))


def auc(ranked: Ranked) -> Number:
    """Return the weighted ROC area with DeLong's error and a 95 % interval on the logit scale.

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
    first, second = rank(scores_a, y, sample_weight), rank(scores_b, y, sample_weight)
    weight = np.ones(len(first.place)) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
    return difference(area(first), area(second), np.asarray(y), weight)


def difference(a: Area, b: Area, y: NDArray[np.int8], weight: NDArray[np.float64]) -> Number:
    """Return the paired difference of two areas that were measured on the same events (``y``, ``weight``)."""
    value = a.number.value - b.number.value
    if a.number.error is None or b.number.error is None:
        return Number(value, note=a.number.note or b.number.note)
    deviation = (a.component - b.component - value) ** 2
    variance = 0.0
    for of_class in (y == 1, y != 1):
        own = np.where(of_class, weight, 0.0)
        total, squares = float(own.sum()), own**2
        n_eff = effective_number(total, float(squares.sum()))
        variance += _class_variance(float(squares @ deviation), total, n_eff)
    error = math.sqrt(variance)
    return Number(value, error, value - Z95 * error, value + Z95 * error)


def p_value(number: Number, expected: float = 0.0) -> float:
    """Return the two-sided probability of a deviation from ``expected`` at least this large, normal errors assumed.

    Examples
    --------
    >>> round(p_value(Number(0.0392, error=0.02)), 3)
    0.05
    """
    distance = abs(number.value - expected)
    if number.error:
        return math.erfc(distance / number.error / math.sqrt(2.0))
    return 1.0 if number.error is None or distance == 0 else 0.0


def _class_variance(sum_squares: float, sum_weights: float, n_eff: float) -> float:
    """Return the variance that one class adds; no correction can save a class of one effective event."""
    correction = n_eff / (n_eff - 1.0) if n_eff > 1.0 else 1.0
    return sum_squares / sum_weights / sum_weights * correction


def _with_interval(value: float, error: float, *, n_eff: float) -> Number:
    """Return the number with its 95 % interval on the logit scale, which cannot leave 0 to 1."""
    if error == 0:
        return Number(value, error, note="no interval: all events of a class compare alike with the other class")
    if not 0 < value < 1:
        note = "negative weights take it to or beyond 0 or 1"
        return Number(value, error, value - Z95 * error, value + Z95 * error, note)
    logit, width = math.log(value / (1.0 - value)), Z95 * error / (value * (1.0 - value))
    rough = f"only {n_eff:.1f} effective events in a class: the error is rough" if n_eff < FEW else None
    return Number(value, error, _expit(logit - width), _expit(logit + width), rough)


def _expit(x: float) -> float:
    """Return 1 / (1 + exp(-x)) for any finite x."""
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))
