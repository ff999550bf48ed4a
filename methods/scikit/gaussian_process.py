"""Gaussian process: a smooth function known at the training events, and in between as far as they reach."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from umva.methods.base import Capabilities, Context, Events
from umva.methods.options import option
from umva.methods.registry import register
from umva.methods.repetition import Repetition
from umva.methods.scikit.method import ScikitMethod

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["GaussianProcess"]

_RANGE = 100.0  # how far the length scale may leave its start, up or down


@register("GaussianProcess")
@dataclass(kw_only=True, eq=False)
class GaussianProcess(ScikitMethod):
    """Smooth function of unknown form whose length scale and noise are learnt from the events (scikit-learn).

    Use it for a few hundred to a few thousand events of a smooth problem in few variables, above all in a regression:
    there is nothing to tune. Time grows with the cube of the number of events, memory with its square: with 1000 events
    seconds, with 5000 many minutes; of larger samples it learns from ``max_events`` events drawn in proportion to their
    weights (:func:`umva.methods.sampling.draw_by_weight`), which is also how weights are honoured.

    The response is the probability of each class, found by Laplace's approximation and of several classes by one
    process against the rest for each, or the mean of the process for each target. The kernel is a constant times a
    Gaussian of the distance; in a regression with white noise. (Rasmussen and Williams, Gaussian Processes for Machine
    Learning, 2006, algorithms 2.1, 3.1 and 3.2.)

    Examples
    --------
    >>> from umva.methods.problem import Problem
    >>> X = np.linspace(0, 6, 40, dtype=np.float32)[:, None]
    >>> train = Events(X, np.sin(X).astype(np.float64), np.ones(40), Problem(classes=(), targets=("height",)))
    >>> GaussianProcess().fit(train).score(np.array([[np.pi / 2]], np.float32)).round(2).tolist()
    [[1.0]]
    """

    max_events: int = option(1000, low=10, help="train on so many events drawn by weight if there are more")
    length_scale: float | None = option(
        None,
        low=1e-12,
        help="distance over which the function varies, where the search for the best starts; by default the root of "
        "the sum of the inputs' variances",
    )
    optimise: bool = option(True, help="search for the best length scale, height and noise, otherwise keep the start")

    capabilities: ClassVar[Capabilities] = Capabilities(tasks=("classification", "multiclass", "regression"))
    repetition: ClassVar[Repetition] = Repetition(
        0.5,
        options={"max_events": 600},
        reason="learns from events drawn in proportion to their weights, as many as these are worth",
    )
    transform: ClassVar[str] = "N"
    regression_transform: ClassVar[str] = "N"
    cost: ClassVar[float] = 30.0
    quick_options: ClassVar[Mapping[str, Any]] = {"max_events": 200}
    scored_at_once: ClassVar[int] = 4096

    def _most_events(self) -> int:
        return self.max_events

    def _estimator(self, train: Events, context: Context) -> Any:
        from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

        length = self.length_scale or float(np.sqrt(train.X.var(axis=0, dtype=np.float64).sum())) or 1.0
        kernel = ConstantKernel(1.0, (1e-5, 1e5)) * RBF(length, (length / _RANGE, length * _RANGE))
        optimiser = "fmin_l_bfgs_b" if self.optimise else None
        if train.problem.task == "regression":
            kernel += WhiteKernel(0.1, (1e-6, 10.0))
            return GaussianProcessRegressor(kernel, optimizer=optimiser, normalize_y=True, random_state=context.seed)
        return GaussianProcessClassifier(kernel, optimizer=optimiser, random_state=context.seed)

    def _train(self, estimator: Any, train: Events, validation: Events | None, context: Context) -> Any:
        """Train the process; that the best height is very large, say, is nothing for a user to act on."""
        from sklearn.exceptions import ConvergenceWarning

        warnings.filterwarnings("ignore", "The optimal value found", ConvergenceWarning)  # until fit is left
        return super()._train(estimator, train, validation, context)
