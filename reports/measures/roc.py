"""The ROC curve of weighted events, its errors and the points of it that are worth drawing.

A cut at every distinct response gives one point; events of equal response pass together. Between points the curve is
the straight line that a random choice among equal responses would give, as in the area under it.

Negative weights can make an efficiency fall while the cut is loosened, which no cut can mean. The curve is made
monotone by the running maximum from the tight end and clipped to 0 to 1; for positive weights that changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.results import RocCurve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.measures.ranked import Ranked

__all__ = ["FullRoc", "decimate", "full_roc"]


@dataclass(frozen=True)
class FullRoc:
    """All points of a ROC curve, from the tightest cut (0, 0) to none (1, 1); shapes ``(n_distinct + 1,)``.

    Parameters
    ----------
    signal, background
        Efficiencies, both rising.
    signal_error, background_error
        Their errors, those of a weighted binomial share:
        ``sqrt((1 - e)^2 sum_pass w^2 + e^2 sum_fail w^2) / sum w``.
    n_eff_signal
        Effective number of signal events.
    """

    signal: NDArray[np.float64]
    background: NDArray[np.float64]
    signal_error: NDArray[np.float64]
    background_error: NDArray[np.float64]
    n_eff_signal: float


def full_roc(ranked: Ranked) -> FullRoc:
    """Return the ROC curve of sorted responses; the diagonal without error if a class has no positive sum of weights.

    Examples
    --------
    >>> from umva.reports.measures import rank
    >>> curve = full_roc(rank([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]))
    >>> curve.signal.tolist(), curve.background.tolist()
    ([0.0, 0.5, 0.5, 1.0, 1.0], [0.0, 0.0, 0.5, 0.5, 1.0])
    """
    if not ranked.measurable:
        ends, none = np.array([0.0, 1.0]), np.zeros(2)
        return FullRoc(ends, ends, none, none, 0.0)
    signal, signal_error = _efficiency(ranked.signal, ranked.signal_squares)
    background, background_error = _efficiency(ranked.background, ranked.background_squares)
    return FullRoc(signal, background, signal_error, background_error, ranked.n_eff_signal)


def decimate(curve: FullRoc, *, n_points: int = 400) -> RocCurve:
    """Choose the points to draw: half of them even in signal efficiency, half even in log background efficiency.

    The error of the background efficiency is that at the given signal efficiency. The cut that lets so much signal pass
    is itself uncertain, so that ``var b(e) = var_B(b) + (db/de)^2 var_S(e)``, db/de being the change of b while e moves
    by two standard deviations to either side (Hsieh and Turnbull, Annals of Statistics 24 (1996) 25).

    Parameters
    ----------
    curve
        A curve from :func:`full_roc`.
    n_points
        At most so many points are kept; both ends always are.

    Examples
    --------
    >>> from umva.reports.measures import rank
    >>> rng = np.random.default_rng(1)
    >>> curve = full_roc(rank(rng.normal(size=5000), rng.integers(0, 2, 5000)))
    >>> len(decimate(curve).signal_efficiency) <= 400
    True
    """
    half = n_points // 2
    positive = curve.background[curve.background > 0]
    lowest = positive[0] if len(positive) else 1.0
    chosen = np.concatenate(
        (
            np.searchsorted(curve.signal, np.linspace(0.0, 1.0, half)),
            np.searchsorted(curve.background, np.geomspace(lowest, 1.0, half - 2)),
            [0, len(curve.signal) - 1],
        )
    )
    points = np.unique(np.minimum(chosen, len(curve.signal) - 1))
    return RocCurve(
        tuple(curve.signal[points].tolist()),
        tuple(curve.background[points].tolist()),
        tuple(np.hypot(curve.background_error[points], _moved(curve, points)).tolist()),
    )


def _moved(curve: FullRoc, points: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return by how much the background efficiency moves with one standard deviation of the signal efficiency."""
    at, error = curve.signal[points], curve.signal_error[points]
    low, high = np.maximum(at - 2.0 * error, 0.0), np.minimum(at + 2.0 * error, 1.0)
    below, above = (np.interp(each, curve.signal, curve.background) for each in (low, high))
    moved: NDArray[np.float64] = error * (above - below) / np.where(high > low, high - low, 1.0)
    return moved


def _efficiency(
    sums: NDArray[np.float64], squares: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the efficiency of a falling cut and its error, from weights by rising response."""
    passed = np.concatenate(([0.0], np.cumsum(sums[::-1])))
    passed_squares = np.concatenate(([0.0], np.cumsum(squares[::-1])))
    total, total_squares = passed[-1], passed_squares[-1]
    efficiency = np.clip(np.maximum.accumulate(passed / total), 0.0, 1.0)
    efficiency[-1] = 1.0
    failed_squares = np.maximum(total_squares - passed_squares, 0.0)
    error = np.sqrt((1.0 - efficiency) ** 2 * passed_squares + efficiency**2 * failed_squares) / total
    return efficiency, error
