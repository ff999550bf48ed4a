"""A figure of merit, and the purity, of all methods against signal efficiency, each in one frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from umva.reports.digits import SIGMA, measured
from umva.reports.figures.cuts import MERIT_TITLES
from umva.reports.figures.legend import foot_legend, foot_panel, legend_name
from umva.reports.figures.style import caption, frame, series, styled, tame_numbers
from umva.reports.figures.text import plain, shorten
from umva.reports.measures.merit_scan import merit_scan

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from umva.reports.measures.merit_scan import MeritScan
    from umva.reports.results import Optimum, Results
    from umva.reports.results.discrimination import Discrimination

__all__ = ["plot_purity", "plot_significance", "purity_in_words", "scanned", "significance_in_words"]

STEP = 0.015
"""One point is drawn in so much of signal efficiency."""


@styled
def plot_significance(results: Results, label: str = "", *, axes: Axes | None = None) -> Figure:
    """Draw the figure of merit of all methods, each from where enough background events pass, and its largest value.

    Parameters
    ----------
    results
        The comparison; methods without a scan are left out.
    label
        Of several classes, the one that is told from the rest.
    axes
        Where to draw; a new figure by default.
    """
    methods, merit = scanned(results, label), results.expectations[label or "signal"].merit
    axes = axes or foot_panel(len(methods))
    top = 0.0
    for place, name, each, found in methods:
        best, shown = each.best_cut(merit), _spread(found)
        value, color, gid = found.value[shown], series(place).color, f"method-{place}"
        low, high = value - found.error[shown], value + found.error[shown]
        axes.fill_between(found.signal_efficiency[shown], low, high, color=color, alpha=0.12, linewidth=0, gid=gid)
        _draw(axes, place, found.signal_efficiency[shown], value, _named(name, best, len(methods)))
        if best and best.signal_efficiency:
            axes.plot([best.signal_efficiency.value], [best.value.value], "o", markersize=4.5, color=color, gid=gid)
        top = float(np.nanmax(np.append(high, top)))
    axes.set(xlim=(0, 1), ylim=(0, 1.08 * top if top > 0 else 1.0))
    axes.yaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10]))
    foot_legend(axes, title="largest")
    caption(axes, _heading("Significance", label), f"test part, band ±1{SIGMA}")
    power, y = tame_numbers(axes.yaxis), MERIT_TITLES[merit]
    return frame(axes, x=_abscissa(label), y=f"{y} [{power}]" if power else y)


@styled
def plot_purity(results: Results, label: str = "", *, axes: Axes | None = None) -> Figure:
    """Draw the purity of all methods against signal efficiency, each from where enough background events pass.

    Parameters
    ----------
    results, label, axes
        As for :func:`plot_significance`.
    """
    methods, top = scanned(results, label), 0.0
    axes = axes or foot_panel(len(methods))
    for place, name, _, found in methods:
        shown = _spread(found)
        _draw(axes, place, found.signal_efficiency[shown], found.purity[shown], legend_name(name, len(methods)))
        top = max(top, *found.purity[shown], 0.0)
    axes.set(xlim=(0, 1), ylim=(0, min(1.15 * top or 1.0, 1.03)))
    foot_legend(axes)
    caption(axes, _heading("Purity", label), "test part")
    return frame(axes, x=_abscissa(label), y="purity S/(S + B)")


def _spread(found: MeritScan) -> NDArray[np.intp]:
    """Return the cuts that enough background events pass, without those that are too near to each other to be told apart."""
    known = np.flatnonzero(found.known)
    if not len(known):
        return known
    best = known[np.argmax(found.value[known])]
    tightest = known[::-1]
    step = np.floor(found.signal_efficiency[tightest] / STEP)
    return np.union1d(tightest[np.unique(step, return_index=True)[1]], [best, known[0], known[-1]])


def _draw(axes: Axes, place: int, x: NDArray[np.float64], y: NDArray[np.float64], name: str) -> None:
    """Draw the curve of the method with this place."""
    line = series(place)
    axes.plot(x, y, color=line.color, linestyle=line.linestyle, label=name, gid=f"method-{place}")


def _named(name: str, best: Optimum | None, n_curves: int) -> str:
    """Return the name of a curve with its largest value."""
    text = legend_name(name, n_curves)
    return f"{text}  {measured(best.value)}" if best else text


def _heading(title: str, label: str) -> str:
    """Return the title of a frame, that of several classes with the one in question."""
    return f"{plain(shorten(label, 18))} against the rest" if label else title


def _abscissa(label: str) -> str:
    """Return the title of the abscissa."""
    if label:
        return rf"{plain(shorten(label, 24))} efficiency $\varepsilon$"
    return r"signal efficiency $\varepsilon_\mathrm{S}$"


def significance_in_words(results: Results, label: str = "") -> str:
    """Describe the curves."""
    merit = results.expectations[label or "signal"].merit
    best = [(name, each.best_cut(merit)) for _, name, each, _ in scanned(results, label)]
    largest = ", ".join(f"{name} {measured(each.value)}" for name, each in best if each)
    of = f"efficiency of {label}" if label else "signal efficiency"
    return f"{merit} against {of} on the test part. Largest values: {largest}."


def purity_in_words(results: Results, label: str = "") -> str:
    """Describe the curves of purity."""
    names = ", ".join(name for _, name, _, _ in scanned(results, label))
    of, share = (f"efficiency of {label}", label) if label else ("signal efficiency", "signal")
    return f"Purity, the share of {share} in what is selected, against {of} on the test part: {names}."


def scanned(results: Results, label: str = "") -> list[tuple[int, str, Discrimination, MeritScan]]:
    """Return place, name, numbers and scan of the methods that have one, if numbers of events are expected."""
    expectation = results.expectations.get(label or "signal")
    if expectation is None:
        return []
    found = [
        (place, each.name, each.classes.get(label) if label else each)
        for place, each in enumerate(results.methods.values())
    ]
    return [
        (place, name, each, merit_scan(each.scan, expectation))
        for place, name, each in found
        if each is not None and each.scan is not None
    ]
