"""Toy events, and what is measured on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.methods import Events

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["auc", "rank_correlation", "toys"]


def toys(n_events: int = 400, *, n_variables: int = 4, seed: int = 1) -> Events:
    """Return two overlapping Gaussians with weights between 0.5 and 2; the first variable separates best.

    Examples
    --------
    >>> toys(6).X.shape
    (6, 4)
    """
    rng = np.random.default_rng(seed)
    y = (np.arange(n_events) % 2).astype(np.int8)
    X = rng.normal(size=(n_events, n_variables)) + y[:, None] * np.linspace(1.5, 0.5, n_variables)
    return Events(X.astype(np.float32), y, rng.uniform(0.5, 2.0, n_events))


def auc(score: NDArray[np.float64], events: Events) -> float:
    """Return the weighted share of signal-background pairs in the right order, ties counting half.

    Examples
    --------
    >>> events = Events(np.zeros((3, 1), np.float32), np.array([1, 0, 0], np.int8), np.array([1.0, 3.0, 1.0]))
    >>> auc(np.array([0.5, 0.1, 0.9]), events)
    0.75
    """
    signal = events.y == 1
    pairs = events.weight[signal][:, None] * events.weight[~signal]
    above = np.sign(score[signal][:, None] - score[~signal])
    return float((pairs * (above + 1)).sum() / (2 * pairs.sum()))


def rank_correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return Spearman's correlation coefficient, 0 if either is constant.

    Examples
    --------
    >>> round(rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([1.0, 10.0, 1000.0])), 6)
    1.0
    """
    from scipy.stats import rankdata

    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(rankdata(one), rankdata(other))[0, 1])
