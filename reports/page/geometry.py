"""What the script of the page must know of a figure: where its frame lies and which values it spans.

Figures of one frame with curves of methods can be zoomed, and their values read; the script finds the frame, the scales
and the curves by the attributes that are set here. Entries of legends are marked as the curves they stand for.
"""

from __future__ import annotations

import json
import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from matplotlib.ticker import FuncFormatter

from umva.reports.digits import MINUS
from umva.reports.page.ticks import box_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

__all__ = ["METHOD", "PART", "geometry_of", "named"]

METHOD = "method-"
"""Begins the ``gid`` of whatever in a figure belongs to one method."""
PART = "part-"
"""Begins the ``gid`` of the titles of axes."""


def geometry_of(figure: Figure) -> str:
    """Return frame and scales as JSON, empty if the figure is not one frame with curves of methods.

    Parameters
    ----------
    figure
        The figure.

    Returns
    -------
    str
        ``box`` (left, right, top, bottom in points); for ``x`` and ``y`` the values at their ends, the scale
        (``"linear"`` or ``"log"``) and what a number at its ticks is to be multiplied with.

    Examples
    --------
    >>> from umva.reports.figures.style import panel
    >>> axes = panel()
    >>> _ = axes.plot([0, 1], [0, 1], gid="method-0")
    >>> geometry_of(axes.get_figure())[:40]
    '{"box": [46.08, 306.72, 20.16, 220.32], '
    """
    if not _is_readable(figure):
        return ""
    axes = figure.axes[0]
    found: dict[str, list[Any]] = {"box": [round(each, 2) for each in box_of(axes, figure)]}
    for name in "xy":
        axis = getattr(axes, f"{name}axis")
        found[name] = [*(float(f"{each:.6g}") for each in axis.get_view_interval()), axis.get_scale(), _unit(axis)]
    return json.dumps(found)


@contextmanager
def named(figure: Figure) -> Iterator[None]:
    """Give identifiers to entries of legends and to titles of axes while a figure is drawn."""
    names = {**_legend_entries(figure), **_titles(figure)}
    before = {artist: artist.get_gid() for artist in names}
    try:
        for artist, name in names.items():
            artist.set_gid(name)
        yield
    finally:
        for artist, gid in before.items():
            artist.set_gid(gid)


def _is_readable(figure: Figure) -> bool:
    """Tell whether a figure is one frame with linear or logarithmic axes and curves of methods."""
    if len(figure.axes) != 1:
        return False
    axes = figure.axes[0]
    known = {axes.get_xscale(), axes.get_yscale()} <= {"linear", "log"}
    return known and any((each.get_gid() or "").startswith(METHOD) for each in axes.get_children())


def _legend_entries(figure: Figure) -> dict[Artist, str]:
    """Return line and name of each method in the legends, with the identifier of its curve."""
    names: dict[Artist, str] = {}
    for axes in figure.axes:
        legend = axes.get_legend()
        handles, labels = axes.get_legend_handles_labels()
        if legend is None or labels != [each.get_text() for each in legend.get_texts()]:
            continue
        for handle, line, text in zip(handles, legend.legend_handles, legend.get_texts(), strict=True):
            gid = handle.get_gid() if hasattr(handle, "get_gid") else None
            if gid and line is not None:
                names |= dict.fromkeys((line, text), gid)
    return names


def _titles(figure: Figure) -> dict[Artist, str]:
    """Return the titles of the axes of a readable figure."""
    if not _is_readable(figure):
        return {}
    axes = figure.axes[0]
    return {axes.xaxis.label: f"{PART}title-x", axes.yaxis.label: f"{PART}title-y"}


def _unit(axis: Any) -> float:
    """Return what the numbers at the ticks lack: 1, or a power of ten that stands in the title."""
    formatter, (low, high) = axis.get_major_formatter(), axis.get_view_interval()
    if not isinstance(formatter, FuncFormatter):
        return 1.0
    largest = max(low, high, key=abs)
    try:
        shown = abs(float(formatter(largest, 0).replace(MINUS, "-")))
    except ValueError:
        return 1.0
    return 10.0 ** round(math.log10(abs(largest) / shown)) if shown else 1.0
