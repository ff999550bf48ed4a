"""The compiled loops over events that grow trees, for all nodes of one depth at once.

They read the inputs row by row, in place: an event's variables lie side by side in memory, so nodes of few events touch
few cache lines, the compiler takes several variables in one step, and no transposed copy is needed.

What an event adds to sums is held as integers in units so small that nothing is lost (:func:`quantise`): sums of integers do not
depend on the order of events, so trees are the same to the last bit however many threads count. The first of two integers has
the number of events in its upper bits and the weight in the lower ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import types

from umva.methods.compiled import B1, F4, F8, I4, I8, I8_2, INPUTS, compiled
from umva.methods.trees.prefetch import prefetch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]
    Singles = NDArray[np.float32]
    Floats = NDArray[np.float64]

__all__ = ["encode", "enter", "fill", "fill_bins", "make_grid", "mark", "measure", "part", "quantise", "survey"]

_F4_2 = types.float32[:, ::1]
_F4_3 = types.Array(types.float32, 3, "C", readonly=True)
_BINS = types.Array(types.uint8, 2, "C", readonly=True)
_AHEAD, _LINE = 8, 16
_CLOSE = 1e-6
_RELATIVE = 2.4e-7
_LEAST_STEP = 1e-36
_LARGEST_RANGE = 3e38


@compiled(types.Tuple((types.float64,) * 4)(F8, F8, I4))  # type: ignore[no-untyped-call]
def measure(weight: Floats, target: Floats, copies: Ints) -> tuple[float, float, float, float]:
    """Return the sums of copies, and of the magnitudes of w, w t and w t^2."""
    n, w, t, s = 0, 0.0, 0.0, 0.0
    for row in range(weight.size):
        c = copies[row]
        one = c * abs(weight[row])
        n += c
        w += one
        t += one * abs(target[row])
        s += one * target[row] * target[row]
    return float(n), w, t, s


@compiled(types.void(F8, F8, I4, types.int64, types.int64, types.int64, F8, types.int64, types.int64[:, ::1]))
def quantise(
    weight: Floats,
    target: Floats,
    copies: Ints,
    start: int,
    stop: int,
    bits: int,
    unit: Floats,
    n_sums: int,
    sums: Longs,
) -> None:
    """Write into ``sums`` what each event of a sample adds: copies above ``bits`` and w below, w t, and w t^2 if wanted."""
    for row in range(start, stop):
        c = copies[row]
        w = weight[row] * c
        t = target[row]
        sums[row, 0] = (np.int64(c) << bits) + np.int64(np.rint(w * unit[0]))
        sums[row, 1] = np.int64(np.rint(w * t * unit[1]))
        if n_sums > 2:
            sums[row, 2] = np.int64(np.rint(w * t * t * unit[2]))


@compiled(types.void(INPUTS, I4, I8, I8, I8_2, _F4_2, _F4_2, types.int64[:, ::1]))
def survey(
    X: Singles, rows: Ints, start: Longs, stop: Longs, sums: Longs, low: Singles, high: Singles, total: Longs
) -> None:
    """Lower ``low`` and raise ``high`` to the range of each node's events, ``rows[start:stop]``; add up their sums."""
    n_sums = sums.shape[1]
    for node in range(start.size):
        lowest, highest, all_of_it = low[node], high[node], total[node]
        for i in range(start[node], stop[node]):
            row = np.uint64(rows[i])
            ahead = np.uint64(rows[min(i + _AHEAD, stop[node] - 1)])
            for j in range(0, X.shape[1], _LINE):
                prefetch(X, ahead, j)
            for k in range(n_sums):
                all_of_it[k] += sums[row, k]
            for j in range(X.shape[1]):
                x = X[row, j]
                lowest[j] = min(lowest[j], x)
                highest[j] = max(highest[j], x)


