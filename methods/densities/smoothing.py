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

__all__ = ["smooth", "smooth_by_content", "smooth_times"]


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
    y[0] = _middle(y[0], y[1], 3 * y[1] - 2 * y[2])  # the end point expected from its two neighbours has a voice
    y[-1] = _middle(y[-1], y[-2], 3 * y[-2] - 2 * y[-3])
    z = y.copy()
    z[1], z[-2] = _middle(*y[:3]), _middle(*y[-3:])
    if len(y) >= 5:
        z[2:-2] = np.sort(np.stack([y[:-4], y[1:-3], y[2:-2], y[3:-1], y[4:]]), axis=0)[2]
    y[1:-1] = _median3(z[:-2], z[1:-1], z[2:])
    return y


def _middle(*values: float) -> float:
    return sorted(values)[len(values) // 2]


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


def smooth_times(contents: NDArray[np.float64], times: int) -> NDArray[np.float64]:
    """Return bin contents that are smoothed so many times."""
    for _ in range(times):
        contents = smooth(contents)
    return contents


def smooth_by_content(
    contents: NDArray[np.float64], errors: NDArray[np.float64], least: int, most: int
) -> NDArray[np.float64]:
    """Return bin contents that are smoothed the more often, the less is in a bin.

    The number of times rises linearly with the relative error of a bin, from ``least`` at one standard deviation below the
    mean of all bins to ``most`` at one above; a bin that is not larger than its error is smoothed ``most`` times. The
    rarest are smoothed first, each run of neighbours by itself. (TMVA's MinNSmooth and MaxNSmooth; it smooths all bins once
    more than MinNSmooth says.)

    Parameters
    ----------
    contents, errors
        Shape ``(n_bins,)``.
    least, most
        Numbers of times.

    Examples
    --------
    >>> rough = np.array([0.0, 2.0, 0.0, 1.0, 100.0, 120.0, 100.0, 120.0])
    >>> smooth_by_content(rough, np.sqrt(rough), 0, 1).round(2).tolist()
    [0.0, 0.25, 0.75, 1.0, 100.0, 120.0, 100.0, 120.0]
    """
    times = _times(contents, errors, least, most)
    smoothed = contents
    for n in range(most, least, -1):
        chosen = np.flatnonzero(times >= n)
        for run in np.split(chosen, np.flatnonzero(np.diff(chosen) > 1) + 1):
            if len(run) > 1:
                part = smooth(smoothed[run])
                smoothed = smoothed.copy()
                smoothed[run] = part
    return smooth_times(smoothed, least)


def _times(contents: NDArray[np.float64], errors: NDArray[np.float64], least: int, most: int) -> NDArray[np.int64]:
    """Return how often each bin is to be smoothed."""
    known = contents > errors
    times = np.full(len(contents), most, dtype=np.int64)
    if known.any():
        relative = errors[known] / contents[known]
        spread = relative.std()
        share = (relative - relative.mean() + spread) / (2 * spread) if spread > 0 else np.zeros(len(relative))
        times[known] = np.clip(share * (most - least) + least, least, most).astype(np.int64)
    return times
