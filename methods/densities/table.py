"""A function of one variable as a table over equal bins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from umva.methods.densities.bins import bin_of, centres_of, edges_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["FINE", "TINY", "Table"]

FINE = 10000
"""Bins of a table that is interpolated."""

TINY = 1e-12
"""What a table never falls below; TMVA's."""

_FARTHEST = 1e300  # finite, so that a flat end of the table can be extrapolated to infinity


@dataclass(frozen=True, eq=False)
class Table:
    """A function that is known in equal bins.

    Parameters
    ----------
    low, high
        Ends of the table, in units of the variable.
    values
        The function at the centre of each bin, shape ``(n_bins,)``; of 32 bits, as TMVA keeps it.
    stepped
        Whether the function is constant in a bin; otherwise linear between centres, and beyond the outermost ones.

    Examples
    --------
    >>> table = Table(0.0, 2.0, np.array([1.0, 3.0], np.float32))
    >>> table(np.array([0.5, 1.0, 2.0], np.float32)).tolist()
    [1.0, 2.0, 4.0]
    """

    low: float
    high: float
    values: NDArray[np.float32]
    stepped: bool = False

    @classmethod
    def sampled(
        cls,
        low: float,
        high: float,
        function: Callable[[NDArray[np.float64]], NDArray[np.float64]],
        fallback: Callable[[NDArray[np.float64]], NDArray[np.float64]],
        *,
        floor: float = TINY,
    ) -> Self:
        """Return the table of a function at :data:`FINE` bins; where it is not above ``floor``, of the fallback."""
        x = centres_of(low, high, FINE)
        values = function(x)
        sunken = ~(values > floor)
        if sunken.any():
            values[sunken] = np.maximum(fallback(x[sunken]), floor)
        return cls(low, high, values.astype(np.float32))

    @property
    def width(self) -> float:
        """Width of a bin."""
        return (self.high - self.low) / len(self.values)

    @property
    def integral(self) -> float:
        """Integral from end to end."""
        return float(self.values.sum(dtype=np.float64)) * self.width

    def normalised(self) -> Self:
        """Return the same function with the integral 1."""
        values = (self.values / self.integral).astype(np.float32)
        return type(self)(self.low, self.high, values, self.stepped)

    @cached_property
    def _doubles(self) -> NDArray[np.float64]:
        return self.values.astype(np.float64)

    @cached_property
    def _steps(self) -> NDArray[np.float64]:
        return np.diff(self._doubles)

    @cached_property
    def _sums(self) -> NDArray[np.float64]:
        return np.concatenate([[0.0], np.cumsum(self._doubles * self.width)])

    def __call__(self, x: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the function at ``x``, shape ``(n_events,)``; NaN at NaN unless stepped."""
        if self.stepped:
            return self._doubles[bin_of(x.astype(np.float64), self.low, self.high, len(self.values))]
        place = (x.astype(np.float64) - self.low) * (1 / self.width) - 0.5
        np.clip(place, -_FARTHEST, _FARTHEST, out=place)
        with np.errstate(invalid="ignore"):  # NaN has no bin, but any will do
            i = np.clip(place, 0, len(self.values) - 2).astype(np.intp)
        np.clip(i, 0, len(self.values) - 2, out=i)
        place -= i
        place *= self._steps[i]
        place += self._doubles[i]
        return place

    def integral_to(self, x: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the integral of the bins from the lower end to ``x``, shape ``(n_events,)``; NaN at NaN.

        Examples
        --------
        >>> Table(0.0, 2.0, np.array([1.0, 3.0], np.float32)).integral_to(np.array([-1.0, 1.5, 7.0])).tolist()
        [0.0, 2.5, 4.0]
        """
        found: NDArray[np.float64] = np.interp(x, edges_of(self.low, self.high, len(self.values)), self._sums)
        return found
