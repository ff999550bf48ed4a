"""Weighted linear correlations of the variables, class by class, in one pass over samples larger than memory."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.influence import combined, mean_of
from umva.reports.results import Number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["correlation", "correlations"]

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


def correlation(x: NDArray[np.floating], y: NDArray[np.floating], weight: NDArray[np.float64]) -> Number:
    """Return the weighted linear correlation coefficient of two quantities, with its error.

    Events where one of them has no value are left out; negative weights enter as they are. Where one has no spread it is
    0, and its note says so.

    Parameters
    ----------
    x, y, weight
        Values and weights of the events, shape ``(n_events,)``.

    Examples
    --------
    >>> round(correlation(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 7.0]), np.ones(3)).value, 3)
    0.993
    """
    both = np.isfinite(x) & np.isfinite(y)
    own = weight[both]
    u, v = (_standardised(each[both].astype(np.float64), own) for each in (x, y))
    if u is None or v is None:
        return Number(0.0, note="not measurable: one of the two has no spread")
    value = mean_of(u * v, own)
    # Both spreads are measured, too: what they contribute takes half of u^2 + v^2 off the product.
    found = combined(value.value, [(1.0, value), (-0.5 * value.value, mean_of(u**2 + v**2, own))]).number
    return Number(min(max(found.value, -1.0), 1.0), found.error, note=found.note)


def _standardised(values: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return values of mean 0 and spread 1, or None if they have no spread."""
    centred = values - mean_of(values, weight).value
    spread = math.sqrt(max(mean_of(centred**2, weight).value, 0.0))
    return centred / spread if spread > 1e-12 * float(np.abs(values).max(initial=0.0)) else None


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
