"""COR: whether inputs repeat each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.reports.checks.rule import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from umva.reports.material import Material
    from umva.reports.results import Results

__all__ = ["RULES"]

STRONG, EQUAL = 0.95, 0.999
"""From which correlation on two inputs say nearly, and practically, the same."""


def _pairs(_material: Material, results: Results) -> Iterator[Finding]:
    """Find pairs of inputs that are strongly correlated in every class."""
    names = [each.name for each in results.dataset.variables]
    matrices = list(results.dataset.correlation.values())
    for i, one in enumerate(names):
        for j, other in enumerate(names[:i]):
            weakest = min((matrix[i][j] for matrix in matrices), key=abs)
            if abs(weakest) >= STRONG:
                severity = "warning" if abs(weakest) >= EQUAL else "note"
                yield Finding(severity, f"{other} and {one} are correlated by {weakest:.3f} or more in every class.")


RULES = (
    Rule(
        "COR001",
        "No two inputs say the same",
        "Leave one out: importances are split between them, and linear methods suffer.",
        ("correlation",),
        _pairs,
    ),
)
