"""Checks: what is to be known before a number is quoted, the worst first, and what was found in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.page.view import Chapter
from umva.reports.results import SEVERITIES

if TYPE_CHECKING:
    from umva.reports.page.view import View
    from umva.reports.results import Check

__all__ = ["CHAPTER"]


def _prepare(view: View) -> dict[str, Any]:
    """Return what was found, what is muted, and what passed."""
    checks = view.results.checks
    told = [each for each in checks if each.findings and not each.muted]
    return {
        "told": sorted(told, key=lambda each: -SEVERITIES.index(each.severity)),
        "muted": [each for each in checks if each.findings and each.muted],
        "passed": [each for each in checks if not each.findings],
        "counts": _counts(told),
    }


def _counts(told: list[Check]) -> list[tuple[str, int]]:
    """Return how many findings there are of each severity, the worst first."""
    numbers = [(each, sum(check.severity == each for check in told)) for each in reversed(SEVERITIES)]
    return [(severity, number) for severity, number in numbers if number]


CHAPTER = Chapter("checks", "Checks", "Checks", _prepare)
