"""The sample that all methods shared, in numbers: counts, variables, correlations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import ReportError
from umva.reports.measures.correlation import correlation, correlations
from umva.reports.measures.histogram import density, fill
from umva.reports.measures.ranges import robust_binning, tmva_variable_binning
from umva.reports.measures.ranked import effective_number
from umva.reports.measures.separation import separation
from umva.reports.plain import plain
from umva.reports.results import ClassCount, DatasetSummary, VariableSummary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from umva.reports.material import Input, Material, Part

__all__ = ["summarise"]


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
    columns = _Columns(material)
    variables, notes = columns.variables(train)
    targets = [columns.summary(each, columns.truth[:, k])[0] for k, each in enumerate(material.targets)]
    matrices = correlations(train.X, columns.weight, list(columns.classes.values()))
    return DatasetSummary(
        n_events=sum(len(part.y) for part in material.parts.values()),
        counts={
            name: {part: _count(events, classes_of(material, events)[name]) for part, events in material.parts.items()}
            for name in columns.classes
        },
        variables=_numbered(variables),
        spectators=tuple(each.name for each in material.spectators),
        correlation={
            name: tuple(tuple(row) for row in matrix.tolist())
            for name, matrix in zip(columns.classes, matrices, strict=True)
        },
        split=plain(material.split),
        split_sha256=material.split_sha256,
        cuts=dict(material.cuts),
        weights=dict(material.weights),
        files=material.files,
        targets=tuple(replace(each, rank=rank) for rank, each in enumerate(targets, start=1)),
        notes=(*material.notes, *notes),
    )


def classes_of(material: Material, part: Part) -> dict[str, NDArray[np.bool_]]:
    """Return which events of a part are of each class, by the name that the summary has for it."""
    if material.targets:
        return {"events": np.ones(len(part.y), dtype=np.bool_)}
    y = np.asarray(part.y)
    if material.classes:
        return {label: y == k for k, label in enumerate(material.classes)}
    return {"signal": y == 1, "background": y == 0}


class _Columns:
    """What the summaries of all columns of the training part need."""

    def __init__(self, material: Material) -> None:
        train = material.parts["train"]
        self.material = material
        self.weight = np.asarray(train.weight, dtype=np.float64)
        self.classes = classes_of(material, train)
        self.indices = {name: np.flatnonzero(each) for name, each in self.classes.items()}
        self.truth = np.asarray(train.y, dtype=np.float64).reshape(len(train.y), -1)

    def variables(self, train: Part) -> tuple[list[VariableSummary], list[str]]:
        """Return all variables, not yet ranked, and what is odd about them."""
        found, constant = [], []
        without: dict[int, list[str]] = {}
        for j, each in enumerate(self.material.inputs):
            values = np.ascontiguousarray(train.X[:, j])
            summary, notes = self.summary(each, values)
            found.append(summary)
            constant += notes
            without.setdefault(int(np.count_nonzero(~np.isfinite(values))), []).append(each.name)
        return found, [*_missing(without, len(train.y)), *constant]

    def summary(self, given: Input, values: NDArray[np.floating]) -> tuple[VariableSummary, list[str]]:
        """Return one variable or target, not yet ranked, and in which classes it is constant."""
        classes = {name: (values[index], self.weight[index]) for name, index in self.indices.items()}
        drawn = robust_binning(classes.values())
        summary = VariableSummary(
            name=given.name,
            expression=given.expression,
            title=given.title,
            unit=given.unit,
            rank=0,
            histograms={name: density(fill(*each, drawn)) for name, each in classes.items()},
            target_correlation={
                target.name: correlation(values, self.truth[:, k], self.weight)
                for k, target in enumerate(self.material.targets)
                if target is not given
            },
        )
        if not self.material.targets:
            tmva = tmva_variable_binning(values, self.weight)
            summary = replace(summary, separation=separation(*(fill(*each, tmva) for each in classes.values())))
        return summary, list(self._constant(given, classes))

    def _constant(
        self, given: Input, classes: Mapping[str, tuple[NDArray[np.floating], NDArray[np.float64]]]
    ) -> Iterator[str]:
        """Say in which classes all values are one."""
        where = {"classification": " in the {}", "multiclass": " in class {}", "regression": ""}[self.material.task]
        for name, (own, _) in classes.items():
            if len(own) and bool((own == own[0]).all()):
                yield f"{given.name} is constant{where.format(name)}: its correlations are given as 0."


def _missing(without: Mapping[int, Sequence[str]], n_events: int) -> list[str]:
    """Say which variables have no value in how many events, those together that share the number."""
    return [
        f"{', '.join(names)} {'has' if len(names) == 1 else 'have'} no value in {n} of {n_events} training events."
        for n, names in without.items()
        if n
    ]


def _numbered(variables: Sequence[VariableSummary]) -> tuple[VariableSummary, ...]:
    """Return the variables in their order with rank 1 for the one that tells most by itself."""

    def tells(each: VariableSummary) -> float:
        if each.separation is not None:
            return each.separation.value
        return sum(abs(found.value) for found in each.target_correlation.values())

    order = sorted(range(len(variables)), key=lambda j: -tells(variables[j]))
    rank = {j: place for place, j in enumerate(order, start=1)}
    return tuple(replace(each, rank=rank[j]) for j, each in enumerate(variables))


def _count(part: Part, of_class: NDArray[np.bool_]) -> ClassCount:
    """Return how many events of a class are in a part and what they weigh."""
    weight = np.asarray(part.weight, dtype=np.float64)[of_class]
    total = float(weight.sum())
    n_eff = effective_number(total, float(weight @ weight))
    return ClassCount(len(weight), total, n_eff, int(np.count_nonzero(weight < 0)))
