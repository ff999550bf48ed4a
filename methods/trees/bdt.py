"""Boosted decision trees: BDT and BDTG. The response asks many small trees, each grown to mend what the others got wrong.

Which one? Both see curved boundaries and correlations, need no input transformation and shrug off useless variables.
``BDTG`` (gradient boosting) is often the better one and learns longer; ``BDT`` (AdaBoost) is what TMVA's users know best.
Trees by these rules are TMVA's own: the same events, options and seed 1 give its cuts, tree by tree (with AdaBoost on bagged
samples until the second tree: there TMVA boosts only the events drawn, and each as often as it was drawn; here all are
boosted, which classifies better). Where TMVA errs, we do not follow: of several classes it looks for all cuts in the first
one's residuals, and in a regression on bagged samples cuts on residuals that are out of date; there the formulas are TMVA's,
the trees better ones.

The very trees: BDT with AdaBoost, with Fisher cuts too, with Bagging, and gradient boosted for two classes; with AdaBoost.R2,
pruned by CostComplexity, the first 58 on TMVA's own example: differences of 1e-7 in the weights grow from tree to tree. BDTG
itself, beyond 50 000 events, cuts where the sample is divided equally (``grid="sample"``): faster, and on the samples tried
sometimes a little better, sometimes a little worse.

The inputs are read in place. A training holds 16 or 24 bytes an event for sums, 12 for the order of events, about 60 for weights,
classes and residuals, and with ``grid="sample"`` one for each variable: less than 100, or less than 130 of 28 variables.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from umva.errors import OptionError
from umva.methods.base import Capabilities
from umva.methods.options import option, redeclared
from umva.methods.problem import TASKS
from umva.methods.registry import register
from umva.methods.repetition import Repetition
from umva.methods.trees.boosted import Boosted
from umva.methods.trees.prune_options import pruning, require_pruning
from umva.methods.trees.tmva_boosted import TmvaBoosted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from umva.methods.base import Events
    from umva.methods.problem import Problem
    from umva.methods.trees.boosters import Booster, Learning
    from umva.methods.trees.grow import Rules
    from umva.methods.trees.pruning import Pruning

__all__ = ["BDT", "BDTG"]


_GRADIENT = "gradient boosting takes no such trees, in TMVA neither; use BDT with another BoostType"
_REFUSED = {
    "PruneMethod=NoPruning": _GRADIENT,
    "PruneStrength=0": _GRADIENT,
    "PruningValFraction=0.5": _GRADIENT,
    "UseFisherCuts=False": _GRADIENT,
    "MinLinCorrForFisher=0.8": _GRADIENT,
    "UseExclusiveVars=False": _GRADIENT,
    "NegWeightTreatment=IgnoreNegWeightsInTraining": "gradient boosting leaves events of negative weight out, as in TMVA",
}


@register("BDT", tmva="kBDT")
@dataclass(kw_only=True, eq=False)
class BDT(TmvaBoosted):
    """Boosted decision trees: AdaBoost as in TMVA, or what the option ``boost`` (TMVA: BoostType) says.

    Use it to reproduce or continue an analysis with TMVA. Weights count in the cuts and in the error of each tree;
    negative ones take part, which AdaBoost divides where it multiplies positive ones (``NegWeightTreatment``), while
    gradient boosting leaves such events out. The response is the mean answer of the trees; in a regression (AdaBoost.R2) the
    mean of those around their weighted median, and deep trees, as TMVA's default, take long. Several classes are for
    ``boost="Grad"`` only. (TMVA Users Guide, arXiv:physics/0703039, section 8.12; Drucker, Proc. ICML 1997, 107.)

    Examples
    --------
    >>> import numpy as np
    >>> from umva.methods import Events
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]], np.float32)
    >>> train = Events(X, np.array([0, 0, 1, 1], np.int8), np.ones(4))
    >>> BDT(n_trees=10).fit(train).score(X).tolist()
    [-1.0, -1.0, 1.0, 1.0]
    """

    capabilities: ClassVar[Capabilities] = Capabilities(
        ("classification", "regression"), negative_weights=True, validation=True
    )

    repetition: ClassVar[Repetition] = Repetition(options={"n_trees": 20, "min_node_size": 0.0, "max_depth": 3})
    unsaid: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "classification": {"boost": "AdaBoost", "max_depth": 3, "min_node_size": 5.0, "signal_to_background": 1.0},
        "multiclass": {"boost": "Grad", "max_depth": 3, "min_node_size": 5.0},
        "regression": {"boost": "AdaBoostR2", "max_depth": 50, "min_node_size": 0.2},
    }

    boost: str | None = option(
        None,
        tmva="BoostType",
        choices=("AdaBoost", "RealAdaBoost", "AdaCost", "Bagging", "Grad", "AdaBoostR2"),
        help="how a tree learns from those before; if not said AdaBoost, in a regression AdaBoostR2",
    )
    beta: float = option(
        0.5, tmva="AdaBoostBeta", low=1e-3, high=10.0, help="exponent of AdaBoost, smaller learns slower"
    )
    r2_loss: str = option(
        "Quadratic",
        tmva="AdaBoostR2Loss",
        choices=("Linear", "Quadratic", "Exponential"),
        help="how AdaBoostR2 counts a deviation",
    )
    learning_rate: float = option(1.0, tmva="Shrinkage", low=1e-6, high=1.0, help="learning rate of BoostType=Grad")
    use_yes_no_leaf: bool = option(
        True,
        tmva="UseYesNoLeaf",
        help="leaves answer +1 or -1, not with their purity (never with RealAdaBoost and AdaCost)",
    )
    node_purity_limit: float = option(
        0.5, tmva="NodePurityLimit", low=0.0, high=1.0, help="leaves purer than this are signal"
    )
    separation: str = option(
        "GiniIndex",
        tmva="SeparationType",
        choices=(
            "GiniIndex",
            "CrossEntropy",
            "GiniIndexWithLaplace",
            "MisClassificationError",
            "SDivSqrtSPlusB",
            "RegressionVariance",
        ),
        help="what a cut is judged by (BoostType=Grad and regressions always take the variance)",
    )
    negative_weights: str = option(
        "InverseBoostNegWeights",
        tmva="NegWeightTreatment",
        choices=(
            "InverseBoostNegWeights",
            "IgnoreNegWeightsInTraining",
            "PairNegWeightsGlobal",
            "NoNegWeightsInTraining",
            "Pray",
        ),
        help="boost events of negative weight inversely, leave them out, cancel them against neighbours, refuse them, or boost "
        "them like the others",
    )
    cost_ss: float = option(1.0, tmva="Css", low=0.0, help="AdaCost: cost of signal taken as signal")
    cost_sb: float = option(1.0, tmva="Cts_sb", low=0.0, help="AdaCost: cost of signal taken as background")
    cost_bs: float = option(1.0, tmva="Ctb_ss", low=0.0, help="AdaCost: cost of background taken as signal")
    cost_bb: float = option(1.0, tmva="Cbb", low=0.0, help="AdaCost: cost of background taken as background")
    fisher_cuts: bool = option(
        False,
        tmva="UseFisherCuts",
        help="try also a cut in Fisher's discriminant of the correlated variables of a node",
    )
    fisher_correlation: float = option(
        0.8, tmva="MinLinCorrForFisher", low=0.0, high=1.0, help="variables correlated by more are combined for it"
    )
    fisher_exclusive: bool = option(
        False, tmva="UseExclusiveVars", help="variables that are combined are not tried alone"
    )
    prune_method: str = option(
        "NoPruning",
        tmva="PruneMethod",
        choices=("NoPruning", "ExpectedError", "CostComplexity"),
        help="cut trees back once they were learnt from; small trees by max_depth and min_node_size serve better",
    )
    prune_strength: float = option(
        0.0,
        tmva="PruneStrength",
        help="ExpectedError: standard deviations; CostComplexity: % of the way to the root, below 0 what suits held out events",
    )
    prune_validation: float = option(
        0.5, tmva="PruningValFraction", low=0.01, high=0.5, help="share of the events held out for that"
    )

    @property
    def _boost(self) -> str:
        return str(self._said("boost"))

    @property
    def _negative_weights(self) -> str:
        return self.negative_weights

    @property
    def _held_out_share(self) -> float:
        return self.prune_validation if self.prune_method == "CostComplexity" and self.prune_strength < 0 else 0.0

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Refuse options that do not go together in this task."""
        super().bind(columns, problem)
        boost = self._said("boost", problem)
        if self.fisher_cuts and self.grid == "sample":
            msg = f"{self.name}: option fisher_cuts (UseFisherCuts) needs grid='node'"
            raise OptionError(msg)
        if self.fisher_cuts and (problem.task != "classification" or boost == "Grad"):
            msg = f"{self.name}: option fisher_cuts (UseFisherCuts) is for trees whose leaves are one of two classes"
            raise OptionError(msg)
        require_pruning(self.name, self.prune_method, self.prune_strength, boost=boost, task=problem.task)

    def _pruning(self, booster: Booster, held_out: Events | None) -> Pruning | None:
        return pruning(self.prune_method, self.prune_strength, booster, held_out)

    def _rules(self, criterion: str, shape: tuple[int, ...]) -> Rules:
        from umva.methods.trees.grow import FisherRules

        rules = super()._rules(criterion, shape)
        if not self.fisher_cuts:
            return rules
        n_cuts = (
            rules.n_cuts if rules.n_cuts > 0 else 20
        )  # as TMVA, whose nCuts=-1 and UseFisherCuts exclude each other
        return replace(rules, n_cuts=n_cuts, fisher=FisherRules(self.fisher_correlation, self.fisher_exclusive))

    def __post_init__(self) -> None:
        """With gradient boosting several classes can be told apart too."""
        if self.boost == "Grad":
            vars(self)["capabilities"] = replace(self.capabilities, tasks=TASKS)  # shadows the class's

    def _learning(self) -> Learning:
        from umva.methods.trees.boosters import Learning

        return Learning(
            criterion=self.separation,
            yes_no=self.use_yes_no_leaf and self._boost not in {"RealAdaBoost", "AdaCost"},
            purity_limit=self.node_purity_limit,
            beta=self.beta,
            inverse=self.negative_weights == "InverseBoostNegWeights",
            r2_loss=self.r2_loss,
            costs=(self.cost_ss, self.cost_sb, self.cost_bs, self.cost_bb),
            shrinkage=self.learning_rate,
            quantile=self.huber_quantile,
            exact=self.leaf_weights == "exact",
        )


