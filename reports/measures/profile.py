"""Mean and spread of one quantity in bins of another, each with its error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.ranges import robust_binning
from umva.reports.results import Number, Profile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.measures.histogram import Binning

__all__ = ["Places", "places", "profile"]

N_BINS = 20


@dataclass(frozen=True)
class Places:
    """In which bin of a quantity each event is; found once and used for every method.

    Parameters
    ----------
    binning
        The bins.
    place
        0 below, 1 to n_bins inside, n_bins + 1 above or without a value, shape ``(n_events,)``.
    """

    binning: Binning
    place: NDArray[np.uint8]


def places(values: NDArray[np.floating], weight: NDArray[np.float64]) -> Places:
    """Return in which of some 20 bins the events are; tails are left out, whole numbers have a bin each.

    Parameters
    ----------
    values, weight
        Values of the quantity and weights of the events, shape ``(n_events,)``.

    Examples
    --------
    >>> places(np.array([0.0, 1.0, 2.0, np.nan]), np.ones(4)).place.tolist()
    [1, 2, 3, 4]
    """
    binning = robust_binning([(values, weight)], n_bins=N_BINS)
    place = np.searchsorted(binning.edges, values, side="right")
    return Places(binning, place.astype(np.uint8))


def profile(at: Places, values: NDArray[np.float64], weight: NDArray[np.float64]) -> Profile:
    """Return weighted mean and spread of ``values`` in each bin, with errors by the moments in the bin.

    Parameters
    ----------
    at
        Where the events are, from :func:`places`.
    values, weight
        What is averaged, and the weights, shape ``(n_events,)``. Negative weights enter as they are.

    Examples
    --------
    >>> x = np.array([0.0, 0.0, 1.0, 1.0])
    >>> found = profile(places(x, np.ones(4)), np.array([1.0, 3.0, 5.0, 5.0]), np.ones(4))
    >>> [each.value for each in found.mean], [each.value for each in found.spread]
    ([2.0, 5.0], [1.0, 0.0])
    """

    def sums(each: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(at.place, weights=each, minlength=at.binning.n_bins + 2).astype(np.float64)

    n_events = np.bincount(at.place, minlength=at.binning.n_bins + 2)
    total, squares = sums(weight), sums(weight**2)
    usable = total > 0
    safe = np.where(usable, total, 1.0)
    mean = sums(weight * values) / safe
    distance = values - mean[at.place]
    variance = sums(weight * distance**2) / safe
    n_eff = np.divide(total**2, squares, out=np.zeros_like(total), where=squares > 0)
    lacking = np.where(n_eff > 1, n_eff / np.where(n_eff > 1, n_eff - 1.0, 1.0), 1.0) / safe**2
    mean_error = np.sqrt(sums((weight * distance) ** 2) * lacking)
    variance_error = np.sqrt(sums((weight * (distance**2 - variance[at.place])) ** 2) * lacking)
    found = [
        _bin(
            int(n_events[k]),
            bool(usable[k]),
            *(float(each[k]) for each in (mean, mean_error, variance, variance_error)),
        )
        for k in range(1, at.binning.n_bins + 1)
    ]
    edges = tuple(at.binning.edges.tolist())
    return Profile(edges, mean=tuple(mean for mean, _ in found), spread=tuple(spread for _, spread in found))


def _bin(
    n_events: int, usable: bool, mean: float, mean_error: float, variance: float, variance_error: float
) -> tuple[Number, Number]:
    """Return mean and spread of one bin."""
    if not usable:
        nothing = Number(0.0, note="not measurable: no positive sum of weights" if n_events else "empty")
        return nothing, nothing
    if n_events == 1:
        return Number(mean, note="no error: one event"), Number(0.0, note="no error: one event")
    if variance < 0 or (variance == 0 and variance_error > 0):
        return Number(mean, mean_error), Number(0.0, note="not measurable: negative weights take its square below 0")
    spread = variance**0.5
    return Number(mean, mean_error), Number(spread, variance_error / (2.0 * spread) if spread > 0 else 0.0)
