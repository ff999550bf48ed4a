"""The input variables and targets of a part, class by class: what TMVA's ``TransformationHandler::PlotVariables`` writes."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.reports.measures.ranges import moments
from umva.reports.tmva_root.histograms import Axis, filled, profile, scatter
from umva.reports.tmva_root.names import axis_title, file_name, internal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from umva.reports.material import Input
    from umva.reports.tmva_root.details import Inputs

__all__ = ["MOST_SCATTERED", "plot_inputs"]

N_BINS = 40
N_SCATTER = 300
N_RMS = 8.0

MOST_SCATTERED = 6
"""Variables up to which every pair is drawn against each other; TMVA's limit, 20, makes files of hundreds of MB."""


def plot_inputs(
    inputs: Inputs,
    variables: Sequence[Input],
    weight: NDArray[np.float64],
    classes: Mapping[str, NDArray[np.bool_]],
    *,
    suffix: str = "",
    targets: Sequence[Input] = (),
) -> Iterator[tuple[str, Any]]:
    """Yield histograms of all inputs, scatter plots and profiles of all pairs, by their paths in the folder.

    Parameters
    ----------
    inputs
        Of the events; their transformation stands in the titles of axes.
    variables
        What the columns mean.
    weight
        Weights of the events, negative ones as they are.
    classes
        Which events are of each class, by TMVA's names; one class in a regression.
    suffix
        What ends all names: ``"_Id"`` in ``InputVariables_Id``.
    targets
        Those of a regression; ``inputs`` then has their true values.
    """
    columns = [np.asarray(inputs.X[:, j]) for j in range(len(variables))]
    titles = [axis_title(each, inputs.transform) for each in variables]
    events = [(name, np.flatnonzero(own)) for name, own in classes.items()]
    weighted = [(name, rows, weight[rows]) for name, rows in events]
    for variable, values, title in zip(variables, columns, titles, strict=True):
        yield from _one(variable, values, weighted, _variable_axis(values, weight, title), suffix)
    for k, target in enumerate(targets if inputs.y is not None else ()):
        truth = np.asarray(inputs.y, dtype=np.float32)[:, k]
        axis = _variable_axis(truth, weight, axis_title(target, inputs.transform))
        yield from _one(target, truth, weighted, axis, f"_target{suffix}")
    if len(variables) + len(targets) > MOST_SCATTERED:
        return
    axes = [_span(values, title) for values, title in zip(columns, titles, strict=True)]
    for i, j in combinations(range(len(variables)), 2):
        pair = f"{internal(variables[j].name)}_vs_{internal(variables[i].name)}"
        title = f"{_title(variables[j])} versus {_title(variables[i])}"
        for name, rows, own in weighted:
            data = columns[i][rows], columns[j][rows], own
            ending, path = f"({name}){suffix}", f"{pair}_{file_name(name)}{suffix}"
            fine = tuple(Axis(N_SCATTER, axes[k].low, axes[k].high, axes[k].title) for k in (i, j))
            yield f"CorrelationPlots/scat_{path}", scatter(*data, (fine[0], fine[1]), f"{title} {ending}")
            yield f"CorrelationPlots/prof_{path}", profile(*data, (axes[i], axes[j]), f"profile {title} {ending}")


def _one(
    variable: Input,
    values: NDArray[np.floating],
    weighted: Sequence[tuple[str, NDArray[np.intp], NDArray[np.float64]]],
    axis: Axis,
    suffix: str,
) -> Iterator[tuple[str, Any]]:
    """Yield the histogram of one quantity in each class."""
    per_bin = f"dN_{{ }}/^{{ }}{axis.width:.3g} {variable.unit}"
    for name, rows, own in weighted:
        shown = filled(values[rows], own, axis, _title(variable), y_title=per_bin)
        yield f"{internal(variable.name)}__{file_name(name)}{suffix}", shown


def _title(variable: Input) -> str:
    return variable.title or variable.name


def _variable_axis(values: NDArray[np.floating], weight: NDArray[np.float64], title: str) -> Axis:
    """Return TMVA's bins: all values, at most 8 standard deviations from the mean, and one bin more."""
    known = np.isfinite(values)
    whole = _span(values, title)
    if not known.any():
        return whole
    mean, rms = moments(values, weight) if known.all() else moments(values[known], weight[known])
    low, high = max(whole.low, mean - N_RMS * rms), min(whole.high, mean + N_RMS * rms)
    if low >= high:  # a constant
        low, high = whole.low, whole.high
    return Axis(N_BINS, low, high + (high - low) / N_BINS, title)


def _span(values: NDArray[np.floating], title: str) -> Axis:
    """Return bins from the smallest to the largest value."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    return Axis(N_BINS, low, high if low < high else low + (0.1 * abs(low) or 1.0), title)
