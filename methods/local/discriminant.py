"""A linear discriminant of the few events around each event, for all of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["local_shares"]

_FLAT = 1e-10
"""Directions whose variance is less than this share of the largest tell nothing: there are few neighbours, or they lie in a plane."""


def local_shares(away: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the shares of the classes at the origin, were each a Gaussian around its mean with the covariance of all.

    Parameters
    ----------
    away
        Neighbours of each event as seen from it, shape ``(n_events, n_neighbours, n_variables)``.
    weight
        Their weights, shape ``(n_events, n_neighbours, n_classes)``, 0 but in the column of the neighbour's class; they sum to 1
        for each event, and those of a class to its prior share.

    Returns
    -------
    Shape ``(n_events, n_classes)``, each row summing to 1. The covariance is that within the classes, weighted.
    (Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, Springer 2009, section 4.3.)

    Examples
    --------
    >>> away = np.array([[[-1.0], [1.0], [2.0], [4.0]]])
    >>> local_shares(away, np.array([[[0.25, 0], [0.25, 0], [0, 0.25], [0, 0.25]]])).round(3).tolist()
    [[0.989, 0.011]]
    """
    prior = weight.sum(axis=1)
    sums = np.einsum("ikc,ikj->icj", weight, away)
    mean = np.divide(sums, prior[:, :, None], out=np.zeros_like(sums), where=prior[:, :, None] > 0)
    squares = np.einsum("ik,ikj,ikl->ijl", weight.sum(axis=2), away, away, optimize=True)
    covariance = squares - np.einsum("ic,icj,icl->ijl", prior, mean, mean)
    precision = np.linalg.pinv(covariance, rcond=_FLAT, hermitian=True)
    distance = np.einsum("icj,ijl,icl->ic", mean, precision, mean, optimize=True)
    distance = np.where(prior > 0, distance, np.inf)
    density = prior * np.exp(-0.5 * (distance - distance.min(axis=1, keepdims=True)))
    shares: NDArray[np.float64] = density / density.sum(axis=1, keepdims=True)
    return shares
