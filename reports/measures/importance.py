"""Shapley values of many events in one number a variable."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.influence import correction
from umva.reports.results import Number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["shap_shares"]


def shap_shares(
    values: NDArray[np.float64], names: Sequence[str], sample_weight: NDArray[np.float64] | None = None
) -> dict[str, Number]:
    """Return each variable's mean absolute Shapley value as a share of the sum over variables, largest first.

    Shares can be compared between methods whose responses have different units. The error is the spread from event to
    event (delta method for the ratio), which takes the trained method as given.

    Parameters
    ----------
    values
        Shapley values, shape ``(n_events, n_variables)``; of several outputs ``(n_events, n_variables, n_outputs)``, and
        then the mean of the outputs' shares is returned.
    names
        The variables.
    sample_weight
        Weight of each event, one each if None. Their absolute values are used: an event of negative weight has as much
        influence on what a method does as any other.

    Examples
    --------
    >>> shares = shap_shares(np.array([[0.1, -0.3], [0.2, 0.2]]), ["m_bb", "m_jj"])
    >>> {name: round(share.value, 3) for name, share in shares.items()}
    {'m_jj': 0.625, 'm_bb': 0.375}
    """
    size = np.abs(np.asarray(values, dtype=np.float64))
    size = size.reshape(*size.shape[:2], -1)
    weight = np.ones(len(size)) if sample_weight is None else np.abs(sample_weight)
    total = float(weight.sum())
    mean = np.tensordot(weight, size, axes=1) / total if total > 0 else np.zeros(size.shape[1:])
    whole = mean.sum(axis=0)
    told = whole > 0
    if not told.any():
        return {name: Number(0.0, note="all Shapley values are 0") for name in names}
    size, mean, whole = size[:, :, told], mean[:, told], whole[told]
    share = mean / whole
    residual = ((size - size.sum(axis=1, keepdims=True) * share) / whole).mean(axis=2)
    squares = weight**2
    lacking = correction(total, float(squares.sum()))
    error = np.sqrt(squares @ residual**2 * lacking) / total
    found = {
        name: Number(float(s), float(e)) if math.isfinite(e) else Number(float(s))
        for name, s, e in zip(names, share.mean(axis=1), error, strict=True)
    }
    return dict(sorted(found.items(), key=lambda item: -item[1].value))
