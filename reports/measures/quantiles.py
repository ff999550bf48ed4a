"""Weighted quantiles with errors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.ranked import effective_number
from umva.reports.results import Number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["QUANTILES", "quantiles"]

QUANTILES = {"0.50": 0.50, "0.68": 0.68, "0.90": 0.90, "0.95": 0.95, "0.99": 0.99}
"""Shares of the events, by the key that they have in the results."""

FEW = 10
"""Effective events on the smaller side of a quantile below which its error is called rough."""


def quantiles(
    values: NDArray[np.float64], weight: NDArray[np.float64], shares: Iterable[float] = tuple(QUANTILES.values())
) -> list[Number]:
    """Return the smallest values at or below which these shares of the weight lie.

    The error is that of the share below, carried over to values by how the quantile changes within two standard
    deviations of the share (Woodruff, J. Am. Stat. Assoc. 47 (1952) 635).

    Parameters
    ----------
    values, weight
        Values and weights of the events, shape ``(n_events,)``. Negative weights can make the share below a value fall
        while the value rises; the running maximum is taken, as for ROC curves.
    shares
        Between 0 and 1.

    Examples
    --------
    >>> [each.value for each in quantiles(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0]), [0.25, 0.5, 0.9])]
    [1.0, 2.0, 3.0]
    """
    total, squares = float(weight.sum()), float(weight @ weight)
    if total <= 0:
        return [Number(0.0, note="not measurable: no positive sum of weights") for _ in shares]
    if len(values) == 1:
        return [Number(float(values[0]), note="no error: one event") for _ in shares]
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    below = np.maximum.accumulate(np.cumsum(weight[order]))
    below_squares = np.cumsum(weight[order] ** 2)
    n_eff = effective_number(total, squares)

    def at(share: float) -> int:
        return min(int(np.searchsorted(below, share * total)), len(ordered) - 1)

    found = []
    for share in shares:
        k = at(share)
        step = math.sqrt((1.0 - share) ** 2 * below_squares[k] + share**2 * (squares - below_squares[k])) / total
        low, high = max(share - 2.0 * step, 0.0), min(share + 2.0 * step, 1.0)
        slope = (float(ordered[at(high)]) - float(ordered[at(low)])) / (high - low) if high > low else 0.0
        rough = min(share, 1.0 - share) * n_eff < FEW
        note = "few events beyond it: the error is rough" if rough else None
        found.append(Number(float(ordered[k]), slope * step, note=note))
    return found
