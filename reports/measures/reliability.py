"""Probabilities that a method gives against what is found: reliability curve, Brier score, log loss.

Every number is a weighted mean over events, so its error is that of a mean (:func:`umva.reports.measures.mean_of`). The
parts of the Brier score are those of Murphy, J. Appl. Meteorol. 12 (1973) 595; the expected calibration error that of
Naeini, Cooper and Hauskrecht, AAAI (2015) 2901. Both depend on the bins and are made larger by chance.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.influence import mean_of
from umva.reports.measures.quantile_bins import quantile_bins
from umva.reports.measures.ranked import effective_number
from umva.reports.results import HypothesisTest, Number, Reliability

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["N_BINS", "calibration_test", "reliability"]

N_BINS = 10
"""Bins of the probability, with equal sums of absolute weights."""

SMALLEST = float(np.finfo(np.float64).eps)
"""Probabilities are kept so far from 0 and 1 in the log loss, as in scikit-learn."""

FEWEST = 5.0
"""Effective events of signal and of background that must be expected in a bin of the test."""


def reliability(
    probability: NDArray[np.float64], is_signal: NDArray[np.bool_], weight: NDArray[np.float64]
) -> Reliability:
    """Return how far probabilities are right.

    Parameters
    ----------
    probability
        Probability that the event is signal, 0 to 1, shape ``(n_events,)``.
    is_signal, weight
        Whether it is, and its weight. The weights make the mixture of classes that the probabilities are of; negative
        ones enter as they are, and bins that they leave without a positive sum are left out.

    Examples
    --------
    >>> found = reliability(np.array([0.0, 0.5, 0.5, 1.0]), np.array([False, True, False, True]), np.ones(4))
    >>> found.brier.value, found.ece.value
    (0.125, 0.0)
    """
    y = np.asarray(is_signal, dtype=np.float64)
    place = quantile_bins(probability, N_BINS, weight).place
    total, given, found = _sums(place, weight, probability, y)
    kept = (total > 0)[place]
    safe = np.where(total > 0, total, 1.0)
    given, found = given / safe, found / safe
    residual = np.bincount(place, weights=(weight * (y - found[place])) ** 2, minlength=len(total))
    squares = np.bincount(place, weights=weight**2, minlength=len(total))
    error = np.where(residual > 0, np.sqrt(residual), np.minimum(squares / safe, safe)) / safe
    overall = float(weight @ y) / float(weight.sum())
    off, from_mean = (given - found)[place], (found - overall)[place]
    clipped = np.clip(probability, SMALLEST, 1.0 - SMALLEST)
    shown = total > 0
    sums, squares_by_class = (np.array([each @ (1.0 - y), each @ y]) for each in (weight, weight**2))
    mean_weights = squares_by_class / np.where(sums > 0, sums, np.inf)
    variance = _null_variance(place, weight, probability, mean_weights, len(total))
    chance = math.sqrt(2.0 / math.pi) * np.sqrt(variance)
    return Reliability(
        predicted=tuple(given[shown].tolist()),
        observed=tuple(np.clip(found[shown], 0, 1).tolist()),
        errors=tuple(error[shown].tolist()),
        brier=mean_of((probability - y) ** 2, weight).number,
        reliability=mean_of(2 * off * (probability - y) - off**2, weight, where=kept).number,
        resolution=mean_of(from_mean**2 + 2 * from_mean * (y - found[place]), weight, where=kept).number,
        uncertainty=Number(overall * (1.0 - overall), note="exact: it is that of the mixture"),
        log_loss=mean_of(-np.log(np.where(is_signal, clipped, 1.0 - clipped)), weight).number,
        ece=mean_of(np.sign(off) * (probability - y), weight, where=kept).number,
        ece_chance=float(chance[shown].sum() / total[shown].sum()),
    )


def calibration_test(
    probability: NDArray[np.float64], is_signal: NDArray[np.bool_], weight: NDArray[np.float64]
) -> HypothesisTest:
    """Test that probabilities are right: a chi2 of found against given in bins (Hosmer and Lemeshow, with weights).

    ``sum_bins (sum w (y - p))^2 / V`` with as many degrees of freedom as bins. In V, what the sum of ``w^2 (y - p)^2``
    is expected to be if the probabilities are right, events of the classes have the mean weights
    ``a = sum w^2 / sum w`` of signal and b of background: ``sum w p (1 - p) (a (1 - p) + b p)``. Bins are joined until
    five effective events of either class are expected in each.

    Examples
    --------
    >>> p, y = np.repeat([0.25, 0.75], 40), np.tile([True, False, False, False, True, True, True, False], 10)
    >>> calibration_test(p, np.sort(y), np.ones(80)).p_value < 1e-4
    True
    """
    from scipy.special import chdtrc

    y = np.asarray(is_signal, dtype=np.float64)
    place = quantile_bins(probability, N_BINS, weight).place
    total, given, found = _sums(place, weight, probability, y)
    sums, squares = (np.array([each @ (1.0 - y), each @ y]) for each in (weight, weight**2))
    numbers = effective_number(float(sums[0]), float(squares[0])), effective_number(float(sums[1]), float(squares[1]))
    nothing = HypothesisTest(0.0, 1.0, *numbers, n_dof=0)
    if min(sums) <= 0:
        return nothing
    starts = _joined(np.stack([total - given, given]) * (sums / squares)[:, None])
    if not starts:
        return nothing
    variance = np.add.reduceat(_null_variance(place, weight, probability, squares / sums, len(total)), starts)
    distance = np.add.reduceat(found - given, starts)
    if variance.min() <= 0:
        return nothing
    statistic = float((distance**2 / variance).sum())
    return HypothesisTest(statistic, float(chdtrc(len(starts), statistic)), *numbers, n_dof=len(starts))


def _sums(
    place: NDArray[np.uint8], weight: NDArray[np.float64], probability: NDArray[np.float64], y: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Return the sums of weights, of weighted probabilities and of the weights of signal in each bin."""
    n = int(place.max(initial=0)) + 1
    columns = weight, weight * probability, weight * y
    return [np.bincount(place, weights=each, minlength=n).astype(np.float64) for each in columns]


def _null_variance(
    place: NDArray[np.uint8],
    weight: NDArray[np.float64],
    p: NDArray[np.float64],
    mean_weights: NDArray[np.float64],
    n: int,
) -> NDArray[np.float64]:
    """Return the variance of the weight of signal in each bin, if probabilities are right."""
    background, signal = mean_weights
    own: NDArray[np.float64] = weight * p * (1.0 - p) * (signal * (1.0 - p) + background * p)
    return np.maximum(np.bincount(place, weights=own, minlength=n), 0.0)


def _joined(expected: NDArray[np.float64]) -> list[int]:
    """Return where joined bins start, so that each expects enough events of either class; what is left over goes last.

    Examples
    --------
    >>> _joined(np.array([[9.0, 9.0, 9.0, 9.0], [2.0, 4.0, 8.0, 1.0]]))
    [0, 2]
    """
    starts, begin = [0], 0
    for end in range(1, expected.shape[1] + 1):
        if expected[:, begin:end].sum(axis=1).min() >= FEWEST:
            begin = end
            starts.append(end)
    return starts[:-1]
