"""The studies on request, measured for one method."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from umva.reports.judging.retrained import learning_curve, left_out
from umva.reports.judging.systematics import systematics

if TYPE_CHECKING:
    from umva.reports.material import Material, Outcome
    from umva.reports.results import MethodResult

__all__ = ["studied"]


def studied(known: MethodResult, outcome: Outcome, material: Material) -> MethodResult:
    """Return what is known of a method that has finished, with what was studied on request.

    Parameters
    ----------
    known
        The facts about the method.
    outcome
        Its responses, to varied events and of trainings on less too.
    material
        The events.
    """
    return replace(
        known,
        systematics=systematics(material, outcome),
        left_out=left_out(material, outcome),
        learning=learning_curve(material, outcome),
    )
