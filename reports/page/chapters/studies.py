"""Methods trained on less: what each variable is worth to each method, and what more events would bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.digits import count, equals_p, measured, scaled
from umva.reports.figures.learning import QUALITIES, learners
from umva.reports.page.cells import shade
from umva.reports.page.view import Cell, Chapter

if TYPE_CHECKING:
    from umva.reports.page.view import Swatch, View
    from umva.reports.results import LearningPoint, LeftOut, MethodResult

__all__ = ["CHAPTER"]

LEVEL = 0.05
"""Corrected probability below which a loss is called one."""


def _prepare(view: View) -> dict[str, Any]:
    """Return the losses without each variable, the numbers of the learning curves, and what failed."""
    methods = list(view.results.methods.values())
    left_out, learning = [each for each in methods if each.left_out], [each for each in methods if each.learning]
    failures = [(each, f"without {name}", found.reason) for each in left_out for name, found in each.left_out.items()]
    failures += [
        (each, f"on {100 * point.fraction:g} % of the events", point.reason)
        for each in learning
        for point in each.learning
    ]
    return {
        "by_class": view.results.task != "regression",
        "quality": QUALITIES[view.results.task],
        "heads": [(each, view.swatch(each.name)) for each in left_out],
        "losses": _losses(left_out),
        "curves": bool(learners(view.results)),
        "learning": _learning(view, learning),
        "fractions": [f"{100 * each:g} %" for each in _fractions(learning)],
        "failures": [(method.name, what, reason) for method, what, reason in failures if reason],
    }


def _losses(methods: list[MethodResult]) -> list[tuple[str, list[Cell]]]:
    """Return a row for each variable, the one that methods miss most on average first."""
    names = list(dict.fromkeys(name for each in methods for name in each.left_out))
    found = {name: [each.left_out.get(name) for each in methods] for name in names}
    means = {name: _mean(column) for name, column in found.items()}
    largest = max(
        (abs(each.loss.value) for column in found.values() for each in column if each and each.loss), default=0
    )
    order = sorted(names, key=lambda name: -means[name])
    return [(name, [_loss(each, largest) for each in found[name]]) for name in order]


def _mean(column: list[LeftOut | None]) -> float:
    known = [each.loss.value for each in column if each and each.loss]
    return sum(known) / len(known) if known else float("-inf")


def _loss(found: LeftOut | None, largest: float) -> Cell:
    """Return a loss in thousandths, coloured by its size where it is established."""
    if found is None or found.loss is None:
        return Cell()
    known = found.p_corrected is not None and found.p_corrected < LEVEL
    value = found.loss.value
    colour = shade(abs(value) / largest if largest else 0.0, "n" if value > 0 else "p") if known else ""
    small = (equals_p(found.p_corrected),) if found.p_corrected is not None else ()
    return Cell(measured(scaled(found.loss, -3)), value, small, shade=colour)


def _fractions(methods: list[MethodResult]) -> list[float]:
    return sorted({point.fraction for each in methods for point in each.learning})


def _learning(view: View, methods: list[MethodResult]) -> list[tuple[MethodResult, Swatch, list[Cell]]]:
    """Return a row for each method: test and, small, train after each training."""
    return [
        (each, view.swatch(each.name), [_point(each, fraction) for fraction in _fractions(methods)]) for each in methods
    ]


def _point(method: MethodResult, fraction: float) -> Cell:
    found: LearningPoint | None = next((each for each in method.learning if each.fraction == fraction), None)
    if found is None or found.test is None or found.train is None:
        return Cell()
    small = (f"train {measured(found.train)}", f"{count(found.n_events)} events")
    return Cell(measured(found.test), found.test.value, small)


CHAPTER = Chapter(
    "studies",
    "Trained on less",
    "Studies",
    _prepare,
    exists=lambda view: any(each.left_out or each.learning for each in view.results.methods.values()),
)
