"""Linear support vector machine: a straight boundary set by the events near it and beyond it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from umva.methods.base import Capabilities, Context, Events
from umva.methods.linear.discriminants import LinearResponse
from umva.methods.linear.equations import Standard
from umva.methods.links import probability
from umva.methods.options import option
from umva.methods.registry import register
from umva.methods.svm.calibration import calibrate, held_out
from umva.methods.svm.margins import Goals
from umva.methods.svm.primal import minimise

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LinearSVM"]


@register("LinearSVM")
@dataclass(kw_only=True, eq=False)
class LinearSVM(LinearResponse):
    """Linear support vector machine: the straight boundary of widest margin, for any number of events.

    Use it as Logistic if events far on the right side should have no say at all; time grows in proportion to the
    number of events. With inputs scaled to mean 0 and spread 1 it minimises the weighted mean of ``max(0, 1 - y f)^2``
    (of ``max(0, |y - f| - epsilon)^2`` in a regression, targets scaled likewise) plus ``strength / 2 |b|^2``, so that
    neither the unit of the weights nor the number of events changes what ``strength`` means, and weight 2 is the event
    twice. All classes weigh the same. For two classes the response is ``1 / (1 + exp(-f))``, between 0 and 1 but no
    calibrated probability; several classes are learnt one against the rest, and their response is the softmax of the
    decision values, its slope and offsets fitted to decisions on events held out (three folds): probabilities. (Fan et
    al., JMLR 9 (2008) 1871, eq. 2; Ho and Lin, JMLR 13 (2012) 3323.)

    Examples
    --------
    >>> X = np.array([[0.0], [2.0], [4.0], [6.0]], np.float32)
    >>> train = Events(X, np.array([0, 0, 1, 1], np.int8), np.ones(4))
    >>> LinearSVM().fit(train).score(np.array([[3.0]], np.float32)).round(6).tolist()
    [0.5]
    """

    capabilities: ClassVar[Capabilities] = Capabilities(tasks=("classification", "multiclass", "regression"))
    cost: ClassVar[float] = 0.2

    strength: float = option(1e-4, low=1e-12, help="weight of the penalty beside the mean loss of an event")
    epsilon: float = option(0.1, low=0.0, help="regression: misses below so many spreads of the target cost nothing")
    max_iter: int = option(100, tmva="MaxIter", low=1, help="steps of Newton's method at most")
    tol: float = option(1e-8, tmva="Tol", low=0.0, help="gradient, relative to that at the start, at which it stops")

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Find the boundary; see :meth:`umva.methods.Method.fit`.

        Inputs without spread get no coefficient; ``notes_`` says so, and if it stopped too early.

        Raises
        ------
        MethodError
            If the weights (of a class) do not sum to more than zero.
        """
        del validation
        self._solve(train)
        if train.problem.task == "multiclass":
            context.progress(0.3)
            decisions = held_out(
                train, lambda part: type(self)(**self.options())._solve(part).decision, seed=context.seed
            )
            slope, offsets = calibrate(decisions, train.y, train.weight)
            self.coefficients_, self.offset_ = slope * self.coefficients_, slope * self.offset_ + offsets
        context.progress(1.0)
        return self

    def _solve(self, train: Events) -> Self:
        """Find the boundary, one against the rest, not yet calibrated."""
        self.problem_ = train.problem
        goals = Goals.of(train, method=self.name)
        standard = Standard.of(train.X, goals.weight.sum(axis=1), method=self.name)
        slopes, offset, converged = minimise(
            lambda rows: standard.apply(train.X[rows]),
            np.eye(int(standard.varies.sum())),
            goals.target,
            goals.weight / (self.strength * train.n_events),
            epsilon=self.epsilon if train.problem.task == "regression" else None,
            tol=self.tol,
            max_iter=self.max_iter,
        )
        stopped = () if converged else (f"Stopped after {self.max_iter} steps (max_iter) before convergence.",)
        self.notes_ = (*standard.notes, *stopped)
        slopes, offset = standard.restore(slopes * goals.spread, offset * goals.spread + goals.mean)
        binary = train.problem.task == "classification"
        self.coefficients_, self.offset_ = (slopes[:, 0], float(offset[0])) if binary else (slopes, offset)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return ``1 / (1 + exp(-decision))``, class probabilities, or estimates of the targets."""
        decision = self.decision(X)
        return decision if self.problem_.task == "regression" else probability(decision)
