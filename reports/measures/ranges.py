"""From where to where a histogram goes: the rules of TMVA, and a robust one for figures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.histogram import Binning

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

__all__ = ["on_steps", "robust_binning", "tmva_response_binning", "tmva_variable_binning", "weighted_quantiles"]

MOST_STEPS = 60
"""Values in steps over a range of at most so many get a bin each."""

MOST_VALUES = 2000
"""Distinct values beyond which no steps are looked for; bins that do not fit them then do no harm."""

NEAR = 0.1
"""Share of a range by which it is stretched to hold the last values, too."""

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
    quantiles (absolute weights), both included, so that values piled up at an end are seen, and on to the last value
    where that is near, as with angles. Whole numbers and other values in even steps get bins of whole steps. Of a large
    class some 100 000 evenly spaced events are looked at.

    Examples
    --------
    >>> robust_binning([(np.array([0.0, 1.0, 2.0]), np.ones(3))])
    Binning(low=-0.5, high=2.5, n_bins=3)
    """
    low, high, seen = math.inf, -math.inf, []
    for values, weight in classes:
        step = -(-len(values) // ENOUGH) or 1
        sample, share = values[::step], np.abs(weight[::step])
        finite = np.isfinite(sample)
        if not share[finite].any():
            continue
        sample, share = sample[finite].astype(np.float64), share[finite]
        below, above = weighted_quantiles(sample, share, [tail, 1.0 - tail])
        low, high = min(low, float(below)), max(high, float(above))
        seen.append(sample)
    if not low <= high:
        return Binning(0.0, 1.0, n_bins)
    lowest, highest = min(float(each.min()) for each in seen), max(float(each.max()) for each in seen)
    near = NEAR * (high - low)
    low, high = (lowest if low - lowest <= near else low), (highest if highest - high <= near else high)
    return on_steps(_widened(low, high + 1e-6 * (high - low), n_bins), seen)


def on_steps(binning: Binning, values: Sequence[NDArray[np.floating]]) -> Binning:
    """Return bins of whole steps if all values lie on even steps, else the bins given.

    Other bins would hold now one, now two of the steps and show a comb that is not in the data. A response in steps is
    the share of signal among k neighbours; a variable in steps is a number of jets.

    Parameters
    ----------
    binning
        The range to keep to, and the number of bins where steps must share one.
    values
        The values of each class.

    Examples
    --------
    >>> on_steps(Binning(0.0, 1.0, n_bins=40), [np.array([0.0, 0.1, 0.4]), np.array([0.2, 0.7])])
    Binning(low=-0.05, high=1.05, n_bins=11)
    >>> on_steps(Binning(0.0, 1.0, n_bins=40), [np.array([0.0, 0.1, 0.4142, 1.0])])
    Binning(low=0.0, high=1.0, n_bins=40)
    >>> on_steps(Binning(0.0, 4e-14, n_bins=40), [np.array([0.0, 1e-14, 4e-14])]).high > 4e-14
    True
    """
    distinct = np.unique(np.concatenate([np.unique(each).astype(np.float64) for each in values]))
    step = _step(distinct)
    if not step:
        return binning
    first = math.ceil((binning.low - distinct[0]) / step - 0.05)
    last = math.floor((binning.high - distinct[0]) / step + 0.05)
    n_values = max(last - first, 0) + 1
    width = 1 if n_values <= MOST_STEPS else math.ceil(n_values / binning.n_bins)
    decimals = max(12, 6 - math.floor(math.log10(step)))
    low = round(float(distinct[0]) + (first - 0.5) * step, decimals)
    n_bins = math.ceil(n_values / width)
    return Binning(low, round(low + n_bins * width * step, decimals), n_bins)


def _step(distinct: NDArray[np.float64]) -> float:
    """Return the step on whose multiples all values lie, 0 if there is none; single precision may blur them."""
    if not 2 <= len(distinct) <= MOST_VALUES:
        return 0.0
    span = float(distinct[-1] - distinct[0])
    steps = np.diff(distinct)
    steps = steps[steps > 1e-6 * span]
    n_steps = round(span / float(steps.min()))
    places = (distinct - distinct[0]) * (n_steps / span)
    even = n_steps <= 50 * len(distinct) and bool(np.all(np.abs(places - np.rint(places)) < 0.02))
    return span / n_steps if even else 0.0


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
