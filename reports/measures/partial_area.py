"""Area under the tight end of the ROC curve, where searches cut.

The mean signal efficiency while the background efficiency goes from 0 to a limit b::

    A(b) = 1/b * integral from 0 to b of e_S(e_B) de_B

Guessing has b/2, a perfect response 1. Partial areas go back to McClish, Medical Decision Making 9 (1989) 190, and Dodd and
Pepe, Biometrics 59 (2003) 614. The error is by influences: signal events above the cut at b move the curve up or down,
background events above it move the curve sideways, and the cut with it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.influence import Measured, correction
from umva.reports.measures.roc import full_roc
from umva.reports.results import Number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.measures.ranked import Ranked

__all__ = ["PARTIAL", "partial_area"]

PARTIAL = 0.1
"""Background efficiency up to which partial areas are given."""


def partial_area(ranked: Ranked, limit: float = PARTIAL) -> Measured:
    """Return the mean signal efficiency below a background efficiency, with the influence of each event.

    Negative weights enter as they are; the curve itself is kept monotone (:func:`umva.reports.measures.full_roc`). Where
    a class has no positive sum of weights the value is that of guessing, ``limit / 2``, without error.

    Parameters
    ----------
    ranked
        Responses from :func:`umva.reports.measures.rank`.
    limit
        Background efficiency, above 0 and at most 1; with 1 it is the whole area.

    Examples
    --------
    >>> from umva.reports.measures import rank
    >>> ranked = rank([0.1, 0.2, 0.4, 0.35, 0.8, 0.9], [0, 0, 0, 1, 1, 1])
    >>> round(partial_area(ranked, 1 / 3).value, 3), round(partial_area(ranked, 1.0).value, 3)
    (0.667, 0.889)
    """
    if not ranked.measurable:
        note = "not measurable: a class has no positive sum of weights"
        return Measured(Number(limit / 2.0, note=note), np.zeros(len(ranked.place)))
    curve = full_roc(ranked)
    last = int(np.searchsorted(curve.background, limit))  # where the curve reaches it, before it rises there
    background, signal = curve.background[: last + 1], curve.signal[: last + 1]
    end = float(np.interp(limit, background[-2:], signal[-2:]))
    background, signal = np.append(background[:-1], limit), np.append(signal[:-1], end)
    value = float(np.trapezoid(signal, background)) / limit
    # The share of each class above a response, half of the events at it counted as above.
    above_signal, above_background = (_above(each) for each in (ranked.signal, ranked.background))
    selected = above_background < limit
    moved_up = np.maximum(limit - above_background, 0.0) / limit - value
    moved_aside = np.where(selected, above_signal - end, 0.0) / limit - (value - end)
    of_signal = math.sqrt(correction(ranked.sum_signal, float(ranked.signal_squares.sum()))) / ranked.sum_signal
    of_background = math.sqrt(correction(ranked.sum_background, float(ranked.background_squares.sum())))
    share = np.where(
        ranked.is_signal,
        of_signal * moved_up[ranked.place],
        of_background / ranked.sum_background * moved_aside[ranked.place],
    )
    influence = ranked.weight * share
    return Measured(Number(value, math.sqrt(float(influence @ influence))), influence)


def _above(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of a class above each distinct response, half of what is at it counted as above."""
    share: NDArray[np.float64] = 1.0 - (np.cumsum(sums) - 0.5 * sums) / sums.sum()
    return share
