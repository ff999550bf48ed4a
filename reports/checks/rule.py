"""What a check is: a question to a comparison, with a code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from umva.reports.results import SEVERITIES, Check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from umva.reports.material import Material
    from umva.reports.results import Results

__all__ = ["Finding", "Rule"]


class Finding(NamedTuple):
    """One thing that is not as it should be: ``"note"``, ``"warning"`` or ``"error"``, and a sentence."""

    severity: str
    text: str


@dataclass(frozen=True)
class Rule:
    """A check that can be made of any comparison.

    Parameters
    ----------
    code, title, advice, evidence
        As in :class:`umva.reports.results.Check`.
    look
        Yields what it finds in the events and in the numbers; nothing where all is well, or does not apply.
    """

    code: str
    title: str
    advice: str
    evidence: tuple[str, ...]
    look: Callable[[Material, Results], Iterable[Finding]]

    def apply(self, material: Material, results: Results, *, muted: bool) -> Check:
        """Return what it finds."""
        found = sorted(self.look(material, results), key=lambda each: -SEVERITIES.index(each.severity))
        return Check(
            code=self.code,
            title=self.title,
            severity=found[0].severity if found else "passed",
            findings=tuple(each.text for each in found),
            advice=self.advice,
            evidence=self.evidence,
            muted=muted,
        )
