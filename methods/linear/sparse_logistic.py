"""Logistic regression with a penalty on absolute values, which sets coefficients to exactly 0.

Each coefficient is the difference of two that must not be negative, so that the penalty is smooth and a quasi-Newton method
with bounds does the rest (Schmidt, Fung and Rosales, ECML 2007, section 3.2). Unlike stochastic methods it gives the same
bits whatever the order of the events, and events of very different weights or inputs that say the same do not disturb it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["minimise_sparse"]


def minimise_sparse(
    X: NDArray[np.floating],
    y: NDArray[np.int8],
    weight: NDArray[np.float64],
    n_classes: int,
    *,
    l1: float,
    l2: float,
    tol: float,
    max_iter: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64], bool]:
    """Minimise ``mean loss + l1 sum |b| + l2 / 2 sum b^2`` over coefficients ``b`` and offsets.

    Parameters
    ----------
    X
        Scaled inputs, shape ``(n_events, n_variables)``.
    y, weight
        Class and weight of each event; the mean is weighted.
    n_classes
        Two are told apart by one column of log odds, more by one column of logits each.
    tol, max_iter
        Gradient at which it stops, and steps at most.

    Returns
    -------
    coefficients, offsets, converged
        Shapes ``(n_variables, n_columns)`` and ``(n_columns,)``.

    Examples
    --------
    >>> X = np.array([[-1.0, 0.1], [-1.0, -0.1], [1.0, 0.1], [1.0, -0.1]])
    >>> y = np.array([0, 0, 1, 1], np.int8)
    >>> found = minimise_sparse(X, y, np.ones(4), 2, l1=0.1, l2=0.0, tol=1e-9, max_iter=100)
    >>> found[0].round(4).tolist(), found[2]  # 1 / (1 + exp(2.1972)) is 0.1
    ([[2.1972], [0.0]], True)
    """
    from scipy.optimize import minimize

    n_events, n_variables = X.shape
    n_columns = 1 if n_classes == 2 else n_classes
    size = n_variables * n_columns
    share, truth = weight / weight.sum(), np.eye(n_classes)[y]
    rows = np.arange(n_events)

    def value(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        positive, negative, offset = np.split(parameters, [size, 2 * size])
        b = positive - negative
        logs = _log_probabilities(X @ b.reshape(n_variables, n_columns) + offset)
        wrong = (share[:, None] * (np.exp(logs) - truth))[:, -n_columns:]
        gradient = (X.T @ wrong).ravel() + l2 * b
        penalty = l1 * (positive.sum() + negative.sum()) + 0.5 * l2 * b @ b
        loss = float(penalty - share @ logs[rows, y])
        return loss, np.concatenate([gradient + l1, l1 - gradient, wrong.sum(axis=0)])

    bounds = [(0.0, None)] * (2 * size) + [(None, None)] * n_columns
    options = {"maxiter": max_iter, "maxfun": 10 * max_iter, "gtol": tol, "ftol": 1e-15, "maxcor": 20}
    start = np.zeros(2 * size + n_columns)
    found = minimize(value, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    positive, negative, offset = np.split(found.x, [size, 2 * size])
    return (positive - negative).reshape(n_variables, n_columns), offset, bool(found.success)


def _log_probabilities(decision: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithms of the classes' probabilities, shape ``(n_events, n_classes)``."""
    logits = np.column_stack([np.zeros(len(decision)), decision]) if decision.shape[1] == 1 else decision
    logits = logits - logits.max(axis=1, keepdims=True)
    logs: NDArray[np.float64] = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return logs
