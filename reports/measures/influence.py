"""Numbers that know what each event contributes to them: how errors add up, cancel and carry over.

To first order a statistic of weighted events is a sum over events; the share of one event, less its expectation, is its
*influence*, and the sum of squared influences estimates the variance (infinitesimal jackknife; Hampel et al., Robust
Statistics, Wiley 1986, section 2.1). For a mean it is the textbook formula, for a ROC area it is DeLong's. Where one
number is a function of others its influences are sums of theirs (the delta method), with all correlations: those of two
methods on the same events, of several classes that share a background, of several targets of one event.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.ranked import effective_number
from umva.reports.results import Number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Z95", "Measured", "combined", "correction", "difference", "mean_of", "p_value", "root"]

Z95 = 1.959963984540054
"""Standard deviations of a normal distribution on either side that hold 95 %."""


@dataclass(frozen=True)
class Measured:
    """A number with the influence of each event on it.

    Parameters
    ----------
    number
        Value, error and, where there is one, interval.
    influence
        By how much each event moves the value, in the order the events came, shape ``(n_events,)``; the squares add up
        to the square of the error. All 0 if there is no error.
    """

    number: Number
    influence: NDArray[np.float64]

    @property
    def value(self) -> float:
        """The value."""
        return self.number.value


def correction(sum_weights: float, sum_squares: float) -> float:
    """Return ``n_eff / (n_eff - 1)``, what a variance around an estimated mean lacks; 1 if nothing can save it.

    Examples
    --------
    >>> correction(sum_weights=5.0, sum_squares=5.0)
    1.25
    """
    n_eff = effective_number(sum_weights, sum_squares)
    return n_eff / (n_eff - 1.0) if n_eff > 1.0 else 1.0


def mean_of(
    values: NDArray[np.float64], weight: NDArray[np.float64], where: NDArray[np.bool_] | None = None
) -> Measured:
    """Return the weighted mean.

    Without a positive sum of weights it is 0, without error; so it is for one event alone, which has no spread.

    Parameters
    ----------
    values, weight
        Values and weights of the events, shape ``(n_events,)``; negative weights enter as they are.
    where
        Which events enter; all if None.

    Examples
    --------
    >>> found = mean_of(np.array([1.0, 2.0, 6.0]), np.ones(3))
    >>> found.value, round(found.number.error, 3)
    (3.0, 1.528)
    """
    own = weight if where is None else np.where(where, weight, 0.0)
    total, squares = float(own.sum()), float(own @ own)
    if total <= 0:
        return Measured(Number(0.0, note="not measurable: no positive sum of weights"), np.zeros(len(own)))
    value = float(own @ values) / total
    if np.count_nonzero(own) < 2:
        return Measured(Number(value, note="no error: one event"), np.zeros(len(own)))
    return _measured(value, own * (values - value) * (math.sqrt(correction(total, squares)) / total))


def combined(value: float, terms: Sequence[tuple[float, Measured]]) -> Measured:
    """Return a function of measured numbers, with its error by the delta method.

    Parameters
    ----------
    value
        Value of the function.
    terms
        Its partial derivatives, each with the number that it belongs to; all of the same events.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 6.0])
    >>> a, b = mean_of(x, np.ones(3)), mean_of(1.0 - x, np.ones(3))
    >>> combined(a.value + b.value, [(1.0, a), (1.0, b)]).number
    Number(value=1.0, error=0.0, low=None, high=None, note=None)
    """
    influence = np.sum([slope * each.influence for slope, each in terms], axis=0)
    for _, each in terms:
        if each.number.error is None:
            return Measured(Number(value, note=each.number.note), np.zeros_like(influence))
    return _measured(value, influence)


def root(square: Measured) -> Measured:
    """Return the square root; 0, without error, of what negative weights take below 0.

    Examples
    --------
    >>> root(mean_of(np.array([9.0, 9.0]), np.ones(2))).value
    3.0
    """
    value = math.sqrt(max(square.value, 0.0))
    if value > 0:
        return combined(value, [(0.5 / value, square)])
    note = square.number.note
    if square.number.error is not None and (square.value < 0 or square.influence.any()):
        note = "not measurable: negative weights take its square to 0 or below"
    error = square.number.error if note is None else None
    return Measured(Number(value, error, note=note), np.zeros_like(square.influence))


def difference(a: Measured, b: Measured) -> Number:
    """Return a - b of two numbers measured on the same events, with the error of the paired difference.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 6.0])
    >>> round(difference(mean_of(x + 1.0, np.ones(3)), mean_of(x, np.ones(3))).error, 12)
    0.0
    """
    found = combined(a.value - b.value, [(1.0, a), (-1.0, b)]).number
    if found.error is None:
        return found
    return Number(found.value, found.error, found.value - Z95 * found.error, found.value + Z95 * found.error)


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


def _measured(value: float, influence: NDArray[np.float64]) -> Measured:
    """Return the number that these influences give the error of."""
    return Measured(Number(value, math.sqrt(float(influence @ influence))), influence)
