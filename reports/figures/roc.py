"""ROC curves of all methods in one frame, in TMVA's axes and as inverse background efficiency.

Of several classes, each has such a frame: the class in question is the signal, the rest of them the background.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.reports.digits import measured
from umva.reports.figures.legend import foot_legend, foot_panel, legend_name
from umva.reports.figures.style import caption, frame, series, styled
from umva.reports.figures.text import plain, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from umva.reports.results import Number, Results, RocCurve
    from umva.reports.results.discrimination import Discrimination

__all__ = ["plot_rejection", "plot_roc"]

SIGNAL_AXIS = r"signal efficiency $\varepsilon_\mathrm{S}$"


@styled
def plot_roc(results: Results, label: str = "", *, axes: Axes | None = None) -> Figure:
    """Draw background rejection against signal efficiency, TMVA's ROC, with bands of one standard deviation.

    Parameters
    ----------
    results
        The comparison; methods without a curve are left out.
    label
        Of several classes, the one that is told from the rest.
    axes
        Where to draw; a new figure by default.
    """
    curves = _curves(results, label)
    axes = axes or foot_panel(len(curves))
    for index, method, auc, curve in curves:
        eff_s, eff_b, error = _thinned(curve, 0.03)
        low, high = 1 - eff_b - error, 1 - eff_b + error
        axes.fill_between(eff_s, low, high, color=series(index).color, alpha=0.14, linewidth=0, gid=f"method-{index}")
        eff_s, eff_b, _ = _thinned(curve, 0.012)
        name = legend_name(method, len(curves))
        _draw(axes, index, eff_s, 1 - eff_b, f"{name}  {measured(auc)}" if auc else name)
    axes.set(xlim=(0, 1), ylim=(0, 1.03))
    foot_legend(axes, title="AUC")
    caption(axes, _heading("ROC", label), "test part, band ±1\N{GREEK SMALL LETTER SIGMA}")
    if label:
        return frame(axes, x=_class_axis(label), y=r"rejection of the rest $1-\varepsilon_\mathrm{rest}$")
    return frame(axes, x=SIGNAL_AXIS, y=r"background rejection $1-\varepsilon_\mathrm{B}$")


@styled
def plot_rejection(results: Results, label: str = "", *, axes: Axes | None = None) -> Figure:
    """Draw the inverse background efficiency on a logarithmic axis, as far as its relative error is below one half.

    Parameters
    ----------
    results
        The comparison; methods without a curve are left out.
    label
        Of several classes, the one that is told from the rest.
    axes
        Where to draw; a new figure by default.
    """
    curves = _curves(results, label)
    axes = axes or foot_panel(len(curves))
    top = 10.0
    for index, method, _, curve in curves:
        eff_s, eff_b, error = _columns(curve)
        known = (eff_b > 0) & (error < 0.5 * eff_b)
        inverse = 1 / eff_b[known]
        top = max(top, *inverse.tolist())
        _draw(axes, index, eff_s[known], inverse, legend_name(method, len(curves)))
    axes.set(xlim=(0, 1), yscale="log", ylim=(1, 2 * top))
    foot_legend(axes)
    caption(axes, _heading("Background suppression", label), "test part")
    if label:
        return frame(axes, x=_class_axis(label), y=r"$1\,/\,\varepsilon_\mathrm{rest}$")
    return frame(axes, x=SIGNAL_AXIS, y=r"$1\,/\,\varepsilon_\mathrm{B}$")


def _curves(results: Results, label: str) -> list[tuple[int, str, Number | None, RocCurve]]:
    """Return place, name, area and curve of all methods that have one."""
    found: list[tuple[int, str, Discrimination | None]] = [
        (place, each.name, each.classes.get(label) if label else each)
        for place, each in enumerate(results.methods.values())
    ]
    return [
        (place, name, each.auc.test if each.auc else None, each.roc)
        for place, name, each in found
        if each is not None and each.roc is not None
    ]


def _heading(title: str, label: str) -> str:
    """Return the title of a frame, that of several classes with the one in question."""
    return f"{plain(shorten(label, 18))} against the rest" if label else title


def _class_axis(label: str) -> str:
    """Return the title of the abscissa for one of several classes."""
    return rf"{plain(shorten(label, 24))} efficiency $\varepsilon$"


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
