"""Do two weighted samples come from one distribution? Kolmogorov-Smirnov unbinned, chi2 in bins."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.ranked import effective_number
from umva.reports.results import HypothesisTest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.measures.histogram import Contents
    from umva.reports.measures.ranked import Ranked

__all__ = ["chi2_test", "ks_test"]

FEWEST = 10.0
"""Effective events that a bin of a chi2 test must hold in both samples."""


def ks_test(train: Ranked, test: Ranked, *, signal: bool) -> HypothesisTest:
    """Compare the responses of one class in two parts: unbinned, weighted Kolmogorov-Smirnov test.

    The distance is the largest difference of the weighted distribution functions, looked for at the distinct responses
    only, so ties do no harm; if there are few distinct responses the p-value is too large (the test is conservative).
    The p-value is Kolmogorov's limiting one for ``n1 n2 / (n1 + n2)`` events, n being ``(sum w)^2 / sum w^2`` of each
    sample, with the small-sample correction of Stephens, J. R. Statist. Soc. B 32 (1970) 115. Negative weights enter as
    they are.

    Examples
    --------
    >>> from umva.reports.measures import rank
    >>> ones = [1, 1, 1, 1]
    >>> ks_test(rank([1.0, 2.0, 3.0, 4.0], ones), rank([3.0, 4.0, 5.0, 6.0], ones), signal=True).statistic
    0.5
    """
    from scipy.special import kolmogorov

    weights = [(each.signal if signal else each.background) for each in (train, test)]
    squares = [(each.signal_squares if signal else each.background_squares) for each in (train, test)]
    totals = [float(each.sum()) for each in weights]
    numbers = [effective_number(total, float(each.sum())) for total, each in zip(totals, squares, strict=True)]
    if min(*totals, *numbers) <= 0:
        return HypothesisTest(0.0, 1.0, numbers[0], numbers[1])
    first, second = (np.cumsum(each) / total for each, total in zip(weights, totals, strict=True))
    distance = max(
        _largest_distance(first, train.score, second, test.score),
        _largest_distance(second, test.score, first, train.score),
    )
    root = math.sqrt(numbers[0] * numbers[1] / (numbers[0] + numbers[1]))
    return HypothesisTest(distance, float(kolmogorov((root + 0.12 + 0.11 / root) * distance)), numbers[0], numbers[1])


def chi2_test(train: Contents, test: Contents) -> HypothesisTest:
    """Compare two weighted histograms of the same bins, under- and overflow included.

    With shares p and their variances v in each bin the statistic is ``sum (p1 - p2)^2 / (v1 + v2)`` with one degree of
    freedom less than bins (Gagunashvili, arXiv:physics/0605123, two weighted histograms). Neighbouring bins are joined
    from the left until each holds ten effective events of both samples. Negative weights enter as they are.

    Examples
    --------
    >>> from umva.reports.measures import Binning, fill
    >>> bins, x = Binning(0.0, 2.0, n_bins=2), np.array([0.5, 1.5])
    >>> found = chi2_test(fill(x, np.array([4.0, 6.0]), bins), fill(x, np.array([6.0, 4.0]), bins))
    >>> found.n_dof
    0
    """
    from scipy.special import chdtrc

    totals = [float(each.sums.sum()) for each in (train, test)]
    numbers = [
        effective_number(total, float(each.squares.sum())) for total, each in zip(totals, (train, test), strict=True)
    ]
    nothing = HypothesisTest(0.0, 1.0, numbers[0], numbers[1], n_dof=0)
    if min(totals) <= 0:
        return nothing
    starts = _joined(train, test)
    if len(starts) < 2:
        return nothing
    shares = [np.add.reduceat(each.sums, starts) / total for each, total in zip((train, test), totals, strict=True)]
    variance = sum(
        np.add.reduceat(each.squares, starts) / total / total for each, total in zip((train, test), totals, strict=True)
    )
    statistic = float(np.sum((shares[0] - shares[1]) ** 2 / variance))
    n_dof = len(starts) - 1
    return HypothesisTest(statistic, float(chdtrc(n_dof, statistic)), numbers[0], numbers[1], n_dof=n_dof)


def _largest_distance(
    own: NDArray[np.float64], at: NDArray[np.float64], other: NDArray[np.float64], other_at: NDArray[np.float64]
) -> float:
    """Return the largest difference of two distribution functions at the steps of the first."""
    before = np.searchsorted(other_at, at, side="right")
    return float(np.abs(own - np.concatenate(([0.0], other))[before]).max(initial=0.0))


def _joined(first: Contents, second: Contents) -> list[int]:
    """Return where joined bins start, so that each holds enough effective events of both histograms."""
    starts, begin = [0], 0
    n_bins = len(first.sums)

    def enough(end: int) -> bool:
        return all(
            each.sums[begin:end].sum() > 0
            and effective_number(each.sums[begin:end].sum(), each.squares[begin:end].sum()) >= FEWEST
            for each in (first, second)
        )

    for end in range(1, n_bins + 1):
        if enough(end):
            begin = end
            starts.append(end)
    # What is left over at the end, if anything, goes to the last bin that has enough.
    return starts[:-1]
