"""Linear methods that follow from means and covariances alone: Fisher and LD. The response is a weighted sum of the inputs.

Which linear method? ``Fisher`` and ``LD`` solve one set of equations, take negative weights and order the events alike if
the classes weigh the same. ``Logistic`` maximises the likelihood, which tails disturb less, and answers with a
probability. ``LinearSVM`` looks only at events near the boundary or beyond it. For numbers instead of classes ``LD`` is
least squares, and ``ElasticNet`` least squares with a penalty. None of them sees what only a curved boundary separates;
the input transformation ``"G"`` often helps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from umva.methods.base import Capabilities, Context, Events, Method
from umva.methods.chunks import chunks
from umva.methods.inputs import require_inputs
from umva.methods.linear.equations import solve
from umva.methods.linear.moments import class_moments, class_sums, joint_moments
from umva.methods.options import option
from umva.methods.ranking import Ranking
from umva.methods.registry import register

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LD", "Fisher", "LinearResponse"]

_IN_CACHE = 4096  # events at once


@dataclass(kw_only=True, eq=False)
class LinearResponse(Method):
    """What the linear methods share: ``offset_ + X @ coefficients_``.

    Attributes
    ----------
    coefficients_
        Shape ``(n_variables,)``, or ``(n_variables, n_outputs)`` for several classes and for targets.
    offset_
        A number, or shape ``(n_outputs,)``.
    """

    cost: ClassVar[float] = 0.02
    state: ClassVar[tuple[str, ...]] = ("coefficients_", "offset_")

    coefficients_: NDArray[np.float64] = field(init=False, repr=False)
    offset_: float | NDArray[np.float64] = field(init=False, repr=False)

    def decision(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return ``offset_ + X @ coefficients_``, unbounded, shape ``(n_events,)`` or ``(n_events, n_outputs)``."""
        require_inputs(X, len(self.coefficients_), method=self.name)
        response = np.zeros((len(X), *self.coefficients_.shape[1:])) + self.offset_
        for part in chunks(len(X), _IN_CACHE):
            # column by column: BLAS would round an event differently in other company
            for column, coefficient in zip(X[part].T, self.coefficients_, strict=True):
                response[part] += np.multiply.outer(column, coefficient)
        return response

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the weighted sum of the inputs, unbounded; see :meth:`decision`."""
        return self.decision(X)

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return ``coefficient * (x - mean of background)``, the exact Shapley values of independent inputs.

        Shape ``(n_events, n_variables)`` or ``(n_events, n_variables, n_outputs)``; they share out :meth:`decision`, which
        is the log odds, a class's logit or the response itself (Lundberg and Lee, NIPS 2017, arXiv:1705.07874,
        corollary 1).
        """
        away = X - background.mean(axis=0, dtype=np.float64)
        values: NDArray[np.float64] = np.einsum("ij,j...->ij...", away, self.coefficients_)
        return values


@register("Fisher", tmva="kFisher")
@dataclass(kw_only=True, eq=False)
class Fisher(LinearResponse):
    """Fisher's discriminant: the direction along which the class means are furthest apart for their spread.

    Use it as the reference that others must beat: instant, stable, exact about weights, blind to curved boundaries.
    The coefficients are TMVA's, ``sqrt(p_S p_B) W^-1 (mean_S - mean_B)`` with ``p`` the class's share of the weight
    and ``W`` the sum of both classes' covariance matrices; the response is 0 half way between the means. Inputs are ranked
    by the share of their variance that lies between the classes. (TMVA Users Guide, arXiv:physics/0703039, section 8.7;
    Fisher, Annals of Eugenics 7 (1936) 179.)

    Examples
    --------
    >>> X = np.array([[0.0], [2.0], [4.0], [6.0]], np.float32)
    >>> train = Events(X, np.array([0, 0, 1, 1], np.int8), np.ones(4))
    >>> Fisher().fit(train).score(X).tolist()
    [-3.0, -1.0, 1.0, 3.0]
    """

    capabilities: ClassVar[Capabilities] = Capabilities(negative_weights=True)

    method: str = option(
        "Fisher",
        tmva="Method",
        choices=("Fisher", "Mahalanobis"),
        help="divide by the covariance within the classes (Fisher), or with that between them added (Mahalanobis)",
    )

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Solve Fisher's linear equations; see :meth:`umva.methods.Method.fit`.

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
        share = signal.weight / (signal.weight + background.weight)
        apart = signal.mean - background.mean
        within = signal.covariance + background.covariance
        between = share * (1 - share) * np.outer(apart, apart)
        complete = self.method == "Mahalanobis"
        matrix = within + between if complete else within
        target = np.sqrt(share * (1 - share)) * apart
        magnitude = np.abs(signal.mean) + np.abs(background.mean)
        self.coefficients_, self.notes_ = solve(matrix, target, magnitude, method=self.name)
        self.offset_ = -0.5 * float(self.coefficients_ @ (signal.mean + background.mean))
        total = np.diag(within + between)
        power = np.divide(np.diag(between), total, out=np.zeros(len(total)), where=self.coefficients_ != 0)
        self.ranking_ = Ranking("Discr. power", power)
        context.progress(1.0)
        return self


@register("LD", tmva="kLD")
@dataclass(kw_only=True, eq=False)
class LD(LinearResponse):
    """Linear discriminant: weighted least squares of the class or the targets on the inputs.

    Use it where TMVA's LD was used, and as the reference of a regression that others must beat. Two classes are
    estimated as 1 (signal) and 0 (background), which orders events as Fisher does if both classes weigh the same; as
    in TMVA the fitted constant then gives way to ``-1/2 slope * mean``, the mean being that of both classes together.
    A regression keeps its constant, and each target is fitted by itself. Weight 2 is the event twice, and negative
    weights count as they are. Inputs are ranked by the absolute values of their slopes, as in TMVA: that says most of inputs
    that have been normalised. (TMVA Users Guide, arXiv:physics/0703039, section 8.8.)

    Examples
    --------
    >>> X = np.array([[0.0], [2.0], [4.0], [6.0]], np.float32)
    >>> train = Events(X, np.array([0, 0, 1, 1], np.int8), np.ones(4))
    >>> LD().fit(train).coefficients_.round(6).tolist()
    [0.2]
    """

    capabilities: ClassVar[Capabilities] = Capabilities(tasks=("classification", "regression"), negative_weights=True)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Solve the normal equations; see :meth:`umva.methods.Method.fit`.

        Negative weights and singular inputs are treated as by :meth:`Fisher.fit`.

        Raises
        ------
        MethodError
            If the weights (of a class) do not sum to more than zero, or leave no positive covariance matrix.
        """
        del validation
        self.problem_ = train.problem
        regression = train.problem.task == "regression"
        if not regression:
            class_sums(train, method=self.name)
        targets = train.y if regression else train.y[:, None]
        found = joint_moments((train.X, targets), train.weight, method=self.name)
        n_variables = train.X.shape[1]
        mean, target_mean = np.split(found.mean, [n_variables])
        slopes, self.notes_ = solve(
            found.covariance[:n_variables, :n_variables],
            found.covariance[:n_variables, n_variables:],
            np.abs(mean),
            method=self.name,
        )
        if regression:
            self.coefficients_, self.offset_ = slopes, target_mean - mean @ slopes
        else:
            self.coefficients_, self.offset_ = slopes[:, 0], -0.5 * float(mean @ slopes[:, 0])
        self.ranking_ = Ranking("Discr. power", np.abs(slopes[:, 0])) if slopes.shape[1] == 1 else None
        context.progress(1.0)
        return self
