"""XGBoost: gradient-boosted trees, each correcting the sum of those before. Mostly the best choice for tables of numbers.

More trees with a smaller ``learning_rate`` are never worse but slower; if there is a validation part, training stops when
it no longer gains. ``max_depth`` is the number of variables that may act together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from umva.methods.gradient import xgboost_files
from umva.methods.gradient.boosting import WHOLE, GradientBoosting, Grown, Watch
from umva.methods.options import option
from umva.methods.registry import register
from umva.methods.repetition import Repetition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from umva.methods.base import Context, Events

__all__ = ["XGBoost"]

_LOSSES = {"classification": "logloss", "multiclass": "mlogloss", "regression": "rmse"}


@register("XGBoost")
@dataclass(kw_only=True, eq=False)
class XGBoost(GradientBoosting):
    """Gradient boosting with second derivatives and penalised leaves (XGBoost).

    Use it first: mostly the best and fastest on tables of numbers. The response is the signal's or the classes'
    probability, or the target. Event weights, scaled to mean 1, multiply each event's part of the loss (log loss, for
    targets the squared error in units of their variance) and of ``min_child_weight``; XGBoost takes no negative ones. At
    each split NaN is sent to the side that lowers the loss more. (Chen and Guestrin, KDD 2016, arXiv:1603.02754.)

    Examples
    --------
    >>> from umva.methods import Events
    >>> X = np.linspace(0, 1, 40, dtype=np.float32)[:, None]
    >>> train = Events(X, (X[:, 0] > 0.5).astype(np.int8), np.ones(40))
    >>> booster = XGBoost(n_trees=20, learning_rate=0.1, min_child_weight=1).fit(train)
    >>> booster.score(np.array([[0.1], [0.9]], np.float32)).round().tolist()
    [0.0, 1.0]
    """

    max_depth: int = option(5, low=1, high=30, help="largest depth of a tree")
    min_child_weight: float = option(
        20.0, low=0.0, help="least sum over the events of a leaf of p (1 - p), for targets of the weights"
    )
    reg_alpha: float = option(0.0, low=0.0, help="penalty on the magnitudes of the leaves' answers")
    gamma: float = option(0.0, low=0.0, help="least fall of the loss that makes a split worth while")

    cost: ClassVar[float] = 1.5
    quick_options: ClassVar[Mapping[str, Any]] = {"n_trees": 40, "learning_rate": 0.2, "min_child_weight": 2.0}
    repetition: ClassVar[Repetition] = Repetition(
        1e-3,
        {**WHOLE, "min_child_weight": 20.0, "max_depth": 3},
        repeated={"reg_lambda": 10.0, "min_child_weight": 40.0},
    )  # both are for weights of mean 1
    suffix: ClassVar[str] = ".json"

    def _grow(self, parts: Mapping[str, Events], context: Context) -> Grown:
        import xgboost

        matrices: dict[str, Any] = {}
        for part, events in parts.items():
            matrices[part] = self._matrix(events, context, like=matrices.get("train"))
        found: dict[str, dict[str, list[float]]] = {}
        watch = Watch(context.progress, self.n_trees)
        booster = xgboost.train(
            self._parameters(context),
            matrices["train"],
            num_boost_round=self.n_trees,
            evals=[(matrix, part) for part, matrix in matrices.items() if part != "train"],
            early_stopping_rounds=self.early_stopping if self._stops(parts) else None,
            evals_result=found,
            verbose_eval=False,
            callbacks=[_callback(watch, matrices["train"])],
        )
        losses = {part: np.array(loss[_LOSSES[self.problem_.task]]) for part, loss in found.items()}
        best = booster.best_iteration + 1 if self._stops(parts) else None
        return Grown(booster if best is None else booster[:best], {"train": watch.curve(), **losses}, best)

    def _raw(self, booster: Any, X: NDArray[np.float32]) -> Any:
        return booster.inplace_predict(X, predict_type="margin")

    def _contributions(self, booster: Any, X: NDArray[np.float32]) -> Any:
        import xgboost

        return booster.predict(xgboost.DMatrix(X), pred_contribs=True)

    def _text(self, booster: Any) -> str:
        return xgboost_files.to_text(booster)

    def _parsed(self, text: str) -> Any:
        return xgboost_files.from_text(text, self.problem_)

    def _parameters(self, context: Context) -> dict[str, Any]:
        task = self.problem_.task
        return {
            "objective": xgboost_files.OBJECTIVES[task],
            "eval_metric": _LOSSES[task],
            **({"num_class": len(self.problem_.classes)} if task == "multiclass" else {}),
            "tree_method": "hist",
            "max_depth": self.max_depth,
            "learning_rate": self.learning_rate,
            "subsample": self.subsample,
            "colsample_bytree": self.colsample,
            "min_child_weight": self.min_child_weight,
            "reg_lambda": self.reg_lambda,
            "reg_alpha": self.reg_alpha,
            "gamma": self.gamma,
            "max_bin": self.max_bin,
            "nthread": context.n_threads,
            "seed": context.seed,
        }

    def _matrix(self, events: Events, context: Context, like: Any) -> Any:
        """Return the events binned; ``like`` is the matrix whose bins to share, if any."""
        import xgboost

        return xgboost.QuantileDMatrix(
            events.X, events.y, weight=events.weight, max_bin=self.max_bin, nthread=context.n_threads, ref=like
        )


def _callback(watch: Watch, train: Any) -> Any:
    """Return what XGBoost calls after each tree."""
    from xgboost.callback import TrainingCallback

    class Callback(TrainingCallback):
        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            del evals_log
            watch.after(epoch + 1, lambda: float(model.eval_set([(train, "train")], epoch).rpartition(":")[2]))
            return False

    return Callback()
