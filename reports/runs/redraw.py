"""A finished comparison told otherwise: other titles and names of classes, other working points. Nothing is trained."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import ReportError, did_you_mean
from umva.reports.measures.efficiency import signal_efficiency
from umva.reports.measures.ranked import rank
from umva.reports.measures.roc import full_roc
from umva.reports.results import TrainTest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from umva.reports.results import Results, VariableSummary
    from umva.reports.runs.stored_scores import StoredScores

__all__ = ["relabelled", "with_working_points"]


def relabelled(
    results: Results,
    *,
    title: str | None = None,
    classes: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
) -> Results:
    """Return the results with other words.

    Parameters
    ----------
    results
        The comparison.
    title
        Its title.
    classes
        What signal and background are called: ``{"signal": "H → bb"}``.
    variables
        Titles of variables, targets among them, with a unit in brackets if they have one: ``{"m_bb": "m_{bb} [GeV]"}``.

    Raises
    ------
    ReportError
        For a class or variable that is not there; several classes keep their labels.
    """
    classes, variables = classes or {}, variables or {}
    dataset = results.dataset
    roles = () if results.task == "regression" else tuple(dataset.counts)
    _require("class", classes, roles if set(roles) <= {"signal", "background"} else ())
    _require("variable", variables, [each.name for each in (*dataset.variables, *dataset.targets)])
    known = results.provenance.get("classes")
    return replace(
        results,
        title=results.title if title is None else title,
        dataset=replace(
            dataset,
            variables=tuple(_titled(each, variables) for each in dataset.variables),
            targets=tuple(_titled(each, variables) for each in dataset.targets),
        ),
        provenance={
            **results.provenance,
            **({"classes": {**(known if isinstance(known, dict) else {}), **classes}} if classes else {}),
        },
    )


def with_working_points(results: Results, scores: StoredScores, points: Sequence[float]) -> Results:
    """Return the results with signal efficiencies at other background efficiencies, measured again from the responses.

    Parameters
    ----------
    results
        The comparison of two or several classes.
    scores
        Its responses, from :func:`umva.reports.runs.stored_scores.read_scores`. Weights enter as they are, negative ones included.
    points
        Background efficiencies, between 0 and 1.

    Raises
    ------
    ReportError
        If a point is not between 0 and 1, the task is a regression, or the responses are of other methods.
    """
    if results.task == "regression":
        msg = "a regression has no working points"
        raise ReportError(msg)
    for each in points:
        if not 0 < each < 1:
            msg = f"a working point is a background efficiency between 0 and 1, got {each!r}"
            raise ReportError(msg)
    methods = {}
    for name, method in results.methods.items():
        if method.score is None:
            methods[name] = method
            continue
        if name not in scores.parts["test"].scores:
            msg = f"the responses are not of method {name!r}: {did_you_mean(name, scores.parts['test'].scores)}"
            raise ReportError(msg)
        if method.classes:
            classes = {
                label: replace(each, signal_efficiency=_efficiencies(scores, name, points, k))
                for k, (label, each) in enumerate(method.classes.items())
            }
            methods[name] = replace(method, classes=classes)
        else:
            methods[name] = replace(method, signal_efficiency=_efficiencies(scores, name, points))
    return replace(results, methods=methods)


def _efficiencies(
    scores: StoredScores, name: str, points: Sequence[float], of_class: int | None = None
) -> dict[str, TrainTest]:
    """Return the signal efficiencies of a method, or of one class of several against the rest."""
    curves = []
    for part in (scores.parts["train"], scores.parts["test"]):
        answers = np.asarray(part.scores[name])
        if of_class is None:
            curves.append(full_roc(rank(answers, part.y, part.weight)))
        else:
            curves.append(full_roc(rank(answers[:, of_class], part.y == of_class, part.weight)))
    return {f"{at:g}": TrainTest(*(signal_efficiency(curve, at) for curve in curves)) for at in sorted(points)}


def _require(what: str, given: Mapping[str, str], known: Iterable[str]) -> None:
    """Raise unless each name that is given is known."""
    names = list(known)
    for each in given:
        if each not in names:
            msg = f"no {what} {each!r} that could be called otherwise: {did_you_mean(each, names)}"
            raise ReportError(msg)


def _titled(variable: VariableSummary, titles: Mapping[str, str]) -> VariableSummary:
    """Return a variable with the title that is given for it."""
    if variable.name not in titles:
        return variable
    title, bracket, unit = titles[variable.name].rpartition(" [")
    if bracket and unit.endswith("]"):
        return replace(variable, title=title, unit=unit[:-1])
    return replace(variable, title=titles[variable.name])
