"""Deviations of a regression's estimates from the truth: one method on train and test, or all methods on test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator, NullFormatter

from umva.errors import ReportError
from umva.reports.digits import MINUS, handy_power, measured, scaled, unit_bracket
from umva.reports.figures.histogram import draw_outline, limits
from umva.reports.figures.legend import foot_legend, foot_panel, legend_name
from umva.reports.figures.looks import Look
from umva.reports.figures.style import LIGHT, caption, frame, series, styled, tame_numbers, write_at
from umva.reports.figures.text import axis_title, plain, shorten
from umva.reports.figures.train_test import Side, draw_densities, draw_pulls, frames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from umva.reports.results import Estimation, MethodResult, Results, VariableSummary

__all__ = ["estimations", "plot_deviation", "plot_deviations"]

ABSCISSA = f"estimate {MINUS} truth"
REACH = 4.0
"""The common frame of all methods reaches so many resolutions to either side, that of the method in the middle."""


@styled
def plot_deviation(method: MethodResult, target: VariableSummary, *, axes: Sequence[Axes] | None = None) -> Figure:
    """Draw the deviations of one method on test as histogram and on train as points, their pulls below.

    Parameters
    ----------
    method
        A method that estimates the target.
    target
        What is estimated.
    axes
        The upper and the lower frame; a new figure by default.

    Raises
    ------
    ReportError
        If the method does not estimate the target.
    """
    found = method.targets.get(target.name)
    if found is None:
        msg = f"method '{method.name}' has no estimates of '{target.name}' to draw (status '{method.status}')"
        raise ReportError(msg)
    upper, lower = axes or frames()
    sides = [Side("", Look("signal"), found.test_deviation, found.train_deviation)]
    draw_densities(upper, sides)
    upper.legend(loc="upper left", ncols=2)
    _write_numbers(upper, found)
    draw_pulls(lower, sides)
    lower.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    powers = tame_numbers(lower.xaxis), tame_numbers(upper.yaxis) if upper.get_yscale() == "linear" else ""
    upper.xaxis.set_major_formatter(NullFormatter())
    upper.set_ylabel(axis_title("(1/N) dN/dx", power=powers[1]))
    caption(upper, plain(shorten(method.name, 38)), plain(shorten(target.name, 24)))
    return frame(lower, x=axis_title(ABSCISSA, unit=target.unit, power=powers[0]), y="pull")


@styled
def plot_deviations(results: Results, target: VariableSummary, *, axes: Axes | None = None) -> Figure:
    """Draw the deviations of all methods on the test part in one frame, the narrower the better.

    Parameters
    ----------
    results
        The comparison; methods without estimates of the target are left out.
    target
        What is estimated.
    axes
        Where to draw; a new figure by default.
    """
    found = estimations(results, target.name)
    axes = axes or foot_panel(len(found))
    power = handy_power(found[0][2].rmse.test.value) if found else 0
    for place, name, each in found:
        label = f"{legend_name(name, len(found))}  {measured(scaled(each.rmse.test, power))}"
        draw_outline(axes, each.test_deviation, series(place), label, gid=f"method-{place}")
    histograms = [each.test_deviation for _, _, each in found]
    axes.axvline(0, color=LIGHT["muted"], linewidth=0.7, zorder=0)
    axes.set(xlim=_range([each for _, _, each in found]), ylim=limits(*histograms, headroom=0.08))
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    powers = tame_numbers(axes.xaxis), tame_numbers(axes.yaxis)
    foot_legend(axes, title=plain(f"RMSE{unit_bracket(target.unit, power)}"))
    caption(axes, plain(shorten(target.name, 24)), "test part")
    x = axis_title(ABSCISSA, unit=target.unit, power=powers[0])
    return frame(axes, x=x, y=axis_title("(1/N) dN/dx", power=powers[1]))


def estimations(results: Results, target: str) -> list[tuple[int, str, Estimation]]:
    """Return place and name of each method that estimates the target, and how well it does."""
    methods = enumerate(results.methods.values())
    return [(place, each.name, each.targets[target]) for place, each in methods if target in each.targets]


def _range(found: Sequence[Estimation]) -> tuple[float, float]:
    """Return where the deviations are drawn: a few resolutions around zero, no further than there are bins."""
    resolutions = [each.resolution.test.value for each in found]
    usual = float(np.median([each for each in resolutions if np.isfinite(each)] or [np.inf]))
    low = min(each.test_deviation.edges[0] for each in found)
    high = max(each.test_deviation.edges[-1] for each in found)
    return max(low, -REACH * usual), min(high, REACH * usual)


def _write_numbers(axes: Axes, found: Estimation) -> None:
    """Write spread and shift under the legend, test and train."""
    power = handy_power(found.rmse.test.value)
    lines = [
        f"{name}  test {measured(scaled(pair.test, power))}   train {measured(scaled(pair.train, power))}"
        for name, pair in (("RMSE", found.rmse), ("bias", found.bias))
    ]
    if power:
        lines[0] += f"   in units of $10^{{{power}}}$"
    looks = {"va": "top", "fontsize": 8.5, "linespacing": 1.35, "color": LIGHT["muted"]}
    write_at(axes, "\n".join(lines), (0, 1), (7, -21), **looks)
