"""Training curves of the methods that have some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.page.view import Chapter

if TYPE_CHECKING:
    from umva.reports.page.view import View

__all__ = ["CHAPTER"]


def _prepare(view: View) -> dict[str, Any]:
    """Return the methods with curves, those without, and whether there was anything to validate with."""
    methods = list(view.results.methods.values())
    return {
        "shown": [each for each in methods if each.curves],
        "missing": [each for each in methods if not each.curves],
        "validation": any("validation" in parts for parts in view.results.dataset.counts.values()),
    }


CHAPTER = Chapter("training", "Training", "Training", _prepare)
