"""The best method at a glance: what a reader wants to know in ten seconds, a line each, with the chapter that has more."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from umva.reports.digits import count, measured, percent, rounded
from umva.reports.page.cells import MERIT_TITLES
from umva.reports.results import VERDICTS
from umva.reports.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from umva.reports.page.view import View
    from umva.reports.results import Flatness, MethodResult, Number

__all__ = ["Line", "glance"]

N_DRIVING = 3
"""So many variables are named that drive a method."""


class Line(NamedTuple):
    """A question in a word or two, the answer in a sentence, a verdict if there is one, and where more stands."""

    question: str
    answer: str
    chapter: str
    verdict: str = ""


def glance(view: View) -> list[Line]:
    """Return what there is to say of the best method and of the events; nothing if no method was measured."""
    best = next((each for each in view.results.methods.values() if each.score is not None), None)
    if best is None:
        return []
    return [
        *_overtraining(best),
        *_working_point(view, best),
        *_sculpting(best),
        *_driving(best),
        _events(view),
    ]


def _overtraining(best: MethodResult) -> Iterator[Line]:
    """Say whether it knows its training events better than new ones."""
    if best.overtraining is not None:
        gap = f"AUC on train minus test {measured(best.overtraining.auc_gap)}"
        yield Line("Overtrained?", gap, "overtraining", best.overtraining.verdict)
    elif best.overtrained is not None:
        chapter = "class_overtraining" if best.classes else "deviations"
        whose = {name: each.overtraining for name, each in (best.classes or best.targets).items()}
        worst = [name for name, each in whose.items() if each is not None and each.verdict == best.overtrained]
        yield Line(
            "Overtrained?",
            f"the same for {listed(worst)}" if len(worst) < len(whose) else "",
            chapter,
            best.overtrained,
        )


def _working_point(view: View, best: MethodResult) -> Iterator[Line]:
    """Say where to cut, and what passes."""
    expectation = view.results.expectations.get("signal")
    found = best.best_cut(expectation.merit) if expectation else None
    if expectation is None or found is None:
        return
    passing = f"S = {measured(found.signal)} of {count(expectation.signal)}"
    passing += f", B = {measured(found.background)} of {count(expectation.background)}"
    value = f"{MERIT_TITLES[expectation.merit]} {measured(found.value)}"
    yield Line(
        "Where to cut?", f"{best.name} ≥ {rounded(found.cut, found.cut_error)[0]}: {value}, {passing}", "working"
    )


def _sculpting(best: MethodResult) -> Iterator[Line]:
    """Say of the spectator that is sculpted most what becomes of it."""
    found: dict[str, Flatness] = dict(best.flatness)
    if found:
        name = max(found, key=lambda each: (VERDICTS.index(found[each].verdict), found[each].background.sde.value))
        yield Line(f"Sculpts {name}?", found[name].sentence, "flatness", found[name].verdict)


def _driving(best: MethodResult) -> Iterator[Line]:
    """Name the variables that drive it most."""
    shares: dict[str, Number] = dict(best.shap)
    if shares:
        first = sorted(shares, key=lambda each: -shares[each].value)[:N_DRIVING]
        named = ", ".join(f"{name} {percent(shares[name])} %" for name in first)
        yield Line("Driven by?", f"{named} of all mean |SHAP|", "importance")


def _events(view: View) -> Line:
    """Say what the numbers were measured with."""
    dataset = view.results.dataset
    n_negative = sum(each.n_negative for parts in dataset.counts.values() for each in parts.values())
    negative = f", {100 * n_negative / dataset.n_events:.2g} % with negative weights" if n_negative else ""
    files = dict.fromkeys(each.source for each in dataset.files)
    sources = f": {listed(files)}" if files else ""
    return Line("From which data?", f"{count(dataset.n_events)} events{negative}{sources}", "sample")
