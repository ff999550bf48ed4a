"""One input variable: signal against background before any transformation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.reports.digits import measured
from umva.reports.figures.histogram import centers, draw_error_bars, draw_steps, limits
from umva.reports.figures.style import LIGHT, caption, frame, panel, styled, tame_numbers, write_at
from umva.reports.figures.text import axis_title, plain, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from umva.reports.results import VariableSummary

__all__ = ["outside", "plot_variable"]

WORTH_SAYING = 0.001


@styled
def plot_variable(variable: VariableSummary, *, axes: Axes | None = None) -> Figure:
    """Draw the densities of both classes with errors, the separation, and what lies outside of the frame.

    Parameters
    ----------
    variable
        The variable and its histograms.
    axes
        Where to draw; a new figure by default.
    """
    axes = axes or panel(height=3.1)
    for role, histogram in (("signal", variable.signal), ("background", variable.background)):
        draw_steps(axes, histogram, role, role)
        values, errors = np.asarray(histogram.values), np.asarray(histogram.errors)
        seen = errors > 0
        draw_error_bars(axes, centers(histogram)[seen], values[seen], errors[seen], role)
    edges = variable.signal.edges
    axes.set(xlim=(edges[0], edges[-1]), ylim=limits(variable.signal, variable.background, headroom=0.45))
    powers = tame_numbers(axes.xaxis), tame_numbers(axes.yaxis)
    axes.legend(loc="upper left", ncols=2)
    write_at(axes, "\n".join(outside(variable)), (0, 1), (7, -21), va="top", fontsize=8, color=LIGHT["muted"])
    caption(axes, plain(shorten(variable.name, 28)), f"separation {measured(variable.separation)}")
    x = axis_title(variable.name, variable.title, variable.unit, powers[0])
    return frame(axes, x=x, y=axis_title("(1/N) dN/dx", power=powers[1]))


def outside(variable: VariableSummary) -> list[str]:
    """Return for each class the shares beyond the frame, where they exceed 0.1 %.

    Examples
    --------
    >>> from umva.reports.results import Histogram, Number, VariableSummary
    >>> inside = Histogram((0, 1), (1,), (0.1,))
    >>> tail = Histogram((0, 1), (1,), (0.1,), underflow=0.002, overflow=0.012)
    >>> outside(VariableSummary("x", "x", "", "", 1, Number(0.1), inside, tail))
    ['background: 0.2 % below, 1.2 % above']
    """
    found = []
    for role, histogram in (("signal", variable.signal), ("background", variable.background)):
        shares = (("below", histogram.underflow), ("above", histogram.overflow))
        beyond = [f"{100 * share:.1f} % {where}" for where, share in shares if share > WORTH_SAYING]
        if beyond:
            found.append(f"{role}: {', '.join(beyond)}")
    return found
