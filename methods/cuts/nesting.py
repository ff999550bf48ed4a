"""From the best boxes of a search to a chain of boxes, each inside the next: what makes cuts a classifier.

The best box at 60 % signal efficiency need not contain the best at 50 %, and then no number tells which cuts an event passes. In
a chain each edge moves one way with the efficiency: an isotonic regression of the edge, as rank, over the efficiency is the
nearest that does. It averages over neighbours that chance has made different. The chain is then refined as a whole (see
:mod:`umva.methods.cuts.refinement`), and on events the search has not seen it loses nothing to the boxes it came from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.methods.cuts.front import N_ROWS
from umva.methods.cuts.refinement import refined

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.cuts.boxes import Boxes
    from umva.methods.cuts.front import Front

__all__ = ["nested"]

_STEPS = 4096  # boxes of the chain among which the rows are chosen


def nested(front: Front, boxes: Boxes) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the boxes of the table, each inside the next, shape ``(n_rows, n_variables)``.

    Row ``k`` is the tightest box of the chain with at least ``(k + 1) / n_rows`` of the signal, or the loosest.
    """
    found = np.flatnonzero(np.isfinite(front.background))
    at = front.signal[found]
    loosest = float(boxes.efficiencies(boxes.loosest[0][None], boxes.loosest[1][None])[0][0])
    grid = np.linspace(0.0, loosest, _STEPS)
    low, high = (np.empty((_STEPS, len(boxes.last)), np.int32) for _ in range(2))
    for j in range(len(boxes.last)):
        low[:, j] = _monotone(at, front.low[found, j], grid, float(boxes.loosest[0][j]), increasing=False)
        high[:, j] = _monotone(at, front.high[found, j], grid, float(boxes.loosest[1][j]), increasing=True)
    low, high = (np.append(chain, last[None], axis=0) for chain, last in zip((low, high), boxes.loosest, strict=True))
    low, high = refined(low, high, boxes)
    signal = np.maximum.accumulate(boxes.efficiencies(low, high)[0])
    wanted = np.arange(1, N_ROWS + 1) / N_ROWS - 1e-9
    rows = np.minimum(np.searchsorted(signal, wanted), _STEPS)
    return low[rows], high[rows]


def _monotone(
    at: NDArray[np.float64],
    edge: NDArray[np.int32],
    grid: NDArray[np.float64],
    loosest: float,
    *,
    increasing: bool,
) -> NDArray[np.int32]:
    """Return the isotonic regression of an edge at the efficiencies of ``grid``, the loosest edge at its end."""
    from scipy.optimize import isotonic_regression

    fitted = isotonic_regression(edge.astype(np.float64), increasing=increasing).x
    if at[-1] < grid[-1]:
        at, fitted = np.append(at, grid[-1]), np.append(fitted, loosest)
    edges: NDArray[np.int32] = np.round(np.interp(grid, at, fitted)).astype(np.int32)
    return edges
