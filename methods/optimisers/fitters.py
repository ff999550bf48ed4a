"""The optimisers by TMVA's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.errors import MethodError, did_you_mean
from umva.methods.optimisers import annealing, genetic, monte_carlo

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from umva.methods.optimisers.optimum import Objective, Optimum
    from umva.methods.optimisers.options import SearchOptions

__all__ = ["FIT_METHODS", "minimise"]

FIT_METHODS = ("GA", "SA", "MC")


def minimise(
    fit_method: str,
    objective: Objective,
    ranges: NDArray[np.float64],
    options: SearchOptions,
    *,
    seed: int,
    start: NDArray[np.float64] | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Optimum:
    """Return the optimum by the optimiser ``fit_method``, one of :data:`FIT_METHODS`.

    The other parameters are those of the optimisers, see :func:`umva.methods.optimisers.genetic.minimise`.

    Examples
    --------
    >>> import numpy as np
    >>> from umva.methods.optimisers.options import SearchOptions
    >>> bowl = lambda x: ((x - 1) ** 2).sum(axis=1)
    >>> found = minimise("GA", bowl, np.array([[-5.0, 5.0], [-5.0, 5.0]]), SearchOptions(population=50), seed=1)
    >>> bool((abs(found.x - 1) < 0.1).all())
    True
    """
    match fit_method:
        case "GA":
            return genetic.minimise(objective, ranges, options, seed=seed, start=start, progress=progress)
        case "SA":
            return annealing.minimise(objective, ranges, options, seed=seed, start=start, progress=progress)
        case "MC":
            return monte_carlo.minimise(objective, ranges, options, seed=seed, start=start, progress=progress)
        case _:
            msg = f"there is no optimiser {fit_method!r}: {did_you_mean(fit_method, FIT_METHODS)}"
            raise MethodError(msg)
