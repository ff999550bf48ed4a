"""MET, OVT and EXP: whether each method worked, knows more than its training events, and is saved as it was tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.reports.checks.rule import Finding, Rule
from umva.reports.digits import measured
from umva.reports.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from umva.reports.material import Material
    from umva.reports.results import MethodResult, Results

__all__ = ["RULES"]

SIGNIFICANT = 2.0
"""Standard deviations by which a method must be better than guessing."""

EQUAL = 1e-5
"""Relative difference of two responses that rounding explains."""


def _failed(_material: Material, results: Results) -> Iterator[Finding]:
    """Find methods that did not finish."""
    for each in results.methods.values():
        if each.status != "ok":
            yield Finding(
                "error" if each.status == "failed" else "warning", f"{each.name} {each.status}: {each.reason}."
            )


def _guessing(_material: Material, results: Results) -> Iterator[Finding]:
    """Find methods that are no better than a guess."""
    idle = [each for each in results.methods.values() if each.score is not None and each.score.error and _is_idle(each)]
    if idle:
        shown = ", ".join(f"{each.name} {measured(each.score)}" for each in idle if each.score)
        what = "always answering the mean" if results.task == "regression" else "guessing"
        yield Finding("warning", f"Not distinguishable from {what}: {shown}.")


def _is_idle(method: MethodResult) -> bool:
    """Whether the score is within its error of that of a guess."""
    if method.score is None or not method.score.error:
        return False
    margin = SIGNIFICANT * method.score.error
    return method.score.value >= 1.0 - margin if method.targets else method.score.value <= 0.5 + margin


def _overtrained(_material: Material, results: Results) -> Iterator[Finding]:
    """Find methods that know their training events better than new ones."""
    verdicts: dict[str, list[str]] = {}
    for each in results.methods.values():
        verdicts.setdefault(each.overtrained or "none", []).append(each.name)
    if "strong" in verdicts:
        yield Finding("warning", f"Strongly overtrained: {listed(verdicts['strong'])}.")
    if "mild" in verdicts:
        yield Finding("note", f"Mildly overtrained: {listed(verdicts['mild'])}.")


def _saved(_material: Material, results: Results) -> Iterator[Finding]:
    """Find methods that answer otherwise once they are saved and loaded."""
    for each in results.methods.values():
        found = each.parity
        if found is None:
            continue
        if found.largest is None:
            yield Finding("error", f"{each.name} as saved cannot be loaded: {found.reason}")
        elif found.largest > EQUAL:
            yield Finding(
                "error",
                f"{each.name} as saved answers otherwise: by up to {found.largest:.2g} of the spread of its responses.",
            )


RULES = (
    Rule(
        "MET001",
        "Every booked method finished",
        "The reason and the traceback stand in the summary.",
        ("summary",),
        _failed,
    ),
    Rule(
        "MET002",
        "Every method is better than guessing",
        "Look at its training curves, options and input transformation; or there is nothing to learn.",
        ("summary",),
        _guessing,
    ),
    Rule(
        "OVT001",
        "No method is overtrained",
        "Quote test numbers only. Regularise if a simpler training does better on new events.",
        ("overtraining", "class_overtraining", "deviations"),
        _overtrained,
    ),
    Rule(
        "EXP001",
        "Every method as saved answers as it was tested",
        "Do not apply the saved method; report this with the method's options.",
        ("methods",),
        _saved,
    ),
)
