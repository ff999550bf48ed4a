"""Deviation of all methods against the true value or against a variable: its mean above, its spread below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullFormatter

from umva.errors import ReportError, did_you_mean
from umva.reports.figures.deviation import estimations
from umva.reports.figures.histogram import draw_error_bars
from umva.reports.figures.legend import foot_legend, legend_height, legend_name
from umva.reports.figures.style import LIGHT, caption, frame, series, styled, tame_numbers
from umva.reports.figures.text import axis_title, plain, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from umva.reports.results import Number, Profile, Results, VariableSummary

__all__ = ["plot_profile"]


@styled
def plot_profile(results: Results, target: str, variable: str = "", *, axes: tuple[Axes, Axes] | None = None) -> Figure:
    """Draw mean and spread of the deviation in bins of the truth or of a variable, with their errors, test part.

    Parameters
    ----------
    results
        The comparison; methods without estimates of the target are left out.
    target
        What is estimated.
    variable
        Against what; by default against the true value.
    axes
        The upper and the lower frame; a new figure by default.

    Raises
    ------
    ReportError
        If there is no such target or variable.
    """
    known = _named(results.dataset.targets, target)
    against = _named(results.dataset.variables, variable) if variable else known
    profiles = [
        (place, name, each) for place, name, each in _profiles(results, target, variable) if len(each.edges) > 1
    ]
    upper, lower = axes or _frames(len(profiles))
    upper.axhline(0, color=LIGHT["muted"], linewidth=0.7)
    for place, name, profile in profiles:
        shift = 0.16 * ((place % 5) - 2) / 2
        _draw(upper, place, profile, profile.mean, shift, legend_name(name, len(profiles)))
        _draw(lower, place, profile, profile.spread, shift, "_")
    if profiles:
        edges = profiles[0][2].edges
        upper.set_xlim(edges[0], edges[-1])
        lower.set_xlim(edges[0], edges[-1])
    powers = _settle(upper, lower)
    foot_legend(upper)
    caption(upper, plain(shorten(against.name if variable else "true value", 28)), plain(shorten(target, 24)))
    upper.set_ylabel(axis_title("mean deviation", unit=known.unit, power=powers[1]))
    y = axis_title("spread", unit=known.unit, power=powers[2])
    prefix = "" if variable else "true "
    return frame(lower, x=prefix + axis_title(against.name, against.title, against.unit, powers[0]), y=y)


def _named(summaries: Sequence[VariableSummary], name: str) -> VariableSummary:
    """Return the variable or target of this name."""
    found = {each.name: each for each in summaries}
    if name not in found:
        msg = f"no variable or target '{name}'; {did_you_mean(name, found)}"
        raise ReportError(msg)
    return found[name]


def _profiles(results: Results, target: str, variable: str) -> list[tuple[int, str, Profile]]:
    """Return place, name and profile of all methods that have one."""
    profiles = [
        (place, name, each.against_variables.get(variable) if variable else each.against_target)
        for place, name, each in estimations(results, target)
    ]
    return [(place, name, each) for place, name, each in profiles if each is not None]


def _draw(axes: Axes, place: int, profile: Profile, numbers: Sequence[Number], shift: float, label: str) -> None:
    """Draw one method, moved by a part of a bin so that error bars stand beside each other, and without bins that have no error."""
    edges, look = np.asarray(profile.edges), series(place)
    middle = (edges[1:] + edges[:-1]) / 2 + shift * np.diff(edges)
    errors = np.array([np.nan if each.error is None else each.error for each in numbers])
    values = np.where(np.isfinite(errors), [each.value for each in numbers], np.nan)
    axes.plot(middle, values, color=look.color, linestyle=look.linestyle, label=label, gid=f"method-{place}")
    draw_error_bars(axes, middle, values, errors, look.color)


def _settle(upper: Axes, lower: Axes) -> tuple[str, str, str]:
    """Set limits and ticks of both frames; return the powers of ten of abscissa, upper and lower ordinate."""
    for axes in (upper, lower):
        axes.margins(y=0.12)
        axes.autoscale_view(scalex=False)
        axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10], prune="upper"))
    lower.set_ylim(bottom=0)
    lower.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    powers = tame_numbers(lower.xaxis), tame_numbers(upper.yaxis), tame_numbers(lower.yaxis)
    upper.xaxis.set_major_formatter(NullFormatter())
    return powers


def _frames(n_methods: int) -> tuple[Axes, Axes]:
    """Return two frames with a common abscissa, and room for a legend at the foot."""
    below = legend_height(n_methods) - 0.1
    width, height = 4.4, 4.1 + below
    figure = Figure(figsize=(width, height))
    left, across = 0.64 / width, (width - 0.82) / width
    upper = figure.add_axes((left, (below + 2.1) / height, across, 1.72 / height))
    lower = figure.add_axes((left, (below + 0.44) / height, across, 1.58 / height))
    return upper, lower
