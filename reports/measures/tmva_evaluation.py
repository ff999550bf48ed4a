"""The numbers of TMVA's evaluation table, to its printed digits.

What TMVA prints is read from straight lines through the 100 points of its ROC curve: the ROC integral as a mean over 1000
points, the signal efficiency at a background efficiency to half a thousandth. The separation is that of the densities drawn
through histograms of 40 bins. The unbinned numbers of :mod:`umva.reports.measures`, which have errors, differ from these in
the third or fourth digit; these are for comparison with TMVA's own output.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.histogram import fill
from umva.reports.measures.separation import significance
from umva.reports.measures.tmva_curves import N_FINE, N_ROC, tmva_efficiency, tmva_range, tmva_roc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.measures.histogram import Contents

__all__ = ["TmvaEvaluation", "tmva_evaluation"]

N_READ = 1000
N_SEPARATION = 100
TINY = 1e-12


@dataclass(frozen=True)
class TmvaEvaluation:
    """A line of TMVA's evaluation table.

    Parameters
    ----------
    roc_integral
        Mean background rejection over the signal efficiencies.
    signal_efficiency
        At the background efficiencies 0.01, 0.1 and 0.3, by these.
    separation, significance
        Of the responses (TMVA Users Guide, section 3.1.10).
    """

    roc_integral: float
    signal_efficiency: dict[float, float]
    separation: float
    significance: float


def tmva_evaluation(
    scores: NDArray[np.floating], is_signal: NDArray[np.bool_], weight: NDArray[np.float64]
) -> TmvaEvaluation:
    """Return what TMVA's evaluation table says of a response.

    Parameters
    ----------
    scores, is_signal, weight
        Responses, which events are signal, and the weights of all, shape ``(n_events,)``; TMVA keeps responses in single
        precision. Negative weights enter as they are; efficiencies stay monotone.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> scores = np.concatenate([rng.normal(1, 1, 20_000), rng.normal(0, 1, 20_000)])
    >>> found = tmva_evaluation(scores, np.arange(40_000) < 20_000, np.ones(40_000))
    >>> round(found.roc_integral, 2), round(found.significance, 2), round(found.signal_efficiency[0.1], 1)
    (0.76, 0.71, 0.4)
    """
    single: NDArray[np.float64] = np.asarray(scores, dtype=np.float32).astype(np.float64)
    signal, background = ((single[each], weight[each]) for each in (is_signal, ~is_signal))
    where = tmva_range(signal, background)
    curve = tmva_roc(tmva_efficiency(*signal, where), tmva_efficiency(*background, where), where)
    return TmvaEvaluation(
        roc_integral=float(1.0 - _read(curve).mean()),
        signal_efficiency={at: _crossing(curve, at) for at in (0.01, 0.1, 0.3)},
        separation=_separation(*(fill(*each, where.binning()) for each in (signal, background))),
        significance=significance(signal, background).value,
    )


def _read(curve: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the background efficiency at 1000 signal efficiencies, by straight lines drawn out at both ends."""
    at = (np.arange(N_READ) + 0.5) / N_READ
    left = np.clip((at * N_ROC - 0.5).astype(int), 0, N_ROC - 2)
    read: NDArray[np.float64] = curve[left] + (at * N_ROC - 0.5 - left) * (curve[left + 1] - curve[left])
    return read


def _crossing(curve: NDArray[np.float64], background: float) -> float:
    """Return the signal efficiency at which the curve passes a background efficiency: the mean of the points around."""
    above = np.concatenate([[0.0], _read(curve)]) - background
    at = np.concatenate([[0.0], (np.arange(N_READ) + 0.5) / N_READ])
    crossed = np.flatnonzero(above[1:] * above[:-1] <= 0)
    if not len(crossed):
        return float(at[-1])
    return float(0.5 * (at[crossed[0]] + at[crossed[0] + 1]))


def _separation(signal: Contents, background: Contents) -> float:
    """Return the separation of the densities that TMVA draws through two histograms, from 100 points."""
    binning = signal.binning
    width = (binning.high - binning.low) / N_SEPARATION
    at = binning.low + width * (np.arange(N_SEPARATION) + 0.5)
    s, b = (_density(each, at) for each in (signal, background))
    return float(0.5 * width * np.sum((s - b) ** 2 / (s + b)))


def _density(contents: Contents, at: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return TMVA's Spline2 through a histogram, normalised, tabulated in 10 000 bins and read by straight lines."""
    edges, values = contents.binning.edges, contents.sums[1:-1]
    middles = 0.5 * (edges[1:] + edges[:-1])
    step = (edges[-1] - edges[0]) / N_FINE
    x = edges[0] + step * (np.arange(N_FINE) + 0.5)
    own = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(values) - 1)
    drawn = _parabolas(middles, values, x)
    drawn = np.maximum(np.where(drawn > TINY, drawn, values[own]), TINY)
    found: NDArray[np.float64] = np.interp(at, x, drawn / (drawn.sum() * step))
    return found


def _parabolas(x: NDArray[np.float64], y: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of the two parabolas through three neighbouring points around each place."""
    left = np.searchsorted(x, at, side="right") - 1
    total = np.zeros(len(at))
    for first in (np.clip(left - 1, 0, len(x) - 3), np.clip(left, 0, len(x) - 3)):
        (x1, x2, x3), (y1, y2, y3) = ((z[first], z[first + 1], z[first + 2]) for z in (x, y))
        total += y1 * (at - x2) * (at - x3) / ((x1 - x2) * (x1 - x3))
        total += y2 * (at - x1) * (at - x3) / ((x2 - x1) * (x2 - x3))
        total += y3 * (at - x1) * (at - x2) / ((x3 - x1) * (x3 - x2))
    return 0.5 * total
