"""Summary: the verdict, the leaderboard, what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.page.boards import board
from umva.reports.page.glance import glance
from umva.reports.page.table import tabulate
from umva.reports.page.view import Chapter

if TYPE_CHECKING:
    from umva.reports.page.view import View
    from umva.reports.results import MethodResult

__all__ = ["CHAPTER"]


def _prepare(view: View) -> dict[str, Any]:
    """Return the leaderboard and remarks."""
    methods = list(view.results.methods.values())
    return {
        "board": tabulate(view, board(view), [(each, each if each.status == "ok" else None) for each in methods]),
        "unfinished": [each for each in methods if each.status != "ok"],
        "sentences": [each.comparison.sentence for each in methods if each.comparison],
        "remarks": _remarks(methods),
        "lines": glance(view),
        "alarms": [each for each in view.results.checks if each.alarming],
    }


def _remarks(methods: list[MethodResult]) -> list[tuple[str, list[str]]]:
    """Return each remark once, with the methods it is about."""
    about: dict[str, list[str]] = {}
    for method in methods:
        for note in method.notes:
            about.setdefault(note, []).append(method.name)
    return list(about.items())


CHAPTER = Chapter("summary", "Summary", "Summary", _prepare)
