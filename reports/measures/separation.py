"""Separation and significance as TMVA defines them (TMVA Users Guide, section 3.1.10), with errors.

Separation of the densities s and b: ``1/2 integral (s - b)^2 / (s + b)``, 0 where they agree and 1 where they do not
overlap. It is found from histograms, 40 bins in TMVA's ranges; statistical fluctuations of the bins can only add to it,
about ``n_bins (1/n_S + 1/n_B) / 8`` where the classes agree. TMVA prints for responses the same integral over a spline
through the same histograms, which differs by little where the histograms are smooth.

Significance: ``|mean_S - mean_B| / sqrt(rms_S^2 + rms_B^2)``.
"""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.ranges import moments
from umva.reports.measures.ranked import effective_number
from umva.reports.results import Number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.measures.histogram import Contents

__all__ = ["separation", "significance"]


def separation(*classes: Contents) -> Number:
    """Return the separation of two histograms with the same bins; of several the mean over all pairs.

    Under- and overflow are left out, as in TMVA. The error is propagated from the bins' sums of squared weights, through
    the normalisation. A bin whose weights sum to less than nothing counts as empty; TMVA takes it as it is, which can
    lead beyond 1. Of several classes those without a positive sum of weights are left out.

    Examples
    --------
    >>> from umva.reports.measures import Binning, fill
    >>> bins = Binning(0.0, 4.0, n_bins=4)
    >>> s, b = np.array([0.5, 1.5, 1.6, 2.5]), np.array([2.6, 2.7, 3.5, 3.6])
    >>> round(separation(fill(s, np.ones(4), bins), fill(b, np.ones(4), bins)).value, 4)
    0.6667
    """
    sums = [np.maximum(each.sums[1:-1], 0.0) for each in classes]
    totals = [float(each.sum()) for each in sums]
    known = [k for k, total in enumerate(totals) if total > 0]
    if len(known) < 2:
        return Number(0.0, note="not measurable: a class has no positive sum of weights in the range")
    shares = {k: sums[k] / totals[k] for k in known}
    slopes = {k: np.zeros(len(sums[k])) for k in known}
    pairs = list(combinations(known, 2))
    value = 0.0
    for i, j in pairs:
        s, b = shares[i], shares[j]
        filled = s + b > 0
        both = np.where(filled, s + b, 1.0)
        value += 0.5 * float(np.sum((s - b)[filled] ** 2 / both[filled])) / len(pairs)
        for k, own, other in ((i, s, b), (j, b, s)):
            slope = np.where(filled, 0.5 * (own - other) / both * ((own + 3.0 * other) / both), 0.0)
            slopes[k] += slope / len(pairs)
    variance = 0.0
    for k in known:
        centred = slopes[k] - float(shares[k] @ slopes[k])
        variance += float(classes[k].squares[1:-1] @ centred**2) / totals[k] / totals[k]
    if not math.isfinite(variance):
        return Number(value, note="no error: negative weights cancel the positive ones")
    note = "classes without a positive sum of weights are left out" if len(known) < len(classes) else None
    return Number(value, math.sqrt(variance), note=note)


def significance(
    signal: tuple[NDArray[np.float64], NDArray[np.float64]], background: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> Number:
    """Return ``|mean_S - mean_B| / sqrt(rms_S^2 + rms_B^2)`` with its error by the delta method.

    Parameters
    ----------
    signal, background
        Responses and weights of each class. Negative weights enter as they are.

    Examples
    --------
    >>> round(significance((np.array([1.0, 3.0]), np.ones(2)), (np.array([-1.0, 1.0]), np.ones(2))).value, 6)
    1.414214
    """
    if min(float(weight.sum()) for _, weight in (signal, background)) <= 0:
        return Number(0.0, note="not measurable: a class has no positive sum of weights")
    (mean_s, rms_s), (mean_b, rms_b) = moments(*signal), moments(*background)
    spread = rms_s**2 + rms_b**2
    distance = mean_s - mean_b
    if spread <= 0:
        return Number(0.0, note="not measurable: the responses of both classes have no spread")
    variance = 0.0
    for (values, weight), mean, rms, sign in ((signal, mean_s, rms_s, 1.0), (background, mean_b, rms_b, -1.0)):
        centred = values - mean
        influence = sign * centred - 0.5 * distance / spread * (centred**2 - rms**2)
        total, squares = float(weight.sum()), weight**2
        n_eff = effective_number(total, float(squares.sum()))
        correction = n_eff / (n_eff - 1.0) if n_eff > 1.0 else 1.0
        variance += float(squares @ influence**2) / total / total / spread * correction
    return Number(abs(distance) / math.sqrt(spread), math.sqrt(variance))
