"""Replicas of a sample at some cuts: how a best cut would come out again.

In each replica the weight between neighbouring cuts is drawn anew from a scaled Poisson distribution, which has the sum
of the weights there as mean and the sum of their squares as variance (Bohm and Zech, Nucl. Instrum. Methods A 748 (2014)
1), or from a normal one where negative weights leave less than half an effective event. Then each class is scaled to
its expected number of events, as the sample itself is. The seed is fixed: replicas of one sample are always the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from umva.reports.measures.scan import spread_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.measures.merit import Merit
    from umva.reports.measures.ranked import Ranked
    from umva.reports.measures.roc import FullRoc

__all__ = ["Replicas"]

N_REPLICAS = 100
N_CUTS = 400
SEED = 20_260_101
CENTRAL = (0.158655, 0.841345)
"""Quantiles between which a normal distribution has one standard deviation to either side."""


@dataclass(frozen=True)
class Replicas:
    """Signal and background that pass, in each replica at each of some cuts.

    Parameters
    ----------
    places
        Which cuts, counted from the tightest, shape ``(n_cuts,)``.
    cut
        Their responses.
    signal, background
        Numbers of events that pass, shape ``(n_replicas, n_cuts)``.
    """

    places: NDArray[np.intp]
    cut: NDArray[np.float64]
    signal: NDArray[np.float64]
    background: NDArray[np.float64]

    @classmethod
    def of(cls, ranked: Ranked, curve: FullRoc) -> Self:
        """Draw replicas of sorted responses, whose ROC curve says which cuts cover them well."""
        places = spread_points(curve, N_CUTS) - 1
        rng = np.random.default_rng(SEED)
        signal = _drawn(ranked.signal[::-1], ranked.signal_squares[::-1], places, rng)
        background = _drawn(ranked.background[::-1], ranked.background_squares[::-1], places, rng)
        return cls(places, ranked.score[::-1][places], signal, background)

    def luck(self, merit: Merit, found: NDArray[np.float64]) -> tuple[float, float]:
        """Return the error of the best cut, and by how much the largest value of a figure of merit is too large.

        The error is half the width of the central 68 % of the replicas' best cuts. The optimism is by how much, in the
        mean over replicas, the best cut of a replica looks better there than in the true sample (Efron and Tibshirani,
        *An Introduction to the Bootstrap*, 1993, section 17.6).

        Parameters
        ----------
        merit
            The figure of merit.
        found
            Its value in the true sample at the cuts of the replicas, ``-inf`` where a cut is not allowed.
        """
        values = np.asarray(merit(self.signal, self.background))
        values = np.where(np.isfinite(values) & np.isfinite(found), values, -np.inf)
        values = values[np.isfinite(values).any(axis=1)]
        if not len(values):
            return 0.0, 0.0
        best = np.argmax(values, axis=1)
        low, high = np.quantile(self.cut[best], CENTRAL)
        return float(high - low) / 2.0, float((values.max(axis=1) - found[best]).mean())


def _drawn(
    sums: NDArray[np.float64], squares: NDArray[np.float64], places: NDArray[np.intp], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return what passes at these places in each replica, from weights at each response, the tightest first."""
    first = np.concatenate(([0], places[:-1] + 1))
    mean, variance = np.add.reduceat(sums, first), np.add.reduceat(squares, first)
    n_eff = np.divide(mean**2, variance, out=np.zeros_like(mean), where=variance > 0)
    whole = n_eff >= 0.5
    scale = np.divide(variance, mean, out=np.zeros_like(mean), where=whole)
    shape = (N_REPLICAS, len(mean))
    drawn = rng.poisson(np.where(whole, n_eff, 0.0), shape) * scale
    drawn += np.where(whole, 0.0, rng.normal(mean, np.sqrt(variance), shape))
    passing = np.maximum.accumulate(np.maximum(np.cumsum(drawn, axis=1), 0.0), axis=1)
    total = passing[:, -1:]
    scaled: NDArray[np.float64] = np.divide(passing * sums.sum(), total, out=np.zeros_like(passing), where=total > 0)
    return scaled
