"""WGT and STA: whether event weights and statistics carry the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.reports.checks.rule import Finding, Rule
from umva.reports.digits import count
from umva.reports.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from umva.reports.material import Material
    from umva.reports.results import ClassCount, Results

__all__ = ["RULES"]

MANY_NEGATIVE = 0.10
"""From which share of negative weights on they are a warning."""

DILUTED = 0.10
"""Below which share of effective events a few events carry a class."""

FEW, TOO_FEW = 100, 10
"""Effective events of a class below which its errors are large, and below which they are not to be trusted."""


def _counts(results: Results) -> Iterator[tuple[str, str, ClassCount]]:
    """Return what is known of each class in each part, with how sentences call it."""
    for name, parts in results.dataset.counts.items():
        of_class = "" if name == "events" else f" of {name}"
        for part, found in parts.items():
            if found.n_events:
                yield part, f"{part.capitalize()} part{of_class}", found


def _negative(_material: Material, results: Results) -> Iterator[Finding]:
    """Find classes with negative weights."""
    for _, where, found in _counts(results):
        share = found.n_negative / found.n_events
        if share:
            severity = "warning" if share > MANY_NEGATIVE else "note"
            numbers = f"{count(found.n_negative)} of {count(found.n_events)} events ({100 * share:.2g} %)"
            yield Finding(severity, f"{where}: {numbers} have negative weights.")


def _no_sum(_material: Material, results: Results) -> Iterator[Finding]:
    """Find classes whose weights do not sum to anything."""
    for _, where, found in _counts(results):
        if found.sum_weights <= 0:
            yield Finding("error", f"{where}: the weights sum to {found.sum_weights:.4g}.")


def _diluted(_material: Material, results: Results) -> Iterator[Finding]:
    """Find classes that a few events carry."""
    for _, where, found in _counts(results):
        if found.sum_weights > 0 and found.n_eff < DILUTED * found.n_events:
            numbers = f"{count(found.n_events)} events count as {count(round(found.n_eff))}"
            yield Finding("warning", f"{where}: {numbers} by their weights.")


def _few(_material: Material, results: Results) -> Iterator[Finding]:
    """Find classes with few effective events in the test part."""
    for part, where, found in _counts(results):
        if part == "test" and found.sum_weights > 0 and found.n_eff < FEW:
            severity = "error" if found.n_eff < TOO_FEW else "warning"
            yield Finding(severity, f"{where}: {count(round(found.n_eff, 1))} effective events.")


def _few_selected(_material: Material, results: Results) -> Iterator[Finding]:
    """Find working points that few background events support."""
    expectation = results.expectations.get("signal")
    if expectation is None or results.task != "classification":
        return
    best = {each.name: each.best_cut(expectation.merit) for each in results.methods.values()}
    thin = [name for name, found in best.items() if found is not None and found.warning]
    if thin:
        yield Finding("note", f"Few background events pass the best cut of {listed(thin)}; see the working points.")


RULES = (
    Rule(
        "WGT001",
        "Few weights are negative",
        "Curves are made monotone and trainings follow the policy in Methods; compare with negative_weights='ignore'.",
        ("sample",),
        _negative,
    ),
    Rule(
        "WGT002",
        "The weights of every class have a positive sum",
        "No efficiency can be measured: look at the weight expression, or take more events.",
        ("sample",),
        _no_sum,
    ),
    Rule(
        "WGT003",
        "No few events carry a class",
        "Look for very large weights; errors are those of the effective number of events.",
        ("sample",),
        _diluted,
    ),
    Rule(
        "STA001",
        "Every class has enough test events",
        "Take more events, or a larger test part.",
        ("sample",),
        _few,
    ),
    Rule(
        "STA002",
        "Enough background events pass the best cuts",
        "Choose a looser cut, or take more background events: the significance there is chance.",
        ("working",),
        _few_selected,
    ),
)
