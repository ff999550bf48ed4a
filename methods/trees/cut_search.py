"""The compiled choice of cuts, from what :mod:`umva.methods.trees.counting` has counted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import types

from umva.methods.compiled import B1, F8, F8_2, I4, I8, I8_2, INPUTS, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]
    Singles = NDArray[np.float32]
    Floats = NDArray[np.float64]

__all__ = ["best_cuts", "best_of_all_cuts", "impurity", "weigh"]

_GRID = types.Array(types.float32, 3, "A", readonly=True)
_TABLES = types.Array(types.int64, 4, "C", readonly=True)
_B2 = types.Array(types.boolean, 2, "C", readonly=True)
_EQUAL = 1e-12
_LEAST_GAIN = 1e-8


@compiled(types.float64(types.int64, types.float64, types.float64))
def impurity(criterion: int, w: float, t: float) -> float:
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


@compiled(types.float64(F8_2, types.int64))
def _variance(total: Floats, node: int) -> float:
    """Variance of the target in a node."""
    mean: float = total[node, 2] / total[node, 1]
    spread: float = total[node, 3] / total[node, 1] - mean * mean
    return spread


@compiled(types.void(I8_2, types.int64, F8, types.float64, types.float64[:, ::1], types.boolean[::1]))
def weigh(sums: Longs, bits: int, unit: Floats, min_size: float, total: Floats, large: Any) -> None:
    """Write the sums of each node as numbers: copies, w, w t and w t^2; and whether it is large and impure enough to be cut."""
    half = np.int64(1) << (bits - 1)
    for node in range(sums.shape[0]):
        count = (sums[node, 0] + half) >> bits
        n, w, t = float(count), (sums[node, 0] - (count << bits)) / unit[0], sums[node, 1] / unit[1]
        square = sums[node, 2] / unit[2] if sums.shape[1] > 2 else t
        total[node, 0], total[node, 1], total[node, 2], total[node, 3] = n, w, t, square
        large[node] = n >= 2 and min(n, w) >= 2.0 * min_size and w > 0 and _variance(total, node) > 0


@compiled(types.void(types.int64, F8_2, types.int64, types.int64[::1], types.float64[::1]))
def _settle(node: int, total: Floats, criterion: int, variable: Longs, gain: Floats) -> None:
    """Take the gain of a variance as a share of it, as TMVA does, and drop a cut that gains next to nothing."""
    if criterion == 0:
        gain[node] /= _variance(total, node)
    if gain[node] < _LEAST_GAIN:
        variable[node], gain[node] = -1, 0.0


@compiled(
    types.float64(
        types.int64, F8_2, types.int64, types.int64, types.int64, F8, types.float64, types.int64, types.float64
    )
)  # fmt: skip
def _gain(
    node: int,
    total: Floats,
    packed: int,
    target: int,
    bits: int,
    unit: Floats,
    min_size: float,
    criterion: int,
    parent: float,
) -> float:
    """Return what a cut gains that leaves these sums on one side, 0 if a side would be too small."""
    n_total, w_total, t_total = total[node, 0], total[node, 1], total[node, 2]
    count = (packed + (np.int64(1) << (bits - 1))) >> bits
    n, w, t = float(count), (packed - (count << bits)) / unit[0], target / unit[1]
    if min(n, n_total - n) < max(min_size, 1.0) or min(w, w_total - w) < min_size:
        return 0.0
    left = w * impurity(criterion, w, t)
    right = (w_total - w) * impurity(criterion, w_total - w, t_total - t)
    gain: float = parent - (left + right) / w_total
    return gain


@compiled(
    types.void(
        _TABLES, _GRID, F8_2, B1, _B2, types.int64, F8, types.float64, types.int64,
        types.int64[::1], types.float32[::1], types.float64[::1],
    )
)  # fmt: skip
def best_cuts(
    table: Longs,
    cuts: Singles,
    total: Floats,
    large: Any,
    tried: Any,
    bits: int,
    unit: Floats,
    min_size: float,
    criterion: int,
    variable: Longs,
    value: Singles,
    gain: Floats,
) -> None:
    """Write variable, cut and gain of what separates each node best; variable -1 and gain 0 if no cut helps or may be made.

    Both sides keep at least ``min_size``, in events and in weight. The first of equals wins, and what differs by rounding only
    is equal: weights and repeated events give the same cuts.
    """
    for node in range(table.shape[0]):
        variable[node], value[node], gain[node] = -1, 0.0, 0.0
        if not large[node]:
            continue
        parent = impurity(criterion, total[node, 1], total[node, 2])
        equal = _EQUAL * (abs(parent) + total[node, 3] / total[node, 1])
        for j in range(table.shape[1]):
            if not tried[node, j]:
                continue
            packed, target = np.int64(0), np.int64(0)
            for b in range(table.shape[2] - 1):
                packed += table[node, j, b, 0]
                target += table[node, j, b, 1]
                better = _gain(node, total, packed, target, bits, unit, min_size, criterion, parent)
                if better > gain[node] + equal:
                    variable[node], value[node], gain[node] = j, cuts[node, j, b], better
        _settle(node, total, criterion, variable, gain)


@compiled(
    types.void(
        INPUTS, I4, I8, I8, B1, I8_2, F8_2, _B2, types.int64, F8, types.float64, types.int64,
        types.int64[::1], types.float32[::1], types.float64[::1],
    )
)  # fmt: skip
def best_of_all_cuts(
    X: Singles,
    rows: Ints,
    start: Longs,
    stop: Longs,
    large: Any,
    sums: Longs,
    total: Floats,
    tried: Any,
    bits: int,
    unit: Floats,
    min_size: float,
    criterion: int,
    variable: Longs,
    value: Singles,
    gain: Floats,
) -> None:
    """Do as :func:`best_cuts` with the middle between any two neighbouring values in a node; write the cut itself."""
    for node in range(start.size):
        variable[node], value[node], gain[node] = -1, 0.0, 0.0
        if not large[node]:
            continue
        parent = impurity(criterion, total[node, 1], total[node, 2])
        equal = _EQUAL * (abs(parent) + total[node, 3] / total[node, 1])
        members = rows[start[node] : stop[node]]
        column = np.empty(members.size, np.float32)
        for j in range(X.shape[1]):
            if not tried[node, j]:
                continue
            for i in range(members.size):
                column[i] = X[members[i], j]
            order = np.argsort(column)
            packed, target = np.int64(0), np.int64(0)
            for i in range(members.size - 1):
                row = members[order[i]]
                packed += sums[row, 0]
                target += sums[row, 1]
                below, above = column[order[i]], column[order[i + 1]]
                if not below < above:
                    continue
                better = _gain(node, total, packed, target, bits, unit, min_size, criterion, parent)
                if better > gain[node] + equal:
                    middle = np.float32(0.5 * (np.float64(below) + np.float64(above)))
                    variable[node], gain[node] = j, better
                    value[node] = middle if middle > below else above
        _settle(node, total, criterion, variable, gain)
