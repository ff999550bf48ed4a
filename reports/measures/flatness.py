"""Does the response depend on a spectator? Efficiencies in its bins, and distances of distributions with their tests.

All is found in one class, such as the background, and looks at how the response and a spectator (mass, transverse
momentum) are distributed together; the hypothesis tested is that they are independent. Weights enter as they are,
negative ones included, and are taken to be independent of the spectator, too.

* Efficiencies of a cut in bins of the spectator, and a chi2 test that they are equal: with the efficiency e of all
  events, ``sum (e_b - mean)^2 / v_b``, where ``v_b = r sum_b w^2 / (sum_b w)^2``, ``r`` is the mean of ``(pass - e)^2``
  over squared weights, and the mean is taken with ``1 / v_b``. For unit weights that is Pearson's chi2 of the table of
  pass and fail against bins.
* Distributions of the spectator of events that pass and that fail: Jensen-Shannon divergence in bits (Lin, IEEE Trans.
  Inf. Theory 37 (1991) 145; used so by ATLAS, ATL-PHYS-PUB-2018-014), Kolmogorov-Smirnov distance, unbinned.
* SDE, the standard deviation of efficiency, and the Cramer-von Mises distance of the response in each bin from that in
  all, both as defined by Rogozhnikov, Bukva, Gligorov, Ustyuzhanin and Williams, JINST 10 (2015) T03002 (hep_ml).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.influence import Z95
from umva.reports.measures.quantile_bins import quantile_bins
from umva.reports.measures.ranked import effective_number
from umva.reports.results import HypothesisTest, Number, Selection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from umva.reports.measures.quantile_bins import QuantileBins
    from umva.reports.measures.ranked import Ranked

__all__ = ["Cuts", "Spectated", "cuts_at", "ks_of_passing", "selections", "spectated"]

N_BINS = 10
FEWEST = 5.0
"""Effective events that must pass, and fail, for each bin on average, for a test of equal efficiencies."""


@dataclass(frozen=True)
class Spectated:
    """The events of one class that have a value of a spectator, in rising order of it.

    Parameters
    ----------
    bins
        Bins of the spectator and the bin of each of these events.
    index
        Which of all events they are, shape ``(n_of_class,)``.
    weight
        Their weights.
    last
        Where the last of each group of equal values stands.
    """

    bins: QuantileBins
    index: NDArray[np.intp]
    weight: NDArray[np.float64]
    last: NDArray[np.intp]

    def table(self, column: NDArray[np.intp], n_columns: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return sums of weights and of squared weights by bin and column, shape ``(n_bins, n_columns)`` each.

        ``column`` has one entry for each of all events.
        """
        cell = self.bins.place * np.intp(n_columns) + column[self.index]
        size = len(self.bins) * n_columns

        def total(each: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.bincount(cell, weights=each, minlength=size).astype(np.float64).reshape(-1, n_columns)

        return total(self.weight), total(self.weight**2)


def spectated(
    values: NDArray[np.float64], chosen: NDArray[np.bool_], weight: NDArray[np.float64], *, n_bins: int = N_BINS
) -> Spectated:
    """Sort the events of one class by a spectator and put them into bins, once for all methods.

    Parameters
    ----------
    values, chosen, weight
        Spectator of all events, whether they are of the class, and their weights, shape ``(n_events,)``; events whose
        value is not finite are left out.
    n_bins
        Bins of equal numbers of events; whole numbers have a bin each.

    Examples
    --------
    >>> found = spectated(np.array([3.5, 1.5, 2.5]), np.array([True, True, False]), np.ones(3), n_bins=2)
    >>> found.index.tolist(), found.bins.place.tolist()
    ([1, 0], [0, 1])
    """
    own = np.flatnonzero(chosen & np.isfinite(values))
    index = own[np.argsort(values[own], kind="stable")]
    ordered = values[index]
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True)) if len(ordered) else np.empty(0, dtype=np.intp)
    return Spectated(quantile_bins(ordered, n_bins), index, np.asarray(weight[index], dtype=np.float64), last)


@dataclass(frozen=True)
class Cuts:
    """Cuts on the response.

    Parameters
    ----------
    threshold
        Events with a larger response pass, shape ``(n_cuts,)``.
    group
        A number for each event; events of one group pass the same cuts, shape ``(n_events,)``.
    passing
        What share of each group passes each cut, shape ``(n_groups, n_cuts)``; neither 0 nor 1 only for events whose
        response is the threshold.
    """

    threshold: NDArray[np.float64]
    group: NDArray[np.intp]
    passing: NDArray[np.float64]


