"""What the deviations depend on: their mean and spread against the true value and against each variable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.page.view import Chapter

if TYPE_CHECKING:
    from umva.reports.page.view import View

__all__ = ["CHAPTER"]


def _prepare(view: View) -> dict[str, Any]:
    """Return for each target the variables that there are figures for, the most telling first."""
    dataset = view.results.dataset
    ranked = sorted(dataset.variables, key=lambda each: each.rank)
    return {
        "targets": [
            (target.name, [each.name for each in ranked if ("profile", target.name, each.name) in view.drawings])
            for target in dataset.targets
            if ("profile", target.name) in view.drawings
        ]
    }


CHAPTER = Chapter(
    "dependence", "Bias and resolution against target and variables", "Dependence", _prepare, tasks=("regression",)
)
