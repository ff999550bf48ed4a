"""Summary: the verdict, the leaderboard, what went wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from umva.reports.digits import duration, measured, probability, rounded
from umva.reports.measures.efficiency import WORKING_POINTS
from umva.reports.page.view import Cell, Chapter, Footnotes, Swatch
from umva.reports.results import Number

if TYPE_CHECKING:
    from umva.reports.page.view import View
    from umva.reports.results import MethodResult, Timing, TrainTest

__all__ = ["CHAPTER", "Row"]


@dataclass(frozen=True)
class Row:
    """A method in the leaderboard; ``cells`` is empty if it did not finish."""

    method: MethodResult
    swatch: Swatch
    auc: Cell
    efficiencies: tuple[Cell, ...]
    behind: Cell
    gap: str
    time: Cell


def _prepare(view: View) -> dict[str, Any]:
    """Return the rows of the leaderboard and remarks."""
    notes = Footnotes()
    methods = list(view.results.methods.values())
    return {
        "rows": [_row(view, each, notes) for each in methods],
        "working_points": [f"{100 * at:g} %" for at in WORKING_POINTS.values()],
        "unfinished": [each for each in methods if each.status != "ok"],
        "sentences": [each.comparison.sentence for each in methods if each.comparison],
        "remarks": _remarks(methods),
        "footnotes": notes.listed(),
    }


def _remarks(methods: list[MethodResult]) -> list[tuple[str, list[str]]]:
    """Return each remark once, with the methods it is about."""
    about: dict[str, list[str]] = {}
    for method in methods:
        for note in method.notes:
            about.setdefault(note, []).append(method.name)
    return list(about.items())


def _row(view: View, method: MethodResult, notes: Footnotes) -> Row:
    """Return one line of the leaderboard."""
    found = method.overtraining
    return Row(
        method=method,
        swatch=view.swatch(method.name),
        auc=_area(method.auc, notes),
        efficiencies=tuple(_test_train(method.signal_efficiency.get(key), notes) for key in WORKING_POINTS),
        behind=_behind(method, notes),
        gap=measured(found.auc_gap) if found else "",
        time=_time(method.time),
    )


def _time(time: Timing | None) -> Cell:
    """Return the time of the training, that of an event's response in small print."""
    if time is None:
        return Cell()
    return Cell(duration(time.train_s), time.train_s, small=(f"{time.apply_us_per_event:.2g} µs/event",))


def _test_train(pair: TrainTest | None, notes: Footnotes) -> Cell:
    """Return an efficiency on test in percent, that on train in small print."""
    if pair is None:
        return Cell()
    return replace(notes.cell(pair.test, f"train {_percent(pair.train)}"), text=_percent(pair.test))


def _percent(number: Number) -> str:
    """Return a number with its error, both in percent."""
    error = None if number.error is None else 100 * number.error
    return measured(Number(100 * number.value, error))


def _area(pair: TrainTest | None, notes: Footnotes) -> Cell:
    """Return the area on test, that on train and the interval in small print."""
    if pair is None:
        return Cell()
    test, small = pair.test, [f"train {measured(pair.train)}"]
    if test.low is not None and test.high is not None:
        low, high = (rounded(limit, test.error)[0] for limit in (test.low, test.high))
        small.insert(0, f"95 %: {low} to {high}")
    return notes.cell(test, *small)


def _behind(method: MethodResult, notes: Footnotes) -> Cell:
    """Return how far the method is behind the best."""
    if method.comparison is None:
        return Cell("best") if method.auc else Cell()
    return notes.cell(method.comparison.difference, f"p = {probability(method.comparison.p_corrected)}")


CHAPTER = Chapter("summary", "Summary", "Summary", _prepare)
