"""Where the comparison comes from: what is needed to do it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from umva.reports.page.view import Chapter, as_text

if TYPE_CHECKING:
    from umva.reports.page.view import View

__all__ = ["CHAPTER"]


def _prepare(view: View) -> dict[str, Any]:
    """Return the facts, those of one kind together, loose ones first."""
    groups: dict[str, list[tuple[str, str]]] = {"run": [("seed", str(view.results.seed))]}
    for key, value in view.results.provenance.items():
        if isinstance(value, Mapping):
            groups[key] = [(name, as_text(fact)) for name, fact in value.items()]
        else:
            groups["run"].append((key, as_text(value)))
    groups["run"].append(("split fingerprint", view.results.dataset.split_sha256))
    return {"groups": groups}


CHAPTER = Chapter("provenance", "Provenance", "Provenance", _prepare)
