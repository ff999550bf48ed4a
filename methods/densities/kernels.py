"""Kernel density estimate of a binned sample: the weight of every bin is smeared with a Gaussian.

The width follows Scott's rule, ``(4/3)^(1/5) * rms * N^(-1/5)``, with ``N`` the sum of weights; an adaptive estimate divides
it by the root of a first, fixed estimate at the event, so that peaks stay sharp and tails become smooth. (TMVA Users Guide,
arXiv:physics/0703039, section 5; K. Cranmer, Comput. Phys. Commun. 136 (2001) 198; D. W. Scott, Multivariate Density
Estimation, Wiley 1992.)

As in TMVA the uppermost bin of the sample takes no part: often only the largest value is in it. Unlike TMVA's it does take
part if it holds more than 1 % of the weight, since a variable that peaks at its upper end would lose the peak. TMVA also
leaves the last bin of the resulting table empty, so that an event above the range gets the response 0.5 whatever else it
is; here it is filled.

TMVA divides by the root of a density that has a unit: after metres become millimetres the adaptive kernels are 32 times wider
for the spread. The same is done here as long as it is harmless, with a standard deviation from 0.03 to 30; beyond, the
density is one of the variable in standard deviations.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from umva.methods.densities.bins import centres_of, edges_of
from umva.methods.densities.table import FINE, TINY, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["smeared"]

_NEGLIGIBLE = 0.01  # of the weight
_HARMLESS = 30.0  # standard deviation, or one over it, up to which the unit may have a say
_BLOCK = 1000  # edges at once
_SQRT2 = np.sqrt(2.0)


@dataclass(frozen=True)
class _Kernels:
    """Gaussians of given place, weight and width, shape ``(n_kernels,)``; renormalised between ends if there are any."""

    places: NDArray[np.float64]
    weights: NDArray[np.float64]
    widths: NDArray[np.float64]
    ends: tuple[float, float] | None

    def between(self, edges: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of all in each bin, shape ``(len(edges) - 1,)``."""
        weights = self.weights
        if self.ends is not None:
            within = np.diff(self._shares(np.array(self.ends)), axis=0)[0]
            weights = weights / np.maximum(within, TINY)
        parts = [self._shares(edges[start : start + _BLOCK + 1]) for start in range(0, len(edges) - 1, _BLOCK)]
        return np.concatenate([np.diff(part, axis=0) @ weights for part in parts])

    def _shares(self, edges: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the share of each kernel below each edge, less one half."""
        from scipy.special import erf

        below: NDArray[np.float64] = 0.5 * erf((edges[:, None] - self.places) / (_SQRT2 * self.widths))
        return below


def smeared(
    contents: NDArray[np.float64], low: float, high: float, *, adaptive: bool, factor: float, border: str
) -> Table | None:
    """Return the density, not normalised, or None if the sample has no spread, or negative weights leave nothing.

    Parameters
    ----------
    contents
        Sums of weights in equal bins from ``low`` to ``high``, shape ``(n_bins,)``; negative ones count with their sign.
    adaptive
        Whether the width follows the density.
    factor
        Further factor on an adaptive width.
    border
        ``"None"``; ``"Renorm"``: what a kernel has beyond the range is given to the rest of it; ``"Mirror"``: the
        outermost fifths of the sample are there again beyond the borders.

    Examples
    --------
    >>> contents = np.array([0.0, 0.0, 1.0, 5.0, 1.0, 0.0, 0.0])
    >>> table = smeared(contents, -3.5, 3.5, adaptive=False, factor=1.0, border="None").normalised()
    >>> table(np.array([-1.0, 0.0, 1.0])).round(3).tolist()
    [0.173, 0.753, 0.173]
    """
    n_bins = len(contents)
    width = (high - low) / n_bins
    centres = centres_of(low, high, n_bins)
    total = contents.sum()
    mean = contents @ centres / total
    variance = contents @ (centres - mean) ** 2 / total
    if not variance > (1e-6 * width) ** 2:
        return None
    sigma = float((4 / 3) ** 0.2 * np.sqrt(variance) * total**-0.2)
    used = n_bins if contents[-1] > _NEGLIGIBLE * total else n_bins - 1
    source, places = _with_mirrored(centres, low, high) if border == "Mirror" else (np.arange(n_bins), centres)
    source, places = source[source < used], places[source < used]
    ends = (low, high) if border == "Renorm" else None
    kernels = _Kernels(places, contents[source], np.full(len(source), sigma), ends)
    if adaptive:
        first = kernels.between(edges_of(low, high, n_bins)[: used + 1])
        if not first.sum() > 0:
            return None
        spread = float(np.sqrt(variance))
        unit = 1.0 if 1.0 / _HARMLESS <= spread <= _HARMLESS else spread
        density = np.maximum(first / (first.sum() * width) * unit, TINY)
        kernels = replace(kernels, widths=(factor * sigma / np.sqrt(density))[source])
    values = np.maximum(kernels.between(edges_of(low, high, FINE)), 0.0).astype(np.float32)
    return Table(low, high, values) if values.any() else None


def _with_mirrored(
    centres: NDArray[np.float64], low: float, high: float
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return bins and their places, the outermost fifths again beyond the borders."""
    n_bins = len(centres)
    bins = np.arange(n_bins)
    lowest, highest = bins[: n_bins // 5], bins[4 * n_bins // 5 :]
    places = np.concatenate([centres, 2 * low - centres[lowest], 2 * high - centres[highest]])
    return np.concatenate([bins, lowest, highest]), places
