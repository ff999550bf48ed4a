"""Do two weighted samples come from one distribution? Kolmogorov-Smirnov and Anderson-Darling unbinned, chi2 in bins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.bridge import bridge_between
from umva.reports.measures.ranked import effective_number
from umva.reports.results import HypothesisTest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.measures.histogram import Contents
    from umva.reports.measures.ranked import Ranked

__all__ = ["ad_test", "chi2_test", "ks_test"]

FEWEST = 10.0
"""Effective events that the smaller sample must expect in each bin of a chi2 test."""


def ks_test(train: Ranked, test: Ranked, *, signal: bool) -> HypothesisTest:
    """Compare the responses of one class in two parts: unbinned, weighted Kolmogorov-Smirnov test.

    The distance is the largest difference of the weighted distribution functions, looked for at the distinct responses
    only. Its probability is that of a bridge with the covariance of the pooled sample
    (:mod:`umva.reports.measures.bridge`): Kolmogorov's law for many events of equal weight, and right, too, for ties,
    for weights that go with the response and for negative weights, which enter as they are. It holds from some 50
    effective events in the smaller part on; where the distance can take few values only, it counts the one found half.

    Examples
    --------
    >>> from umva.reports.measures import rank
    >>> ones = [1, 1, 1, 1]
    >>> ks_test(rank([1.0, 2.0, 3.0, 4.0], ones), rank([3.0, 4.0, 5.0, 6.0], ones), signal=True).statistic
    0.5
    """
    bridge = bridge_between(train, test, signal=signal)
    if bridge is None:
        return _nothing(train, test, signal=signal)
    return HypothesisTest(bridge.largest, bridge.p_largest(), *bridge.n_eff)


def ad_test(train: Ranked, test: Ranked, *, signal: bool) -> HypothesisTest:
    """Compare the responses of one class in two parts: unbinned, weighted Anderson-Darling test.

    The statistic is the mean square difference of the weighted distribution functions, each difference in units of its
    expected spread, which gives the ends of the response as much say as its middle; chance makes it 1 in the mean. It
    is that of Scholz and Stephens (J. Amer. Statist. Assoc. 82 (1987) 918, eq. 7), with midranks for ties, effective
    numbers of events in place of numbers, and weighted distribution functions. Negative weights enter as they are, but
    what stands for the pooled distribution in the expected spread is that of absolute weights, which cannot fall. The
    probability is found as that of :func:`ks_test`.

    Examples
    --------
    >>> from umva.reports.measures import rank
    >>> ones = [1, 1, 1, 1]
    >>> found = ad_test(rank([1.0, 2.0, 3.0, 4.0], ones), rank([3.0, 4.0, 5.0, 6.0], ones), signal=True)
    >>> round(found.statistic, 3)
    2.031
    """
    bridge = bridge_between(train, test, signal=signal)
    if bridge is None:
        return _nothing(train, test, signal=signal)
    return HypothesisTest(bridge.mean_square, bridge.p_mean_square(), *bridge.n_eff)


def chi2_test(train: Contents, test: Contents) -> HypothesisTest:
    """Compare two weighted histograms of the same bins, under- and overflow included.

    The statistic is ``d C^-1 d``, d being the differences of the shares in the bins but one, with one degree of freedom
    less than bins. Their covariance C is that of the pooled sample: with f and q a bin's share of the weights and of
    the squared weights, both weighted by the effective numbers n of events,
    ``(1 / n_1 + 1 / n_2) (q_j [j = k] - q_j f_k - f_j q_k + f_j f_k)``. For equal weights this is Pearson's chi2 of a
    table of two rows. Neighbouring bins are joined from the left until the pooled share lets the smaller part expect
    ten effective events. Negative weights enter as they are.

    Examples
    --------
    >>> from umva.reports.measures import Binning, fill
    >>> bins, x = Binning(0.0, 2.0, n_bins=2), np.array([0.5, 1.5])
    >>> found = chi2_test(fill(x, np.array([4.0, 6.0]), bins), fill(x, np.array([6.0, 4.0]), bins))
    >>> found.n_dof
    0
    """
    from scipy.special import chdtrc

    parts = train, test
    totals = [float(each.sums.sum()) for each in parts]
    numbers = [effective_number(total, float(each.squares.sum())) for total, each in zip(totals, parts, strict=True)]
    nothing = HypothesisTest(0.0, 1.0, numbers[0], numbers[1], n_dof=0)
    if min(*totals, *numbers) <= 0:
        return nothing
    shares = [each.sums / total for each, total in zip(parts, totals, strict=True)]
    f = np.average(shares, axis=0, weights=numbers)
    q = np.average([each.squares / each.squares.sum() for each in parts], axis=0, weights=numbers)
    starts = _joined(f, q, min(numbers))
    if len(starts) < 2:
        return nothing
    f, q, d = (np.add.reduceat(each, starts) for each in (f, q, shares[0] - shares[1]))
    mixed = np.outer(q, f)
    covariance = (1.0 / numbers[0] + 1.0 / numbers[1]) * (np.diag(q) - mixed - mixed.T + np.outer(f, f))
    statistic = float(d[:-1] @ np.linalg.solve(covariance[:-1, :-1], d[:-1]))
    n_dof = len(starts) - 1
    return HypothesisTest(statistic, float(chdtrc(n_dof, statistic)), numbers[0], numbers[1], n_dof=n_dof)


def _nothing(train: Ranked, test: Ranked, *, signal: bool) -> HypothesisTest:
    """Return a test that found nothing, since a part has no positive sum of weights."""
    first, second = (each.n_eff_signal if signal else each.n_eff_background for each in (train, test))
    return HypothesisTest(0.0, 1.0, first, second)


def _joined(f: NDArray[np.float64], q: NDArray[np.float64], n_eff: float) -> list[int]:
    """Return where joined bins start, so that ``n_eff f^2 / q`` effective events are enough in each."""
    starts, begin = [0], 0
    for end in range(1, len(f) + 1):
        share, noise = float(f[begin:end].sum()), float(q[begin:end].sum())
        if share > 0 and n_eff * share**2 >= FEWEST * noise:
            begin = end
            starts.append(end)
    # What is left over at the end, if anything, goes to the last bin that has enough.
    return starts[:-1]
