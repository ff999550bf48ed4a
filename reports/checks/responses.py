"""SCU, CAL and SLI: what responses do to spectators, whether they are probabilities, where in the sample they are weak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.reports.checks.rule import Finding, Rule
from umva.reports.digits import equals_p, measured
from umva.reports.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from umva.reports.material import Material
    from umva.reports.results import Discrimination, MethodResult, Results, WeakSlice

__all__ = ["RULES"]

SEVERITY = {"strong": "warning", "mild": "note"}
"""Of a verdict."""

WEAK = 1e-3
"""Corrected probability below which a slice is told."""


def _told_apart(results: Results) -> Iterator[tuple[str, Discrimination]]:
    """Return all responses that tell a class from others, with what sentences call them."""
    for method in results.methods.values():
        yield method.name, method
        for label, each in method.classes.items():
            yield f"{method.name} ({label})", each


def _sculpting(_material: Material, results: Results) -> Iterator[Finding]:
    """Find responses whose cuts change the shape of a spectator in the background."""
    sculpted: dict[tuple[str, str], list[str]] = {}
    for name, each in _told_apart(results):
        for spectator, found in each.flatness.items():
            sculpted.setdefault((spectator, found.verdict), []).append(name)
    for (spectator, verdict), names in sculpted.items():
        if verdict in SEVERITY:
            strongly = "strongly" if verdict == "strong" else "mildly"
            verb = "sculpts" if len(names) == 1 else "sculpt"
            yield Finding(SEVERITY[verdict], f"{listed(names)} {verb} {spectator} {strongly} in the background.")


def _uncalibrated(_material: Material, results: Results) -> Iterator[Finding]:
    """Find responses between 0 and 1 that are no probabilities."""
    off: dict[str, list[str]] = {}
    for name, each in _told_apart(results):
        if each.calibration is not None and each.calibration.verdict in SEVERITY:
            off.setdefault(each.calibration.verdict, []).append(name)
    for verdict, names in off.items():
        far = "far" if verdict == "strong" else "somewhat"
        yield Finding("note", f"Between 0 and 1, but {far} from probabilities: {listed(names)}.")


def _weak(_material: Material, results: Results) -> Iterator[Finding]:
    """Find slices where the best method is worse than elsewhere."""
    best = next((each for each in results.methods.values() if each.score is not None), None)
    if best is None:
        return
    for found in _weakest(best):
        where = f"{best.name} is worse where {found.variable} is {found.label}"
        yield Finding(
            "note",
            f"{where}: {measured(found.value)}, elsewhere {measured(found.rest)} ({equals_p(found.p_corrected)}).",
        )


def _weakest(method: MethodResult) -> list[WeakSlice]:
    """Return the significantly weak slices of a method, of a regression those of all targets; one a variable."""
    found = [*method.weakest, *(each for target in method.targets.values() for each in target.weakest)]
    by_variable: dict[str, WeakSlice] = {}
    for each in sorted((each for each in found if each.p_corrected < WEAK), key=lambda each: each.p_corrected):
        by_variable.setdefault(each.variable, each)
    return list(by_variable.values())


RULES = (
    Rule(
        "SCU001",
        "No cut on a response sculpts a spectator",
        "Leave out what the spectator can be computed from, or train with UniformBDT; or fit with templates after the cut.",
        ("flatness",),
        _sculpting,
    ),
    Rule(
        "CAL001",
        "Responses between 0 and 1 are probabilities",
        "Cuts are not affected. Where the value itself is used, book with response_pdfs=True and take model.probability.",
        ("calibration",),
        _uncalibrated,
    ),
    Rule(
        "SLI001",
        "The best method is as good in all parts of the sample",
        "Look whether it matters where you cut; a Category trains each part by itself.",
        ("slices",),
        _weak,
    ),
)
