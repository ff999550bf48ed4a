"""The genetic algorithm: a population whose best halves have children that mutate; TMVA's fitter GA."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from umva.methods.optimisers.optimum import Search, draw, reflect

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from umva.methods.optimisers.optimum import Objective, Optimum
    from umva.methods.optimisers.options import GeneticOptions

__all__ = ["minimise"]

_ELITE = 3  # individuals that are never mutated
_NEAR, _FAR = 0.1, 0.4  # shares of the genes that move a little, and of the worst quarter's that are drawn anew
_SPREAD = 0.1  # first width of a small move, in units of the range


def minimise(
    objective: Objective,
    ranges: NDArray[np.float64],
    options: GeneticOptions,
    *,
    seed: int,
    start: NDArray[np.float64] | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Optimum:
    """Return the best individual of ``options.cycles`` populations.

    In each generation the worse half gives way to children, each gene from one of two parents of the better half; genes then
    move by a Gaussian whose width grows after many improvements and shrinks after few, and some of the worst are drawn anew.
    A cycle ends after ``options.generations`` without an improvement of ``options.least_gain``. The best of generations and
    cycles join the last one. (TMVA Users Guide, arXiv:physics/0703039, section 6.3.)

    Parameters
    ----------
    objective
        Called with a whole generation at once, but for individuals that did not change.
    ranges
        Least and largest value of each parameter, shape ``(n_parameters, 2)``.
    options
        See :class:`~umva.methods.optimisers.options.GeneticOptions`; ``optimiser_seed`` goes before ``seed``.
    seed
        The only source of randomness.
    start
        An individual of each first generation.
    progress
        Called with the fraction done.

    Examples
    --------
    >>> from umva.methods.optimisers.options import GeneticOptions
    >>> found = minimise(lambda x: (x[:, 0] - 1) ** 2, np.array([[-5.0, 5.0]]), GeneticOptions(), seed=1)
    >>> bool(abs(found.x[0] - 1) < 0.01)
    True
    """
    rng = np.random.default_rng(seed if options.optimiser_seed is None else options.optimiser_seed)
    search = Search(objective, ranges, start)
    kept: list[NDArray[np.float64]] = []
    for cycle in range(options.cycles):
        population = _Population(search, options, rng)
        if kept and cycle == options.cycles - 1:
            population.join(np.concatenate(kept))
        best, stale = population.best, 0
        while stale < options.generations:
            population.evolve()
            kept.append(population.points[: options.kept_of_generation].copy())
            improved = best - population.best > options.least_gain
            best, stale = (population.best, 0) if improved else (best, stale + 1)
            progress((cycle + stale / options.generations) / options.cycles)
        kept.append(population.points[: options.kept_of_cycle].copy())
    return search.optimum()


class _Population:
    """Individuals sorted by their values, the best first."""

    def __init__(self, search: Search, options: GeneticOptions, rng: np.random.Generator) -> None:
        self._search, self._options, self._rng = search, options, rng
        self._spread = _SPREAD
        self._successes: deque[bool] = deque(maxlen=options.spread_window)
        self.points = draw(rng, search.ranges, options.population)
        if search.start is not None:
            self.points[0] = search.start
        self._values = search(self.points)
        self._sort()

    @property
    def best(self) -> float:
        """The least value."""
        return float(self._values[0])

    def join(self, points: NDArray[np.float64]) -> None:
        """Take others in; the worst leave again if the population is to be trimmed."""
        self.points = np.concatenate([self.points, points])
        self._values = np.concatenate([self._values, self._search(points)])
        self._sort()
        if self._options.trim:
            self.points, self._values = (each[: self._options.population] for each in (self.points, self._values))

    def evolve(self) -> None:
        """Replace one generation by the next."""
        before = self.best
        points = self._mutate(self._children())
        changed = (points != self.points).any(axis=1)
        self._values[changed] = self._search(points[changed])
        self.points = points
        self._sort()
        self._successes.append(self.best < before)
        rate = sum(self._successes)
        if rate > self._options.spread_rate:
            self._spread = min(self._spread / self._options.spread_factor, 1.0)
        elif rate < self._options.spread_rate:
            self._spread *= self._options.spread_factor

    def _children(self) -> NDArray[np.float64]:
        half = len(self.points) // 2
        mates = self.points[self._rng.integers(half, size=half)]
        from_mate = self._rng.random(mates.shape) < 0.5
        children = np.where(from_mate, mates, self.points[:half])
        return np.concatenate([self.points[: len(self.points) - half], children])

    def _mutate(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        ranges, rng = self._search.ranges, self._rng
        near = rng.random(points.shape) < _NEAR
        near[:_ELITE] = False
        step = self._spread * (ranges[:, 1] - ranges[:, 0]) * rng.normal(size=points.shape)
        far = rng.random(points.shape) < _FAR
        far[: 3 * len(points) // 4] = False
        moved = np.where(near, reflect(points + step, ranges), points)
        return np.where(far, draw(rng, ranges, len(points)), moved)

    def _sort(self) -> None:
        order = np.argsort(self._values, kind="stable")
        self.points, self._values = self.points[order], self._values[order]
