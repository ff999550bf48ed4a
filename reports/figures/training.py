"""How the training of one method went, step by step."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from umva.errors import ReportError
from umva.reports.figures.style import LIGHT, caption, frame, panel, styled, tame_numbers
from umva.reports.figures.text import axis_title, plain, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from umva.reports.results import MethodResult, TrainingCurves

__all__ = ["plot_training"]

LOOKS = {"train": ("series-1", "-"), "validation": ("series-2", (0, (5, 1.6))), "test": ("series-3", (0, (1.4, 1.4)))}

STEEP = 30.0
"""Ratio of the largest to the smallest value from which on the ordinate is logarithmic."""

LONGEST = 32
"""Letters of a vertical title that fit on one line."""


@styled
def plot_training(method: MethodResult, *, axes: Axes | None = None) -> Figure:
    """Draw the curves of one method, and its best step as a vertical line.

    Parameters
    ----------
    method
        A method that has curves.
    axes
        Where to draw; a new figure by default.

    Raises
    ------
    ReportError
        If the method has no curves.
    """
    curves = method.curves
    if curves is None:
        msg = f"method '{method.name}' has no training curves to draw"
        raise ReportError(msg)
    axes = axes or panel(height=2.9)
    for part, values in curves.values.items():
        role, dash = LOOKS.get(part, ("muted", "-"))
        axes.plot(np.arange(1, len(values) + 1), values, color=LIGHT[role], linestyle=dash, label=plain(part))
    if curves.best is not None:
        axes.axvline(
            curves.best, color=LIGHT["muted"], linewidth=0.9, label=f"best {plain(curves.step)}, {curves.best}"
        )
    axes.margins(x=0.02, y=0.12)
    axes.autoscale_view()
    axes.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], integer=True))
    steep = _steep(curves)
    axes.set_yscale("log" if steep else "linear")
    power = "" if steep else tame_numbers(axes.yaxis)
    axes.legend(loc="best")
    caption(axes, plain(shorten(method.name, 38)))
    figure = frame(axes, x=plain(curves.step), y=wrapped(axis_title(curves.quantity, power=power)))
    if "\n" in axes.get_ylabel():
        axes.yaxis.label.set_fontsize(8)
    return figure


def _steep(curves: TrainingCurves) -> bool:
    """Tell whether a curve falls so far that only a logarithmic axis shows how it goes on."""
    every = [value for values in curves.values.values() for value in values]
    return bool(every) and 0 < min(every) < max(every) / STEEP


def wrapped(title: str) -> str:
    r"""Return a title in lines that are no longer than the frame is high.

    Examples
    --------
    >>> wrapped("log loss"), wrapped("unexplained variance of the mean answer")
    ('log loss', 'unexplained variance of the mean\nanswer')
    """
    return "\n".join(textwrap.wrap(title, LONGEST, break_long_words=False))
