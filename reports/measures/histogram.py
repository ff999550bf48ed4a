"""Weighted histograms: contents with sums of squared weights, and densities with errors for the figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.results import Histogram

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Binning", "Contents", "density", "fill"]


@dataclass(frozen=True)
class Binning:
    """Bins of equal width from ``low`` to ``high``; the upper edge belongs to the overflow.

    Examples
    --------
    >>> Binning(0.0, 1.0, n_bins=4).edges.tolist()
    [0.0, 0.25, 0.5, 0.75, 1.0]
    """

    low: float
    high: float
    n_bins: int = 40

    @property
    def edges(self) -> NDArray[np.float64]:
        """The ``n_bins + 1`` edges."""
        return np.linspace(self.low, self.high, self.n_bins + 1)


@dataclass(frozen=True)
class Contents:
    """What is in each bin.

    Parameters
    ----------
    binning
        The bins.
    sums, squares
        Sum of weights and of squared weights, underflow first and overflow last, shape ``(n_bins + 2,)``.
    missing
        Sum of the weights of events without a value, which are in no bin.
    """

    binning: Binning
    sums: NDArray[np.float64]
    squares: NDArray[np.float64]
    missing: float = 0.0


def fill(values: NDArray[np.floating], weight: NDArray[np.float64], binning: Binning) -> Contents:
    """Histogram values with their weights; a NaN says that there is no value.

    Parameters
    ----------
    values, weight
        Values and weights of the events, shape ``(n_events,)``; negative weights enter as they are.
    binning
        The bins.

    Examples
    --------
    >>> contents = fill(np.array([0.1, 0.3, 7.0]), np.array([1.0, -2.0, 1.0]), Binning(0.0, 1.0, n_bins=2))
    >>> contents.sums.tolist(), contents.squares.tolist()
    ([0.0, -1.0, 0.0, 1.0], [0.0, 5.0, 0.0, 1.0])
    """
    import boost_histogram as bh

    absent = np.isnan(values)
    missing = float(weight[absent].sum())
    if absent.any():
        values, weight = values[~absent], weight[~absent]
    axis = bh.axis.Regular(binning.n_bins, binning.low, binning.high)
    view = bh.Histogram(axis, storage=bh.storage.Weight()).fill(values, weight=weight).view(flow=True)
    return Contents(binning, np.array(view["value"]), np.array(view["variance"]), missing)


def density(contents: Contents) -> Histogram:
    """Return the density: contents over the sum of weights, under- and overflow included, and over the bin width.

    The bins then integrate to what is not under- or overflow; events without a value do not count. Without a positive
    sum of weights all is 0.

    Examples
    --------
    >>> shown = density(fill(np.array([0.1, 0.3, 0.7, 7.0]), np.ones(4), Binning(0.0, 1.0, n_bins=2)))
    >>> shown.values, shown.overflow
    ((1.0, 0.5), 0.25)
    """
    binning, total = contents.binning, float(contents.sums.sum())
    shares = contents.sums / total if total > 0 else np.zeros_like(contents.sums)
    errors = np.sqrt(contents.squares) / total if total > 0 else np.zeros_like(contents.sums)
    width = (binning.high - binning.low) / binning.n_bins
    return Histogram(
        edges=tuple(binning.edges.tolist()),
        values=tuple((shares[1:-1] / width).tolist()),
        errors=tuple((errors[1:-1] / width).tolist()),
        underflow=float(shares[0]),
        overflow=float(shares[-1]),
        missing=contents.missing / (total + contents.missing) if total + contents.missing > 0 else 0.0,
    )
