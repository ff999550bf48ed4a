"""The slices of a comparison: variables and spectators of the test part, cut into parts once for all methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from umva.reports.measures.quantile_bins import quantile_bins
from umva.reports.measures.slices import levels_of, sliced_area, sliced_rmse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from umva.reports.material import Material
    from umva.reports.measures.quantile_bins import QuantileBins
    from umva.reports.measures.ranked import Ranked
    from umva.reports.results import Sliced

__all__ = ["Slicing"]

N_SLICES = 5
MOST_EVENTS = 100_000
"""Of more test events, evenly spaced ones are looked at."""


class Slicing:
    """Every variable and spectator of the test part in slices of equal numbers of events.

    Parameters
    ----------
    material
        The comparison.
    """

    def __init__(self, material: Material) -> None:
        part = material.parts["test"]
        self.rows = slice(None, None, -(-len(part.y) // MOST_EVENTS) or 1)
        self.weight = np.asarray(part.weight, dtype=np.float64)[self.rows]
        columns: dict[str, NDArray[Any]] = {each.name: part.X[self.rows, j] for j, each in enumerate(material.inputs)}
        if part.spectators is not None:
            columns |= {each.name: part.spectators[self.rows, j] for j, each in enumerate(material.spectators)}
        self.bins: Mapping[str, QuantileBins] = {
            name: quantile_bins(np.ascontiguousarray(values), N_SLICES) for name, values in columns.items()
        }

    def areas(self, ranked: Sequence[Ranked]) -> dict[str, Sliced]:
        """Return the ROC area in every slice, of several classes the mean area.

        Parameters
        ----------
        ranked
            Responses of the test part, one for each class against the rest, or one for signal against background.
        """
        levels = [levels_of(each)[self.rows] for each in ranked]
        return {name: sliced_area(bins, levels, self.weight) for name, bins in self.bins.items()}

    def deviations(self, deviation: NDArray[np.float64]) -> dict[str, Sliced]:
        """Return the root mean squared deviation in every slice.

        Parameters
        ----------
        deviation
            Estimate minus truth on the test part, shape ``(n_events,)``.
        """
        seen = deviation[self.rows]
        return {name: sliced_rmse(bins, seen, self.weight) for name, bins in self.bins.items()}