@compiled(types.void(_F4_2, _F4_2, types.float32[:, :, ::1], types.float32[:, :, ::1]))
def make_grid(low: Singles, high: Singles, cuts: Singles, ruler: Singles) -> None:
    """Write equally spaced cuts between lowest and highest value, and how :func:`fill` finds the place among them.

    ``ruler`` has three rows a node: one over the step; how near to a cut, in steps, rounding may mislead; and how near to the
    ends it may not. A variable that does not vary gets no cut that any event is above.
    """
    n_cuts = cuts.shape[2]
    for node in range(low.shape[0]):
        for j in range(low.shape[1]):
            bottom, top = np.float64(low[node, j]), np.float64(high[node, j])
            step = (top - bottom) / (n_cuts + 1)
            if not step > _LEAST_STEP or top - bottom > _LARGEST_RANGE:
                cuts[node, j] = np.inf
                ruler[node, 0, j], ruler[node, 1, j], ruler[node, 2, j] = 0.0, 0.0, 0.0
                continue
            for b in range(n_cuts):
                cuts[node, j, b] = np.float32(bottom + step * (b + 1))
            near = _CLOSE * (n_cuts + 1) + _RELATIVE * max(abs(bottom), abs(top)) / step
            ruler[node, 0, j] = np.float32(1.0 / step)
            ruler[node, 1, j] = np.float32(near)
            ruler[node, 2, j] = np.float32(near if near < 0.25 else -1.0)


@compiled(types.void(INPUTS, I4, I8, I8, B1, I8_2, _F4_2, _F4_3, _F4_3, types.int64[:, :, :, ::1]))
def fill(
    X: Singles,
    rows: Ints,
    start: Longs,
    stop: Longs,
    large: Any,
    sums: Longs,
    low: Singles,
    cuts: Singles,
    ruler: Singles,
    table: Longs,
) -> None:
    """Add what each event of ``large`` nodes adds to the bins of ``table`` between the ``cuts`` of its node, in every variable.

    The place is found by one multiplication; where rounding may have misled it, by comparing with the cuts, as events are
    parted later. So the two always agree.
    """
    n_inputs, n_bins = X.shape[1], cuts.shape[2] + 1
    last, ends, half = np.int32(n_bins - 1), np.float32(n_bins), np.float32(0.5)
    place, near = np.empty(n_inputs, np.uint32), np.empty(n_inputs, np.uint32)
    offset = np.empty(n_inputs, np.uint32)
    for j in range(n_inputs):
        offset[j] = j * n_bins
    for node in range(start.size):
        if not large[node]:
            continue
        bottom, scale, close, margin = low[node], ruler[node, 0], ruler[node, 1], ruler[node, 2]
        flat = table[node].reshape(-1)
        for i in range(start[node], stop[node]):
            row = np.uint64(rows[i])
            ahead = np.uint64(rows[min(i + _AHEAD, stop[node] - 1)])
            for j in range(0, n_inputs, _LINE):
                prefetch(X, ahead, j)
            prefetch(sums, ahead, 0)
            some = np.uint32(0)
            for j in range(n_inputs):
                t = (X[row, j] - bottom[j]) * scale[j]
                distance = abs(t - np.float32(np.int32(t + half)))
                unsure = np.uint32((distance < close[j]) & (t > margin[j]) & (t < ends - margin[j]))
                near[j] = unsure
                some |= unsure
                place[j] = np.uint32(max(min(np.int32(t), last), np.int32(0))) + offset[j]
            if some:
                for j in range(n_inputs):
                    if near[j]:
                        b = np.int64(place[j]) - np.int64(offset[j])
                        while b < last and X[row, j] >= cuts[node, j, b]:
                            b += 1
                        while b > 0 and X[row, j] < cuts[node, j, b - 1]:
                            b -= 1
                        place[j] = np.uint32(b) + offset[j]
            first, second = sums[row, 0], sums[row, 1]
            for j in range(n_inputs):
                at = np.uint64(place[j]) << np.uint64(1)
                flat[at] += first
                flat[at | np.uint64(1)] += second


@compiled(types.void(INPUTS, INPUTS, types.int64, types.int64, types.uint8[:, ::1]))
def encode(X: Singles, cuts: Singles, start: int, stop: int, bins: NDArray[np.uint8]) -> None:
    """Write into ``bins`` how many of a variable's ``cuts``, which rise, each value reaches."""
    for row in range(start, stop):
        for j in range(X.shape[1]):
            first, last = 0, cuts.shape[1]
            while first < last:
                middle = (first + last) // 2
                if X[row, j] >= cuts[j, middle]:
                    first = middle + 1
                else:
                    last = middle
            bins[row, j] = first


