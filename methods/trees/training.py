"""Training a forest: grow a tree, let the booster learn from it, and again; watch the loss on the way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.methods.base import Curves
from umva.methods.trees.bagging import draw_sample
from umva.methods.trees.forest import Forest, Tree, as_inputs, find_leaves
from umva.methods.trees.grow import Sample, grow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from umva.methods.base import Context, Events
    from umva.methods.trees.boosters import Booster
    from umva.methods.trees.grow import Rules

__all__ = ["Plan", "Trained", "train_forest"]


@dataclass(frozen=True)
class Plan:
    """How many trees, on which events.

    Parameters
    ----------
    n_trees
        Trees at most, of each output.
    bagged_fraction
        Mean number of copies of each event in the sample of a tree; None grows every tree on all events.
    patience
        Stop when the loss on the validation part has not fallen for so many trees, and keep those up to the lowest; 0
        never stops.
    """

    n_trees: int
    bagged_fraction: float | None = None
    patience: int = 0


@dataclass(frozen=True)
class Trained:
    """A forest, how much each variable matters in it (shares of 1, see :func:`train_forest`), and how it came about."""

    forest: Forest
    importance: NDArray[np.float64]
    curves: Curves


class _Watch:
    """The loss on one part, tree by tree."""

    def __init__(self, booster: Booster, X: NDArray[np.float32], y: NDArray[Any], weight: NDArray[np.float64]) -> None:
        self.X, self._y, self._weight, self._booster = X, y, weight, booster
        self._total = np.zeros((len(y), booster.n_outputs))
        self._norm = np.zeros(booster.n_outputs)
        self.losses: list[float] = []

    def add(self, output: int, answer: NDArray[np.float64], tree_weight: float) -> None:
        """Count one more tree, which answers each event so."""
        self._total[:, output] += tree_weight * answer
        self._norm[output] += tree_weight

    def look(self) -> None:
        """Note the loss."""
        response = self._booster.response(self._booster.scale(self._norm) * self._total + self._booster.offset)
        self.losses.append(self._booster.loss(self._y, self._weight, response))

    @property
    def n_best(self) -> int:
        """Number of trees of each output at the lowest loss."""
        return int(np.argmin(self.losses)) + 1


@dataclass
class _Growth:
    """The trees so far, and how they are grown."""

    booster: Booster
    rules: Rules
    rng: np.random.Generator
    parallel: Callable[..., Iterator[Any]]
    watches: dict[str, _Watch]
    importance: NDArray[np.float64]
    trees: list[Tree] = field(default_factory=list)
    tree_weights: list[float] = field(default_factory=list)

    def add(self, output: int, copies: NDArray[np.int32]) -> None:
        """Grow one tree on the training events in ``copies``, and let the booster learn from it."""
        booster, X = self.booster, self.watches["train"].X
        weight, target = booster.lesson(output, copies)
        structure = grow(Sample(X, copies, weight * copies, target), self.rules, self.rng, self.parallel)
        leaves = find_leaves(structure, X)
        value = booster.answers(output, leaves, copies, len(structure.feature))
        tree = Tree.of(structure, value, np.bincount(leaves, booster.cover, len(value)).astype(np.float64))
        self.trees.append(tree.merged() if booster.merges else tree)
        self.tree_weights.append(booster.learn(output, value[leaves]))
        self.importance += self.tree_weights[-1] * _shares(structure.importance)
        for part, watch in self.watches.items():
            ends = leaves if part == "train" else find_leaves(structure, watch.X)
            watch.add(output, value[ends], self.tree_weights[-1])


def train_forest(
    booster: Booster, rules: Rules, plan: Plan, train: Events, validation: Events | None, context: Context
) -> Trained:
    """Grow a forest on ``train``; its inputs are read in place, not copied, if they lie in memory row by row.

    The booster knows the weights of ``train``; those of ``validation`` are taken as they are.

    The importance of a variable is TMVA's: per tree the sum over its cuts of (gain * node weight)^2, as a share of all
    variables; summed over the trees with their weights; of this the square root, as a share.
    """
    X, n_outputs = as_inputs(train.X), booster.n_outputs
    watches = {"train": _Watch(booster, X, train.y, booster.cover)}
    if validation is not None:
        watches["validation"] = _Watch(booster, as_inputs(validation.X), validation.y, validation.weight)
    stopper = watches.get("validation") if plan.patience else None
    copies = np.ones(len(X), np.int32)
    rng = np.random.default_rng(context.seed)
    with _threads(context.n_threads) as parallel:
        growth = _Growth(booster, rules, rng, parallel, watches, np.zeros(X.shape[1]))
        for number in range(plan.n_trees):
            for output in range(n_outputs):
                if plan.bagged_fraction is not None:
                    tree = n_outputs * number + output
                    copies = draw_sample(len(X), plan.bagged_fraction, tree=tree, seed=context.seed)
                growth.add(output, copies)
            for watch in watches.values():
                watch.look()
            context.progress((number + 1) / plan.n_trees)
            if stopper and number + 1 - stopper.n_best >= plan.patience:
                break
    n_kept = n_outputs * (stopper.n_best if stopper else number + 1)
    outputs = [place % n_outputs for place in range(n_kept)]
    curves = {part: np.array(watch.losses) for part, watch in watches.items()}
    return Trained(
        Forest.of(growth.trees[:n_kept], growth.tree_weights[:n_kept], outputs),
        _shares(np.sqrt(growth.importance)),
        Curves("tree", booster.quantity, curves, best=stopper.n_best if stopper else None),
    )


def _shares(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return parts of 1; nothing of nothing."""
    total = parts.sum()
    return parts / total if total > 0 else parts


@contextmanager
def _threads(n: int) -> Iterator[Callable[..., Iterator[Any]]]:
    """Give a ``map`` that works in ``n`` threads."""
    if n < 2:
        yield map
        return
    with ThreadPoolExecutor(n) as pool:
        yield pool.map
