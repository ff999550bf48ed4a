"""ROOT histograms from numbers: bins found as ROOT finds them, with the sums that ROOT keeps beside the contents.

Events without a value (NaN) are left out. Contents of TH1F and TH2F are in single precision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Axis", "curve", "filled", "matrix", "profile", "scatter", "unit_area"]


@dataclass(frozen=True)
class Axis:
    """Bins of equal width, and the title beside them."""

    n_bins: int
    low: float
    high: float
    title: str = ""

    @property
    def width(self) -> float:
        """Width of a bin."""
        return (self.high - self.low) / self.n_bins

    def sums(self, values: NDArray[np.floating], weight: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of weights in each bin, with underflow and overflow."""
        return _sums(self.places(values), weight, self.n_bins + 2)

    def places(self, values: NDArray[np.floating]) -> NDArray[np.int64]:
        """Return the bin of each value: 0 for the underflow, ``n_bins + 1`` for the overflow."""
        scaled = self.n_bins * (values.astype(np.float64) - self.low) / (self.high - self.low)
        inside = np.clip(np.floor(np.clip(scaled, -1.0, self.n_bins)), -1, self.n_bins).astype(np.int64) + 1
        return np.where(values >= self.high, self.n_bins + 1, np.where(values < self.low, 0, np.clip(inside, 1, None)))

    def model(self, name: str, labels: Sequence[str] = ()) -> Any:
        """Return ROOT's axis."""
        from uproot.writing import identify

        found = None
        if labels:
            found = identify.to_THashList([identify.to_TObjString(label) for label in labels])
            for index, label in enumerate(found):
                label._bases[0]._members["@fUniqueID"] = index + 1
        return identify.to_TAxis(name, self.title, self.n_bins, self.low, self.high, fLabels=found)


def filled(
    values: NDArray[np.floating],
    weight: NDArray[np.float64],
    axis: Axis,
    title: str,
    *,
    y_title: str = "",
    precision: type[np.floating[Any]] = np.float32,
) -> Any:
    """Return a TH1F (TH1D in double precision) of values with their weights; negative weights enter as they are."""
    values, weight = _known(values, weight)
    places = axis.places(values)
    sums, squares = (_sums(places, each, axis.n_bins + 2) for each in (weight, weight**2))
    inside = (places > 0) & (places <= axis.n_bins)
    return _th1(axis, title, y_title, sums, squares, len(values), _moments(weight[inside], values[inside]), precision)


def unit_area(
    values: NDArray[np.floating],
    weight: NDArray[np.float64],
    axis: Axis,
    title: str,
    *,
    precision: type[np.floating[Any]] = np.float64,
) -> Any:
    """Return a histogram scaled to an integral of 1 between its ends, as TMVA normalises responses; not if that is negative."""
    values, weight = _known(values, weight)
    places = axis.places(values)
    total = float(weight[(places > 0) & (places <= axis.n_bins)].sum()) * axis.width
    scaled = weight / total if total > 0 else weight
    return filled(values, scaled, axis, title, precision=precision)


def curve(
    values: NDArray[np.float64],
    axis: Axis,
    title: str,
    *,
    y_title: str = "",
    entries: int = 0,
    precision: type[np.floating[Any]] = np.float64,
) -> Any:
    """Return a histogram whose bins hold given numbers, without errors."""
    sums = np.concatenate([[0.0], values, [0.0]])
    centres = axis.low + axis.width * (np.arange(axis.n_bins) + 0.5)
    return _th1(axis, title, y_title, sums, None, entries, _moments(values, centres), precision)


def scatter(
    x: NDArray[np.floating], y: NDArray[np.floating], weight: NDArray[np.float64], axes: tuple[Axis, Axis], title: str
) -> Any:
    """Return a TH2F of two quantities, without errors: they would treble its size."""
    known = ~(np.isnan(x) | np.isnan(y))
    x, y, weight = x[known], y[known], weight[known]
    places = axes[0].places(x), axes[1].places(y)
    width, n_cells = axes[0].n_bins + 2, (axes[0].n_bins + 2) * (axes[1].n_bins + 2)
    sums = _sums(places[0] + width * places[1], weight, n_cells)
    inside = np.ones(len(x), dtype=bool)
    for place, axis in zip(places, axes, strict=True):
        inside &= (place > 0) & (place <= axis.n_bins)
    return _th2(axes, title, sums, len(x), _moments_2d(weight[inside], x[inside], y[inside]))


