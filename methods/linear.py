"""Linear methods: Fisher, LD and logistic regression. The response is a weighted sum of the inputs.

Which one? ``Fisher`` and ``LD`` solve one set of equations, take negative weights and order the events alike if the
classes weigh the same. ``Logistic`` maximises the likelihood, which tails disturb less, and answers with a probability.
None of them sees what only a curved boundary separates; the input transformation ``"G"`` often helps.
"""

from __future__ import annotations

import warnings
from abc import abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from umva.methods.base import Capabilities, Context, Events, Method
from umva.methods.chunks import chunks
from umva.methods.moments import ClassMoments, class_moments, solve
from umva.methods.options import option
from umva.methods.registry import register

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LD", "Fisher", "Logistic"]

_IN_CACHE = 4096  # events at once


@dataclass(kw_only=True, eq=False)
class _Linear(Method):
    """What the linear methods share: ``offset_ + X @ coefficients_``."""

    cost: ClassVar[float] = 0.02
    state: ClassVar[tuple[str, ...]] = ("coefficients_", "offset_")

    coefficients_: NDArray[np.float64] = field(init=False, repr=False)
    offset_: float = field(init=False, repr=False)

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return ``offset_ + X @ coefficients_``, unbounded, shape ``(n_events,)``."""
        response = np.full(len(X), self.offset_)
        for part in chunks(len(X), _IN_CACHE):
            for i, coefficient in enumerate(self.coefficients_):
                response[part] += X[part, i] * coefficient  # BLAS would round an event differently in other company
        return response

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return ``coefficient * (x - mean of background)``, the exact Shapley values of independent inputs.

        Shape ``(n_events, n_variables)``; units of the response, for Logistic of its log odds (Lundberg and Lee,
        NIPS 2017, arXiv:1705.07874, corollary 1).
        """
        values: NDArray[np.float64] = (X - background.mean(axis=0, dtype=np.float64)) * self.coefficients_
        return values


