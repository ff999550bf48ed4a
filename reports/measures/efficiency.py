"""Signal efficiency at a given background efficiency, with both parts of its error.

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

from umva.reports.results import Number

if TYPE_CHECKING:
    from umva.reports.measures.roc import FullRoc

__all__ = ["WORKING_POINTS", "signal_efficiency"]

WORKING_POINTS = {"0.01": 0.01, "0.10": 0.10, "0.30": 0.30}
"""Background efficiencies of TMVA's evaluation table, by the key they have in the results."""


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
    value = float(np.interp(background, curve.background, curve.signal))
    own = float(np.interp(background, curve.background, curve.signal_error))
    if own == 0 and curve.n_eff_signal > 0:
        own = min(1.0, 1.0 / curve.n_eff_signal)
    step = float(np.interp(background, curve.background, curve.background_error))
    low, high = max(background - 2.0 * step, 0.0), min(background + 2.0 * step, 1.0)
    below, above = np.interp([low, high], curve.background, curve.signal)
    slope = (above - below) / (high - low) if high > low else 0.0
    return Number(value, math.hypot(own, slope * step))
