"""Compiled loops over events that boosting needs: drawing samples, sums of leaves, distributions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import types

from umva.methods.compiled import F8, F8_2, I4, I8, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Floats = NDArray[np.float64]

__all__ = ["draw_copies", "flatness", "leaf_sums", "newton_sums", "reweigh"]

_U1 = types.Array(types.uint8, 1, "C", readonly=True)
_U4 = types.Array(types.uint32, 1, "C", readonly=True)
_SAME_SCORE = 1e-9


@compiled(types.void(I4, I4, F8, F8, types.int64, types.int64, types.float64[:, ::1]))
def leaf_sums(leaves: Ints, copies: Ints, weight: Floats, value: Floats, start: int, stop: int, sums: Floats) -> None:
    """Add w and w times the value of events ``start`` to ``stop`` to the two columns of their leaves."""
    for row in range(start, stop):
        w = weight[row] * copies[row]
        sums[leaves[row], 0] += w
        sums[leaves[row], 1] += w * value[row]


@compiled(types.void(I4, I4, F8, F8, types.boolean, types.int64, types.int64, types.float64[:, ::1]))
def newton_sums(
    leaves: Ints, copies: Ints, weight: Floats, residual: Floats, squared: bool, start: int, stop: int, sums: Floats
) -> None:
    """Add w r and w |r| (1 - |r|), with the weight ``squared`` in the second, to the two columns of the events' leaves."""
    for row in range(start, stop):
        c, w, r = copies[row], weight[row], residual[row]
        size = abs(r)
        sums[leaves[row], 0] += c * w * r
        sums[leaves[row], 1] += c * (w * w if squared else w) * size * (1.0 - size)


@compiled(types.float64(types.float64[::1], I4, _U1, F8_2, types.int64, types.int64))
def reweigh(weight: Floats, leaves: Ints, kind: NDArray[np.uint8], factor: Floats, start: int, stop: int) -> float:
    """Multiply the weights of events ``start`` to ``stop`` by the factor for their leaf and kind; return their new sum."""
    total = 0.0
    for row in range(start, stop):
        weight[row] *= factor[leaves[row], kind[row]]
        total += weight[row]
    return total


@compiled(types.int64(_U4, types.float64, types.int32[::1]))
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


@compiled(types.void(I8, F8, I4, F8, types.float64[::1]))
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
