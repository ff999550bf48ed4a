"""What is to be known before a number of a comparison is quoted: checks with codes, each by itself and mutable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.errors import ReportError, did_you_mean
from umva.reports.checks import correlated, data, leaks, responses, trained, weighted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from umva.reports.material import Material
    from umva.reports.results import Check, Results

__all__ = ["RULES", "require_codes", "run_checks"]

RULES = (*leaks.RULES, *weighted.RULES, *data.RULES, *correlated.RULES, *responses.RULES, *trained.RULES)
"""All checks; a new one is a rule in one of these modules."""


def run_checks(material: Material, results: Results) -> tuple[Check, ...]:
    """Make all checks of a comparison.

    Parameters
    ----------
    material
        Events and responses; ``material.mute`` has the codes that the user knows of.
    results
        The numbers measured from them.

    Returns
    -------
    tuple
        One outcome a check, in the order of the rules.
    """
    return tuple(rule.apply(material, results, muted=_is_muted(rule.code, material.mute)) for rule in RULES)


def require_codes(mute: Sequence[str]) -> None:
    """Raise unless each is the code of a check, or the three letters that codes of one kind begin with.

    Raises
    ------
    ReportError
        If there is no such check; says what is near.

    Examples
    --------
    >>> require_codes(["COR", "OVT001"])
    >>> require_codes(["OVT01"])
    Traceback (most recent call last):
    umva.errors.ReportError: no check 'OVT01' that could be muted: did you mean 'OVT001' ...
    """
    codes = [rule.code for rule in RULES]
    known = [*codes, *dict.fromkeys(code[:3] for code in codes)]
    for each in mute:
        if each.upper() not in known:
            msg = f"no check {each!r} that could be muted: {did_you_mean(each, known)}"
            raise ReportError(msg)


def _is_muted(code: str, mute: Sequence[str]) -> bool:
    return bool({code, code[:3]} & {each.upper() for each in mute})
