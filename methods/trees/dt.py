"""DT: one decision tree. A set of nested cuts that can be read off, and the brick that BDT is built of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from umva.methods.base import Capabilities
from umva.methods.options import option
from umva.methods.registry import register
from umva.methods.repetition import Repetition
from umva.methods.trees.prune_options import pruning, require_pruning
from umva.methods.trees.tree_method import TreeMethod

if TYPE_CHECKING:
    from collections.abc import Mapping

    from umva.methods.base import Events
    from umva.methods.problem import Problem
    from umva.methods.trees.boosters import Booster, Learning
    from umva.methods.trees.pruning import Pruning
    from umva.methods.trees.training import Plan

__all__ = ["DT"]

_SHARE = 0.5


@register("DT", tmva="kDT")
@dataclass(kw_only=True, eq=False)
class DT(TreeMethod):
    """A single decision tree.

    Use it to see cuts, not to win: one tree tells less than many. Weights count in the cuts and in the leaves, negative ones too;
    both classes are made to weigh the same, where TMVA's tree favours the larger one. The response is +1 or -1, or the purity
    of the leaf. Trained trees can be saved and loaded, which TMVA's cannot. (TMVA Users Guide, arXiv:physics/0703039,
    section 8.12.)

    Examples
    --------
    >>> import numpy as np
    >>> from umva.methods import Events
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]], np.float32)
    >>> DT().fit(Events(X, np.array([0, 0, 1, 1], np.int8), np.ones(4))).score(X).tolist()
    [-1.0, -1.0, 1.0, 1.0]
    """

    capabilities: ClassVar[Capabilities] = Capabilities(negative_weights=True)
    cost: ClassVar[float] = 0.2
    repetition: ClassVar[Repetition] = Repetition(options={"min_node_size": 0.0, "use_yes_no_leaf": False})
    unsaid: ClassVar[Mapping[str, Mapping[str, Any]]] = {"classification": {"max_depth": 3, "min_node_size": 5.0}}

    use_yes_no_leaf: bool = option(True, tmva="UseYesNoLeaf", help="leaves answer +1 or -1, not with their purity")
    node_purity_limit: float = option(
        0.5, tmva="NodePurityLimit", low=0.0, high=1.0, help="leaves purer than this are signal"
    )
    separation: str = option(
        "GiniIndex",
        tmva="SeparationType",
        choices=("GiniIndex", "CrossEntropy", "GiniIndexWithLaplace", "MisClassificationError", "SDivSqrtSPlusB"),
        help="what a cut is judged by",
    )
    prune_method: str = option(
        "NoPruning",
        tmva="PruneMethod",
        choices=("NoPruning", "ExpectedError", "CostComplexity"),
        help="cut the tree back once it is grown",
    )
    prune_strength: float = option(
        5.0,
        tmva="PruneStrength",
        help="ExpectedError: standard deviations; CostComplexity: % of the way to the root, below 0 what suits half of the "
        "events, which are then held out",
    )

    @property
    def _negative_weights(self) -> str:
        return "Pray"

    @property
    def _ratio(self) -> float | None:
        return 1.0

    @property
    def _held_out_share(self) -> float:
        return _SHARE if self.prune_method == "CostComplexity" and self.prune_strength < 0 else 0.0

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Refuse options that do not go together."""
        super().bind(columns, problem)
        require_pruning(self.name, self.prune_method, self.prune_strength, boost="", task=problem.task)

    def _kind(self) -> type[Booster]:
        from umva.methods.trees.adaboost import Bagging

        return Bagging

    def _learning(self) -> Learning:
        from umva.methods.trees.boosters import Learning

        return Learning(self.separation, self.use_yes_no_leaf, self.node_purity_limit)

    def _plan(self, booster: Booster, train: Events) -> Plan:
        from umva.methods.trees.training import Plan

        del booster, train
        return Plan(1)

    def _pruning(self, booster: Booster, held_out: Events | None) -> Pruning | None:
        return pruning(self.prune_method, self.prune_strength, booster, held_out)
