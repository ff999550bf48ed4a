"""One input variable, or one target of a regression: its density by class before any transformation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.digits import measured
from umva.reports.figures.histogram import centers, draw_error_bars, draw_outline, draw_steps, limits
from umva.reports.figures.looks import class_looks
from umva.reports.figures.style import LIGHT, caption, frame, panel, styled, tame_numbers, write_at
from umva.reports.figures.text import axis_title, plain, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from umva.reports.results import Histogram, VariableSummary

__all__ = ["merit", "outside", "plot_variable"]

WORTH_SAYING = 0.001
SAID = 3
"""What lies outside is said for at most so many classes one by one."""

LINE = 14
"""Height of a line of the legend, in points."""


@styled
def plot_variable(variable: VariableSummary, *, axes: Axes | None = None) -> Figure:
    """Draw the densities of all classes with errors, what the variable is good for, and what lies outside of the frame.

    Parameters
    ----------
    variable
        The variable and its histograms.
    axes
        Where to draw; a new figure by default.
    """
    axes = axes or panel(height=3.1)
    looks, histograms = class_looks(variable.histograms), variable.histograms
    for label, histogram in histograms.items():
        draw = draw_steps if len(histograms) <= 2 else draw_outline
        draw(axes, histogram, looks[label], plain(shorten(label, 18)))
        values, errors = np.asarray(histogram.values), np.asarray(histogram.errors)
        seen = errors > 0
        draw_error_bars(axes, centers(histogram)[seen], values[seen], errors[seen], looks[label].color)
    edges = next(iter(histograms.values())).edges
    n_lines = math.ceil(len(histograms) / 2) if len(histograms) > 1 else 0
    beyond = outside(variable)
    if len(beyond) > SAID:
        where = "outside or missing" if any(each.missing for each in histograms.values()) else "outside"
        beyond = [f"{where}: up to {100 * _most_outside(variable):.1f} % of a class"]
    headroom = 0.2 + 0.09 * n_lines + 0.08 * len(beyond)
    axes.set(xlim=(edges[0], edges[-1]), ylim=limits(*histograms.values(), headroom=max(headroom, 0.45)))
    powers = tame_numbers(axes.xaxis), tame_numbers(axes.yaxis)
    if n_lines:
        axes.legend(loc="upper left", ncols=2)
    place = (7, -7 - LINE * n_lines)
    write_at(axes, "\n".join(beyond), (0, 1), place, va="top", fontsize=8, color=LIGHT["muted"])
    caption(axes, plain(shorten(variable.name, 28)), merit(variable))
    x = axis_title(variable.name, variable.title, variable.unit, powers[0])
    return frame(axes, x=x, y=axis_title("(1/N) dN/dx", power=powers[1]))


def _most_outside(variable: VariableSummary) -> float:
    """Return the largest share of a class that is not in the frame."""

    def share(each: Histogram) -> float:
        return each.missing + (1.0 - each.missing) * (each.underflow + each.overflow)

    return max(share(each) for each in variable.histograms.values())


def merit(variable: VariableSummary) -> str:
    """Return what the variable is good for by itself: its separation, or its largest correlation with a target.

    Examples
    --------
    >>> from umva.reports.results import Number, VariableSummary
    >>> merit(VariableSummary("x", "x", "", "", 1, {}, target_correlation={"energy": Number(0.81, 0.01)}))
    'correlation 0.810 ± 0.010'
    """
    if variable.separation is not None:
        return f"separation {measured(variable.separation)}"
    others = {name: each for name, each in variable.target_correlation.items() if name != variable.name}
    if not others:
        return ""
    name, found = max(others.items(), key=lambda item: abs(item[1].value))
    with_target = f" ({plain(shorten(name, 10))})" if len(variable.target_correlation) > 1 else ""
    return f"correlation {measured(found)}{with_target}"


def outside(variable: VariableSummary) -> list[str]:
    """Return for each class the shares beyond the frame, and without a value, where they exceed 0.1 %.

    Examples
    --------
    >>> from umva.reports.results import Histogram, VariableSummary
    >>> inside = Histogram((0, 1), (1,), (0.1,))
    >>> tail = Histogram((0, 1), (1,), (0.1,), underflow=0.002, overflow=0.012)
    >>> outside(VariableSummary("x", "x", "", "", 1, {"signal": inside, "background": tail}))
    ['background: 0.2 % below, 1.2 % above']
    """
    found = []
    for label, histogram in variable.histograms.items():
        shares = (("below", histogram.underflow), ("above", histogram.overflow), ("missing", histogram.missing))
        beyond = [f"{100 * share:.1f} % {where}" for where, share in shares if share > WORTH_SAYING]
        if beyond:
            found.append(f"{plain(shorten(label, 18))}: {', '.join(beyond)}")
    return found
