"""Kolmogorov's test as TMVA writes it on its overtraining plot: of histograms, by ROOT's TH1::KolmogorovTest.

ROOT compares the distribution functions at the edges of the bins, under- and overflow left out, and reads Kolmogorov's
law for ``n1 n2 / (n1 + n2)`` events, n being ``(sum w)^2 / sum w^2`` of each histogram. In bins the distance is smaller
than between events, so that this probability is too large. TMVA 4.2 therefore asks for option "X": 1000 samples as large
as the training part are thrown from the test histogram, and the probability is the share of them whose distance from
that very histogram is larger than the one found. As the test histogram is taken for the truth, its own fluctuation is
forgotten, and this probability is too small: one of four comparisons of equal samples of equal size falls below 0.05,
and nearly all where the training part is ten times the larger. Neither is used for a verdict; they are here to be compared with TMVA's.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.ranked import effective_number
from umva.reports.results import TmvaKolmogorov

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.measures.histogram import Contents

__all__ = ["tmva_kolmogorov"]

N_THROWN = 1000


def tmva_kolmogorov(test: Contents, train: Contents) -> TmvaKolmogorov | None:
    """Return ROOT's ``test->KolmogorovTest(train)`` without and with option "X"; nothing if either is empty.

    Parameters
    ----------
    test, train
        Histograms with the same bins, those of TMVA's overtraining plot: 40 of
        :func:`umva.reports.measures.tmva_response_binning`. Negative bins enter the distance as they are and count
        as empty where samples are thrown, as in ROOT. The seed is fixed.

    Examples
    --------
    >>> from umva.reports.measures import Binning, fill
    >>> bins, x = Binning(0.0, 2.0, n_bins=2), np.array([0.5, 1.5])
    >>> found = tmva_kolmogorov(fill(x, np.array([6.0, 6.0]), bins), fill(x, np.array([8.0, 4.0]), bins))
    >>> round(found.distance, 3)
    0.167
    """
    sums = [each.sums[1:-1] for each in (test, train)]
    totals = [float(each.sum()) for each in sums]
    numbers = [
        effective_number(total, float(each.squares[1:-1].sum()))
        for total, each in zip(totals, (test, train), strict=True)
    ]
    if min(*totals, *numbers) <= 0:
        return None
    first, second = (np.cumsum(each / total) for each, total in zip(sums, totals, strict=True))
    distance = float(np.abs(first - second).max())
    return TmvaKolmogorov(
        distance, _law(distance, *numbers), _thrown(np.maximum(sums[0], 0.0), int(numbers[1]), distance)
    )


def _law(distance: float, first: float, second: float) -> float:
    """Return Kolmogorov's probability of a larger distance."""
    from scipy.special import kolmogorov

    return float(kolmogorov(distance * math.sqrt(first * second / (first + second))))


def _thrown(parent: NDArray[np.float64], n_events: int, distance: float) -> float:
    """Return the share of samples of so many events that are farther from their parent."""
    shares = parent / parent.sum()
    samples = np.random.default_rng(1000).multinomial(max(n_events, 1), shares, size=N_THROWN)
    farthest = np.abs(np.cumsum(samples / max(n_events, 1) - shares, axis=1)).max(axis=1)
    return float(np.mean(farthest > distance))
