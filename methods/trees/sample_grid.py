"""Cuts that are the same in all nodes: of two daughters only the smaller is counted, the other is what is left of the mother."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.methods.trees import counting, cut_search
from umva.methods.trees.codes import Codes
from umva.methods.trees.grid import Block, Cuts, Grid, sum_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.trees.crew import Crew
    from umva.methods.trees.rules import Rules, Sample

    Bools = NDArray[np.bool_]
    Longs = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["SampleGrid"]

_MOST_BYTES = 2**26


class SampleGrid(Grid):
    """The cuts of :class:`umva.methods.trees.codes.Codes`."""

    def __init__(self, sample: Sample, rules: Rules, rng: np.random.Generator, crew: Crew) -> None:
        super().__init__(sample, rules, rng, crew)
        self._codes = sample.codes or Codes.of(sample.X, sample.weight * sample.copies, rules.n_cuts, self.crew)
        self._table, self._total = self._filled(slice(None), np.ones(1, np.bool_))

    def search(self) -> tuple[Cuts, Floats]:
        """Return the cut that separates each node best, and each node's sum of weights."""
        n_nodes, size = len(self.nodes), self._most_nodes
        cuts = Cuts(np.empty(n_nodes, np.int64), np.empty(n_nodes, np.float32), np.empty(n_nodes))
        weight = np.empty(n_nodes)
        for part in (slice(start, start + size) for start in range(0, n_nodes, size)):
            weight[part] = self._search(part, cuts.part(part))
        return cuts, weight

    def _search(self, part: slice, found: Cuts) -> Floats:
        """Write the best cuts of some nodes; return their sums of weights."""
        if len(self.nodes) > self._most_nodes:
            table, sums = self._filled(part, np.ones(len(found.variable), np.bool_))
        else:
            table, sums = self._table, self._total
        total, large = self.weigh(sums)
        grid = np.broadcast_to(self._codes.cuts, (len(total), *self._codes.cuts.shape))
        cut_search.best_cuts(
            table, grid, total, large, self.tried(large), self.sums.bits, self.sums.unit, self.min_size,
            self.criterion, *found
        )  # fmt: skip
        return total[:, 1]

    def divide(self, cuts: Cuts, *, last: bool) -> None:
        """Part the events, and count the smaller daughters."""
        counted = len(self.nodes) <= self._most_nodes
        middles = list(
            self.crew.map(lambda block: self.part(block, self._codes.bins, self._in_bins(cuts), 0)[0], self.blocks)
        )
        made = self.descend(cuts, middles)
        if last or not len(self.nodes) or len(self.nodes) > self._most_nodes:
            return
        sizes = sum_up(block.stop - block.start for block in self.blocks).reshape(-1, 2)
        smaller = np.stack([sizes[:, 0] <= sizes[:, 1], sizes[:, 0] > sizes[:, 1]], axis=1).ravel()
        mothers = self._table, self._total
        self._table, self._total = self._filled(slice(None), smaller if counted else np.ones_like(smaller))
        if counted:
            for mother, daughters in zip(mothers, (self._table, self._total), strict=True):
                daughters[~smaller] = mother[made] - daughters[smaller]

    @property
    def _most_nodes(self) -> int:
        """So many nodes are counted at once; where there are more, each by itself."""
        n_inputs, n_cuts = self._codes.cuts.shape
        return max(1, _MOST_BYTES // int(16 * n_inputs * (n_cuts + 1)))

    def _in_bins(self, cuts: Cuts) -> Cuts:
        """Return the cuts as the first bin of the right daughter: as many cuts as are not above the one made."""
        edges = self._codes.cuts
        pairs = zip(cuts.variable.tolist(), cuts.value, strict=True)
        first = [np.searchsorted(edges[j], value, side="right") if j >= 0 else 0 for j, value in pairs]
        return cuts._replace(value=np.array(first, np.float32))

    def _filled(self, part: slice, chosen: Bools) -> tuple[Longs, Longs]:
        """Return the sums in the bins, ``(n_nodes, n_variables, n_bins, 2)``, and over all, of the ``chosen`` of some nodes.

        Those of other nodes are 0.
        """
        n_bins = self._codes.cuts.shape[1] + 1

        def fill(block: Block) -> tuple[Longs, Longs]:
            table = np.zeros((len(chosen), self.sample.X.shape[1], n_bins, 2), np.int64)
            total = np.zeros((len(chosen), self.sums.each.shape[1]), np.int64)
            counting.fill_bins(
                self._codes.bins, block.rows, block.start[part], block.stop[part], chosen, self.sums.each, table, total
            )
            return table, total

        tables, totals = zip(*self.crew.map(fill, self.blocks), strict=True)
        return sum_up(tables), sum_up(totals)
