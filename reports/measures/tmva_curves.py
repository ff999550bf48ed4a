"""Efficiencies as TMVA finds them.

TMVA (4.2 to 6.x, ``MethodBase::GetEfficiency``) counts the events in or above each of 10 000 bins, scales both counts to a
maximum of 1, takes them as values at the bins' centres joined by straight lines, and reads the background efficiency at 100
signal efficiencies. The unbinned efficiencies of :mod:`umva.reports.measures` differ from these in the third or fourth
digit; these are for comparison with TMVA's own output.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.histogram import Binning
from umva.reports.measures.ranges import moments
from umva.reports.measures.tmva_root_finder import find_root

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["N_DRAWN", "N_FINE", "N_ROC", "TmvaRange", "tmva_efficiency", "tmva_range", "tmva_roc"]

N_FINE = 10_000
N_ROC = 100
N_DRAWN = 40
MARGIN = 1e-5
"""By how much the range of histograms reaches beyond the largest response, and how near its ends efficiencies are forced."""


@dataclass(frozen=True)
class TmvaRange:
    """Where TMVA draws responses, and whether signal has the larger ones; the largest response lies ``1e-5`` below ``high``."""

    low: float
    high: float
    signal_is_larger: bool

    def binning(self, n_bins: int = N_DRAWN) -> Binning:
        """Return the bins of histograms of responses."""
        return Binning(self.low, self.high, n_bins)


def tmva_range(
    signal: tuple[NDArray[np.floating], NDArray[np.float64]],
    background: tuple[NDArray[np.floating], NDArray[np.float64]],
) -> TmvaRange:
    """Return TMVA's range of responses: all of them, but at most 10 standard deviations from the class means.

    Parameters
    ----------
    signal, background
        Responses and weights of each class, neither empty; negative weights enter as they are.

    Examples
    --------
    >>> tmva_range((np.array([0.0, 1.0]), np.ones(2)), (np.array([-1.0, 0.0]), np.ones(2)))
    TmvaRange(low=-1.0, high=1.00001, signal_is_larger=True)
    """
    classes = signal, background
    spread = [moments(values, weight) for values, weight in classes]
    low = max(min(mean - 10 * rms for mean, rms in spread), min(float(values.min()) for values, _ in classes))
    high = min(max(mean + 10 * rms for mean, rms in spread), max(float(values.max()) for values, _ in classes))
    margin = max(MARGIN, 1e-12 * max(abs(low), abs(high)))  # only huge responses see the second
    return TmvaRange(low, max(high, low) + margin, spread[0][0] > spread[1][0])


def tmva_efficiency(values: NDArray[np.floating], weight: NDArray[np.float64], where: TmvaRange) -> NDArray[np.float64]:
    """Return the efficiency of a cut at the lower edge of each of 10 000 bins, scaled to a maximum of 1.

    Negative weights are made monotone: the efficiency is the largest of this and any tighter cut.

    Examples
    --------
    >>> where = TmvaRange(0.0, 1.0, signal_is_larger=True)
    >>> tmva_efficiency(np.array([0.2, 0.8]), np.ones(2), where)[[0, 5000, 9999]].tolist()
    [1.0, 0.5, 0.0]
    """
    inside = np.floor((values.astype(np.float64) - where.low) / (where.high - where.low) * N_FINE)
    filled = np.bincount(np.clip(inside, -1, N_FINE).astype(np.int64) + 1, weights=weight, minlength=N_FINE + 2)
    if where.signal_is_larger:
        passed = np.maximum.accumulate(np.cumsum(filled[::-1]))[::-1][1:-1]
    else:
        passed = np.maximum.accumulate(np.cumsum(filled))[:-2]
    scale = 1.0 / max(
        float(passed.max()), np.finfo(float).eps
    )  # multiplied with, as by TMVA: the rounding matters in flats
    efficiency: NDArray[np.float64] = np.clip(passed * scale, 0.0, 1.0)
    return efficiency


def tmva_roc(signal: NDArray[np.float64], background: NDArray[np.float64], where: TmvaRange) -> NDArray[np.float64]:
    """Return the background efficiency at the signal efficiencies 0.005, 0.015 ... 0.995.

    Parameters
    ----------
    signal, background
        Efficiencies of :func:`tmva_efficiency`.
    where
        The range they were made in.

    Examples
    --------
    >>> where = TmvaRange(0.0, 1.0, signal_is_larger=True)
    >>> s, b = (tmva_efficiency(x, np.ones(4), where) for x in (np.linspace(0.1, 1, 4), np.linspace(0, 0.9, 4)))
    >>> tmva_roc(s, b, where)[[10, 60]].round(3).tolist()
    [0.0, 0.5]
    """
    width = (where.high - where.low) / N_FINE
    of_signal, of_background = (_lines(each.tolist(), where.low, width) for each in (signal, background))
    ends = (1.0, 0.0) if where.signal_is_larger else (0.0, 1.0)
    low, high = where.low, where.high - MARGIN

    def excess(cut: float, wanted: float) -> float:
        if cut - low < MARGIN:
            return ends[0] - wanted
        return (ends[1] if high - cut < MARGIN else of_signal(cut)) - wanted

    centres = [(1 / N_ROC) * k + 0.5 * (1 / N_ROC) for k in range(N_ROC)]  # rounded as ROOT rounds them
    cuts = (find_root(partial(excess, wanted=each), low, high) for each in centres)
    return np.clip([of_background(cut) for cut in cuts], 0.0, 1.0)


def _lines(values: list[float], low: float, width: float) -> Callable[[float], float]:
    """Return straight lines through values at the centres of bins, drawn out at both ends."""
    first, last = low + 0.5 * width, len(values) - 2

    def line(x: float) -> float:
        left = min(max(int((x - first) / width), 0), last)
        return values[left] + (x - (low + left * width + 0.5 * width)) * (values[left + 1] - values[left]) / width

    return line
