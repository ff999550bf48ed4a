"""Verdict and leaderboard as a small piece of HTML, for notebooks: no script, no style sheet, nothing from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from umva.reports.page.boards import board
from umva.reports.page.table import tabulate
from umva.reports.page.view import View

if TYPE_CHECKING:
    from umva.reports.page.table import Row, Table
    from umva.reports.page.view import Cell
    from umva.reports.results import Results

__all__ = ["card"]

CELL = "text-align:right;padding:.25em .6em;vertical-align:top;white-space:nowrap"
NAME = "text-align:left;padding:.25em .6em;vertical-align:top"
SMALL = "display:block;opacity:.7;font-size:.85em"


def card(results: Results) -> str:
    """Return the verdict and the leaderboard.

    Parameters
    ----------
    results
        The comparison.
    """
    methods = list(results.methods.values())
    view = View(results, {})
    table = tabulate(view, board(view), [(each, each if each.status == "ok" else None) for each in methods])
    rows = Markup("").join(_row(each, table.width) for each in table.rows)
    notes = Markup("").join(
        Markup("<div style='opacity:.7;font-size:.85em'><sup>{}</sup> {}</div>").format(*each)
        for each in table.footnotes
    )
    text = Markup(
        "<div><div style='font-weight:bold'>{title}</div><p style='max-width:75ch'>{verdict}</p>"
        "<div style='overflow-x:auto'><table style='border-collapse:collapse'><thead>{heads}</thead>"
        "<tbody>{rows}</tbody></table></div>{notes}</div>"
    )
    return str(text.format(title=results.title, verdict=results.verdict, heads=_heads(table), rows=rows, notes=notes))


def _heads(table: Table) -> Markup:
    """Return the line of headings, groups in front of the columns that they are of."""
    cell = Markup("<th style='{}'>{}{}</th>")
    heads = [
        cell.format(
            NAME if words else CELL, Markup("<span style='{}'>{}</span>").format(SMALL, group) if group else "", title
        )
        for group, members in table.heads
        for title, words in members
    ]
    return Markup("<tr><th style='{}'>Method</th>{}</tr>").format(NAME, Markup("").join(heads))


def _row(row: Row, width: int) -> Markup:
    """Return the line of one method."""
    if row.cells:
        cells = Markup("").join(_cell(each) for each in row.cells)
    else:
        reason = f"{row.method.status}: {row.method.reason or 'for an unknown reason'}"
        cells = Markup("<td colspan='{}' style='{}'>{}</td>").format(width, NAME, reason)
    return Markup("<tr><th style='{}'>{}</th>{}</tr>").format(NAME, row.method.name, cells)


def _cell(cell: Cell) -> Markup:
    """Return a number with its footnote and small print."""
    mark = Markup("<sup>{}</sup>").format(cell.mark) if cell.mark else ""
    small = Markup("").join(Markup("<span style='{}'>{}</span>").format(SMALL, line) for line in cell.small)
    return Markup("<td style='{}'>{}{}{}</td>").format(CELL, cell.verdict or cell.text, mark, small)
