"""Overtraining: responses on train and test, and the tests that they are one distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.measures.gap import MILD_SHARE, STRONG_SHARE
from umva.reports.page.cells import gap, hypothesis
from umva.reports.page.table import Column, tabulate
from umva.reports.page.view import Cell, Chapter

if TYPE_CHECKING:
    from umva.reports.page.view import View
    from umva.reports.results import Overtraining

__all__ = ["CHAPTER", "thresholds", "train_against_test"]


def _prepare(view: View) -> dict[str, Any]:
    """Return the methods that were tested, and a row of tests for each."""
    methods = list(view.results.methods.values())
    columns = train_against_test("signal", "background")
    return {
        **thresholds(),
        "shown": [each for each in methods if each.response],
        "tests": tabulate(view, columns, [(each, each.overtraining) for each in methods if each.overtraining]),
        "missing": [each for each in methods if not each.response],
    }


def thresholds() -> dict[str, int]:
    """Return from which shares of what is missing to perfection on a gap is mild or strong, in percent."""
    return {"mild": round(100 * MILD_SHARE), "strong": round(100 * STRONG_SHARE)}


def train_against_test(signal: str, background: str) -> list[Column[Overtraining]]:
    """Return verdict, gap and the four tests, for classes that are called so."""
    smirnov, binned = "Kolmogorov\N{EN DASH}Smirnov", "χ²"
    return [
        Column("Verdict", lambda found, _: Cell(verdict=found.verdict), words=True),
        Column("AUC gap", lambda found, notes: gap(found.auc_gap, notes)),
        Column(signal, lambda found, _: hypothesis(found.ks_signal), group=smirnov),
        Column(background, lambda found, _: hypothesis(found.ks_background), group=smirnov),
        Column(signal, lambda found, _: hypothesis(found.chi2_signal), group=binned),
        Column(background, lambda found, _: hypothesis(found.chi2_background), group=binned),
    ]


CHAPTER = Chapter("overtraining", "Overtraining", "Overtraining", _prepare, tasks=("classification",))
