"""Boosted decision trees: BDT and BDTG. The response asks many small trees, each grown to mend what the others got wrong.

Which one? Both see curved boundaries and correlations, need no input transformation and shrug off useless variables.
``BDTG`` (gradient boosting) is often the better one and learns longer; ``BDT`` (AdaBoost) is what TMVA's users know best.
Trees by these rules are TMVA's own: the same events, options and seed 1 give its cuts, tree by tree (with AdaBoost on bagged
samples until the second tree: there TMVA boosts only the events drawn, and each as often as it was drawn; here all are
boosted, which classifies better). Where TMVA errs, we do not follow: of several classes it looks for all cuts in the first
one's residuals, and in a regression on bagged samples cuts on residuals that are out of date; there the formulas are TMVA's,
the trees better ones.

The inputs are read in place. A training holds about 100 bytes an event on top of them, whatever the number of variables.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from umva.methods.base import Capabilities
from umva.methods.options import option, redeclared
from umva.methods.problem import TASKS
from umva.methods.registry import register
from umva.methods.repetition import Repetition
from umva.methods.trees.boosted import Boosted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from umva.methods.trees.boosters import Learning

__all__ = ["BDT", "BDTG"]


@dataclass(kw_only=True, eq=False)
class _Tmva(Boosted):
    """What TMVA's ways of gradient boosting have in common."""

    leaf_weights: str = option(
        "TMVA",
        choices=("TMVA", "exact"),
        help="gradient boosting: what weights do in leaves, TMVA's rule or exactly what repeating the event would",
    )
    huber_quantile: float = option(
        0.7,
        tmva="HuberQuantile",
        low=0.0,
        high=1.0,
        help="gradient boosted regression: share of the residuals that are not clipped; 1 takes means, 0 medians",
    )


@register("BDT", tmva="kBDT")
@dataclass(kw_only=True, eq=False)
class BDT(_Tmva):
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
        choices=("AdaBoost", "RealAdaBoost", "Bagging", "Grad", "AdaBoostR2"),
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
        True, tmva="UseYesNoLeaf", help="leaves answer +1 or -1, not with their purity (RealAdaBoost never does)"
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
        choices=("InverseBoostNegWeights", "IgnoreNegWeightsInTraining", "Pray"),
        help="boost events of negative weight inversely, leave them out, or boost them like the others",
    )

    @property
    def _boost(self) -> str:
        return str(self._said("boost"))

    @property
    def _keeps_negative(self) -> bool:
        return self.negative_weights != "IgnoreNegWeightsInTraining"

    def __post_init__(self) -> None:
        """With gradient boosting several classes can be told apart too."""
        if self.boost == "Grad":
            vars(self)["capabilities"] = replace(self.capabilities, tasks=TASKS)  # shadows the class's

    def _learning(self) -> Learning:
        from umva.methods.trees.boosters import Learning

        return Learning(
            criterion=self.separation,
            yes_no=self.use_yes_no_leaf and self._boost != "RealAdaBoost",
            purity_limit=self.node_purity_limit,
            beta=self.beta,
            inverse=self.negative_weights == "InverseBoostNegWeights",
            r2_loss=self.r2_loss,
            shrinkage=self.learning_rate,
            quantile=self.huber_quantile,
            exact=self.leaf_weights == "exact",
        )


@register("BDTG")
@dataclass(kw_only=True, eq=False)
class BDTG(_Tmva):
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
