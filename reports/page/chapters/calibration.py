"""Calibration: whether responses can be read as probabilities, as they are and after recalibration."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from umva.reports.digits import equals_p, in_percent, measured, roughly, scaled
from umva.reports.measures.calibration import LEVEL, MILD_ERROR, STRONG_ERROR
from umva.reports.page.table import Column, tabulate
from umva.reports.page.view import Cell, Chapter

if TYPE_CHECKING:
    from umva.reports.page.table import Table
    from umva.reports.page.view import Footnotes, View
    from umva.reports.results import Calibration, MethodResult, Number, Reliability

__all__ = ["CHAPTER"]


def _prepare(view: View) -> dict[str, Any]:
    """Return for each class, or once for signal, the verdicts and a table."""
    labels = list(view.results.dataset.counts) if view.results.task == "multiclass" else [""]
    return {
        "mild": round(100 * MILD_ERROR),
        "strong": round(100 * STRONG_ERROR),
        "level": f"{LEVEL:g}",
        "parts": [part for part in (_looked_at(view, label) for label in labels) if part["sentences"]],
        "missing": [each for each in view.results.methods.values() if each.status != "ok"],
    }


def _looked_at(view: View, label: str) -> dict[str, Any]:
    """Return how far the responses of all methods are probabilities, of several classes those of one."""
    known: list[tuple[MethodResult, Calibration]] = []
    for each in view.results.methods.values():
        source = each.classes.get(label) if label else each
        if source is not None and source.calibration is not None:
            known.append((each, source.calibration))
    prior = known[0][1].prior if known else 0.0
    return {
        "label": label,
        "prior": f"{100 * prior:.3g}",
        "sentences": [(method, each.verdict, each.sentence) for method, each in known],
        "table": _table(view, known),
    }


def _table(view: View, known: list[tuple[MethodResult, Calibration]]) -> Table:
    """Return verdict, errors and scores as given, in small print after recalibration."""
    parts = "Parts of the Brier score"
    columns: list[Column[Calibration]] = [
        Column("Verdict", lambda each, _: Cell(verdict=each.verdict or ""), words=True),
        Column("Mean absolute error in %", _error),
        Column("χ²", _test),
        Column("Brier score", partial(_both, "brier")),
        Column("Log loss", partial(_both, "log_loss")),
        Column("reliability", partial(_both, "reliability"), group=parts),
        Column("resolution", partial(_both, "resolution"), group=parts),
    ]
    return tabulate(view, columns, known)


def _error(found: Calibration, notes: Footnotes) -> Cell:
    """Return the expected calibration error, and what chance makes of it."""
    after = f"after {_coarse(found.recalibrated)}"
    if found.given is None:
        return Cell(small=(after,))
    cell = notes.cell(found.given.ece, f"by chance {100 * found.given.ece_chance:.2g}", after)
    return Cell(in_percent(found.given.ece), cell.value, cell.small, cell.mark)


def _coarse(found: Reliability) -> str:
    """Return an error in percent, no finer than a hundredth."""
    return roughly(scaled(found.ece, -2), least=0.01)


def _test(found: Calibration, _notes: Footnotes) -> Cell:
    """Return the p-value of the probabilities as given."""
    if found.test is None:
        return Cell()
    if not found.test.n_dof:
        return Cell(small=("too few events",))
    small = f"χ²/n = {found.test.statistic:.1f}/{found.test.n_dof}"
    return Cell(equals_p(found.test.p_value), found.test.p_value, (small,))


def _both(name: str, found: Calibration, notes: Footnotes) -> Cell:
    """Return a number as given, and after recalibration."""
    after: Number = getattr(found.recalibrated, name)
    if found.given is None:
        return Cell(small=(f"after {measured(after)}",))
    return notes.cell(getattr(found.given, name), f"after {measured(after)}")


CHAPTER = Chapter(
    "calibration",
    "Are the responses probabilities?",
    "Calibration",
    _prepare,
    tasks=("classification", "multiclass"),
)
