"""CatBoost: gradient boosting of symmetric trees, which ask the same question in all nodes of one depth.

Such trees are weak, which makes the forest hard to overtrain and its defaults hard to beat. CatBoost comes with ``pip
install "umva[catboost]"``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from umva.errors import MethodError
from umva.methods.gradient import catboost_files
from umva.methods.gradient.boosting import WHOLE, GradientBoosting, Grown
from umva.methods.options import option, redeclared
from umva.methods.registry import register
from umva.methods.repetition import Repetition

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from umva.methods.base import Context, Events

__all__ = ["CatBoost"]

_PARTS = {"learn": "train", "validation": "validation"}


@register("CatBoost")
@dataclass(kw_only=True, eq=False)
class CatBoost(GradientBoosting):
    """Gradient boosting of symmetric trees, whose nodes of one depth all make the same cut (CatBoost).

    Use it on small samples, where it overtrains least, and where the response must be computed fast. The response is the
    signal's or the classes' probability, or the target. Event weights, scaled to mean 1, multiply each event's part of the
    loss (log loss, for targets the squared error in units of their variance); CatBoost takes no negative ones. NaN counts
    as smaller than all values. (Prokhorenkova et al., NeurIPS 2018, arXiv:1706.09516; boosting is plain, not ordered.)

    Examples
    --------
    >>> from umva.methods import Events
    >>> X = np.linspace(0, 1, 40, dtype=np.float32)[:, None]
    >>> train = Events(X, (X[:, 0] > 0.5).astype(np.int8), np.ones(40))
    >>> booster = CatBoost(n_trees=20, learning_rate=0.1).fit(train)
    >>> booster.score(np.array([[0.1], [0.9]], np.float32)).round().tolist()
    [0.0, 1.0]
    """

    max_depth: int = option(6, low=1, high=16, help="depth of the trees")
    max_bin: int = redeclared(GradientBoosting, "max_bin", 254, high=65536)
    random_strength: float = option(
        1.0, low=0.0, help="random numbers of this size, falling with each tree, are added to what a cut is judged by"
    )

    cost: ClassVar[float] = 3.0
    requires: ClassVar[Mapping[str, str]] = {"catboost": "catboost"}
    quick_options: ClassVar[Mapping[str, Any]] = {"n_trees": 40, "learning_rate": 0.2}
    repetition: ClassVar[Repetition] = Repetition(
        1e-3, {**WHOLE, "random_strength": 0.0}, repeated={"reg_lambda": 10.0}
    )  # which is for weights of mean 1
    suffix: ClassVar[str] = ".json"

    def _grow(self, parts: Mapping[str, Events], context: Context) -> Grown:
        import catboost

        pools = {
            part: catboost.Pool(events.X, events.y, weight=events.weight, thread_count=context.n_threads)
            for part, events in parts.items()
        }
        booster = catboost.CatBoost(self._parameters(context, stops=self._stops(parts)))
        try:
            booster.fit(
                pools["train"], eval_set=pools.get("validation"), callbacks=[_Progress(context.progress, self.n_trees)]
            )
        except catboost.CatBoostError as error:
            msg = f"{self.name} cannot be trained: {str(error).rpartition(': ')[2]}"
            raise MethodError(msg) from error
        losses = {
            _PARTS[part]: np.array(next(iter(loss.values()))) for part, loss in booster.get_evals_result().items()
        }
        best = booster.tree_count_ if self._stops(parts) else None
        return Grown(self._parsed(catboost_files.to_text(booster, self.problem_)), losses, best)

    def _raw(self, booster: Any, X: NDArray[np.float32]) -> Any:
        return booster.predict(X)

    def _contributions(self, booster: Any, X: NDArray[np.float32]) -> Any:
        return booster.shap(X)

    def _text(self, booster: Any) -> str:
        text: str = booster.text
        return text

    def _parsed(self, text: str) -> Any:
        return catboost_files.from_text(text, self.problem_)

    def _parameters(self, context: Context, *, stops: bool) -> dict[str, Any]:
        task = self.problem_.task
        sampling = (
            {"bootstrap_type": "No"} if self.subsample == 1 else {"bootstrap_type": "MVS", "subsample": self.subsample}
        )
        return {
            "loss_function": catboost_files.OBJECTIVES[task],
            **({"classes_count": len(self.problem_.classes)} if task == "multiclass" else {"boost_from_average": True}),
            "iterations": self.n_trees,
            "depth": self.max_depth,
            "learning_rate": self.learning_rate,
            **sampling,
            "rsm": self.colsample,
            "l2_leaf_reg": self.reg_lambda,
            "random_strength": self.random_strength,
            "border_count": self.max_bin,
            "boosting_type": "Plain",
            "use_best_model": stops,
            **({"od_type": "Iter", "od_wait": self.early_stopping} if stops else {}),
            "thread_count": context.n_threads,
            "random_seed": context.seed,
            "allow_writing_files": False,
            "logging_level": "Silent",
        }


@dataclass(frozen=True)
class _Progress:
    """A callback that tells the share of trees done."""

    tell: Callable[[float], None]
    n_trees: int

    def after_iteration(self, state: Any) -> bool:
        """Tell it, and have the training go on."""
        self.tell(state.iteration / self.n_trees)
        return True
