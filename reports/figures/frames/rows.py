"""Rows of tables, made from the results: bins, columns of equal length, numbers with their errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from umva.reports.results import Histogram, Number, Results
    from umva.reports.results.discrimination import Discrimination

__all__ = ["Rows", "bins", "columns", "named", "number", "told_apart"]

Rows: TypeAlias = list[dict[str, Any]]
"""One mapping from column to value for each row."""


def bins(histogram: Histogram) -> Rows:
    """Return one row a bin: its edges, the density in it and its error.

    Examples
    --------
    >>> from umva.reports.results import Histogram
    >>> bins(Histogram((0.0, 1.0), (0.5,), (0.1,)))
    [{'low': 0.0, 'high': 1.0, 'density': 0.5, 'error': 0.1}]
    """
    edges = zip(histogram.edges[:-1], histogram.edges[1:], strict=True)
    contents = zip(histogram.values, histogram.errors, strict=True)
    return [
        {"low": low, "high": high, "density": density, "error": error}
        for (low, high), (density, error) in zip(edges, contents, strict=True)
    ]


def columns(found: object, *names: str) -> Rows:
    """Return one row for each entry of fields that have the same length.

    Examples
    --------
    >>> from umva.reports.results import RocCurve
    >>> columns(RocCurve((0.0, 1.0), (0.0, 1.0), (0.0, 0.0)), "signal_efficiency", "background_efficiency")[1]
    {'signal_efficiency': 1.0, 'background_efficiency': 1.0}
    """
    fields = (getattr(found, name) for name in names)
    return [dict(zip(names, row, strict=True)) for row in zip(*fields, strict=True)]


def named(rows: Iterable[dict[str, Any]], **names: str) -> Rows:
    """Return rows with names in front."""
    return [{**names, **row} for row in rows]


def number(name: str, found: Number) -> dict[str, Any]:
    """Return a value and its error as two columns.

    Examples
    --------
    >>> from umva.reports.results import Number
    >>> number("share", Number(0.25, 0.01))
    {'share': 0.25, 'share_error': 0.01}
    """
    return {name: found.value, f"{name}_error": found.error}


def told_apart(results: Results, label: str) -> list[tuple[str, Discrimination]]:
    """Return each method by name with what it knows of two classes, or of one of several."""
    found = [(each.name, each.classes.get(label) if label else each) for each in results.methods.values()]
    return [(name, each) for name, each in found if each is not None]
