"""Training a forest: grow a tree, let the booster learn from it, and again; watch the loss on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.methods.base import Curves
from umva.methods.trees import walks
from umva.methods.trees.bagging import draw_sample
from umva.methods.trees.boosters import Booster, PrunableBooster
from umva.methods.trees.codes import Codes
from umva.methods.trees.crew import ALONE, hire, pieces
from umva.methods.trees.forest import Forest, Tree, as_inputs, find_leaves, widened
from umva.methods.trees.grow import Sample, grow
from umva.methods.trees.losses import roc_area
from umva.methods.trees.pruning import Pruning, node_sums, spread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from umva.methods.base import Context, Events
    from umva.methods.trees.crew import Crew
    from umva.methods.trees.grow import Rules, Structure

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]

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
    areas
        Note the area under the ROC curve after each tree, not the loss.
    """

    n_trees: int
    bagged_fraction: float | None = None
    patience: int = 0
    areas: bool = False


@dataclass(frozen=True)
class Trained:
    """A forest, how much each variable matters in it (shares of 1, see :func:`train_forest`), and how it came about."""

    forest: Forest
    importance: NDArray[np.float64]
    curves: Curves


class _Watch:
    """The loss on one part, tree by tree, and the area under the ROC curve if wanted."""

    def __init__(self, booster: Booster, X: Singles, y: NDArray[Any], weight: Floats, *, areas: bool) -> None:
        self.X, self._y, self._weight, self._booster = X, y, weight, booster
        self._total = np.zeros((len(y), booster.n_outputs))
        self._norm = np.zeros(booster.n_outputs)
        self._sum_of_weights = weight.sum()
        self.losses: list[float] = []
        self.areas: list[float] | None = [] if areas else None

    def add(self, output: int, value: Floats, leaves: NDArray[np.int32], tree_weight: float) -> None:
        """Count one more tree, whose leaves have these values; note the loss once all outputs have it."""
        self._norm[output] += tree_weight
        booster, value = self._booster, tree_weight * value
        scale, last = booster.scale(self._norm), output == booster.n_outputs - 1

        def loss(piece: slice) -> float:
            total = self._total[piece]
            total[:, output] += value[leaves[piece]]
            if not last:
                return 0.0
            response = booster.response(scale * total + booster.offset)
            return booster.loss(self._y[piece], self._weight[piece], response)

        losses = list(booster.crew.map(loss, pieces(len(self._y))))
        if last:
            self.losses.append(float(np.sum(losses) / self._sum_of_weights))
            if self.areas is not None:
                response = booster.response(scale * self._total + booster.offset)
                self.areas.append(roc_area(self._y, self._weight, response))

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
    pruning: Pruning | None
    codes: Codes | None
    watches: dict[str, _Watch]
    importance: Floats
    trees: list[Tree] = field(default_factory=list)
    tree_weights: list[float] = field(default_factory=list)
    combinations: list[Floats] = field(default_factory=list)

    def add(self, output: int, copies: NDArray[np.int32]) -> None:
        """Grow one tree on the training events in ``copies``, and let the booster learn from it."""
        booster, X = self.booster, self.watches["train"].X
        weight, target = booster.lesson(output, copies)
        sample = Sample(X, copies, weight, target, self.codes)
        structure = grow(sample, self.rules, self.rng, booster.crew)
        leaves = self._all_leaves(structure)
        value = booster.answers(output, leaves, copies, len(structure.feature))
        cover = booster.sums_of_leaves(leaves, booster.cover, None, len(value))[:, 0]
        tree = Tree.of(structure, value, cover)
        self.tree_weights.append(booster.learn(output, value, leaves))
        self.importance += self.tree_weights[-1] * _shares(structure.importance)
        if self.pruning is not None and isinstance(booster, PrunableBooster):
            sums = node_sums(structure, leaves, weight * copies, target)
            pruned = self.pruning.prune(structure, sums, output)
            mean = np.divide(sums[:, 1], sums[:, 0], out=np.zeros(len(sums)), where=sums[:, 0] > 0)
            value = spread(structure, pruned, booster.answer_of(mean), tree.value)
            tree = tree.without(pruned, value)
        tree = tree.merged() if booster.merges else tree
        self.trees.append(self._with_combinations(tree, structure.combinations))
        for part, watch in self.watches.items():
            ends = leaves if part == "train" else find_leaves(structure, watch.X)
            watch.add(output, value, ends, self.tree_weights[-1])

    def _all_leaves(self, structure: Structure) -> NDArray[np.int32]:
        """Return the leaves of all training events, those included that the tree was not grown on."""
        leaves, X = structure.leaves, self.watches["train"].X
        feature, cut, child = structure.feature, structure.cut, structure.child

        def find(piece: slice) -> None:
            inputs = widened(X[piece], structure.combinations)
            walks.find_missing_leaves(inputs, feature, cut, child, leaves[piece])

        list(self.booster.crew.map(find, pieces(len(X))))
        return leaves

    def _with_combinations(self, tree: Tree, combinations: Floats) -> Tree:
        """Return the tree with its combinations of variables counted among those of all trees."""
        if not len(combinations):
            return tree
        n_inputs = len(self.importance)
        shift = np.where(tree.feature >= n_inputs, len(self.combinations), 0)
        self.combinations += list(combinations)
        return tree._replace(feature=(tree.feature + shift).astype(np.int32))


