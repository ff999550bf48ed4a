"""Random sampling: tries points and keeps the best; TMVA's fitter MC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.methods.optimisers.optimum import Search, draw, reflect

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from umva.methods.optimisers.optimum import Objective, Optimum
    from umva.methods.optimisers.options import MonteCarloOptions

__all__ = ["minimise"]

_AT_ONCE = 4096
_BETWEEN_MOVES = 64
_DECADES = 3.0


def minimise(
    objective: Objective,
    ranges: NDArray[np.float64],
    options: MonteCarloOptions,
    *,
    seed: int,
    start: NDArray[np.float64] | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Optimum:
    """Return the best of ``options.sample_size`` random points.

    They are drawn uniformly, or, if ``options.sigma`` is positive, from Gaussians around the best so far, mirrored at the
    bounds. ``sigma``, in units of the range, is the largest width; smaller ones, down to a thousandth, are as frequent in
    each decade. (TMVA Users Guide, arXiv:physics/0703039, section 6.1, where all have the largest width: with a coarse one
    the search then ends far from the minimum.)

    Parameters
    ----------
    objective
        Called with up to 4096 points at once.
    ranges
        Least and largest value of each parameter, shape ``(n_parameters, 2)``.
    options
        See :class:`~umva.methods.optimisers.options.MonteCarloOptions`; ``optimiser_seed`` goes before ``seed``.
    seed
        The only source of randomness.
    start
        A point to try first.
    progress
        Called with the fraction done.

    Examples
    --------
    >>> from umva.methods.optimisers.options import MonteCarloOptions
    >>> found = minimise(lambda x: (x[:, 0] - 1) ** 2, np.array([[-5.0, 5.0]]), MonteCarloOptions(sigma=0.1), seed=1)
    >>> bool(abs(found.x[0] - 1) < 0.01), found.n_calls
    (True, 100000)
    """
    rng = np.random.default_rng(seed if options.optimiser_seed is None else options.optimiser_seed)
    search = Search(objective, ranges, start)
    if search.start is not None:
        search(search.start[None])
    width = options.sigma * (ranges[:, 1] - ranges[:, 0])
    at_once = _BETWEEN_MOVES if options.sigma > 0 else _AT_ONCE
    while (left := options.sample_size - search.n_calls) > 0:
        n_points = min(at_once, left)
        if options.sigma > 0 and search.n_calls:
            narrower = 10 ** (-_DECADES * rng.random((n_points, 1)))
            search(reflect(search.x + width * narrower * rng.normal(size=(n_points, len(ranges))), ranges))
        else:
            search(draw(rng, ranges, n_points))
        progress(search.n_calls / options.sample_size)
    return search.optimum()
