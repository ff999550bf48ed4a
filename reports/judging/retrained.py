"""What trainings on less tell of one method: what each variable is worth to it, and what more events would be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.comparison import holm
from umva.reports.measures.influence import difference, p_value
from umva.reports.measures.quality import quality
from umva.reports.results import LearningPoint, LeftOut

if TYPE_CHECKING:
    from umva.reports.material import Material, Outcome, Part
    from umva.reports.measures.influence import Measured
    from umva.reports.varied import Retrained

__all__ = ["learning_curve", "left_out"]


def left_out(material: Material, outcome: Outcome) -> dict[str, LeftOut]:
    """Return what each variable is worth to a method that has finished, by variable.

    The loss is how much worse the method is on the test events that was trained without the variable, the paired difference.

    Parameters
    ----------
    material
        The events.
    outcome
        The method's responses, and those of its trainings without one variable.
    """
    runs = [each for each in outcome.retrained if each.without]
    if not runs:
        return {}
    full = _quality(material, "test", outcome)
    found = {each.without: _loss(material, full, each) for each in runs}
    known = {name: each.p_value for name, each in found.items() if each.p_value is not None}
    corrected = dict(zip(known, holm([*known.values()]), strict=True))
    return {name: replace(each, p_corrected=corrected.get(name)) for name, each in found.items()}


def learning_curve(material: Material, outcome: Outcome) -> tuple[LearningPoint, ...]:
    """Return how good a method that has finished is after trainings on fewer events, and on all of them.

    Parameters
    ----------
    material, outcome
        As in :func:`left_out`.
    """
    runs = [each for each in outcome.retrained if not each.without]
    if not runs:
        return ()
    n_train = len(material.parts["train"].y)
    train, test = (_quality(material, part, outcome).number for part in ("train", "test"))
    return (*(_point(material, each) for each in runs), LearningPoint(1.0, n_train, train, test))


def _loss(material: Material, full: Measured, run: Retrained) -> LeftOut:
    """Return how much worse the method is that was trained without a variable."""
    if run.reason:
        return LeftOut(reason=run.reason)
    less = _quality(material, "test", run)
    worse = difference(less, full) if material.task == "regression" else difference(full, less)
    return LeftOut(worse, p_value(worse))


def _point(material: Material, run: Retrained) -> LearningPoint:
    """Return how good the method is that was trained on some events."""
    if run.reason or run.rows is None:
        return LearningPoint(run.fraction, 0, reason=run.reason)
    train, test = (_quality(material, part, run).number for part in ("train", "test"))
    return LearningPoint(run.fraction, len(run.rows), train, test)


def _quality(material: Material, name: str, of: Outcome | Retrained) -> Measured:
    """Return what methods are ranked by, on the test events or on those that were trained on."""
    part: Part = material.parts[name]
    rows = getattr(of, "rows", None) if name == "train" else None
    y, weight = np.asarray(part.y), np.asarray(part.weight, dtype=np.float64)
    if rows is not None:
        y, weight = y[rows], weight[rows]
    return quality(np.asarray(of.scores[name]), y, weight, task=material.task)
