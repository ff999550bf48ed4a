"""Linear equations with a covariance matrix that may be singular, and inputs scaled to equal spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import MethodError
from umva.methods.chunks import chunks
from umva.methods.linear.moments import joint_moments

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Correlations", "Standard", "solve"]

_SINGULAR = 1e-10  # of an eigenvalue of the correlation matrix: inputs are float32, what is less is their rounding


@dataclass(frozen=True)
class Correlations:
    """The correlation matrix of the inputs that vary, in its eigenvectors.

    Parameters
    ----------
    varies
        Whether an input has spread, shape ``(n_variables,)``; the others take no part.
    spread
        Standard deviations, shape ``(n_varying,)``.
    values, vectors
        Eigenvalues that are not zero, and eigenvectors as columns, shapes ``(rank,)`` and ``(n_varying, rank)``.
    notes
        Sentences about inputs that do not take part as they should.
    """

    varies: NDArray[np.bool_]
    spread: NDArray[np.float64]
    values: NDArray[np.float64]
    vectors: NDArray[np.float64]
    notes: tuple[str, ...]

    @classmethod
    def of(cls, covariance: NDArray[np.float64], magnitude: NDArray[np.float64], *, method: str) -> Correlations:
        """Take a covariance matrix apart.

        Parameters
        ----------
        covariance
            Shape ``(n_variables, n_variables)``.
        magnitude
            Typical absolute value of each input; a spread below its float32 rounding counts as none.
        method
            Who asks, for error messages.

        Raises
        ------
        MethodError
            If negative weights left a matrix that is no covariance.
        """
        variance = np.diag(covariance)
        varies = _varies(variance, magnitude)
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
        notes = _without_spread(varies)
        if not kept.all():
            involved = np.zeros(len(varies), bool)
            involved[varies] = np.any(np.abs(vectors[:, ~kept]) > 0.05, axis=1)
            sentence = f"Linear combinations of each other, so that coefficients are shared out: {_inputs(involved)}."
            notes = (*notes, sentence)
        return cls(varies, spread, values[kept], vectors[:, kept], notes)

    def scaled(self, target: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a right-hand side in units of the spreads, ``(n_varying, ...)`` from ``(n_variables, ...)``."""
        divided: NDArray[np.float64] = (target[self.varies].T / self.spread).T
        return divided

    def coefficients(self, scaled: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return coefficients of the inputs, from those of the inputs in units of their spreads."""
        return _restored(scaled, self.varies, self.spread)


def solve(
    covariance: NDArray[np.float64], target: NDArray[np.float64], magnitude: NDArray[np.float64], *, method: str
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Return ``covariance^-1 target``, and sentences about inputs that do not take part as they should.

    An input without spread gets 0. Among inputs that are linear combinations of each other the smallest coefficients
    (in units of the spreads) are chosen: the pseudo-inverse of the correlation matrix.

    Parameters
    ----------
    covariance, target
        Shapes ``(n_variables, n_variables)`` and ``(n_variables,)`` or ``(n_variables, n_outputs)``.
    magnitude, method
        See :meth:`Correlations.of`.

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
    found = Correlations.of(covariance, magnitude, method=method)
    projected = found.vectors.T @ found.scaled(target)
    return found.coefficients(found.vectors @ (projected.T / found.values).T), found.notes


LARGE = 10_000_000
"""Inputs (events times variables) beyond which rounding is far below their statistics, and memory counts."""


@dataclass(frozen=True)
class Standard:
    """Inputs brought to weighted mean 0 and spread 1; those without spread are left out.

    Parameters
    ----------
    mean
        Shape ``(n_variables,)``.
    spread, varies
        As in :class:`Correlations`.
    notes
        A sentence about inputs left out.
    """

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    varies: NDArray[np.bool_]
    notes: tuple[str, ...]

    @classmethod
    def of(cls, X: NDArray[np.float32], weight: NDArray[np.float64], *, method: str) -> Standard:
        """Measure the inputs, shape ``(n_events, n_variables)``.

        Raises
        ------
        MethodError
            If the weights do not sum to more than zero.

        Examples
        --------
        >>> X = np.array([[1.0, 7.0], [3.0, 7.0]], np.float32)
        >>> standard = Standard.of(X, np.ones(2), method="Logistic")
        >>> standard.apply(X).tolist(), len(standard.notes)
        ([[-1.0], [1.0]], 1)
        >>> coefficients, offset = standard.restore(np.array([[4.0]]), np.zeros(1))
        >>> coefficients.tolist(), offset.tolist()
        ([[4.0], [0.0]], [-8.0])
        """
        found = joint_moments((X,), weight, method=method)
        variance = np.diag(found.covariance)
        varies = _varies(variance, np.abs(found.mean))
        return cls(found.mean, np.sqrt(variance[varies]), varies, _without_spread(varies))

    def apply(self, X: NDArray[np.float32]) -> NDArray[np.floating]:
        """Return the scaled inputs, shape ``(n_events, n_varying)``: float64, of a large sample float32."""
        precision = np.float32 if X.size > LARGE else np.float64
        scaled = np.empty((len(X), len(self.spread)), dtype=precision)
        for rows in chunks(len(X)):
            scaled[rows] = (X[rows][:, self.varies] - self.mean[self.varies]) / self.spread
        return scaled

    def restore(
        self, coefficients: NDArray[np.float64], offset: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return coefficients ``(n_variables, n_outputs)`` and offsets for inputs as they are, from those for scaled ones."""
        restored = _restored(coefficients, self.varies, self.spread)
        return restored, offset - self.mean @ restored


def _restored(
    scaled: NDArray[np.float64], varies: NDArray[np.bool_], spread: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return coefficients of all inputs, from those of the varying inputs in units of their spreads."""
    restored = np.zeros((len(varies), *scaled.shape[1:]))
    restored[varies] = (scaled.T / spread).T
    return restored


def _varies(variance: NDArray[np.float64], magnitude: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell spread from the rounding of float32."""
    varies: NDArray[np.bool_] = np.abs(variance) > (1e-7 * magnitude) ** 2
    return varies


def _without_spread(varies: NDArray[np.bool_]) -> tuple[str, ...]:
    if varies.all():
        return ()
    return (f"Not used, since without spread in the training events: {_inputs(~varies)}.",)


def _inputs(chosen: NDArray[np.bool_]) -> str:
    """Name the chosen inputs by their number, counted from 1."""
    numbers = [str(each + 1) for each in np.flatnonzero(chosen)]
    return f"input{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"
