"""What the checks of a comparison found."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SEVERITIES", "VERDICTS", "Check"]

SEVERITIES = ("passed", "note", "warning", "error")
"""From harmless to severe."""

VERDICTS = ("none", "mild", "strong")
"""How much there is of what nobody wants, such as overtraining."""


@dataclass(frozen=True)
class Check:
    """What one check of a comparison found.

    Parameters
    ----------
    code
        By which it is muted and talked about: ``"OVT001"``.
    title
        What was asked, as a sentence that holds where all is well.
    severity
        ``"passed"``, ``"note"`` (to be known), ``"warning"`` (to be looked into before numbers are quoted) or ``"error"``
        (numbers must not be quoted): that of the worst finding.
    findings
        Sentences that say what was found, where and how much, the worst first; none if it passed.
    advice
        What to do about it.
    evidence
        Chapters of the page that show it, of which a task has the first or another.
    muted
        The user knows: it is told, but changes neither counts nor the exit status.
    """

    code: str
    title: str
    severity: str
    findings: tuple[str, ...] = ()
    advice: str = ""
    evidence: tuple[str, ...] = ()
    muted: bool = False

    @property
    def alarming(self) -> bool:
        """Whether it is a warning or an error that nobody muted."""
        return self.severity in {"warning", "error"} and not self.muted
