"""Signal efficiency at a given background efficiency and the reverse, with both parts of their errors.

The cut that lets a share b of the background pass is found on the same finite sample, so the signal efficiency e(b) has
two independent sources of error::

    var e = var_S(e) + (de/db)^2 var_B(b)

var_S and var_B are the weighted binomial variances of :mod:`umva.reports.measures.roc`; de/db, the slope of the ROC
curve, is the change of e while b moves by two standard deviations to either side. This is the delta method (Hsieh and
Turnbull, Annals of Statistics 24 (1996) 25). TMVA prints the first part alone, often the smaller one for small b.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.influence import Z95
from umva.reports.results import Number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.measures.roc import FullRoc

__all__ = ["REJECTION_POINTS", "WORKING_POINTS", "rejection", "signal_efficiency"]

WORKING_POINTS = {"0.01": 0.01, "0.10": 0.10, "0.30": 0.30}
"""Background efficiencies of TMVA's evaluation table, by the key they have in the results."""

REJECTION_POINTS = {"0.50": 0.5, "0.70": 0.7, "0.90": 0.9}
"""Signal efficiencies at which the rejection of background is given, by their key."""

NONE_SEEN = -math.log(0.05)
"""Mean of a Poisson distribution that gives 0 with a probability of 5 %."""


def signal_efficiency(curve: FullRoc, background: float) -> Number:
    """Return the signal efficiency where the background efficiency is ``background``.

    Responses that come in steps are interpolated: a share of the events on the step is taken, as if chosen at random.
    (TMVA gives 0 below the first step.) Where all signal passes, or none, the binomial error is 0; the share of one
    event, 1 / n_eff, takes its place.

    Parameters
    ----------
    curve
        All points of a ROC curve, from :func:`umva.reports.measures.full_roc`.
    background
        Background efficiency, between 0 and 1.

    Examples
    --------
    >>> from umva.reports.measures import full_roc, rank
    >>> curve = full_roc(rank([0.1, 0.2, 0.4, 0.35, 0.8, 0.9], [0, 0, 0, 1, 1, 1]))
    >>> round(signal_efficiency(curve, 1 / 3).value, 3)
    1.0
    """
    return _efficiency(
        background, curve.background, curve.background_error, curve.signal, curve.signal_error, curve.n_eff_signal
    )


def rejection(curve: FullRoc, signal: float, *, n_eff_background: float) -> Number:
    """Return 1 / background efficiency where the signal efficiency is ``signal``, with its 95 % interval.

    The interval is that of the background efficiency, turned over. Where no background passes, the value is the limit that
    is exceeded with 95 % probability, n_eff / 3, and has no error.

    Parameters
    ----------
    curve
        All points of a ROC curve.
    signal
        Signal efficiency, between 0 and 1.
    n_eff_background
        Effective number of background events.

    Examples
    --------
    >>> from umva.reports.measures import full_roc, rank
    >>> ranked = rank([0.1, 0.2, 0.4, 0.35, 0.8, 0.9], [0, 0, 0, 1, 1, 1])
    >>> round(rejection(full_roc(ranked), 1.0, n_eff_background=ranked.n_eff_background).value, 3)
    3.0
    """
    # From the loose end, so that where several cuts let the same signal pass the tightest is taken.
    lost = 1.0 - curve.signal[::-1], curve.signal_error[::-1]
    passing = _efficiency(1.0 - signal, *lost, curve.background[::-1], curve.background_error[::-1], n_eff_background)
    if passing.value <= 0 or passing.error is None:
        least = max(n_eff_background / NONE_SEEN, 1.0)
        return Number(least, low=least, note="nothing passes: a limit with 95 % probability")
    low, high = passing.value - Z95 * passing.error, passing.value + Z95 * passing.error
    return Number(
        1.0 / passing.value,
        passing.error / passing.value**2,
        low=1.0 / min(high, 1.0),
        high=1.0 / low if low > 0 else None,
    )


def _efficiency(
    at: float,
    given: NDArray[np.float64],
    given_error: NDArray[np.float64],
    wanted: NDArray[np.float64],
    wanted_error: NDArray[np.float64],
    n_eff: float,
) -> Number:
    """Return one efficiency where the other one has a given value."""
    value = float(np.interp(at, given, wanted))
    own = float(np.interp(at, given, wanted_error))
    if own == 0 and n_eff > 0:
        own = min(1.0, 1.0 / n_eff)
    step = float(np.interp(at, given, given_error))
    low, high = max(at - 2.0 * step, 0.0), min(at + 2.0 * step, 1.0)
    below, above = np.interp([low, high], given, wanted)
    slope = (above - below) / (high - low) if high > low else 0.0
    return Number(value, math.hypot(own, slope * step))
