"""The compiled loops over events; this module alone knows numba, and is itself imported only when trees are used.

All loops read the inputs row by row, in place: an event's variables lie side by side in memory, so a node that holds few
events touches few cache lines, and no transposed copy of the inputs is needed. The loops hold no lock (``nogil``): callers
may run them in threads on different events. Signatures are given, so each is compiled once and kept on disk.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeVar

import numba
import numpy as np
from numba import types

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Singles = NDArray[np.float32]
    Floats = NDArray[np.float64]

__all__ = ["best_cut", "draw_copies", "fill", "find_leaves", "flatness", "partition", "sum_trees", "summarise"]

# What is only read may be a read-only view or memory map.
_INPUTS = types.Array(types.float32, 2, "C", readonly=True)
_F4 = types.Array(types.float32, 1, "C", readonly=True)
_F8 = types.Array(types.float64, 1, "C", readonly=True)
_I4 = types.Array(types.int32, 1, "C", readonly=True)
_I8 = types.Array(types.int64, 1, "C", readonly=True)
_U4 = types.Array(types.uint32, 1, "C", readonly=True)
_CUTS = types.Array(types.float32, 2, "C", readonly=True)
_BEST = types.Tuple((types.int64, types.int64, types.float64))  # type: ignore[no-untyped-call]
_TABLE = types.Array(types.float64, 3, "C", readonly=True)


_EQUAL = 1e-12
_SAME_SCORE = 1e-9

F = TypeVar("F", bound="Callable[..., Any]")


def _compiled(signature: Any) -> Callable[[F], F]:
    compiled: Callable[[F], F] = numba.njit(signature, cache=True, nogil=True)
    return compiled


@_compiled(types.void(_INPUTS, _I4, _I4, _F8, _F8, _I4, types.float32[::1], types.float32[::1], types.float64[::1]))
def summarise(
    X: Singles,
    rows: Ints,
    variables: Ints,
    weight: Floats,
    target: Floats,
    copies: Ints,
    low: Singles,
    high: Singles,
    sums: Floats,
) -> None:
    """Lower ``low`` and raise ``high`` to the range of ``rows``; add copies, w, w t and w t^2 to ``sums``."""
    for i in range(rows.size):
        row = rows[i]
        w, t = weight[row], target[row]
        sums[0] += copies[row]
        sums[1] += w
        sums[2] += w * t
        sums[3] += w * t * t
        for j in range(variables.size):
            x = X[row, variables[j]]
            low[j] = min(low[j], x)
            high[j] = max(high[j], x)


@_compiled(types.void(_INPUTS, _I4, _I4, _F8, _F8, _I4, _F8, _F8, _CUTS, types.float64[:, :, ::1]))
def fill(
    X: Singles,
    rows: Ints,
    variables: Ints,
    weight: Floats,
    target: Floats,
    copies: Ints,
    low: Floats,
    scale: Floats,
    cuts: Singles,
    table: Floats,
) -> None:
    """Add copies, w and w t of ``rows`` to the bins of ``table`` between the ``cuts`` of each variable."""
    last = table.shape[1] - 1
    for i in range(rows.size):
        row = rows[i]
        n, w = copies[row], weight[row]
        wt = w * target[row]
        for j in range(variables.size):
            x = X[row, variables[j]]
            b = min(int((x - low[j]) * scale[j]), last)
            # Rounding may be off by one bin; what counts is the comparison that later parts the events.
            if b < last and x >= cuts[j, b]:
                b += 1
            elif b > 0 and x < cuts[j, b - 1]:
                b -= 1
            table[j, b, 0] += n
            table[j, b, 1] += w
            table[j, b, 2] += wt


@_compiled(types.float64(types.int32, types.float64, types.float64))
def _impurity(criterion: int, w: float, t: float) -> float:
    """Impurity of a node with total weight ``w`` and weighted target ``t`` (the signal's weight, if targets are 0, 1)."""
    if w <= 0:
        return 0.0
    p = t / w
    if criterion == 0:  # variance, but for the mean square, which is the same on both sides of a difference
        return -p * p
    if criterion == 5:
        return t / math.sqrt(w)
    if criterion == 3:
        p = (t + 1.0) / (w + 2.0)
    p = min(max(p, 0.0), 1.0)
    if criterion == 4:
        return min(p, 1.0 - p)
    if criterion == 2:
        return 0.0 if p in (0.0, 1.0) else -p * math.log2(p) - (1.0 - p) * math.log2(1.0 - p)
    return p * (1.0 - p)


@_compiled(_BEST(_TABLE, _F8, types.float64, types.int32))
def best_cut(table: Floats, sums: Floats, min_size: float, criterion: int) -> tuple[int, int, float]:
    """Return variable, bin and gain of the cut that separates best, gain 0 if none may be made.

    Both sides keep at least ``min_size``, in events and in weight. The first of equals wins, and what differs by rounding only
    is equal: weights and repeated events give the same cuts.
    """
    n_total, w_total, t_total = sums[0], sums[1], sums[2]
    parent = _impurity(criterion, w_total, t_total)
    equal = _EQUAL * (abs(parent) + (sums[3] / w_total if w_total > 0 else 0.0))
    best = (0, 0, 0.0)
    for j in range(table.shape[0]):
        n, w, t = 0.0, 0.0, 0.0
        for b in range(table.shape[1] - 1):
            n += table[j, b, 0]
            w += table[j, b, 1]
            t += table[j, b, 2]
            if min(n, n_total - n) < max(min_size, 1.0) or min(w, w_total - w) < min_size:
                continue
            left = w * _impurity(criterion, w, t)
            right = (w_total - w) * _impurity(criterion, w_total - w, t_total - t)
            gain = parent - (left + right) / w_total
            if gain > best[2] + equal:
                best = (j, b, gain)
    return best


@_compiled(types.int64(_INPUTS, types.int32[::1], types.int32, types.float32, types.int32[::1]))
def partition(X: Singles, rows: Ints, variable: int, cut: np.float32, scratch: Ints) -> int:
    """Reorder ``rows`` so that those with ``x < cut`` come first, order kept; return how many they are."""
    n_left = n_right = 0
    for i in range(rows.size):
        row = rows[i]
        if X[row, variable] >= cut:
            scratch[n_right] = row
            n_right += 1
        else:
            rows[n_left] = row
            n_left += 1
    for i in range(n_right):
        rows[n_left + i] = scratch[i]
    return n_left


@_compiled(types.void(_INPUTS, _I4, _F4, _I4, types.int32[::1]))
def find_leaves(X: Singles, feature: Ints, cut: Singles, child: Ints, leaves: Ints) -> None:
    """Write into ``leaves`` the node of one tree at which each event ends."""
    for row in range(X.shape[0]):
        node = 0
        while feature[node] >= 0:
            node = child[node] + (X[row, feature[node]] >= cut[node])
        leaves[row] = node


@_compiled(types.void(_INPUTS, _I4, _F4, _I4, _F8, _I4, types.float64[::1]))
def sum_trees(X: Singles, feature: Ints, cut: Singles, child: Ints, value: Floats, roots: Ints, total: Floats) -> None:
    """Add to ``total`` the leaf values of all trees, each event's in the order of the trees.

    Blocks of events pass tree by tree, so that both the block and the tree stay in the fastest cache.
    """
    block = 256
    for start in range(0, X.shape[0], block):
        stop = min(start + block, X.shape[0])
        for tree in range(roots.size):
            for row in range(start, stop):
                node = roots[tree]
                while feature[node] >= 0:
                    node = child[node] + (X[row, feature[node]] >= cut[node])
                total[row] += value[node]


@_compiled(types.int64(_U4, types.float64, types.int32[::1]))
def draw_copies(words: NDArray[np.uint32], mean: float, copies: Ints) -> int:
    """Draw a Poisson number for each event from random 32-bit words; return how many events they lasted for.

    Numbers are counted by multiplying uniforms until they fall below exp(-mean); a word 0 is skipped.
    """
    limit = math.exp(-mean)
    used = 0
    for event in range(copies.size):
        product, n = 1.0, -1
        while product > limit:
            while used < words.size and words[used] == 0:
                used += 1
            if used == words.size:
                return event
            product *= words[used] * 2.0**-32
            used += 1
            n += 1
        copies[event] = n
    return copies.size


@_compiled(types.void(_I8, _F8, _I4, _F8, types.float64[::1]))
def flatness(order: NDArray[np.int64], score: Floats, bins: Ints, weight: Floats, excess: Floats) -> None:
    """Write into ``excess`` the share of each event's bin that scores below it, minus that of all events; equals count half.

    ``order`` sorts the events by score. Scores that differ by rounding only are equal.
    """
    n_bins = bins.max() + 1
    sums, below, level = np.zeros(n_bins), np.zeros(n_bins), np.zeros(n_bins)
    for i in range(order.size):
        sums[bins[i]] += weight[i]
    total, all_below = sums.sum(), 0.0
    start = 0
    while start < order.size:
        stop, here = start, 0.0
        while stop < order.size and score[order[stop]] - score[order[start]] < _SAME_SCORE:
            level[bins[order[stop]]] += weight[order[stop]]
            here += weight[order[stop]]
            stop += 1
        for i in range(start, stop):
            row = order[i]
            b = bins[row]
            excess[row] = (below[b] + 0.5 * level[b]) / sums[b] - (all_below + 0.5 * here) / total
        for i in range(start, stop):
            b = bins[order[i]]
            below[b] += level[b]
            level[b] = 0.0
        all_below += here
        start = stop
