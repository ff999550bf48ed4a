"""What chance does to two weighted samples of one distribution: how far apart their distribution functions get.

With weights w, sample i has the distribution function ``F_i(x) = sum_{x_k <= x} w_k / sum w_k``, and as many *effective*
events as ``n_i = (sum w)^2 / sum w^2``. If both samples come from one distribution, ``F_1 - F_2`` is to first order a sum
of independent shares, one for each event: a Gaussian process that starts and ends at 0, a *bridge*. Its covariance is
read from the pooled sample: each distinct response k brings a step of variance ``(1/n_1 + 1/n_2) q_k``, q_k its share of
the squared weights, and the sum of all steps is drawn back in proportion to the pooled F. For equal weights this is the
Brownian bridge of the textbooks, seen at as many points as there are distinct responses. The steps, unlike the
textbooks' law, know of ties, of weights that go with the response, and of negative ones.

The largest distance (Kolmogorov-Smirnov) has no closed law then; it is found by throwing such bridges, 2000 of them, and
read against the same throws of a Brownian bridge, whose law is Kolmogorov's; a probability of 0.05 is good to 0.005. The
mean square distance (Anderson-Darling) is a sum of squared normals, whose weights are the eigenvalues of the covariance;
its tail is found by a saddlepoint approximation, good to 0.015 and, for small p, to 7 % of p. More than 128 distinct
responses are joined to 128 cells of equal share; between the few points of a cell the bridge moves on, which raises the
largest distance by 0.5826 standard deviations of the cell (Chernoff, Ann. Math. Statist. 36 (1965) 55) times one less
1 / sqrt(number of points).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.ranked import effective_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from umva.reports.measures.ranked import Ranked

__all__ = ["Bridge", "bridge_between"]

N_CELLS, N_THROWS = 128, 2000
OVERSHOOT = 0.5826
TAIL = 0.01
"""Where throws get few: beyond, the distance is scaled as it is here."""


@dataclass(frozen=True)
class Bridge:
    """Two samples of one class, pooled: the difference of their distribution functions, and what chance makes of it.

    Parameters
    ----------
    n_eff
        Effective numbers of events of both samples.
    step
        By how much ``F_1 - F_2`` rises at each distinct response, shape ``(n_distinct,)``.
    pooled
        By how much the pooled F rises, weighted by effective numbers.
    share
        The same with absolute weights, a share of all events between 0 and 1.
    noise
        The same with squared weights: the share of the variance.
    """

    n_eff: tuple[float, float]
    step: NDArray[np.float64]
    pooled: NDArray[np.float64]
    share: NDArray[np.float64]
    noise: NDArray[np.float64]

    @property
    def largest(self) -> float:
        """The largest distance of the distribution functions, looked for at the distinct responses only."""
        return float(np.abs(np.cumsum(self.step)).max(initial=0.0))

    @property
    def mean_square(self) -> float:
        """The mean square distance in units of its expectation, Anderson and Darling's, between ties at mid-rank."""
        first, second = self.n_eff
        n = first + second
        distance = np.cumsum(self.step) - 0.5 * self.step
        squares = float(_anderson_darling_weights(self.share) @ distance**2)
        return (n - 1.0) / n * (first * second / n) * squares

    def p_largest(self) -> float:
        """Return the probability of at least this largest distance."""
        first, second = self.n_eff
        distance = self.largest * math.sqrt(first * second / (first + second))
        pooled, _, noise, n_points = self._cells()
        return _kolmogorov_probability(distance, pooled, noise, n_points) if distance > 0 else 1.0

    def p_mean_square(self) -> float:
        """Return the probability of at least this mean square distance."""
        found = self.mean_square
        if found <= 0:
            return 1.0
        pooled, share, noise, _ = self._cells()
        weights = np.sqrt(_anderson_darling_weights(share))
        at = np.tri(len(share)) - 0.5 * np.eye(len(share)) - (np.cumsum(pooled) - 0.5 * pooled)[:, None]
        covariance = weights[:, None] * at * np.sqrt(noise)
        return _tail_of_squares(np.linalg.eigvalsh(covariance @ covariance.T), found)

    def _cells(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
        """Return pooled F, share, noise and number of points of each cell."""
        middle = np.cumsum(self.share) - 0.5 * self.share
        place = np.minimum((N_CELLS * middle).astype(np.intp), N_CELLS - 1)
        if len(place) <= N_CELLS:
            place = np.arange(len(place))
        starts = np.flatnonzero(np.diff(place, prepend=-1))
        pooled, share, noise = (np.add.reduceat(each, starts) for each in (self.pooled, self.share, self.noise))
        return pooled, share, noise, np.diff(starts, append=len(place))


def bridge_between(train: Ranked, test: Ranked, *, signal: bool) -> Bridge | None:
    """Pool two samples of one class; nothing if either has no positive sum of weights.

    Parameters
    ----------
    train, test
        Sorted responses; negative weights enter as they are.
    signal
        Whether the signal or the background is meant.

    Examples
    --------
    >>> from umva.reports.measures import rank
    >>> ones = [1, 1, 1, 1]
    >>> found = bridge_between(rank([1.0, 2.0, 3.0, 4.0], ones), rank([3.0, 4.0, 5.0, 6.0], ones), signal=True)
    >>> found.largest, round(found.mean_square, 3)
    (0.5, 2.031)
    """
    parts = train, test
    weights = [(each.signal if signal else each.background) for each in parts]
    squares = [(each.signal_squares if signal else each.background_squares) for each in parts]
    totals = [float(each.sum()) for each in weights]
    numbers = [effective_number(total, float(each.sum())) for total, each in zip(totals, squares, strict=True)]
    if min(*totals, *numbers) <= 0:
        return None
    there = [each > 0 for each in squares]
    places, n_distinct = _merged([each.score[at] for each, at in zip(parts, there, strict=True)])

    def normalised(values: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
        triples = zip(places, values, there, strict=True)
        return [np.bincount(place, each[at] / each.sum(), n_distinct).astype(np.float64) for place, each, at in triples]

    def together(values: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        first, second = normalised(values)
        return (numbers[0] * first + numbers[1] * second) / (numbers[0] + numbers[1])

    first, second = normalised(weights)
    absolute = [_absolute(each, signal=signal) for each in parts]
    return Bridge((numbers[0], numbers[1]), first - second, together(weights), together(absolute), together(squares))


def _merged(scores: Sequence[NDArray[np.float64]]) -> tuple[list[NDArray[np.intp]], int]:
    """Return where the responses of two sorted lists stand among the distinct ones of both, and how many there are."""
    both = np.concatenate(scores)
    order = np.argsort(both, kind="stable")
    place = np.empty(len(both), dtype=np.intp)
    place[order] = np.cumsum(np.diff(both[order], prepend=-np.inf) > 0) - 1
    return [place[: len(scores[0])], place[len(scores[0]) :]], int(place[order[-1]]) + 1


def _absolute(ranked: Ranked, *, signal: bool) -> NDArray[np.float64]:
    """Return the sum of the absolute weights of one class at each distinct response."""
    own = np.where(ranked.is_signal == signal, np.abs(ranked.weight), 0.0)
    return np.bincount(ranked.place, own, len(ranked.score)).astype(np.float64)


def _anderson_darling_weights(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``h / (H (1 - H) - h / 4)``, H at mid-rank, which makes the expectation of the mean square 1.

    (Scholz and Stephens, J. Amer. Statist. Assoc. 82 (1987) 918, eq. 7.)
    """
    middle = np.cumsum(share) - 0.5 * share
    variance = middle * (1.0 - middle) - 0.25 * share
    known = variance > 1e-12
    weights: NDArray[np.float64] = np.where(known, share, 0.0) / np.where(known, variance, 1.0)
    return weights


def _kolmogorov_probability(
    distance: float, pooled: NDArray[np.float64], noise: NDArray[np.float64], n_points: NDArray[np.intp]
) -> float:
    """Return the probability that a bridge gets this far, from the throws of it and of a Brownian bridge."""
    from scipy.special import kolmogorov

    thrown, brownian = _farthest(pooled, noise, n_points), _farthest_of_brownian()
    last = round((1.0 - TAIL) * N_THROWS)
    if distance >= thrown[last]:
        return float(kolmogorov(distance * brownian[last] / thrown[last]))
    return float(kolmogorov(np.interp(distance, np.append(0.0, thrown), np.append(0.0, brownian))))


def _farthest(
    pooled: NDArray[np.float64], noise: NDArray[np.float64], n_points: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the largest distance of each throw, rising, shape ``(N_THROWS,)``."""
    width = np.sqrt(noise)
    path = _normals()[:, : len(noise)] * width
    np.cumsum(path, axis=1, out=path)
    path -= path[:, -1:] * np.cumsum(pooled)
    np.abs(path, out=path)
    path += OVERSHOOT * width * (1.0 - 1.0 / np.sqrt(n_points))
    return np.sort(path.max(axis=1))


@cache
def _normals() -> NDArray[np.float64]:
    """Return the normal numbers of all throws, always the same."""
    return np.random.default_rng(1951).standard_normal((N_THROWS, N_CELLS))


@cache
def _farthest_of_brownian() -> NDArray[np.float64]:
    """Return the largest distances of the throws, were each response a point of its own and all weights equal."""
    share = np.full(N_CELLS, 1.0 / N_CELLS)
    return _farthest(share, share, np.full(N_CELLS, 10**12))


def _tail_of_squares(eigenvalues: NDArray[np.floating], x: float) -> float:
    """Return the probability that a sum of squared normals, each times an eigenvalue, is at least x.

    Kuonen, Biometrika 86 (1999) 929, in the form ``1 - Phi(r + log(v / r) / r)``.
    """
    from scipy.optimize import brentq
    from scipy.special import ndtr

    own = eigenvalues[eigenvalues > 1e-10 * eigenvalues.max()]
    mean, largest = float(own.sum()), float(own.max())
    outside = 1.0 + 1e-6  # of the interval that holds the saddlepoint, lest rounding puts it on an end
    edges = (0.0, 0.5 / largest - 0.5 / (outside * x)) if x > mean else (-0.5 * outside * len(own) / x, 0.0)
    t = float(brentq(lambda at: float(np.sum(own / (1.0 - 2.0 * at * own))) - x, *edges, xtol=1e-13))
    if abs(t) * mean < 1e-4:
        return float(ndtr(-math.sqrt(8.0) * float(np.sum(own**3)) / float(own @ own) ** 1.5 / 6.0))
    left = 1.0 - 2.0 * t * own
    root = math.copysign(math.sqrt(2.0 * t * x + float(np.sum(np.log(left)))), t)
    slope = t * math.sqrt(2.0 * float(np.sum((own / left) ** 2)))
    return float(ndtr(-(root + math.log(slope / root) / root)))
