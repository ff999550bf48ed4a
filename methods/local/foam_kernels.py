"""The compiled loops that answer from a foam; imported only when one is used.

Positions are in units of the foam, which reaches from 0 to 1 in each dimension. A cell that is not divided has the daughters
-1; daughters come after their mother.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from umva.methods.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Floats = NDArray[np.float64]

__all__ = ["add_up", "bounds", "find", "likeliest", "smooth"]


@compiled()
def find(place: Floats, daughters: Ints, dimension: Ints, division: Floats, cells: Ints) -> None:
    """Write into ``cells`` the undivided cell that each place is in; beyond the foam, the nearest."""
    for i in range(place.shape[0]):
        cell = 0
        while daughters[cell, 0] >= 0:
            cell = daughters[cell, int(place[i, dimension[cell]] >= division[cell])]
        cells[i] = cell


@compiled()
def bounds(daughters: Ints, dimension: Ints, division: Floats, low: Floats, high: Floats) -> None:
    """Write the lower and upper edges of all cells into ``low`` and ``high``, shape ``(n_cells, n_dimensions)``."""
    low[0], high[0] = 0.0, 1.0
    for cell in range(daughters.shape[0]):
        if daughters[cell, 0] < 0:
            continue
        for side in range(2):
            low[daughters[cell, side]] = low[cell]
            high[daughters[cell, side]] = high[cell]
        high[daughters[cell, 0], dimension[cell]] = division[cell]
        low[daughters[cell, 1], dimension[cell]] = division[cell]


@compiled()
def add_up(daughters: Ints, sums: Floats) -> None:
    """Give each divided cell the sums of its daughters."""
    for cell in range(daughters.shape[0] - 1, -1, -1):
        if daughters[cell, 0] >= 0:
            for k in range(sums.shape[1]):
                sums[cell, k] = sums[daughters[cell, 0], k] + sums[daughters[cell, 1], k]


@compiled()
def _nearness(place: Floats, low: Floats, high: Floats, n_dimensions: int, width: float) -> float:
    """Return a Gaussian of the distance to the nearest point of a cell; with no width 1 inside and 0 outside.

    Only the first ``n_dimensions`` count.
    """
    square = 0.0
    for j in range(n_dimensions):
        if width == 0.0:
            if not (low[j] <= place[j] < high[j] or place[j] == high[j] == 1.0):
                return 0.0
        else:
            away = max(low[j] - place[j], 0.0, place[j] - high[j])
            square += away * away
    return math.exp(-0.5 * square / (width * width)) if square > 0.0 else 1.0


@compiled()
def smooth(place: Floats, low: Floats, high: Floats, weight: Floats, value: Floats, width: float, mean: Floats) -> None:
    """Write into ``mean`` the cells' values, weighted by nearness and ``weight``; where no cell counts it stays as it is.

    Parameters
    ----------
    place
        Shape ``(n_events, n_places)``, where ``n_places`` may be less than the foam has dimensions.
    low, high
        Edges of the cells, shape ``(n_cells, n_dimensions)``.
    weight, value
        Of each cell, shapes ``(n_cells,)`` and ``(n_cells, n_values)``.
    width
        Of the Gaussian; 0 takes the cells that hold the place.
    mean
        Shape ``(n_events, n_values)``.
    """
    sums = np.empty(value.shape[1])
    for i in range(place.shape[0]):
        norm = 0.0
        sums[:] = 0.0
        for cell in range(low.shape[0]):
            near = weight[cell]
            if near > 0.0:
                near *= _nearness(place[i], low[cell], high[cell], place.shape[1], width)
            if near > 0.0:
                norm += near
                for k in range(sums.size):
                    sums[k] += near * value[cell, k]
        if norm > 0.0:
            mean[i] = sums / norm


@compiled()
def likeliest(
    place: Floats, low: Floats, high: Floats, weight: Floats, value: Floats, width: float, found: Floats
) -> None:
    """Write into ``found`` the value of the cell with the largest product of nearness and weight; see :func:`smooth`."""
    for i in range(place.shape[0]):
        largest = 0.0
        for cell in range(low.shape[0]):
            if weight[cell] > largest:
                near = weight[cell] * _nearness(place[i], low[cell], high[cell], place.shape[1], width)
                if near > largest:
                    largest = near
                    found[i] = value[cell]
