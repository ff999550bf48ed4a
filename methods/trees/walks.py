"""Compiled walks of events down trees: which leaf an event ends in, and what all trees together answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import types

from umva.methods.compiled import F4, F8, F8_2, I4, INPUTS, compiled
from umva.methods.trees.prefetch import prefetch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Singles = NDArray[np.float32]
    Floats = NDArray[np.float64]

__all__ = ["find_leaves", "find_missing_leaves", "sum_small_trees", "sum_trees"]

_AHEAD, _LINE = 8, 16
_I4_2 = types.Array(types.int32, 2, "C", readonly=True)


@compiled(types.void(INPUTS, I4, F4, I4, types.int32[::1]))
def find_leaves(X: Singles, feature: Ints, cut: Singles, child: Ints, leaves: Ints) -> None:
    """Write into ``leaves`` the node of one tree at which each event ends."""
    for row in range(X.shape[0]):
        node = 0
        while feature[node] >= 0:
            node = child[node] + (X[row, feature[node]] >= cut[node])
        leaves[row] = node


@compiled(types.void(INPUTS, I4, F4, I4, types.int32[::1]))
def find_missing_leaves(X: Singles, feature: Ints, cut: Singles, child: Ints, leaves: Ints) -> None:
    """Do the same for events whose leaf is -1."""
    for row in range(X.shape[0]):
        if leaves[row] >= 0:
            continue
        ahead = min(row + _AHEAD, X.shape[0] - 1)
        for j in range(0, X.shape[1], _LINE):
            prefetch(X, ahead, j)
        node = 0
        while feature[node] >= 0:
            node = child[node] + (X[row, feature[node]] >= cut[node])
        leaves[row] = node


@compiled(types.void(INPUTS, I4, F4, I4, F8, I4, types.float64[::1]))
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


@compiled(types.void(INPUTS, _I4_2, INPUTS, F8_2, types.float64[::1]))
def sum_small_trees(X: Singles, feature: Ints, cut: Singles, value: Floats, total: Floats) -> None:
    """Do as :func:`sum_trees` for trees of three cuts in depth, filled up to seven inner nodes and eight leaves each.

    All cuts are made in all events, several events in one step, and no step waits for another: faster than walking. Node
    ``k`` has the daughters ``2 k + 1`` and ``2 k + 2``.
    """
    block, n_inputs = 256, X.shape[1]
    columns = np.empty((n_inputs, block), np.float32)
    sums = np.empty(block)
    for start in range(0, X.shape[0], block):
        n = min(block, X.shape[0] - start)
        for i in range(n):
            for j in range(n_inputs):
                columns[j, i] = X[start + i, j]
        sums[:] = 0.0
        for tree in range(feature.shape[0]):
            x0, x1, x2 = columns[feature[tree, 0]], columns[feature[tree, 1]], columns[feature[tree, 2]]
            x3, x4, x5, x6 = (
                columns[feature[tree, 3]], columns[feature[tree, 4]], columns[feature[tree, 5]], columns[feature[tree, 6]]
            )  # fmt: skip
            c0, c1, c2, c3, c4, c5, c6 = (
                cut[tree, 0], cut[tree, 1], cut[tree, 2], cut[tree, 3], cut[tree, 4], cut[tree, 5], cut[tree, 6]
            )  # fmt: skip
            v0, v1, v2, v3, v4, v5, v6, v7 = (
                value[tree, 0], value[tree, 1], value[tree, 2], value[tree, 3],
                value[tree, 4], value[tree, 5], value[tree, 6], value[tree, 7],
            )  # fmt: skip
            for i in range(block):
                left = (v3 if x4[i] >= c4 else v2) if x1[i] >= c1 else (v1 if x3[i] >= c3 else v0)
                right = (v7 if x6[i] >= c6 else v6) if x2[i] >= c2 else (v5 if x5[i] >= c5 else v4)
                sums[i] += right if x0[i] >= c0 else left
        for i in range(n):
            total[start + i] += sums[i]
