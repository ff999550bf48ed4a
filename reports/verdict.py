"""The whole comparison in one or two sentences: who leads, who is level, who is behind, what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.reports.digits import equals_p, measured
from umva.reports.measures.comparison import LEVEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from umva.reports.results import Comparison, MethodResult

__all__ = ["run_verdict"]

NAMED = 4
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
    """Say who leads, who is level with it, and from how much on the others are behind."""
    best = ranked[0]
    area = best.auc.test if best.auc else None
    if area is None or area.error is None:
        return "No AUC could be measured: a class of the test part has no positive sum of weights."
    has = "has" if len(ranked) == 1 else "leads with"
    guessing = "; that is not distinguishable from guessing" if abs(area.value - 0.5) <= 2.0 * area.error else ""
    compared = [(each.name, each.comparison) for each in ranked[1:] if each.comparison is not None]
    level = [(name, found) for name, found in compared if found.p_corrected >= LEVEL]
    behind = [(name, found) for name, found in compared if found.p_corrected < LEVEL]
    sentences = [f"{best.name} {has} a test AUC of {measured(area)}{guessing}.", _level(level), _behind(behind)]
    return " ".join(each for each in sentences if each)


def _level(compared: list[tuple[str, Comparison]]) -> str:
    """Say which methods cannot be told from the best."""
    if not compared:
        return ""
    name, found = compared[0]
    if found.difference.error == 0 and len(compared) == 1:
        return f"{name} orders the events exactly like it."
    if len(compared) == 1:
        shown = f"it is lower by {measured(found.difference)}, {equals_p(found.p_corrected)}"
        return f"{name} is not distinguishable from it: {shown}."
    return f"{_listed([name for name, _ in compared])} are not distinguishable from it."


def _behind(compared: list[tuple[str, Comparison]]) -> str:
    """Say which methods are worse, the nearest first."""
    if not compared:
        return ""
    least = measured(compared[0][1].difference)
    if len(compared) == 1:
        return f"{compared[0][0]} is worse by {least}."
    return f"{_listed([name for name, _ in compared])} are worse, by {least} or more."


def _listed(names: Sequence[str]) -> str:
    """Return ``"a, b and c"``, the last ones in a number where there are many."""
    if len(names) > NAMED:
        names = [*names[: NAMED - 1], f"{len(names) - NAMED + 1} more"]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
