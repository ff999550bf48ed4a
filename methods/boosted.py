"""What BDT and BDTG share: options, training, answers, explanation and files of a boosted forest."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import MethodError, RunError
from umva.methods.base import Context, Events, Method
from umva.methods.options import option

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.methods.trees.boosters import Booster, Learning
    from umva.methods.trees.forest import Forest
    from umva.methods.trees.grow import Rules

__all__ = ["Boosted"]

_FISHER = "cuts are made in one variable at a time; add the combination as a variable, or use method Fisher"
_COST = "there is no AdaCost; weight the classes with SigToBkgFraction or with event weights"
_PRUNING = "trees are kept small instead of pruned: lower MaxDepth or raise MinNodeSize"
_REFUSED = {
    "AdaBoostR2Loss=Quadratic": "it is for regression",
    "Css=1": _COST,
    "Cts_sb=1": _COST,
    "Ctb_ss=1": _COST,
    "Cbb=1": _COST,
    "DoBoostMonitor=*": "the loss after each tree is always recorded and drawn in the report",
    "DoPreselection=False": "make the cut when the events are read",
    "MinLinCorrForFisher=0.8": _FISHER,
    "UseExclusiveVars=False": _FISHER,
    "UseFisherCuts=False": _FISHER,
    "PruneMethod=NoPruning": _PRUNING,
    "PruneStrength=0": _PRUNING,
    "PruningValFraction=0.5": _PRUNING,
    "UseNTrainEvents=0": "give BaggedSampleFraction instead",
}


@dataclass(kw_only=True, eq=False)
class Boosted(Method):
    """A method that boosts trees; subclasses say how."""

    cost: ClassVar[float] = 4.0
    refused: ClassVar[Mapping[str, str]] = _REFUSED
    state: ClassVar[tuple[str, ...]] = (
        "feature_",
        "cut_",
        "child_",
        "value_",
        "cover_",
        "root_",
        "tree_weight_",
        "importance_",
    )
    quick_options: ClassVar[Mapping[str, Any]] = {"n_trees": 20}

    n_trees: int = option(800, tmva="NTrees", low=1, help="number of trees")
    max_depth: int = option(3, tmva="MaxDepth", low=1, high=60, help="cuts between root and leaf, at most")
    max_nodes: int = option(
        0,
        tmva="NNodesMax",
        low=0,
        help="old way to limit the depth: 3 nodes are 1 cut, 9 are 2, 27 are 3; 0 is no limit",
    )
    min_node_size: float = option(
        5.0, tmva="MinNodeSize", low=0.0, high=50.0, unit="%", help="least size of a leaf in % of the training events"
    )
    min_node_events: int = option(
        0, tmva="nEventsMin", low=0, help="least number of events in a leaf; 0 leaves it to min_node_size"
    )
    n_cuts: int = option(
        20, tmva="nCuts", low=1, high=100_000, help="equally spaced cuts tried between the ends of a variable in a node"
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
    randomised: bool = option(
        False, tmva="UseRandomisedTrees", help="try only some of the variables, drawn anew, in each node"
    )
    n_variables: int | None = option(
        None, tmva="UseNvars", low=1, help="how many; if not said the square root of the number of variables"
    )
    poisson_variables: bool = option(
        True, tmva="UsePoissonNvars", help="how many is itself drawn, from a Poisson distribution with that mean"
    )
    signal_to_background: float = option(
        1.0, tmva="SigToBkgFraction", low=1e-6, help="total weight of signal over that of background in the training"
    )

    feature_: NDArray[np.int32] = field(init=False, repr=False)
    cut_: NDArray[np.float32] = field(init=False, repr=False)
    child_: NDArray[np.int32] = field(init=False, repr=False)
    value_: NDArray[np.float64] = field(init=False, repr=False)
    cover_: NDArray[np.float64] = field(init=False, repr=False)
    root_: NDArray[np.int32] = field(init=False, repr=False)
    tree_weight_: NDArray[np.float64] = field(init=False, repr=False)
    importance_: NDArray[np.float64] = field(init=False, repr=False)
    """How much each variable matters, shares of 1: TMVA's ranking, see :func:`umva.methods.trees.training.train_forest`."""

    @property
    @abstractmethod
    def _boost(self) -> str:
        """TMVA's name of the booster."""

    @abstractmethod
    def _learning(self) -> Learning:
        """Return how it learns."""

    @property
    def _patience(self) -> int | None:
        """So many trees without progress end the training; None never."""
        return None

    @property
    def _keeps_negative(self) -> bool:
        """Whether events of negative weight are learnt from."""
        return False

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Grow the trees; see :meth:`umva.methods.Method.fit`.

        Weights are scaled so that signal and background weigh the same; events without weight are left out. ``curves_``
        has the loss after each tree, on the validation part too if there is one.

        Raises
        ------
        MethodError
            If the weights of a class do not sum to more than zero.
        """
        from umva.methods.trees.boosters import balanced
        from umva.methods.trees.training import Plan, train_forest

        train = self._learnable(train)
        weight = balanced(train.y, train.weight, self.signal_to_background)
        booster = self._kind()(train.y, weight, self._learning())
        fraction = self.bagged_fraction if self.bagging or booster.always_bags else None
        plan = Plan(self.n_trees, fraction, self._patience)
        trained = train_forest(booster, self._rules(booster.criterion, train.X.shape), plan, train, validation, context)
        for name, array in trained.forest._asdict().items():
            setattr(self, f"{name}_", array)
        self.importance_ = trained.importance
        self.curves_ = trained.curves
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the forest's response, shape ``(n_events,)``; it lies between -1 and 1, with purity leaves 0 and 1."""
        forest, kind = self._forest(), self._kind()
        return kind.response(kind.scale(float(self.tree_weight_.sum())) * forest.total(X))

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return exact Shapley values, ``(n_events, n_variables)``, of the response; if gradient boosted of its artanh.

        What is expected of variables unknown follows the training events (see
        :meth:`umva.methods.trees.forest.Forest.shap`), so ``background`` is not needed.
        """
        del background
        return self._kind().scale(float(self.tree_weight_.sum())) * self._forest().shap(X)

    def read(self, folder: Path) -> None:
        """Read the trees; those that would lead out of their arrays are refused."""
        super().read(folder)
        try:
            self._forest().require_sound()
        except ValueError as error:
            msg = f"{folder / 'state.npz'}: cannot be read as the state of a {self.name} ({error})"
            raise RunError(msg) from error

    def _kind(self) -> type[Booster]:
        from umva.methods.trees.boosters import BOOSTERS

        return BOOSTERS[self._boost]

    def _forest(self) -> Forest:
        from umva.methods.trees.forest import Forest

        return Forest(*(getattr(self, f"{name}_") for name in Forest._fields))

    def _learnable(self, train: Events) -> Events:
        """Return the events to learn from; ``notes_`` says if some of negative weight are not among them."""
        keeps_negative = self._keeps_negative and self._kind().takes_negative
        kept = train.weight != 0 if keeps_negative else train.weight > 0
        n_left_out = int(np.sum(~kept & (train.weight < 0)))
        self.notes_ = (f"{n_left_out} events of negative weight were left out of the training",) if n_left_out else ()
        if not kept.all():
            train = Events(train.X[kept], train.y[kept], train.weight[kept])
        sums = np.bincount(train.y, train.weight, minlength=2)
        if not sums.min() > 0:
            msg = (
                f"{self.name}: weights must sum to more than 0, got {sums[1]:g} for signal, {sums[0]:g} for background"
            )
            raise MethodError(msg)
        return train

    def _rules(self, criterion: str, shape: tuple[int, ...]) -> Rules:
        """Return how to grow trees on inputs of this shape."""
        from umva.methods.trees.grow import Rules

        n_events, n_inputs = shape
        depth = self.max_depth
        if self.max_nodes:
            depth = next(depth for depth in range(1, 60) if 3**depth >= self.max_nodes)
        share = self.min_node_events / n_events if self.min_node_events else self.min_node_size / 100.0
        tried = (self.n_variables or int(n_inputs**0.5 + 0.6)) if self.randomised else None
        return Rules(criterion, depth, share, self.n_cuts, tried, self.poisson_variables)
