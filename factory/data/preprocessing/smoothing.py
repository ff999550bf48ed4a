"""353QH, twice: the smoothing of ROOT's ``TH1::Smooth``.

A running median of 3, of 5 and of 3 bins, a parabola over what the medians have made flat, a running mean (1/4, 1/2, 1/4),
and the same once more for the residuals, which brings back the structure that the first pass took away.

J. Friedman, Data analysis techniques for high energy particle physics, Proc. 1974 CERN School of Computing, Godøysund.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["smooth"]


def smooth(contents: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return smoothed bin contents, shape ``(n_bins,)``.

    Fewer than three bins are returned as they are. Contents without a negative bin have none afterwards.

    Examples
    --------
    >>> smooth(np.array([0.0, 4.0, 0.0, 4.0, 4.0, 4.0, 4.0]))
    array([0., 1., 3., 4., 4., 4., 4.])
    """
    if len(contents) < 3:
        return contents
    rough = _smooth_once(contents)
    smoothed = rough + _smooth_once(contents - rough)
    return smoothed if contents.min() < 0 else np.maximum(smoothed, 0.0)


def _smooth_once(contents: NDArray[np.float64]) -> NDArray[np.float64]:
    y = _medians(contents)
    _bend(y)
    y[1:-1] = 0.25 * y[:-2] + 0.5 * y[1:-1] + 0.25 * y[2:]
    return y


def _medians(contents: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return running medians of 3, 5 and 3 bins."""
    y = contents.copy()
    y[1:-1] = _median3(contents[:-2], contents[1:-1], contents[2:])
    y[0] = np.median([y[0], y[1], 3 * y[1] - 2 * y[2]])  # the end point expected from its two neighbours has a voice
    y[-1] = np.median([y[-1], y[-2], 3 * y[-2] - 2 * y[-3]])
    z = y.copy()
    z[1], z[-2] = np.median(y[:3]), np.median(y[-3:])
    if len(y) >= 5:
        z[2:-2] = np.median(np.lib.stride_tricks.sliding_window_view(y, 5), axis=1)
    y[1:-1] = _median3(z[:-2], z[1:-1], z[2:])
    return y


def _median3(a: NDArray[np.float64], b: NDArray[np.float64], c: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c))


def _bend(y: NDArray[np.float64]) -> None:
    """Replace peaks and valleys of three equal bins by a parabola, in place."""
    z = y.copy()
    flat = (z[1:-3] == z[2:-2]) & (z[2:-2] == z[3:-1]) & ((z[:-4] - z[2:-2]) * (z[4:] - z[2:-2]) > 0)
    for i in np.flatnonzero(flat) + 2:
        side = -1 if abs(z[i + 2] - z[i]) > abs(z[i - 2] - z[i]) else 1  # the side where the step is smaller
        near, far = z[i + 2 * side], z[i - 2 * side]
        y[i] = -0.5 * far + z[i] / 0.75 + near / 6
        y[i + side] = 0.5 * (near - far) + z[i]
