"""``report.pdf``: a title page with verdict and leaderboard, then every figure of the comparison, as vectors."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from matplotlib.figure import Figure

from umva.reports.figures.experiment import worn
from umva.reports.figures.sheets import A4, Placed, arrange, sheets
from umva.reports.figures.style import LIGHT, settings
from umva.reports.figures.text import plain, shorten
from umva.reports.page.boards import board
from umva.reports.page.header import facts
from umva.reports.page.table import tabulate
from umva.reports.page.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from umva.reports.figures.drawing import Drawing, Key
    from umva.reports.page.table import Row, Table
    from umva.reports.page.view import Cell
    from umva.reports.results import Results
    from umva.reports.style import Style

__all__ = ["booklet"]

MARGIN = 0.55
LINE = 0.155
"""Height of a line of small print, in inches."""

NAME = 1.25
"""Width of the column of names, in inches."""

BIG, SMALL = 7.2, 5.8
"""Size of the letters of numbers, and of their small print, in points."""


def booklet(results: Results, drawings: Mapping[Key, Drawing], *, style: Style | None = None) -> bytes:
    """Return the comparison as a PDF of A4 pages.

    Parameters
    ----------
    results
        The comparison.
    drawings
        What :func:`umva.reports.figures.draw_all` gave for it, with the same style.
    style
        The experiment whose label stands on the title page.
    """
    view = View(results, drawings)
    with worn(style), settings():
        front = _front(view, style)
        pages = [[Placed(each, 0.0, 0.0)] for each in front]
        for figures in arrange((each.figure for each in drawings.values()), margin=MARGIN):
            head = _head(results.title, len(pages) + 1)
            pages.append([Placed(head, 0.0, 0.0), *figures])
        return sheets(pages, title=results.title)


def _front(view: View, style: Style | None) -> list[Figure]:
    """Return the title page, and more pages where the table of methods is long."""
    results = view.results
    page = _Page()
    if style is not None:
        page.write(style.left, size=11, weight="bold")
        page.write(style.right, size=9)
    page.write(results.title, size=19, weight="bold", per_line=52)
    page.skip(1)
    page.write(results.verdict, size=11, per_line=96)
    for check in results.checks:
        if check.alarming:
            found = f"{check.code} {check.severity}: {' '.join(check.findings)}"
            page.write(found, size=8.5, per_line=122, color="background")
    page.skip(2)
    methods = list(results.methods.values())
    table = tabulate(view, board(view), [(each, each if each.status == "ok" else None) for each in methods])
    _lay_table(page, table)
    page.skip(1)
    for key, value in facts(view):
        page.write(f"{key}: {value}", size=8, per_line=130, color="muted")
    return page.figures


@dataclass(frozen=True)
class _Column:
    """A column of the leaderboard: its heading in lines, where it ends on the right, and by what its letters shrink."""

    group: str
    head: list[str]
    right: float
    shrink: float


def _columns(table: Table) -> list[_Column]:
    """Return the columns, as wide as what stands in them; all letters shrink if they would not fit."""
    heads = [(group, title) for group, members in table.heads for title, _ in members]
    widths = []
    for place, (_, title) in enumerate(heads):
        cells = [row.cells[place] for row in table.rows if row.cells]
        longest = [0.52 * BIG * len(_text(each)) for each in cells]
        longest += [0.5 * SMALL * len(line) for each in cells for line in each.small]
        words = [0.55 * BIG * len(word) for word in title.split()]
        widths.append((max([*longest, *words], default=0.0) + 9) / 72)
    room = A4[0] - 2 * MARGIN - NAME
    stretch = room / max(sum(widths), 0.1)
    columns, right = [], NAME
    for (group, title), width in zip(heads, widths, strict=True):
        right += width * stretch
        letters = max(int(width * stretch * 72 / (0.55 * BIG)), 5)
        columns.append(_Column(group, textwrap.wrap(title, letters, break_long_words=False), right, min(stretch, 1.0)))
    return columns


def _lay_table(page: _Page, table: Table) -> None:
    """Write the leaderboard, numbers with their small print below them."""
    columns = _columns(table)
    depth = max((len(each.head) for each in columns), default=1) + table.grouped
    page.need(LINE * (depth + 3))
    page.put("Method", 0.0, depth - 1, size=BIG, weight="bold")
    left = NAME
    for group, members in groupby(columns, lambda each: each.group):
        same = list(members)
        if group:
            page.put(group, (left + same[-1].right) / 2, 0, size=BIG * same[0].shrink, weight="bold", ha="center")
        for each in same:
            for k, line in enumerate(each.head):
                page.put(
                    line, each.right, k + depth - len(each.head), size=BIG * each.shrink, weight="bold", ha="right"
                )
        left = same[-1].right
    page.skip(depth)
    page.rule()
    for row in table.rows:
        _lay_row(page, row, columns)
    for mark, remark in table.footnotes:
        page.write(f"{mark} {remark}", size=7, per_line=140, color="muted")


def _lay_row(page: _Page, row: Row, columns: Sequence[_Column]) -> None:
    """Write what was found of one method, or why there is nothing."""
    depth = 1 + max((len(cell.small) for cell in row.cells), default=0)
    page.need(LINE * (depth + 0.6))
    page.put(shorten(row.method.name, 20), 0.0, 0, size=BIG, weight="bold")
    if not row.cells:
        reason = f"{row.method.status}: {row.method.reason or 'for an unknown reason'}"
        page.put(shorten(reason.replace("\n", " "), 110), NAME, 0, size=BIG, color="muted")
    for column, cell in zip(columns, row.cells, strict=False):
        page.put(_text(cell), column.right, 0, size=BIG * column.shrink, ha="right")
        for k, line in enumerate(cell.small, start=1):
            page.put(line, column.right, k, size=SMALL * column.shrink, ha="right", color="muted")
    page.skip(depth + 0.4)
    page.rule(color="grid")


def _text(cell: Cell) -> str:
    """Return what stands in a cell, with the letter of its footnote."""
    return (cell.verdict or cell.text) + (f" {cell.mark}" if cell.mark else "")


def _head(title: str, number: int) -> Figure:
    """Return the head of a page: the title of the comparison and the number of the page."""
    figure = Figure(figsize=A4, facecolor="none")
    y = 1 - 0.4 / A4[1]
    figure.text(MARGIN / A4[0], y, plain(shorten(title, 100)), fontsize=8, color=LIGHT["muted"])
    figure.text(1 - MARGIN / A4[0], y, str(number), ha="right", fontsize=8, color=LIGHT["muted"])
    return figure


class _Page:
    """A pen on A4 pages that goes down line by line and begins a new page when one is full."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []
        self._new()

    def _new(self) -> None:
        self.figures.append(Figure(figsize=A4))
        self.y = A4[1] - 0.8

    def need(self, height: float) -> None:
        """Begin a new page unless there is so much room, in inches."""
        if self.y - height < MARGIN:
            self._new()

    def skip(self, lines: float) -> None:
        """Go down by so many lines of small print."""
        self.y -= lines * LINE

    def put(
        self,
        text: str,
        x: float,
        line: float,
        *,
        size: float,
        color: str = "ink",
        weight: str = "normal",
        ha: Literal["left", "center", "right"] = "left",
    ) -> None:
        """Write a text ``x`` inches from the margin, so many lines of small print below the pen."""
        place = ((MARGIN + x) / A4[0], (self.y - line * LINE) / A4[1])
        self.figures[-1].text(*place, plain(text), fontsize=size, color=LIGHT[color], weight=weight, ha=ha)

    def write(self, text: str, *, size: float, per_line: int = 100, color: str = "ink", weight: str = "normal") -> None:
        """Write a text in lines of so many letters and go below it."""
        for line in textwrap.wrap(text, per_line):
            self.need(0.02 * size)
            self.y -= 0.02 * size
            self.put(line, 0.0, 0, size=size, color=color, weight=weight)

    def rule(self, *, color: str = "muted") -> None:
        """Draw a line across the page between the pen and what stands above it."""
        from matplotlib.lines import Line2D

        y = (self.y + 0.7 * LINE) / A4[1]
        ends = (MARGIN / A4[0], 1 - MARGIN / A4[0])
        self.figures[-1].add_artist(Line2D(ends, (y, y), color=LIGHT[color], linewidth=0.5))
