"""A foam: a box of inputs divided into cells, each with its answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Floats = NDArray[np.float64]

__all__ = ["Foam"]


@dataclass(frozen=True, eq=False)
class Foam:
    """Cells that fill a box, made by dividing one after another in two; the first is the whole.

    Parameters
    ----------
    low, high
        The box, in the units of the inputs, shape ``(n_dimensions,)``.
    daughters
        The two cells that a cell is divided into, which come after it, int32, shape ``(n_cells, 2)``; -1 if it is not.
    dimension
        The dimension in which it is divided, int32, shape ``(n_cells,)``.
    division
        Where: 0 at the box's lower edge, 1 at its upper, shape ``(n_cells,)``. What is at it belongs to the second daughter.
    elements
        What is known of each cell, shape ``(n_cells, n_elements)``.

    Examples
    --------
    >>> cut = {"daughters": [[1, 2], [-1, -1], [-1, -1]], "dimension": [0, 0, 0], "division": [0.25, 0.0, 0.0]}
    >>> foam = Foam.of([0.0], [4.0], **cut, elements=[[0.5], [0.1], [0.9]])
    >>> foam.find(foam.place(np.array([[0.5], [1.0], [99.0]]))).tolist()
    [1, 2, 2]
    >>> foam.divisions().tolist()
    [1]
    """

    low: Floats
    high: Floats
    daughters: Ints
    dimension: Ints
    division: Floats
    elements: Floats

    @classmethod
    def of(
        cls,
        low: object,
        high: object,
        *,
        daughters: object,
        dimension: object,
        division: object,
        elements: object,
    ) -> Foam:
        """Return the foam of arrays of any kind of number, once they have been found sound.

        Raises
        ------
        ValueError
            If they do not fit together, or a daughter does not come after its mother.
        """
        floats = (np.ascontiguousarray(each, np.float64) for each in (low, high, division, elements))
        ints = (np.ascontiguousarray(each, np.int32) for each in (daughters, dimension))
        (low, high, division, elements), (daughters, dimension) = floats, ints
        foam = cls(low, high, daughters, dimension, division, elements)
        foam._require_sound()
        return foam

    def _require_sound(self) -> None:
        n_cells, n_dimensions = np.size(self.dimension), np.size(self.low)
        found = [np.shape(each) for each in (self.low, self.high, self.daughters, self.dimension, self.division)]
        wanted = [(n_dimensions,), (n_dimensions,), (n_cells, 2), (n_cells,), (n_cells,)]
        if n_cells == 0 or found != wanted or self.elements.ndim != 2 or len(self.elements) != n_cells:
            msg = "the arrays of a foam do not fit together"
            raise ValueError(msg)
        divided = np.flatnonzero((self.daughters >= 0).any(axis=1))
        daughters, dimension = self.daughters[divided], self.dimension[divided]
        astray = (daughters <= divided[:, None]).any() or (daughters >= n_cells).any()
        if astray or (dimension < 0).any() or (dimension >= n_dimensions).any():
            msg = "a cell of a foam is divided into none that comes after it, or in no dimension"
            raise ValueError(msg)

    @property
    def n_cells(self) -> int:
        """Number of cells, divided ones included."""
        return len(self.dimension)

    @cached_property
    def leaves(self) -> NDArray[np.intp]:
        """The cells that are not divided."""
        return np.flatnonzero(self.daughters[:, 0] < 0)

    @cached_property
    def edges(self) -> tuple[Floats, Floats]:
        """Lower and upper edges of all cells, in units of the foam, shape ``(n_cells, n_dimensions)``."""
        from umva.methods.local import foam_kernels

        low, high = np.empty((2, self.n_cells, len(self.low)))
        foam_kernels.bounds(self.daughters, self.dimension, self.division, low, high)
        return low, high

    def volume(self, n_dimensions: int | None = None) -> Floats:
        """Return the volumes of all cells, of the first ``n_dimensions`` alone if given; that of the whole foam is 1."""
        low, high = self.edges
        volume: Floats = np.prod((high - low)[:, :n_dimensions], axis=1)
        return volume

    def place(self, X: NDArray[np.floating]) -> Floats:
        """Return events in units of the foam, those beyond it at its edge; ``X`` may lack the last dimensions."""
        low, high = self.low[: X.shape[1]], self.high[: X.shape[1]]
        place: Floats = np.subtract(X, low, dtype=np.float64, order="C")
        place /= high - low
        np.clip(place, 0.0, 1.0, out=place)
        return place

    def find(self, place: Floats) -> Ints:
        """Return the undivided cell that each place is in, shape ``(n_events,)``."""
        from umva.methods.local import foam_kernels

        cells = np.empty(len(place), np.int32)
        foam_kernels.find(place, self.daughters, self.dimension, self.division, cells)
        return cells

    def divisions(self) -> NDArray[np.int64]:
        """Return how often the foam is divided in each dimension, shape ``(n_dimensions,)``."""
        divided = self.daughters[:, 0] >= 0
        return np.bincount(self.dimension[divided], minlength=len(self.low))