def cuts_at(ranked: Ranked, efficiencies: Sequence[float]) -> Cuts:
    """Return the cuts that let given shares of the background pass.

    Of events of one response, a share passes that makes the efficiency exactly the one wanted, as if chosen at random:
    so methods whose responses come in steps are compared with others at the same efficiency. Where negative weights
    make the efficiency fall while the cut is loosened, its running maximum is taken, as in the ROC curve.

    Parameters
    ----------
    ranked
        Responses of all events; the background must have a positive sum of weights.
    efficiencies
        Between 0 and 1.

    Examples
    --------
    >>> from umva.reports.measures import rank
    >>> cuts = cuts_at(rank([0.1, 0.2, 0.2, 0.3], [0, 0, 0, 0]), [0.5])
    >>> cuts.threshold.tolist(), cuts.passing[cuts.group, 0].tolist()
    ([0.2], [0.0, 0.5, 0.5, 1.0])
    """
    reached = np.maximum.accumulate(np.cumsum(ranked.background[::-1]) / ranked.sum_background)
    at = np.minimum(np.searchsorted(reached, efficiencies), len(reached) - 1)
    before = np.where(at > 0, reached[at - 1], 0.0)
    step = reached[at] - before
    share = np.clip(np.divide(np.asarray(efficiencies) - before, step, out=np.ones(len(at)), where=step > 0), 0, 1)
    places = len(reached) - 1 - at
    known = np.sort(places)
    distinct = np.arange(len(reached))
    group = np.searchsorted(known, distinct, side="left") + np.searchsorted(known, distinct, side="right")
    passing = np.zeros((2 * len(at) + 1, len(at)))
    for column, (place, part) in enumerate(zip(places, share, strict=True)):
        passing[group[place] + 1 :, column] = 1.0
        passing[group[place], column] = part
    return Cuts(ranked.score[places], group[ranked.place], passing)


def selections(at: Spectated, cuts: Cuts, keys: Iterable[str]) -> dict[str, Selection]:
    """Return what each of the first cuts does to the spectator, by the key of each.

    Parameters
    ----------
    at
        The events of one class.
    cuts
        Cuts on the responses of all events.
    keys
        Names of the cuts, in their order.

    Examples
    --------
    >>> from umva.reports.measures import rank
    >>> x, mass = np.arange(40) % 10, np.arange(40.0) + 0.5
    >>> cuts, at = cuts_at(rank(x, np.zeros(40)), [0.5]), spectated(mass, x > -1, np.ones(40), n_bins=2)
    >>> found = selections(at, cuts, ["half"])["half"]
    >>> found.efficiencies, found.chi2.statistic
    ((0.5, 0.5), 0.0)
    """
    sums, squares = at.table(cuts.group, len(cuts.passing))
    group = cuts.group[at.index]
    return {
        key: _selection(at, float(cuts.threshold[place]), share, (sums, squares), share[group])
        for place, (key, share) in enumerate(zip(keys, cuts.passing.T, strict=False))
    }


def _selection(
    at: Spectated,
    cut: float,
    share: NDArray[np.float64],
    table: tuple[NDArray[np.float64], NDArray[np.float64]],
    passing: NDArray[np.float64],
) -> Selection:
    """Return what one cut does: the share of each group that passes, sums by bin and group, the share of each event."""
    sums, squares = table
    total, total_squares = sums.sum(axis=1), squares.sum(axis=1)
    everything = float(total.sum())
    mean = float((sums @ share).sum()) / everything
    residual = float((squares * (share - mean) ** 2).sum())
    kept = total > 0
    safe = np.where(kept, total, 1.0)
    raw = (sums @ share) / safe
    own = np.sqrt((squares * (share - raw[:, None]) ** 2).sum(axis=1)) / safe
    error = np.where(own > 0, own, np.minimum(total_squares / safe**2, 1.0))
    pooled = residual / float(total_squares.sum()) * total_squares / safe**2
    failed, passed = (
        effective_number(float((sums @ part).sum()), float((squares @ part**2).sum())) for part in (1.0 - share, share)
    )
    jsd, chance = _divergence(sums, squares, share, (failed, passed))
    return Selection(
        cut=cut,
        efficiency=Number(float(np.clip(mean, 0, 1)), math.sqrt(residual) / everything),
        efficiencies=tuple(float(np.clip(e, 0, 1)) if k else None for e, k in zip(raw, kept, strict=True)),
        errors=tuple(float(e) if k else None for e, k in zip(error, kept, strict=True)),
        spread=_spread(raw[kept], pooled[kept], total[kept]),
        chi2=_equal(raw[kept], pooled[kept], (failed, passed)),
        ks=ks_of_passing(at, passing, (failed, passed)),
        jsd=jsd,
        jsd_chance=chance,
    )


