"""Since the earlier run: which methods became better or worse, and what else has changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from umva.reports.digits import SIGMA, equals_p, measured
from umva.reports.page.header import date
from umva.reports.page.table import Column, tabulate
from umva.reports.page.view import Cell, Chapter
from umva.reports.wording import listed

if TYPE_CHECKING:
    from umva.reports.page.view import Footnotes, View
    from umva.reports.results import Against, Change, Number

__all__ = ["CHAPTER"]


SAID = {
    ("better", False): "better{}",
    ("worse", False): "worse{}",
    ("better", True): "better{}, which hardly matters",
    ("worse", True): "worse{}, which hardly matters",
    ("same", False): "as good as before, as far as these events can tell",
    ("same", True): "as good as before",
}
"""What is said of methods by verdict, and by whether the change hardly matters; by how much, of one alone."""


def _prepare(view: View) -> dict[str, Any]:
    """Return the table of methods, a sentence on them and what differs besides."""
    found = view.results.against
    if found is None:
        return {}
    methods = view.results.methods
    what = f"RMSE / {SIGMA}" if view.results.task == "regression" else "AUC"
    columns: list[Column[Change]] = [
        Column(f"{what} before", lambda change, notes: notes.cell(change.before)),
        Column(f"{what} now", lambda change, notes: notes.cell(change.now)),
        Column("Change", _change),
        Column("Verdict", lambda change, _: _verdict(change)),
        Column("What changed", lambda change, _: _options(change)),
    ]
    return {
        "found": found,
        "finished": date(found.finished),
        "lead": _lead(found, f" {SIGMA}" if view.results.task == "regression" else ""),
        "changes": tabulate(
            view, columns, [(methods[name], each) for name, each in found.methods.items() if name in methods]
        ),
    }


def _lead(found: Against, unit: str) -> str:
    """Say which methods are better, which worse, and which as they were."""
    parts = []
    for (verdict, negligible), words in SAID.items():
        names = [
            name for name, each in found.methods.items() if (each.verdict, each.negligible) == (verdict, negligible)
        ]
        if names:
            by = f" by {measured(_size(found.methods[names[0]].change))}{unit}" if len(names) == 1 else ""
            parts.append(f"{listed(names)} {'is' if len(names) == 1 else 'are'} {words.format(by)}.")
    return " ".join(parts)


def _size(number: Number) -> Number:
    """Return the size of a change."""
    return replace(number, value=abs(number.value))


def _change(change: Change, notes: Footnotes) -> Cell:
    """Return the change, how likely it is by chance, and whether it is paired."""
    kind = "paired" if change.paired else "independent"
    return notes.cell(change.change, f"{equals_p(change.p_corrected)}, {kind}")


def _verdict(change: Change) -> Cell:
    """Return what the change means."""
    if change.change.value == change.change.error == 0:
        return Cell("unchanged")
    small = ("which hardly matters",) if change.negligible and change.verdict != "same" else ()
    return Cell({"same": "no more than noise"}.get(change.verdict, change.verdict), small=small)


def _options(change: Change) -> Cell:
    """Return the options that differ."""
    lines = tuple(f"{each.name}: {each.before or 'none'} → {each.now or 'none'}" for each in change.options)
    return replace(Cell("options" if lines else "nothing in its options"), small=lines)


CHAPTER = Chapter(
    "against", "Since the earlier run", "Earlier run", _prepare, exists=lambda view: view.results.against is not None
)
