"""How good all methods are in slices of a variable or spectator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator, NullLocator

from umva.errors import ReportError
from umva.reports.figures.histogram import draw_error_bars
from umva.reports.figures.legend import foot_legend, foot_panel, legend_name
from umva.reports.figures.style import caption, frame, series, styled, tame_numbers
from umva.reports.figures.text import axis_title, plain, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from umva.reports.results import MethodResult, Results, Sliced, WeakSlice

__all__ = ["plot_slices", "sliced", "weakest_variables"]


@styled
def plot_slices(results: Results, variable: str, target: str = "", *, axes: Axes | None = None) -> Figure:
    """Draw what the methods are ranked by in slices of a variable or spectator, with errors; test part.

    Parameters
    ----------
    results
        The comparison; methods without slices are left out.
    variable
        Name of the variable or spectator.
    target
        In a regression, what is estimated.
    axes
        Where to draw; a new figure by default.

    Raises
    ------
    ReportError
        If no method has slices of it.
    """
    found = [
        (place, each.name, slices[variable])
        for place, each in enumerate(results.methods.values())
        if variable in (slices := sliced(each, target)[0])
    ]
    if not found:
        msg = f"there are no slices of '{variable}' to draw"
        raise ReportError(msg)
    axes = axes or foot_panel(len(found))
    labels = found[0][2].labels
    for place, name, each in found:
        x = np.arange(len(labels), dtype=np.float64) + 0.12 * ((place % 5) - 2)
        values, errors = (
            np.array([np.nan if one is None else one for one in column], dtype=np.float64)
            for column in (each.values, each.errors)
        )
        look, text = series(place), legend_name(name, len(found))
        axes.plot(x, values, color=look.color, linestyle=look.linestyle, label=text, gid=f"method-{place}")
        draw_error_bars(axes, x, values, errors, look.color)
    axes.set_xlim(-0.5, len(labels) - 0.5)
    axes.margins(y=0.1)
    axes.autoscale_view(scalex=False)
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], prune="both"))
    power = tame_numbers(axes.yaxis)
    axes.set_xticks(range(len(labels)), [plain(each.replace(" to ", " to\n")) for each in labels], fontsize=7.5)
    axes.xaxis.set_minor_locator(NullLocator())
    foot_legend(axes)
    caption(axes, plain(shorten(variable, 28)), plain(shorten(target, 20)) or "test part")
    what = {"regression": "RMSE", "multiclass": "mean AUC"}.get(results.task, "AUC")
    return frame(axes, x="", y=axis_title(f"{what} in the slice", power=power))


def sliced(method: MethodResult, target: str = "") -> tuple[Mapping[str, Sliced], tuple[WeakSlice, ...]]:
    """Return the slices of a method by variable and its weakest ones; in a regression those of a target."""
    if not target:
        return method.slices, method.weakest
    found = method.targets.get(target)
    return (found.slices, found.weakest) if found else ({}, ())


def weakest_variables(results: Results, target: str = "", most: int = 4) -> list[str]:
    """Return the variables and spectators in which methods have their weakest slices, the largest difference first."""
    gaps: dict[str, float] = {}
    for each in results.methods.values():
        for weak in sliced(each, target)[1]:
            gap = abs(weak.value.value - weak.rest.value)
            gaps[weak.variable] = max(gaps.get(weak.variable, 0.0), gap)
    return sorted(gaps, key=lambda name: -gaps[name])[:most]
