"""From decision values to probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["probability"]


def probability(decision: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities that decision values stand for, in their shape.

    Parameters
    ----------
    decision
        Log odds of signal, shape ``(n_events,)``: the logistic function is taken. Or one value a class, shape
        ``(n_events, n_classes)``: the softmax, whose rows sum to 1.

    Examples
    --------
    >>> probability(np.array([0.0, 1000.0])).tolist()
    [0.5, 1.0]
    >>> probability(np.array([[0.0, 0.0, -1000.0]])).tolist()
    [[0.5, 0.5, 0.0]]
    """
    if decision.ndim == 1:
        logistic: NDArray[np.float64] = np.exp(-np.logaddexp(0.0, -decision))  # 1 / (1 + exp(-x)) without overflow
        return logistic
    odds = np.exp(decision - decision.max(axis=1, keepdims=True))
    softmax: NDArray[np.float64] = odds / odds.sum(axis=1, keepdims=True)
    return softmax
