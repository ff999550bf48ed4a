"""How much more background one method lets pass than another at the same signal efficiency, with a paired error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.reports.results import RocRatio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.measures.common_cuts import CommonCuts

__all__ = ["roc_ratio"]


def roc_ratio(
    method: CommonCuts,
    reference: CommonCuts,
    is_signal: NDArray[np.bool_],
    weight: NDArray[np.float64],
    *,
    name: str = "",
) -> RocRatio:
    """Return the ratio of two background efficiencies along the signal efficiency.

    Background events enter directly, signal events through the cut that they set, by the slope of the ROC curve
    (Hsieh and Turnbull, Annals of Statistics 24 (1996) 25). Events that both methods select move both efficiencies: the
    error has that covariance, so that methods which select the same events have a ratio of 1 without error. Efficiencies
    of the reference that are not known to within one half are left out.

    Parameters
    ----------
    method, reference
        Cuts at the same signal efficiencies on the same events, from :func:`umva.reports.measures.common_cuts`.
    is_signal, weight
        Which events are signal, and their weights, negative ones included; shape ``(n_events,)``.
    name
        Of the reference.

    Examples
    --------
    >>> from umva.reports.measures import common_cuts, rank
    >>> rng = np.random.default_rng(1)
    >>> y = rng.integers(0, 2, 2000)
    >>> a, b = (common_cuts(rank(rng.normal(size=2000) + shift * y, y), np.array([0.5])) for shift in (1.0, 1.2))
    >>> found = roc_ratio(a, b, y == 1, np.ones(2000))
    >>> round(found.ratio[0], 2), round(found.error[0], 2)
    (1.33, 0.18)
    """
    one, two = method.background, reference.background
    variances = [
        _covariance(a, b, is_signal, weight) for a, b in ((method,) * 2, (reference,) * 2, (method, reference))
    ]
    known = (two > 0) & (variances[1] < (0.5 * two) ** 2)
    a, b = one[known], two[known]
    of_one, of_two, of_both = (each[known] for each in variances)
    ratio = a / b
    # d(a / b) = da / b - a db / b^2
    variance = (of_one - 2.0 * ratio * of_both + ratio**2 * of_two) / b**2
    error = np.sqrt(np.maximum(variance, 0.0))
    return RocRatio(name, *(tuple(each.tolist()) for each in (method.signal[known], ratio, error)))


def _covariance(
    one: CommonCuts, two: CommonCuts, is_signal: NDArray[np.bool_], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the covariance of the two background efficiencies at each of the cuts."""
    background = _class_covariance(one, two, ~is_signal, weight, one.background, two.background)
    signal = _class_covariance(one, two, is_signal, weight, one.signal, two.signal)
    return background + one.slope * two.slope * signal


def _class_covariance(
    one: CommonCuts,
    two: CommonCuts,
    of_class: NDArray[np.bool_],
    weight: NDArray[np.float64],
    e_one: NDArray[np.float64],
    e_two: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the covariance of the efficiencies of one class at fixed cuts: that of weighted binomial shares."""
    own = weight[of_class]
    squares, total = own**2, own.sum()
    first, second = one.first[of_class], two.first[of_class]
    n_cuts = len(one.signal)

    def passing(index: NDArray[np.int32]) -> NDArray[np.float64]:
        by_cut = np.bincount(index, weights=squares, minlength=n_cuts + 1)[:n_cuts]
        summed: NDArray[np.float64] = np.cumsum(by_cut)
        return summed

    both = passing(np.maximum(first, second))
    summed = both - e_two * passing(first) - e_one * passing(second) + e_one * e_two * squares.sum()
    found: NDArray[np.float64] = summed / total**2
    return found
