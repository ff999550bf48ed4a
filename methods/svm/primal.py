"""Newton's method for linear support vector machines with a squared loss.

The problem has as many unknowns as features, however many events there are, and after a few steps it is known which
events count; then one more step is exact. The loss's second derivative jumps but the steps converge all the same
(Mangasarian, Optimization Methods and Software 17 (2002) 913; Keerthi and DeCoste, JMLR 6 (2005) 341; Chapelle, Neural
Computation 19 (2007) 1155). Unlike liblinear it needs no copy of the features and leaves the constant free.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.methods.chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["minimise", "shortfall"]

_AT_ONCE = 4096  # events: a thousand features of them are 32 MB


def shortfall(target: NDArray[np.float64], response: NDArray[np.float64], epsilon: float | None) -> NDArray[np.float64]:
    """Return by how much each response misses its goal, with sign; the loss is its square.

    Parameters
    ----------
    target
        1 and -1, or numbers to estimate.
    response
        In the shape of ``target``.
    epsilon
        None for classes: the response must reach beyond the target. Otherwise it must come so near.

    Examples
    --------
    >>> shortfall(np.array([1.0, 1.0, -1.0]), np.array([3.0, 0.5, 0.5]), None).tolist()
    [0.0, 0.5, -1.5]
    >>> shortfall(np.array([1.0, 1.0]), np.array([0.25, 2.0]), 0.5).tolist()
    [0.25, -0.5]
    """
    if epsilon is None:
        return target * np.maximum(0.0, 1.0 - target * response)
    missing = target - response
    return np.sign(missing) * np.maximum(0.0, np.abs(missing) - epsilon)


def minimise(
    features: Callable[[slice], NDArray[np.floating]],
    basis: NDArray[np.float64],
    target: NDArray[np.float64],
    weight: NDArray[np.float64],
    *,
    epsilon: float | None = None,
    tol: float = 1e-8,
    max_iter: int = 100,
) -> tuple[NDArray[np.float64], NDArray[np.float64], bool]:
    """Minimise ``1/2 |a|^2 + sum of weight * shortfall(target, features basis a + b)^2`` over ``a`` and ``b``.

    Parameters
    ----------
    features
        Gives the features of a slice of the events, shape ``(n_in_slice, n_features)``; asked for again at each step.
    basis
        Shape ``(n_features, n_unknowns)``.
    target, weight
        Shape ``(n_events, n_outputs)``, each output a problem of its own.
    epsilon
        See :func:`shortfall`.
    tol
        Length of the gradient at which it stops, relative to that at the start.
    max_iter
        Steps at most.

    Returns
    -------
    coefficients, offset, converged
        ``basis a``, shape ``(n_features, n_outputs)``; ``b``, shape ``(n_outputs,)``; whether ``tol`` was reached.

    Examples
    --------
    >>> x = np.array([[-1.0], [1.0]])
    >>> found = minimise(lambda rows: x[rows], np.eye(1), x, np.full((2, 1), 1e6))
    >>> found[0].round(3).tolist(), found[1].round(3).tolist(), found[2]
    ([[1.0]], [0.0], True)
    """
    problem = _Problem(features, _with_constant(basis), epsilon)
    found = [problem.solve(*column, tol, max_iter) for column in zip(target.T, weight.T, strict=True)]
    solution = np.column_stack([problem.basis @ each for each, _ in found])
    return solution[:-1], solution[-1], all(converged for _, converged in found)


def _with_constant(basis: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the basis for features with a constant 1 behind them."""
    wider = np.zeros((basis.shape[0] + 1, basis.shape[1] + 1))
    wider[:-1, :-1] = basis
    wider[-1, -1] = 1.0
    return wider


@dataclass(frozen=True)
class _Problem:
    features: Callable[[slice], NDArray[np.floating]]
    basis: NDArray[np.float64]
    epsilon: float | None

    def solve(
        self, target: NDArray[np.float64], weight: NDArray[np.float64], tol: float, max_iter: int
    ) -> tuple[NDArray[np.float64], bool]:
        """Return ``a`` with ``b`` behind it, and whether the gradient vanished."""
        n_unknowns = self.basis.shape[1]
        ridge = np.append(np.ones(n_unknowns - 1), 0.0)
        solution, response = np.zeros(n_unknowns), np.zeros(len(target))
        missing, least = shortfall(target, response, self.epsilon), np.inf
        for step_number in range(max_iter):
            pull, curvature = self._derivatives(weight, missing)
            gradient = ridge * solution - pull
            length = float(np.linalg.norm(gradient))
            if step_number == 0:
                least = tol * length
            if length <= least:
                return solution, True
            hessian = np.diag(ridge) + curvature
            hessian[np.diag_indices(n_unknowns)] += 1e-14 * np.trace(hessian)  # if no event counts, b is free
            step = np.linalg.solve(hessian, -gradient).astype(np.float64)
            change = self._response(self.basis @ step, len(target))
            size = self._step_size(solution, step, response, change, target, weight, float(gradient @ step))
            solution, response = solution + size * step, response + size * change
            counted, missing = np.sign(missing), shortfall(target, response, self.epsilon)
            if size == 0.0 or (size == 1.0 and np.array_equal(counted, np.sign(missing))):
                return solution, True  # as near as rounding permits, or exact: the same events count as before
        return solution, False

    def _columns(self, rows: slice) -> NDArray[np.float64]:
        found = self.features(rows)
        return np.column_stack([found, np.ones(len(found))])

    def _response(self, coefficients: NDArray[np.float64], n_events: int) -> NDArray[np.float64]:
        return np.concatenate([self._columns(rows) @ coefficients for rows in chunks(n_events, _AT_ONCE)])

    def _derivatives(
        self, weight: NDArray[np.float64], missing: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return minus the gradient of the loss, and its second derivatives."""
        n_features = len(self.basis)
        pull, squares = np.zeros(n_features), np.zeros((n_features, n_features))
        for rows in chunks(len(missing), _AT_ONCE):
            counts = missing[rows] != 0
            root = np.sqrt(weight[rows][counts])
            columns = self._columns(rows)[counts] * root[:, None]
            pull += columns.T @ (root * missing[rows][counts])
            squares += columns.T @ columns  # of one array: half the work
        return 2.0 * self.basis.T @ pull, 2.0 * self.basis.T @ squares @ self.basis

    def _step_size(
        self,
        solution: NDArray[np.float64],
        step: NDArray[np.float64],
        response: NDArray[np.float64],
        change: NDArray[np.float64],
        target: NDArray[np.float64],
        weight: NDArray[np.float64],
        slope: float,
    ) -> float:
        """Halve the step until it lowers what is minimised; 0 if none does."""

        def value(size: float) -> float:
            missing = shortfall(target, response + size * change, self.epsilon)
            a = (solution + size * step)[:-1]
            return float(0.5 * a @ a + weight @ missing**2)

        start = value(0.0)
        sizes = 0.5 ** np.arange(40)
        return next((float(size) for size in sizes if value(size) < start + 1e-4 * size * slope), 0.0)
