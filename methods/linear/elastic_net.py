"""Linear regression with a penalty: ridge, lasso and what lies between."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from umva.methods.base import Capabilities, Context, Events
from umva.methods.linear.discriminants import LinearResponse
from umva.methods.linear.equations import Correlations
from umva.methods.linear.moments import joint_moments
from umva.methods.options import option
from umva.methods.registry import register

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ElasticNet"]


@register("ElasticNet")
@dataclass(kw_only=True, eq=False)
class ElasticNet(LinearResponse):
    """Linear regression with a penalty: ridge, lasso, or an elastic net of both.

    Use it instead of LD if there are many inputs, or inputs that say nearly the same, and to see which can go. It
    minimises, for each target by itself,

        ``1/2 mean square + strength * (l1_ratio * sum |b| + (1 - l1_ratio) / 2 * sum b^2)``

    over the coefficients ``b``, with inputs and targets scaled to mean 0 and spread 1, the mean being weighted:
    ``strength`` means the same whatever the units and the number of events. Only means and covariances enter, so that
    weight 2 is the event twice and negative weights count as they are. (Zou and Hastie, J. R. Stat. Soc. B 67 (2005)
    301.)

    Examples
    --------
    >>> from umva.methods.problem import Problem
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]], np.float32)
    >>> train = Events(X, 2.0 * X + 1.0, np.ones(4), Problem(classes=(), targets=("energy",)))
    >>> ElasticNet(strength=0.5, l1_ratio=1.0).fit(train).score(X)[:, 0].round(6).tolist()  # half the slope
    [2.5, 3.5, 4.5, 5.5]
    """

    capabilities: ClassVar[Capabilities] = Capabilities(tasks=("regression",), negative_weights=True)

    strength: float = option(1e-3, low=0.0, help="weight of the penalty beside the mean square; 0: least squares")
    l1_ratio: float = option(0.5, low=0.0, high=1.0, help="0: ridge, 1: lasso, which sets useless coefficients to 0")
    max_iter: int = option(10_000, tmva="MaxIter", low=1, help="rounds over the coefficients at most")
    tol: float = option(1e-9, tmva="Tol", low=0.0, help="relative distance from the minimum at which it stops")

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Minimise the penalised squares; see :meth:`umva.methods.Method.fit`.

        Negative weights and singular inputs are treated as by :meth:`umva.methods.linear.discriminants.Fisher.fit`; ``notes_`` says
        also if it stopped too early.

        Raises
        ------
        MethodError
            If the weights do not sum to more than zero, or leave no positive covariance matrix.
        """
        del validation
        self.problem_ = train.problem
        found = joint_moments((train.X, train.y), train.weight, method=self.name)
        n_variables = train.X.shape[1]
        mean, target_mean = np.split(found.mean, [n_variables])
        inputs = found.covariance[:n_variables, :n_variables]
        unit = np.sqrt(np.maximum(np.diag(found.covariance)[n_variables:], 0.0))
        unit[unit == 0] = 1.0
        correlations = Correlations.of(inputs, np.abs(mean), method=self.name)
        target = correlations.scaled(found.covariance[:n_variables, n_variables:] / unit)
        scaled, stopped = self._minimise(correlations, target)
        self.coefficients_ = correlations.coefficients(scaled * unit)
        self.offset_ = target_mean - mean @ self.coefficients_
        self.notes_ = (*correlations.notes, *stopped)
        context.progress(1.0)
        return self

    def _minimise(
        self, correlations: Correlations, target: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], tuple[str, ...]]:
        """Return the scaled coefficients, shape ``(n_varying, n_targets)``, and a sentence if they are not final."""
        values, vectors = correlations.values, correlations.vectors
        projected = vectors.T @ target
        if self.strength * self.l1_ratio == 0 or not values.size:
            return vectors @ (projected.T / (values + self.strength)).T, ()
        return self._descend(np.sqrt(values)[:, None] * vectors.T, (projected.T / np.sqrt(values)).T)

    def _descend(self, X: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[str, ...]]:
        """Minimise over a sample as large as the correlations' rank that has the same squares as the events."""
        from sklearn import linear_model
        from sklearn.exceptions import ConvergenceWarning

        model = linear_model.ElasticNet(
            alpha=self.strength, l1_ratio=self.l1_ratio, fit_intercept=False, max_iter=self.max_iter, tol=self.tol
        )
        root = np.sqrt(len(X))  # the library takes the mean over this sample
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always", ConvergenceWarning)
            model.fit(root * X, root * y)
        stopped = any(issubclass(each.category, ConvergenceWarning) for each in warned)
        notes = (f"Stopped after {self.max_iter} rounds (max_iter) before convergence.",) if stopped else ()
        return model.coef_.reshape(y.shape[1], -1).T, notes