def matrix(values: NDArray[np.float64], labels: Sequence[str], title: str, *, entries: int) -> Any:
    """Return a TH2F of a square matrix; rows and columns are labelled."""
    n = len(values)
    axis = Axis(n, 0.0, float(n))
    sums = np.zeros((n + 2, n + 2))
    sums[1:-1, 1:-1] = values.T
    x, y = (each.ravel() for each in np.meshgrid(np.arange(n) + 0.5, np.arange(n) + 0.5))
    stats = _moments_2d(values.T.ravel(), x, y)
    return _th2((axis, axis), title, sums.ravel(), entries, stats, labels=labels)


def profile(
    x: NDArray[np.floating], y: NDArray[np.floating], weight: NDArray[np.float64], axes: tuple[Axis, Axis], title: str
) -> Any:
    """Return a TProfile: the weighted mean of ``y`` in bins of ``x``."""
    from uproot.writing import identify

    known = ~(np.isnan(x) | np.isnan(y))
    x, y, weight = x[known], y[known].astype(np.float64), weight[known]
    places = axes[0].places(x)
    sums, seconds, entries, squares = (
        _sums(places, each, axes[0].n_bins + 2) for each in (weight * y, weight * y * y, weight, weight**2)
    )
    inside = (places > 0) & (places <= axes[0].n_bins)
    w, own = weight[inside], y[inside]
    return identify.to_TProfile(
        None,
        title,
        sums,
        float(len(x)),
        *_moments(w, x[inside]),
        float(w @ own),
        float(w @ own**2),
        seconds,
        entries,
        squares,
        axes[0].model("xaxis"),
        Axis(1, 0.0, 1.0, axes[1].title).model("yaxis"),
    )


def _sums(places: NDArray[np.int64], weight: NDArray[np.float64], n_bins: int) -> NDArray[np.float64]:
    return np.asarray(np.bincount(places, weights=weight, minlength=n_bins), dtype=np.float64)


def _known(values: NDArray[np.floating], weight: NDArray[np.float64]) -> tuple[NDArray[Any], NDArray[np.float64]]:
    known = ~np.isnan(values)
    return values[known], weight[known]


def _moments(weight: NDArray[np.float64], x: NDArray[np.floating]) -> tuple[float, float, float, float]:
    """Return the sums of w, w², wx and wx²."""
    x = x.astype(np.float64)
    return float(weight.sum()), float(weight @ weight), float(weight @ x), float(weight @ x**2)


def _moments_2d(weight: NDArray[np.float64], x: NDArray[np.floating], y: NDArray[np.floating]) -> tuple[float, ...]:
    """Return the sums of w, w², wx, wx², wy, wy² and wxy."""
    x, y = x.astype(np.float64), y.astype(np.float64)
    return (*_moments(weight, x), float(weight @ y), float(weight @ y**2), float(weight @ (x * y)))


def _th1(
    axis: Axis,
    title: str,
    y_title: str,
    sums: NDArray[np.float64],
    squares: NDArray[np.float64] | None,
    entries: float,
    stats: tuple[float, ...],
    precision: type[np.floating[Any]],
) -> Any:
    from uproot.writing import identify

    contents = sums.astype(precision)
    y = Axis(1, 0.0, 1.0, y_title).model("yaxis")
    return identify.to_TH1x(None, title, contents, float(entries), *stats, squares, axis.model("xaxis"), y)


def _th2(
    axes: tuple[Axis, Axis],
    title: str,
    sums: NDArray[np.float64],
    entries: float,
    stats: tuple[float, ...],
    labels: Sequence[str] = (),
) -> Any:
    from uproot.writing import identify

    models = axes[0].model("xaxis", labels), axes[1].model("yaxis", labels)
    return identify.to_TH2x(None, title, sums.astype(np.float32), float(entries), *stats, None, *models)
