"""From events and responses to all numbers of a comparison: :func:`measure`."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from umva.errors import ReportError
from umva.reports.checks import run_checks
from umva.reports.judging.classes import SeveralClasses, TwoClasses
from umva.reports.judging.estimate import Targets
from umva.reports.judging.expectations import expectations
from umva.reports.judging.explained import explained
from umva.reports.judging.relations import relate
from umva.reports.judging.sample import summarise
from umva.reports.judging.studied import studied
from umva.reports.judging.systematics import summaries
from umva.reports.measures.comparison import against_best
from umva.reports.measures.overtraining import consequence
from umva.reports.plain import plain
from umva.reports.results import Discrimination, Estimation, MethodFacts, MethodResult, Results
from umva.reports.verdict import run_verdict

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.judging.judge import Judge
    from umva.reports.material import Material, Outcome, Part
    from umva.reports.measures.influence import Measured
    from umva.reports.results import Comparison, TrainingCurves

__all__ = ["measure"]

JUDGES: dict[str, type[TwoClasses | SeveralClasses | Targets]] = {
    "classification": TwoClasses,
    "multiclass": SeveralClasses,
    "regression": Targets,
}

Numbers = TypeVar("Numbers", MethodResult, Discrimination, Estimation)


def measure(material: Material) -> Results:
    """Measure everything once; the page, the tables and the files are made from the result.

    Of two classes the response is judged, of several each class's probability against the rest, in a regression the
    estimate of each target. ROC curves, separation, significance, profiles and comparisons are of the test part; areas,
    efficiencies and deviations of both parts. Variables, their ranking and their correlations are of the training part,
    as in TMVA. The methods come with the best first, those that failed or were skipped last. A method whose responses
    are not all finite has failed. Weights are used as they are, negative ones included.

    Parameters
    ----------
    material
        Events, responses, Shapley values and the facts about them.

    Raises
    ------
    ReportError
        If a part is missing, or arrays that belong together differ in length.
    """
    from threadpoolctl import threadpool_limits

    # One thread: sums over events gain nothing by more, and their last digits do not hang on the number of cores.
    with threadpool_limits(1, user_api="blas"):
        return _measure(material)


def _measure(material: Material) -> Results:
    """Measure everything."""
    _check(material)
    judge = JUDGES[material.task](material)
    measured = [_measure_method(each, material, judge) for each in material.outcomes]
    scores = {result.name: score for result, score in measured if score is not None}
    comparisons = against_best(scores, less_is_better=judge.less_is_better)
    alone = len(scores) == 1
    methods = [_compared(result, comparisons.get(result.name), alone=alone) for result, _ in measured]
    methods.sort(key=lambda each: _place(each, less_is_better=judge.less_is_better))
    results = Results(
        title=material.title,
        seed=material.seed,
        task=material.task,
        verdict=run_verdict(methods),
        dataset=summarise(material),
        methods={each.name: each for each in methods},
        expectations=expectations(material),
        variations=summaries(material),
        provenance=plain(material.provenance),
    )
    results = relate(material, results, scores)
    return replace(results, checks=run_checks(material, results))


def _check(material: Material) -> None:
    """Refuse parts that are missing and arrays that do not belong together."""
    for needed in ("train", "test"):
        if needed not in material.parts:
            msg = f"a comparison needs the parts 'train' and 'test'; there are {sorted(material.parts)}"
            raise ReportError(msg)
    of_event = (len(material.targets),) if material.targets else ()
    for name, part in material.parts.items():
        what = "rows of targets" if material.targets else "classes"
        if not len(part.X) == len(part.y) == len(part.weight):
            msg = f"part {name!r} has {len(part.X)} events, {len(part.y)} {what} and {len(part.weight)} weights"
            raise ReportError(msg)
        if np.shape(part.y)[1:] != of_event:
            msg = f"part {name!r} has {what} of shape {np.shape(part.y)}; expected {(len(part.X), *of_event)}"
            raise ReportError(msg)


def _measure_method(outcome: Outcome, material: Material, judge: Judge) -> tuple[MethodResult, Measured | None]:
    """Return all numbers of one method but the comparison with others, and the score that is compared."""
    curves, lost = _finite_curves(outcome.curves)
    facts = {each.name: getattr(outcome, each.name) for each in fields(MethodFacts)}
    told = {"options": plain(outcome.options), "curves": curves, "notes": (*outcome.notes, *lost)}
    known = MethodResult(**facts | told)
    if outcome.status != "ok":
        return known, None
    train, test = (_scores(outcome, name, material.parts[name], judge.outputs) for name in ("train", "test"))
    broken = [int(np.count_nonzero(~np.isfinite(each).reshape(len(each), -1).all(axis=1))) for each in (train, test)]
    if any(broken):
        reason = f"its responses are not finite for {broken[0]} training and {broken[1]} test events"
        return replace(known, status="failed", reason=reason), None
    shap = explained(outcome, [each.name for each in material.inputs], judge.outputs)
    result, score = judge.measure(studied(known, outcome, material), train, test, shap)
    return replace(result, notes=(*result.notes, *shap.notes)), score


def _scores(outcome: Outcome, name: str, part: Part, outputs: tuple[str, ...]) -> NDArray[np.float64]:
    """Return a method's responses on one part, one for each event and output."""
    if name not in outcome.scores:
        msg = f"method {outcome.name!r} has no responses on part {name!r}"
        raise ReportError(msg)
    scores = np.asarray(outcome.scores[name], dtype=np.float64)
    if scores.shape != (len(part.y), *((len(outputs),) if outputs else ())):
        msg = f"method {outcome.name!r}: {scores.shape} responses on part {name!r}, which has {len(part.y)} events"
        raise ReportError(msg + (f" and {len(outputs)} outputs" if outputs else ""))
    return scores


def _compared(result: MethodResult, comparison: Comparison | None, *, alone: bool) -> MethodResult:
    """Return the result with its comparison and with what that says about overtraining."""

    def concluded(each: Numbers) -> Numbers:
        if each.overtraining is None:
            return each
        return replace(each, overtraining=consequence(each.overtraining, comparison, alone=alone))

    return replace(
        concluded(result),
        comparison=comparison,
        classes={label: concluded(each) for label, each in result.classes.items()},
        targets={name: concluded(each) for name, each in result.targets.items()},
    )


def _place(method: MethodResult, *, less_is_better: bool) -> tuple[bool, bool, float]:
    """Return what methods are sorted by: the best first, then what could not be measured, then what was not."""
    if method.score is None:
        return True, True, 0.0
    value = method.score.value if less_is_better else -method.score.value
    return False, method.score.error is None, value


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
