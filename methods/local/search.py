"""The compiled search for events in boxes.

The tree is a binary one in which node ``i`` has the halves ``2 i + 1`` and ``2 i + 2``; the events of a node lie side by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from umva.methods.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Tree", "add_boxes", "add_inside", "add_up", "depth_of", "find_inside", "plant"]

_LEAF = 12
"""Events at most in a leaf."""

_DEEP = 64
"""More nodes than ever wait to be looked at: one a level, and no sample needs so many levels."""


class Tree(NamedTuple):
    """Events sorted into halves of halves.

    Parameters
    ----------
    points, values
        The events in the order of the leaves: float32 ``(n, d)`` and float64 ``(n, k)``.
    start, stop
        First event of each node and the one past its last, int64 ``(n_nodes,)``.
    low, high
        Extremes of each node's events, float32 ``(n_nodes, d)``.
    sums
        Sums of each node's values, float64 ``(n_nodes, k)``.
    """

    points: NDArray[np.float32]
    values: Floats
    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    sums: Floats


def depth_of(n_events: int) -> int:
    """Return how often a sample is halved until no more than a leaf's number of events is left.

    Examples
    --------
    >>> depth_of(5), depth_of(13), depth_of(1000)
    (0, 1, 7)
    """
    return max(0, int(np.ceil(np.log2(n_events / _LEAF))))


@compiled()
def plant(
    X: NDArray[np.float32],
    unit: Floats,
    order: NDArray[np.int64],
    start: NDArray[np.int64],
    stop: NDArray[np.int64],
    low: NDArray[np.float32],
    high: NDArray[np.float32],
) -> None:
    """Sort the rows in ``order`` into halves, each node across the input with the widest span in its ``unit``."""
    n_nodes, d = low.shape
    start[0], stop[0] = 0, order.size
    for node in range(n_nodes):
        first, last = start[node], stop[node]
        low[node], high[node] = np.inf, -np.inf
        for i in range(first, last):
            for j in range(d):
                x = X[order[i], j]
                low[node, j], high[node, j] = min(low[node, j], x), max(high[node, j], x)
        if 2 * node + 2 >= n_nodes:
            continue
        widest, across = -1.0, 0
        for j in range(d):
            span = (np.float64(high[node, j]) - low[node, j]) / unit[j]
            if span > widest:
                widest, across = span, j
        rows = order[first:last].copy()
        along = np.empty(rows.size, np.float32)
        for i in range(rows.size):
            along[i] = X[rows[i], across]
        order[first:last] = rows[np.argsort(along, kind="mergesort")]
        middle = (first + last) // 2
        start[2 * node + 1], stop[2 * node + 1] = first, middle
        start[2 * node + 2], stop[2 * node + 2] = middle, last


@compiled()
def add_up(values: Floats, start: NDArray[np.int64], stop: NDArray[np.int64], sums: Floats) -> None:
    """Sum the values of each node, of a leaf event by event."""
    n_nodes = len(start)
    for node in range(n_nodes - 1, -1, -1):
        if 2 * node + 2 < n_nodes:
            sums[node] = sums[2 * node + 1] + sums[2 * node + 2]
            continue
        sums[node] = 0.0
        for i in range(start[node], stop[node]):
            sums[node] += values[i]


@compiled()
def _overlap(tree: Tree, node: int, low: Floats, high: Floats) -> int:
    """Return 0 if no event of the node can be in the box, 2 if all are, otherwise 1."""
    contained = 2
    for j in range(low.size):
        if tree.high[node, j] <= low[j] or tree.low[node, j] > high[j]:
            return 0
        if tree.low[node, j] <= low[j] or tree.high[node, j] > high[j]:
            contained = 1
    return contained


@compiled()
def _is_inside(x: NDArray[np.float32], low: Floats, high: Floats) -> bool:
    """Whether one event is in the box."""
    for j in range(low.size):  # noqa: SIM110 - what numba compiles well
        if not (low[j] < x[j] <= high[j]):
            return False
    return True


@compiled()
def add_inside(tree: Tree, low: Floats, high: Floats, total: Floats) -> None:
    """Add to ``total`` the first of the values, as many as it has places, of the events with ``low < x <= high``."""
    waiting = np.empty(_DEEP, np.int64)
    waiting[0] = 0
    n_waiting = 1
    while n_waiting:
        n_waiting -= 1
        node = waiting[n_waiting]
        overlap = _overlap(tree, node, low, high)
        if overlap == 2:
            for v in range(total.size):
                total[v] += tree.sums[node, v]
        elif overlap == 1 and 2 * node + 2 < tree.start.size:
            waiting[n_waiting], waiting[n_waiting + 1] = 2 * node + 2, 2 * node + 1
            n_waiting += 2
        elif overlap == 1:
            for i in range(tree.start[node], tree.stop[node]):
                if _is_inside(tree.points[i], low, high):
                    for v in range(total.size):
                        total[v] += tree.values[i, v]


@compiled()
def find_inside(tree: Tree, low: Floats, high: Floats, found: NDArray[np.int64]) -> int:
    """Write the places in the tree of the events with ``low < x <= high`` into ``found``; return how many they are."""
    waiting = np.empty(_DEEP, np.int64)
    waiting[0] = 0
    n_waiting, n_found = 1, 0
    while n_waiting:
        n_waiting -= 1
        node = waiting[n_waiting]
        overlap = _overlap(tree, node, low, high)
        if overlap == 1 and 2 * node + 2 < tree.start.size:
            waiting[n_waiting], waiting[n_waiting + 1] = 2 * node + 2, 2 * node + 1
            n_waiting += 2
        elif overlap:
            for i in range(tree.start[node], tree.stop[node]):
                if overlap == 2 or _is_inside(tree.points[i], low, high):
                    found[n_found] = i
                    n_found += 1
    return n_found


@compiled()
def add_boxes(tree: Tree, low: Floats, high: Floats, totals: Floats) -> None:
    """Do :func:`add_inside` for each row of ``low``, ``high`` and ``totals``."""
    for box in range(len(low)):
        add_inside(tree, low[box], high[box], totals[box])
