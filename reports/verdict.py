"""The whole comparison in one or two sentences: who leads, who is level, who is behind, what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.reports.digits import equals_p, measured
from umva.reports.measures.comparison import LEVEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from umva.reports.results import Comparison, MethodResult

__all__ = ["run_verdict"]

NAMED = 3
"""At most so many methods of a kind are named."""


def run_verdict(methods: Sequence[MethodResult]) -> str:
    """Say how the comparison came out.

    Parameters
    ----------
    methods
        In the order of the results: falling test AUC, those without one last.
    """
    ranked = [each for each in methods if each.auc is not None]
    sentences = [_leader(ranked)] if ranked else ["No method was measured."]
    if ranked and ranked[0].overtraining is not None and ranked[0].overtraining.verdict == "strong":
        sentences.append(f"{ranked[0].name} is strongly overtrained: only its test numbers may be quoted.")
    for status, verb in (("failed", "failed"), ("skipped", "skipped")):
        names = [each.name for each in methods if each.status == status]
        if names:
            was = "" if status == "failed" else "was " if len(names) == 1 else "were "
            sentences.append(f"{_listed(names)} {was}{verb}.")
    return " ".join(sentences)


def _leader(ranked: Sequence[MethodResult]) -> str:
    """Say who leads and how far the others are behind."""
    best = ranked[0]
    area = best.auc.test if best.auc else None
    if area is None or area.error is None:
        return "No AUC could be measured: a class of the test part has no positive sum of weights."
    clauses = [f"{best.name} leads with a test AUC of {measured(area)}"]
    if len(ranked) == 1:
        clauses = [f"{best.name} has a test AUC of {measured(area)}"]
    if abs(area.value - 0.5) < 2.0 * area.error:
        clauses.append("that is not distinguishable from guessing")
    compared = [(each.name, each.comparison) for each in ranked[1:] if each.comparison is not None]
    level = [_level(name, found) for name, found in compared if found.p_corrected >= LEVEL]
    behind = [
        f"{name} is worse by {measured(found.difference)}" for name, found in compared if found.p_corrected < LEVEL
    ]
    clauses += _shortened(level, "not distinguishable either") + _shortened(behind, "worse")
    return "; ".join(clauses) + "."


def _level(name: str, found: Comparison) -> str:
    """Say that a method cannot be told from the best."""
    difference = found.difference
    if difference.error == 0:
        return f"{name} orders the events exactly like it"
    shown = measured(difference)
    return f"{name} is not distinguishable from it (Δ = {shown}, {equals_p(found.p_corrected)})"


def _shortened(clauses: list[str], what: str) -> list[str]:
    """Return the first few clauses and how many more there are."""
    if len(clauses) <= NAMED:
        return clauses
    more = len(clauses) - NAMED + 1
    return [*clauses[: NAMED - 1], f"{more} more are {what}"]


def _listed(names: Sequence[str]) -> str:
    """Return ``"a, b and c"``."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
