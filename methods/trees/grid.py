"""The events of a growing tree, node by node: what all ways to look for cuts have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from umva.methods.trees import counting, cut_search
from umva.methods.trees.crew import ALONE
from umva.methods.trees.sums import CRITERIA, Sums

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from umva.methods.trees.crew import Crew
    from umva.methods.trees.rules import Rules, Sample

    Bools = NDArray[np.bool_]
    Longs = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]

__all__ = ["Block", "Cuts", "Grid", "Known", "sum_up"]

_SMALL = 200_000
"""Inputs, over all events, up to which threads cost more than they save."""

_NEARLY = 1 - 1e-9
"""So that a node just large enough is so whatever the rounding of its weights."""

MOST_CELLS = 2**20
"""Bins of all variables and nodes that are filled at once."""


@dataclass
class Block:
    """The events of one thread: ``rows[start[k]:stop[k]]`` are in node ``k`` of the present depth."""

    rows: NDArray[np.int32]
    start: Longs
    stop: Longs


class Known(NamedTuple):
    """Of some nodes: lowest and highest value of each variable, and the sums of what their events add."""

    low: Singles
    high: Singles
    total: Longs


class Cuts(NamedTuple):
    """The best cuts of some nodes: variable, -1 for none; where; and the gain."""

    variable: Longs
    value: Singles
    gain: Floats

    def part(self, nodes: slice) -> Cuts:
        """Return a view of some of them."""
        return Cuts(self.variable[nodes], self.value[nodes], self.gain[nodes])


class Grid(ABC):
    """The nodes of the present depth, first the root alone, and how they are cut.

    Parameters
    ----------
    sample, rules
        The events and how to cut them.
    rng
        Draws the variables tried, if not all are.
    crew
        Threads, each of which has a block of the events.
    """

    def __init__(self, sample: Sample, rules: Rules, rng: np.random.Generator, crew: Crew) -> None:
        self.sample, self.rules, self.rng = sample, rules, rng
        alone = rules.n_cuts < 0 or rules.fisher is not None or sample.X.size <= _SMALL
        self.crew = ALONE if alone else crew
        self.sums = Sums.of(sample, rules.criterion, self.crew)
        self.min_size = rules.min_share * self.sums.n_copies * _NEARLY
        self.criterion = CRITERIA.index(rules.criterion)
        drawn = np.array_split(np.flatnonzero(sample.copies).astype(np.int32), self.crew.n_threads)
        self.blocks = [Block(rows, np.zeros(1, np.int64), np.array([len(rows)])) for rows in drawn]
        self.nodes = np.zeros(1, np.int64)
        """The numbers of the nodes in the tree; daughters follow all nodes before them."""

        self._n_nodes = 1
        self.leaves = np.full(len(sample.X), -1, np.int32)
        """The number of the leaf that each event is in, -1 before."""

        self.combinations: list[Floats] = []
        """The combinations of variables that are cut in, see :class:`umva.methods.trees.rules.Structure`."""

    @abstractmethod
    def search(self) -> tuple[Cuts, Floats]:
        """Return the cut that separates each node best, and each node's sum of weights."""

    @abstractmethod
    def divide(self, cuts: Cuts, *, last: bool) -> None:
        """Part the events by the cuts, of which those that leave a side empty are undone: their variable is then -1.

        Then come the daughters; of the ``last`` ones nothing need be known. Nodes that are not cut are leaves.
        """

    def end(self, variable: Longs) -> None:
        """Note that nodes that are cut in no variable, but -1, are leaves."""

        def mark(block: Block) -> None:
            counting.mark(block.rows, block.start, block.stop, variable, self.nodes, self.leaves)

        list(self.crew.map(mark, self.blocks))

    def weigh(self, total: Longs) -> tuple[Floats, Bools]:
        """Return the sums of each node as numbers, and whether it is large and impure enough to be cut."""
        real, large = np.empty((len(total), 4)), np.empty(len(total), np.bool_)
        cut_search.weigh(total, self.sums.bits, self.sums.unit, self.min_size, real, large)
        return real, large

    def tried(self, large: Bools) -> Bools:
        """Return which variables to try in which nodes."""
        n_all, rules = self.sample.X.shape[1], self.rules
        if rules.n_variables is None:
            return np.ones((len(large), n_all), np.bool_)
        tried = np.zeros((len(large), n_all), np.bool_)
        for node in np.flatnonzero(large):
            n = int(self.rng.poisson(rules.n_variables)) if rules.poisson else rules.n_variables
            tried[node, self.rng.permutation(n_all)[: max(n, 1)]] = True
        return tried

    def unknown(self, n_nodes: int) -> Known:
        """Return what is known of nodes before their events are seen."""
        low, high = np.empty((2, n_nodes, self.sample.X.shape[1]), np.float32)
        low[:], high[:] = np.inf, -np.inf
        return Known(low, high, np.zeros((n_nodes, self.sums.each.shape[1]), np.int64))

    def part(self, block: Block, inputs: NDArray[Any], cuts: Cuts, n_daughters: int) -> tuple[Longs, Known]:
        """Part the events of one block; return where the right ones' begin, and what is known of so many daughters."""
        middle, known = block.start.copy(), self.unknown(n_daughters)
        counting.part(
            inputs, block.rows, block.start, block.stop, cuts.variable, cuts.value, middle, self.sums.each, *known
        )
        return middle, known

    def descend(self, cuts: Cuts, middles: list[Longs]) -> Bools:
        """Undo cuts that leave a side empty, end nodes that are not cut, go down to the daughters; return which nodes have some."""
        n_left = sum_up(middle - block.start for middle, block in zip(middles, self.blocks, strict=True))
        n_right = sum_up(block.stop - middle for middle, block in zip(middles, self.blocks, strict=True))
        cuts.variable[(n_left == 0) | (n_right == 0)] = -1
        made: Bools = cuts.variable >= 0
        n_daughters = 2 * int(np.count_nonzero(made))
        if n_daughters < 2 * len(made):
            self.end(cuts.variable)
        self.nodes = np.arange(self._n_nodes, self._n_nodes + n_daughters)
        self._n_nodes += n_daughters
        for block, middle in zip(self.blocks, middles, strict=True):
            block.start, block.stop = counting.enter(block.start, middle, block.stop, cuts.variable)
        return made


def sum_up(arrays: Iterable[Longs]) -> Longs:
    """Return the sum of arrays, in the first of them."""
    total = next(rest := iter(arrays))
    for each in rest:
        total += each
    return total
