"""The columns of the leaderboard, for each task its own."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from umva.reports.digits import SIGMA, handy_power, in_percent, measured, unit_bracket
from umva.reports.figures.text import shorten
from umva.reports.page.cells import (
    MERIT_TITLES,
    area,
    behind,
    best_cut,
    both_parts,
    coarse_pair,
    percent_pair,
    timing,
)
from umva.reports.page.table import Column
from umva.reports.page.view import Cell
from umva.reports.results import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from umva.reports.page.view import Footnotes, View
    from umva.reports.results import Discrimination, Estimation, MethodResult, Number

__all__ = ["board", "efficiencies", "estimation_columns", "power_of"]

ESTIMATION = {
    "rmse": ("RMSE", True),
    "mae": ("MAE", True),
    "bias": ("Bias", True),
    "resolution": ("Resolution", True),
    "mutual_information": ("Mutual information", False),
}
"""What a regression is judged by besides R²: its title, and whether it has the target's unit."""


def board(view: View) -> list[Column[MethodResult]]:
    """Return the columns of the leaderboard of this task."""
    own = {"classification": _two_classes, "multiclass": _several_classes, "regression": _estimates}
    return [
        *own[view.results.task](view),
        Column("Behind the best", behind),
        Column("Overtraining", _overtraining, words=True),
        Column("Training", lambda method, _: timing(method.time)),
    ]


def efficiencies(view: View, of: str) -> list[Column[Any]]:
    """Return the signal efficiencies at given background; columns of whatever is a :class:`Discrimination`."""
    measured_at = dict.fromkeys(
        key
        for method in view.results.methods.values()
        for found in (method, *method.classes.values())
        for key in found.signal_efficiency
    )

    def cell(key: str, found: Discrimination, notes: Footnotes) -> Cell:
        return percent_pair(found.signal_efficiency.get(key), notes)

    return [Column(f"{100 * float(key):g} %", partial(cell, key), group=of) for key in measured_at]


def power_of(view: View, target: str) -> int:
    """Return the power of ten in which the deviations of a target are written, that of the best method."""
    found = [each.targets[target].rmse.test.value for each in view.results.methods.values() if target in each.targets]
    return handy_power(found[0]) if found else 0


def estimation_columns(unit: str, exponent: int, names: Iterable[str]) -> list[Column[Estimation]]:
    """Return some of :data:`ESTIMATION`, deviations in units of a power of ten."""
    bracket = unit_bracket(unit, exponent)

    def column(name: str) -> Column[Estimation]:
        if name == "r2":
            return Column("R²", lambda found, notes: coarse_pair(found.r2, notes))
        title, has_unit = ESTIMATION[name]
        cell = partial(both_parts, exponent=exponent if has_unit else 0, prefix="")
        return Column(title + bracket * has_unit, lambda found, notes: cell(getattr(found, name), notes))

    return [column(name) for name in names]


def _two_classes(view: View) -> list[Column[MethodResult]]:
    """Return area, efficiencies, and the figure of merit where there is one."""
    columns: list[Column[MethodResult]] = [
        Column("AUC", lambda method, notes: area(method.auc, notes)),
        *efficiencies(view, "Signal efficiency in % at background of"),
    ]
    merit = view.results.expectations["signal"].merit if "signal" in view.results.expectations else "AMS"
    if any(each.best_cut(merit) for each in view.results.methods.values()):
        columns.append(Column(MERIT_TITLES[merit], partial(best_cut, merit)))
    return columns


def _several_classes(_view: View) -> list[Column[MethodResult]]:
    """Return mean area, accuracy, and the class that is told worst."""
    return [
        Column("Mean AUC", lambda method, notes: area(method.auc, notes)),
        Column("Worst class", _worst_class),
        Column("Accuracy in %", _accuracy),
    ]


def _estimates(view: View) -> list[Column[MethodResult]]:
    """Return for one target all that it is judged by, for several the mean over them and the main things of each."""
    targets = view.results.dataset.targets
    if len(targets) == 1:
        names = ("rmse", "mae", "r2", "bias", "resolution")
        rmse, *others = estimation_columns(targets[0].unit, power_of(view, targets[0].name), names)
        ranked = Column(rmse.title, partial(_ranked, targets[0].name, rmse))
        return [ranked, *(Column(each.title, partial(_of_target, targets[0].name, each)) for each in others)]
    columns: list[Column[MethodResult]] = [Column(f"RMSE / {SIGMA}", lambda method, notes: notes.cell(method.score))]
    for target in targets:
        shown = estimation_columns(target.unit, power_of(view, target.name), ("rmse", "r2"))
        columns += [Column(each.title, partial(_of_target, target.name, each), group=target.name) for each in shown]
    return columns


def _ranked(name: str, column: Column[Estimation], method: MethodResult, notes: Footnotes) -> Cell:
    """Return what a column says of the target, and what the methods are ranked by."""
    cell = _of_target(name, column, method, notes)
    score = () if method.score is None else (f"{measured(method.score)} {SIGMA}",)
    return replace(cell, small=(*cell.small, *score))


def _of_target(name: str, column: Column[Estimation], method: MethodResult, notes: Footnotes) -> Cell:
    """Return what a column says of one target."""
    found = method.targets.get(name)
    return Cell() if found is None else column.cell(found, notes)


def _worst_class(method: MethodResult, notes: Footnotes) -> Cell:
    """Return the smallest area of all classes, and whose it is."""
    areas = {label: each.auc.test for label, each in method.classes.items() if each.auc}
    if not areas:
        return Cell()
    label = min(areas, key=lambda each: areas[each].value)
    return notes.cell(areas[label], shorten(label))


def _accuracy(method: MethodResult, notes: Footnotes) -> Cell:
    """Return the share of events that are taken for what they are."""
    if method.confusion is None:
        return Cell()
    number = method.confusion.accuracy
    cell = notes.cell(number)
    return Cell(in_percent(number), cell.value, mark=cell.mark)


def _overtraining(method: MethodResult, _notes: Footnotes) -> Cell:
    """Return the worst verdict, and the gap that it rests on; of several classes or targets, whose it is."""
    verdicts = _verdicts(method)
    if not verdicts:
        return Cell()
    verdict, gap, where = max(verdicts, key=lambda each: VERDICTS.index(each[0]))
    whose = (shorten(where),) if len(verdicts) > 1 and verdict != "none" else ()
    return Cell(verdict=verdict, small=(f"gap {measured(gap)}", *whose))


def _verdicts(method: MethodResult) -> list[tuple[str, Number, str]]:
    """Return verdict and gap of a method, or of each of its classes or targets with its name."""
    alone = {"": method, **method.classes}
    found = [(each.overtraining, label) for label, each in alone.items()]
    classes = [(each.verdict, each.auc_gap, label) for each, label in found if each]
    fits = [(each.overtraining, name) for name, each in method.targets.items()]
    return classes + [(each.verdict, each.rmse_gap, name) for each, name in fits]
