"""The inputs in few bins, cut once for a whole training at places that divide the weight of the sample equally."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from umva.methods.trees import counting
from umva.methods.trees.crew import ALONE, pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.trees.crew import Crew

__all__ = ["MOST_CUTS", "Codes"]

MOST_CUTS = 255
"""So many cuts leave a bin in one byte."""

_MOST_EVENTS = 65_536
_SLACK = 1e-9


class Codes(NamedTuple):
    """For each event and variable the number of cuts at or below its value, uint8; and the cuts, float32, rising.

    Variables with fewer cuts than others have infinite ones behind: shape ``(n_variables, n_cuts)``.
    """

    bins: NDArray[np.uint8]
    cuts: NDArray[np.float32]

    @classmethod
    def of(cls, X: NDArray[np.float32], weight: NDArray[np.float64], n_cuts: int, crew: Crew = ALONE) -> Self:
        """Cut each variable in ``n_cuts + 1`` bins of equal weight, or between all its values if these are fewer.

        Of more than 65 536 events so many, evenly spread, tell where.

        Examples
        --------
        >>> codes = Codes.of(np.array([[3.0], [1.0], [7.0], [1.0]], np.float32), np.ones(4), 2)
        >>> codes.cuts.tolist(), codes.bins.ravel().tolist()
        ([[2.0, 5.0]], [1, 0, 2, 0])
        """
        step = -(-len(X) // _MOST_EVENTS)
        size = np.abs(weight[::step])

        def place(column: int) -> NDArray[np.float32]:
            return _cuts(X[::step, column], size, n_cuts)

        cuts = np.full((X.shape[1], n_cuts), np.float32(np.inf))
        for row, found in zip(cuts, crew.map(place, range(X.shape[1])), strict=True):
            row[: len(found)] = found
        bins = np.empty(X.shape, np.uint8)

        def encode(piece: slice) -> None:
            counting.encode(X, cuts, piece.start, piece.stop, bins)

        list(crew.map(encode, pieces(len(X))))
        return cls(bins, cuts)


def _cuts(values: NDArray[np.float32], weight: NDArray[np.float64], n_cuts: int) -> NDArray[np.float32]:
    """Return the cuts of one variable, in the middle between neighbouring values."""
    order = np.argsort(values)
    rising = values[order]
    first = np.flatnonzero(np.concatenate([[True], rising[1:] > rising[:-1]]))
    levels = rising[first]
    above = np.arange(1, len(levels))
    if len(above) > n_cuts:
        passed = np.cumsum(np.add.reduceat(weight[order], first))
        wanted = passed[-1] * np.arange(1, n_cuts + 1) / (n_cuts + 1)
        above = np.unique(1 + np.searchsorted(passed, wanted * (1.0 - _SLACK)))
        above = above[above < len(levels)]
    middles = (0.5 * (levels[above - 1].astype(np.float64) + levels[above])).astype(np.float32)
    return np.asarray(np.where(middles > levels[above - 1], middles, levels[above]))
