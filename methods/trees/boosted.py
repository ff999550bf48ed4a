"""What BDT and BDTG share: options, training, answers, explanation and files of a boosted forest."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import OptionError, RunError
from umva.methods.base import Context, Events, Method
from umva.methods.inputs import require_inputs
from umva.methods.options import option
from umva.methods.trees.weighting import balanced, learnable, watched

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
    "Css=1": _COST,
    "Cts_sb=1": _COST,
    "Ctb_ss=1": _COST,
    "Cbb=1": _COST,
    "DoBoostMonitor=*": "the loss after each tree is always recorded and drawn in the report",
    "DoPreselection=False": "make the cut when the events are read",
    "MinLinCorrForFisher=0.8": _FISHER,
    "UseExclusiveVars=False": _FISHER,
    "UseFisherCuts=False": _FISHER,
    "RegressionLossFunctionBDTG=Huber": "give HuberQuantile: 1 is LeastSquares, 0 AbsoluteDeviation",
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
        "output_",
        "offset_",
        "importance_",
    )
    unsaid: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """For each task what options that are None stand for."""

    quick_options: ClassVar[Mapping[str, Any]] = {"n_trees": 20}

    n_trees: int = option(800, tmva="NTrees", low=1, help="number of trees")
    max_depth: int | None = option(
        None,
        tmva="MaxDepth",
        low=1,
        high=60,
        help="cuts between root and leaf, at most; if not said 3, in a regression 50",
    )
    max_nodes: int = option(
        0,
        tmva="NNodesMax",
        low=0,
        help="old way to limit the depth: 3 nodes are 1 cut, 9 are 2, 27 are 3; 0 is no limit",
    )
    min_node_size: float | None = option(
        None,
        tmva="MinNodeSize",
        low=0.0,
        high=50.0,
        unit="%",
        help="least size of a leaf in % of the training events; if not said 5, in a regression 0.2",
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
    signal_to_background: float | None = option(
        None,
        tmva="SigToBkgFraction",
        low=1e-6,
        help="total weight of signal over that of background in the training, 1 if not said; of several classes that of the "
        "first over all others, as given if not said",
    )

    feature_: NDArray[np.int32] = field(init=False, repr=False)
    cut_: NDArray[np.float32] = field(init=False, repr=False)
    child_: NDArray[np.int32] = field(init=False, repr=False)
    value_: NDArray[np.float64] = field(init=False, repr=False)
    cover_: NDArray[np.float64] = field(init=False, repr=False)
    root_: NDArray[np.int32] = field(init=False, repr=False)
    tree_weight_: NDArray[np.float64] = field(init=False, repr=False)
    output_: NDArray[np.int32] = field(init=False, repr=False)
    offset_: NDArray[np.float64] = field(init=False, repr=False)
    """What the response is without trees, one number an output."""

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
    def _patience(self) -> int:
        """So many trees without progress end the training; 0 never."""
        return 0

    @property
    def _keeps_negative(self) -> bool:
        """Whether events of negative weight are learnt from."""
        return False

    @property
    def _n_outputs(self) -> int:
        return max(len(self.problem_.outputs), 1)

    def _said(self, name: str) -> Any:
        """Return the value of an option, or what it stands for in this task."""
        value = getattr(self, name)
        return self.unsaid[self.problem_.task].get(name) if value is None else value

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Grow the trees; see :meth:`umva.methods.Method.fit`.

        Weights are scaled so that signal and background weigh the same, of several classes and in a regression to mean 1;
        events without weight are left out. ``curves_`` has the loss after each tree, on the validation part too if there
        is one. Several targets have a forest each, but stop together.

        Raises
        ------
        MethodError
            If the weights of a class do not sum to more than zero.
        OptionError
            If an option does not suit the task.
        """
        from umva.methods.trees.training import Plan, train_forest

        self.problem_ = train.problem
        kind = self._kind()
        keeps_negative = self._keeps_negative and kind.takes_negative
        train, left_out = learnable(train, keeps_negative=keeps_negative, method=self.name)
        validation, unwatched = watched(validation, self._ratio)
        self.notes_ = (*left_out, *unwatched)
        booster = self._booster(kind, train)
        fraction = self.bagged_fraction if self.bagging or booster.always_bags else None
        plan = Plan(self.n_trees, fraction, self._patience)
        rules = self._rules(booster.criterion, train.X.shape)
        trained = train_forest(booster, rules, plan, train, validation, context)
        self.offset_ = booster.offset
        for name, array in trained.forest._asdict().items():
            setattr(self, f"{name}_", array)
        self.importance_ = trained.importance
        self.curves_ = trained.curves
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the forest's response in the shape of the task.

        Of two classes it lies between -1 and 1, with purity leaves 0 and 1; of several it is their probabilities; in a
        regression the targets.

        Raises
        ------
        MethodError
            If the events have more or fewer variables than those it was trained on.
        """
        require_inputs(X, len(self.importance_), method=self.name)
        return self._kind().respond(self._forest(), X, self.offset_)

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.float64] | None:
        """Return exact Shapley values, ``(n_events, n_variables)``, of the response; if gradient boosted of its artanh.

        With several classes (of whose probabilities it is the logarithm, up to a constant) and in a regression
        ``(n_events, n_variables, n_outputs)``. None with AdaBoost.R2, whose response is no sum. What is expected of variables
        unknown follows the training events (see :meth:`umva.methods.trees.forest.Forest.shap`), so ``background`` is not
        needed.
        """
        del background
        require_inputs(X, len(self.importance_), method=self.name)
        kind, forest = self._kind(), self._forest()
        if not kind.adds:
            return None
        scale = kind.scale(forest.norm(self._n_outputs))
        values = [factor * forest.shap(X, output) for output, factor in enumerate(scale)]
        return np.stack(values, axis=-1) if self.problem_.outputs else values[0]

    def read(self, folder: Path) -> None:
        """Read the trees; those that would lead out of their arrays are refused."""
        super().read(folder)
        try:
            self._forest().require_sound(self._n_outputs)
            if np.shape(self.offset_) != (self._n_outputs,):
                msg = f"it starts from {np.size(self.offset_)} numbers, not from {self._n_outputs}"
                raise ValueError(msg)  # noqa: TRY301
        except ValueError as error:
            msg = f"{folder / 'state.npz'}: cannot be read as the state of a {self.name} ({error})"
            raise RunError(msg) from error

    def _kind(self) -> type[Booster]:
        """Return what boosts this way for this task."""
        from umva.methods.trees.kinds import KINDS

        known = KINDS[self.problem_.task]
        if self._boost not in known:
            msg = (
                f"{self.name}: option boost (BoostType) must be one of {', '.join(map(repr, known))} for a "
                f"{self.problem_.task}, got {self._boost!r}"
            )
            raise OptionError(msg)
        return known[self._boost]

    def _booster(self, kind: type[Booster], train: Events) -> Booster:
        """Return what is to learn from these events."""
        return kind(train.y, balanced(train, self._ratio), self._learning(), self._n_outputs)

    @property
    def _ratio(self) -> float | None:
        """Total weight of signal over that of background; None leaves weights as they are."""
        ratio: float | None = self._said("signal_to_background")
        return ratio

    def _forest(self) -> Forest:
        from umva.methods.trees.forest import Forest

        return Forest(*(getattr(self, f"{name}_") for name in Forest._fields))

    def _rules(self, criterion: str, shape: tuple[int, ...]) -> Rules:
        """Return how to grow trees on inputs of this shape."""
        from umva.methods.trees.grow import Rules

        n_events, n_inputs = shape
        depth = int(self._said("max_depth"))
        if self.max_nodes:
            depth = next(depth for depth in range(1, 60) if 3**depth >= self.max_nodes)
        share = self.min_node_events / n_events if self.min_node_events else self._said("min_node_size") / 100.0
        tried = (self.n_variables or int(n_inputs**0.5 + 0.6)) if self.randomised else None
        return Rules(criterion, depth, share, self.n_cuts, tried, self.poisson_variables)
