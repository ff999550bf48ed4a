"""Mutual information of estimate and truth, as TMVA finds it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.influence import correction
from umva.reports.results import Number

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["mutual_information"]

N_BINS = (75, 50)
"""Bins of estimate and truth: TMVA fills 150 and 100 and merges them in pairs."""


def mutual_information(
    estimate: NDArray[np.float64],
    truth: NDArray[np.float64],
    weight: NDArray[np.float64],
    where: NDArray[np.bool_] | None = None,
) -> Number:
    """Return ``sum p(x, y) ln(p(x, y) / (p(x) p(y)))`` in nats, x being bins of the estimate and y of the truth.

    0 if they are independent, the entropy of the truth's bins if one follows from the other. Both have the same range,
    from the smallest to the largest value of either, which itself falls out; so TMVA's printed numbers are reproduced.
    Fluctuations of the bins can only add to it, about ``n_cells / (2 n_eff)`` where nothing is known. The error is
    propagated from the bins' sums of squared weights; a bin whose weights sum to less than nothing counts as empty.

    Parameters
    ----------
    estimate, truth, weight
        One each per event, shape ``(n_events,)``.
    where
        Which events enter, all if None; the range is that of all.

    Examples
    --------
    >>> x = np.arange(1000.0)
    >>> round(mutual_information(x, x, np.ones(1000)).value, 2)
    3.68
    """
    import boost_histogram as bh

    counted = weight != 0
    if not counted.any():
        return Number(0.0, note="not measurable: no positive sum of weights")
    low = min(float(each[counted].min()) for each in (estimate, truth))
    high = max(float(each[counted].max()) for each in (estimate, truth))
    if not low < high:
        return Number(0.0, note="not measurable: estimates and truth are one number")
    axes = [bh.axis.Regular(n, low, high) for n in N_BINS]
    chosen = slice(None) if where is None else where
    filled = bh.Histogram(*axes, storage=bh.storage.Weight()).fill(
        estimate[chosen], truth[chosen], weight=weight[chosen]
    )
    sums, squares = np.maximum(filled.view()["value"], 0.0), np.array(filled.view()["variance"])
    total = float(sums.sum())
    if total <= 0:
        return Number(0.0, note="not measurable: no positive sum of weights")
    p = sums / total
    independent = p.sum(axis=1, keepdims=True) * p.sum(axis=0, keepdims=True)
    full = p > 0
    surprise = np.log(p[full] / independent[full])
    value = float(p[full] @ surprise)
    squares = squares[full]
    variance = float(squares @ (surprise - value) ** 2) / total**2 * correction(total, float(squares.sum()))
    return Number(value, math.sqrt(variance))
