"""Pruning a tree once it is grown: cutting back what the training sample alone justifies, as TMVA does.

(TMVA Users Guide, arXiv:physics/0703039, section 8.12; Breiman, Friedman, Olshen and Stone, Classification and Regression
Trees, 1984, section 3.3.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from umva.methods.trees import cut_search
from umva.methods.trees.forest import find_leaves, inner_nodes
from umva.methods.trees.sums import CRITERIA

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.trees.grow import Structure

    Floats = NDArray[np.float64]

__all__ = ["HeldOut", "Pruning", "node_sums", "spread"]

_EQUAL = 1e-12


class HeldOut(NamedTuple):
    """Events that trees are not grown on: inputs, weights, and targets, ``(n_events, n_outputs)``."""

    X: NDArray[np.float32]
    weight: Floats
    target: Floats


@dataclass(frozen=True)
class Pruning:
    """How trees are pruned.

    Parameters
    ----------
    method
        ``"ExpectedError"`` cuts back what lowers an upper limit on the misclassified share by nothing;
        ``"CostComplexity"`` cuts back first what lowers the impurity least for each of its leaves.
    strength
        The limit lies so many standard deviations above the share; or so many percent of the steps back to the root are gone.
    criterion
        The impurity, of :data:`umva.methods.trees.grow.CRITERIA`.
    purity_limit
        Leaves purer than this are signal.
    held_out
        With CostComplexity: as many steps are gone as suit these events best, whatever the strength.
    """

    method: str
    strength: float
    criterion: str
    purity_limit: float = 0.5
    held_out: HeldOut | None = None

    def prune(self, tree: Structure, sums: Floats, output: int = 0) -> list[int]:
        """Return the nodes to be made leaves, from the sums of w, w t and w t^2 in each node, ``(n_nodes, 3)``."""
        if self.method == "ExpectedError":
            return self._unexpected(tree, sums)
        steps = _weakest_links(tree, self._risk(sums))
        if self.held_out is None:
            return steps[: int(self.strength / 100.0 * len(steps))]
        return steps[: self._best(tree, sums, steps, self.held_out, output)]

    def _unexpected(self, tree: Structure, sums: Floats) -> list[int]:
        """Return the nodes whose daughters are not expected to be wrong less often."""
        weight = np.maximum(sums[:, 0], np.finfo(np.float64).tiny)
        purity = np.clip(sums[:, 1] / weight, 0.0, 1.0)
        right = np.where(purity > self.purity_limit, purity, 1.0 - purity)
        limit = np.minimum(1.0, 1.0 - right + self.strength * np.sqrt(right * (1.0 - right) / weight))
        below, found = limit.copy(), []
        for node, left in inner_nodes(tree):
            below[node] = (weight[left] * below[left] + weight[left + 1] * below[left + 1]) / weight[node]
            if below[node] >= limit[node] - _EQUAL:
                found.append(node)
                below[node] = limit[node]
        return found

    def _risk(self, sums: Floats) -> Floats:
        """Return impurity times weight of each node."""
        criterion = CRITERIA.index(self.criterion)
        risk = [weight * cut_search.impurity(criterion, weight, target) for weight, target, _ in sums.tolist()]
        return np.array(risk) + (sums[:, 2] if self.criterion == "RegressionVariance" else 0.0)

    def _best(self, tree: Structure, sums: Floats, steps: list[int], held_out: HeldOut, output: int) -> int:
        """Return after how many steps the held out events are told best; the fewest leaves of equals."""
        own = node_sums(tree, find_leaves(tree, held_out.X), held_out.weight, held_out.target[:, output])
        weight = np.where(sums[:, 0] > 0, sums[:, 0], 1.0)
        mean = sums[:, 1] / weight
        if self.criterion == "RegressionVariance":
            wrong = own[:, 2] - 2.0 * own[:, 1] * mean + own[:, 0] * mean**2
        else:
            wrong = np.where(mean > self.purity_limit, own[:, 0] - own[:, 1], own[:, 1])
        totals = []
        for n_steps in range(len(steps) + 1):
            below = wrong.copy()
            gone = set(steps[:n_steps])
            for node, left in inner_nodes(tree):
                below[node] = wrong[node] if node in gone else below[left] + below[left + 1]
            totals.append(below[0])
        least = min(totals)
        return max(n for n, total in enumerate(totals) if total <= least + _EQUAL * abs(least))


def node_sums(tree: Structure, leaves: NDArray[np.int32], weight: Floats, target: Floats) -> Floats:
    """Return the sums of w, w t and w t^2 of the events in each node, those of the leaves below it included, ``(n_nodes, 3)``."""
    n_nodes = len(tree.feature)
    columns = (weight, weight * target, weight * target**2)
    sums: Floats = np.stack([np.bincount(leaves, each, n_nodes) for each in columns], axis=1).astype(np.float64)
    for node, left in inner_nodes(tree):
        sums[node] = sums[left] + sums[left + 1]
    return sums


def spread(tree: Structure, pruned: list[int], answer: Floats, value: Floats) -> Floats:
    """Return ``value`` with the ``answer`` of each pruned node in it and in all nodes below it."""
    value = value.copy()
    whole = set(pruned)
    for node, left in reversed(list(inner_nodes(tree))):
        if node in whole:
            value[node] = answer[node]
            whole |= {left, left + 1}
            answer = answer.copy()
            answer[left : left + 2] = answer[node]
            value[left : left + 2] = answer[node]
    return value


def _weakest_links(tree: Structure, risk: Floats) -> list[int]:
    """Return the nodes in the order in which they are cut back, the root never."""
    steps: list[int] = []
    gone: set[int] = set()
    while True:
        alpha, least = np.full(len(risk), np.inf), np.full(len(risk), np.inf)
        n_leaves, below = np.ones(len(risk)), risk.copy()
        for node, left in inner_nodes(tree):
            if node in gone:
                continue
            n_leaves[node], below[node] = n_leaves[left] + n_leaves[left + 1], below[left] + below[left + 1]
            alpha[node] = (risk[node] - below[node]) / (n_leaves[node] - 1)
            least[node] = min(alpha[node], least[left], least[left + 1])
        node = 0
        while least[node] < alpha[node]:
            left = tree.child[node]
            node = int(left if least[left] <= least[node] * (1 + _EQUAL) else left + 1)
        if node == 0:
            return steps
        steps.append(node)
        gone.add(node)
