"""Shapley shares of all variables in all methods, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from umva.reports.figures.style import LIGHT, caption, figure_of, series, styled
from umva.reports.figures.text import plain, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.axes import Axes

    from umva.reports.results import MethodResult, Number, Results

__all__ = ["draw_bars", "explained", "plot_importance", "variable_order"]

ROW, COLUMN = 0.27, 0.92


def explained(results: Results, label: str = "") -> list[tuple[int, MethodResult, Mapping[str, Number]]]:
    """Return place, method and shares of all that have Shapley values.

    Parameters
    ----------
    results
        The comparison.
    label
        A class of several or a target; by default what holds for the method as a whole.
    """
    found = [(place, each, _shares(each, label)) for place, each in enumerate(results.methods.values())]
    return [(place, method, shares) for place, method, shares in found if shares]


def variable_order(results: Results, label: str = "") -> list[tuple[str, float]]:
    """Return variables and the mean of their shares over methods, largest first; without methods, in order of rank."""
    columns = [shares for _, _, shares in explained(results, label)]
    ranked = sorted(results.dataset.variables, key=lambda each: each.rank)
    means = {
        each.name: sum(shares[each.name].value for shares in columns if each.name in shares) / max(len(columns), 1)
        for each in ranked
    }
    return sorted(means.items(), key=lambda item: -item[1])


def _shares(method: MethodResult, label: str) -> Mapping[str, Number]:
    """Return the shares of a method, or those for one of its classes or targets."""
    if not label:
        return method.shap
    found = method.classes.get(label) or method.targets.get(label)
    return found.shap if found else {}


@styled
def plot_importance(results: Results, label: str = "", *, axes: Axes | None = None) -> Figure:
    """Draw a bar for each variable (row) and method (column), all on one scale, errors as thin lines.

    Parameters
    ----------
    results
        The comparison; methods without Shapley values are left out.
    label
        A class of several or a target; by default what holds for the methods as a whole.
    axes
        Where to draw; a new figure, growing with methods and variables, by default.
    """
    order = [name for name, _ in variable_order(results, label)]
    axes = draw_bars(explained(results, label), order, lambda share: f"{100 * share:.1f} %", axes)
    caption(axes, "Mean |SHAP|, share of its sum", plain(shorten(label, 24)))
    return figure_of(axes)


def draw_bars(
    methods: Sequence[tuple[int, MethodResult, Mapping[str, Number]]],
    order: Sequence[str],
    written: Callable[[float], str],
    axes: Axes | None,
) -> Axes:
    """Draw a bar for each variable (row) and method (column), all on one scale, errors as thin lines.

    Parameters
    ----------
    methods
        Place, method and numbers by variable.
    order
        The variables from top to bottom.
    written
        Returns how a number is written beside its bar.
    axes
        Where to draw; a new figure, growing with methods and variables, if None.
    """
    axes = axes or _panel(len(order), len(methods))
    scale = 0.55 / max((each.value for _, _, found in methods for each in found.values()), default=1) or 1
    rows = np.arange(len(order))
    for column, (index, _, found) in enumerate(methods):
        numbers = [found.get(name) for name in order]
        values = np.array([number.value if number else np.nan for number in numbers])
        errors = np.array([number.error or 0.0 if number else 0.0 for number in numbers])
        axes.barh(rows, scale * values, left=column, height=0.62, color=series(index).color, alpha=0.45)
        axes.errorbar(
            column + scale * values, rows, xerr=scale * errors, fmt="none", ecolor=LIGHT["ink"], elinewidth=0.8
        )
        for row, number in enumerate(numbers):
            if number:
                axes.text(column + 0.96, row, written(number.value), ha="right", va="center", fontsize=8)
    _label(axes, list(order), [plain(shorten(method.name, 12)) for _, method, _ in methods])
    return axes


def _label(axes: Axes, rows: list[str], columns: list[str]) -> None:
    """Write variables on the left, methods below, largest share on top."""
    axes.set_yticks(range(len(rows)), [plain(shorten(name, 20)) for name in rows])
    axes.set_xticks([])
    axes.tick_params(which="both", length=0)
    for place, name in enumerate(columns):
        axes.axvline(place, color=LIGHT["grid"], linewidth=0.7, zorder=0)
        axes.text(place + 0.03, -0.75, name, fontsize=8.5)
    axes.set(xlim=(0, max(len(columns), 1)), ylim=(len(rows) - 0.5, -1.2))
    for spine in axes.spines.values():
        spine.set_visible(False)


def _panel(n_rows: int, n_columns: int) -> Axes:
    """Return axes for so many bars."""
    left, width = 1.5, 1.5 + COLUMN * max(n_columns, 3) + 0.15
    height = ROW * (n_rows + 1) + 0.45
    figure = Figure(figsize=(width, height))
    return figure.add_axes((left / width, 0.1 / height, 1 - (left + 0.15) / width, 1 - 0.45 / height))
