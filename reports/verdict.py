"""The whole comparison in one or two sentences: who leads, who is level, who is behind, what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.reports.digits import SIGMA, equals_p, measured
from umva.reports.measures.comparison import LEVEL
from umva.reports.wording import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from umva.reports.results import Comparison, MethodResult, Number

__all__ = ["run_verdict"]


def run_verdict(methods: Sequence[MethodResult]) -> str:
    """Say how the comparison came out.

    Parameters
    ----------
    methods
        In the order of the results: the best first, those that were not measured last.
    """
    ranked = [each for each in methods if each.score is not None]
    sentences = [_leader(ranked)] if ranked else ["No method was measured."]
    if ranked and ranked[0].overtrained == "strong":
        sentences.append(f"{ranked[0].name} is strongly overtrained: only its test numbers may be quoted.")
    for status, verb in (("failed", "failed"), ("skipped", "skipped")):
        names = [each.name for each in methods if each.status == status]
        if names:
            was = "" if status == "failed" else "was " if len(names) == 1 else "were "
            sentences.append(f"{listed(names)} {was}{verb}.")
    return " ".join(sentences)


def _leader(ranked: Sequence[MethodResult]) -> str:
    """Say who leads, who is level with it, and from how much on the others are behind."""
    best = ranked[0]
    if best.score is None or best.score.error is None:
        if best.targets:
            return "No deviation could be measured: the test part has no positive sum of weights or targets no spread."
        return "No AUC could be measured: a class of the test part has no positive sum of weights."
    has = "has" if len(ranked) == 1 else "leads with"
    compared = [(each.name, each.comparison) for each in ranked[1:] if each.comparison is not None]
    level = [(name, found) for name, found in compared if found.p_corrected >= LEVEL]
    behind = [(name, found) for name, found in compared if found.p_corrected < LEVEL]
    sentences = [
        f"{best.name} {has} {_quality(best, best.score)}.",
        _weakest(best),
        _level(best, level),
        _behind(best, behind),
    ]
    return " ".join(each for each in sentences if each)


def _quality(best: MethodResult, score: Number) -> str:
    """Say how good the best method is, and whether that is more than nothing."""
    error = 2.0 * (score.error or 0.0)
    if not best.targets:
        guessing = "; that is not distinguishable from guessing" if abs(score.value - 0.5) <= error else ""
        return f"a {'mean test AUC' if best.classes else 'test AUC'} of {measured(score)}{guessing}"
    useless = "; that is no better than always answering the mean" if score.value >= 1.0 - error else ""
    if len(best.targets) > 1:
        return f"a mean test RMSE of {measured(score)} standard deviations {SIGMA} of the targets{useless}"
    rmse = next(iter(best.targets.values())).rmse.test
    return f"a test RMSE of {measured(rmse)}, {measured(score)} standard deviations {SIGMA} of the target{useless}"


def _weakest(best: MethodResult) -> str:
    """Say which of several classes or targets is the hardest."""
    if best.classes:
        areas = {label: each.auc.test for label, each in best.classes.items() if each.auc is not None}
        known = {label: each for label, each in areas.items() if each.error is not None}
        label = min(known, key=lambda name: known[name].value)
        return f"Of the classes it tells {label} worst from the rest, AUC {measured(known[label])}."
    if len(best.targets) > 1:
        name = min(best.targets, key=lambda name: best.targets[name].r2.test.value)
        return f"Of the targets it estimates {name} worst, R² {measured(best.targets[name].r2.test)}."
    return ""


def _level(best: MethodResult, compared: list[tuple[str, Comparison]]) -> str:
    """Say which methods cannot be told from the best."""
    if not compared:
        return ""
    name, found = compared[0]
    if found.difference.error == 0 and len(compared) == 1:
        return f"{name} {'estimates' if best.targets else 'orders the events'} exactly like it."
    if len(compared) == 1:
        lower = "its deviation is larger" if best.targets else "it is lower"
        shown = f"{lower} by {_difference(best, found)}, {equals_p(found.p_corrected)}"
        return f"{name} is not distinguishable from it: {shown}."
    return f"{listed([name for name, _ in compared])} are not distinguishable from it."


def _behind(best: MethodResult, compared: list[tuple[str, Comparison]]) -> str:
    """Say which methods are worse, the nearest first."""
    little = [(name, found) for name, found in compared if found.negligible]
    much = [(name, found) for name, found in compared if not found.negligible]
    sentences = []
    if little:
        are = "is" if len(little) == 1 else "are"
        by = _difference(best, little[-1][1])
        only = f"by only {by}" if len(little) == 1 else f"by {by} at most"
        sentences.append(f"{listed([name for name, _ in little])} {are} worse {only}, which hardly matters.")
    if len(much) == 1:
        sentences.append(f"{much[0][0]} is worse by {_difference(best, much[0][1])}.")
    elif much:
        sentences.append(f"{listed([name for name, _ in much])} are worse, by {_difference(best, much[0][1])} or more.")
    return " ".join(sentences)


def _difference(best: MethodResult, found: Comparison) -> str:
    """Return how far a method is behind, with the unit that deviations have."""
    return f"{measured(found.difference)}{f' {SIGMA}' if best.targets else ''}"