@compiled(types.void(_BINS, I4, I8, I8, B1, I8_2, types.int64[:, :, :, ::1], types.int64[:, ::1]))
def fill_bins(
    bins: NDArray[np.uint8], rows: Ints, start: Longs, stop: Longs, chosen: Any, sums: Longs, table: Longs, total: Longs
) -> None:
    """Add what each event of ``chosen`` nodes adds to its bins of ``table``, in every variable, and to ``total``."""
    n_inputs, n_bins, n_sums = bins.shape[1], np.uint64(table.shape[2]), sums.shape[1]
    for node in range(start.size):
        if not chosen[node]:
            continue
        flat, last = table[node].reshape(-1), stop[node] - 1
        for i in range(start[node], stop[node]):
            row = np.uint64(rows[i])
            ahead = np.uint64(rows[min(i + 2 * _AHEAD, last)])
            prefetch(bins, ahead, 0)
            prefetch(sums, ahead, 0)
            for k in range(n_sums):
                total[node, k] += sums[row, k]
            first, second = sums[row, 0], sums[row, 1]
            offset = np.uint64(0)
            for j in range(n_inputs):
                at = (offset + np.uint64(bins[row, j])) << np.uint64(1)
                flat[at] += first
                flat[at | np.uint64(1)] += second
                offset += n_bins


def _parting(inputs: Any) -> Any:
    """Return the types of what :func:`part` takes, for inputs or bins."""
    return types.void(
        inputs, types.int32[::1], I8, I8, I8, F4, types.int64[::1], I8_2, _F4_2, _F4_2, types.int64[:, ::1]
    )


@compiled([_parting(INPUTS), _parting(_BINS)])
def part(
    X: NDArray[Any],
    rows: Ints,
    start: Longs,
    stop: Longs,
    variable: Longs,
    cut: Singles,
    middle: Longs,
    sums: Longs,
    low: Singles,
    high: Singles,
    total: Longs,
) -> None:
    """Reorder each node's ``rows`` so that those with ``x < cut`` come first, order kept; write where the others begin.

    A node whose ``variable`` is none of ``X`` stays as it is. If there are two rows in ``total`` for each node, its daughters are
    surveyed on the way as by :func:`survey`: the events are at hand.
    """
    scratch = np.empty(rows.size, np.int32)
    surveys, n_sums = total.shape[0] > 0, sums.shape[1]
    for node in range(start.size):
        j, limit = variable[node], cut[node]
        if not 0 <= j < X.shape[1]:
            continue
        n_right, here, last = np.int64(0), start[node], stop[node] - 1
        for i in range(start[node], stop[node]):
            row = np.uint64(rows[i])
            ahead = np.uint64(rows[min(i + _AHEAD, last)])
            right = np.int64(X[row, j] >= limit)
            # Written both ways: a branch would be guessed wrong every other time.
            scratch[n_right] = row
            rows[here] = row
            n_right += right
            here += 1 - right
            if surveys:
                for k in range(0, X.shape[1], _LINE):
                    prefetch(X, ahead, k)
                daughter = 2 * node + right
                for k in range(n_sums):
                    total[daughter, k] += sums[row, k]
                lowest, highest = low[daughter], high[daughter]
                for k in range(X.shape[1]):
                    x = np.float32(X[row, k])
                    lowest[k] = min(lowest[k], x)
                    highest[k] = max(highest[k], x)
            else:
                prefetch(X, ahead, j)
        middle[node] = here
        for i in range(n_right):
            rows[here + i] = scratch[i]


@compiled(types.void(I4, I8, I8, I8, I8, types.int32[::1]))
def mark(rows: Ints, start: Longs, stop: Longs, variable: Longs, number: Longs, leaves: Ints) -> None:
    """Write into ``leaves`` the number of the node that each event is in, for nodes that are not cut in a variable."""
    for node in range(start.size):
        if variable[node] < 0:
            for i in range(start[node], stop[node]):
                leaves[rows[i]] = number[node]


@compiled(types.Tuple((types.int64[::1], types.int64[::1]))(I8, I8, I8, I8))  # type: ignore[no-untyped-call]
def enter(start: Longs, middle: Longs, stop: Longs, variable: Longs) -> tuple[Longs, Longs]:
    """Return where the events of the daughters begin and end, for nodes that are cut in a variable."""
    n = np.sum(variable >= 0)
    first, last = np.empty(2 * n, np.int64), np.empty(2 * n, np.int64)
    daughter = 0
    for node in range(start.size):
        if variable[node] >= 0:
            first[daughter], last[daughter] = start[node], middle[node]
            first[daughter + 1], last[daughter + 1] = middle[node], stop[node]
            daughter += 2
    return first, last
