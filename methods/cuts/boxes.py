"""Boxes among training events: edges as ranks of the values, efficiencies as counts, and the parameters a search moves.

A box is held by the ranks that lie inside, ``low <= rank <= high``; only those matter to a count. A parameter from 0 to 1 is one
free edge: ``p**n`` is the share of the signal that it cuts away, ``n`` being the number of edges. Random points then have
efficiencies of all sizes, however many variables there are, where cuts drawn uniformly in a range leave next to nothing.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import MethodError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.base import Events
    from umva.methods.cuts.edges import Edges

__all__ = ["Boxes"]

_WORTH_A_THREAD = 256  # boxes


class Boxes:
    """The training events, ready for boxes to be drawn, counted and turned into cuts.

    Parameters
    ----------
    train
        Events of both classes, no negative weights.
    edges
        Which cuts are allowed.
    n_threads
        Threads that count.
    method
        For errors.

    Raises
    ------
    MethodError
        If no signal lies in the ranges of the cuts.
    """

    def __init__(self, train: Events, edges: Edges, *, n_threads: int, method: str) -> None:
        """Rank the events."""
        self._edges, self._n_threads = edges, n_threads
        self._values = [np.unique(column) for column in train.X.T]
        ranks = [np.searchsorted(*each) for each in zip(self._values, train.X.T, strict=True)]
        self._ranks = np.array(ranks, np.int32)
        self.classes = [self._of_class(train, label) for label in (1, 0)]
        self.last = np.array([len(each) - 1 for each in self._values], np.int32)
        self._set_limits()
        self._shares = [self._signal_shares(j) for j in range(len(self.last))]
        if any(share[-1] <= 0 for share in self._shares):
            msg = f"{method}: no signal lies in the ranges of the cuts (CutRangeMin, CutRangeMax)"
            raise MethodError(msg)

    def _of_class(self, train: Events, label: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        rows = (train.y == label) & (train.weight > 0)
        weight = train.weight[rows]
        return np.ascontiguousarray(self._ranks[:, rows]), weight / weight.sum()

    def _set_limits(self) -> None:
        """Set ``loosest`` and ``tightest``, the ranks that lower and upper edges may have at most and at least."""
        edges, values = self._edges, self._values
        first = np.array([np.searchsorted(v, x, "right") for v, x in zip(values, edges.smallest, strict=True)])
        final = np.array([np.searchsorted(v, x, "right") - 1 for v, x in zip(values, edges.largest, strict=True)])
        low = np.where(edges.lower_free, first, 0)
        high = np.where(edges.upper_free, final, self.last)
        self.loosest = low.astype(np.int32), high.astype(np.int32)
        # a lower edge at the end of the range still lets pass what lies above
        low = np.where(edges.lower_free, np.minimum(final + 1, self.last), 0)
        high = np.where(edges.upper_free, np.maximum(first - 1, 0), self.last)
        self.tightest = low.astype(np.int32), high.astype(np.int32)

    def _signal_shares(self, j: int) -> NDArray[np.float64]:
        """Return the share of the signal up to each rank of a variable, of that within the loosest cuts."""
        (ranks, weight), (low, high) = self.classes[0], self.loosest
        sums = np.bincount(ranks[j], weight, minlength=self.last[j] + 1).astype(np.float64)
        sums[: low[j]] = sums[high[j] + 1 :] = 0.0
        total = sums.sum()
        return np.round(np.cumsum(sums) / total, 12) if total > 0 else sums

    @property
    def n_free(self) -> int:
        """Number of parameters of a search."""
        return self._edges.n_free

    def of_points(self, points: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the boxes of points of a search, shape ``(n_points, n_free)``: first the lower edges, then the upper."""
        return self.of_shares(points**self.n_free)

    def of_shares(self, cut_away: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the boxes whose edges cut away these shares of the signal, in the same order of edges."""
        edges = self._edges
        low, high = (np.tile(each, (len(cut_away), 1)) for each in self.loosest)
        below = np.zeros(low.shape)
        lower, upper = np.flatnonzero(edges.lower_free), np.flatnonzero(edges.upper_free)
        for j, share in zip(lower, cut_away.T, strict=False):
            below[:, j] = share
            found = np.searchsorted(self._shares[j], share, "right")
            low[:, j] = np.clip(found, low[:, j], self.tightest[0][j])
        for j, share in zip(upper, cut_away.T[len(lower) :], strict=True):
            kept = np.round(1 - share * (1 - below[:, j]), 12)
            found = np.searchsorted(self._shares[j], kept, "left")
            high[:, j] = np.clip(found, self.tightest[1][j], high[:, j])
        return low, high

    def efficiencies(
        self, low: NDArray[np.int32], high: NDArray[np.int32]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the signal and the background efficiency of boxes, to twelve digits."""
        from umva.methods.cuts.kernels import add_inside

        found = np.zeros((2, len(low)))
        n_parts = min(self._n_threads, max(len(low) // _WORTH_A_THREAD, 1))
        parts = [slice(i * len(low) // n_parts, (i + 1) * len(low) // n_parts) for i in range(n_parts)]

        def count(part: slice) -> None:
            for sums, (ranks, weight) in zip(found, self.classes, strict=True):
                add_inside(ranks, weight, low[part], high[part], self.last, sums[part])

        if n_parts == 1:
            count(parts[0])
        else:
            with ThreadPoolExecutor(n_parts) as pool:
                list(pool.map(count, parts))
        signal, background = np.round(found, 12)
        return signal, background

    def cuts(self, low: NDArray[np.int32], high: NDArray[np.int32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return lower and upper cuts, half way between values; the loosest at the end of its range or infinite."""
        lower, upper = np.empty(low.shape), np.empty(high.shape)
        edges = self._edges
        for j, values in enumerate(self._values):
            between = (values[:-1] + values[1:].astype(np.float64)) / 2
            below, above = np.append(-np.inf, between), np.append(between, np.inf)
            start = edges.smallest[j] if edges.lower_free[j] else -np.inf
            end = edges.largest[j] if edges.upper_free[j] else np.inf
            lower[:, j] = np.where(
                low[:, j] <= self.loosest[0][j], start, np.clip(below[low[:, j]], start, edges.largest[j])
            )
            upper[:, j] = np.where(
                high[:, j] >= self.loosest[1][j], end, np.clip(above[high[:, j]], edges.smallest[j], end)
            )
        return lower, upper