@register("BDTG")
@dataclass(kw_only=True, eq=False)
class BDTG(TmvaBoosted):
    """Gradient boosted decision trees, each on a random half of the events.

    Use it as TMVA's best trees; XGBoost is faster. Weights count in the cuts, and in the leaves by TMVA's rules, with which
    weight 2 is not quite the event twice; with ``leaf_weights="exact"`` it is. What TMVA calls ``BoostType=Grad``, with options
    that suit it. Events of negative weight are left out. The response is ``2 p - 1`` with ``p`` the probability of
    signal where both classes are equally frequent; of several classes their probabilities; in a regression, which
    minimises Huber's loss, the targets. (Friedman, Ann. Stat. 29 (2001) 1189; TMVA Users Guide,
    arXiv:physics/0703039, section 8.12.)

    Examples
    --------
    >>> import numpy as np
    >>> from umva.methods import Events
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]], np.float32)
    >>> train = Events(X, np.array([0, 0, 1, 1], np.int8), np.ones(4))
    >>> response = BDTG(n_trees=10, bagging=False).fit(train).score(X)
    >>> bool(response[1] < 0 < response[2])
    True
    """

    capabilities: ClassVar[Capabilities] = Capabilities(TASKS, validation=True)
    refused: ClassVar[Mapping[str, str]] = _REFUSED
    repetition: ClassVar[Repetition] = Repetition(
        options={"n_trees": 20, "min_node_size": 0.0, "bagging": False, "leaf_weights": "exact"}
    )
    unsaid: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "classification": {"max_depth": 3, "min_node_size": 2.5, "signal_to_background": 1.0},
        "multiclass": {"max_depth": 3, "min_node_size": 2.5},
        "regression": {"max_depth": 5, "min_node_size": 0.2},
    }

    n_trees: int = redeclared(Boosted, "n_trees", 1000)
    learning_rate: float = option(0.05, tmva="Shrinkage", low=1e-6, high=1.0, help="learning rate")
    max_depth: int | None = redeclared(
        Boosted, "max_depth", None, help="cuts between root and leaf, at most; if not said 3, in a regression 5"
    )
    min_node_size: float | None = redeclared(
        Boosted,
        "min_node_size",
        None,
        help="least size of a leaf in % of the training events; if not said 2.5, in a regression 0.2",
    )
    grid: str | None = redeclared(
        TmvaBoosted,
        "grid",
        None,
        help="where the n_cuts lie: equally spaced between the ends of a variable in each node, or once for all where they divide "
        "the sample equally; if not said node up to 50 000 events, sample beyond",
    )
    n_cuts: int | None = redeclared(
        Boosted,
        "n_cuts",
        None,
        help="cuts tried in each variable; if not said 20 in a node, 63 (at most 255) in a sample",
    )
    bagging: bool = redeclared(Boosted, "bagging", True)
    bagged_fraction: float = redeclared(Boosted, "bagged_fraction", 0.5)
    early_stopping: int = option(
        0, low=0, help="stop after so many trees without gain on the validation part, if there is one; 0 for never"
    )

    @property
    def _boost(self) -> str:
        return "Grad"

    @property
    def _patience(self) -> int:
        return self.early_stopping

    def _learning(self) -> Learning:
        from umva.methods.trees.boosters import Learning

        exact = self.leaf_weights == "exact"
        return Learning(shrinkage=self.learning_rate, quantile=self.huber_quantile, exact=exact)
