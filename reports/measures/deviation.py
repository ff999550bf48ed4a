"""How far estimates are from the truth: bias, resolution, mean squares, each with its error by influences.

TMVA's table of a regression (MethodBase::TestRegression) has, for the deviation d = estimate - truth, "Bias", the weighted
mean of d; "RMS", its spread around that mean; and both again, "_T", for the events with ``|d - Bias| <= 2 RMS``. The
window of the latter is itself measured, and the errors given here contain its own, by the density of events at its edges.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.influence import Measured, combined, mean_of, root
from umva.reports.results import Number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Deviations", "Truncated", "deviations", "mean_deviation", "truncated"]

WINDOW = 2.0
"""Half the width of TMVA's window, in units of the resolution."""

NEAR_EDGE = 0.25
"""The density at an edge of the window is found from events nearer to it than this, in units of the resolution."""


@dataclass(frozen=True)
class Deviations:
    """What follows from the first two moments of deviation and truth; fields as in ``Estimation``.

    ``relative`` is ``rmse`` in units of the standard deviation of the truth.
    """

    mse: Measured
    rmse: Measured
    mae: Measured
    r2: Measured
    bias: Measured
    resolution: Measured
    relative: Measured


@dataclass(frozen=True)
class Truncated:
    """Bias and resolution of the events inside TMVA's window, and which events these are."""

    bias: Measured
    resolution: Measured
    inside: NDArray[np.bool_]


def deviations(estimate: NDArray[np.float64], truth: NDArray[np.float64], weight: NDArray[np.float64]) -> Deviations:
    """Return how far estimates are from the truth.

    Parameters
    ----------
    estimate, truth, weight
        One each per event, shape ``(n_events,)``. Negative weights enter as they are; a mean square that they take
        below 0 has the root 0, without error.

    Examples
    --------
    >>> found = deviations(np.array([1.0, 2.0, 4.0]), np.array([1.0, 3.0, 3.0]), np.ones(3))
    >>> round(found.mse.value, 3), round(found.r2.value, 3), found.bias.value
    (0.667, 0.25, 0.0)
    """
    d = estimate - truth
    bias = mean_of(d, weight)
    mse = mean_of(d**2, weight)
    rmse = root(mse)
    mean_truth = mean_of(truth, weight)
    variance = mean_of((truth - mean_truth.value) ** 2, weight)
    spread = root(variance)
    if spread.value > 0:
        ratio = mse.value / variance.value
        r2 = combined(1.0 - ratio, [(-1.0 / variance.value, mse), (ratio / variance.value, variance)])
        share = rmse.value / spread.value
        relative = combined(share, [(1.0 / spread.value, rmse), (-share / spread.value, spread)])
    else:
        note = spread.number.note or "not measurable: the target has no spread"
        r2 = relative = Measured(Number(0.0, note=note), np.zeros(len(d)))
    # The bias does not move the mean square around it to first order.
    resolution = root(mean_of((d - bias.value) ** 2, weight))
    return Deviations(mse, rmse, mean_of(np.abs(d), weight), r2, bias, resolution, relative)


def truncated(d: NDArray[np.float64], weight: NDArray[np.float64], bias: Measured, resolution: Measured) -> Truncated:
    """Return bias and resolution of the events that deviate by at most twice the resolution from the bias.

    Parameters
    ----------
    d, weight
        Deviations and weights, shape ``(n_events,)``.
    bias, resolution
        From :func:`deviations`, of the same events.

    Examples
    --------
    >>> d = np.array([-1.0, 1.0] * 5 + [20.0])
    >>> found = deviations(d, np.zeros(11), np.ones(11))
    >>> cut = truncated(d, np.ones(11), found.bias, found.resolution)
    >>> cut.bias.value, cut.resolution.value, int(cut.inside.sum())
    (0.0, 1.0, 10)
    """
    half = WINDOW * resolution.value
    edges = [combined(bias.value + sign * half, [(1.0, bias), (sign * WINDOW, resolution)]) for sign in (-1.0, 1.0)]
    inside = (d >= edges[0].value) & (d <= edges[1].value)
    mean = mean_of(d, weight, where=inside)
    square = mean_of((d - mean.value) ** 2, weight, where=inside)
    densities = [_density(d, weight, inside, each.value, NEAR_EDGE * resolution.value) for each in edges]
    moved_mean, moved_square = [(1.0, mean)], [(1.0, square)]
    for edge, density, outward in zip(edges, densities, (-1.0, 1.0), strict=True):
        distance = edge.value - mean.value
        moved_mean.append((outward * density * distance, edge))
        moved_square.append((outward * density * (distance**2 - square.value), edge))
    return Truncated(combined(mean.value, moved_mean), root(combined(square.value, moved_square)), inside)


def mean_deviation(scores: Sequence[Measured]) -> Measured:
    """Return the mean over targets of what can be measured; a note says so if some cannot.

    Examples
    --------
    >>> one = deviations(np.array([1.0, 2.0, 4.0]), np.array([1.0, 3.0, 3.0]), np.ones(3)).relative
    >>> mean_deviation([one, one]).value == one.value
    True
    """
    known = [each for each in scores if each.number.error is not None]
    if not known:
        return scores[0]
    mean = combined(float(np.mean([each.value for each in known])), [(1.0 / len(known), each) for each in known])
    if len(known) == len(scores):
        return mean
    note = f"mean of the {len(known)} of {len(scores)} targets that can be measured"
    return replace(mean, number=replace(mean.number, note=note))


def _density(
    d: NDArray[np.float64], weight: NDArray[np.float64], inside: NDArray[np.bool_], at: float, reach: float
) -> float:
    """Return the density of events at an edge, in units of all that is inside."""
    total = float(weight[inside].sum())
    if total <= 0 or reach <= 0:
        return 0.0
    return max(float(weight[np.abs(d - at) < reach].sum()) / total / (2.0 * reach), 0.0)
