"""Weighted linear correlations of the variables, class by class, in one pass over samples larger than memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["correlations"]

CHUNK = 65_536
"""Events converted to double precision at a time."""


def correlations(
    X: NDArray[np.float32], weight: NDArray[np.float64], classes: Sequence[NDArray[np.bool_]], *, chunk: int = CHUNK
) -> list[NDArray[np.float64]]:
    """Return one matrix of weighted linear correlation coefficients for each class.

    Sums are kept in double precision and relative to the first event, so that float32 columns far from 0 lose nothing.
    An event with a missing value (NaN) in any variable is left out. A variable that is constant in a class, or whose
    variance negative weights make negative, is given the correlation 0 with all others.

    Parameters
    ----------
    X
        Variables, shape ``(n_events, n_variables)``; may be a memory map.
    weight
        Weights, shape ``(n_events,)``; negative ones enter as they are, coefficients are clipped to -1 to 1.
    classes
        For each class which events are of it, shape ``(n_events,)`` each.
    chunk
        So many events are read at a time.

    Examples
    --------
    >>> X = np.array([[1, 2, 5], [2, 4, 5], [3, 7, 5]], dtype=np.float32)
    >>> correlations(X, np.ones(3), [np.ones(3, dtype=bool)])[0].round(3).tolist()
    [[1.0, 0.993, 0.0], [0.993, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    n_events, n_variables = X.shape
    totals = np.zeros(len(classes))
    firsts = np.zeros((len(classes), n_variables))
    products = np.zeros((len(classes), n_variables, n_variables))
    shifts: list[NDArray[np.float64] | None] = [None] * len(classes)
    for start in range(0, n_events, chunk):
        rows = slice(start, min(start + chunk, n_events))
        block = np.asarray(X[rows], dtype=np.float64)
        complete = np.isfinite(block).all(axis=1)
        for k, of_class in enumerate(classes):
            chosen = of_class[rows] & complete
            if not chosen.any():
                continue
            own, own_weight = block[chosen], weight[rows][chosen]
            shift = shifts[k]
            if shift is None:
                shift = shifts[k] = own[0].copy()
            own -= shift
            weighted = own * own_weight[:, None]
            totals[k] += own_weight.sum()
            firsts[k] += weighted.sum(axis=0)
            products[k] += weighted.T @ own
    return [
        _coefficients(total, first, product) for total, first, product in zip(totals, firsts, products, strict=True)
    ]


def _coefficients(total: float, first: NDArray[np.float64], product: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return correlation coefficients from sums of w, w x and w x x'."""
    result = np.eye(len(first))
    if total <= 0:
        return result
    covariance = product / total - np.outer(first / total, first / total)
    variance = np.diagonal(covariance)
    rms = np.sqrt(np.where(variance > 0, variance, np.inf))
    coefficients = np.clip(covariance / np.outer(rms, rms), -1.0, 1.0)
    return np.where(result == 1.0, 1.0, 0.5 * (coefficients + coefficients.T))
