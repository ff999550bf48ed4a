"""A figure of merit, and what else depends on the expected numbers of events, along a scan of cuts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.merit import merits
from umva.reports.measures.optimum import FEWEST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.results import CutScan, Expectation

__all__ = ["MeritScan", "merit_scan"]

STEP = 1e-4
"""Relative step in which slopes are measured."""


@dataclass(frozen=True)
class MeritScan:
    """What a scan means for the numbers of events that are expected, all of shape ``(n_cuts,)``.

    Parameters
    ----------
    cut
        Rising cuts on the response.
    signal_efficiency, background_efficiency
        Shares that pass.
    value, error
        The figure of merit and its error, from those of the efficiencies; NaN where it is infinite.
    purity
        Share of signal in what passes; NaN where nothing does.
    known
        Where enough background events pass for the numbers to be trusted: at least 10 effective ones, as for the best cut,
        which is to say that the background efficiency is known to 32 %.
    """

    cut: NDArray[np.float64]
    signal_efficiency: NDArray[np.float64]
    background_efficiency: NDArray[np.float64]
    value: NDArray[np.float64]
    error: NDArray[np.float64]
    purity: NDArray[np.float64]
    known: NDArray[np.bool_]

    def at(self, places: NDArray[np.intp]) -> MeritScan:
        """Return some of the cuts alone."""
        return MeritScan(**{name: values[places] for name, values in vars(self).items()})


def merit_scan(scan: CutScan, expectation: Expectation, merit: str = "") -> MeritScan:
    """Return a figure of merit at each cut of a scan.

    Parameters
    ----------
    scan
        Efficiencies.
    expectation
        Numbers of events before the cut, which count as exact, and the uncertainty of the background.
    merit
        Its name in :data:`umva.reports.measures.MERITS`; by default that of the expectation.

    Examples
    --------
    >>> from umva.reports.results import CutScan, Expectation
    >>> scan = CutScan((0.1, 0.6), (1.0, 0.8), (0.0, 0.02), (1.0, 0.1), (0.0, 0.01), (50, 40), (100, 10))
    >>> found = merit_scan(scan, Expectation(30.0, 400.0), "S/sqrt(B)")
    >>> found.value.round(2).tolist(), found.error.round(2).tolist(), found.purity.round(2).tolist()
    ([1.5, 3.79], [0.0, 0.21], [0.07, 0.38])
    """
    function = merits(expectation.background_uncertainty)[merit or expectation.merit]
    efficiency, share = (
        np.asarray(each, dtype=np.float64) for each in (scan.signal_efficiency, scan.background_efficiency)
    )
    s, b = expectation.signal * efficiency, expectation.background * share
    steps = STEP * np.where(s > 0, s, 1.0), STEP * np.where(b > 0, b, 1.0)
    low = np.maximum(s - steps[0], 0.0), np.maximum(b - steps[1], 0.0)
    with np.errstate(invalid="ignore"):
        by_signal = (function(s + steps[0], b) - function(low[0], b)) / (s + steps[0] - low[0])
        by_background = (function(s, b + steps[1]) - function(s, low[1])) / (b + steps[1] - low[1])
        variance = (by_signal * expectation.signal * np.asarray(scan.signal_error)) ** 2
        variance += (by_background * expectation.background * np.asarray(scan.background_error)) ** 2
    value = function(s, b)
    finite = np.isfinite(value) & np.isfinite(variance)
    n_background, relative = np.asarray(scan.n_background), FEWEST * np.asarray(scan.background_error) ** 2
    return MeritScan(
        cut=np.asarray(scan.cut, dtype=np.float64),
        signal_efficiency=efficiency,
        background_efficiency=share,
        value=np.where(finite, value, np.nan),
        error=np.sqrt(np.where(finite, variance, np.nan)),
        purity=np.divide(s, s + b, out=np.full_like(s, np.nan), where=s + b > 0),
        known=finite & (n_background >= FEWEST) & (share**2 >= relative),
    )
