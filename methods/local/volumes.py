"""The compiled loops of PDERS: a box around each event, as large as the search asks, and the kernel's sums over it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from umva.methods.compiled import compiled
from umva.methods.local import kernels
from umva.methods.local.kernels import GAUSS, LANCZOS, SINC, SPHERE, TEEPEE, TRIM, Kernel
from umva.methods.local.search import Tree, add_inside, find_inside

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Number = float | np.float32

__all__ = ["MODES", "Search", "kernel_sums"]

FIXED, ADAPTIVE, NEAREST = range(3)

MODES = {"Adaptive": ADAPTIVE, "kNN": NEAREST}
"""Modes of volumes that adapt."""

_ENDLESS = 1e100
"""A scale at which a box holds whatever is finite."""

_sinc = compiled()(kernels.sinc)
_tricube = compiled()(kernels.tricube)


class Search(NamedTuple):
    """How large a box is.

    Parameters
    ----------
    mode
        ``FIXED``; ``ADAPTIVE``: as large as holds ``least`` to ``most`` of the tree's first value; ``NEAREST``: the same, and
        of what it holds the nearest ``least`` events alone.
    half
        Half edges before they are scaled, shape ``(n_variables,)``.
    least, most
        What a box should hold.
    trials
        How many sizes are tried.
    first_scale
        The second size tried, the first being 1.
    """

    mode: int
    half: Floats
    least: float
    most: float
    trials: int
    first_scale: float


@compiled()
def _place(x: NDArray[np.float32], half: Floats, scale: Number, box: Floats) -> None:
    """Write the lower and upper edges around ``x`` into ``box``."""
    for j in range(half.size):
        box[0, j], box[1, j] = x[j] - half[j] * scale, x[j] + half[j] * scale


@compiled()
def _content(tree: Tree, x: NDArray[np.float32], search: Search, scale: Number, box: Floats) -> np.float32:
    """Return what a box of this scale holds; single precision, as TMVA's search has it."""
    _place(x, search.half, scale, box)
    total = np.zeros(1)
    add_inside(tree, box[0], box[1], total)
    return np.float32(total[0])


@compiled()
def _adapted(tree: Tree, x: NDArray[np.float32], search: Search, box: Floats) -> float:
    """Return the scale of a box that holds what it should, by TMVA's steps.

    It grows by 1.15 until it holds enough, or could not grow any more. Then the chord through the first size and the last
    tells the next, and kept is the size that follows on the one whose content was best.
    """
    base = 1.0
    first = _content(tree, x, search, base, box)
    while first < search.least and base < _ENDLESS:  # rounded, all events may be a little too few
        base *= 1.15
        first = _content(tree, x, search, base, box)
    goal = np.float32(0.5 * (search.least + search.most))
    one = np.float32(1)
    scale = np.float32(search.first_scale)
    best, content, best_content = scale, first, first
    for _ in range(1, search.trials):
        if search.least <= content <= search.most:
            break
        content = _content(tree, x, search, base * scale, box)
        if content <= 1 or content == first:
            scale += np.float32(0.5)
        elif scale == one:
            scale -= np.float32(0.01)
        else:
            scale += (scale - one) / (content - first) * (goal - content)
        closer = abs(content - goal) < abs(best_content - goal)
        if closer and (content >= search.least or best_content < content):
            best, best_content = scale, content
    return base * float(best)


@compiled()
def _about_right(tree: Tree, x: NDArray[np.float32], search: Search, box: Floats) -> float:
    """Return the scale of a box that holds what it should, doubling it or taking a tenth; if none does, of one with enough."""
    scale, enough = 1.0, np.inf
    for _ in range(search.trials):
        content = _content(tree, x, search, scale, box)
        if content >= search.least:
            enough = min(enough, scale)
            if content <= search.most:
                return scale
            scale *= 0.1
        else:
            scale *= 2.0
    return enough if enough < np.inf else scale


@compiled()
def _height(kernel: Kernel, distance: float, reach: float, n_variables: int) -> float:
    """Return the kernel at a distance; see the table of :mod:`umva.methods.local.kernels`."""
    kind, shape = kernel.kind, kernel.shape
    if kind == SPHERE:
        return 1.0 if n_variables * distance**2 <= 1 else 0.0
    if kind == TEEPEE:
        return max(0.0, 1 - distance)
    if kind == GAUSS:
        return math.exp(-0.5 * (distance / shape) ** 2)
    if kind == TRIM:
        return _tricube(min(1.0, distance / reach)) if reach > 0 else 1.0
    if kind in (SINC, LANCZOS):
        wave = _sinc(shape * distance)
        if kind == LANCZOS:
            wave *= _sinc(distance)
        return math.copysign(abs(wave) ** n_variables, wave)
    return 1.0


@compiled()
def _look(
    tree: Tree,
    x: NDArray[np.float32],
    search: Search,
    scale: Number,
    wider: float,
    box: Floats,
    found: NDArray[np.int64],
    distance: Floats,
) -> int:
    """Find the events in a box that is ``wider`` by a factor, and their distances in units of the one that is not."""
    _place(x, search.half, scale * wider, box)
    n_found = find_inside(tree, box[0], box[1], found)
    for k in range(n_found):
        squares = 0.0
        for j in range(x.size):
            squares += ((tree.points[found[k], j] - x[j]) / (search.half[j] * scale)) ** 2
        distance[k] = math.sqrt(squares / x.size)
    return n_found


@compiled()
def _farthest(distance: Floats, wanted: float) -> float:
    """Return the distance of the last event wanted, the nearest being the first: Hoare's selection, quick to compile."""
    place = min(max(1, int(wanted)), distance.size) - 1
    mixed = distance.copy()
    first, last = 0, mixed.size - 1
    while first < last:
        pivot = mixed[(first + last) // 2]
        i, j = first, last
        while i <= j:
            while mixed[i] < pivot:
                i += 1
            while mixed[j] > pivot:
                j -= 1
            if i <= j:
                mixed[i], mixed[j] = mixed[j], mixed[i]
                i, j = i + 1, j - 1
        if j < place < i:
            break
        first, last = (first, j) if place <= j else (i, last)
    return float(mixed[place])


@compiled()
def kernel_sums(tree: Tree, X: NDArray[np.float32], search: Search, kernel: Kernel, sums: Floats) -> None:
    """Write into each row of ``sums`` the kernel times all values of the tree but the first, over the box around an event.

    ``X`` has shape ``(n, n_variables)``, ``sums`` shape ``(n, n_values - 1)``.
    """
    n_variables = X.shape[1]
    box = np.empty((2, n_variables))
    found = np.empty(len(tree.points), np.int64)
    distance = np.empty(len(tree.points))
    for row in range(len(X)):
        x, scale, reach = X[row], 1.0, np.inf
        if search.mode == ADAPTIVE:
            scale = _adapted(tree, x, search, box)
        elif search.mode == NEAREST:
            scale = _about_right(tree, x, search, box)
        n_found = _look(tree, x, search, scale, 1.0, box, found, distance)
        if search.mode == NEAREST and n_found:
            # beyond a side of the box there may be nearer events than in its corners
            wider = _farthest(distance[:n_found], search.least) * math.sqrt(n_variables)
            n_found = _look(tree, x, search, scale, max(1.0, 1.000001 * wider), box, found, distance)
            reach = _farthest(distance[:n_found], search.least)
        sums[row] = 0.0
        for k in range(n_found):
            if distance[k] <= reach:
                height = _height(kernel, distance[k], min(reach, 1.0), n_variables)
                for v in range(sums.shape[1]):
                    sums[row, v] += height * tree.values[found[k], v + 1]
