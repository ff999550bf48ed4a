"""What all methods of trees share: how trees are cut, the trained forest, its answers, explanation and files."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import OptionError, RunError
from umva.methods.base import Context, Events, Method
from umva.methods.inputs import require_inputs
from umva.methods.options import option
from umva.methods.ranking import Ranking
from umva.methods.trees.preselection import find_cuts, preselect
from umva.methods.trees.weighting import balanced, class_sums, held_out, treated, watched

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.methods.problem import Problem
    from umva.methods.trees.boosters import Booster, Learning
    from umva.methods.trees.forest import Forest
    from umva.methods.trees.grow import Rules
    from umva.methods.trees.pruning import Pruning
    from umva.methods.trees.training import Plan

__all__ = ["TreeMethod"]


@dataclass(kw_only=True, eq=False)
class TreeMethod(Method):
    """A method that grows trees; subclasses say how many, on what, and how they learn."""

    state: ClassVar[tuple[str, ...]] = (
        "feature_",
        "cut_",
        "child_",
        "value_",
        "cover_",
        "root_",
        "tree_weight_",
        "output_",
        "combinations_",
        "offset_",
        "importance_",
        "preselection_",
    )
    unsaid: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """For each task what options that are None stand for."""

    max_depth: int | None = option(
        None,
        tmva="MaxDepth",
        low=1,
        high=60,
        help="cuts between root and leaf, at most; if not said 3, in a regression 50",
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
        0, tmva="nEventsMin", low=-1, help="least number of events in a leaf; 0 and -1 leave it to min_node_size"
    )
    n_cuts: int | None = option(
        20,
        tmva="nCuts",
        low=-1,
        high=100_000,
        help="equally spaced cuts tried between the ends of a variable in a node; -1 tries one between any two values",
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

    feature_: NDArray[np.int32] = field(init=False, repr=False)
    cut_: NDArray[np.float32] = field(init=False, repr=False)
    child_: NDArray[np.int32] = field(init=False, repr=False)
    value_: NDArray[np.float64] = field(init=False, repr=False)
    cover_: NDArray[np.float64] = field(init=False, repr=False)
    root_: NDArray[np.int32] = field(init=False, repr=False)
    tree_weight_: NDArray[np.float64] = field(init=False, repr=False)
    output_: NDArray[np.int32] = field(init=False, repr=False)
    combinations_: NDArray[np.float64] = field(init=False, repr=False)
    offset_: NDArray[np.float64] = field(init=False, repr=False)
    """What the response is without trees, one number an output."""

    importance_: NDArray[np.float64] = field(init=False, repr=False)
    """How much each variable matters, shares of 1: TMVA's ranking, see :func:`umva.methods.trees.training.train_forest`."""

    preselection_: NDArray[np.float64] = field(init=False, repr=False)
    """Cuts before the trees, see :func:`umva.methods.trees.preselection.find_cuts`; infinite where there is none."""

    @abstractmethod
    def _kind(self) -> type[Booster]:
        """Return what boosts this way for this task."""

    @abstractmethod
    def _learning(self) -> Learning:
        """Return how it learns."""

    @abstractmethod
    def _plan(self, booster: Booster, train: Events) -> Plan:
        """Return how many trees to grow on what samples of these events."""

    @property
    def _negative_weights(self) -> str:
        """What is done about events of negative weight, in TMVA's words."""
        return "IgnoreNegWeightsInTraining"

    @property
    def _ratio(self) -> float | None:
        """Total weight of signal over that of background; None leaves weights as they are."""
        return None

    @property
    def _preselects(self) -> bool:
        """Whether there are cuts before the trees."""
        return False

    def _grid(self, n_events: int) -> tuple[str, int]:
        """Return where so many events are cut, and in how many places; see :class:`umva.methods.trees.grow.Rules`."""
        del n_events
        return "node", int(self._said("n_cuts"))

    @property
    def _held_out_share(self) -> float:
        """Share of the training events that trees are not grown on but pruned with."""
        return 0.0

    def _pruning(self, booster: Booster, held_out: Events | None) -> Pruning | None:
        """Return how trees are pruned, None if they are not."""
        del booster, held_out
        return None

    @property
    def _n_outputs(self) -> int:
        return max(len(self.problem_.outputs), 1)

    def _said(self, name: str, problem: Problem | None = None) -> Any:
        """Return the value of an option, or what it stands for in this task."""
        value = getattr(self, name)
        return self.unsaid[(problem or self.problem_).task].get(name) if value is None else value

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Refuse options that do not go together in this task."""
        del columns, problem
        if self.n_cuts == 0:
            msg = f"{self.name}: option n_cuts (nCuts) must be at least 1, or -1 for all values, got 0"
            raise OptionError(msg)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Grow the trees; see :meth:`umva.methods.Method.fit`.

        Weights are scaled so that signal and background weigh the same, of several classes and in a regression to mean 1;
        events without weight are left out. ``curves_`` has the loss after each tree, on the validation part too if there is one. Several targets have a forest each, but stop together.

        Raises
        ------
        MethodError
            If the weights of a class do not sum to more than zero, or one is negative that must not be.
        OptionError
            If an option does not suit the task.
        """
        from umva.methods.trees.training import train_forest

        self.problem_ = train.problem
        self.bind((), train.problem)
        kind = self._kind()
        treatment = self._negative_weights if kind.takes_negative else "IgnoreNegWeightsInTraining"
        train, said = treated(train, treatment, method=self.name)
        self.preselection_ = np.stack([np.full(train.X.shape[1], end) for end in (-np.inf, -np.inf, np.inf, np.inf)])
        train, undone = self._preselected(train) if self._preselects else (train, ())
        kept_back, train = held_out(train, self._held_out_share)
        kept_back = watched(kept_back, self._ratio)[0] or kept_back
        validation, unwatched = watched(validation, self._ratio)
        self.notes_ = (*said, *undone, *unwatched)
        booster = self._booster(kind, train)
        plan = self._plan(booster, train)
        rules = self._rules(booster.criterion, train.X.shape)
        trained = train_forest(
            booster, rules, plan, train, validation, context, pruning=self._pruning(booster, kept_back)
        )
        self.offset_ = booster.offset
        for name, array in trained.forest._asdict().items():
            setattr(self, f"{name}_", array)
        self.importance_ = trained.importance
        self.ranking_ = Ranking("Variable Importance", trained.importance)
        self.curves_ = trained.curves
        return self

    def _preselected(self, train: Events) -> tuple[Events, tuple[str, ...]]:
        """Find cuts before the trees, and return the events between them; all, and a sentence, if a class has none there."""
        cuts = find_cuts(train)
        rest = train.select(preselect(train.X, cuts) == 0)
        if not class_sums(rest).min() > 0:
            return train, ("there is no preselection, as it would leave the trees one class only",)
        self.preselection_ = cuts
        return rest, ()

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
        response = self._kind().respond(self._forest(), X, self.offset_)
        if np.isfinite(self.preselection_).any():
            sure = preselect(X, self.preselection_)
            response = np.where(sure != 0, sure, response)
        return response

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.float64] | None:
        """Return exact Shapley values, ``(n_events, n_variables)``, of the response; if gradient boosted of its artanh.

        With several classes (of whose probabilities it is the logarithm, up to a constant) and in a regression
        ``(n_events, n_variables, n_outputs)``. None with AdaBoost.R2, whose response is no sum, with cuts in combinations of
        variables and with a preselection. What is expected of variables unknown follows the training events (see
        :meth:`umva.methods.trees.forest.Forest.shap`), so ``background`` is not needed.
        """
        del background
        require_inputs(X, len(self.importance_), method=self.name)
        kind, forest = self._kind(), self._forest()
        if not kind.adds or len(forest.combinations) or np.isfinite(self.preselection_).any():
            return None
        scale = kind.scale(forest.norm(self._n_outputs))
        values = [factor * forest.shap(X, output) for output, factor in enumerate(scale)]
        return np.stack(values, axis=-1) if self.problem_.outputs else values[0]

    def read(self, folder: Path) -> None:
        """Read the trees; those that would lead out of their arrays are refused."""
        super().read(folder)
        try:
            self._require_sound()
            self._forest().require_sound(len(self.importance_), self._n_outputs)
        except ValueError as error:
            msg = f"{folder / 'state.npz'}: cannot be read as the state of a {self.name} ({error})"
            raise RunError(msg) from error
        self.ranking_ = Ranking("Variable Importance", self.importance_)

    def _require_sound(self) -> None:
        """Raise ValueError if what belongs to the forest does not fit it."""
        if np.shape(self.offset_) != (self._n_outputs,) or not np.isfinite(self.offset_).all():
            msg = f"it does not start from {self._n_outputs} numbers"
            raise ValueError(msg)
        n_inputs = np.size(self.importance_)
        if np.shape(self.importance_) != (n_inputs,):
            msg = "its importance is not one number a variable"
            raise ValueError(msg)
        if np.shape(self.preselection_) != (4, n_inputs):
            msg = f"its preselection is not of {n_inputs} variables"
            raise ValueError(msg)
        shape = np.shape(self.combinations_)
        if len(shape) != 2 or (shape != (0, 0) and shape[1] != n_inputs + 1):
            msg = f"its combinations are not of {n_inputs} variables"
            raise ValueError(msg)

    def _booster(self, kind: type[Booster], train: Events) -> Booster:
        """Return what is to learn from these events."""
        return kind(train.y, balanced(train, self._ratio), self._learning(), self._n_outputs)

    def _forest(self) -> Forest:
        from umva.methods.trees.forest import Forest

        return Forest(*(getattr(self, f"{name}_") for name in Forest._fields))

    def _depth(self) -> int:
        """Return the cuts between root and leaf, at most."""
        return int(self._said("max_depth"))

    def _rules(self, criterion: str, shape: tuple[int, ...]) -> Rules:
        """Return how to grow trees on inputs of this shape."""
        from umva.methods.trees.grow import Rules

        n_events, n_inputs = shape
        fewest = max(self.min_node_events, 0)
        share = fewest / n_events if fewest else self._said("min_node_size") / 100.0
        tried = (self.n_variables or int(n_inputs**0.5 + 0.6)) if self.randomised else None
        grid, n_cuts = self._grid(n_events)
        return Rules(criterion, self._depth(), share, n_cuts, tried, self.poisson_variables, grid)
