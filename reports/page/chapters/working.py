"""Working points: the best cut on each response for the numbers of events that are expected, and what it is worth."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from umva.reports.digits import count, measured, rounded, scaled
from umva.reports.judging.expectations import BY_WEIGHTS
from umva.reports.measures.efficiency import REJECTION_POINTS
from umva.reports.measures.merit import MERITS
from umva.reports.measures.optimum import FEWEST
from umva.reports.page.cells import MERIT_TITLES, best_cut
from umva.reports.page.table import Column, tabulate
from umva.reports.page.view import Cell, Chapter

if TYPE_CHECKING:
    from umva.reports.page.view import Footnotes, View
    from umva.reports.results import Expectation, Number, Optimum, TrainTest
    from umva.reports.results.discrimination import Discrimination

__all__ = ["CHAPTER"]


def _prepare(view: View) -> dict[str, Any]:
    """Return for signal, or for each of several classes, what is expected and the tables of best cuts."""
    results = view.results
    methods = list(results.methods.values())
    several = results.task == "multiclass"
    return {
        "subjects": [_subject(view, label, several=several) for label in results.expectations],
        "told": any(each.origin != BY_WEIGHTS for each in results.expectations.values()),
        "fewest": FEWEST,
        "rest": "the rest" if several else "background",
        "single": [each for each in methods if ("cuts", each.name) in view.drawings],
        "missing": [each for each in methods if each.score is None],
    }


def _subject(view: View, label: str, *, several: bool) -> dict[str, Any]:
    """Return all that is said of signal against background, or of one of several classes against the rest."""
    expectation = view.results.expectations[label]
    own, rest = (label, "the rest") if several else ("signal", "background")
    methods = [(each, each.classes.get(label, each)) for each in view.results.methods.values()]
    found = [(method, each) for method, each in methods if each.scan is not None]
    best = [(method, each.best_cut(expectation.merit)) for method, each in found]
    others: list[Column[Discrimination]] = [Column(MERIT_TITLES[each], partial(best_cut, each)) for each in MERITS]
    rejections: list[Column[Discrimination]] = [
        Column(f"{100 * at:g} %", partial(_rejection, key), group=f"1 / ε of {rest} where of {own} pass")
        for key, at in REJECTION_POINTS.items()
    ]
    return {
        "label": label if several else "",
        "merit": MERIT_TITLES[expectation.merit],
        "facts": _facts(expectation, own, rest),
        "best": tabulate(
            view, _at_best(expectation, own, rest), [(method, each) for method, each in best if each is not None]
        ),
        "others": tabulate(view, others, found),
        "rejections": tabulate(view, rejections, found),
    }


def _facts(expectation: Expectation, own: str, rest: str) -> list[tuple[str, str]]:
    """Return what is expected, in words."""
    uncertainty = f"{100 * expectation.background_uncertainty:g} %"
    of = "of " if rest != "background" else ""
    return [
        (f"Expected {of}{own}", count(expectation.signal)),
        (f"Expected {of}{rest}", count(expectation.background)),
        ("Where from", expectation.origin),
        (f"Uncertainty of {rest}", uncertainty if expectation.background_uncertainty else "none"),
        ("Made largest", MERIT_TITLES[expectation.merit]),
    ]


def _at_best(expectation: Expectation, own: str, rest: str) -> list[Column[Optimum]]:
    """Return the columns of the best cut."""
    events = "Events expected to pass"
    return [
        Column(MERIT_TITLES[expectation.merit], _largest),
        Column("Cut", _cut),
        Column(own, lambda each, notes: notes.cell(each.signal), group=events),
        Column(rest, lambda each, notes: notes.cell(each.background), group=events),
        Column(f"ε {own}", lambda each, _: _percent(each.signal_efficiency), group="In %"),
        Column(f"ε {rest}", lambda each, _: _percent(each.background_efficiency), group="In %"),
        Column("Purity", lambda each, _: _percent(each.purity), group="In %"),
    ]


def _largest(found: Optimum, notes: Footnotes) -> Cell:
    """Return the largest value, how much of it is luck, and the warning as a footnote."""
    small = () if found.optimism is None else (f"luck ≈ {_like(found.optimism, found.value)}",)
    return Cell(measured(found.value), found.value.value, small, notes.mark(found.warning) if found.warning else "")


def _like(value: float, number: Number) -> str:
    """Return a value with the decimals of a measured number."""
    return rounded(value, number.error)[0]


def _cut(found: Optimum, _: Footnotes) -> Cell:
    """Return the position of the cut with its error."""
    cut, error = rounded(found.cut, found.cut_error or None)
    return Cell(f"{cut} ± {error}" if error else cut, found.cut)


def _percent(share: Number | None) -> Cell:
    """Return a share in percent."""
    return Cell() if share is None else Cell(measured(scaled(share, -2)), share.value)


def _rejection(key: str, found: Discrimination, notes: Footnotes) -> Cell:
    """Return the rejection on test, that on train in small print."""
    pair: TrainTest | None = found.rejection.get(key)
    return Cell() if pair is None else notes.cell(pair.test, f"train {measured(pair.train)}")


CHAPTER = Chapter("working", "Working points", "Working points", _prepare, tasks=("classification", "multiclass"))
