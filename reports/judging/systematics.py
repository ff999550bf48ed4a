"""What systematic variations do to one method: its score, efficiencies and yields at kept cuts, its ROC curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from umva.reports.measures.auc import area
from umva.reports.measures.deviation import deviations
from umva.reports.measures.efficiency import WORKING_POINTS
from umva.reports.measures.influence import mean_of
from umva.reports.measures.quality import quality
from umva.reports.measures.ranked import rank
from umva.reports.measures.roc import full_roc
from umva.reports.measures.shift import CommonEvents, cut_for, relative_change
from umva.reports.results import Envelope, FixedCut, PointShift, Shift, Systematics, VariationSummary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from umva.reports.material import Material, Outcome
    from umva.reports.measures.influence import Measured
    from umva.reports.measures.roc import FullRoc
    from umva.reports.results import Number
    from umva.reports.varied import Varied

__all__ = ["summaries", "systematics"]

GRID = np.linspace(0.02, 1.0, 50)
"""Signal efficiencies at which ROC curves are compared."""


def summaries(material: Material) -> tuple[VariationSummary, ...]:
    """Return what was varied, side by side."""
    return tuple(
        VariationSummary(each.source, each.direction, each.words, len(each.row), int(np.count_nonzero(each.row >= 0)))
        for each in material.variations
    )


def systematics(material: Material, outcome: Outcome) -> Systematics | None:
    """Return what all variations do to a method that has finished; None if nothing was varied.

    Changes are varied minus declared, with statistical errors that know which events are the same. Weights enter as they are.

    Parameters
    ----------
    material
        The events, declared and varied.
    outcome
        The method's responses to both.
    """
    if not material.variations:
        return None
    if outcome.varied_note or not outcome.varied:
        return Systematics(reason=outcome.varied_note or "it was not applied to the varied events")
    declared = _Declared(material, outcome)
    shifts: dict[str, dict[str, Shift]] = {}
    curves = []
    for each in material.variations:
        scores = np.asarray(outcome.varied[each.source, each.direction])
        shifts.setdefault(each.source, {})[each.direction] = declared.shift(each, scores)
        if material.task == "classification":
            curves.append(full_roc(rank(scores, each.y, each.weight)))
    return Systematics(declared.fixed_cuts(), shifts, _envelope(declared.curve, curves) if curves else None)


class _Declared:
    """A method on the declared test events, which variations are compared with."""

    def __init__(self, material: Material, outcome: Outcome) -> None:
        test = material.parts["test"]
        self.task, self.scores = material.task, np.asarray(outcome.scores["test"])
        self.y, self.weight = np.asarray(test.y), np.asarray(test.weight, dtype=np.float64)
        self.names = material.classes or tuple(each.name for each in material.targets)
        self.score = quality(self.scores, self.y, self.weight, task=self.task)
        self.outputs = _outputs(self.task, self.names, self.scores, self.y, self.weight)
        self.cuts: dict[str, float] = {}
        if self.task == "classification":
            ranked = rank(self.scores, self.y, self.weight)
            self.curve = full_roc(ranked)
            self.cuts = {key: cut_for(ranked, share) for key, share in WORKING_POINTS.items()}

    def fixed_cuts(self) -> dict[str, FixedCut]:
        """Return the cuts, and what of the declared events passes them."""
        found = {}
        for key, cut in self.cuts.items():
            signal, background = (_efficiency(self.scores >= cut, self.y == k, self.weight).number for k in (1, 0))
            found[key] = FixedCut(cut, signal, background)
        return found

    def shift(self, varied: Varied, scores: NDArray[np.float64]) -> Shift:
        """Return what one side of a variation does."""
        shared = CommonEvents(len(self.y), varied.row)
        y, weight = np.asarray(varied.y), np.asarray(varied.weight, dtype=np.float64)
        outputs = _outputs(self.task, self.names, scores, y, weight)
        return Shift(
            shared.change(quality(scores, y, weight, task=self.task), self.score),
            {key: self._at(cut, shared, scores, y, weight) for key, cut in self.cuts.items()},
            {name: shared.change(each, self.outputs[name]) for name, each in outputs.items()},
        )

    def _at(
        self,
        cut: float,
        shared: CommonEvents,
        scores: NDArray[np.float64],
        y: NDArray[Any],
        weight: NDArray[np.float64],
    ) -> PointShift:
        """Return what changes at one cut, for signal and background."""
        passing, weights = (scores >= cut, self.scores >= cut), (weight, self.weight)
        efficiencies: list[Number] = []
        yields: list[Number] = []
        for k in (1, 0):
            of_class = (y == k, self.y == k)
            after, before = (_efficiency(p, own, w) for p, own, w in zip(passing, of_class, weights, strict=True))
            efficiencies.append(shared.change(after, before))
            yields.append(relative_change(shared, (passing[0] & of_class[0], passing[1] & of_class[1]), weights))
        return PointShift(*efficiencies, *yields)


def _efficiency(passing: NDArray[np.bool_], of_class: NDArray[np.bool_], weight: NDArray[np.float64]) -> Measured:
    """Return the weighted share of a class that passes."""
    return mean_of(passing.astype(np.float64), weight, where=of_class)


def _outputs(
    task: str,
    names: tuple[str, ...],
    scores: NDArray[np.float64],
    y: NDArray[Any],
    weight: NDArray[np.float64],
) -> Mapping[str, Measured]:
    """Return the area of each class against the rest, or the bias of each target; nothing for two classes."""
    if task == "multiclass":
        return {name: area(rank(scores[:, k], y == k, weight)) for k, name in enumerate(names)}
    if task == "regression":
        return {name: deviations(scores[:, k], y[:, k], weight).bias for k, name in enumerate(names)}
    return {}


def _envelope(declared: FullRoc, varied: list[FullRoc]) -> Envelope:
    """Return the smallest and largest background efficiencies of all curves."""
    every = np.array([np.interp(GRID, each.signal, each.background) for each in (declared, *varied)])
    columns = (GRID, every[0], every.min(axis=0), every.max(axis=0))
    return Envelope(*(tuple(each.tolist()) for each in columns))
