"""Which classes are taken for which: the confusion matrix of one method, as numbers on a colour scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from umva.errors import ReportError
from umva.reports.digits import in_percent
from umva.reports.figures.style import LIGHT, caption, frame, styled
from umva.reports.figures.text import plain, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from umva.reports.results import MethodResult

__all__ = ["plot_confusion"]

CELL = 0.78


@styled
def plot_confusion(method: MethodResult, *, axes: Axes | None = None) -> Figure:
    """Draw for each true class (row) the shares in percent that are taken for each class (column), the larger the bluer.

    Parameters
    ----------
    method
        A method that tells several classes apart.
    axes
        Where to draw; a new figure, growing with the number of classes, by default.

    Raises
    ------
    ReportError
        If the method has no confusion matrix.
    """
    found = method.confusion
    if found is None:
        msg = f"method '{method.name}' has no confusion matrix to draw (status '{method.status}')"
        raise ReportError(msg)
    names = [plain(shorten(each, 14)) for each in found.labels]
    axes = axes or _panel(len(names))
    shares = np.array([[each.value for each in row] for row in found.shares], dtype=np.float64)
    colors = LinearSegmentedColormap.from_list("share", [LIGHT["paper"], LIGHT["signal"]])
    axes.pcolormesh(shares, cmap=colors, vmin=0, vmax=1.7, edgecolors=LIGHT["paper"], linewidth=0.8)
    for row, column in np.ndindex(shares.shape):
        text = in_percent(found.shares[row][column]).replace(" ± ", "\n± ")
        axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=8, linespacing=1.25)
    places = np.arange(len(names)) + 0.5
    axes.set_xticks(places, names, rotation=90 if max(map(len, names)) > 9 else 0)
    axes.set_yticks(places, names)
    axes.tick_params(which="both", length=0)
    axes.invert_yaxis()
    for spine in axes.spines.values():
        spine.set_visible(False)
    caption(axes, plain(shorten(method.name, 20)), f"accuracy {in_percent(found.accuracy)} %")
    return frame(axes, x="taken for", y="true class, shares in %")


def _panel(n_classes: int) -> Axes:
    """Return square axes of fixed cells, with room for the labels."""
    side = CELL * n_classes
    width, height = side + 1.5, side + 1.5
    figure = Figure(figsize=(width, height))
    return figure.add_axes((1.35 / width, 1.15 / height, side / width, side / height))
