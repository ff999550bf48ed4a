"""Single figures of a comparison, as a notebook shows them."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING

from umva.errors import ReportError, did_you_mean
from umva.reports.figures.experiment import add_label, worn
from umva.reports.figures.gallery import drawings_of
from umva.reports.figures.style import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from umva.reports.figures.drawing import Drawing, Key
    from umva.reports.results import Results
    from umva.reports.style import Style

__all__ = ["drawing", "shown"]

DPI = 130


def shown(draw: Callable[[], Figure], style: Style | None = None) -> Figure:
    """Return a figure with the label of an experiment, that notebooks show as an image without ``%matplotlib inline``.

    Parameters
    ----------
    draw
        Draws the figure.
    style
        The experiment.
    """
    with worn(style):
        figure = draw()
        add_label(figure, style)
    vars(figure)["_repr_png_"] = partial(_png, figure, style)  # what a notebook asks of whatever a cell returns
    return figure


def drawing(results: Results, key: Key) -> Drawing:
    """Return the drawing with this key.

    Raises
    ------
    ReportError
        If there is none; says which there are of its kind, or which kinds.
    """
    known = []
    for each, found in drawings_of(results):
        if each == key:
            return found
        known.append(each)
    kind, subject = key[:1], " ".join(key[1:])
    same = [" ".join(each[1:]) for each in known if each[:1] == kind]
    if same:
        msg = f"no figure {key[0]!r} of {subject!r}: {did_you_mean(subject, same)}"
    else:
        msg = f"no figure {' '.join(key)!r}: {did_you_mean(' '.join(kind), [each[0] for each in known])}"
    raise ReportError(msg)


def _png(figure: Figure, style: Style | None) -> bytes:
    """Return the figure as an image."""
    stream = io.BytesIO()
    with worn(style), settings():
        figure.savefig(stream, format="png", dpi=DPI)
    return stream.getvalue()
