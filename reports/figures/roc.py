"""ROC curves of all methods in one frame, in TMVA's axes and as inverse background efficiency."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.digits import measured
from umva.reports.figures.style import caption, figure_of, frame, panel, series, styled
from umva.reports.figures.text import plain, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from umva.reports.results import MethodResult, Results, RocCurve

__all__ = ["plot_rejection", "plot_roc"]

SIGNAL_AXIS = r"signal efficiency $\varepsilon_\mathrm{S}$"
ONE_COLUMN = 4
"""Legends of more methods have two columns and shorter names."""


@styled
def plot_roc(results: Results, *, axes: Axes | None = None) -> Figure:
    """Draw background rejection against signal efficiency, TMVA's ROC, with bands of one standard deviation.

    Parameters
    ----------
    results
        The comparison; methods without a curve are left out.
    axes
        Where to draw; a new figure by default.
    """
    curves = _curves(results)
    axes = axes or _panel(len(curves))
    for index, method, curve in curves:
        eff_s, eff_b, error = _thinned(curve, 0.03)
        low, high = 1 - eff_b - error, 1 - eff_b + error
        axes.fill_between(eff_s, low, high, color=series(index).color, alpha=0.14, linewidth=0)
        eff_s, eff_b, _ = _thinned(curve, 0.012)
        name = _name(method, len(curves))
        _draw(axes, index, eff_s, 1 - eff_b, f"{name}  {measured(method.auc.test)}" if method.auc else name)
    axes.set(xlim=(0, 1), ylim=(0, 1.03))
    _legend(axes, title="AUC")
    caption(axes, "ROC", "test part, band ±1\N{GREEK SMALL LETTER SIGMA}")
    return frame(axes, x=SIGNAL_AXIS, y=r"background rejection $1-\varepsilon_\mathrm{B}$")


@styled
def plot_rejection(results: Results, *, axes: Axes | None = None) -> Figure:
    """Draw the inverse background efficiency on a logarithmic axis, as far as its relative error is below one half.

    Parameters
    ----------
    results
        The comparison; methods without a curve are left out.
    axes
        Where to draw; a new figure by default.
    """
    curves = _curves(results)
    axes = axes or _panel(len(curves))
    top = 10.0
    for index, method, curve in curves:
        eff_s, eff_b, error = _columns(curve)
        known = (eff_b > 0) & (error < 0.5 * eff_b)
        inverse = 1 / eff_b[known]
        top = max(top, *inverse.tolist())
        _draw(axes, index, eff_s[known], inverse, _name(method, len(curves)))
    axes.set(xlim=(0, 1), yscale="log", ylim=(1, 2 * top))
    _legend(axes)
    caption(axes, "Background suppression", "test part")
    return frame(axes, x=SIGNAL_AXIS, y=r"$1\,/\,\varepsilon_\mathrm{B}$")


def _curves(results: Results) -> list[tuple[int, MethodResult, RocCurve]]:
    """Return place, method and curve of all that have one."""
    return [(i, each, each.roc) for i, each in enumerate(results.methods.values()) if each.roc is not None]


def _draw(axes: Axes, index: int, x: NDArray[np.float64], y: NDArray[np.float64], label: str) -> None:
    """Draw the curve of the method with this place."""
    line = series(index)
    axes.plot(x, y, color=line.color, linestyle=line.linestyle, label=label, gid=f"method-{index}")


def _thinned(curve: RocCurve, step: float) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the columns of a curve without points that are nearer than ``step`` to the one before, ends kept.

    Examples
    --------
    >>> from umva.reports.results import RocCurve
    >>> _thinned(RocCurve((0, 0.001, 0.5, 1), (0, 0, 0.1, 1), (0, 0, 0.01, 0)), 0.01)[0].tolist()
    [0.0, 0.5, 1.0]
    """
    eff_s, eff_b, error = _columns(curve)
    kept = [0]
    for i in range(1, len(eff_s)):
        if abs(eff_s[i] - eff_s[kept[-1]]) + abs(eff_b[i] - eff_b[kept[-1]]) >= step:
            kept.append(i)
    kept[-1] = len(eff_s) - 1 if len(kept) > 1 else kept[-1]
    return eff_s[kept], eff_b[kept], error[kept]


def _columns(curve: RocCurve) -> list[NDArray[np.float64]]:
    """Return signal efficiency, background efficiency and its error as arrays."""
    columns = curve.signal_efficiency, curve.background_efficiency, curve.background_error
    return [np.asarray(each, dtype=np.float64) for each in columns]


def _name(method: MethodResult, n_curves: int) -> str:
    """Return the name for a legend of so many curves."""
    return plain(shorten(method.name, 24 if n_curves <= ONE_COLUMN else 14))


def _panel(n_curves: int) -> Axes:
    """Return axes with room below them for the legend: inside, it would hide curves of good or of bad methods."""
    n_rows = math.ceil(n_curves / _legend_columns(n_curves))
    return panel(height=3.9, below=0.15 * n_rows + 0.3)


def _legend_columns(n_curves: int) -> int:
    """Return the number of columns of a legend."""
    return 1 if n_curves <= ONE_COLUMN else 2


def _legend(axes: Axes, *, title: str | None = None) -> None:
    """Write the legend at the foot of the figure."""
    n_curves = len(axes.get_legend_handles_labels()[0])
    if not n_curves:
        return
    axes.legend(
        title=title,
        title_fontsize=9,
        fontsize=8,
        handlelength=2.4,
        alignment="left",
        loc="lower center",
        ncols=_legend_columns(n_curves),
        bbox_to_anchor=(0.5, 0),
        bbox_transform=figure_of(axes).transFigure,
    )
