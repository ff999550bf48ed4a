"""From events and responses to all numbers of a comparison: :func:`measure`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import ReportError
from umva.reports.measures.auc import Area, area
from umva.reports.measures.comparison import against_best
from umva.reports.measures.efficiency import WORKING_POINTS, signal_efficiency
from umva.reports.measures.histogram import density, fill
from umva.reports.measures.importance import shap_shares
from umva.reports.measures.overtraining import consequence, overtraining
from umva.reports.measures.ranges import on_steps, tmva_response_binning
from umva.reports.measures.ranked import rank
from umva.reports.measures.roc import decimate, full_roc
from umva.reports.measures.separation import separation, significance
from umva.reports.plain import plain
from umva.reports.results import MethodResult, ResponsePlot, Results, TrainTest
from umva.reports.sample import summarise
from umva.reports.verdict import run_verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from umva.reports.material import Input, Material, Outcome, Part
    from umva.reports.measures.histogram import Binning, Contents
    from umva.reports.results import Comparison, TrainingCurves

__all__ = ["measure"]

DRAWN_RMS = 5.0
"""Responses are drawn within so many standard deviations of the class means; TMVA's 10 leave much of a figure empty."""


def measure(material: Material) -> Results:
    """Measure everything once; the page, the tables and the files are made from the result.

    ROC curves, separation, significance and comparisons are of the test part; areas and efficiencies of both parts.
    Variables, their ranking and their correlations are of the training part, as in TMVA. The methods come in the order
    of falling test AUC, those that failed or were skipped last. A method whose responses are not all finite has failed.
    Weights are used as they are, negative ones included.

    Parameters
    ----------
    material
        Events, responses, Shapley values and the facts about them.

    Raises
    ------
    ReportError
        If a part is missing, or arrays that belong together differ in length.
    """
    for needed in ("train", "test"):
        if needed not in material.parts:
            msg = f"a comparison needs the parts 'train' and 'test'; there are {sorted(material.parts)}"
            raise ReportError(msg)
    views = {name: _View(name, part) for name, part in material.parts.items()}
    measured = [_measure_method(each, material.inputs, views) for each in material.outcomes]
    areas = {result.name: found for result, found in measured if found is not None}
    comparisons = against_best(areas, views["test"].y, views["test"].weight)
    methods = [_compared(result, comparisons, alone=len(areas) == 1) for result, _ in measured]
    methods.sort(key=lambda each: -each.auc.test.value if each.auc else np.inf)
    return Results(
        title=material.title,
        seed=material.seed,
        verdict=run_verdict(methods),
        dataset=summarise(material),
        methods={each.name: each for each in methods},
        provenance=plain(material.provenance),
    )


