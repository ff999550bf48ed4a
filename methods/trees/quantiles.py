"""Weighted quantiles of groups of values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["quantiles"]

_ROUNDING = 1e-9


def quantiles(
    value: Floats,
    weight: Floats,
    share: float,
    group: NDArray[Any] | None = None,
    n_groups: int = 1,
    *,
    exact: bool = True,
) -> Floats:
    """Return the value below which ``share`` of the weight lies, in each group, shape ``(n_groups,)``; 0 in empty ones.

    Parameters
    ----------
    value, weight
        Numbers with weights above zero, shape ``(n_values,)``.
    share
        From 0 to 1; 0.5 gives the median.
    group
        The group of each, a number from 0; None for one group.
    exact
        Where the share falls between two values their mean is taken, so that weight 2 is the value twice. Otherwise TMVA's
        rule: the value after the one in which the weight passes ``share``, if there is another.

    Examples
    --------
    >>> value, weight = np.array([4.0, 1.0, 2.0, 3.0]), np.array([1.0, 1.0, 1.0, 3.0])
    >>> quantiles(value, weight, 0.5).tolist(), quantiles(value, weight, 0.5, exact=False).tolist()
    ([3.0], [4.0])
    >>> quantiles(value, weight, 0.5, np.array([0, 0, 0, 1]), 2).tolist()
    [2.0, 3.0]
    """
    group = np.zeros(len(value), np.intp) if group is None else group
    order = np.lexsort((value, group))
    counts = np.bincount(group, minlength=n_groups)
    filled = np.flatnonzero(counts)
    last = np.cumsum(counts)[filled] - 1
    first = last - counts[filled] + 1
    passed = np.cumsum(weight[order])
    before = passed[first] - weight[order[first]]
    wanted = before + share * (passed[last] - before)
    slack = _ROUNDING * (passed[last] - before) if exact else 0.0
    place = np.searchsorted(passed, wanted + slack, side="right")
    found = np.zeros(n_groups)
    if exact:
        lower = np.searchsorted(passed, wanted - slack, side="left")
        pair = value[order[[np.clip(each, first, last) for each in (lower, place)]]]
        found[filled] = 0.5 * (pair[0] + pair[1])
    else:
        found[filled] = value[order[np.minimum(place + 1, last)]]
    return found
