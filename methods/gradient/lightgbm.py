"""LightGBM: gradient-boosted trees that grow at the leaf where it pays most. The fastest on large samples.

``max_leaves`` says how much a tree can tell: a tree of depth 5 has at most 32. LightGBM comes with ``pip install
"umva[lightgbm]"``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from umva.errors import MethodError
from umva.methods.gradient import lightgbm_files
from umva.methods.gradient.boosting import WHOLE, GradientBoosting, Grown, Watch
from umva.methods.options import option
from umva.methods.registry import register
from umva.methods.repetition import Repetition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from umva.methods.base import Context, Events

__all__ = ["LightGBM"]

_LOSSES = {"classification": "binary_logloss", "multiclass": "multi_logloss", "regression": "rmse"}


@register("LightGBM")
@dataclass(kw_only=True, eq=False)
class LightGBM(GradientBoosting):
    """Gradient boosting of trees that grow leaf by leaf, the most useful first (LightGBM).

    Use it instead of XGBoost on large samples, where it is faster at equal quality. The response is the signal's or the
    classes' probability, or the target. Event weights, scaled to mean 1, multiply each event's part of the loss (log loss,
    for targets the squared error in units of their variance) and of ``min_child_weight``; LightGBM is not made for negative
    ones. At each split NaN is sent to the side that lowers the loss more; in a variable that had none in the training it
    counts as 0. (Ke et al., NIPS 2017, p. 3149.)

    Examples
    --------
    >>> from umva.methods import Events
    >>> X = np.linspace(0, 1, 40, dtype=np.float32)[:, None]
    >>> train = Events(X, (X[:, 0] > 0.5).astype(np.int8), np.ones(40))
    >>> booster = LightGBM(n_trees=20, learning_rate=0.1, min_child_weight=1).fit(train)
    >>> booster.score(np.array([[0.1], [0.9]], np.float32)).round().tolist()
    [0.0, 1.0]
    """

    max_leaves: int = option(24, low=2, high=131072, help="most leaves of a tree")
    max_depth: int | None = option(None, low=1, help="largest depth of a tree; None for any")
    min_child_weight: float = option(
        20.0, low=1e-3, help="least sum over the events of a leaf of p (1 - p), for targets of the weights"
    )
    reg_alpha: float = option(0.0, low=0.0, help="penalty on the magnitudes of the leaves' answers")
    gamma: float = option(0.0, low=0.0, help="least fall of the loss that makes a split worth while")

    cost: ClassVar[float] = 1.5
    requires: ClassVar[Mapping[str, str]] = {"lightgbm": "lightgbm"}
    quick_options: ClassVar[Mapping[str, Any]] = {"n_trees": 40, "learning_rate": 0.2, "min_child_weight": 2.0}
    repetition: ClassVar[Repetition] = Repetition(
        0.3,
        {**WHOLE, "min_child_weight": 20.0, "max_leaves": 4},
        repeated={"reg_lambda": 10.0, "min_child_weight": 40.0},
        reason="bins are cut by numbers of events, and these guessed from weights; exact where values repeat often",
    )
    suffix: ClassVar[str] = ".txt"

    def _grow(self, parts: Mapping[str, Events], context: Context) -> Grown:
        import lightgbm

        sets: dict[str, Any] = {}
        for part, events in parts.items():
            sets[part] = lightgbm.Dataset(events.X, events.y, weight=events.weight, reference=sets.get("train"))
        watching = _Callback(Watch(context.progress, self.n_trees))
        stopping = [lightgbm.early_stopping(self.early_stopping, verbose=False)] if self._stops(parts) else []
        try:
            booster = lightgbm.train(
                self._parameters(context),
                sets["train"],
                num_boost_round=self.n_trees,
                valid_sets=[each for part, each in sets.items() if part != "train"],
                callbacks=[watching, *stopping],
            )
        except lightgbm.basic.LightGBMError as error:
            msg = f"{self.name} cannot be trained: {error}"
            raise MethodError(msg) from error
        best = booster.best_iteration if self._stops(parts) else None
        losses = {"train": watching.watch.curve()}
        if "validation" in parts:
            losses["validation"] = np.array(watching.losses)
        return Grown(booster.model_from_string(lightgbm_files.to_text(booster, best)), losses, best)

    def _raw(self, booster: Any, X: NDArray[np.float32]) -> Any:
        return booster.predict(X, raw_score=True)

    def _contributions(self, booster: Any, X: NDArray[np.float32]) -> Any:
        values = booster.predict(X, pred_contrib=True)
        n_classes = len(self.problem_.classes)
        return values.reshape(len(X), n_classes, -1) if self.problem_.task == "multiclass" else values

    def _text(self, booster: Any) -> str:
        return lightgbm_files.to_text(booster)

    def _parsed(self, text: str) -> Any:
        return lightgbm_files.from_text(text, self.problem_)

    def _parameters(self, context: Context) -> dict[str, Any]:
        task = self.problem_.task
        return {
            "objective": lightgbm_files.OBJECTIVES[task],
            "metric": _LOSSES[task],
            **({"num_class": len(self.problem_.classes)} if task == "multiclass" else {}),
            "num_leaves": self.max_leaves,
            "max_depth": -1 if self.max_depth is None else self.max_depth,
            "learning_rate": self.learning_rate,
            "bagging_fraction": self.subsample,
            "bagging_freq": 1,
            "feature_fraction": self.colsample,
            "min_sum_hessian_in_leaf": self.min_child_weight,
            "min_data_in_leaf": 0,  # it counts events whatever their weight
            "lambda_l2": self.reg_lambda,
            "lambda_l1": self.reg_alpha,
            "min_gain_to_split": self.gamma,
            "max_bin": self.max_bin,
            "num_threads": context.n_threads,
            "seed": context.seed,
            "deterministic": True,
            "force_col_wise": True,  # else LightGBM chooses by the clock
            "verbosity": -1,
        }


@dataclass(eq=False)  # LightGBM puts it into a set
class _Callback:
    """What LightGBM calls after each tree; keeps the validation loss."""

    watch: Watch
    losses: list[float] = field(default_factory=list)

    def __call__(self, state: Any) -> None:
        """Note where the training stands."""
        self.losses += [loss for _, _, loss, _ in state.evaluation_result_list]
        self.watch.after(state.iteration + 1, lambda: float(state.model.eval_train()[0][2]))
