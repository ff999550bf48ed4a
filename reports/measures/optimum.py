"""The best cut on a response: where AMS, or signal efficiency times purity, is largest.

AMS, the approximate median significance of the HiggsML challenge (Adam-Bourdarios et al., JMLR W&CP 42 (2015) 19, eq. 7;
from Cowan, Cranmer, Gross and Vitells, Eur. Phys. J. C 71 (2011) 1554, eq. 97)::

    AMS = sqrt(2 ((s + b + b_r) ln(1 + s / (b + b_r)) - s)),   b_r = 10

Efficiency times purity: ``s / S * s / (s + b)``, S being all the signal. s and b are the weights that pass the cut, scaled
from the test part to the whole sample, so that physical yields are kept. A sum that negative weights take below 0 counts
as 0.

The errors follow from the sums of squared weights on either side of the cut (delta method), the cut taken as given. The
largest of many fluctuating values is looked for, so the value found is biased upwards where few events pass; b_r is
there to keep such cuts from winning.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.results import Number, Optimum

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from umva.reports.measures.ranked import Ranked

__all__ = ["REGULARISATION", "ams", "best_ams", "best_efficiency_times_purity"]

REGULARISATION = 10.0
"""The background term b_r of HiggsML."""

CHOSEN = "the largest over all cuts, which is biased upwards where few events pass"


def ams(s: ArrayLike, b: ArrayLike, b_reg: float = REGULARISATION) -> NDArray[np.float64]:
    """Return the approximate median significance of s signal over b background events.

    Parameters
    ----------
    s, b
        Weighted numbers of selected events, not negative, of one shape.
    b_reg
        Added to the background.

    Examples
    --------
    >>> round(float(ams(100.0, 990.0)), 3)
    3.112
    """
    signal, background = np.asarray(s, dtype=np.float64), np.asarray(b, dtype=np.float64) + b_reg
    none = background <= 0
    safe = np.where(none, 1.0, background)
    ratio = signal / safe
    # The challenge's own expression, rounding included, equals the published digits; for small ratios it cancels.
    bracket = np.where(
        ratio < 1e-3,
        safe * ratio**2 * (0.5 - ratio / 6.0 + ratio**2 / 12.0 - ratio**3 / 20.0),
        (signal + safe) * np.log(1.0 + ratio) - signal,
    )
    found: NDArray[np.float64] = np.where(none, np.where(signal > 0, np.inf, 0.0), np.sqrt(2.0 * bracket))
    return found


def best_ams(ranked: Ranked) -> Optimum | None:
    """Return the cut of the largest AMS; None if a class has no positive sum of weights.

    Parameters
    ----------
    ranked
        Responses of the test part with weights that are scaled to the whole sample.

    Examples
    --------
    >>> from umva.reports.measures import rank
    >>> best_ams(rank([0.1, 0.2, 0.4, 0.9], [0, 0, 1, 1], [5, 5, 8, 2])).cut
    0.4
    """
    if not ranked.measurable:
        return None
    cuts = _cuts(ranked)
    found = ams(cuts.signal, cuts.background)
    k = int(np.argmax(found))
    s, b, value = float(cuts.signal[k]), float(cuts.background[k]) + REGULARISATION, float(found[k])
    by_signal = math.log1p(s / b) / value if value > 0 else 1.0 / math.sqrt(b)
    by_background = (math.log1p(s / b) - s / b) / value if value > 0 else 0.0
    variance = by_signal**2 * cuts.signal_squares[k] + by_background**2 * cuts.background_squares[k]
    return cuts.optimum(k, value, math.sqrt(variance))


def best_efficiency_times_purity(ranked: Ranked) -> Optimum | None:
    """Return the cut of the largest product of signal efficiency and purity; None if a class has no positive weight.

    TMVA lists this product for several classes, found by a genetic algorithm over cuts on all outputs; this is the
    largest over all cuts on the one response.

    Parameters
    ----------
    ranked
        Responses of the test part with weights that are scaled to the whole sample.

    Examples
    --------
    >>> from umva.reports.measures import rank
    >>> found = best_efficiency_times_purity(rank([0.1, 0.5, 0.4, 0.9], [0, 0, 1, 1]))
    >>> found.cut, round(found.value.value, 3)
    (0.4, 0.667)
    """
    if not ranked.measurable:
        return None
    cuts = _cuts(ranked)
    total, selected = ranked.sum_signal, cuts.signal + cuts.background
    purity = np.divide(cuts.signal, selected, out=np.zeros_like(selected), where=selected > 0)
    found = cuts.signal / total * purity
    k = int(np.argmax(found))
    value, s = float(found[k]), float(cuts.signal[k])
    if s <= 0:
        return cuts.optimum(k, value, 0.0)
    failed_squares = float(ranked.signal_squares.sum()) - float(cuts.signal_squares[k])
    passing = 2.0 / s - 1.0 / total - 1.0 / selected[k]
    variance = (
        passing**2 * cuts.signal_squares[k]
        + max(failed_squares, 0.0) / total**2
        + cuts.background_squares[k] / selected[k] ** 2
    )
    return cuts.optimum(k, value, value * math.sqrt(variance))


@dataclass(frozen=True)
class _Cuts:
    """What passes a cut at each distinct response, the tightest first."""

    score: NDArray[np.float64]
    signal: NDArray[np.float64]
    background: NDArray[np.float64]
    signal_squares: NDArray[np.float64]
    background_squares: NDArray[np.float64]

    def optimum(self, k: int, value: float, error: float) -> Optimum:
        """Return the k-th cut as the best one."""
        return Optimum(
            value=Number(value, error, note=CHOSEN),
            cut=float(self.score[k]),
            signal=Number(float(self.signal[k]), math.sqrt(self.signal_squares[k])),
            background=Number(float(self.background[k]), math.sqrt(self.background_squares[k])),
        )


def _cuts(ranked: Ranked) -> _Cuts:
    """Return the sums of what passes."""
    return _Cuts(
        score=ranked.score[::-1],
        signal=np.maximum(np.cumsum(ranked.signal[::-1]), 0.0),
        background=np.maximum(np.cumsum(ranked.background[::-1]), 0.0),
        signal_squares=np.cumsum(ranked.signal_squares[::-1]),
        background_squares=np.cumsum(ranked.background_squares[::-1]),
    )
