"""Many figures on one PDF page, as vectors: matplotlib itself puts each figure on a page of its own."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.backends import backend_pdf

from umva.reports.figures.style import settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.figure import Figure

__all__ = ["A4", "Placed", "arrange", "sheets"]

A4 = (8.27, 11.69)
POINTS = 72.0
"""Points of PDF in an inch."""

PDF: Any = backend_pdf
"""The part of matplotlib that writes PDF; it says nothing of types."""

METADATA = {"Creator": "umva", "Producer": "matplotlib", "CreationDate": None}


@dataclass(frozen=True)
class Placed:
    """A figure on a page: its lower left corner in inches from that of the page, and by what it is scaled."""

    figure: Figure
    x: float
    y: float
    scale: float = 1.0


def arrange(
    figures: Iterable[Figure],
    *,
    page: tuple[float, float] = A4,
    margin: float = 0.5,
    gap: float = 0.2,
    scale: float = 0.76,
) -> list[list[Placed]]:
    """Lay figures out line by line, from the left, on as many pages as they need.

    Parameters
    ----------
    figures
        In their order.
    page, margin, gap
        Sizes in inches; above the figures a line is left for a head.
    scale
        Of all figures but those that would not fit, which are made smaller.

    Returns
    -------
    list of list of Placed
        The figures of each page.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> pages = arrange([Figure(figsize=(4.4, 4.1)) for _ in range(7)])
    >>> [len(each) for each in pages]
    [6, 1]
    """
    width, height = page[0] - 2 * margin, page[1] - 2 * margin - gap
    pages: list[list[Placed]] = [[]]
    x, top, lowest = 0.0, height, height
    for figure in figures:
        own_width, own_height = figure.get_size_inches()
        fit = min(scale, width / own_width, height / own_height)
        across, up = fit * own_width, fit * own_height
        if x and x + across > width:
            x, top = 0.0, lowest - gap
        if top - up < 0 and pages[-1]:
            pages.append([])
            x, top, lowest = 0.0, height, height
        pages[-1].append(Placed(figure, margin + x, margin + top - up, fit))
        x, lowest = x + across + gap, min(lowest, top - up)
    return [each for each in pages if each]


def sheets(pages: Sequence[Sequence[Placed]], *, page: tuple[float, float] = A4, title: str = "") -> bytes:
    """Return pages of figures as a PDF.

    Parameters
    ----------
    pages
        The figures of each page.
    page
        Width and height in inches.
    title
        Title of the document.
    """
    stream = io.BytesIO()
    file = PDF.PdfFile(stream, metadata={**METADATA, "Title": title or None})
    with settings(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        for figures in pages:
            file.newPage(*page)
            for each in figures:
                _draw(file, each)
            file.endStream()
        file.finalize()
    file.close()
    return stream.getvalue()


def _draw(file: Any, placed: Placed) -> None:
    """Draw a figure at its place on the page that is open."""
    figure, dpi = placed.figure, placed.figure.dpi
    width, height = figure.get_size_inches()
    file.output(PDF.Op.gsave)
    file.output(placed.scale, 0, 0, placed.scale, POINTS * placed.x, POINTS * placed.y, PDF.Op.concat_matrix)
    figure.set_dpi(POINTS)
    renderer = PDF.RendererPdf(file, POINTS, height, width)
    figure.draw(renderer)
    renderer.finalize()
    figure.set_dpi(dpi)
    file.output(PDF.Op.grestore)
