"""The numbers behind each figure as a table: what ``Drawing.frame()`` gives and what lies beside a figure as CSV.

They come from the results, with their errors and all their digits, not from the drawing. Every table is tidy: one row for
each bin, point or cell, one column for each quantity, names of methods, classes and variables in columns of their own.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from umva.reports.figures.frames import basic, closer, studied

if TYPE_CHECKING:
    from collections.abc import Callable

    from pandas import DataFrame

    from umva.reports.figures.frames.rows import Rows
    from umva.reports.results import Results

__all__ = ["numbers_of"]

KINDS: dict[str, Callable[..., Rows]] = {**basic.KINDS, **closer.KINDS, **studied.KINDS}
"""By the first word of a figure's key: what makes the rows, given the results and the other words."""


def numbers_of(results: Results, key: tuple[str, ...]) -> Callable[[], DataFrame] | None:
    """Return what makes the table of a figure, None for a kind that is not known here.

    Parameters
    ----------
    results
        The comparison.
    key
        Of the figure, as :func:`umva.reports.figures.draw_all` has it.
    """
    rows = KINDS.get(key[0])
    return None if rows is None else partial(_table, rows, results, key[1:])


def _table(rows: Callable[..., Rows], results: Results, subjects: tuple[str, ...]) -> DataFrame:
    """Return rows as a table."""
    from pandas import DataFrame

    return DataFrame(rows(results, *subjects))
