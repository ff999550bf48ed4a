"""From where to where a histogram goes: the rules of TMVA, and a robust one for figures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.histogram import Binning

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["robust_binning", "tmva_response_binning", "tmva_variable_binning", "weighted_quantiles"]

MOST_STEPS = 60
"""Integers over a range of at most so many get a bin each."""

ENOUGH = 100_000
"""Events of a class that suffice to find a range."""


def tmva_variable_binning(
    values: NDArray[np.floating], weight: NDArray[np.float64], *, n_rms: float = 8.0, n_bins: int = 40
) -> Binning:
    """Return the bins in which TMVA finds the separation of an input variable.

    They run from the smallest to the largest value, but at most ``n_rms`` weighted standard deviations from the
    weighted mean, and are then stretched at the upper end by one bin. Both classes of the training part go in together.
    The rule was found by comparison with ``InputVariables_Id`` of TMVA's output.

    Examples
    --------
    >>> tmva_variable_binning(np.array([0.0, 1.0]), np.ones(2))
    Binning(low=0.0, high=1.025, n_bins=40)
    """
    finite = values[np.isfinite(values)]
    if not len(finite):
        return Binning(0.0, 1.0, n_bins)
    low, high = float(finite.min()), float(finite.max())
    mean, rms = moments(finite, weight[np.isfinite(values)] if len(finite) < len(values) else weight)
    low, high = max(low, mean - n_rms * rms), min(high, mean + n_rms * rms)
    return _widened(low, high + (high - low) / n_bins, n_bins)


def tmva_response_binning(
    classes: Iterable[tuple[NDArray[np.floating], NDArray[np.float64]]], *, n_rms: float = 10.0, n_bins: int = 40
) -> Binning:
    """Return TMVA's range for responses: all of them, but at most ``n_rms`` standard deviations from the class means.

    Parameters
    ----------
    classes
        Responses and weights of each class; empty ones are passed over.

    Examples
    --------
    >>> tmva_response_binning([(np.array([0.0, 1.0]), np.ones(2)), (np.array([-1.0, 0.0]), np.ones(2))])
    Binning(low=-1.0, high=1.00001, n_bins=40)
    """
    filled = [(values, weight) for values, weight in classes if len(values)]
    if not filled:
        return Binning(0.0, 1.0, n_bins)
    spread = [moments(values, weight) for values, weight in filled]
    low = max(min(mean - n_rms * rms for mean, rms in spread), min(float(values.min()) for values, _ in filled))
    high = min(max(mean + n_rms * rms for mean, rms in spread), max(float(values.max()) for values, _ in filled) + 1e-5)
    return _widened(low, high, n_bins)


def robust_binning(
    classes: Iterable[tuple[NDArray[np.floating], NDArray[np.float64]]], *, tail: float = 0.005, n_bins: int = 40
) -> Binning:
    """Return the bins in which to draw a variable: far tails are left to under- and overflow.

    The range reaches from the smaller of the classes' weighted ``tail`` quantiles to the larger of their ``1 - tail``
    quantiles (absolute weights). Whole numbers get bins of whole width that are centred on them. Of a large class some
    100 000 evenly spaced events are looked at.

    Examples
    --------
    >>> robust_binning([(np.array([0.0, 1.0, 2.0]), np.ones(3))])
    Binning(low=-0.5, high=2.5, n_bins=3)
    """
    low, high, whole = math.inf, -math.inf, True
    for values, weight in classes:
        step = -(-len(values) // ENOUGH) or 1
        sample, share = values[::step], np.abs(weight[::step])
        finite = np.isfinite(sample)
        if not share[finite].any():
            continue
        sample, share = sample[finite].astype(np.float64), share[finite]
        below, above = weighted_quantiles(sample, share, [tail, 1.0 - tail])
        low, high = min(low, float(below)), max(high, float(above))
        whole = whole and bool((sample == np.rint(sample)).all())
    if not low <= high:
        return Binning(0.0, 1.0, n_bins)
    if whole:
        n_values = round(high - low) + 1
        width = 1 if n_values <= MOST_STEPS else math.ceil(n_values / n_bins)
        n_whole = math.ceil(n_values / width)
        return Binning(low - 0.5, low - 0.5 + width * n_whole, n_whole)
    return _widened(low, high, n_bins)


def weighted_quantiles(
    values: NDArray[np.float64], weight: NDArray[np.float64], shares: Iterable[float]
) -> NDArray[np.float64]:
    """Return the smallest values below or at which the given shares of the (non-negative) weight lie.

    Examples
    --------
    >>> weighted_quantiles(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0]), [0.25, 0.5]).tolist()
    [1.0, 2.0]
    """
    order = np.argsort(values)
    reached = np.cumsum(weight[order])
    found = np.searchsorted(reached, np.asarray(list(shares)) * reached[-1])
    quantiles: NDArray[np.float64] = values[order][np.minimum(found, len(values) - 1)]
    return quantiles


def moments(values: NDArray[np.floating], weight: NDArray[np.float64]) -> tuple[float, float]:
    """Return the weighted mean and standard deviation; absolute weights where theirs sum to nothing positive."""
    total = float(weight.sum())
    if total <= 0:
        weight = np.abs(weight)
        total = float(weight.sum()) or 1.0
    shift = float(values[0])
    centred = values.astype(np.float64) - shift
    mean = float(weight @ centred) / total
    variance = float(weight @ (centred - mean) ** 2) / total
    return shift + mean, math.sqrt(max(variance, 0.0))


def _widened(low: float, high: float, n_bins: int) -> Binning:
    """Return the bins, half a unit (or a share of a large value) to either side where all values are one."""
    if high - low <= 1e-9 * max(abs(low), abs(high)) or high <= low:
        half = 0.5 * max(1.0, abs(low))
        return Binning(low - half, low + half, n_bins)
    return Binning(low, high, n_bins)
