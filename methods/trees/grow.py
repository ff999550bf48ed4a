"""Growing one decision tree, depth by depth, with TMVA's rules.

In every node each variable's own range is cut at ``n_cuts`` equally spaced values, the best cut of all is made, and events
with ``x >= cut`` go right (:mod:`umva.methods.trees.node_grid`; :mod:`umva.methods.trees.sample_grid` has another way). Threads
each have a block of the events; what they count are integers, so the tree does not depend on how many they are. This module is
imported only when used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.methods.trees.crew import ALONE
from umva.methods.trees.node_grid import NodeGrid
from umva.methods.trees.rules import FisherRules, Rules, Sample, Structure
from umva.methods.trees.sample_grid import SampleGrid
from umva.methods.trees.sums import CRITERIA

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.trees.crew import Crew
    from umva.methods.trees.grid import Cuts

    Longs = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["CRITERIA", "FisherRules", "Rules", "Sample", "Structure", "grow"]

_GRIDS = {"node": NodeGrid, "sample": SampleGrid}


def grow(sample: Sample, rules: Rules, rng: np.random.Generator, crew: Crew = ALONE) -> Structure:
    """Grow a tree breadth first.

    Parameters
    ----------
    sample, rules
        The events and how to cut them.
    rng
        Draws the variables tried, if not all are.
    crew
        Threads to do it.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]], np.float32)
    >>> sample = Sample(X, np.ones(4, np.int32), np.ones(4), np.array([0.0, 0.0, 1.0, 1.0]))
    >>> tree = grow(sample, Rules("GiniIndex", 3, 0.0, 20), np.random.default_rng(1))
    >>> tree.feature.tolist(), tree.child.tolist(), tree.leaves.tolist()
    ([0, -1, -1], [1, -1, -1], [1, 1, 2, 2])
    """
    grid = _GRIDS[rules.grid](sample, rules, rng, crew)
    tree = _Growing(sample.X.shape[1])
    for depth in range(rules.max_depth):
        nodes = grid.nodes
        cuts, weight = grid.search()
        grid.divide(cuts, last=depth == rules.max_depth - 1)
        tree.note(nodes, cuts, weight, grid.combinations)
        if not len(grid.nodes):
            break
    grid.end(np.full(len(grid.nodes), -1))
    return tree.structure(grid.combinations, grid.leaves)


class _Growing:
    """The nodes found so far."""

    def __init__(self, n_inputs: int) -> None:
        self._feature, self._cut, self._child = [-1], [0.0], [-1]
        self._importance = np.zeros(n_inputs)

    def note(self, nodes: Longs, cuts: Cuts, weight: Floats, combinations: list[Floats]) -> None:
        """Write down the cuts of nodes with such sums of weights."""
        arrays = nodes, cuts.variable, cuts.value, cuts.gain, weight
        for node, variable, value, gain, size in zip(*(each.tolist() for each in arrays), strict=True):
            if variable >= 0:
                first = len(self._feature)
                self._feature[node], self._cut[node], self._child[node] = variable, value, first
                self._credit(variable, (gain * size) ** 2, combinations)
                self._feature += [-1, -1]
                self._cut += [0.0, 0.0]
                self._child += [-1, -1]

    def _credit(self, variable: int, importance: float, combinations: list[Floats]) -> None:
        """Count the importance of a cut for the variables that it is in."""
        n_inputs = len(self._importance)
        if variable < n_inputs:
            self._importance[variable] += importance
        else:
            self._importance += importance * combinations[variable - n_inputs][:-1] ** 2

    def structure(self, combinations: list[Floats], leaves: NDArray[np.int32]) -> Structure:
        """Return the tree."""
        arrays = np.array(self._feature, np.int32), np.array(self._cut, np.float32), np.array(self._child, np.int32)
        return Structure(
            *arrays, self._importance, np.array(combinations).reshape(-1, len(self._importance) + 1), leaves
        )
