"""What passes a cut on one response, and what it is worth: TMVA's cut-efficiency window in two frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullFormatter

from umva.errors import ReportError
from umva.reports.digits import measured, rounded
from umva.reports.figures.style import LIGHT, caption, frame, series, styled, tame_numbers
from umva.reports.figures.text import axis_title, plain, shorten
from umva.reports.measures.merit_scan import merit_scan

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from umva.reports.measures.merit_scan import MeritScan
    from umva.reports.results import Expectation, MethodResult, Optimum

__all__ = ["MERIT_TITLES", "cuts_in_words", "plot_cuts"]

MERIT_TITLES = {
    "S/sqrt(B)": r"$S/\sqrt{B}$",
    "S/sqrt(S+B)": r"$S/\sqrt{S+B}$",
    "Asimov": "Asimov Z",
    "AMS": "AMS",
}
"""Figures of merit as an axis has them."""

WIDTH, HEIGHT = 4.4, 4.1
N_COLUMNS = 100
HEADROOM = 1.28
EDGE = 0.003
"""Cuts that let all but this share pass, or less than this share, are not drawn."""


@styled
def plot_cuts(method: MethodResult, expectation: Expectation, place: int = 0) -> Figure:
    """Draw efficiencies and purity against the cut above, the figure of merit with its error below, its best cut in both.

    Parameters
    ----------
    method
        A method of two classes that has a scan.
    expectation
        Numbers of events that are expected.
    place
        Place of the method in the results, which has its colour.

    Raises
    ------
    ReportError
        If the method has no scan.
    """
    if method.scan is None:
        msg = f"method '{method.name}' has no scan of cuts to draw (status '{method.status}')"
        raise ReportError(msg)
    upper, lower = _frames()
    found, best = merit_scan(method.scan, expectation), method.best_cut(expectation.merit)
    limits = _limits(found)
    shown = found.at(_places(found, best, limits))
    _draw_efficiencies(upper, shown)
    _draw_merit(lower, shown, best, place)
    for axes, top in ((upper, 1.0 / HEADROOM), (lower, 1.0)):
        axes.set_xlim(limits)
        if best is not None:
            error, role = best.cut_error or 0.0, LIGHT["grid"]
            axes.axvspan(best.cut - error, best.cut + error, 0.0, top, color=role, alpha=0.6, linewidth=0)
            axes.axvline(best.cut, 0.0, top, color=LIGHT["muted"], linewidth=0.9)
    caption(upper, plain(shorten(method.name, 22)), _at_best(best))
    upper.set_ylabel("efficiency, purity")
    upper.xaxis.set_major_formatter(NullFormatter())
    name = f"cut on the response of {shorten(method.name, 20)}"
    power = tame_numbers(lower.yaxis)
    x, y = axis_title(name, power=tame_numbers(lower.xaxis)), MERIT_TITLES[expectation.merit]
    return frame(lower, x=x, y=f"{y} [{power}]" if power else y)


def cuts_in_words(method: MethodResult, expectation: Expectation) -> str:
    """Describe the figure of one method."""
    what = f"Efficiencies of signal and background, purity, and {expectation.merit} against the cut on {method.name}."
    best = method.best_cut(expectation.merit)
    if best is None:
        return what
    return f"{what} Largest {expectation.merit}: {measured(best.value)} at {rounded(best.cut, best.cut_error)[0]}."


def _frames() -> tuple[Axes, Axes]:
    """Return an upper and a lower frame with a common abscissa."""
    figure = Figure(figsize=(WIDTH, HEIGHT))
    left, width = 0.64 / WIDTH, 1 - 0.78 / WIDTH
    upper = figure.add_axes((left, 1.98 / HEIGHT, width, (HEIGHT - 1.98 - 0.28) / HEIGHT))
    return upper, figure.add_axes((left, 0.44 / HEIGHT, width, 1.38 / HEIGHT))


def _draw_efficiencies(axes: Axes, found: MeritScan) -> None:
    """Draw efficiencies and purity."""
    curves = (
        ("signal", "signal", found.signal_efficiency, "-"),
        ("background", "background", found.background_efficiency, (0, (5, 1.6))),
        ("purity", "ink", found.purity, (0, (1.4, 1.4))),
    )
    for name, role, values, dash in curves:
        axes.plot(found.cut, values, color=LIGHT[role], linestyle=dash, label=name)
    axes.set_ylim(0, HEADROOM)
    axes.set_yticks(np.linspace(0, 1, 6))
    axes.legend(loc="upper left", ncols=3)


def _draw_merit(axes: Axes, found: MeritScan, best: Optimum | None, place: int) -> None:
    """Draw the figure of merit, faintly where few background events pass, and its largest value."""
    color = series(place).color
    known = np.where(found.known, found.value, np.nan)
    axes.fill_between(found.cut, known - found.error, known + found.error, color=color, alpha=0.16, linewidth=0)
    axes.plot(found.cut, found.value, color=color, alpha=0.35, linewidth=0.8)
    axes.plot(found.cut, known, color=color)
    if best is not None:
        axes.plot([best.cut], [best.value.value], "o", markersize=4.5, color=color)
    highest = np.nanmax(np.append((known + found.error)[found.known], best.value.value if best else 0.0))
    axes.set_ylim(0, 1.15 * highest if highest > 0 else 1.0)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))


def _limits(found: MeritScan) -> tuple[float, float]:
    """Return the cuts between which efficiencies change: few events far off would leave the frame empty."""
    cut, signal, background = found.cut, found.signal_efficiency, found.background_efficiency
    drawn = (np.minimum(signal, background) < 1 - EDGE) & (np.maximum(signal, background) > EDGE)
    if np.count_nonzero(drawn) < 2:
        drawn[:] = True
    low, high = float(cut[drawn].min()), float(cut[drawn].max())
    room = 0.02 * (high - low) or 0.5
    return low - room, high + room


def _places(found: MeritScan, best: Optimum | None, limits: tuple[float, float]) -> NDArray[np.intp]:
    """Return the cuts to draw: one in each of so many columns of the frame, the ends and the best one."""
    column = np.floor(N_COLUMNS * (found.cut - limits[0]) / (limits[1] - limits[0]))
    column = np.clip(column, -1, N_COLUMNS)
    first = np.unique(column, return_index=True)[1]
    last = len(found.cut) - 1
    marked = last if best is None else min(int(np.searchsorted(found.cut, best.cut)), last)
    return np.union1d(first, [marked, last])


def _at_best(best: Optimum | None) -> str:
    """Return the best cut as the caption has it."""
    if best is None:
        return ""
    cut, error = rounded(best.cut, best.cut_error or None)
    return f"best x ≥ {cut}" + (f" ± {error}" if error else "")
