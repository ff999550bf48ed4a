"""What BDT, BDTG and UniformBDT share: how many trees, on which samples of the events, and how the classes weigh."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from umva.errors import OptionError
from umva.methods.options import option
from umva.methods.trees.tree_method import TreeMethod

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from umva.methods.base import Events
    from umva.methods.trees.boosters import Booster
    from umva.methods.trees.training import Plan

__all__ = ["Boosted"]


@dataclass(kw_only=True, eq=False)
class Boosted(TreeMethod):
    """A method that boosts trees; subclasses say how."""

    cost: ClassVar[float] = 4.0
    quick_options: ClassVar[Mapping[str, Any]] = {"n_trees": 20}

    n_trees: int = option(800, tmva="NTrees", low=1, help="number of trees")
    max_nodes: int = option(
        0,
        tmva="NNodesMax",
        low=0,
        help="old way to limit the depth: 3 nodes are 1 cut, 9 are 2, 27 are 3; 0 is no limit",
    )
    bagging: bool = option(
        False, tmva="UseBaggedBoost", aliases=("UseBaggedGrad",), help="grow each tree on a random sample"
    )
    bagged_fraction: float = option(
        0.6,
        tmva="BaggedSampleFraction",
        aliases=("GradBaggingFraction",),
        low=1e-3,
        high=10.0,
        help="size of that sample as a share of the training events",
    )
    bagged_events: int = option(
        0, tmva="UseNTrainEvents", low=0, help="size of that sample in events; 0 leaves it to bagged_fraction"
    )
    signal_to_background: float | None = option(
        None,
        tmva="SigToBkgFraction",
        low=1e-6,
        help="total weight of signal over that of background in the training, 1 if not said; of several classes that of the "
        "first over all others, as given if not said",
    )

    @property
    @abstractmethod
    def _boost(self) -> str:
        """TMVA's name of the booster."""

    @property
    def _patience(self) -> int:
        """So many trees without progress end the training; 0 never."""
        return 0

    @property
    def _monitors(self) -> bool:
        """Whether the area under the ROC curve is noted after each tree."""
        return False

    @property
    def _ratio(self) -> float | None:
        ratio: float | None = self._said("signal_to_background")
        return ratio

    def _kind(self) -> type[Booster]:
        from umva.methods.trees.kinds import KINDS

        known = KINDS[self.problem_.task]
        if self._boost not in known:
            msg = (
                f"{self.name}: option boost (BoostType) must be one of {', '.join(map(repr, known))} for a "
                f"{self.problem_.task}, got {self._boost!r}"
            )
            raise OptionError(msg)
        return known[self._boost]

    def _plan(self, booster: Booster, train: Events) -> Plan:
        from umva.methods.trees.training import Plan

        fraction = self.bagged_events / train.n_events if self.bagged_events else self.bagged_fraction
        bags = self.bagging or booster.always_bags
        return Plan(self.n_trees, fraction if bags else None, self._patience, self._monitors)

    def _depth(self) -> int:
        if self.max_nodes:
            return next(depth for depth in range(1, 60) if 3**depth >= self.max_nodes)
        return super()._depth()
