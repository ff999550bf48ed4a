"""TMVA's way to look for cuts: in every node between the ends that each variable has there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.methods.trees import counting, cut_search
from umva.methods.trees.fisher_cuts import combine, fisher_cut
from umva.methods.trees.grid import MOST_CELLS, Block, Cuts, Grid, Known, sum_up

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from umva.methods.trees.crew import Crew
    from umva.methods.trees.rules import Rules, Sample

    Bools = NDArray[np.bool_]
    Longs = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["NodeGrid"]

_LEAST_GAIN = 1e-8


class NodeGrid(Grid):
    """Equally spaced cuts in the range of each variable in a node, cuts between any two values, and Fisher cuts."""

    def __init__(self, sample: Sample, rules: Rules, rng: np.random.Generator, crew: Crew) -> None:
        super().__init__(sample, rules, rng, crew)
        self._known = _merged(self.crew.map(self._survey, self.blocks))

    def search(self) -> tuple[Cuts, Floats]:
        """Return the cut that separates each node best, and each node's sum of weights."""
        low, high, sums = self._known
        total, large = self.weigh(sums)
        tried = self.tried(large)
        cuts = Cuts(np.empty(len(total), np.int64), np.empty(len(total), np.float32), np.empty(len(total)))
        size = max(1, MOST_CELLS // max(1, 2 * low.shape[1] * (self.rules.n_cuts + 1)))
        for start in range(0, len(total), size):
            part = slice(start, start + size)
            if self.rules.n_cuts < 0:
                self._search_all(part, large[part], total[part], tried[part], cuts.part(part))
            else:
                known = Known(low[part], high[part], sums[part])
                self._search(part, known, large[part], total[part], tried[part], cuts.part(part))
        return cuts, total[:, 1]

    def divide(self, cuts: Cuts, *, last: bool) -> None:
        """Part the events, and see between what ends they then lie."""
        n_daughters = 0 if last else 2 * len(cuts.variable)

        def part(block: Block) -> tuple[Longs, Known]:
            middle, known = self.part(block, self.sample.X, cuts, n_daughters)
            if self.combinations:
                self._part_combined(block, cuts, middle)
            return middle, known

        found = list(self.crew.map(part, self.blocks))
        made = self.descend(cuts, [middle for middle, _ in found])
        if last:
            return
        if self.combinations:  # the loop that parts events knows single variables only
            self._known = _merged(map(self._survey, self.blocks))
            return
        self._known = _merged(known for _, known in found)
        if not made.all():
            kept = np.repeat(made, 2)
            low, high, total = self._known
            self._known = Known(low[kept], high[kept], total[kept])

    def _survey(self, block: Block) -> Known:
        """Return what is known of the nodes of the present depth from one block."""
        known = self.unknown(len(block.start))
        counting.survey(self.sample.X, block.rows, block.start, block.stop, self.sums.each, *known)
        return known

    def _search(self, part: slice, known: Known, large: Bools, total: Floats, tried: Bools, found: Cuts) -> None:
        """Write the best of equally spaced cuts of some nodes."""
        combined = self._combined(part, large, tried) if self.rules.fisher else {}
        n_nodes, n_inputs = known.low.shape
        grid = np.empty((n_nodes, n_inputs, self.rules.n_cuts), np.float32)
        ruler = np.empty((n_nodes, 3, n_inputs), np.float32)
        counting.make_grid(known.low, known.high, grid, ruler)

        def fill(block: Block) -> Longs:
            table = np.zeros((n_nodes, n_inputs, self.rules.n_cuts + 1, 2), np.int64)
            start, stop = block.start[part], block.stop[part]
            counting.fill(self.sample.X, block.rows, start, stop, large, self.sums.each, known.low, grid, ruler, table)
            return table

        table = sum_up(self.crew.map(fill, self.blocks))
        cut_search.best_cuts(
            table, grid, total, large, tried, self.sums.bits, self.sums.unit, self.min_size, self.criterion, *found
        )
        for node, (coefficients, gain) in combined.items():
            if gain > max(found.gain[node], _LEAST_GAIN):
                found.variable[node], found.value[node] = n_inputs + len(self.combinations), 0.0
                found.gain[node] = gain
                self.combinations.append(coefficients)

    def _search_all(self, part: slice, large: Bools, total: Floats, tried: Bools, found: Cuts) -> None:
        """Write the best of the cuts between any two values of some nodes."""
        [block] = self.blocks
        cut_search.best_of_all_cuts(
            self.sample.X, block.rows, block.start[part], block.stop[part], large, self.sums.each, total, tried,
            self.sums.bits, self.sums.unit, self.min_size, self.criterion, *found
        )  # fmt: skip

    def _combined(self, part: slice, large: Bools, tried: Bools) -> dict[int, tuple[Floats, float]]:
        """Return the best cuts in a combination of variables and their gains, of the nodes that have one."""
        [block] = self.blocks
        start, stop = block.start[part], block.stop[part]
        found = {}
        for node in np.flatnonzero(large).tolist():
            rows = block.rows[start[node] : stop[node]]
            if combined := fisher_cut(self.sample, rows, self.rules, self.min_size, tried[node]):
                found[node] = combined
        return found

    def _part_combined(self, block: Block, cuts: Cuts, middle: Longs) -> None:
        """Part the events of nodes that are cut in a combination of variables."""
        n_inputs = self.sample.X.shape[1]
        for node in np.flatnonzero(cuts.variable >= n_inputs):
            rows = block.rows[block.start[node] : block.stop[node]]
            left = combine(self.sample.X[rows], self.combinations[cuts.variable[node] - n_inputs]) < 0
            rows[:] = np.concatenate([rows[left], rows[~left]])
            middle[node] += left.sum()


def _merged(known: Iterable[Known]) -> Known:
    """Return what is known from all blocks."""
    low, high, total = next(rest := iter(known))
    for other in rest:
        np.minimum(low, other.low, out=low)
        np.maximum(high, other.high, out=high)
        total += other.total
    return Known(low, high, total)
