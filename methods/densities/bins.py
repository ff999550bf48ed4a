"""Equal bins of one variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["bin_of", "centres_of", "edges_of"]


def bin_of(x: NDArray[np.float64], low: float, high: float, n_bins: int) -> NDArray[np.intp]:
    """Return the bin that each value is in, of equal ones from ``low`` to ``high``; the nearest if it is in none.

    Examples
    --------
    >>> bin_of(np.array([-1.0, 0.0, 0.6, 1.0]), 0.0, 1.0, 2).tolist()
    [0, 0, 1, 1]
    """
    place = (x - low) * (n_bins / (high - low))
    return np.clip(place, 0, n_bins - 1).astype(np.intp)


def edges_of(low: float, high: float, n_bins: int) -> NDArray[np.float64]:
    """Return the edges of equal bins, shape ``(n_bins + 1,)``."""
    return np.linspace(low, high, n_bins + 1, dtype=np.float64)


def centres_of(low: float, high: float, n_bins: int) -> NDArray[np.float64]:
    """Return the centres of equal bins, shape ``(n_bins,)``.

    Examples
    --------
    >>> centres_of(0.0, 1.0, 2).tolist()
    [0.25, 0.75]
    """
    places = np.arange(n_bins, dtype=np.float64) + 0.5
    return np.asarray(low + places * ((high - low) / n_bins), dtype=np.float64)
