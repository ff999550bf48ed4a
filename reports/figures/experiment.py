"""The style of an experiment on figures: its typeface while they are drawn, its label above them when they are done.

Typefaces and the slant of the labels are those of mplhep (Novak et al., https://github.com/scikit-hep/mplhep). Sizes, ticks
and colours stay those of :mod:`umva.reports.figures.style`: mplhep's are for one figure on a slide, ours for many on a page.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from umva.reports.figures.style import SANS, SERIF, settings, typeface
from umva.reports.figures.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

    from umva.reports.style import Style

__all__ = ["add_label", "family", "worn"]

STRIP = 0.22
"""Height that the label takes, in inches."""

SIZE = 10.0
"""Of the letters of the label on a figure that is wide enough, in points."""

EDGE = 0.1
"""Least distance from the edge of the figure, in inches."""

LETTER = 0.56
"""Mean width of a letter, in units of its size."""

SLANT = {
    "ATLAS": ("italic", "normal"),
    "LHCb": ("normal", "normal"),
    "ALICE": ("normal", "normal"),
}
"""Slant of the experiment's name and of what stands behind it; others as CMS: upright and italic."""


def family(style: Style | None) -> str:
    """Return the typeface of an experiment's figures.

    Examples
    --------
    >>> from umva.reports.style import Style
    >>> family(Style("LHCb")), family(None)
    ('TeX Gyre Termes', 'TeX Gyre Heros')
    """
    return SERIF if style is not None and style.experiment == "LHCb" else SANS


@contextmanager
def worn(style: Style | None) -> Iterator[None]:
    """Let all that is drawn or saved meanwhile have the typeface of an experiment."""
    token = typeface.set(family(style))
    try:
        yield
    finally:
        typeface.reset(token)


def add_label(figure: Figure, style: Style | None) -> None:
    """Write the label above a finished figure, which grows by that line; frames keep their size.

    Parameters
    ----------
    figure
        A figure with at least one frame.
    style
        What is written; without experiment, label, energy and luminosity the figure stays as it is.
    """
    from mplhep.label import exp_text

    if style is None or not (style.left or style.right) or not figure.axes:
        return
    _grow(figure, STRIP)
    width, height = figure.get_size_inches()
    boxes = [each.get_position() for each in figure.axes]
    left, right = min(each.x0 for each in boxes), max(each.x1 for each in boxes)
    top = max(each.y1 for each in boxes) * height
    letters = LETTER * (len(style.left) + len(style.right) + 3) / 72
    right = max(right, min(left + SIZE * letters / width, 1 - EDGE / width))
    strip = figure.add_axes((left, (top - 0.1) / height, right - left, (height - STRIP - top + 0.1) / height))
    strip.set_axis_off()
    size = min(SIZE, (right - left) * width / letters)
    slant = (*SLANT.get(style.experiment, ("normal", "italic")), "normal", "normal")
    with settings():
        exp_text(
            plain(style.experiment),
            plain(style.label),
            lumi=plain(style.right) or None,
            loc=0,
            ax=strip,
            fontsize=(size, size, size, size),
            fontstyle=slant,
            scilocator_adjust=False,
        )


def _grow(figure: Figure, by: float) -> None:
    """Make a figure higher by so many inches at its top; what it holds keeps its size and its distance from the foot."""
    width, height = figure.get_size_inches()
    shrink = height / (height + by)
    boxes = [(each, each.get_position()) for each in figure.axes]
    figure.set_size_inches(width, height + by)
    for axes, box in boxes:
        axes.set_position((box.x0, box.y0 * shrink, box.width, box.height * shrink))
    for text in figure.texts:
        text.set_y(text.get_position()[1] * shrink)
