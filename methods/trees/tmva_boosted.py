"""What BDT and BDTG share beyond other boosted trees: where cuts lie, TMVA's ways of gradient boosting, cuts before the trees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from umva.errors import OptionError
from umva.methods.options import option
from umva.methods.trees.boosted import Boosted

if TYPE_CHECKING:
    from umva.methods.problem import Problem
    from umva.methods.trees.boosters import Booster

__all__ = ["TmvaBoosted"]

_FEW_EVENTS = 50_000
_CUTS = {"node": 20, "sample": 63}
_MOST_CUTS = 255


@dataclass(kw_only=True, eq=False)
class TmvaBoosted(Boosted):
    """What TMVA's ways of gradient boosting have in common."""

    leaf_weights: str = option(
        "TMVA",
        choices=("TMVA", "exact"),
        help="gradient boosting: what weights do in leaves, TMVA's rule or exactly what repeating the event would",
    )
    grid: str | None = option(
        "node",
        choices=("node", "sample"),
        help="where the n_cuts lie: equally spaced between the ends of a variable in each node, as in TMVA, or once for all where "
        "they divide the sample equally, which is faster",
    )
    regression_loss: str = option(
        "Huber",
        tmva="RegressionLossFunctionBDTG",
        choices=("Huber", "LeastSquares", "AbsoluteDeviation"),
        help="gradient boosted regression: what is minimised",
    )
    huber_quantile: float = option(
        0.7,
        tmva="HuberQuantile",
        low=0.0,
        high=1.0,
        help="gradient boosted regression with Huber's loss: share of the residuals that are not clipped",
    )
    preselect: bool = option(
        False,
        tmva="DoPreselection",
        help="tell two classes apart by cuts first, where the training has one class only, and train on the rest",
    )
    monitor: bool = option(
        False,
        tmva="DoBoostMonitor",
        help="two classes: note the area under the ROC curve after each tree, not the loss",
    )
    skip_normalisation: bool = option(
        False,
        tmva="SkipNormalization",
        help="keep the ratio of the classes' total weights; excludes signal_to_background",
    )

    @property
    def _monitors(self) -> bool:
        return self.monitor

    def _grid(self, n_events: int) -> tuple[str, int]:
        few = n_events <= _FEW_EVENTS or not 1 <= (self.n_cuts or 1) <= _MOST_CUTS
        grid = self.grid or ("node" if few else "sample")
        return grid, (_CUTS[grid] if self.n_cuts is None else self.n_cuts)

    @property
    def _preselects(self) -> bool:
        return self.preselect

    @property
    def _ratio(self) -> float | None:
        return None if self.skip_normalisation else super()._ratio

    def _kind(self) -> type[Booster]:
        from umva.methods.trees.kinds import LOSSES

        if self.problem_.task == "regression" and self._boost == "Grad":
            return LOSSES[self.regression_loss]
        return super()._kind()

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Refuse options that do not go together in this task."""
        super().bind(columns, problem)
        for name, on in (("preselect (DoPreselection)", self.preselect), ("monitor (DoBoostMonitor)", self.monitor)):
            if on and problem.task != "classification":
                msg = f"{self.name}: option {name} is for two classes, not for a {problem.task}"
                raise OptionError(msg)
        if self.grid == "sample" and self.n_cuts is not None and not 1 <= self.n_cuts <= _MOST_CUTS:
            msg = f"{self.name}: option n_cuts (nCuts) must be 1 to {_MOST_CUTS} with grid='sample', got {self.n_cuts}"
            raise OptionError(msg)
        if self.skip_normalisation and self.signal_to_background is not None:
            msg = f"{self.name}: give skip_normalisation (SkipNormalization) or signal_to_background (SigToBkgFraction), not both"
            raise OptionError(msg)
