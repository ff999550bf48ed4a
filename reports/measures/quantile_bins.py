"""Bins that hold equal numbers of events, found once and used for every method."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.digits import minus

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["QuantileBins", "quantile_bins"]

CATEGORIES = 10
"""At most so many different values have a bin each."""

LOOKED_AT = 50_000
"""Events that suffice to find quantiles."""


@dataclass(frozen=True)
class QuantileBins:
    """In which bin of a quantity each event is.

    Parameters
    ----------
    labels
        The bins in words; the last is ``"no value"`` if there are events without one.
    edges
        Edges of the bins that hold values, shape ``(n + 1,)``.
    place
        Bin of each event, in the order the events came, shape ``(n_events,)``; ``n`` without a value.
    """

    labels: tuple[str, ...]
    edges: NDArray[np.float64]
    place: NDArray[np.uint8]

    def __len__(self) -> int:
        """Return the number of bins, that of events without a value included."""
        return len(self.labels)

    @cached_property
    def n_events(self) -> tuple[int, ...]:
        """Number of events in each bin."""
        return tuple(np.bincount(self.place, minlength=len(self)).tolist())


def quantile_bins(values: NDArray[np.floating], n_bins: int, weight: NDArray[np.float64] | None = None) -> QuantileBins:
    """Return at most so many bins with equal numbers of events, or equal sums of absolute weights.

    At most ten different values have a bin each. Where many events share a value there are fewer bins.
    A value on an edge is in the upper bin, the largest in the last one.

    Parameters
    ----------
    values
        Value of each event, NaN or infinite where there is none, shape ``(n_events,)``.
    n_bins
        Number of bins wanted, at most 250.
    weight
        Weights of the events; by default they do not count. Of more than 50 000 events every n-th is looked at.

    Examples
    --------
    >>> quantile_bins(np.arange(12.0) / 7, 2).n_events
    (6, 6)
    >>> quantile_bins(np.array([2.0, 4.0, 4.0, np.nan]), 10).labels
    ('2', '4', 'no value')
    """
    finite = np.isfinite(values)
    known = np.asarray(values[finite], dtype=np.float64)
    step = -(-len(known) // LOOKED_AT) or 1
    sample = known[::step]
    if not len(sample):
        return QuantileBins(("no value",), np.array([0.0]), np.zeros(len(values), dtype=np.uint8))
    whole = bool((sample == np.rint(sample)).all()) and bool((known == np.rint(known)).all())
    shares = np.linspace(0, 1, n_bins + 1)[1:-1]
    if weight is None:
        inner = np.quantile(sample, shares)
    else:
        inner = _quantiles(sample, np.abs(weight[finite][::step]), shares)
    edges = np.unique([known.min(), *(np.ceil(inner) if whole else inner), known.max()])
    distinct = np.unique(known) if whole or len(edges) <= n_bins else known
    if len(distinct) <= CATEGORIES:
        edges, labels = _categories(distinct)
    else:
        labels = _whole_ranges(edges) if whole else _ranges(edges)
    place = np.searchsorted(edges[1:-1], values, side="right").astype(np.uint8)
    if not finite.all():
        place[~finite] = len(labels)
        labels.append("no value")
    return QuantileBins(tuple(minus(each) for each in labels), edges, place)


def _quantiles(
    values: NDArray[np.float64], weight: NDArray[np.float64], shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return quantiles, between two events by a straight line as ``numpy.quantile`` has them for equal weights.

    Examples
    --------
    >>> _quantiles(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0]), np.array([0.0, 0.5, 1.0])).tolist()
    [1.0, 2.0, 3.0]
    """
    order = np.argsort(values)
    middle = np.cumsum(weight[order]) - weight[order] / 2
    reach = middle[-1] - middle[0]
    found: NDArray[np.float64] = np.interp(shares, (middle - middle[0]) / (reach or 1.0), values[order])
    return found


def _categories(distinct: NDArray[np.float64]) -> tuple[NDArray[np.float64], list[str]]:
    """Return edges and labels of bins with one value each.

    Examples
    --------
    >>> _categories(np.array([1.0, 2.0, 4.0]))[0].tolist()
    [0.5, 1.5, 3.0, 5.0]
    """
    middles = (distinct[1:] + distinct[:-1]) / 2
    ends = (distinct[0] - middles[0], distinct[-1] - middles[-1]) if len(middles) else (-0.5, 0.5)
    edges = np.concatenate(([distinct[0] + ends[0]], middles, [distinct[-1] + ends[1]]))
    return edges, [f"{each:.6g}" for each in distinct]


def _ranges(edges: NDArray[np.float64]) -> list[str]:
    """Return the bins in words, with as many digits as tell the edges apart.

    Examples
    --------
    >>> _ranges(np.array([0.0, 0.1234, 20.0]))
    ['0 to 0.12', '0.12 to 20']
    """
    texts = [f"{each:g}" for each in edges]
    for digits in range(2, 12):
        texts = [f"{float(f'{each:.{digits}g}'):g}" for each in edges]
        if len(set(texts)) == len(edges):
            break
    return [f"{low} to {high}" for low, high in pairwise(texts)]


def _whole_ranges(edges: NDArray[np.float64]) -> list[str]:
    """Return bins of whole numbers in words: the upper edge belongs to the next bin, but for the last.

    Examples
    --------
    >>> _whole_ranges(np.array([0.0, 1.0, 4.0, 9.0]))
    ['0', '1 to 3', '4 to 9']
    """
    lowest, highest = edges[:-1], edges[1:] - 1
    highest[-1] += 1
    return [f"{a:.0f}" if a == b else f"{a:.0f} to {b:.0f}" for a, b in zip(lowest, highest, strict=True)]
