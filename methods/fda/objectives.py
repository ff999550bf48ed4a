"""What the parameters are fitted to: least squares for a response near given values, cross-entropy for several classes.

Each objective takes points ``(n_points, n_parameters)`` and gives ``(n_points,)``, infinite where the formula has no finite
value for some event. Weights only matter in proportion to each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

import numpy as np

from umva.methods.chunks import chunks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.fda.parametric import ParametricFormula

__all__ = ["CrossEntropy", "LinearSquares", "Objective", "Squares", "least_squares"]

_AT_ONCE = 32768  # values of the formula; what is computed with them stays in a core's cache
_FEW_ROWS = 1000  # which LAPACK decomposes without threads, at less than their cost


class Objective(Protocol):
    """What is minimised."""

    determined: ClassVar[bool]
    """Whether it has its least value at one point."""

    def __call__(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the value at each point."""

    def gradient(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the derivatives at one point, shape ``(n_parameters,)``; meant for linear formulas."""

    def rise(self, value: float) -> float:
        """Return by how much the objective rises at one standard deviation, given its least value."""


@dataclass(frozen=True)
class Squares:
    """Weighted sum of squares of formula minus target.

    Parameters
    ----------
    formula
        The formula.
    columns
        Inputs, shape ``(n_variables, n_events)``.
    target, weight
        Shape ``(n_events,)``.
    n_effective
        The number of events that the weights stand for: the square of their sum over the sum of their squares.

    Examples
    --------
    >>> from umva.methods.fda.parametric import ParametricFormula
    >>> formula = ParametricFormula("(0) * x0", ["x"], method="FDA")
    >>> Squares(formula, np.array([[1.0, 2.0]]), np.array([3.0, 6.0]), np.ones(2), 2.0)(np.array([[2.0], [3.0]])).tolist()
    [5.0, 0.0]
    """

    determined: ClassVar[bool] = True

    formula: ParametricFormula
    columns: NDArray[np.float64]
    target: NDArray[np.float64]
    weight: NDArray[np.float64]
    n_effective: float

    @np.errstate(all="ignore")
    def __call__(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of squares at each point."""
        total = np.zeros(len(points))
        for rows in chunks(len(self.target), _AT_ONCE):
            for some in chunks(len(points), max(1, _AT_ONCE // len(self.target[rows]))):
                away = self.formula(points[some], self.columns[:, rows]) - self.target[rows]
                total[some] += _summed(np.square(away, out=away), self.weight[rows])
        return _or_infinite(total)

    def gradient(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the derivatives of the sum of squares."""
        found = np.zeros(len(point))
        for rows in chunks(len(self.target), _AT_ONCE):
            away = self.formula(point[None], self.columns[:, rows])[0] - self.target[rows]
            _, factors = self.formula.terms(self.columns[:, rows])
            found += _summed(factors, 2 * self.weight[rows] * away)
        return found

    def rise(self, value: float) -> float:
        """Return the least value over the number of events, so that residuals themselves give the errors."""
        return value / self.n_effective


@dataclass(frozen=True)
class LinearSquares:
    """The same of a linear formula: a quadratic form, whose cost does not depend on the number of events.

    Parameters
    ----------
    triangle
        The triangular factor R of the QR decomposition of factors and target, times the root of the weight: shape
        ``(n_parameters + 1, n_parameters + 1)``. With ``p`` the parameters followed by -1 the sum of squares is ``|R p|^2``.
    n_effective
        As of :class:`Squares`.
    """

    determined: ClassVar[bool] = True

    triangle: NDArray[np.float64]
    n_effective: float

    @classmethod
    def of(cls, squares: Squares) -> LinearSquares:
        """Return the quadratic form that these squares are."""
        n_columns = len(squares.formula.parameters) + 1
        triangle = np.zeros((n_columns, n_columns))
        for rows in chunks(len(squares.target), max(n_columns, _FEW_ROWS)):
            free, factors = squares.formula.terms(squares.columns[:, rows])
            scaled = np.vstack([factors, squares.target[rows] - free]) * np.sqrt(squares.weight[rows])
            if not np.isfinite(scaled).all():
                return cls(np.full((n_columns, n_columns), np.nan), squares.n_effective)
            triangle = np.asarray(np.linalg.qr(np.vstack([triangle, scaled.T]), mode="r"))
        return cls(triangle, squares.n_effective)

    @np.errstate(all="ignore")
    def __call__(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of squares at each point."""
        return _or_infinite(np.einsum("ij,ij->i", away := self._away(points), away))

    def gradient(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the derivatives of the sum of squares."""
        return 2 * _summed(self.triangle[:, :-1].T, self._away(point[None])[0])

    def rise(self, value: float) -> float:
        """Return the least value over the number of events, as :meth:`Squares.rise`."""
        return value / self.n_effective

    def _away(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = np.einsum("pk,jk->pj", points, self.triangle[:, :-1]) - self.triangle[:, -1]
        return found


def least_squares(squares: Squares) -> Squares | LinearSquares:
    """Return the objective in the form that is computed fastest."""
    return LinearSquares.of(squares) if squares.formula.linear else squares


class CrossEntropy:
    """Weighted mean of ``-log p`` of the true class, ``p`` being the softmax of one formula a class.

    Parameters
    ----------
    formula, columns
        As of :class:`Squares`; a point holds the parameters of the first class, then those of the second, ....
    label
        The true class of each event, shape ``(n_events,)``.
    weight
        Weights that sum to 1, shape ``(n_events,)``.
    n_classes
        How many there are.
    n_effective
        As of :class:`Squares`.
    """

    determined: ClassVar[bool] = False  # what is added to all classes alike changes nothing

    def __init__(
        self,
        formula: ParametricFormula,
        columns: NDArray[np.float64],
        label: NDArray[np.int8],
        weight: NDArray[np.float64],
        n_classes: int,
        n_effective: float,
    ) -> None:
        self.n_effective = n_effective
        self._formula = formula
        inputs = formula.terms(columns)[1] if formula.linear else columns  # what all classes share cancels
        self._classes = [(inputs[:, label == k], weight[label == k]) for k in range(n_classes)]

    @np.errstate(all="ignore")
    def __call__(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the cross-entropy at each point."""
        total = np.zeros(len(points))
        for true, (inputs, weight) in enumerate(self._classes):
            for rows in chunks(len(weight), _AT_ONCE):
                for some in chunks(len(points), max(1, _AT_ONCE // len(weight[rows]))):
                    total[some] += _summed(_log_sum(self._apart(points[some], true, inputs[:, rows])), weight[rows])
        return _or_infinite(total)

    def gradient(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the derivatives of the cross-entropy."""
        found = np.zeros((len(self._classes), len(self._formula.parameters)))
        for true, (inputs, weight) in enumerate(self._classes):
            for rows in chunks(len(weight), _AT_ONCE):
                apart = self._apart(point[None], true, inputs[:, rows])[:, 0]
                shares = np.exp(apart - _log_sum(apart)) * weight[rows]
                wrong = np.einsum("ce,pe->cp", shares, inputs[:, rows])
                found[np.arange(len(found)) != true] += wrong
                found[true] -= wrong.sum(axis=0)
        return found.ravel()

    def rise(self, value: float) -> float:  # noqa: ARG002
        """Return half a unit of the log likelihood, of which this is the mean."""
        return 0.5 / self.n_effective

    def _apart(self, points: NDArray[np.float64], true: int, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the formulas of the other classes less that of the true one, ``(n_classes - 1, n_points, n_events)``."""
        each = points.reshape(len(points), len(self._classes), -1).transpose(1, 0, 2)
        others = np.delete(each, true, axis=0)
        if self._formula.linear:
            found: NDArray[np.float64] = (others - each[true]) @ inputs
            return found
        own = self._formula(each[true], inputs)
        return np.stack([self._formula(other, inputs) - own for other in others])


def _log_sum(apart: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``log(1 + sum of exp(apart))`` over the first axis, also where the exponential is infinite."""
    found: NDArray[np.float64] = np.log1p(np.exp(apart).sum(axis=0))
    if (beyond := np.isinf(found)).any():
        found[beyond] = apart.max(axis=0)[beyond]
    return found


def _summed(values: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted sum of each row; not by BLAS, whose rounding depends on the number of threads."""
    found: NDArray[np.float64] = np.einsum("ij,j->i", values, weight)
    return found


def _or_infinite(value: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isfinite(value), value, np.inf)
