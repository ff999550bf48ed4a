"""Several classes: each against the rest, and each against each other one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from umva.reports.digits import measured
from umva.reports.page.boards import efficiencies
from umva.reports.page.cells import both_parts, optimum, shade, stacked
from umva.reports.page.chapters.confusion import SHOWN
from umva.reports.page.table import Column, Table, tabulate
from umva.reports.page.view import Cell, Chapter

if TYPE_CHECKING:
    from umva.reports.page.view import Footnotes, View
    from umva.reports.results import MethodResult
    from umva.reports.results.discrimination import Discrimination

__all__ = ["CHAPTER"]


def _prepare(view: View) -> dict[str, Any]:
    """Return the areas of all classes, a table for each class, and a matrix of pairs for each method."""
    methods = list(view.results.methods.values())
    measured_ones = [each for each in methods if each.classes]
    pairs = [(each, view.swatch(each.name), _pairs(each, list(view.classes))) for each in methods if each.pairs]
    return {
        "areas": tabulate(
            view, [Column(each, partial(_area, each)) for each in view.classes], [(m, m) for m in measured_ones]
        ),
        "tables": {label: _table(view, label) for label in view.classes},
        "pairs": pairs[:SHOWN],
        "more": pairs[SHOWN:],
        "missing": [each for each in methods if not each.classes],
    }


def _area(label: str, method: MethodResult, notes: Footnotes) -> Cell:
    """Return the area of one class against the rest."""
    found = method.classes.get(label)
    return Cell() if found is None else both_parts(found.auc, notes)


def _table(view: View, label: str) -> Table:
    """Return what there is of one class against the rest."""
    found = [(each, each.classes[label]) for each in view.results.methods.values() if label in each.classes]
    columns: list[Column[Discrimination]] = [
        *efficiencies(view, "Efficiency in % where of the rest pass"),
        Column("Separation", lambda each, notes: notes.cell(each.separation)),
        Column("Significance", lambda each, notes: notes.cell(each.significance)),
        Column("Tight cuts", lambda each, notes: notes.cell(each.partial_auc)),
    ]
    if any(each.efficiency_times_purity for _, each in found):
        columns.append(
            Column(
                "Efficiency \N{MULTIPLICATION SIGN} purity",
                lambda each, notes: optimum(each.efficiency_times_purity, notes),
            )
        )
    return tabulate(view, columns, found)


def _pairs(method: MethodResult, labels: list[str]) -> list[tuple[str, list[Cell]]]:
    """Return the matrix of areas, each row one class against each other one, the bluer the farther from guessing."""
    rows = []
    for row in labels:
        numbers = [method.pairs.get(row, {}).get(column) for column in labels]
        cells = [
            Cell("") if each is None else stacked(measured(each), each.value, shade(2 * each.value - 1))
            for each in numbers
        ]
        rows.append((row, cells))
    return rows


CHAPTER = Chapter("classes", "Each class against the rest", "ROC", _prepare, tasks=("multiclass",))
