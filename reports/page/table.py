"""Tables of methods: a line for each method, a column for each measure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Generic, TypeVar

from umva.reports.page.view import Cell, Footnotes, Swatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from umva.reports.page.view import View
    from umva.reports.results import MethodResult

__all__ = ["Column", "Row", "Table", "tabulate"]

S = TypeVar("S")


@dataclass(frozen=True)
class Column(Generic[S]):
    """A measure of methods.

    Parameters
    ----------
    title
        What is measured.
    cell
        Returns the number, given a method's results and the footnotes of the table.
    group
        A title above it and its neighbours of the same group.
    words
        It holds words, which stand on the left, not numbers.
    """

    title: str
    cell: Callable[[S, Footnotes], Cell]
    group: str = ""
    words: bool = False


@dataclass(frozen=True)
class Row:
    """A line of a table: a method, what stands for it, its numbers; no numbers if it did not finish."""

    method: MethodResult
    swatch: Swatch
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table as the template needs it.

    Parameters
    ----------
    heads
        Groups of columns: their title, and of each column the title and whether it holds words; columns without a
        group stand alone.
    rows
        Its lines.
    footnotes
        Letters and remarks.
    """

    heads: tuple[tuple[str, tuple[tuple[str, bool], ...]], ...]
    rows: tuple[Row, ...]
    footnotes: tuple[tuple[str, str], ...]

    @property
    def width(self) -> int:
        """Number of columns besides the names."""
        return sum(len(members) for _, members in self.heads)

    @property
    def grouped(self) -> bool:
        """Whether any columns stand under a common title."""
        return any(group for group, _ in self.heads)


def tabulate(view: View, columns: Sequence[Column[S]], subjects: Iterable[tuple[MethodResult, S | None]]) -> Table:
    """Return a table.

    Parameters
    ----------
    view
        Knows what stands for each method.
    columns
        The measures.
    subjects
        For each line the method and what is measured of it; nothing if it did not finish.
    """
    notes = Footnotes()
    rows = [
        Row(
            method,
            view.swatch(method.name),
            tuple(column.cell(subject, notes) for column in columns) if subject is not None else (),
        )
        for method, subject in subjects
    ]
    groups = groupby(columns, lambda column: column.group)
    heads = [(group, tuple((each.title, each.words) for each in members)) for group, members in groups]
    return Table(tuple(heads), tuple(rows), tuple(notes.listed()))
