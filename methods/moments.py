"""Weighted means and covariances of the classes, and linear equations that may be singular."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import MethodError
from umva.methods.chunks import chunks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.base import Events

__all__ = ["ClassMoments", "class_moments", "solve"]

_SINGULAR = 1e-10  # of an eigenvalue of the correlation matrix: inputs are float32, what is less is their rounding


@dataclass(frozen=True)
class ClassMoments:
    """Weighted statistics of one class.

    Parameters
    ----------
    weight
        Sum of the weights.
    mean
        Weighted mean, shape ``(n_variables,)``.
    covariance
        Weighted covariance about the mean, divided by ``weight``, shape ``(n_variables, n_variables)``.
    """

    weight: float
    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]


def class_moments(train: Events, label: int, *, method: str) -> ClassMoments:
    """Return the moments of class ``label``; negative weights count as they are.

    Two passes in float64 over chunks of events: the inputs are never copied as a whole.

    Raises
    ------
    MethodError
        If the weights of the class do not sum to more than zero; ``method`` is named in it.

    Examples
    --------
    >>> from umva.methods.base import Events
    >>> X = np.array([[0.0], [4.0], [9.0]], np.float32)
    >>> found = class_moments(Events(X, np.array([1, 1, 0], np.int8), np.array([3.0, 1.0, 1.0])), 1, method="Fisher")
    >>> found.weight, found.mean.tolist(), found.covariance.tolist()
    (4.0, [1.0], [[3.0]])
    """
    n_variables = train.X.shape[1]
    weight = np.where(train.y == label, train.weight, 0.0)
    total = float(weight.sum())
    if not total > 0:
        msg = f"{method}: the training weights of class {label} sum to {total:g}, expected more than 0"
        raise MethodError(msg)
    mean = np.zeros(n_variables)
    for part in chunks(train.n_events):
        mean += weight[part] @ train.X[part].astype(np.float64)
    mean /= total
    squares = np.zeros((n_variables, n_variables))
    for part in chunks(train.n_events):
        away = train.X[part] - mean
        squares += away.T @ (away * weight[part, None])
    return ClassMoments(total, mean, squares / total)


def solve(
    covariance: NDArray[np.float64], target: NDArray[np.float64], magnitude: NDArray[np.float64], *, method: str
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Return ``covariance^-1 target``, and sentences about inputs that do not take part as they should.

    An input without spread gets 0. Among inputs that are linear combinations of each other the smallest coefficients
    (in units of the spreads) are chosen: the pseudo-inverse of the correlation matrix.

    Parameters
    ----------
    covariance, target
        Shapes ``(n_variables, n_variables)`` and ``(n_variables,)``.
    magnitude
        Typical absolute value of each input; a spread below its float32 rounding counts as none.
    method
        Who asks, for error messages.

    Raises
    ------
    MethodError
        If negative weights left a matrix that is no covariance.

    Examples
    --------
    >>> twice = np.ones((2, 2))  # the same input, given twice
    >>> coefficients, notes = solve(twice, np.array([3.0, 3.0]), np.ones(2), method="Fisher")
    >>> coefficients.round(6).tolist(), len(notes)
    ([1.5, 1.5], 1)
    """
    variance = np.diag(covariance)
    varies = np.abs(variance) > (1e-7 * magnitude) ** 2
    if np.any(variance[varies] < 0):
        msg = (
            f"{method}: negative weights give a negative variance to {_inputs(varies & (variance < 0))}, "
            "expected a positive one; train without these events or with more of them"
        )
        raise MethodError(msg)
    spread = np.sqrt(variance[varies])
    values, vectors = np.linalg.eigh(covariance[np.ix_(varies, varies)] / np.outer(spread, spread))
    if values.size and values[0] < -_SINGULAR:
        msg = (
            f"{method}: negative weights leave a covariance matrix that is not positive (lowest eigenvalue of the "
            f"correlations {values[0]:.2g}); train without these events or with more of them"
        )
        raise MethodError(msg)
    kept = values > _SINGULAR
    projected = vectors[:, kept].T @ (target[varies] / spread)
    solution = np.zeros(len(target))
    solution[varies] = vectors[:, kept] @ (projected / values[kept]) / spread
    notes = []
    if not varies.all():
        notes.append(f"Not used, since without spread in the training events: {_inputs(~varies)}.")
    if not kept.all():
        involved = np.zeros(len(target), bool)
        involved[varies] = np.any(np.abs(vectors[:, ~kept]) > 0.05, axis=1)
        notes.append(f"Linear combinations of each other, so that coefficients are shared out: {_inputs(involved)}.")
    return solution, tuple(notes)


def _inputs(chosen: NDArray[np.bool_]) -> str:
    """Name the chosen inputs by their number, counted from 1."""
    numbers = [str(each + 1) for each in np.flatnonzero(chosen)]
    return f"input{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"
