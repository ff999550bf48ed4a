"""ROC curves of all methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.page.view import Chapter

if TYPE_CHECKING:
    from umva.reports.page.view import View

__all__ = ["CHAPTER"]


def _prepare(view: View) -> dict[str, Any]:
    """Return which methods are missing."""
    return {"missing": [each for each in view.results.methods.values() if each.roc is None]}


CHAPTER = Chapter("roc", "ROC curves", "ROC", _prepare)
