"""Boosted decision trees: BDT and BDTG. The response asks many small trees, each grown to mend what the others got wrong.

Which one? Both see curved boundaries and correlations, need no input transformation and shrug off useless variables.
``BDTG`` (gradient boosting) is often the better one and learns longer; ``BDT`` (AdaBoost) is what TMVA's users know best.
Trees by these rules are TMVA's own: the same events, options and seed 1 give its cuts, tree by tree (with AdaBoost on bagged
samples until the second tree: there TMVA boosts only the events drawn, and each as often as it was drawn; here all are
boosted, which classifies better).

The inputs are read in place. A training holds about 100 bytes an event on top of them, whatever the number of variables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from umva.methods.base import Capabilities
from umva.methods.boosted import Boosted
from umva.methods.options import option
from umva.methods.registry import register

if TYPE_CHECKING:
    from umva.methods.trees.boosters import Learning

__all__ = ["BDT", "BDTG"]


@register("BDT", tmva="kBDT")
@dataclass(kw_only=True, eq=False)
class BDT(Boosted):
    """Boosted decision trees: AdaBoost as in TMVA, or what the option ``boost`` (TMVA: BoostType) says.

    Use it to reproduce or continue an analysis with TMVA. Weights count in the cuts and in the error of each tree;
    negative ones take part, which AdaBoost divides where it multiplies positive ones (``NegWeightTreatment``), while
    gradient boosting leaves such events out. The response is the mean answer of the trees. (TMVA Users Guide,
    arXiv:physics/0703039, section 8.12.)

    Examples
    --------
    >>> import numpy as np
    >>> from umva.methods import Events
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]], np.float32)
    >>> train = Events(X, np.array([0, 0, 1, 1], np.int8), np.ones(4))
    >>> BDT(n_trees=10).fit(train).score(X).tolist()
    [-1.0, -1.0, 1.0, 1.0]
    """

    capabilities: ClassVar[Capabilities] = Capabilities(negative_weights=True, validation=True)

    boost: str = option(
        "AdaBoost",
        tmva="BoostType",
        choices=("AdaBoost", "RealAdaBoost", "Bagging", "Grad"),
        help="how a tree learns from those before",
    )
    beta: float = option(
        0.5, tmva="AdaBoostBeta", low=1e-3, high=10.0, help="exponent of AdaBoost, smaller learns slower"
    )
    shrinkage: float = option(1.0, tmva="Shrinkage", low=1e-6, high=1.0, help="learning rate of BoostType=Grad")
    use_yes_no_leaf: bool = option(
        True, tmva="UseYesNoLeaf", help="leaves answer +1 or -1, not with their purity (RealAdaBoost never does)"
    )
    node_purity_limit: float = option(
        0.5, tmva="NodePurityLimit", low=0.0, high=1.0, help="leaves purer than this are signal"
    )
    separation: str = option(
        "GiniIndex",
        tmva="SeparationType",
        choices=("GiniIndex", "CrossEntropy", "GiniIndexWithLaplace", "MisClassificationError", "SDivSqrtSPlusB"),
        help="what a cut is judged by (BoostType=Grad always takes the variance)",
    )
    negative_weights: str = option(
        "InverseBoostNegWeights",
        tmva="NegWeightTreatment",
        choices=("InverseBoostNegWeights", "IgnoreNegWeightsInTraining", "Pray"),
        help="boost events of negative weight inversely, leave them out, or boost them like the others",
    )

    @property
    def _boost(self) -> str:
        return self.boost

    @property
    def _keeps_negative(self) -> bool:
        return self.negative_weights != "IgnoreNegWeightsInTraining"

    def _learning(self) -> Learning:
        from umva.methods.trees.boosters import Learning

        return Learning(
            criterion=self.separation,
            yes_no=self.use_yes_no_leaf and self.boost != "RealAdaBoost",
            purity_limit=self.node_purity_limit,
            beta=self.beta,
            inverse=self.negative_weights == "InverseBoostNegWeights",
            shrinkage=self.shrinkage,
        )


@register("BDTG")
@dataclass(kw_only=True, eq=False)
class BDTG(Boosted):
    """Gradient boosted decision trees, each on a random half of the events.

    Use it as TMVA's best trees; XGBoost is faster. Weights count in the cuts, and more strongly than in proportion in
    the leaves, as in TMVA: weight 2 is not quite the event twice. What TMVA calls ``BoostType=Grad``, with options
    that suit it. Events of negative weight are left out. The response is ``2 p - 1`` with ``p`` the probability of
    signal where both classes are equally frequent. (Friedman, Ann. Stat. 29 (2001) 1189; TMVA Users Guide,
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

    capabilities: ClassVar[Capabilities] = Capabilities(validation=True)

    n_trees: int = option(1000, tmva="NTrees", low=1, help="number of trees")
    shrinkage: float = option(0.05, tmva="Shrinkage", low=1e-6, high=1.0, help="learning rate")
    min_node_size: float = option(
        2.5, tmva="MinNodeSize", low=0.0, high=50.0, unit="%", help="least size of a leaf in % of the training events"
    )
    bagging: bool = option(
        True, tmva="UseBaggedBoost", aliases=("UseBaggedGrad",), help="grow each tree on a random sample"
    )
    bagged_fraction: float = option(
        0.5,
        tmva="BaggedSampleFraction",
        aliases=("GradBaggingFraction",),
        low=1e-3,
        high=10.0,
        help="size of that sample as a share of the training events",
    )
    early_stopping: int | None = option(
        None, low=1, help="stop when the validation part got no better for so many trees, and keep the best"
    )

    @property
    def _boost(self) -> str:
        return "Grad"

    @property
    def _patience(self) -> int | None:
        return self.early_stopping

    def _learning(self) -> Learning:
        from umva.methods.trees.boosters import Learning

        return Learning(shrinkage=self.shrinkage)
