"""The curves, steps and points of a figure, read back from the drawing: for figures whose numbers are not known otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.container import BarContainer
from matplotlib.patches import StepPatch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

__all__ = ["drawn"]


def drawn(figure: Figure) -> DataFrame:
    """Return what a figure shows: one row for each point, with its frame, the legend's name of its curve, x and y.

    Steps of a histogram stand at the middle of their bins, bars where they stand, with their length. Points that are not drawn
    are left out.

    Parameters
    ----------
    figure
        Any matplotlib figure.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure()
    >>> _ = figure.add_subplot().plot([1, 2], [3, 4], label="BDT")
    >>> drawn(figure)
       frame curve    x    y
    0      1   BDT  1.0  3.0
    1      1   BDT  2.0  4.0
    """
    from pandas import DataFrame

    rows = [
        {"frame": place, "curve": name, "x": float(x), "y": float(y)}
        for place, axes in enumerate(figure.axes, start=1)
        for name, xs, ys in _curves(axes)
        for x, y in zip(xs, ys, strict=True)
        if np.isfinite(x) and np.isfinite(y)
    ]
    return DataFrame(rows, columns=["frame", "curve", "x", "y"])


def _curves(axes: Axes) -> Iterator[tuple[str, Any, Any]]:
    """Return the names and points of all that is drawn in a frame."""
    for line in axes.get_lines():
        x, y = (np.asarray(each, dtype=np.float64) for each in line.get_data())
        yield _name(line), x, y
    for patch in axes.patches:
        if isinstance(patch, StepPatch):
            values, edges, _ = patch.get_data()
            yield _name(patch), (np.asarray(edges)[1:] + np.asarray(edges)[:-1]) / 2, np.asarray(values)
    for bars in axes.containers:
        if isinstance(bars, BarContainer):
            across = [[each.get_x() + each.get_width() / 2, each.get_y() + each.get_height() / 2] for each in bars]
            middles, lengths = np.transpose(across), np.asarray(bars.datavalues)
            yield _name(bars), *((middles[0], lengths) if bars.orientation == "vertical" else (lengths, middles[1]))
    for collection in axes.collections:
        offsets = np.asarray(collection.get_offsets(), dtype=np.float64)
        if len(offsets) > 1:
            yield _name(collection), offsets[:, 0], offsets[:, 1]


def _name(artist: Any) -> str:
    """Return the name of a curve in the legend, nothing for one that has none."""
    name = str(artist.get_label())
    return "" if name.startswith("_") else name
