"""Studies on request: what trained methods say of varied events, and how methods fare that are trained on less."""

from __future__ import annotations

from umva.factory.studies.plan import StudyPlan
from umva.factory.studies.studies import Studies, lay_down

__all__ = ["Studies", "StudyPlan", "lay_down"]
