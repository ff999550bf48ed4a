"""A binned sample of one variable, from which a density is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from umva.methods.densities.bins import bin_of, centres_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BinnedSample", "ends"]

_FEW = 1_000_000


def ends(x: NDArray[np.floating]) -> tuple[float, float]:
    """Return the smallest and largest value, made different if they are not.

    Examples
    --------
    >>> ends(np.array([2.0, 1.0])), ends(np.array([3.0]))
    ((1.0, 2.0), (2.5, 3.5))
    """
    low, high = float(x.min()), float(x.max())
    if low < high:
        return low, high
    margin = 0.5 * max(1.0, 1e-3 * abs(low))
    return low - margin, high + margin


@dataclass(frozen=True)
class BinnedSample:
    """Sums of weights in equal bins.

    Parameters
    ----------
    low, high
        Ends of the bins, in units of the variable.
    contents
        Sums of weights, shape ``(n_bins,)``.
    squares
        Sums of squared weights.
    """

    low: float
    high: float
    contents: NDArray[np.float64]
    squares: NDArray[np.float64]

    @classmethod
    def fill(
        cls, x: NDArray[np.floating], weight: NDArray[np.float64], *, low: float, high: float, n_bins: int
    ) -> Self:
        """Return the events in bins; what is beyond the ends is in the outermost. Negative weights keep their sign.

        Up to a million events the weights are summed with 32 bits in the order of the events, as TMVA does it: its densities
        depend on the last bit where a histogram falls steeply. Of more events the sums would suffer.

        Examples
        --------
        >>> BinnedSample.fill(np.array([0.1, 2.0]), np.array([3.0, 1.0]), low=0.0, high=2.0, n_bins=2).contents.tolist()
        [3.0, 1.0]
        """
        places = bin_of(x.astype(np.float64), low, high, n_bins)
        contents, squares = (np.bincount(places, weights=each, minlength=n_bins) for each in (weight, weight**2))
        if len(x) <= _FEW:
            single = np.zeros(n_bins, np.float32)
            np.add.at(single, places, weight.astype(np.float32))
            return cls(low, high, single.astype(np.float64), squares.astype(np.float64))
        return cls(low, high, contents.astype(np.float64), squares.astype(np.float64))

    def normalised(self) -> Self:
        """Return the same sample with the integral 1; as it is if its weights do not sum to more than zero."""
        integral = float(self.contents.sum()) * (self.high - self.low) / self.n_bins
        if not integral > 0:
            return self
        return type(self)(self.low, self.high, self.contents / integral, self.squares / integral**2)

    @property
    def n_bins(self) -> int:
        """Number of bins."""
        return len(self.contents)

    @property
    def centres(self) -> NDArray[np.float64]:
        """Centres of the bins."""
        return centres_of(self.low, self.high, self.n_bins)

    def at(self, x: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the contents of the bins that ``x`` is in."""
        return self.contents[bin_of(x.astype(np.float64), self.low, self.high, self.n_bins)]
