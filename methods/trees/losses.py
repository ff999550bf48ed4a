"""How well a forest does, as one number: what the training curves show and early stopping watches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["log_loss", "unexplained"]


def log_loss(truth: Floats, weight: Floats) -> float:
    """Return the mean of ``-ln p`` from the probability ``truth`` of each event's own class.

    Examples
    --------
    >>> log_loss(np.exp([-1.0, -3.0]), np.array([1.0, 1.0]))
    2.0
    """
    return float(-np.average(np.log(np.maximum(truth, np.finfo(np.float64).tiny)), weights=weight))


def unexplained(y: NDArray[Any], weight: Floats, response: Floats, known: NDArray[Any], known_weight: Floats) -> float:
    """Return mean squared deviations as shares of the targets' variances among the ``known``; their mean over the targets.

    Examples
    --------
    >>> y, weight = np.array([[0.0], [4.0]]), np.ones(2)
    >>> unexplained(y, weight, y + 1.0, y, weight)
    0.25
    """
    variance = np.average((known - np.average(known, axis=0, weights=known_weight)) ** 2, axis=0, weights=known_weight)
    squares = np.average((y - response) ** 2, axis=0, weights=weight)
    return float(np.mean(squares / np.maximum(variance, np.finfo(np.float64).tiny)))
