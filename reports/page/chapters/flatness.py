"""Spectators: whether a cut on the response sculpts them, in figures and numbers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from umva.reports.digits import equals_p, percent, rounded
from umva.reports.figures.closer import MOST_DRAWN
from umva.reports.figures.flatness import most_sculpted
from umva.reports.measures.efficiency import WORKING_POINTS
from umva.reports.measures.sculpting import LEVEL, MILD_SPREAD, STRONG_SPREAD
from umva.reports.page.table import Column, tabulate
from umva.reports.page.view import Cell, Chapter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from umva.reports.page.table import Table
    from umva.reports.page.view import Footnotes, View
    from umva.reports.results import Flatness, MethodResult, Selection

__all__ = ["CHAPTER"]

SEVERITY = ("none", "mild", "strong")
POINT = "0.10"
"""The cut at which distributions are compared."""


def _prepare(view: View) -> dict[str, Any]:
    """Return for each spectator and class what the methods do to it, and a table."""
    dataset = view.results.dataset
    labels = list(dataset.counts) if view.results.task == "multiclass" else [""]
    return {
        "mild": round(100 * MILD_SPREAD),
        "strong": round(100 * STRONG_SPREAD),
        "level": f"{LEVEL:g}",
        "points": list(WORKING_POINTS),
        "spectators": [(name, [_looked_at(view, name, label) for label in labels]) for name in dataset.spectators],
        "n_drawn": MOST_DRAWN,
        "missing": [each for each in view.results.methods.values() if each.status != "ok"],
    }


def _looked_at(view: View, name: str, label: str) -> dict[str, Any]:
    """Return what all methods do to one spectator, of several classes where one is told from the rest."""
    found = [(each, _found(each, label).get(name)) for each in view.results.methods.values()]
    known = [(method, each) for method, each in found if each is not None]
    return {
        "label": label,
        "sentences": [(method, each.verdict if each.judged else "", each.sentence) for method, each in known],
        "worst": max((each.verdict for _, each in known), key=SEVERITY.index, default="none"),
        "drawn": most_sculpted([each for _, each in known]) if known else "",
        "shaped": [method for method, _ in known if ("shapes", method.name, name) in view.drawings],
        "table": _table(view, known, label),
    }


def _found(method: MethodResult, label: str) -> Mapping[str, Flatness]:
    """Return what a method does to the spectators."""
    source = method.classes.get(label) if label else method
    return source.flatness if source else {}


def _table(view: View, known: list[tuple[MethodResult, Flatness]], label: str) -> Table:
    """Return verdict, spreads and distances of each method."""
    rest = "" if label else ", background"
    spread, distance = f"Relative spread in %{rest}, cut at", f"Distances{rest}"
    columns: list[Column[Flatness]] = [
        Column("Verdict", partial(_verdict, bool(label)), words=True),
        *(Column(f"{100 * at:g} %", partial(_spread, key, False), group=spread) for key, at in WORKING_POINTS.items()),
        Column("10 %", partial(_spread, POINT, True), group=f"Same for {label or 'signal'}"),
        Column("JSD in bits", _jsd, group=distance),
        Column("KS", _ks, group=distance),
        Column("CvM", _cvm, group=distance),
        Column("SDE in %", _sde, group=distance),
    ]
    return tabulate(view, columns, known)


def _verdict(several: bool, found: Flatness, _notes: Footnotes) -> Cell:
    """Return the verdict, of several classes with the one that it is about."""
    return Cell(verdict=found.verdict if found.judged else "", small=(found.of,) if several else ())


def _spread(key: str, signal: bool, found: Flatness, notes: Footnotes) -> Cell:
    """Return the relative spread of efficiencies, and the p-value of their being equal."""
    side: Selection = (found.signal if signal else found.background).selections[key]
    small = equals_p(side.chi2.p_value) if side.chi2.n_dof else "too few events"
    cell = notes.cell(side.spread, small)
    within = side.spread.high is not None and not side.spread.low
    text = f"< {max(100 * (side.spread.high or 0.0), 1.0):.0f}" if within else percent(side.spread)
    return Cell(text, cell.value, cell.small, cell.mark)


def _jsd(found: Flatness, notes: Footnotes) -> Cell:
    """Return the divergence of what passes and fails, and what chance makes of it."""
    side = found.background.selections[POINT]
    return notes.cell(side.jsd, f"by chance {side.jsd_chance:.2g}")


def _ks(found: Flatness, _notes: Footnotes) -> Cell:
    """Return the distance of what passes and fails, and its p-value."""
    test = found.background.selections[POINT].ks
    return Cell(f"{test.statistic:.3f}", test.statistic, (equals_p(test.p_value),))


def _cvm(found: Flatness, _notes: Footnotes) -> Cell:
    """Return the distance of the responses, and its p-value."""
    test = found.background.cvm
    return Cell(rounded(test.statistic)[0], test.statistic, (equals_p(test.p_value),))


def _sde(found: Flatness, notes: Footnotes) -> Cell:
    """Return the standard deviation of efficiency, and what chance makes of it."""
    side = found.background
    cell = notes.cell(side.sde, f"by chance {100 * side.sde_chance:.2g}")
    return Cell(percent(side.sde), cell.value, cell.small, cell.mark)


CHAPTER = Chapter(
    "flatness",
    "Does it sculpt the spectators?",
    "Spectators",
    _prepare,
    tasks=("classification", "multiclass"),
    exists=lambda view: bool(view.results.dataset.spectators),
)
