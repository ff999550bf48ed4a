"""Growing a foam: the compiled loops that divide it cell by cell; imported only when a foam is used.

Positions are in units of the foam, which reaches from 0 to 1 in each dimension. Random numbers are given, so nothing depends
on the state of a generator.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from umva.methods.compiled import compiled
from umva.methods.local.search import Tree, add_inside
from umva.methods.trees.cut_search import impurity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Floats = NDArray[np.float64]

__all__ = ["COUNTED", "SAMPLED", "Division", "Rules", "grow"]

SAMPLED, COUNTED = -1, -2
"""The criteria that take the density, sampled or from the events in the halves; the others are those of trees."""

_LEAST_GAIN = 1e-9


class Rules(NamedTuple):
    """How a foam is grown.

    Parameters
    ----------
    n_cells
        Cells in the end, at most.
    n_bins
        A cell is divided at one of ``n_bins - 1`` places of one dimension.
    min_events
        A cell with no more events is not divided.
    max_depth
        Cells between the whole foam and the smallest, both included; 0: no limit.
    criterion
        :data:`SAMPLED`, :data:`COUNTED`, or a number from :data:`umva.methods.trees.grow.CRITERIA`.
    half
        Half the edge of the box in which the density is sampled.
    ratio
        The density is the ratio of both sums in the box, not the first alone.
    most
        The largest ratio; the least, also that of an empty box, is 0.
    """

    n_cells: int
    n_bins: int
    min_events: float
    max_depth: int
    criterion: int
    half: float
    ratio: bool
    most: float


class Division(NamedTuple):
    """How much is won by dividing a cell, in which dimension, and where: at a share of its edge."""

    gain: float
    dimension: int
    at: float


@compiled()
def _density(tree: Tree, point: Floats, rules: Rules) -> float:
    """Return the density in the box around a point."""
    sums = np.zeros(2)
    add_inside(tree, point - rules.half, point + rules.half, sums)
    if not rules.ratio:
        return max(float(sums[0]), 0.0)
    if sums[1] <= 0:
        return 0.0
    return min(max(float(sums[0] / sums[1]), 0.0), rules.most)


@compiled()
def _explore(tree: Tree, low: Floats, high: Floats, sample: Floats, rules: Rules) -> Floats:
    """Return the sums of density and squared density in the bins of each dimension of a cell."""
    table = np.zeros((low.size, rules.n_bins, 2))
    for i in range(sample.shape[0]):
        rho = _density(tree, low + sample[i] * (high - low), rules)
        for j in range(low.size):
            b = min(int(sample[i, j] * rules.n_bins), rules.n_bins - 1)
            table[j, b, 0] += rho
            table[j, b, 1] += rho * rho
    return table


@compiled()
def _divide_by_density(tree: Tree, low: Floats, high: Floats, sample: Floats, rules: Rules) -> Division:
    """Return the division after which root mean square densities, times volumes, add up to least (Jadach, physics/0203033).

    What is won is the excess of the root mean square over the mean, times the volume: the cell's need to be divided.
    """
    table = _explore(tree, low, high, sample, rules)
    n, n_bins = sample.shape[0], rules.n_bins
    least, dimension, at = np.inf, 0, 0
    for j in range(table.shape[0]):
        total = table[j, :, 1].sum()
        for first in range(n_bins):
            inside = 0.0
            for last in range(first, n_bins - (first == 0)):
                inside += table[j, last, 1]
                share = (last + 1 - first) / n_bins
                spread = math.sqrt(inside * share) + math.sqrt(max(total - inside, 0.0) * (1.0 - share))
                if spread < least * (1.0 - _LEAST_GAIN):
                    least, dimension, at = spread, j, (last if first == 0 else first - 1)
    mean, square = table[0, :, 0].sum() / n, table[0, :, 1].sum() / n
    excess = math.sqrt(square) - mean
    gain = excess * np.prod(high - low) if excess > _LEAST_GAIN * mean else 0.0
    return Division(gain, dimension, (at + 1) / n_bins)


@compiled()
def _count(place: Floats, value: Floats, home: Ints, cell: int, low: Floats, high: Floats, rules: Rules) -> Floats:
    """Return the number of events and the sums of their values, second first, in the bins of each dimension of a cell."""
    table = np.zeros((place.shape[1], rules.n_bins, 3))
    for i in range(place.shape[0]):
        if home[i] != cell:
            continue
        for j in range(place.shape[1]):
            b = min(int((place[i, j] - low[j]) / (high[j] - low[j]) * rules.n_bins), rules.n_bins - 1)
            table[j, b, 0] += 1.0
            table[j, b, 1] += value[i, 1]
            table[j, b, 2] += value[i, 0]
    return table


@compiled()
def _divide_by_events(table: Floats, rules: Rules) -> Division:
    """Return the division that separates the events in a cell best, as in a decision tree, and how much it wins."""
    n, w, t = table[0, :, 0].sum(), table[0, :, 1].sum(), table[0, :, 2].sum()
    best, dimension, at = w * impurity(rules.criterion, w, t), 0, -1
    least = _LEAST_GAIN * abs(w)
    for j in range(table.shape[0]):
        n_left = w_left = t_left = 0.0
        for b in range(rules.n_bins - 1):
            n_left += table[j, b, 0]
            w_left += table[j, b, 1]
            t_left += table[j, b, 2]
            left = w_left * impurity(rules.criterion, w_left, t_left)
            right = (w - w_left) * impurity(rules.criterion, w - w_left, t - t_left)
            if 0 < n_left < n and left + right < best - least:
                best, dimension, at = left + right, j, b
    gain = w * impurity(rules.criterion, w, t) - best
    return Division(gain, dimension, (at + 1) / rules.n_bins)


@compiled()
def _divide_by_contents(table: Floats, rules: Rules) -> Division:
    """Return the division into halves whose densities differ most.

    What is won is what :func:`_divide_by_density` wins were the density constant in each half: the root mean square of
    both over the mean, times the volume.
    """
    n_bins = rules.n_bins
    whole = table[0, :, 1].sum()
    gain, dimension, at = 0.0, 0, -1
    for j in range(table.shape[0]):
        left = 0.0
        for b in range(n_bins - 1):
            left += table[j, b, 1]
            share = (b + 1) / n_bins
            square = max(left, 0.0) ** 2 / share + max(whole - left, 0.0) ** 2 / (1.0 - share)
            excess = math.sqrt(square) - whole
            if excess > gain + _LEAST_GAIN * abs(whole):
                gain, dimension, at = excess, j, b
    return Division(gain, dimension, (at + 1) / n_bins)


@compiled()
def grow(
    tree: Tree, place: Floats, value: Floats, size: Floats, sample: Floats, shift: Floats, rules: Rules
) -> tuple[Ints, Ints, Floats]:
    """Divide the foam, always the cell that needs it most; return daughters, dimensions and divisions of all cells.

    Parameters
    ----------
    tree
        The events and their ``value``, for sums over boxes; not looked at unless densities are sampled.
    place
        Events, shape ``(n_events, n_dimensions)``; those outside the foam are in the nearest cell, as far as they are counted.
    value
        What is summed up in a box, shape ``(n_events, 2)``.
    size
        How much an event counts towards ``min_events``.
    sample, shift
        Points in the unit cube, shape ``(n_points, n_dimensions)``, and by how much they are moved, cyclically, in each cell,
        shape ``(2 n_cells - 1, n_dimensions)``.
    rules
        How to grow.
    """
    n_events, n_dimensions = place.shape
    most = 2 * rules.n_cells - 1
    daughters, dimension, division = np.full((most, 2), -1, np.int32), np.zeros(most, np.int32), np.zeros(most)
    low, high = np.zeros((most, n_dimensions)), np.ones((most, n_dimensions))
    depth, need = np.ones(most, np.int32), np.zeros(most)
    home = np.zeros(n_events, np.int32)
    n, new = 0, 1
    while True:
        for cell in range(n, new):
            if depth[cell] == rules.max_depth or size[home == cell].sum() <= rules.min_events * (1.0 + _LEAST_GAIN):
                continue
            if rules.criterion == SAMPLED:
                points = (sample + shift[cell]) % 1.0
                found = _divide_by_density(tree, low[cell], high[cell], points, rules)
            else:
                table = _count(place, value, home, cell, low[cell], high[cell], rules)
                found = (
                    _divide_by_contents(table, rules) if rules.criterion == COUNTED else _divide_by_events(table, rules)
                )
            lower, upper = low[cell, found.dimension], high[cell, found.dimension]
            dimension[cell], division[cell] = found.dimension, lower + found.at * (upper - lower)
            if lower < division[cell] < upper:  # not too small for two different numbers
                need[cell] = found.gain
        n = new
        mother = np.argmax(need[:n])
        if need[mother] <= 0.0 or n + 2 > most:
            break
        j = dimension[mother]
        for side in range(2):
            daughters[mother, side] = n + side
            low[n + side], high[n + side] = low[mother], high[mother]
            depth[n + side] = depth[mother] + 1
        high[n, j] = low[n + 1, j] = division[mother]
        for i in range(n_events):
            if home[i] == mother:
                home[i] = n + int(place[i, j] >= division[mother])
        need[mother] = 0.0
        new = n + 2
    return daughters[:n].copy(), dimension[:n].copy(), division[:n].copy()
