"""Spectators: efficiency of all methods against them, and their shape in slices of one method's response."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.ticker import MaxNLocator

from umva.errors import ReportError
from umva.reports.figures.histogram import centers, draw_error_bars, limits
from umva.reports.figures.legend import foot_legend, foot_panel, legend_name
from umva.reports.figures.style import LIGHT, caption, frame, panel, series, styled, tame_numbers
from umva.reports.figures.text import axis_title, plain, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from umva.reports.results import Flatness, Histogram, MethodResult, Results, Selection

__all__ = ["flatnesses", "most_sculpted", "plot_flatness", "plot_shapes"]

MOST_STRETCHED = 3
"""Edges up to which bins are drawn as they are."""

SLICES = {
    "0.50-1.00": ("50\N{EN DASH}100 %", 0.45, (1.2, 1.2)),
    "0.30-0.50": ("30\N{EN DASH}50 %", 0.65, (4, 1.4)),
    "0.10-0.30": ("10\N{EN DASH}30 %", 0.85, (6, 1.2, 1.2, 1.2)),
    "0.00-0.10": ("0\N{EN DASH}10 %", 1.0, ()),
}
"""What the slices of the response are called, how opaque and in which dashes they are drawn; the tightest last."""


@styled
def plot_flatness(
    results: Results,
    spectator: str,
    point: str = "0.10",
    *,
    label: str = "",
    signal: bool = False,
    axes: Axes | None = None,
) -> Figure:
    """Draw the efficiency of one cut in bins of a spectator, all methods in one frame, with errors; test part.

    Parameters
    ----------
    results
        The comparison; methods without numbers are left out.
    spectator
        Its name.
    point
        Background efficiency of the cut: ``"0.01"``, ``"0.10"`` or ``"0.30"``.
    label
        Of several classes, the one that is told from the rest.
    signal
        Draw the efficiency of the signal, by default that of the background; of several classes, the one that is
        sculpted most.
    axes
        Where to draw; a new figure by default.

    Raises
    ------
    ReportError
        If no method has the spectator.
    """
    found = [(place, name, each) for place, name, each in flatnesses(results, spectator, label) if each is not None]
    if not found:
        msg = f"there is no flatness against a spectator '{spectator}' to draw"
        raise ReportError(msg)
    axes = axes or foot_panel(len(found))
    who = found[0][2].own if signal else most_sculpted([each for _, _, each in found])
    edges = _drawn_edges(found[0][2].classes[who].edges)
    for place, name, each in found:
        _draw_efficiency(axes, place, edges, each.classes[who].selections[point], legend_name(name, len(found)))
    if not (signal or label):
        axes.axhline(float(point), color=LIGHT["muted"], linewidth=0.8, linestyle=(0, (4, 2)), zorder=0)
    axes.set_xlim(edges[0], edges[-1])
    _settle(axes)
    powers = tame_numbers(axes.xaxis), tame_numbers(axes.yaxis)
    foot_legend(axes)
    caption(axes, plain(shorten(spectator, 28)), f"cut at {100 * float(point):g} % {'rest' if label else 'background'}")
    y = axis_title(f"efficiency, {shorten(who, 24)}", power=powers[1])
    return frame(axes, x=axis_title(spectator, power=powers[0]), y=y)


@styled
def plot_shapes(method: MethodResult, spectator: str, label: str = "", *, axes: Axes | None = None) -> Figure:
    """Draw the spectator in the background, of all events filled, and in slices of the response as lines.

    The slices lie between cuts that let 50, 30 and 10 % of the background pass; what passes the last has error bars. All
    are normalised to unit area.

    Parameters
    ----------
    method
        A method with numbers.
    spectator
        Its name.
    label
        Of several classes, the one that is told from the rest.
    axes
        Where to draw; a new small figure by default.

    Raises
    ------
    ReportError
        If the method does not have the spectator.
    """
    source = method.classes.get(label) if label else method
    found = source.flatness.get(spectator) if source else None
    if found is None:
        msg = f"method '{method.name}' has no shapes of '{spectator}' to draw (status '{method.status}')"
        raise ReportError(msg)
    axes = axes or panel(3.1, 2.7)
    whole = found.shapes["all"]
    axes.stairs(
        np.asarray(whole.values), np.asarray(whole.edges), fill=True, color=LIGHT["muted"], alpha=0.25, label="all"
    )
    for key, (name, opacity, dash) in SLICES.items():
        _draw_slice(axes, found.shapes[key], name, opacity, dash)
    _bars(axes, found.shapes["0.00-0.10"])
    axes.set(xlim=(whole.edges[0], whole.edges[-1]), ylim=limits(*found.shapes.values(), headroom=0.12))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    powers = tame_numbers(axes.xaxis), tame_numbers(axes.yaxis)
    caption(axes, plain(shorten(method.name, 24)), plain(shorten(label, 16)))
    x, y = axis_title(spectator, power=powers[0]), axis_title("(1/N) dN/dx", power=powers[1])
    return frame(axes, x=x, y=y)


def flatnesses(results: Results, spectator: str, label: str = "") -> Iterator[tuple[int, str, Flatness | None]]:
    """Return place, name and flatness of each method, None where it has none."""
    for place, each in enumerate(results.methods.values()):
        source = each.classes.get(label) if label else each
        yield place, each.name, source.flatness.get(spectator) if source else None


def most_sculpted(found: Sequence[Flatness]) -> str:
    """Return the class that the worst of the verdicts is about."""
    order = ("none", "mild", "strong")
    return max(found, key=lambda each: (order.index(each.verdict), each.judged)).of


def _drawn_edges(edges: Sequence[float]) -> NDArray[np.float64]:
    """Return the edges with the outermost bins, which may reach far, no wider than three times their neighbours.

    Examples
    --------
    >>> _drawn_edges([0.0, 1.0, 2.0, 100.0]).tolist()
    [0.0, 1.0, 2.0, 5.0]
    """
    shown = np.array(edges, dtype=np.float64)
    if len(shown) > MOST_STRETCHED:
        shown[0] = max(shown[0], shown[1] - 3.0 * (shown[2] - shown[1]))
        shown[-1] = min(shown[-1], shown[-2] + 3.0 * (shown[-2] - shown[-3]))
    return shown


def _draw_efficiency(axes: Axes, place: int, edges: NDArray[np.float64], found: Selection, name: str) -> None:
    """Draw one method, moved by a part of a bin so that error bars stand beside each other."""
    look, n = series(place), len(edges) - 1
    middle = (edges[1:] + edges[:-1]) / 2 + 0.1 * ((place % 5) - 2) / 2 * np.diff(edges)
    values, errors = (
        np.array([np.nan if each is None else each for each in column[:n]])
        for column in (found.efficiencies, found.errors)
    )
    axes.plot(middle, values, color=look.color, linestyle=look.linestyle, label=name, gid=f"method-{place}")
    draw_error_bars(axes, middle, values, errors, look.color)


def _draw_slice(axes: Axes, histogram: Histogram, name: str, opacity: float, dash: tuple[float, ...]) -> None:
    """Draw the outline of one slice."""
    axes.plot(
        np.repeat(histogram.edges, 2)[1:-1],
        np.repeat(histogram.values, 2),
        color=to_rgba(LIGHT["background"], opacity),
        linestyle=(0, dash or None),
        linewidth=1.0 + 0.5 * opacity**2,
        label=name,
    )


def _bars(axes: Axes, histogram: Histogram) -> None:
    """Draw the errors of the tightest slice."""
    values, errors = np.asarray(histogram.values), np.asarray(histogram.errors)
    draw_error_bars(axes, centers(histogram), values, errors, LIGHT["background"])


def _settle(axes: Axes) -> None:
    """Set limits and ticks."""
    axes.margins(y=0.1)
    axes.autoscale_view(scalex=False)
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], prune="upper"))
