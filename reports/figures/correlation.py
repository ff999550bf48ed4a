"""Linear correlations of the variables in one class, as numbers on colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from umva.errors import ReportError, did_you_mean
from umva.reports.digits import minus
from umva.reports.figures.looks import heading
from umva.reports.figures.style import LIGHT, caption, figure_of, styled
from umva.reports.figures.text import plain, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from umva.reports.results import DatasetSummary

__all__ = ["plot_correlation"]

CELL = 0.34


@styled
def plot_correlation(dataset: DatasetSummary, label: str, *, axes: Axes | None = None) -> Figure:
    """Draw the correlation matrix of one class in percent: blue below zero, red above.

    Parameters
    ----------
    dataset
        The sample.
    label
        The class, as in :attr:`DatasetSummary.counts`.
    axes
        Where to draw; a new figure, growing with the number of variables, by default.

    Raises
    ------
    ReportError
        If there is no matrix of that class.
    """
    if label not in dataset.correlation:
        msg = f"no correlation matrix of class '{label}'; {did_you_mean(label, dataset.correlation)}"
        raise ReportError(msg)
    names = [plain(shorten(each.name, 20)) for each in dataset.variables]
    matrix = np.asarray(dataset.correlation[label], dtype=np.float64)
    axes = axes or _panel(len(names), max(map(len, names), default=0))
    blue, white, red = LIGHT["signal"], LIGHT["paper"], LIGHT["background"]
    colors = LinearSegmentedColormap.from_list("correlation", [blue, white, red])
    axes.pcolormesh(matrix, cmap=colors, vmin=-1.25, vmax=1.25, edgecolors=white, linewidth=0.6)
    for row, column in np.ndindex(matrix.shape):
        if np.isfinite(matrix[row, column]):
            text = minus(f"{round(100 * float(matrix[row, column]))}")
            axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=8)
    _label(axes, names)
    name = plain(shorten(heading(label, dataset.correlation), 24))
    caption(axes, f"{name}: linear correlation [%]")
    return figure_of(axes)


def _label(axes: Axes, names: list[str]) -> None:
    """Write the names along both axes, first variable on top, without ticks."""
    places = np.arange(len(names)) + 0.5
    axes.set_xticks(places, names, rotation=90)
    axes.set_yticks(places, names)
    axes.tick_params(which="both", length=0)
    axes.invert_yaxis()
    for spine in axes.spines.values():
        spine.set_visible(False)


def _panel(n_variables: int, longest: int) -> Axes:
    """Return square axes of fixed cells, with room for the names."""
    side, room = CELL * max(n_variables, 1), 0.2 + 0.075 * longest
    width, height = side + room + 0.15, side + room + 0.3
    figure = Figure(figsize=(max(width, 3.4), height))
    return figure.add_axes((room / max(width, 3.4), room / height, side / max(width, 3.4), side / height))
