"""Gradient boosting on binned variables, as scikit-learn has it: fast on large samples, and nothing more to install."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.methods.base import Capabilities, Context, Curves, Events
from umva.methods.curves import kept_trees, side_by_side
from umva.methods.options import option
from umva.methods.registry import register
from umva.methods.repetition import Repetition
from umva.methods.scikit.method import ScikitMethod

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

__all__ = ["HistGradientBoosting"]


@register("HistGradientBoosting")
@dataclass(kw_only=True, eq=False)
class HistGradientBoosting(ScikitMethod):
    """Gradient boosting of trees on variables cut into bins (scikit-learn).

    Use it as XGBoost: mostly among the best on tables of numbers, and fast on large samples. The response is the
    probability of each class, or the estimate of each target, which has trees of its own. Event weights, scaled to mean
    1, multiply each event's part of the loss; ``min_leaf`` counts events whatever their weight. At each split NaN is
    sent to the side that lowers the loss more. (Ke et al., LightGBM, NIPS 2017, on which it is modelled.)

    Examples
    --------
    >>> X = np.linspace(0, 1, 40, dtype=np.float32)[:, None]
    >>> train = Events(X, (X[:, 0] > 0.5).astype(np.int8), np.ones(40))
    >>> booster = HistGradientBoosting(n_trees=20, learning_rate=0.3, min_leaf=1).fit(train)
    >>> booster.score(np.array([[0.1], [0.9]], np.float32)).round().tolist()
    [0.0, 1.0]
    """

    n_trees: int = option(
        300, low=1, help="number of trees (a class, if there are more than two), the most if it stops"
    )
    learning_rate: float = option(0.05, low=1e-6, high=1.0, help="each tree's answer is scaled by this")
    max_leaves: int = option(15, low=2, help="most leaves of a tree")
    max_depth: int | None = option(None, low=1, help="largest depth of a tree; None for any")
    min_leaf: int = option(20, low=1, help="fewest events in a leaf")
    reg_lambda: float = option(5.0, low=0.0, help="penalty on the squares of the leaves' answers")
    max_features: float = option(0.5, low=0.01, high=1.0, help="share of the variables tried at each split")
    max_bin: int = option(255, low=2, high=255, help="bins that each variable is cut into")
    early_stopping: int = option(
        50, low=0, help="stop after so many trees without gain on the validation part, if there is one; 0 for never"
    )

    capabilities: ClassVar[Capabilities] = Capabilities(
        tasks=("classification", "multiclass", "regression"), missing_values=True, validation=True
    )
    repetition: ClassVar[Repetition] = Repetition(
        options={"max_features": 1.0, "min_leaf": 1, "max_leaves": 4},  # of equal cuts of few events rounding takes one
        repeated={"reg_lambda": 10.0},  # twice the events, twice the penalty
    )
    cost: ClassVar[float] = 2.0
    quick_options: ClassVar[Mapping[str, Any]] = {"n_trees": 40, "learning_rate": 0.2}

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Grow tree after tree; see :meth:`umva.methods.Method.fit`. Kept are the trees up to the least validation loss."""
        super().fit(train, validation, context=context)
        losses = [_losses(each) for each in self.estimators_]
        stops = "validation" in losses[0] and self.early_stopping > 0
        best = [int(np.argmin(each["validation"])) + 1 if stops else len(each["train"]) for each in losses]
        for each, n_trees in zip(self.estimators_, best, strict=True):
            each._predictors = each._predictors[:n_trees]
        self.curves_ = Curves(
            step="tree",
            quantity="half the squared error" if train.problem.task == "regression" else "log loss",
            values=side_by_side(losses, train.problem.targets),
            best=best[0] if stops and len(best) == 1 else None,
        )
        self.notes_ += kept_trees(best, self.n_trees, train.problem.targets)
        return self

    def _estimator(self, train: Events, context: Context) -> Any:
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

        regression = train.problem.task == "regression"
        return (HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier)(
            max_iter=self.n_trees,
            learning_rate=self.learning_rate,
            max_leaf_nodes=self.max_leaves,
            max_depth=self.max_depth,
            min_samples_leaf=self.min_leaf,
            l2_regularization=self.reg_lambda,
            max_features=self.max_features,
            max_bins=self.max_bin,
            categorical_features=None,
            early_stopping=True,  # without it no losses are kept
            n_iter_no_change=self.early_stopping or self.n_trees,
            validation_fraction=None,
            tol=0.0,
            random_state=context.seed,
        )

    def _train(self, estimator: Any, train: Events, validation: Events | None, context: Context) -> Any:
        watched: dict[str, Any] = {}
        if validation is None:
            estimator.set_params(n_iter_no_change=self.n_trees)
        else:
            watched = {"X_val": validation.X, "y_val": validation.y, "sample_weight_val": validation.weight}
        with _watched(estimator, lambda n_trees: context.progress(n_trees / self.n_trees)):
            return estimator.fit(train.X, train.y, train.weight, **watched)


def _losses(estimator: Any) -> dict[str, NDArray[np.float64]]:
    """Return the losses after each tree; scikit-learn keeps them negated, and one from before the first."""
    losses = {"train": -estimator.train_score_[1:]}
    if len(estimator.validation_score_):
        losses["validation"] = -estimator.validation_score_[1:]
    return losses


@contextmanager
def _watched(estimator: Any, tell: Callable[[int], None]) -> Iterator[None]:
    """Tell the number of trees grown whenever their loss is looked at: scikit-learn has no callback for it."""
    look = estimator._check_early_stopping_loss

    def told(*arguments: Any, **named: Any) -> Any:
        tell(len(estimator._predictors))
        return look(*arguments, **named)

    estimator._check_early_stopping_loss = told
    try:
        yield
    finally:
        del estimator._check_early_stopping_loss