def train_forest(
    booster: Booster,
    rules: Rules,
    plan: Plan,
    train: Events,
    validation: Events | None,
    context: Context,
    *,
    pruning: Pruning | None = None,
) -> Trained:
    """Grow a forest on ``train``; its inputs are read in place, not copied, if they lie in memory row by row.

    The booster knows the weights of ``train``; those of ``validation`` are taken as they are. Trees are pruned, if so, once they
    were learnt from.

    The importance of a variable is TMVA's: per tree the sum over its cuts of (gain * node weight)^2, as a share of all
    variables; summed over the trees with their weights; of this the square root, as a share. A cut in a combination counts for
    its variables by the squares of their coefficients.
    """
    X, n_outputs = as_inputs(train.X), booster.n_outputs
    watches = {"train": _Watch(booster, X, train.y, booster.cover, areas=plan.areas)}
    if validation is not None:
        watched = as_inputs(validation.X), validation.y, validation.weight
        watches["validation"] = _Watch(booster, *watched, areas=plan.areas)
    stopper = watches.get("validation") if plan.patience else None
    with hire(context.n_threads) as crew:
        booster.crew = crew
        rng = np.random.default_rng(context.seed)
        codes = Codes.of(X, booster.cover, rules.n_cuts, crew) if rules.grid == "sample" else None
        growth = _Growth(booster, rules, rng, pruning, codes, watches, np.zeros(X.shape[1]))
        samples = _samples(len(X), plan, n_outputs, context.seed, crew)
        for number in range(plan.n_trees):
            for output in range(n_outputs):
                growth.add(output, next(samples))
            context.progress((number + 1) / plan.n_trees)
            if stopper and number + 1 - stopper.n_best >= plan.patience:
                break
        booster.crew = ALONE
    n_kept = n_outputs * (stopper.n_best if stopper else number + 1)
    outputs = [place % n_outputs for place in range(n_kept)]
    combinations = np.array(growth.combinations).reshape(-1, X.shape[1] + 1)
    return Trained(
        Forest.of(growth.trees[:n_kept], growth.tree_weights[:n_kept], outputs, combinations),
        _shares(np.sqrt(growth.importance)),
        _curves(booster, watches, stopper, areas=plan.areas),
    )


def _curves(booster: Booster, watches: dict[str, _Watch], stopper: _Watch | None, *, areas: bool) -> Curves:
    """Return what was watched."""
    quantity = "area under the ROC curve" if areas else booster.quantity
    values = {part: np.array(watch.areas if areas else watch.losses) for part, watch in watches.items()}
    return Curves("tree", quantity, values, best=stopper.n_best if stopper else None)


def _samples(n_events: int, plan: Plan, n_outputs: int, seed: int, crew: Crew) -> Iterator[NDArray[np.int32]]:
    """Yield how often each event is in the sample of each tree."""
    fraction = plan.bagged_fraction
    if fraction is None:
        yield from repeat(np.ones(n_events, np.int32))
        return

    def draw(tree: int) -> NDArray[np.int32]:
        return draw_sample(n_events, fraction, tree=tree, seed=seed)

    for first in range(0, plan.n_trees * n_outputs, crew.n_threads):
        yield from crew.map(draw, range(first, first + crew.n_threads))


def _shares(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return parts of 1; nothing of nothing."""
    total = parts.sum()
    return parts / total if total > 0 else parts
