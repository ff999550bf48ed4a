"""The sample that all methods shared, in numbers: counts, variables, correlations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import ReportError
from umva.reports.measures.correlation import correlations
from umva.reports.measures.histogram import density, fill
from umva.reports.measures.ranges import robust_binning, tmva_variable_binning
from umva.reports.measures.ranked import effective_number
from umva.reports.measures.separation import separation
from umva.reports.plain import plain
from umva.reports.results import ClassCount, DatasetSummary, VariableSummary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from umva.reports.material import Input, Material, Part

__all__ = ["summarise"]

CLASSES = {"signal": 1, "background": 0}


def summarise(material: Material) -> DatasetSummary:
    """Return counts of all parts, and the variables and their correlations of the training part, as TMVA shows them.

    Parameters
    ----------
    material
        Events and the facts about them. Inputs may be a memory map; they are read column by column and in chunks.

    Raises
    ------
    ReportError
        If the number of columns is not the number of inputs.
    """
    train = material.parts["train"]
    if train.X.shape[1] != len(material.inputs):
        msg = f"the training part has {train.X.shape[1]} columns for {len(material.inputs)} inputs"
        raise ReportError(msg)
    weight = np.asarray(train.weight, dtype=np.float64)
    of_class = [np.asarray(train.y) == label for label in CLASSES.values()]
    indices = [np.flatnonzero(each) for each in of_class]
    variables, notes = [], []
    for j, each in enumerate(material.inputs):
        summary, found = _variable(each, np.ascontiguousarray(train.X[:, j]), weight, indices)
        variables.append(summary)
        notes += found
    matrices = correlations(train.X, weight, of_class)
    return DatasetSummary(
        n_events=sum(len(part.y) for part in material.parts.values()),
        counts={
            name: {part: _count(events, label) for part, events in material.parts.items()}
            for name, label in CLASSES.items()
        },
        variables=_numbered(variables),
        spectators=material.spectators,
        correlation={
            name: tuple(tuple(row) for row in matrix.tolist()) for name, matrix in zip(CLASSES, matrices, strict=True)
        },
        split=plain(material.split),
        split_sha256=material.split_sha256,
        cuts=dict(material.cuts),
        weights=dict(material.weights),
        files=material.files,
        notes=(*material.notes, *notes),
    )


def _variable(
    given: Input, values: NDArray[np.float32], weight: NDArray[np.float64], indices: Sequence[NDArray[np.intp]]
) -> tuple[VariableSummary, list[str]]:
    """Return one variable, not yet ranked, and what is to be noted about it."""
    classes = [(values[index], weight[index]) for index in indices]
    tmva = tmva_variable_binning(values, weight)
    drawn = robust_binning(classes)
    signal, background = (density(fill(*each, drawn)) for each in classes)
    summary = VariableSummary(
        name=given.name,
        expression=given.expression,
        title=given.title,
        unit=given.unit,
        rank=0,
        separation=separation(*(fill(*each, tmva) for each in classes)),
        signal=signal,
        background=background,
    )
    notes = []
    missing = int(np.count_nonzero(~np.isfinite(values)))
    if missing:
        notes.append(f"{given.name} has no value in {missing} of {len(values)} training events.")
    for name, (own, _) in zip(CLASSES, classes, strict=True):
        if len(own) and bool((own == own[0]).all()):
            notes.append(f"{given.name} is constant in the {name}: its correlations are given as 0.")
    return summary, notes


def _numbered(variables: Sequence[VariableSummary]) -> tuple[VariableSummary, ...]:
    """Return the variables in their order with rank 1 for the largest separation."""
    order = sorted(range(len(variables)), key=lambda j: -variables[j].separation.value)
    rank = {j: place for place, j in enumerate(order, start=1)}
    return tuple(replace(each, rank=rank[j]) for j, each in enumerate(variables))


def _count(part: Part, label: int) -> ClassCount:
    """Return how many events of a class are in a part and what they weigh."""
    weight = np.asarray(part.weight, dtype=np.float64)[np.asarray(part.y) == label]
    total = float(weight.sum())
    n_eff = effective_number(total, float(weight @ weight))
    return ClassCount(len(weight), total, n_eff, int(np.count_nonzero(weight < 0)))