@dataclass(kw_only=True, eq=False)
class _Discriminant(_Linear):
    """Linear discriminants that follow from means and covariances."""

    capabilities: ClassVar[Capabilities] = Capabilities(negative_weights=True)

    @abstractmethod
    def _system(
        self, signal: ClassMoments, background: ClassMoments
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return the matrix, the right-hand side, and the point where the response is zero."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Solve the method's linear equations; see :meth:`umva.methods.Method.fit`.

        Negative weights count as they are. Inputs that are linear combinations of each other share their coefficient,
        those without spread get none; ``notes_`` says so.

        Raises
        ------
        MethodError
            If the weights of a class do not sum to more than zero, or leave no positive covariance matrix.
        """
        del validation
        signal = class_moments(train, 1, method=self.name)
        context.progress(0.5)
        background = class_moments(train, 0, method=self.name)
        matrix, target, zero = self._system(signal, background)
        magnitude = np.abs(signal.mean) + np.abs(background.mean)
        self.coefficients_, self.notes_ = solve(matrix, target, magnitude, method=self.name)
        self.offset_ = -float(self.coefficients_ @ zero)
        context.progress(1.0)
        return self


def _total(signal: ClassMoments, background: ClassMoments) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Return the signal's share of the weight, the spread between the classes, and the covariance within them."""
    share = signal.weight / (signal.weight + background.weight)
    apart = signal.mean - background.mean
    between = share * (1 - share) * np.outer(apart, apart)
    return share, between, share * signal.covariance + (1 - share) * background.covariance


@register("Fisher", tmva="kFisher")
@dataclass(kw_only=True, eq=False)
class Fisher(_Discriminant):
    """Fisher's discriminant: the direction along which the class means are furthest apart for their spread.

    Use it as the reference that others must beat: instant, stable, exact about weights, blind to curved boundaries.
    The coefficients are TMVA's, ``sqrt(p_S p_B) W^-1 (mean_S - mean_B)`` with ``p`` the class's share of the weight
    and ``W`` the sum of both classes' covariance matrices; the response is 0 half way between the means. (TMVA Users
    Guide, arXiv:physics/0703039, section 8.8; Fisher, Annals of Eugenics 7 (1936) 179.)

    Examples
    --------
    >>> X = np.array([[0.0], [2.0], [4.0], [6.0]], np.float32)
    >>> train = Events(X, np.array([0, 0, 1, 1], np.int8), np.ones(4))
    >>> Fisher().fit(train).score(X).tolist()
    [-3.0, -1.0, 1.0, 3.0]
    """

    method: str = option(
        "Fisher",
        tmva="Method",
        choices=("Fisher", "Mahalanobis"),
        help="divide by the covariance within the classes (Fisher), or with that between them added (Mahalanobis)",
    )
    fisher: bool = option(True, tmva="Fisher", help="TMVA's bare flag for method=Fisher; off means Mahalanobis")

    def _system(
        self, signal: ClassMoments, background: ClassMoments
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        share, between, _ = _total(signal, background)
        matrix = signal.covariance + background.covariance
        if self.method == "Mahalanobis" or not self.fisher:
            matrix = matrix + between
        target = np.sqrt(share * (1 - share)) * (signal.mean - background.mean)
        return matrix, target, 0.5 * (signal.mean + background.mean)


@register("LD", tmva="kLD")
@dataclass(kw_only=True, eq=False)
class LD(_Discriminant):
    """Linear discriminant: weighted least squares of the class (1 signal, 0 background) on the inputs.

    Use it where TMVA's LD was used; it orders events as Fisher does if both classes weigh the same. As in TMVA the
    fitted constant gives way to ``-1/2 slope * mean``, the mean being that of both classes together. (TMVA Users
    Guide, arXiv:physics/0703039, section 8.9.)

    Examples
    --------
    >>> X = np.array([[0.0], [2.0], [4.0], [6.0]], np.float32)
    >>> train = Events(X, np.array([0, 0, 1, 1], np.int8), np.ones(4))
    >>> LD().fit(train).coefficients_.round(6).tolist()
    [0.2]
    """

    def _system(
        self, signal: ClassMoments, background: ClassMoments
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        share, between, within = _total(signal, background)
        target = share * (1 - share) * (signal.mean - background.mean)
        return within + between, target, 0.5 * (share * signal.mean + (1 - share) * background.mean)


@register("Logistic")
@dataclass(kw_only=True, eq=False)
class Logistic(_Linear):
    """Logistic regression: the likelihood's choice of a linear boundary, as a probability.

    Use it for a linear answer that is a probability and that tails of the inputs disturb little. Fitted by
    scikit-learn on inputs scaled to mean 0 and spread 1; weights multiply each event's part of the likelihood; they
    are scaled to mean 1, so that ``c`` means the same whatever their unit. (Hastie, Tibshirani and Friedman, The
    Elements of Statistical Learning, section 4.4.)

    Examples
    --------
    >>> X = np.array([[0.0], [2.0], [4.0], [6.0]], np.float32)
    >>> train = Events(X, np.array([0, 0, 1, 1], np.int8), np.ones(4))
    >>> bool(np.isclose(Logistic().fit(train).score(np.array([[3.0]], np.float32))[0], 0.5, atol=1e-4))
    True
    """

    penalty: str = option("l2", choices=("l2", "none"), help="l2 draws the coefficients towards 0, none leaves them")
    c: float = option(1.0, tmva="C", low=1e-12, help="inverse strength of the penalty")
    max_iter: int = option(200, tmva="MaxIter", low=1, help="steps of the minimiser at most")
    tol: float = option(1e-6, tmva="Tol", low=0.0, help="gradient at which the minimiser stops")

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Maximise the weighted, penalised likelihood; see :meth:`umva.methods.Method.fit`.

        Raises
        ------
        MethodError
            If the weights of a class do not sum to more than zero.
        """
        from scipy.linalg import LinAlgWarning
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression

        del validation
        signal, background = (class_moments(train, label, method=self.name) for label in (1, 0))
        context.progress(0.3)
        weight = train.weight * (train.n_events / train.weight.sum())
        share, between, within = _total(signal, background)
        mean = share * signal.mean + (1 - share) * background.mean
        spread = np.sqrt(np.diag(within + between))
        spread = np.where(spread > 1e-7 * np.abs(mean), spread, 1.0)
        scaled = (train.X - mean.astype(np.float32)) / spread.astype(np.float32)
        strength = np.inf if self.penalty == "none" else self.c
        model = LogisticRegression(C=strength, solver="newton-cholesky", max_iter=self.max_iter, tol=self.tol)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            warnings.simplefilter("ignore", LinAlgWarning)  # of collinear inputs; it goes on with lbfgs
            model.fit(scaled, train.y, sample_weight=weight)
        stopped = int(model.n_iter_[0]) >= self.max_iter
        self.notes_ = (f"Stopped after {self.max_iter} steps (max_iter) before convergence.",) if stopped else ()
        self.coefficients_ = model.coef_[0] / spread
        self.offset_ = float(model.intercept_[0] - self.coefficients_ @ mean)
        context.progress(1.0)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the probability that an event is signal, 0 to 1, shape ``(n_events,)``."""
        probability: NDArray[np.float64] = np.exp(-np.logaddexp(0.0, -super().score(X)))
        return probability  # 1 / (1 + exp(-log odds)) without overflow
