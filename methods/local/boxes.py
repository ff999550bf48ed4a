"""Events arranged once, to be summed up in many boxes.

A box contains an event if ``low < x <= high`` in every input, so that boxes side by side share no event.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from umva.methods.local.search import Tree

__all__ = ["Boxes", "in_threads"]

_AT_ONCE = 256  # boxes that are worth a thread's start


class Boxes:
    """Events in a k-d tree whose nodes know the sums of their values, for sums over boxes.

    Parameters
    ----------
    X
        Inputs, shape ``(n_events, n_variables)``, finite, of one event at least; kept as float32.
    values
        What is summed, float64, shape ``(n_events, n_values)``: weights, weights times targets, of one class alone, ...

    Examples
    --------
    >>> boxes = Boxes(np.array([[0.0], [1.0], [2.0]], np.float32), np.array([[1.0, 7.0], [10.0, 8.0], [100.0, 9.0]]))
    >>> boxes.sums(np.array([[0.0], [-1.0]]), np.array([[2.0], [1.5]])).tolist()
    [[110.0, 17.0], [11.0, 15.0]]
    """

    def __init__(self, X: NDArray[np.float32], values: NDArray[np.float64]) -> None:
        self.tree = _planted(np.ascontiguousarray(X, np.float32), np.ascontiguousarray(values, np.float64))

    def sums(self, low: NDArray[np.float64], high: NDArray[np.float64], *, n_threads: int = 1) -> NDArray[np.float64]:
        """Return the sums of the values over the events in each box, shape ``(n_boxes, n_values)``.

        Parameters
        ----------
        low, high
            Edges, shape ``(n_boxes, n_variables)``; compared in float64. The upper one belongs to the box.
        n_threads
            So many threads may run at once; the sums do not depend on it.
        """
        from umva.methods.local.search import add_boxes

        low, high = np.ascontiguousarray(low, np.float64), np.ascontiguousarray(high, np.float64)
        totals = np.zeros((len(low), self.tree.values.shape[1]))
        in_threads(lambda part: add_boxes(self.tree, low[part], high[part], totals[part]), len(low), n_threads)
        return totals


def _planted(X: NDArray[np.float32], values: NDArray[np.float64]) -> Tree:
    """Return the tree of these events."""
    from umva.methods.local.search import Tree, add_up, depth_of, plant

    n_nodes = 2 ** (depth_of(len(X)) + 1) - 1
    start, stop = np.zeros((2, n_nodes), np.int64)
    low, high = np.empty((2, n_nodes, X.shape[1]), np.float32)
    order = np.arange(len(X))
    unit = X.std(axis=0, dtype=np.float64)
    plant(X, np.where(unit > 0, unit, 1.0), order, start, stop, low, high)
    points, values = X[order], values[order]
    sums = np.empty((n_nodes, values.shape[1]))
    add_up(values, start, stop, sums)
    return Tree(points, values, start, stop, low, high, sums)


def in_threads(loop: Callable[[slice], Any], n: int, n_threads: int) -> None:
    """Call ``loop`` with slices that cover ``n`` rows, in threads; it must write to its own rows alone.

    Examples
    --------
    >>> squares = np.arange(1000.0)
    >>> in_threads(lambda part: np.square(squares[part], out=squares[part]), 1000, 2)
    >>> squares[-1].item()
    998001.0
    """
    parts = [slice(start, start + _AT_ONCE) for start in range(0, n, _AT_ONCE)]
    if n_threads < 2 or len(parts) < 2:
        for part in parts:
            loop(part)
        return
    with ThreadPoolExecutor(n_threads) as pool:
        list(pool.map(loop, parts))
