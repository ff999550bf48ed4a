"""How the parameters are looked for: a search, a descent, or a descent from the best points of a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.methods.optimisers import SearchOptions, minimise, minuit
from umva.methods.optimisers.minuit import MinuitOptions
from umva.methods.options import option

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from umva.methods.fda.objectives import Objective
    from umva.methods.optimisers.optimum import Optimum

__all__ = ["FitOptions", "fitted"]

_DESCENTS = 20


@dataclass(kw_only=True, eq=False)
class FitOptions(SearchOptions, MinuitOptions):
    """Options of a method whose parameters are fitted in ranges."""

    fit_method: str = option(
        "MINUIT",
        tmva="FitMethod",
        choices=("MC", "GA", "SA", "MINUIT"),
        help="MC: random points; GA: genetic algorithm; SA: simulated annealing; MINUIT: descent from the middle",
    )
    converger: str | None = option(
        None,
        tmva="Converger",
        choices=("MINUIT",),
        help=f"MINUIT: descend from the {_DESCENTS} best points of MC, GA or SA",
    )


def fitted(
    objective: Objective,
    ranges: NDArray[np.float64],
    options: FitOptions,
    *,
    seed: int,
    progress: Callable[[float], None],
    linear: bool,
) -> Optimum:
    """Return the least value of the objective that the fit method finds; a ``Descent`` if MINUIT had the last word.

    Parameters
    ----------
    objective
        What is minimised.
    ranges
        Least and largest value of each parameter, shape ``(n_parameters, 2)``.
    options
        The fit method and its options.
    seed
        The only source of randomness.
    progress
        Called with the fraction done.
    linear
        Whether the objective knows its derivatives.
    """

    def descend(start: NDArray[np.float64] | None, progress: Callable[[float], None]) -> Optimum:
        gradient = objective.gradient if linear else None
        return minuit.minimise(
            objective,
            ranges,
            options,
            seed=seed,
            start=start,
            progress=progress,
            gradient=gradient,
            rise=objective.rise,
            determined=objective.determined,
        )

    if options.fit_method == "MINUIT":
        return descend(None, progress)
    if options.converger is None:
        return minimise(options.fit_method, objective, ranges, options, seed=seed, progress=progress)
    best = _Best(objective, len(ranges))
    minimise(options.fit_method, best, ranges, options, seed=seed, progress=lambda done: progress(done / 2))
    return descend(best.points, lambda done: progress((1 + done) / 2))


class _Best:
    """An objective that remembers the best points it was asked for."""

    def __init__(self, objective: Objective, n_parameters: int) -> None:
        self._objective = objective
        self._values = np.empty(0)
        self.points = np.empty((0, n_parameters))

    def __call__(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the objective's values."""
        values = self._objective(points)
        all_points, first = np.unique(np.concatenate([self.points, points]), axis=0, return_index=True)
        all_values = np.concatenate([self._values, values])[first]
        kept = np.argsort(all_values, kind="stable")[:_DESCENTS]
        self.points, self._values = all_points[kept], all_values[kept]
        return values
