"""Background that passes, relative to the best method: where on the ROC curve methods differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from umva.reports.digits import SIGMA
from umva.reports.figures.legend import foot_legend, foot_panel, legend_name
from umva.reports.figures.style import caption, frame, series, styled
from umva.reports.figures.text import plain, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from umva.reports.results import Discrimination, Results, RocRatio

__all__ = ["plot_ratio", "ratio_in_words", "ratios"]

SURE = 0.25
"""Relative errors beyond which a ratio is not drawn."""

HIGHEST = 3.0
"""Where the axis ends at the latest; a curve that leaves it is no rival."""


def ratios(results: Results, label: str = "") -> list[tuple[int, str, RocRatio]]:
    """Return place, name and ratio of all methods that have one.

    Parameters
    ----------
    results
        The comparison.
    label
        Of several classes, the one that is told from the rest.
    """
    found: list[tuple[int, str, Discrimination | None]] = [
        (place, each.name, each.classes.get(label) if label else each)
        for place, each in enumerate(results.methods.values())
    ]
    return [(place, name, each.roc_ratio) for place, name, each in found if each and each.roc_ratio]


@styled
def plot_ratio(results: Results, label: str = "", *, axes: Axes | None = None) -> Figure:
    """Draw the background efficiency over that of the best method, against the signal efficiency; lower is better.

    Parameters
    ----------
    results
        The comparison; methods without a ratio are left out.
    label
        Of several classes, the one that is told from the rest.
    axes
        Where to draw; a new figure by default.
    """
    found = ratios(results, label)
    axes = axes or foot_panel(len(found) + 1)
    low, high = 0.95, 1.05
    best = found[0][2].reference if found else ""
    if best in results.methods:
        axes.axhline(1.0, **_line(list(results.methods).index(best), best, len(found) + 1))
    for index, name, each in found:
        x, ratio, error = (np.asarray(column) for column in (each.signal_efficiency, each.ratio, each.error))
        sure = error < SURE * ratio
        x, ratio, error = x[sure], ratio[sure], error[sure]
        look: dict[str, Any] = {"color": series(index).color, "alpha": 0.14, "linewidth": 0, "gid": f"method-{index}"}
        axes.fill_between(x, ratio - error, ratio + error, **look)
        axes.plot(x, ratio, **_line(index, name, len(found) + 1))
        low, high = float(np.min(ratio - error, initial=low)), float(np.max(ratio + error, initial=high))
    high = min(high, HIGHEST)
    margin = 0.06 * (high - low)
    axes.set(xlim=(0, 1), ylim=(max(low - margin, 0.0), high + margin))
    foot_legend(axes)
    best = plain(shorten(best, 16))
    heading = f"{plain(shorten(label, 18))} against the rest" if label else f"Background relative to {best}"
    caption(axes, heading, f"test part, ±1{SIGMA}")
    other = "rest" if label else "B"
    y = rf"$\varepsilon_\mathrm{{{other}}}\,/\,\varepsilon_\mathrm{{{other}}}$({best})"
    abscissa = (
        rf"{plain(shorten(label, 24))} efficiency $\varepsilon$"
        if label
        else r"signal efficiency $\varepsilon_\mathrm{S}$"
    )
    return frame(axes, x=abscissa, y=y)


def _line(index: int, name: str, n_curves: int) -> dict[str, Any]:
    """Return how the curve of a method looks."""
    line = series(index)
    label = legend_name(name, n_curves)
    return {"color": line.color, "linestyle": line.linestyle, "label": label, "gid": f"method-{index}"}


def ratio_in_words(results: Results, label: str = "") -> str:
    """Describe the ratios: the value of each method nearest to one half of the signal."""
    found = ratios(results, label)
    words = []
    for _, name, each in found:
        if each.ratio:
            k = int(np.argmin(np.abs(np.asarray(each.signal_efficiency) - 0.5)))
            words.append(f"{name} {each.ratio[k]:.2f} ± {each.error[k]:.2f} at {100 * each.signal_efficiency[k]:.0f} %")
    reference = found[0][2].reference if found else ""
    other, own = ("the rest", label) if label else ("background", "signal")
    return f"Efficiency of {other} relative to {reference} at the same efficiency of {own}: {', '.join(words)}."
