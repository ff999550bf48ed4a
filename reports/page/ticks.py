"""Small tick marks, drawn by hand: matplotlib makes a line object for each, which takes half the time of a drawing."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import NullLocator

from umva.reports.figures.style import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["box_of", "minor_ticks_aside"]

LENGTH = float(SETTINGS["xtick.minor.size"])  # type: ignore[arg-type]
PLAIN = {"gridOn", *("bottom", "top", "labelbottom", "labeltop"), *("left", "right", "labelleft", "labelright")}
"""What an axis says of its ticks when no figure changed their look."""


@contextmanager
def minor_ticks_aside(figure: Figure) -> Iterator[dict[str, str]]:
    """Take the small ticks out of a figure while it is drawn.

    Parameters
    ----------
    figure
        The figure; it is as before when this ends.

    Yields
    ------
    dict
        SVG paths of the ticks by the name of their axis, ``"axis-x-0"`` being the abscissa of the first frame; the
        same name is the ``gid`` of the axis meanwhile.
    """
    axes = [(place, each) for place, each in enumerate(figure.axes) if each.axison]
    found = {f"axis-{name}-{place}": getattr(each, f"{name}axis") for place, each in axes for name in "xy"}
    before = {name: (axis.get_gid(), axis.get_minor_locator()) for name, axis in found.items()}
    marks = {name: _marks(axis, figure) for name, axis in found.items()}
    try:
        for name, axis in found.items():
            axis.set_gid(name)
            if marks[name]:
                axis.set_minor_locator(NullLocator())
        yield marks
    finally:
        for name, axis in found.items():
            gid, locator = before[name]
            axis.set_gid(gid)
            if marks[name]:
                axis.set_minor_locator(locator)


def _marks(axis: Any, figure: Figure) -> str:
    """Return the small ticks on both sides of a frame as one path; none if their look is not the usual one."""
    looks = axis.get_tick_params("minor")
    sides = ("bottom", "top") if axis.axis_name == "x" else ("left", "right")
    if not looks.keys() <= PLAIN or not all(looks.get(each) for each in sides):
        return ""
    places = np.asarray(axis.get_minorticklocs(), dtype=np.float64)
    low, high = sorted(axis.get_view_interval())
    places = places[(places >= low) & (places <= high)]
    left, right, top, bottom = box_of(axis.axes, figure)
    if axis.axis_name == "x":
        at = left + (right - left) * _fractions(axis.axes, places, 0)
        steps = (f"M {x} {bottom} l 0 {-LENGTH} M {x} {top} l 0 {LENGTH}" for x in at.tolist())
    else:
        at = bottom + (top - bottom) * _fractions(axis.axes, places, 1)
        steps = (f"M {left} {y} l {LENGTH} 0 M {right} {y} l {-LENGTH} 0" for y in at.tolist())
    return " ".join(steps)


def box_of(axes: Axes, figure: Figure) -> tuple[float, float, float, float]:
    """Return left, right, top and bottom of a frame in points, as SVG counts them.

    Examples
    --------
    >>> from umva.reports.figures.style import panel
    >>> axes = panel()
    >>> [round(each, 1) for each in box_of(axes, axes.get_figure())]
    [46.1, 306.7, 20.2, 220.3]
    """
    width, height = (72.0 * float(each) for each in figure.get_size_inches())
    x0, y0, x1, y1 = map(float, axes.get_position().extents)
    return x0 * width, x1 * width, (1.0 - y1) * height, (1.0 - y0) * height


def _fractions(axes: Axes, places: np.ndarray[Any, Any], column: int) -> np.ndarray[Any, Any]:
    """Return where values lie in the frame, 0 to 1."""
    points = np.tile(np.array([[axes.get_xlim()[0], axes.get_ylim()[0]]]), (len(places), 1))
    points[:, column] = places
    found: np.ndarray[Any, Any] = (axes.transScale + axes.transLimits).transform(points)[:, column]
    return found
