"""How a density is made of events: TMVA's PDF options, and what they do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import MethodError, OptionError
from umva.methods.densities.kernels import smeared
from umva.methods.densities.smoothing import smooth_by_content, smooth_times
from umva.methods.densities.splines import CURVES
from umva.methods.densities.table import TINY, Table
from umva.methods.options import option

if TYPE_CHECKING:
    from umva.methods.densities.sample import BinnedSample

__all__ = ["Recipe"]

_FEWEST = 5
_MOST_FOR_KERNELS = 2000  # finer than any kernel


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How the density of one variable is made of events.

    Events are filled into a histogram, which is smoothed (353QH, twice, so many times) and interpolated, or smeared with a
    kernel; the curve is tabulated in 10000 bins with 32 bits, normalised, and interpolated linearly between their centres.
    Where a curve falls to 0 or below, the histogram's own content counts, and at least 1e-12. (TMVA Users Guide,
    arXiv:physics/0703039, section 5.)

    Examples
    --------
    >>> from umva.methods.densities.sample import BinnedSample
    >>> x = np.linspace(0.0, 1.0, 1000)
    >>> sample = BinnedSample.fill(x, np.ones(1000), low=0.0, high=1.0, n_bins=Recipe().bins(1000))
    >>> density = Recipe(interpolation="Spline1").density(sample, "x")
    >>> sample.n_bins, density(np.array([0.3])).round(2).tolist()
    (20, [1.0])
    """

    smoothing: int = option(0, tmva="NSmooth", low=-1, help="how often the histogram is smoothed")
    min_smoothing: int = option(
        -1, tmva="MinNSmooth", low=-1, help="how often well-filled bins are smoothed; -1: as all bins"
    )
    max_smoothing: int = option(
        -1, tmva="MaxNSmooth", low=-1, help="how often sparsely filled bins are smoothed; -1: as all bins"
    )
    events_per_bin: int = option(
        50,
        tmva="NAvEvtPerBin",
        low=1,
        help="mean number of events in a bin of the histogram, 5 times less for a kernel",
    )
    n_bins: int = option(
        0,
        tmva="Nbins",
        low=0,
        help="number of bins of the histogram, 5 times more for a kernel; 0: from events_per_bin",
    )
    check_histogram: bool = option(False, tmva="CheckHist", help="remark if more than half of the bins are empty")
    interpolation: str = option(
        "Spline2",
        tmva="PDFInterpol",
        choices=("Spline0", "Spline1", "Spline2", "Spline3", "Spline5", "KDE"),
        help="the histogram itself, lines, parabolas, cubic or quintic splines through its bins, or smeared by a kernel",
    )
    kernel: str = option("Gauss", tmva="KDEtype", choices=("Gauss",), help="shape of the kernel")
    kernel_width: str = option(
        "Nonadaptive",
        tmva="KDEiter",
        choices=("Nonadaptive", "Adaptive"),
        help="one width, or wider where events are rare",
    )
    kernel_factor: float = option(1.0, tmva="KDEFineFactor", low=1e-3, help="factor on the width of adaptive kernels")
    kernel_border: str = option(
        "None",
        tmva="KDEborder",
        choices=("None", "Renorm", "Mirror"),
        help="what becomes of a kernel beyond the range: lost, given to the rest of it, or mirrored",
    )

    def __post_init__(self) -> None:
        """Refuse bounds in the wrong order.

        Raises
        ------
        OptionError
            If ``min_smoothing`` is more than ``max_smoothing``.
        """
        least, most = self.smoothings
        if least > most:
            msg = f"min_smoothing (MinNSmooth) must be at most max_smoothing (MaxNSmooth), got {least} and {most}"
            raise OptionError(msg)

    @property
    def smoothings(self) -> tuple[int, int]:
        """How often a bin is smoothed at least and at most."""
        if self.min_smoothing < 0 or self.max_smoothing < 0:
            return (max(self.smoothing, 0),) * 2
        return self.min_smoothing, self.max_smoothing

    def bins(self, n_events: int) -> int:
        """Return the number of bins for so many events: as asked for, or from their mean content, but five or more."""
        finer = 5 if self.interpolation == "KDE" else 1
        if self.n_bins:
            return self.n_bins * finer
        found = max(n_events // self.events_per_bin, _FEWEST) * finer
        return min(found, _MOST_FOR_KERNELS) if finer > 1 else found

    def density(self, sample: BinnedSample, what: str) -> Table:
        """Return the density of a sample, of integral 1.

        Raises
        ------
        MethodError
            If its weights do not sum to more than zero; ``what`` is named in it.
        """
        sample = replace(sample, contents=sample.contents.astype(np.float32).astype(np.float64))
        if not sample.contents.sum() > 0:
            msg = f"{what}: the training weights sum to {sample.contents.sum():g}, expected more than 0"
            raise MethodError(msg)
        smeared_sample = self._smeared(sample) if self.interpolation == "KDE" else None
        return (smeared_sample or self._interpolated(sample)).normalised()

    def note(self, sample: BinnedSample, what: str) -> str | None:
        """Return what a check of the histogram finds, if it is asked for."""
        empty = float(np.mean(sample.contents == 0))
        if not self.check_histogram or empty <= 0.5:
            return None
        return (
            f"{100 * empty:.0f} % of the {sample.n_bins} bins of {what} are empty: take fewer (n_bins), or smooth more."
        )

    def _smeared(self, sample: BinnedSample) -> Table | None:
        return smeared(
            sample.contents,
            sample.low,
            sample.high,
            adaptive=self.kernel_width == "Adaptive",
            factor=float(np.float32(self.kernel_factor)),
            border=self.kernel_border,
        )

    def _interpolated(self, sample: BinnedSample) -> Table:
        """Return the table of the smoothed histogram, not normalised."""
        least, most = self.smoothings
        if least == most:
            contents = smooth_times(sample.contents, least)
        else:
            contents = smooth_by_content(sample.contents, np.sqrt(sample.squares), least, most)
        if not contents.sum() > 0:  # a lonely peak is smoothed away
            contents = sample.contents
        contents = contents.astype(np.float32).astype(np.float64)
        floor = min(TINY, 1e-9 * float(contents.max()))
        if self.interpolation not in CURVES:
            return Table(sample.low, sample.high, np.maximum(contents, floor).astype(np.float32), stepped=True)
        curve = CURVES[self.interpolation](sample.centres, contents)
        return Table.sampled(sample.low, sample.high, curve, replace(sample, contents=contents).at, floor=floor)
