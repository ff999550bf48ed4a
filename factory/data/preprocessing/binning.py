"""The cumulative histogram that TMVA makes of a variable for U and G: bins of about equal content, smoothed.

The rule, found from TMVA's weights files and in agreement with all their edges and contents:

* A bin is closed by the first event at which its sum of weights reaches ``max(10 * smallest weight, sum / 2000)``, unless
  the event lies on the bin's lower edge; the event's value is the upper edge. An empty bin of width 1e-4 goes before the
  first event, and the last edge is the largest value. (Of a variable that varies by less than 1e-2 that bin is 1 % of the
  range: in TMVA it is nearly all of the histogram then.)
* The bins are filled, smoothed (353QH, twice) and summed up. The largest value itself lies on the last edge and so outside.
* Sums of weights run in 32 bits in the order of the events: where they reach the threshold is a matter of rounding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.errors import DataError
from umva.methods.densities.smoothing import smooth

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["bin_edges", "cumulative_histogram"]

_MAX_BINS = np.float32(2000)
_MIN_EVENTS = np.float32(10)
_MARGIN = np.float32(1e-4)
_MARGIN_OF_RANGE = np.float32(1e-2)
_SPAN = 64  # so many events are looked at first for the end of a bin


def cumulative_histogram(
    x: NDArray[np.float32], weight: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return bin edges and the fraction of events up to each bin's end, shapes ``(n_bins + 1,)`` and ``(n_bins,)``.

    Parameters
    ----------
    x
        The variable, shape ``(n_events,)``; no NaN, at least two different values.
    weight
        Shape ``(n_events,)``. Negative weights are added with their sign; a bin with a negative sum counts as empty, so that
        the fractions never fall.

    Raises
    ------
    DataError
        No bin has a positive sum of weights.

    Examples
    --------
    >>> edges, fractions = cumulative_histogram(np.arange(100, dtype=np.float32), np.ones(100))
    >>> [round(float(edge), 4) for edge in edges[:4]]
    [-0.0001, 0.0, 9.0, 19.0]
    """
    order = np.argsort(x, kind="stable")
    x_sorted = x[order]
    single = weight.astype(np.float32)
    total = np.cumsum(single)[-1]
    smallest = np.abs(single).min()
    edges = bin_edges(x_sorted, single[order], max(_MIN_EVENTS * smallest, total / _MAX_BINS))
    sums = np.concatenate([[0.0], np.cumsum(weight[order])])
    contents = np.diff(sums[np.searchsorted(x_sorted, edges)])
    fractions = np.cumsum(smooth(np.maximum(contents, 0.0).astype(np.float32).astype(np.float64)))
    if not fractions[-1] > 0:
        msg = "no bin has a positive sum of weights"
        raise DataError(msg)
    return edges, (fractions / fractions[-1]).astype(np.float32)


def bin_edges(x: NDArray[np.float32], weight: NDArray[np.float32], threshold: np.float32) -> NDArray[np.float32]:
    """Return the edges of bins that hold a sum of weights of ``threshold`` or more, the first and the last bin excepted.

    Parameters
    ----------
    x
        Sorted values, shape ``(n_events,)``.
    weight
        Their weights.
    threshold
        Sum of weights that closes a bin.
    """
    margin = min(_MARGIN, _MARGIN_OF_RANGE * (x[-1] - x[0]))
    below = np.minimum(x[0] - margin, np.nextafter(x[0], np.float32(-np.inf)))
    edges = [below, x[0]]
    start, span = 0, _SPAN
    while start < len(x):
        closes = (weight[start : start + span].cumsum() >= threshold) & (x[start : start + span] > edges[-1])
        first = int(closes.argmax())
        if closes[first]:
            end = start + first
            edges.append(x[end])
            start, span = end + 1, max(2 * (end + 1 - start), _SPAN)
        elif start + span < len(x):
            span *= 2
        else:
            break
    if x[-1] > edges[-1]:
        edges.append(x[-1])
    return np.array(edges, dtype=np.float32)
