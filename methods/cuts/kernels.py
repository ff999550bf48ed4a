"""The compiled count of events inside boxes; imported only when cuts are optimised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import types

from umva.methods.compiled import F8, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["add_inside"]

_RANKS = types.Array(types.int32, 2, "C", readonly=True)
_BLOCK = 2048  # events at once: their mask stays in the fastest cache


@compiled(types.void(_RANKS, F8, _RANKS, _RANKS, types.int32[::1], types.float64[::1]), any_order=True)
def add_inside(
    ranks: NDArray[np.int32],
    weight: NDArray[np.float64],
    low: NDArray[np.int32],
    high: NDArray[np.int32],
    last: NDArray[np.int32],
    sums: NDArray[np.float64],
) -> None:
    """Add to ``sums`` the weight inside each box, ``low <= rank <= high`` in all variables.

    ``ranks`` has shape ``(n_variables, n_events)``, ``low`` and ``high`` ``(n_boxes, n_variables)``; ``last`` is the largest rank
    of each variable. An edge that cuts nothing costs nothing.
    """
    inside = np.empty(_BLOCK, np.uint8)
    for start in range(0, weight.size, _BLOCK):
        n = min(_BLOCK, weight.size - start)
        for box in range(sums.size):
            inside[:n] = 1
            for j in range(last.size):
                bottom, top = low[box, j], high[box, j]
                column = ranks[j, start : start + n]
                if bottom > 0 and top < last[j]:
                    for i in range(n):
                        inside[i] &= (column[i] >= bottom) & (column[i] <= top)
                elif bottom > 0:
                    for i in range(n):
                        inside[i] &= column[i] >= bottom
                elif top < last[j]:
                    for i in range(n):
                        inside[i] &= column[i] <= top
            total = 0.0
            for i in range(n):
                total += inside[i] * weight[start + i]
            sums[box] += total
