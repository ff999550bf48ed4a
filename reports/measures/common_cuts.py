"""Cuts on different responses that let the same share of the signal pass: where methods can be laid beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.roc import full_roc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.measures.ranked import Ranked

__all__ = ["CommonCuts", "common_cuts"]


@dataclass(frozen=True)
class CommonCuts:
    """Cuts on one response at given signal efficiencies.

    Parameters
    ----------
    signal
        The signal efficiencies, rising, shape ``(n_cuts,)``.
    background, slope
        Background efficiency there, and its change with the signal efficiency, read from the ROC curve.
    first
        For each event the first (tightest) of the cuts that it passes, ``n_cuts`` if it passes none; shape
        ``(n_events,)``. It passes all the cuts that follow.
    """

    signal: NDArray[np.float64]
    background: NDArray[np.float64]
    slope: NDArray[np.float64]
    first: NDArray[np.int32]

    def passes(self, cut: int) -> NDArray[np.bool_]:
        """Return which events pass the cut of this place."""
        return self.first <= cut


def common_cuts(ranked: Ranked, efficiencies: NDArray[np.float64]) -> CommonCuts:
    """Return the cuts on a response that let at least these shares of the signal pass.

    A response that comes in steps lets more pass than was asked for, by at most one step; its background efficiency is
    that of the straight line between the steps, as in all ROC curves here.

    Parameters
    ----------
    ranked
        Responses from :func:`umva.reports.measures.rank`; both classes need a positive sum of weights. Negative weights
        enter as they are, the ROC curve is kept monotone.
    efficiencies
        Shares of the signal, rising, between 0 and 1.

    Examples
    --------
    >>> from umva.reports.measures import rank
    >>> cuts = common_cuts(rank([1, 2, 3, 4, 5, 6], [0, 0, 1, 0, 1, 1]), np.array([0.5, 1.0]))
    >>> cuts.first.tolist(), cuts.passes(0).tolist()
    ([2, 2, 1, 1, 0, 0], [False, False, False, False, True, True])
    """
    curve = full_roc(ranked)
    wanted = np.asarray(efficiencies, dtype=np.float64)
    n_passing = np.searchsorted(curve.signal, wanted - 1e-12)
    first = np.searchsorted(n_passing, len(ranked.score) - ranked.place)
    step = 2.0 * np.interp(wanted, curve.signal, curve.signal_error)
    low, high = np.maximum(wanted - step, 0.0), np.minimum(wanted + step, 1.0)
    below, at, above = (np.interp(each, curve.signal, curve.background) for each in (low, wanted, high))
    slope = np.divide(above - below, high - low, out=np.zeros(len(wanted)), where=high > low)
    return CommonCuts(wanted, at, slope, first.astype(np.int32))
