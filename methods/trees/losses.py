"""How well a forest does, as one number: what the training curves show and early stopping watches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["log_loss", "roc_area", "unexplained", "variances"]


def log_loss(truth: Floats, weight: Floats) -> float:
    """Return the weighted sum of ``-ln p`` from the probability ``truth`` of each event's own class.

    Examples
    --------
    >>> log_loss(np.exp([-1.0, -3.0]), np.array([1.0, 1.0]))
    4.0
    """
    return float(-np.sum(weight * np.log(np.maximum(truth, np.finfo(np.float64).tiny))))


def unexplained(y: NDArray[Any], weight: Floats, response: Floats, variance: Floats) -> float:
    """Return the weighted sum of squared deviations as shares of the targets' variances; their mean over the targets.

    Examples
    --------
    >>> y = np.array([[0.0], [4.0]])
    >>> unexplained(y, np.ones(2), y + 1.0, np.array([4.0]))
    0.5
    """
    squares = np.sum(weight[:, np.newaxis] * (y - response) ** 2, axis=0)
    return float(np.mean(squares / np.maximum(variance, np.finfo(np.float64).tiny)))


def variances(y: NDArray[Any], weight: Floats) -> Floats:
    """Return the weighted variance of each target, of ``y`` with shape ``(n_events, n_targets)``.

    Examples
    --------
    >>> variances(np.array([[0.0], [4.0]]), np.ones(2)).tolist()
    [4.0]
    """
    found: Floats = np.average((y - np.average(y, axis=0, weights=weight)) ** 2, axis=0, weights=weight)
    return found


def roc_area(y: NDArray[np.int8], weight: Floats, response: Floats) -> float:
    """Return the area under the ROC curve; equal responses count half.

    Examples
    --------
    >>> roc_area(np.array([0, 1, 1], np.int8), np.ones(3), np.array([0.3, 0.1, 0.5]))
    0.5
    """
    levels, place = np.unique(response, return_inverse=True)
    signal = np.bincount(place, weight * (y == 1), len(levels))
    background = np.bincount(place, weight * (y == 0), len(levels))
    below = np.cumsum(background) - 0.5 * background
    return float(signal @ below / (signal.sum() * background.sum()))
