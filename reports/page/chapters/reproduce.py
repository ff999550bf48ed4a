"""What is needed to do the comparison again: the command, a macro, the packages, the facts of the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from umva.reports.page.view import Chapter, as_text

if TYPE_CHECKING:
    from umva.reports.page.view import View

__all__ = ["CHAPTER"]


def _prepare(view: View) -> dict[str, Any]:
    """Return command, macro and packages to install, and the facts: those of one kind together, loose ones first."""
    known = dict(view.results.provenance)
    time = dict(_mapping(known.pop("time", None)))
    versions = _mapping(known.get("versions"))
    groups: dict[str, list[tuple[str, str]]] = {"run": [("seed", str(view.results.seed))]}
    texts = {key: str(time.pop(key, "")) for key in ("command", "macro")}
    groups["run"] += [(key, as_text(fact)) for key, fact in time.items() if fact]
    for key, value in known.items():
        if isinstance(value, Mapping):
            groups[key] = [(name, as_text(fact)) for name, fact in value.items()]
        else:
            groups["run"].append((key, as_text(value)))
    groups["run"].append(("split fingerprint", view.results.dataset.split_sha256))
    packages = " ".join(
        f"{name}=={str(version).partition('+')[0]}" for name, version in versions.items() if name != "python"
    )
    return {"groups": groups, "install": f"pip install {packages}" if packages else "", **texts}


def _mapping(value: object) -> Mapping[str, Any]:
    """Return a mapping as it is, nothing for anything else."""
    return value if isinstance(value, Mapping) else {}


CHAPTER = Chapter("reproduce", "To do it again", "Reproduce", _prepare)
