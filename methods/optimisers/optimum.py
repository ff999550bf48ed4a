"""What all optimisers share: the objective they call, the optimum they answer with, and points within ranges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from umva.errors import MethodError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Objective", "Optimum", "Search", "draw", "reflect"]

Objective: TypeAlias = Callable[["NDArray[np.float64]"], "NDArray[np.float64]"]
"""Values of many points at once: float64 ``(n_points, n_parameters)`` to float64 ``(n_points,)``."""


@dataclass(frozen=True)
class Optimum:
    """Where a search found the least value.

    Parameters
    ----------
    x
        The point, shape ``(n_parameters,)``.
    value
        The objective there.
    n_calls
        Points that were tried.
    """

    x: NDArray[np.float64]
    value: float
    n_calls: int


class Search:
    """An objective that remembers the best point so far; what is not a number is never the best.

    Parameters
    ----------
    objective
        See :data:`Objective`.
    ranges
        Least and largest value of each parameter, shape ``(n_parameters, 2)``.
    start
        A point to begin from, shape ``(n_parameters,)``; None if there is none. It is brought into the ranges.

    Raises
    ------
    MethodError
        If a range is empty or not finite.

    Examples
    --------
    >>> search = Search(lambda points: points[:, 0] ** 2, np.array([[-1.0, 1.0]]))
    >>> search(np.array([[0.5], [0.1]])).tolist(), search.optimum()
    ([0.25, 0.010000000000000002], Optimum(x=array([0.1]), value=0.010000000000000002, n_calls=2))
    """

    def __init__(
        self, objective: Objective, ranges: NDArray[np.float64], start: NDArray[np.float64] | None = None
    ) -> None:
        """Keep the objective and check the ranges."""
        if not (np.isfinite(ranges).all() and (ranges[:, 0] <= ranges[:, 1]).all()):
            msg = f"ranges of parameters must be finite and not empty, got {ranges.tolist()}"
            raise MethodError(msg)
        self._objective = objective
        self.ranges = ranges
        self.start = None if start is None else np.clip(start, ranges[:, 0], ranges[:, 1])
        self.x = ranges.mean(axis=1) if self.start is None else self.start
        self.value = np.inf
        self.n_calls = 0

    def __call__(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values of ``points``, infinite where they are not numbers."""
        found = self._objective(points)
        values = np.where(np.isnan(found), np.inf, found)
        self.n_calls += len(points)
        if len(points) and values.min() < self.value:
            best = int(values.argmin())
            self.x, self.value = points[best].copy(), float(values[best])
        return values

    def optimum(self) -> Optimum:
        """Return the best point that was tried."""
        return Optimum(self.x, self.value, self.n_calls)


def draw(rng: np.random.Generator, ranges: NDArray[np.float64], n_points: int) -> NDArray[np.float64]:
    """Return points drawn uniformly within ``ranges``, shape ``(n_points, n_parameters)``."""
    return rng.uniform(ranges[:, 0], ranges[:, 1], (n_points, len(ranges)))


def reflect(points: NDArray[np.float64], ranges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``points`` with what lies beyond a bound mirrored at it, as often as needed.

    Examples
    --------
    >>> reflect(np.array([[1.25], [-0.25], [0.5], [2.25]]), np.array([[0.0, 1.0]])).ravel().tolist()
    [0.75, 0.25, 0.5, 0.25]
    """
    low, width = ranges[:, 0], ranges[:, 1] - ranges[:, 0]
    turn = np.where(width > 0, 2 * width, 1.0)
    inside = width - np.abs(np.mod(points - low, turn) - width)
    return low + np.clip(inside, 0.0, width)
