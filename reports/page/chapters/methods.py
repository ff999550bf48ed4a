"""The methods as they were booked: options as resolved, input transformation, remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.page.view import Chapter, as_text

if TYPE_CHECKING:
    from umva.reports.page.view import View

__all__ = ["CHAPTER"]


def _prepare(view: View) -> dict[str, Any]:
    """Return each method with its options as text."""
    methods = view.results.methods.values()
    return {
        "booked": [
            (each, view.swatch(each.name), [(key, as_text(value)) for key, value in each.options.items()])
            for each in methods
        ]
    }


CHAPTER = Chapter("methods", "Methods and options", "Methods", _prepare)
