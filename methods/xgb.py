"""XGBoost: gradient-boosted trees, each correcting the sum of those before. Mostly the best choice for tables of numbers.

More trees with a smaller ``learning_rate`` are never worse but slower; if there is a validation part, training stops when
it no longer gains. ``max_depth`` is the number of variables that may act together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.methods import xgb_files
from umva.methods.base import Capabilities, Context, Curves, Events, Method
from umva.methods.chunks import chunks
from umva.methods.options import option
from umva.methods.registry import register

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["XGBoost"]


@register("XGBoost")
@dataclass(kw_only=True, eq=False)
class XGBoost(Method):
    """Gradient boosting with second derivatives and penalised leaves (XGBoost).

    Use it first: mostly the best and fastest on tables of numbers. The response is the signal probability, 0 to 1.
    Event weights, scaled to mean 1, multiply each event's part of the log loss and of ``min_child_weight``. At each
    split NaN is sent to the side that lowers the loss more. (Chen and Guestrin, KDD 2016, arXiv:1603.02754.)

    Examples
    --------
    >>> X = np.linspace(0, 1, 40, dtype=np.float32)[:, None]
    >>> train = Events(X, (X[:, 0] > 0.5).astype(np.int8), np.ones(40))
    >>> booster = XGBoost(n_trees=20, learning_rate=0.1, min_child_weight=1).fit(train)
    >>> booster.score(np.array([[0.1], [0.9]], np.float32)).round().tolist()
    [0.0, 1.0]
    """

    n_trees: int = option(500, low=1, help="number of trees, the most if training stops early")
    max_depth: int = option(5, low=1, high=30, help="largest depth of a tree")
    learning_rate: float = option(0.03, low=1e-6, high=1.0, help="each tree's answer is scaled by this")
    subsample: float = option(0.5, low=0.01, high=1.0, help="share of the events that each tree sees")
    colsample: float = option(0.7, low=0.01, high=1.0, help="share of the variables that each tree sees")
    min_child_weight: float = option(20.0, low=0.0, help="least sum of p (1 - p) over the events of a leaf")
    reg_lambda: float = option(5.0, low=0.0, help="penalty on the squares of the leaves' answers")
    reg_alpha: float = option(0.0, low=0.0, help="penalty on their magnitudes")
    gamma: float = option(0.0, low=0.0, help="least fall of the loss that makes a split worth while")
    max_bin: int = option(256, low=2, help="bins that each variable is cut into")
    early_stopping: int = option(
        50, low=0, help="stop after so many trees without gain on the validation part, if there is one; 0 for never"
    )

    capabilities: ClassVar[Capabilities] = Capabilities(missing_values=True, validation=True)
    cost: ClassVar[float] = 1.5
    quick_options: ClassVar[Mapping[str, Any]] = {"n_trees": 40, "learning_rate": 0.2, "min_child_weight": 2.0}

    booster_: Any = field(init=False, repr=False)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Grow tree after tree; see :meth:`umva.methods.Method.fit`. Kept are the trees up to the least validation loss."""
        import xgboost

        parts = {"train": self._matrix(train, context)}
        if validation is not None:
            parts["validation"] = self._matrix(validation, context, like=parts["train"])
        stops = validation is not None and self.early_stopping > 0
        losses: dict[str, dict[str, list[float]]] = {}
        booster = xgboost.train(
            self._parameters(context),
            parts["train"],
            num_boost_round=self.n_trees,
            evals=[(matrix, part) for part, matrix in parts.items()],
            early_stopping_rounds=self.early_stopping if stops else None,
            evals_result=losses,
            verbose_eval=False,
            callbacks=[_progress(context.progress, self.n_trees)],
        )
        best = booster.best_iteration + 1 if stops else None
        self.booster_ = booster if best is None else booster[:best]
        values = {part: np.array(loss["logloss"]) for part, loss in losses.items()}
        self.curves_ = Curves(step="tree", quantity="log loss", values=values, best=best)
        self.notes_ = (
            ()
            if best is None or best == self.n_trees
            else (f"Kept the first {best} of at most {self.n_trees} trees, where the validation loss is least.",)
        )
        context.progress(1.0)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the signal probability, shape ``(n_events,)``."""
        from scipy.special import expit

        response = np.empty(len(X))
        for part in chunks(len(X)):
            response[part] = self.booster_.inplace_predict(X[part], predict_type="margin")
        probability: NDArray[np.float64] = expit(response)
        return probability

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return exact Shapley values of the log odds, shape ``(n_events, n_variables)``.

        What is not known of an event is averaged over the training events that reach each node. (Lundberg et al., Nature
        Machine Intelligence 2 (2020) 56.)
        """
        import xgboost

        del background
        if not len(X):
            return np.empty(X.shape)
        values = self.booster_.predict(xgboost.DMatrix(X), pred_contribs=True)
        return np.asarray(values[:, :-1], np.float64)

    def write(self, folder: Path) -> None:
        """Write the trees as JSON."""
        xgb_files.dump(self.booster_, folder / "booster.json")

    def read(self, folder: Path) -> None:
        """Read the trees; those that would lead out of their arrays are refused."""
        self.booster_ = xgb_files.restore(folder / "booster.json")

    def _parameters(self, context: Context) -> dict[str, Any]:
        return {
            "objective": "binary:logistic",
            "eval_metric": "logloss",
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

    def _matrix(self, events: Events, context: Context, like: Any = None) -> Any:
        """Return the events binned; ``like`` is the matrix whose bins to share."""
        import xgboost

        return xgboost.QuantileDMatrix(
            events.X,
            events.y,
            weight=events.weight / events.weight.mean(),
            max_bin=self.max_bin,
            nthread=context.n_threads,
            ref=like,
        )


def _progress(tell: Callable[[float], None], n_trees: int) -> Any:
    """Return a callback that tells the share of trees done."""
    from xgboost.callback import TrainingCallback

    class Progress(TrainingCallback):
        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            del model, evals_log
            tell((epoch + 1) / n_trees)
            return False

    return Progress()
