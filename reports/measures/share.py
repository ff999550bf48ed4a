"""A weighted share of events, with its error: who passes, who is taken for what."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from umva.reports.results import Number

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["share_of"]


def share_of(weight: NDArray[np.float64], chosen: NDArray[np.bool_]) -> Number:
    """Return the weighted share of the chosen events, with the error of a weighted binomial share.

    The error is ``sqrt((1 - e)^2 sum_chosen w^2 + e^2 sum_rest w^2) / sum w``. Where all are chosen, or none, that is 0;
    the share of one event, ``sum w^2 / (sum w)^2``, takes its place.

    Parameters
    ----------
    weight
        Weights of the events, shape ``(n_events,)``. Negative ones enter as they are; they can take the share out of 0
        to 1.
    chosen
        Which of them are counted.

    Examples
    --------
    >>> import numpy as np
    >>> share_of(np.ones(4), np.array([True, False, False, False]))
    Number(value=0.25, error=0.21650635094610965, low=None, high=None, note=None)
    """
    total = float(weight.sum())
    if total <= 0:
        return Number(0.0, note="not measurable: no positive sum of weights")
    value = float(weight[chosen].sum()) / total
    inside, squares = float(weight[chosen] @ weight[chosen]), float(weight @ weight)
    error = math.sqrt((1.0 - value) ** 2 * inside + value**2 * max(squares - inside, 0.0)) / total
    if chosen.all() or not chosen.any():
        error = min(1.0, squares / total**2)
    return Number(value, error)