class _View:
    """One part with its classes told apart once."""

    def __init__(self, name: str, part: Part) -> None:
        self.name = name
        self.y = np.asarray(part.y)
        self.weight = np.asarray(part.weight, dtype=np.float64)
        self.signal = np.flatnonzero(self.y == 1)
        self.background = np.flatnonzero(self.y != 1)
        self.signal_weight = self.weight[self.signal]
        self.background_weight = self.weight[self.background]
        if not len(part.X) == len(self.y) == len(self.weight):
            msg = f"part {name!r} has {len(part.X)} events, {len(self.y)} classes and {len(self.weight)} weights"
            raise ReportError(msg)

    def classes(self, scores: NDArray[np.float64]) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Return responses and weights of signal and of background."""
        return [(scores[self.signal], self.signal_weight), (scores[self.background], self.background_weight)]


def _measure_method(
    outcome: Outcome, inputs: Sequence[Input], views: Mapping[str, _View]
) -> tuple[MethodResult, Area | None]:
    """Return all numbers of one method but the comparison with others, and its area on the test part."""
    curves, lost = _finite_curves(outcome.curves)
    known = MethodResult(
        name=outcome.name,
        method=outcome.method,
        title=outcome.title,
        status=outcome.status,
        options=plain(outcome.options),
        transform=outcome.transform,
        reason=outcome.reason,
        traceback=outcome.traceback,
        notes=(*outcome.notes, *lost),
        shap_note=outcome.shap_note,
        curves=curves,
        time=outcome.time,
    )
    if outcome.status != "ok":
        return known, None
    scores = [_scores(outcome, views[part]) for part in ("train", "test")]
    broken = [int(np.count_nonzero(~np.isfinite(each))) for each in scores]
    if any(broken):
        reason = f"its responses are not finite for {broken[0]} training and {broken[1]} test events"
        return replace(known, status="failed", reason=reason), None
    result, found = _measure_scores(known, scores, (views["train"], views["test"]))
    return _explained(result, outcome, inputs), found


def _measure_scores(
    known: MethodResult, scores: Sequence[NDArray[np.float64]], views: tuple[_View, _View]
) -> tuple[MethodResult, Area]:
    """Return what follows from the responses on train and test, and the area on test."""
    ranked = [rank(each, view.y, view.weight) for each, view in zip(scores, views, strict=True)]
    curves = [full_roc(each) for each in ranked]
    found = area(ranked[1])
    auc = TrainTest(train=area(ranked[0]).number, test=found.number)
    train, test = (view.classes(each) for each, view in zip(scores, views, strict=True))
    tmva = tmva_response_binning(test)
    drawn = on_steps(tmva_response_binning([*train, *test], n_rms=DRAWN_RMS), scores)
    train_shape, test_shape = _shape(train, drawn), _shape(test, drawn)
    shapes = list(zip(train_shape, test_shape, strict=True))
    result = replace(
        known,
        auc=auc,
        signal_efficiency={
            key: TrainTest(train=signal_efficiency(curves[0], at), test=signal_efficiency(curves[1], at))
            for key, at in WORKING_POINTS.items()
        },
        separation=separation(*_shape(test, tmva)),
        significance=significance(*test),
        roc=decimate(curves[1]),
        response=ResponsePlot(*(density(each) for each in (*train_shape, *test_shape))),
        overtraining=overtraining(auc, (ranked[0], ranked[1]), *shapes),
    )
    return result, found


def _explained(result: MethodResult, outcome: Outcome, inputs: Sequence[Input]) -> MethodResult:
    """Return the result with the shares of its Shapley values, if it has any."""
    if outcome.shap is None:
        return result
    names = [each.name for each in inputs]
    n_explained = len(outcome.shap)
    weight = np.ones(n_explained) if outcome.shap_weight is None else np.asarray(outcome.shap_weight, dtype=np.float64)
    if outcome.shap.shape != (len(weight), len(names)):
        msg = f"method {outcome.name!r}: Shapley values of shape {outcome.shap.shape} for {len(weight)} events"
        msg += f" and {len(names)} inputs"
        raise ReportError(msg)
    finite = np.isfinite(outcome.shap).all(axis=1)
    shares = shap_shares(outcome.shap[finite], names, weight[finite])
    left_out = n_explained - int(np.count_nonzero(finite))
    notes = (f"Shapley values of {left_out} of {n_explained} events are not finite and left out.",) if left_out else ()
    return replace(result, shap=shares, notes=(*result.notes, *notes))


def _finite_curves(curves: TrainingCurves | None) -> tuple[TrainingCurves | None, tuple[str, ...]]:
    """Return training curves up to where one stops being finite, and a note if that is before their end."""
    if curves is None or not curves.values:
        return None, ()
    values = {name: np.asarray(each, dtype=np.float64) for name, each in curves.values.items()}
    length = min(len(each) for each in values.values())
    broken = np.any([~np.isfinite(each[:length]) for each in values.values()], axis=0)
    kept = int(np.argmax(broken)) if broken.any() else length
    notes = (f"Training curves end at {curves.step} {kept}: the {curves.quantity} is not finite after it.",)
    shown = replace(curves, values={name: tuple(each[:kept].tolist()) for name, each in values.items()})
    return (shown if kept else None), (notes if kept < length else ())


def _shape(
    classes: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]], binning: Binning
) -> tuple[Contents, Contents]:
    """Return the histograms of signal and background."""
    signal, background = (fill(values, weight, binning) for values, weight in classes)
    return signal, background


def _compared(result: MethodResult, comparisons: Mapping[str, Comparison], *, alone: bool) -> MethodResult:
    """Return the result with its comparison and with what that says about overtraining."""
    if result.overtraining is None:
        return result
    comparison = comparisons.get(result.name)
    return replace(
        result, comparison=comparison, overtraining=consequence(result.overtraining, comparison, alone=alone)
    )


def _scores(outcome: Outcome, view: _View) -> NDArray[np.float64]:
    """Return a method's responses on one part, one for each event."""
    if view.name not in outcome.scores:
        msg = f"method {outcome.name!r} has no responses on part {view.name!r}"
        raise ReportError(msg)
    scores = np.asarray(outcome.scores[view.name], dtype=np.float64)
    if scores.shape != view.y.shape:
        msg = f"method {outcome.name!r}: {scores.shape} responses on part {view.name!r}, which has {len(view.y)} events"
        raise ReportError(msg)
    return scores