def ks_of_passing(at: Spectated, passing: NDArray[np.float64], numbers: tuple[float, float]) -> HypothesisTest:
    """Compare the spectator of events that fail and that pass, by the unbinned weighted Kolmogorov-Smirnov test.

    The p-value is that of :func:`umva.reports.measures.ks_test`.

    Parameters
    ----------
    at
        The events of one class.
    passing
        The share of each that passes, in their order, shape ``(n_of_class,)``.
    numbers
        Effective numbers of events that fail and that pass.
    """
    from scipy.special import kolmogorov

    passed = np.cumsum(at.weight * passing)[at.last]
    failed = np.cumsum(at.weight * (1.0 - passing))[at.last]
    if not len(passed) or min(passed[-1], failed[-1], *numbers) <= 0:
        return HypothesisTest(0.0, 1.0, *numbers)
    distance = float(np.abs(passed / passed[-1] - failed / failed[-1]).max())
    root = math.sqrt(numbers[0] * numbers[1] / (numbers[0] + numbers[1]))
    return HypothesisTest(distance, float(kolmogorov((root + 0.12 + 0.11 / root) * distance)), *numbers)


def _equal(values: NDArray[np.float64], variance: NDArray[np.float64], numbers: tuple[float, float]) -> HypothesisTest:
    """Test that all efficiencies are one."""
    from scipy.special import chdtrc

    if len(values) < 2 or min(numbers) < FEWEST * len(values) or float(variance.min()) <= 0:
        return HypothesisTest(0.0, 1.0, *numbers, n_dof=0)
    mean = float((values / variance).sum() / (1.0 / variance).sum())
    statistic = float(((values - mean) ** 2 / variance).sum())
    return HypothesisTest(statistic, float(chdtrc(len(values) - 1, statistic)), *numbers, n_dof=len(values) - 1)


def _spread(values: NDArray[np.float64], variance: NDArray[np.float64], total: NDArray[np.float64]) -> Number:
    """Return the relative standard deviation of efficiencies, with the variance that is chance taken off."""
    share = total / total.sum()
    mean = float(share @ values)
    if mean <= 0:
        return Number(0.0, note="not measurable: nothing passes")
    distance = (values - mean) ** 2
    square = float(share @ (distance - variance * (1.0 - share)))
    error = math.sqrt(float(share**2 @ (4.0 * distance * variance + 2.0 * variance**2)))
    low, high = (math.sqrt(max(square + sign * Z95 * error, 0.0)) / mean for sign in (-1, 1))
    if low == 0:
        note = "no larger than chance; the upper end of the 95 % interval is given"
        return Number(math.sqrt(max(square, 0.0)) / mean, math.sqrt(error) / mean, low, high, note)
    return Number(math.sqrt(square) / mean, error / (2.0 * math.sqrt(square) * mean), low, high)


def _divergence(
    sums: NDArray[np.float64], squares: NDArray[np.float64], share: NDArray[np.float64], numbers: tuple[float, float]
) -> tuple[Number, float]:
    """Return the Jensen-Shannon divergence of what passes and what fails, and its mean by chance.

    To first order chance alone makes of it ``(n_bins - 1) (1 / n_pass + 1 / n_fail) / (8 ln 2)``, n being effective.
    """
    sides = [np.maximum(sums @ each, 0.0) for each in (share, 1.0 - share)]
    totals = [float(each.sum()) for each in sides]
    if min(*totals, *numbers) <= 0:
        return Number(0.0, note="not measurable: all events pass or fail"), 0.0
    p, q = (each / total for each, total in zip(sides, totals, strict=True))
    middle = (p + q) / 2
    chance = (np.count_nonzero(middle) - 1) * (1 / numbers[0] + 1 / numbers[1]) / (8 * math.log(2))
    with np.errstate(divide="ignore", invalid="ignore"):
        gains = [np.nan_to_num(np.log2(each / middle), nan=0.0, posinf=0.0, neginf=0.0) / 2 for each in (p, q)]
    value = float(p @ gains[0] + q @ gains[1])
    moves = [
        np.outer(gain - float(each @ gain), part) / total
        for gain, each, part, total in zip(gains, (p, q), (share, 1.0 - share), totals, strict=True)
    ]
    error = math.sqrt(float((squares * (moves[0] + moves[1]) ** 2).sum()))
    return Number(min(max(value, 0.0), 1.0), error), float(chance)
