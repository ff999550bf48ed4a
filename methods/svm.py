"""Support vector machine with a Gaussian kernel.

It follows boundaries of any shape with few options and copes with more inputs than nearest neighbours do. Training time
grows with the square of the number of events, so that it is meant for up to some ten thousand; above ``max_events`` it
learns from a sample of them.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from umva.errors import MethodError
from umva.methods.base import Context, Events, Method
from umva.methods.chunks import chunks
from umva.methods.options import option
from umva.methods.registry import register
from umva.methods.sampling import draw_events

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["SVM"]

_ROWS, _COLUMNS = 64, 1024  # events x support vectors at once: a quarter of a MB, which stays in the cache
_FAR = 1e9  # in units of the kernel's width; further away float32 would overflow
_LEAST = -80.0  # exponents below add nothing and would make slow denormal numbers


@register("SVM", tmva="kSVM")
@dataclass(kw_only=True, eq=False)
class SVM(Method):
    """Support vector machine: the boundary of widest margin, curved by a Gaussian kernel.

    Use it for smooth curved boundaries and up to some ten thousand events. Weights multiply ``c`` event by event.
    Trained by libsvm (Chang and Lin, ACM TIST 2 (2011) 27) through scikit-learn. Weights are scaled to mean 1 in each
    class, so that ``c`` means the same for all samples. The response is TMVA's ``1 / (1 + exp(-f))``, between 0 and 1,
    with the decision function ``f``. (TMVA Users Guide, arXiv:physics/0703039, section 8.12.)

    Examples
    --------
    >>> X = np.array([[0.0], [2.0], [4.0], [6.0]], np.float32)
    >>> train = Events(X, np.array([0, 1, 1, 0], np.int8), np.ones(4))
    >>> (SVM(c=10.0).fit(train).score(X) > 0.5).tolist()
    [False, True, True, False]
    """

    transform: ClassVar[str] = "G"
    cost: ClassVar[float] = 5.0
    refused: ClassVar[Mapping[str, str]] = {
        "Order": "there is no polynomial kernel; book with Kernel=RBF",
        "Theta": "there is no polynomial kernel; book with Kernel=RBF",
        "KernelList": "there are no sums or products of kernels; book with Kernel=RBF",
        "GammaList": "there is one width for all inputs; use Gamma",
        "Tune": "options are not tuned here; set C and Gamma",
        "Loss": "it served the tuning of options, which is not done here; leave it out",
    }
    state: ClassVar[tuple[str, ...]] = ("vectors_", "dual_", "offset_", "centre_", "gamma_")

    kernel: str = option("RBF", tmva="Kernel", choices=("RBF",), help="exp(-gamma |x - y|^2)")
    gamma: float | None = option(
        None,
        tmva="Gamma",
        low=1e-12,
        help="inverse square of the kernel's width; by default 1 / the sum of the inputs' variances",
    )
    c: float = option(
        1.0, tmva="C", low=1e-12, help="cost of an event on the wrong side: larger follows the events more"
    )
    tol: float = option(0.01, tmva="Tol", low=1e-9, help="violation of the optimum at which training stops")
    max_iter: int = option(1000, tmva="MaxIter", low=1, help="loops at most, a loop being a step for each event")
    max_events: int = option(20_000, low=10, help="train on a random sample of so many events if there are more")
    cache_mb: int = option(200, low=1, help="memory for kernel values during training, in MB")

    vectors_: NDArray[np.float32] = field(init=False, repr=False)
    dual_: NDArray[np.float32] = field(init=False, repr=False)
    offset_: float = field(init=False, repr=False)
    centre_: NDArray[np.float64] = field(init=False, repr=False)
    gamma_: float = field(init=False, repr=False)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Find the support vectors; see :meth:`umva.methods.Method.fit`.

        Events whose weight is not positive are left out. ``notes_`` says so if only a sample of the events was used.

        Raises
        ------
        MethodError
            If a class has no event of positive weight.
        """
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.svm import SVC

        del validation
        used, notes = self._sample(train, context.seed)
        y, weight = train.y[used], _balanced(train.y[used], train.weight[used])
        X = train.X[used].astype(np.float64)
        self.centre_ = np.average(X, axis=0, weights=weight)
        X -= self.centre_
        variance = float(np.average((X**2).sum(axis=1), weights=weight))
        self.gamma_ = self.gamma or (1.0 / variance if variance > 0 else 1.0)
        X *= np.sqrt(2 * self.gamma_)  # so that the kernel is exp(-|x - y|^2 / 2)
        most = min(self.max_iter * len(y), np.iinfo(np.int32).max)
        machine = SVC(C=self.c, gamma=0.5, tol=self.tol, max_iter=most, cache_size=self.cache_mb)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            machine.fit(X, y, sample_weight=weight)
        if machine.fit_status_ != 0:
            notes = (*notes, f"Stopped after {self.max_iter} loops (max_iter) before convergence.")
        # libsvm lists one class after the other; mixed, the partial sums of the float32 products stay small
        order = np.argsort(np.concatenate([np.arange(n_class) / n_class for n_class in machine.n_support_]))
        self.vectors_ = machine.support_vectors_[order].astype(np.float32)
        self.dual_ = machine.dual_coef_[0][order].astype(np.float32)
        self.offset_ = float(machine.intercept_[0])
        self.notes_ = notes
        context.progress(1.0)
        return self

    def _sample(self, train: Events, seed: int) -> tuple[NDArray[np.intp], tuple[str, ...]]:
        """Return the events to learn from, and a sentence if that is not all of them."""
        for label in (0, 1):
            if not np.any((train.y == label) & (train.weight > 0)):
                msg = f"{self.name}: class {label} has no training event of positive weight, expected at least one"
                raise MethodError(msg)
        return draw_events(train.y, train.weight > 0, self.max_events, seed=seed)

    def decision(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the decision function, 0 on the boundary and positive for signal, shape ``(n_events,)``."""
        vectors = np.column_stack([self.vectors_, np.ones(len(self.vectors_)), _half_square(self.vectors_)])
        vectors = np.ascontiguousarray(vectors.T, dtype=np.float32)
        result = np.full(len(X), self.offset_)
        for rows in chunks(len(X), _ROWS):
            scaled = np.zeros((_ROWS, X.shape[1]), np.float32)  # full blocks only: BLAS rounds others differently
            scaled[: len(X[rows])] = np.clip((X[rows] - self.centre_) * np.sqrt(2 * self.gamma_), -_FAR, _FAR)
            events = np.column_stack([scaled, _half_square(scaled), np.ones(_ROWS, np.float32)])
            for columns in chunks(len(self.dual_), _COLUMNS):
                kernel = events @ vectors[:, columns]  # x.y - x^2/2 - y^2/2 in one product
                np.clip(kernel, _LEAST, 0.0, out=kernel)
                np.exp(kernel, out=kernel)
                result[rows] += (kernel @ self.dual_[columns])[: len(X[rows])]
        return result

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return ``1 / (1 + exp(-decision))``, 0 to 1, shape ``(n_events,)``."""
        response: NDArray[np.float64] = np.exp(-np.logaddexp(0.0, -self.decision(X)))
        return response


def _half_square(X: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return ``-|x|^2 / 2`` of each row."""
    halves: NDArray[np.float32] = -0.5 * np.einsum("ij,ij->i", X, X)
    return halves


def _balanced(y: NDArray[np.int8], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return weights of mean 1 whose sums are equal for both classes."""
    signal = y == 1
    sums = np.where(signal, weight[signal].sum(), weight[~signal].sum())
    balanced: NDArray[np.float64] = 0.5 * len(y) * weight / sums
    return balanced
