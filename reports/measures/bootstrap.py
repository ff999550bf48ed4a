"""The ROC area of resampled events: an error that rests on no formula, beside DeLong's.

Each replica gives every event as many copies as a Poisson distribution of mean 1 says, which for weighted events is the
bootstrap of a sample whose size is itself due to chance (Chamandy et al., Estimating uncertainty for massive data
streams, Google 2012; Hanley and MacGibbon, Comput. Methods Programs Biomed. 83 (2006) 57).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.results import Number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.measures.ranked import Ranked

__all__ = ["N_REPLICAS", "auc_bootstrap"]

N_REPLICAS = 200
MOST_EVENTS = 200_000
"""Beyond, the area of a sample is normally distributed in any case, and the formula is enough."""

AT_ONCE = 2
RESOLUTION = 2**16


def auc_bootstrap(ranked: Ranked, *, seed: int = 200) -> Number | None:
    """Return the weighted ROC area with the spread of 200 replicas and the interval that 95 % of them lie in.

    Parameters
    ----------
    ranked
        Responses from :func:`umva.reports.measures.rank`; equal ones count half. Negative weights enter as they are;
        a replica in which they leave a class no positive sum is drawn, and left out, which the note says.
    seed
        Of the replicas.

    Returns
    -------
    Number or None
        None if a class has no positive sum of weights or there are more than 200 000 events.

    Examples
    --------
    >>> from umva.reports.measures import rank
    >>> rng = np.random.default_rng(1)
    >>> y = rng.integers(0, 2, 500)
    >>> found = auc_bootstrap(rank(rng.normal(size=500) + y, y))
    >>> round(found.value, 3), round(found.error, 2)
    (0.775, 0.02)
    """
    if not ranked.measurable or len(ranked.place) > MOST_EVENTS:
        return None
    sides = _sides(ranked)
    value = float(_areas(sides, np.ones((1, len(ranked.place))))[0])
    rng = np.random.default_rng(seed)
    found = np.concatenate(
        [_areas(sides, _copies(rng, (AT_ONCE, len(ranked.place)))) for _ in range(N_REPLICAS // AT_ONCE)]
    )
    areas = found[np.isfinite(found)]
    if len(areas) < 2:
        return None
    lost = N_REPLICAS - len(areas)
    note = f"{lost} of {N_REPLICAS} replicas have no positive sum of weights" if lost else None
    low, high = np.quantile(areas, [0.025, 0.975]).tolist()
    return Number(value, float(areas.std(ddof=1)), low, high, note)


@dataclass(frozen=True)
class _Sides:
    """The weights of signal and background by rising response, and how many of the background are below each signal.

    Parameters
    ----------
    signal, background
        Weights, shapes ``(n_signal,)`` and ``(n_background,)``.
    below, up_to
        For each signal event the number of background events with a smaller, and with no larger response.
    """

    signal: NDArray[np.float64]
    background: NDArray[np.float64]
    below: NDArray[np.intp]
    up_to: NDArray[np.intp]


def _sides(ranked: Ranked) -> _Sides:
    """Sort the events of both classes."""
    order = np.argsort(ranked.place, kind="stable")
    place, weight, is_signal = ranked.place[order], ranked.weight[order], ranked.is_signal[order]
    of_signal, of_background = place[is_signal], place[~is_signal]
    below, up_to = (np.searchsorted(of_background, of_signal, side=each) for each in ("left", "right"))
    return _Sides(weight[is_signal], weight[~is_signal], below, up_to)


def _areas(sides: _Sides, copies: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the area of each replica, NaN where a class has no positive sum of weights."""
    signal = copies[:, : len(sides.signal)] * sides.signal
    passed = np.zeros((len(copies), len(sides.background) + 1))
    np.multiply(copies[:, len(sides.signal) :], sides.background, out=passed[:, 1:])
    np.cumsum(passed, axis=1, out=passed)
    below = np.take(passed, sides.below, axis=1)
    if not np.array_equal(sides.below, sides.up_to):
        below = 0.5 * (below + np.take(passed, sides.up_to, axis=1))
    sums = np.stack([signal.sum(axis=1), passed[:, -1]])
    known = (sums > 0).all(axis=0)
    areas: NDArray[np.float64] = np.full(len(copies), np.nan)
    areas[known] = np.einsum("ij,ij->i", signal, below)[known] / np.prod(sums, axis=0)[known]
    return areas


def _copies(rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return Poisson numbers of mean 1, read from a table, which is much faster than drawing them."""
    return np.take(_table(), rng.integers(0, RESOLUTION, shape, dtype=np.uint16))


@cache
def _table() -> NDArray[np.float64]:
    """Return the Poisson number at each of 65 536 evenly spaced probabilities."""
    from scipy.special import pdtr

    reached = pdtr(np.arange(20), 1.0)
    return np.searchsorted(reached, (np.arange(RESOLUTION) + 0.5) / RESOLUTION).astype(np.float64)
