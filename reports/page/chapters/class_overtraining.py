"""Overtraining with several classes: probabilities of each class on train and test, for the class and for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.page.chapters.overtraining import cross_checks, thresholds, train_against_test
from umva.reports.page.table import tabulate
from umva.reports.page.view import Chapter

if TYPE_CHECKING:
    from umva.reports.page.view import View

__all__ = ["CHAPTER"]


def _prepare(view: View) -> dict[str, Any]:
    """Return the methods with responses, and for each class a table of tests."""
    methods = list(view.results.methods.values())
    tables, checks = {}, {}
    for label in view.classes:
        found = [(each, each.classes[label].overtraining) for each in methods if label in each.classes]
        columns = train_against_test("the class", "the rest")
        tables[label] = tabulate(view, columns, [(method, each) for method, each in found if each])
        rows = [(method, method.classes[label]) for method, each in found if each]
        checks[label] = tabulate(view, cross_checks("the class", "the rest"), rows)
    return {
        **thresholds(),
        "shown": [(each, view.swatch(each.name)) for each in methods if each.classes],
        "tables": tables,
        "checks": checks,
        "missing": [each for each in methods if not each.classes],
    }


CHAPTER = Chapter("class_overtraining", "Overtraining", "Overtraining", _prepare, tasks=("multiclass",))
