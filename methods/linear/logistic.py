"""Logistic regression: linear log odds, as likely as the events allow and a penalty permits."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from umva.methods.base import Capabilities, Context, Events
from umva.methods.linear.discriminants import LinearResponse
from umva.methods.linear.equations import Standard
from umva.methods.linear.moments import class_sums
from umva.methods.linear.sparse_logistic import minimise_sparse
from umva.methods.links import probability
from umva.methods.options import option
from umva.methods.registry import register

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Logistic"]


@register("Logistic")
@dataclass(kw_only=True, eq=False)
class Logistic(LinearResponse):
    """Logistic regression: the likelihood's choice of linear boundaries, as probabilities.

    Use it for a linear answer that is a probability and that tails of the inputs disturb little; with ``penalty="l1"``
    to see which inputs can go. Several classes share one softmax. It minimises

        ``mean loss + strength * (l1_ratio * sum |b| + (1 - l1_ratio) / 2 * sum b^2)``

    over the coefficients ``b`` of inputs scaled to mean 0 and spread 1, the mean being weighted: neither the unit of
    the weights nor the number of events changes what ``strength`` means, and weight 2 is the event twice. (Hastie,
    Tibshirani and Friedman, The Elements of Statistical Learning, section 4.4; Zou and Hastie, J. R. Stat. Soc. B 67
    (2005) 301.)

    Examples
    --------
    >>> X = np.array([[0.0], [2.0], [4.0], [6.0]], np.float32)
    >>> train = Events(X, np.array([0, 0, 1, 1], np.int8), np.ones(4))
    >>> bool(np.isclose(Logistic().fit(train).score(np.array([[3.0]], np.float32))[0], 0.5, atol=1e-4))
    True
    """

    capabilities: ClassVar[Capabilities] = Capabilities(tasks=("classification", "multiclass"))
    cost: ClassVar[float] = 0.2

    penalty: str = option(
        "l2",
        choices=("l2", "l1", "elasticnet", "none"),
        help="l2 draws the coefficients towards 0, l1 sets the least useful to 0, elasticnet does both, none neither",
    )
    strength: float = option(1e-4, low=1e-12, help="weight of the penalty beside the mean loss of an event")
    l1_ratio: float = option(0.5, low=0.0, high=1.0, help="share of l1 in penalty=elasticnet")
    max_iter: int = option(1000, tmva="MaxIter", low=1, help="steps of the minimiser at most")
    tol: float = option(1e-7, tmva="Tol", low=0.0, help="gradient of the mean loss at which it stops")

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Maximise the weighted, penalised likelihood; see :meth:`umva.methods.Method.fit`.

        Inputs without spread get no coefficient; ``notes_`` says so, and if it stopped too early.

        Raises
        ------
        MethodError
            If the weights of a class do not sum to more than zero.
        """
        del validation
        self.problem_ = train.problem
        sums = class_sums(train, method=self.name)
        standard = Standard.of(train.X, train.weight, method=self.name)
        context.progress(0.2)
        mean_weight = sums.sum() / train.n_events
        X = standard.apply(train.X)
        slopes, offset, converged = self._minimise(X, train.y, train.weight / mean_weight)
        stopped = () if converged else (f"Stopped after {self.max_iter} steps (max_iter) before convergence.",)
        self.notes_ = (*standard.notes, *stopped)
        slopes, offset = standard.restore(slopes, offset)
        binary = train.problem.task == "classification"
        self.coefficients_, self.offset_ = (slopes[:, 0], float(offset[0])) if binary else (slopes, offset)
        context.progress(1.0)
        return self

    def _minimise(
        self, X: NDArray[np.floating], y: NDArray[np.int8], weight: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], bool]:
        """Return coefficients, shape ``(n_varying, 1 or n_classes)``, offsets, and whether they are final."""
        l1_ratio = {"l1": 1.0, "elasticnet": self.l1_ratio}.get(self.penalty, 0.0)
        if l1_ratio == 0.0:
            return self._minimise_smooth(X, y, weight)
        l1, l2 = self.strength * l1_ratio, self.strength * (1.0 - l1_ratio)
        n_classes = len(self.problem_.classes)
        return minimise_sparse(X, y, weight, n_classes, l1=l1, l2=l2, tol=self.tol, max_iter=self.max_iter)

    def _minimise_smooth(
        self, X: NDArray[np.floating], y: NDArray[np.int8], weight: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], bool]:
        """Let scikit-learn minimise without a penalty, or with one on squares alone."""
        from scipy.linalg import LinAlgWarning
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression

        c = np.inf if self.penalty == "none" else 1.0 / (self.strength * len(y))
        model = LogisticRegression(C=c, solver="newton-cholesky", max_iter=self.max_iter, tol=self.tol)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            warnings.simplefilter("ignore", LinAlgWarning)  # of collinear inputs; it goes on with lbfgs
            model.fit(X, y, sample_weight=weight)
        return model.coef_.T, model.intercept_, int(model.n_iter_.max()) < self.max_iter

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the probability of signal, shape ``(n_events,)``, or of each class, ``(n_events, n_classes)``."""
        return probability(self.decision(X))
