"""What passes a cut on the response, for cuts from the loosest to the tightest: TMVA's cut-efficiency window.

Cuts stand where they change most: evenly in signal efficiency, in background efficiency and, for the tight end, in the
logarithm of the background efficiency. The efficiencies are those of :mod:`umva.reports.measures.roc`, monotone and
within 0 to 1 whatever the signs of the weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.reports.results import CutScan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from umva.reports.measures.ranked import Ranked
    from umva.reports.measures.roc import FullRoc

__all__ = ["cut_scan", "passing_numbers", "spread_points"]

N_CUTS = 200


def cut_scan(ranked: Ranked, curve: FullRoc, *, through: Iterable[float] = ()) -> CutScan | None:
    """Return efficiencies and numbers of events for at most 200 rising cuts; None if a class has no positive weight.

    Parameters
    ----------
    ranked
        Responses of one part, sorted, with weights of any sign.
    curve
        Their ROC curve.
    through
        Cuts, among the responses, that are scanned in any case.

    Examples
    --------
    >>> from umva.reports.measures import full_roc, rank
    >>> ranked = rank([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])
    >>> scan = cut_scan(ranked, full_roc(ranked))
    >>> scan.cut, scan.signal_efficiency, scan.n_background
    ((0.1, 0.35, 0.4, 0.8), (1.0, 1.0, 0.5, 0.5), (2, 1, 1, 0))
    """
    if not ranked.measurable:
        return None
    marked = len(ranked.score) - np.searchsorted(ranked.score, np.array(list(through), dtype=np.float64))
    points = np.union1d(spread_points(curve, N_CUTS - len(marked)), marked)[::-1]
    n_signal, n_background = (passing_numbers(ranked, signal=each)[points - 1] for each in (True, False))
    return CutScan(
        cut=tuple(ranked.score[::-1][points - 1].tolist()),
        signal_efficiency=tuple(curve.signal[points].tolist()),
        signal_error=tuple(curve.signal_error[points].tolist()),
        background_efficiency=tuple(curve.background[points].tolist()),
        background_error=tuple(curve.background_error[points].tolist()),
        n_signal=tuple(n_signal.tolist()),
        n_background=tuple(n_background.tolist()),
    )


def passing_numbers(ranked: Ranked, *, signal: bool) -> NDArray[np.intp]:
    """Return the number of events of a class, not weighted, that pass a cut at each distinct response, tightest first."""
    here = np.bincount(ranked.place[ranked.is_signal == signal], minlength=len(ranked.score))
    return np.cumsum(here[::-1])


def spread_points(curve: FullRoc, n_points: int) -> NDArray[np.intp]:
    """Return the places on a curve of at most so many cuts that cover it well, the tightest first, both ends included.

    Place 0, which nothing passes, is no cut.

    Parameters
    ----------
    curve
        All points of a ROC curve.
    n_points
        At most so many are chosen; all, if there are no more.

    Examples
    --------
    >>> from umva.reports.measures import full_roc, rank
    >>> curve = full_roc(rank(np.arange(1000.0), np.arange(1000) % 2))
    >>> points = spread_points(curve, 100)
    >>> len(points) <= 100, int(points[0]), int(points[-1])
    (True, 1, 1000)
    """
    last = len(curve.signal) - 1
    if last <= n_points:
        return np.arange(1, last + 1)
    positive = curve.background[curve.background > 0]
    third = (n_points - 2) // 3
    even = np.linspace(0.0, 1.0, third + 1)[1:]
    chosen = np.concatenate(
        (
            np.searchsorted(curve.signal, even),
            np.searchsorted(curve.background, even),
            np.searchsorted(curve.background, np.geomspace(float(positive[0]), 1.0, third)),
            [1, last],
        )
    )
    return np.unique(np.clip(chosen, 1, last))
