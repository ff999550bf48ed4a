"""Simulated annealing: chains that move to better points, and to worse ones as long as it is hot; TMVA's fitter SA.

Scipy's ``dual_annealing`` has another course of the temperature and takes one point at a time; it could honour none of
TMVA's cooling options, so the loop is our own. Several chains run side by side, all of them together making ``MaxCalls``
calls, and the last hundredth of the calls only improves on the best point (TMVA improves on wherever its chain has ended).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from umva.methods.optimisers.optimum import Search, draw, reflect

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from umva.methods.optimisers.optimum import Objective, Optimum
    from umva.methods.optimisers.options import AnnealingOptions

__all__ = ["minimise"]

_MAX_CALLS = 100_000
_CHAINS = 64  # at most
_CALLS_OF_A_CHAIN = 1000  # at least, if there are several
_STEP = 0.1  # scale of the moves, in units of the range
_EQUALS = 3  # as often as nothing changes before a chain that rises grows warmer
_HOT = 0.8  # share of the worse points that are taken at the first temperature, if it is to be found
_RUNGS = 50  # at most a fiftieth of the calls look for it


def minimise(
    objective: Objective,
    ranges: NDArray[np.float64],
    options: AnnealingOptions,
    *,
    seed: int,
    start: NDArray[np.float64] | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Optimum:
    """Return the best point that the chains met.

    A chain moves by Ingber's step, ``T ((1 + 1/T)^|2u - 1| - 1)`` tenths of the range with ``u`` uniform, and takes a worse
    point with probability ``exp(-difference / T)``. (TMVA Users Guide, arXiv:physics/0703039, section 6.4; Ingber, Math.
    Comput. Modelling 12 (1989) 967.)

    Parameters
    ----------
    objective
        Called with one point of each chain at once, 64 at most.
    ranges
        Least and largest value of each parameter, shape ``(n_parameters, 2)``.
    options
        See :class:`~umva.methods.optimisers.options.AnnealingOptions`; ``optimiser_seed`` goes before ``seed``.
    seed
        The only source of randomness.
    start
        Where one of the chains begins.
    progress
        Called with the fraction done.

    Examples
    --------
    >>> from umva.methods.optimisers.options import AnnealingOptions
    >>> options = AnnealingOptions(max_calls=5000, default_scale=True)
    >>> found = minimise(lambda x: (x[:, 0] - 1) ** 2, np.array([[-5.0, 5.0]]), options, seed=1)
    >>> bool(abs(found.x[0] - 1) < 0.01), found.n_calls <= 5000
    (True, True)
    """
    rng = np.random.default_rng(seed if options.optimiser_seed is None else options.optimiser_seed)
    search = Search(objective, ranges, start)
    calls = options.max_calls or _MAX_CALLS
    n_chains = min(max(calls // _CALLS_OF_A_CHAIN, 1), _CHAINS)
    chains = _Chains(search, options, rng, n_chains, calls)
    n_last = calls // 100
    while search.n_calls + n_chains <= calls - n_last:
        chains.step()
        progress(search.n_calls / calls)
    _improve(search, options, rng, calls - search.n_calls, n_chains)
    progress(1.0)
    return search.optimum()


class _Chains:
    """Points that move side by side, each at its temperature."""

    def __init__(
        self, search: Search, options: AnnealingOptions, rng: np.random.Generator, n_chains: int, calls: int
    ) -> None:
        self._search, self._options, self._rng = search, options, rng
        self._points = draw(rng, search.ranges, n_chains)
        if search.start is not None:
            self._points[0] = search.start
        self._values = search(self._points)
        self._stuck = np.zeros(n_chains)
        self._equals = np.zeros(n_chains, np.int64)
        first = options.initial_temperature
        if options.default_temperature:
            first = self._first_temperature(calls // _RUNGS)
        self._first = max(first, options.min_temperature)
        self._scale = _default_scale(options, self._first, len(search.ranges), calls)
        self._temperature = np.full(n_chains, self._first)
        self._cool()

    def step(self) -> None:
        """Move all chains once and set their temperatures."""
        trial = _neighbours(self._points, self._temperature, self._search.ranges, self._rng)
        values = self._search(trial)
        with np.errstate(invalid="ignore"):  # of two infinite values
            worse_by = np.where(values == self._values, 0.0, values - self._values)
        equal = np.abs(worse_by) < self._options.temperature_eps
        equal |= worse_by == 0
        better = (worse_by < 0) & ~equal
        hot = self._temperature >= self._options.temperature_eps
        taken = better | equal | (hot & (self._rng.random(len(values)) < _acceptance(worse_by, self._temperature)))
        self._equals = np.where(equal, self._equals + 1, 0)
        waits = equal & (self._equals < _EQUALS)
        self._stuck = np.where(better, 0.0, np.where(waits, self._stuck, self._stuck + 1))
        self._points = np.where(taken[:, None], trial, self._points)
        self._values = np.where(taken, values, self._values)
        self._cool()

    def _cool(self) -> None:
        """Set the temperatures after so many calls; the courses are TMVA's."""
        options, n_calls, n_chains = self._options, self._search.n_calls, len(self._points)
        at_start = self._first * self._scale
        match options.cooling:
            case "IncAdaptive":
                rise = np.log1p(self._stuck * options.adaptive_speed)
                temperature = options.min_temperature + self._scale * rise
            case "Sqrt":
                temperature = np.full(n_chains, at_start / math.sqrt(n_calls + 2))
            case "Log":
                temperature = np.full(n_chains, at_start / math.log(n_calls + 2))
            case "Homo":
                temperature = np.full(n_chains, at_start / (n_calls + 2))
            case "Sin":
                wave = math.sin(n_calls / self._scale) + 1 if self._scale > 0 else 0.0
                temperature = np.full(n_chains, wave / (n_calls + 1) * self._first)
            case _:  # DecAdaptive and Geo differ in their default scale
                temperature = np.full(n_chains, self._first * self._scale**n_calls)
        self._temperature = np.maximum(temperature, options.min_temperature)

    def _first_temperature(self, calls: int) -> float:
        """Return the least temperature of a rising ladder at which most of the worse neighbours are taken."""
        temperature = self._options.min_temperature
        for rung in range(1, max(calls // len(self._points), 1) + 1):
            temperature += self._options.temperature_step * rung
            at = np.full(len(self._points), temperature)
            found = self._search(_neighbours(self._points, at, self._search.ranges, self._rng))
            worse = found > self._values
            if not worse.any():
                continue
            if _acceptance((found - self._values)[worse], at[worse]).mean() > _HOT:
                break
        return temperature


def _acceptance(worse_by: NDArray[np.float64], temperature: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability to go to a point that is worse by so much."""
    chance: NDArray[np.float64] = np.exp(-np.maximum(worse_by, 0.0) / temperature)
    return chance


def _default_scale(options: AnnealingOptions, first: float, n_parameters: int, calls: int) -> float:
    """Return the factor in the course of the temperature; the defaults are TMVA's."""
    if not options.default_scale:
        return options.temperature_scale
    match options.cooling:
        case "IncAdaptive":
            return 0.15 / n_parameters
        case "DecAdaptive":
            return float((options.min_temperature / first) ** (1 / calls))
        case "Geo":
            return 0.99997
        case "Sin":
            return 20.0
        case _:
            return 1.0


def _neighbours(
    points: NDArray[np.float64],
    temperature: NDArray[np.float64],
    ranges: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return a neighbour of each point, the nearer the colder."""
    uniform = 2 * rng.random(points.shape) - 1
    t = temperature[:, None]
    size = t * np.expm1(np.abs(uniform) * np.log1p(1 / t))
    return reflect(points + _STEP * (ranges[:, 1] - ranges[:, 0]) * np.sign(uniform) * size, ranges)


def _improve(search: Search, options: AnnealingOptions, rng: np.random.Generator, calls: int, at_once: int) -> None:
    """Try ``calls`` neighbours of the best point, ever nearer."""
    hot = 2 * len(search.ranges) * options.min_temperature
    for done in range(0, calls, at_once):
        n_points = min(at_once, calls - done)
        temperature = np.full(n_points, max(hot * (1 - done / calls), options.temperature_eps, 1e-300))
        search(_neighbours(np.tile(search.x, (n_points, 1)), temperature, search.ranges, rng))
