"""Support vector machine with a Gaussian kernel, or another.

It follows boundaries of any shape with few options and copes with more inputs than nearest neighbours do. Exact training
takes time that grows with the square of the number of events; for more than some ten thousand the kernel is approximated,
after which all events are used in time that grows in proportion.

With TMVA's options the decision is TMVA's to its tolerance. Its defaults are not: ``Gamma=1`` and ``Theta=1`` suit inputs
between -1 and 1 only, so ours follow the spread of the inputs; and with ``C=0.002`` its regression is nearly constant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isqrt
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.methods.base import Capabilities, Context, Events, Method
from umva.methods.inputs import require_inputs
from umva.methods.links import probability
from umva.methods.options import option
from umva.methods.registry import register
from umva.methods.repetition import Repetition
from umva.methods.sampling import draw_events
from umva.methods.svm.calibration import calibrate, held_out
from umva.methods.svm.choice import JOINED, SIMPLE, KernelChoice
from umva.methods.svm.kernel_machines import Expansion, exact, nystroem
from umva.methods.svm.kernels import kernel_sum
from umva.methods.svm.margins import Goals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from umva.methods.problem import Problem
    from umva.methods.svm.kernels import Kernel

__all__ = ["SVM"]


@register("SVM", tmva="kSVM")
@dataclass(kw_only=True, eq=False)
class SVM(Method):
    """Support vector machine: the boundary of widest margin, curved by a kernel, mostly a Gaussian.

    Use it for smooth curved boundaries or functions; with a polynomial if inputs act together in twos or threes, with
    sums and products if a Gaussian alone does not do. Weights multiply ``c`` event by event; they are scaled to mean 1,
    and alike in each class, so that ``c`` means the same for all samples of a size. Up to ``max_events`` events are
    learnt exactly, by libsvm; more by a Nystroem approximation whose kernel only compares with ``n_components`` of
    them, and with the hinge squared. For two classes the response is TMVA's ``1 / (1 + exp(-f))``, between 0 and 1, with
    the decision function ``f``, and no calibrated probability. Several classes are learnt one against the rest; their
    response is the softmax of the decision values, its slope and offsets fitted to decisions on events held out (three
    folds): probabilities. Targets are estimated one by one, by support vector regression. (TMVA Users Guide,
    arXiv:physics/0703039, section 8.11; Smola and Schölkopf, Statistics and Computing 14 (2004) 199; Williams and
    Seeger, NIPS 2000.)

    Examples
    --------
    >>> X = np.array([[0.0], [2.0], [4.0], [6.0]], np.float32)
    >>> train = Events(X, np.array([0, 1, 1, 0], np.int8), np.ones(4))
    >>> (SVM(c=10.0).fit(train).score(X) > 0.5).tolist()
    [False, True, True, False]
    """

    capabilities: ClassVar[Capabilities] = Capabilities(tasks=("classification", "multiclass", "regression"))
    transform: ClassVar[str] = "G"
    cost: ClassVar[float] = 5.0
    refused: ClassVar[Mapping[str, str]] = {
        "Tune=All": "options are not tuned within a training; search with GridSearchCV over umva.estimator('SVM')",
        "Loss=hinge": "it served the tuning of options, which is done outside a training; leave it out",
        "NumCores=1": "a machine is trained by one core, several methods by several: see n_jobs of the factory",
    }
    repetition: ClassVar[Repetition] = Repetition(
        1e-3,
        options={"c": 2.0, "tol": 1e-5, "approximation": "none"},
        repeated={"c": 1.0},
        reason="c is for weights of mean 1",
    )
    state: ClassVar[tuple[str, ...]] = ("vectors_", "dual_", "offset_", "centre_", "gamma_")

    kernel: str = option(
        "RBF",
        tmva="Kernel",
        choices=(*SIMPLE, *JOINED),
        help="RBF: exp(-gamma |x - y|^2), MultiGauss: with a gamma for each input, Polynomial: (x.y + theta)^order, "
        "Prod and Sum: of kernels",
    )
    gamma: float | None = option(
        None,
        tmva="Gamma",
        low=1e-12,
        help="inverse square of the kernel's width; by default 1 / the sum of the inputs' variances",
    )
    gammas: tuple[float, ...] = option(
        (), tmva="GammaList", help="MultiGauss: gamma of each input, in their order; by default gamma for all"
    )
    theta: float | None = option(
        None,
        tmva="Theta",
        low=0.0,
        help="Polynomial: constant beside the product of the inputs as they are; by default 1, beside gamma times the "
        "product of the inputs measured from their mean",
    )
    order: int | None = option(None, tmva="Order", low=1, high=10, help="Polynomial: its degree; by default 3")
    kernels: str | None = option(
        None, tmva="KernelList", help="Prod, Sum: the kernels, as RBF*Polynomial or RBF+MultiGauss+Polynomial"
    )
    c: float | None = option(
        None,
        tmva="C",
        low=1e-12,
        help="cost of an event on the wrong side: larger follows the events more; by default 1, in a regression 10",
    )
    epsilon: float = option(0.01, low=0.0, help="regression: misses below so many spreads of the target cost nothing")
    tol: float = option(0.01, tmva="Tol", low=1e-9, help="violation of the optimum at which exact training stops")
    max_iter: int = option(1000, tmva="MaxIter", low=1, help="loops at most, a loop being a step for each event")
    approximation: str = option(
        "auto",
        choices=("auto", "none", "nystroem"),
        help="none: exact, nystroem: few centres and all events, auto: exact up to max_events",
    )
    max_events: int = option(
        10_000,
        low=10,
        help="train exactly on so many events at most; with approximation=none on a random sample of more",
    )
    n_components: int = option(500, low=1, help="centres of the Nystroem approximation")
    cache_mb: int = option(
        200,
        low=1,
        help="memory for kernel values during exact training, in MB; if it does not hold all those of a Prod or Sum, "
        "approximation=auto approximates",
    )

    vectors_: NDArray[Any] = field(init=False, repr=False)
    dual_: NDArray[Any] = field(init=False, repr=False)
    offset_: NDArray[np.float64] = field(init=False, repr=False)
    centre_: NDArray[np.float64] = field(init=False, repr=False)
    gamma_: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse options of kernels that do not go together."""
        self._choice()

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Refuse ``gammas`` that are not one for each input; see :meth:`umva.methods.Method.bind`."""
        del problem
        self._choice().fits(len(columns))

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Find the support vectors; see :meth:`umva.methods.Method.fit`.

        Events whose weight is not positive are left out. ``notes_`` says so if only a sample of the events was used, or
        the kernel approximated.

        Raises
        ------
        MethodError
            If a class has no event of positive weight.
        OptionError
            If ``gammas`` are not one for each input.
        """
        del validation
        self._choice().fits(train.X.shape[1])
        kept = train.weight > 0
        too_many = int(np.count_nonzero(kept)) > self._exact_at_most()
        approximate = self.approximation == "nystroem" or (self.approximation == "auto" and too_many)
        most = train.n_events if approximate else self.max_events
        rows, notes = draw_events(train, kept, most, seed=context.seed)
        events = train.select(rows)
        converged = self._solve(events, context.seed, approximate=approximate)
        if train.problem.task == "multiclass":
            context.progress(0.4)
            decisions = held_out(
                events, lambda part: self._other(part, context.seed, approximate=approximate), seed=context.seed
            )
            slope, offsets = calibrate(decisions, events.y, events.weight)
            self.dual_, self.offset_ = (self.dual_ * slope).astype(self.dual_.dtype), slope * self.offset_ + offsets
        self.notes_ = (*notes, *self._remarks(len(rows), approximate=approximate, converged=converged))
        context.progress(1.0)
        return self

    def _solve(self, events: Events, seed: int, *, approximate: bool) -> bool:
        """Find the support vectors, one against the rest, not yet calibrated; return whether they are final."""
        self.problem_ = events.problem
        goals = Goals.of(events, method=self.name)
        weight = goals.weight.sum(axis=1)
        X = events.X.astype(np.float64)
        self.centre_ = np.average(X, axis=0, weights=weight)
        X -= self.centre_
        variance = float(np.average((X**2).sum(axis=1), weights=weight))
        self.gamma_ = self.gamma or (1.0 / variance if variance > 0 else 1.0)
        X *= np.sqrt(2 * self.gamma_)  # so that the Gaussian is exp(-|x - y|^2 / 2)
        found = self._machine(X, goals, seed, approximate=approximate)
        self.vectors_, self.dual_ = found.vectors, (found.dual * goals.spread).astype(found.dual.dtype)
        self.offset_ = found.offset * goals.spread + goals.mean
        return found.converged

    def _remarks(self, n_events: int, *, approximate: bool, converged: bool) -> Iterator[str]:
        """Yield what is to be known about the training."""
        if approximate:
            centres = f"{len(self.vectors_)} of the {n_events} events as centres"
            yield f"Kernel approximated (Nystroem) by {centres}, see option approximation."
        if not converged:
            yield f"Stopped after {self.max_iter} loops (max_iter) before convergence."

    def _choice(self) -> KernelChoice:
        return KernelChoice(
            self.name, self.kernel, self.kernels, self.gamma, tuple(self.gammas), self.theta, self.order
        )

    def _kernel(self) -> Kernel:
        """Return the kernel of scaled events."""
        return self._choice().build(self.centre_, self.gamma_)

    def _exact_at_most(self) -> int:
        """Return for how many events exact training is affordable: libsvm wants all values of a kernel it does not know."""
        if self.kernel in JOINED:
            return min(self.max_events, isqrt(self.cache_mb * 1_000_000 // 8))
        return self.max_events

    def _machine(self, X: NDArray[np.float64], goals: Goals, seed: int, *, approximate: bool) -> Expansion:
        regression = self.problem_.task == "regression"
        c = self.c or (10.0 if regression else 1.0)
        epsilon = self.epsilon if regression else None
        shared: dict[str, Any] = {"c": c, "epsilon": epsilon, "max_iter": self.max_iter, "seed": seed}
        if approximate:
            return nystroem(X, goals, self._kernel(), n_components=self.n_components, **shared)
        return exact(X, goals, self._kernel(), tol=self.tol, cache_mb=self.cache_mb, **shared)

    def _other(
        self, events: Events, seed: int, *, approximate: bool
    ) -> Callable[[NDArray[np.float32]], NDArray[np.float64]]:
        """Return the decision function that these events alone teach."""
        other = type(self)(**self.options())
        other._solve(events, seed, approximate=approximate)
        return other.decision

    def decision(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the decision function, 0 on the boundary and positive for signal, shape ``(n_events,)``.

        For several classes their logits, shape ``(n_events, n_classes)``; in a regression the estimates.
        """
        require_inputs(X, len(self.centre_), method=self.name)
        scaled = (X - self.centre_) * np.sqrt(2 * self.gamma_)
        result = kernel_sum(scaled, self.vectors_, self.dual_, self._kernel()) + self.offset_
        return result[:, 0] if self.problem_.task == "classification" else result

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return ``1 / (1 + exp(-decision))``, class probabilities, or estimates of the targets."""
        decision = self.decision(X)
        return decision if self.problem_.task == "regression" else probability(decision)
