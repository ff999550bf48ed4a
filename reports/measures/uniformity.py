"""Does the whole response depend on a spectator? Standard deviation of efficiency, Cramer-von Mises distance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.ranked import effective_number
from umva.reports.results import HypothesisTest, Number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from umva.reports.measures.flatness import Spectated
    from umva.reports.measures.ranked import Ranked

__all__ = ["N_STEPS", "cvm_flatness", "sde", "steps_of"]

N_STEPS = 40
"""The response is looked at in so many steps of equal weight of the class."""


def steps_of(ranked: Ranked, at: Spectated) -> NDArray[np.intp]:
    """Return in which of 40 steps of the response each event is, 0 the lowest, shape ``(n_events,)``.

    Each step holds the same share of the absolute weights of the class, as far as equal responses allow.

    Parameters
    ----------
    ranked
        Responses of all events.
    at
        The events of the class.

    Examples
    --------
    >>> from umva.reports.measures import rank, spectated
    >>> mass, chosen = np.array([3.5, 1.5, 2.5, 4.5]), np.ones(4, dtype=np.bool_)
    >>> steps_of(rank([0.3, 0.1, 0.2, 0.4], [0, 0, 0, 0]), spectated(mass, chosen, np.ones(4))).tolist()
    [25, 5, 15, 35]
    """
    own = np.bincount(ranked.place[at.index], weights=np.abs(at.weight), minlength=len(ranked.score))
    middle = (np.cumsum(own) - own / 2) / own.sum()
    step: NDArray[np.intp] = np.minimum((N_STEPS * middle).astype(np.intp), N_STEPS - 1)
    return step[ranked.place]


def sde(sums: NDArray[np.float64], squares: NDArray[np.float64], efficiencies: Sequence[float]) -> tuple[Number, float]:
    """Return the standard deviation of efficiency, and what chance alone makes of it.

    ``SDE^2`` is the mean over cuts of ``sum_b share_b (e_b - e)^2``, the share being that of the weight in bin b
    (Rogozhnikov et al., JINST 10 (2015) T03002, section 3). Chance adds the variances of the e_b. The error is that of
    the squares carried over, cuts taken as fully correlated.

    Parameters
    ----------
    sums, squares
        Sums of weights and of squared weights by bin of the spectator and step of the response, lowest first, shape
        ``(n_bins, n_steps)``. Negative sums enter as they are; bins without a positive sum are left out.
    efficiencies
        Of the cuts, which are taken at the nearest steps.

    Examples
    --------
    >>> even, chance = sde(np.full((2, 40), 5.0), np.full((2, 40), 5.0), [0.5])
    >>> even.value, round(chance, 3)
    (0.0, 0.025)
    """
    total = sums.sum(axis=1)
    kept = total > 0
    sums, squares, total = sums[kept], squares[kept], total[kept]
    if not len(total):
        return Number(0.0, note="not measurable: no positive sum of weights"), 0.0
    share = total / total.sum()
    found, errors, chances = [], [], []
    reached = np.cumsum(sums.sum(axis=0)[::-1]) / total.sum()
    for each in efficiencies:
        passing = np.arange(sums.shape[1])[::-1] <= int(np.argmin(np.abs(reached - each)))
        efficiency = sums @ passing / total
        mean = float(share @ efficiency)
        pooled = float((squares * (passing - mean) ** 2).sum()) / float(squares.sum())
        variance = pooled * squares.sum(axis=1) / total**2
        distance = (efficiency - mean) ** 2
        found.append(float(share @ distance))
        errors.append(math.sqrt(float(share**2 @ (4.0 * distance * variance + 2.0 * variance**2))))
        chances.append(float(share @ (variance * (1.0 - share))))
    value, error, chance = math.sqrt(float(np.mean(found))), float(np.mean(errors)), math.sqrt(float(np.mean(chances)))
    return Number(value, min(error / (2.0 * value), math.sqrt(error)) if value > 0 else math.sqrt(error)), chance


def cvm_flatness(at: Spectated, sums: NDArray[np.float64], squares: NDArray[np.float64]) -> HypothesisTest:
    """Return the Cramer-von Mises distance of the responses in bins of the spectator from that in all, and its test.

    The statistic is ``sum_b share_b sum_x share_x (F_b(x) - F(x))^2`` with distribution functions that count half of
    equal responses (JINST 10 (2015) T03002; hep_ml's BinBasedCvM), the response in 40 steps. The p-value is that of the
    same sum with bins weighted by their effective numbers of events, which for independent response and spectator is
    distributed as ``sum_j lambda_j chi2(n_bins - 1)`` (Kiefer, Ann. Math. Stat. 30 (1959) 420), lambda being the
    eigenvalues of the covariance of the steps, found from squared weights; its tail by three moments (Hall, Ann.
    Probab. 11 (1983) 1028; Buckley and Eagleson, Aust. J. Stat. 30 (1988) 150).

    Parameters
    ----------
    at
        The events of one class.
    sums, squares
        As for :func:`sde`.

    Returns
    -------
    HypothesisTest
        With the effective number of events of the smallest bin and of all.
    """
    total, total_squares = sums.sum(axis=1), squares.sum(axis=1)
    kept = (total > 0) & (total_squares > 0)
    sums, total = sums[kept], total[kept]
    events = float(at.weight.sum()), float(at.weight @ at.weight)
    if len(total) < 2:
        return HypothesisTest(0.0, 1.0, 0.0, effective_number(*events))
    n_eff = total**2 / total_squares[kept]
    height = np.maximum(sums.sum(axis=0), 0.0) / np.maximum(sums.sum(axis=0), 0.0).sum()
    local = (np.cumsum(sums, axis=1) - sums / 2) / total[:, None]
    share = total / total.sum()
    statistic = float(share @ ((local - share @ local) ** 2 @ height))
    weighed = n_eff / n_eff.sum()
    tested = float(n_eff @ ((local - weighed @ local) ** 2 @ height))
    p_value = _tail(tested, _covariance(squares[kept].sum(axis=0), share @ local, height), len(total) - 1)
    return HypothesisTest(statistic, p_value, float(n_eff.min()), effective_number(*events))


def _covariance(
    squares: NDArray[np.float64], mean: NDArray[np.float64], height: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the covariance of the distribution function at the steps, of one effective event, both sides scaled."""
    n = len(squares)
    below = np.tri(n, k=-1) + 0.5 * np.eye(n) - mean[:, None]
    scale = np.sqrt(height)
    matrix: NDArray[np.float64] = scale[:, None] * (below * (squares / squares.sum()) @ below.T) * scale
    return matrix


def _tail(value: float, matrix: NDArray[np.float64], n: int) -> float:
    """Return the probability that ``sum_j lambda_j chi2(n)`` exceeds a value, lambda being the eigenvalues of a matrix.

    Examples
    --------
    >>> from scipy.special import chdtrc
    >>> bool(np.isclose(_tail(7.0, np.eye(2), 3), chdtrc(6, 7.0)))
    True
    """
    from scipy.special import chdtrc

    square = matrix @ matrix
    first, second = n * float(np.trace(matrix)), 2 * n * float(np.trace(square))
    third = 8 * n * float((square * matrix.T).sum())
    if second <= 0 or third <= 0:
        return 1.0
    freedom = 8.0 * second**3 / third**2
    return float(chdtrc(freedom, max(freedom + (value - first) * math.sqrt(2.0 * freedom / second), 0.0)))
