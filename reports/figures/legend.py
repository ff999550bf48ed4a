"""Legends at the foot of a figure: inside the frame they would hide curves of good or of bad methods."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from umva.reports.figures.style import figure_of, panel
from umva.reports.figures.text import plain, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["foot_legend", "foot_panel", "legend_height", "legend_name"]

ONE_COLUMN = 4
"""Legends of more methods have two columns and shorter names."""


def legend_name(name: str, n_curves: int) -> str:
    """Return a name for a legend of so many curves.

    Examples
    --------
    >>> legend_name("MLP with dropout", 3), legend_name("MLP with dropout", 8)
    ('MLP with dropout', 'MLP with drop…')
    """
    return plain(shorten(name, 24 if n_curves <= ONE_COLUMN else 14))


def legend_height(n_curves: int) -> float:
    """Return the room that a legend of so many curves needs, in inches."""
    return 0.15 * math.ceil(n_curves / _columns(n_curves)) + 0.3


def foot_panel(n_curves: int) -> Axes:
    """Return axes with room below them for the legend."""
    return panel(height=3.9, below=legend_height(n_curves))


def foot_legend(axes: Axes, *, title: str | None = None) -> None:
    """Write the legend at the foot of the figure."""
    n_curves = len(axes.get_legend_handles_labels()[0])
    if not n_curves:
        return
    axes.legend(
        title=title,
        title_fontsize=9,
        fontsize=8,
        handlelength=2.4,
        alignment="left",
        loc="lower center",
        ncols=_columns(n_curves),
        bbox_to_anchor=(0.5, 0),
        bbox_transform=figure_of(axes).transFigure,
    )


def _columns(n_curves: int) -> int:
    """Return the number of columns of a legend."""
    return 1 if n_curves <= ONE_COLUMN else 2
