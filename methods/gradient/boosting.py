"""What the libraries of gradient-boosted trees have in common: tasks, targets, early stopping, curves, files.

A subclass names its library's objectives and says how to grow one booster, how to ask it, and how to write it as text. Two
classes make one booster that tells log odds, several classes one that tells a number for each (softmax makes them
probabilities), and each target of a regression one of its own: it stops when *it* no longer gains, in whatever unit.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.methods import sealed
from umva.methods.base import Capabilities, Context, Curves, Events, Method
from umva.methods.chunks import chunks
from umva.methods.curves import kept_trees, side_by_side
from umva.methods.inputs import require_inputs
from umva.methods.links import probability
from umva.methods.options import option
from umva.methods.scaling import Scale

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["WHOLE", "GradientBoosting", "Grown", "Watch"]

WHOLE: dict[str, Any] = {"n_trees": 20, "subsample": 1.0, "colsample": 1.0, "max_bin": 1024, "reg_lambda": 5.0}
"""Options with which integer weights equal repetitions: all events and variables in each tree, a bin for each value."""

_MEASURED = 50
"""The training loss is measured this many times, or for each tree."""


class Watch:
    """Tells the progress, and measures the training loss now and then: each time takes a tenth as long as a tree.

    Parameters
    ----------
    tell
        Called with the share of the trees done.
    n_trees
        The most that there will be.

    Examples
    --------
    >>> watch = Watch(print, 2)
    >>> watch.after(1, lambda: 0.7)
    0.5
    >>> watch.curve().tolist()
    [0.7]
    """

    def __init__(self, tell: Callable[[float], None], n_trees: int) -> None:
        self._tell = tell
        self._n_trees = n_trees
        self._every = -(-n_trees // _MEASURED)
        self._found: dict[int, float] = {}
        self._grown = 0

    def after(self, tree: int, measure: Callable[[], float]) -> None:
        """Note that so many trees are grown, and their loss if it is due."""
        self._grown = tree
        if tree in {1, self._n_trees} or tree % self._every == 0:
            self._found[tree] = measure()
        self._tell(tree / self._n_trees)

    def curve(self) -> NDArray[np.float64]:
        """Return the loss after each tree, between those measured on a straight line."""
        return np.interp(np.arange(1, self._grown + 1), list(self._found), list(self._found.values()))


@dataclass(frozen=True)
class Grown:
    """One booster, and how its training went.

    Parameters
    ----------
    booster
        The library's model with the trees that are kept.
    losses
        Loss after each tree on the parts, ``"train"`` and perhaps ``"validation"``.
    best
        Number of trees that are kept, None if nothing could stop the training early.
    """

    booster: Any
    losses: Mapping[str, NDArray[np.float64]]
    best: int | None


@dataclass(kw_only=True, eq=False)
class GradientBoosting(Method):
    """Trees that each correct the sum of those before, grown by a library."""

    n_trees: int = option(500, low=1, help="number of trees, the most if training stops early")
    learning_rate: float = option(0.03, low=1e-6, high=1.0, help="each tree's answer is scaled by this")
    subsample: float = option(0.5, low=0.01, high=1.0, help="share of the events that each tree sees")
    colsample: float = option(0.7, low=0.01, high=1.0, help="share of the variables that each tree sees")
    reg_lambda: float = option(5.0, low=0.0, help="penalty on the squares of the leaves' answers")
    max_bin: int = option(256, low=2, help="bins that each variable is cut into")
    early_stopping: int = option(
        50, low=0, help="stop after so many trees without gain on the validation part, if there is one; 0 for never"
    )

    capabilities: ClassVar[Capabilities] = Capabilities(
        tasks=("classification", "multiclass", "regression"), missing_values=True, validation=True
    )
    state: ClassVar[tuple[str, ...]] = ("mean_", "spread_", "n_variables_")

    suffix: ClassVar[str]
    """Ending of the library's files."""

    boosters_: tuple[Any, ...] = field(init=False, repr=False)
    mean_: NDArray[np.float64] = field(init=False, repr=False)
    spread_: NDArray[np.float64] = field(init=False, repr=False)
    n_variables_: int = field(init=False, repr=False)

    @abstractmethod
    def _grow(self, parts: Mapping[str, Events], context: Context) -> Grown:
        """Grow one booster: ``y`` is flat, weights have mean 1, the fraction done counts for this booster."""

    @abstractmethod
    def _raw(self, booster: Any, X: NDArray[np.float32]) -> Any:
        """Return the sums of the trees' answers, ``(n_events,)`` or ``(n_events, n_classes)``."""

    @abstractmethod
    def _contributions(self, booster: Any, X: NDArray[np.float32]) -> Any:
        """Return Shapley values of these sums, ``(n_events, n_variables + 1)``, with the classes in between if several."""

    @abstractmethod
    def _text(self, booster: Any) -> str:
        """Return the booster in the library's own format."""

    @abstractmethod
    def _parsed(self, text: str) -> Any:
        """Return the booster again; ValueError, LookupError or TypeError if the text does not hold one that is safe."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Grow tree after tree; see :meth:`umva.methods.Method.fit`. Kept are the trees up to the least validation loss."""
        self.problem_, self.n_variables_ = train.problem, train.X.shape[1]
        scale = Scale.of(train) if train.problem.task == "regression" else Scale.unit(1)
        self.mean_, self.spread_ = scale.mean, scale.spread
        parts = {"train": train}
        if validation is not None and validation.counts:
            parts["validation"] = validation
        grown = []
        for each in range(len(self.mean_)):
            flat = {part: self._flat(events, scale, each) for part, events in parts.items()}
            grown.append(self._grow(flat, context.part(each, len(self.mean_))))
        self.boosters_ = tuple(each.booster for each in grown)
        best = [each.best for each in grown]
        self.curves_ = Curves(
            step="tree",
            quantity="RMSE / standard deviation" if train.problem.task == "regression" else "log loss",
            values=side_by_side([each.losses for each in grown], train.problem.targets),
            best=best[0] if len(best) == 1 else None,
        )
        self.notes_ = kept_trees(best, self.n_trees, train.problem.targets)
        context.progress(1.0)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the signal's or the classes' probabilities, or the targets; see :meth:`umva.methods.Method.score`.

        Raises
        ------
        MethodError
            If there are more or fewer variables than in the training.
        """
        require_inputs(X, self.n_variables_, method=self.name)
        raw = np.empty((len(X), max(1, len(self.problem_.outputs))))
        for part in chunks(len(X)):
            raw[part] = np.column_stack([self._raw(each, X[part]) for each in self.boosters_])
        if self.problem_.task == "regression":
            return Scale(self.mean_, self.spread_).stretch(raw)
        return probability(raw[:, 0] if self.problem_.task == "classification" else raw)

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return exact Shapley values of the log odds, the classes' logits or the targets.

        What is not known of an event is averaged over the training events that reach each node. (Lundberg et al., Nature
        Machine Intelligence 2 (2020) 56.)

        Returns
        -------
        values
            Shape ``(n_events, n_variables)``, or ``(n_events, n_variables, n_outputs)`` for classes or targets.
        """
        del background
        outputs = self.problem_.outputs
        if not len(X):
            return np.empty((*X.shape, len(outputs)) if outputs else X.shape)
        found = [np.asarray(self._contributions(each, X), np.float64)[..., :-1] for each in self.boosters_]
        if self.problem_.task == "multiclass":
            return found[0].transpose(0, 2, 1)
        values = np.stack(found, axis=2) * self.spread_
        return values if outputs else values[:, :, 0]

    def write(self, folder: Path) -> None:
        """Write each booster in the library's own format, with its checksum, and the units of the targets."""
        super().write(folder)
        for path, booster in zip(self._paths(folder), self.boosters_, strict=True):
            sealed.dump(self._text(booster), path)

    def read(self, folder: Path) -> None:
        """Read the boosters; damaged ones, and those that would lead out of their arrays, are refused."""
        super().read(folder)
        kind = f"a model of {self.name} for {self.problem_.task}"
        self.boosters_ = tuple(sealed.restore(path, self._parsed, kind) for path in self._paths(folder))

    def _paths(self, folder: Path) -> list[Path]:
        """Return where the boosters are: ``booster.json``, of several targets ``booster_0.json`` and so on."""
        n_targets = len(self.problem_.targets)
        names = [f"booster_{each}" for each in range(n_targets)] if n_targets > 1 else ["booster"]
        return [folder / f"{name}{self.suffix}" for name in names]

    def _flat(self, events: Events, scale: Scale, target: int) -> Events:
        """Return the events with weights of mean 1 and, in a regression, one target in units of its spread.

        The libraries have thresholds on the fall of the loss and compute in single precision: units must not matter.
        """
        y = scale.shrink(events.y)[:, target].copy() if self.problem_.task == "regression" else events.y
        return replace(events, y=y, weight=events.weight / events.weight.mean())

    def _stops(self, parts: Mapping[str, Events]) -> bool:
        """Whether the training may stop early."""
        return "validation" in parts and self.early_stopping > 0
