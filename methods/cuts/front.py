"""The best boxes of a search: for each signal efficiency the one of least background, as TMVA keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.cuts.boxes import Boxes

__all__ = ["N_ROWS", "Front", "area_beside"]

N_ROWS = 100

_DEPTHS = np.array([0.01, 0.02, 0.05, 0.1, 0.2])  # of the signal: by how much the greedy descent moves an edge


class Front:
    """The objective of the search, which remembers the best box of each per cent of signal efficiency.

    What is minimised is the area under the background efficiency found so far, plus how far above it a box lies: a search
    is drawn along the whole curve, and where it lowers it the value falls for good. (In TMVA a box is judged by the curve as
    it was when it was tried, so that early finds look the best for ever.)

    Attributes
    ----------
    low, high
        The boxes, shape ``(n_rows, n_variables)``.
    signal, background
        Their efficiencies; of rows without a box ``background`` is infinite.
    """

    def __init__(self, boxes: Boxes) -> None:
        """Begin with the loosest cuts."""
        self._boxes = boxes
        self.low, self.high = (np.tile(each, (N_ROWS, 1)) for each in boxes.loosest)
        self.signal, self.background = np.zeros(N_ROWS), np.full(N_ROWS, np.inf)
        self._add(self.low[:1], self.high[:1])

    def __call__(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values of points of a search and keep their boxes where they are the best."""
        signal, background = self._add(*self._boxes.of_points(points))
        curve = self.curve()
        excess = background - curve[_row(signal)]
        values: NDArray[np.float64] = np.where(signal > 0, np.maximum(excess, 0.0), 1.0) + curve.mean()
        return values

    def descend(self, n_parameters: int) -> None:
        """Keep the boxes that a greedy descent from the loosest meets, so that no search falls behind it.

        Again and again the edge moves that loses the least signal for the background it cuts away. (Friedman and Fisher,
        Statistics and Computing 9 (1999) 123, section 8.)
        """
        share = np.zeros(n_parameters)
        signal, background = float(self.signal[-1]), float(self.background[-1])
        while True:
            deeper = np.tile(share, (len(_DEPTHS), n_parameters, 1))
            deeper[:, np.arange(n_parameters), np.arange(n_parameters)] += _DEPTHS[:, None]
            deeper = deeper[(deeper <= 1).all(axis=2)]
            s, b = self._add(*self._boxes.of_shares(deeper))
            possible = np.flatnonzero((s > 0) & (b < background))
            if not len(possible):
                return
            rate = (background - b[possible]) / (signal - s[possible] + 1 / N_ROWS)
            best = possible[rate.argmax()]
            share, signal, background = deeper[best], float(s[best]), float(b[best])

    def curve(self) -> NDArray[np.float64]:
        """Return the least background efficiency at each signal efficiency, 1 where nothing was found."""
        least = np.minimum.accumulate(self.background[::-1])[::-1]
        return np.minimum(least, 1.0)

    def _add(self, low: NDArray[np.int32], high: NDArray[np.int32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        signal, background = self._boxes.efficiencies(low, high)
        row = _row(signal)
        order = np.lexsort((-signal, background, row))
        order = order[signal[order] > 0]
        first = order[np.diff(row[order], prepend=-1) > 0]
        rows = row[first]
        ties = background[first] == self.background[rows]
        better = (background[first] < self.background[rows]) | (ties & (signal[first] > self.signal[rows]))
        to, of = rows[better], first[better]
        self.low[to], self.high[to] = low[of], high[of]
        self.signal[to], self.background[to] = signal[of], background[of]
        return signal, background


def area_beside(signal: NDArray[np.float64], background: NDArray[np.float64]) -> float:
    """Return the area beside the background efficiency as a function of rising signal efficiency, the AUC of such cuts.

    Examples
    --------
    >>> area_beside(np.array([0.5]), np.array([0.25]))
    0.625
    """
    x, y = (np.concatenate([[0.0], each, [1.0]]) for each in (signal, background))
    return 1 - float(np.trapezoid(y, x))


def _row(signal: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return which per cent of signal efficiency a box belongs to."""
    rows: NDArray[np.int64] = np.clip(np.floor(signal * N_ROWS + 1e-9), 0, N_ROWS - 1).astype(np.int64)
    return rows
