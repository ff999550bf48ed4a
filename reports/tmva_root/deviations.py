"""Deviations of one method's estimates: against every variable and target, and squared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from umva.reports.tmva_root.histograms import Axis, filled, scatter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from umva.reports.material import Input

__all__ = ["plot_deviations"]

N_PLANE = 50
N_SQUARED = 500
BEST = 0.9


def plot_deviations(
    start: str,
    estimate: NDArray[np.float64],
    truth: NDArray[np.float64],
    weight: NDArray[np.float64],
    X: NDArray[np.floating],
    quantities: tuple[Sequence[Input], Sequence[Input]],
) -> Iterator[tuple[str, Any]]:
    """Yield deviations against variables and targets, unweighted as in TMVA, and squared deviations, weighted.

    Parameters
    ----------
    start
        What all names start with: ``"MVA_BDTGtest"``.
    estimate, truth
        Shape ``(n_events, n_targets)``.
    weight
        Weights of the events; those of the squared deviations, negative ones as they are.
    X
        Inputs, shape ``(n_events, n_variables)``; events that lack one are missing in its histogram.
    quantities
        What the columns of inputs and targets mean.
    """
    variables, targets = quantities
    deviation = estimate.astype(np.float32) - truth.astype(np.float32)
    once = np.ones(len(deviation))
    shown = [(f"reg_var{j}", X[:, j], each) for j, each in enumerate(variables)]
    shown += [(f"reg_tgt{k}", truth[:, k].astype(np.float32), each) for k, each in enumerate(targets)]
    for name, values, quantity in shown:
        for k, target in enumerate(targets):
            title = target.title or target.name
            axes = (
                _wide(values, quantity.title or quantity.name),
                _wide(deviation[:, k], f"{title}_{{regression}} - {title}_{{true}}"),
            )
            path = f"{start}_{name}_rtgt{k}"
            yield path, scatter(values, deviation[:, k], once, axes, path)
    for k in range(len(targets)):
        yield from _squared(start, k, deviation[:, k].astype(np.float64) ** 2, weight)


def _wide(values: NDArray[np.floating], title: str) -> Axis:
    """Return bins over all values and a little more than one of them on either side."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    margin = 1.01 * (high - low) / (N_PLANE - 1) or 1.0
    return Axis(N_PLANE, low - margin, high + margin, title)


def _squared(
    start: str, k: int, squared: NDArray[np.float64], weight: NDArray[np.float64]
) -> Iterator[tuple[str, Any]]:
    """Yield squared deviations, all of them and those of the best nine tenths of the events."""
    title, y_title = "Quadratic Deviation", "Weighted Entries"
    axis = Axis(N_SQUARED, 0.0, 1.1 * float(squared.max()) or 1.0, title)
    path = f"{start}_Quadr_Deviation_target_{k}_"
    yield path, filled(squared, weight, axis, path, y_title=y_title)
    high = _quantile(axis.sums(squared, weight)[1:-1], axis)
    best = squared <= high
    path = f"{start}_Quadr_Dev_best90perc_target_{k}_"
    yield path, filled(squared[best], weight[best], Axis(N_SQUARED, 0.0, 1.1 * high, title), path, y_title=y_title)


def _quantile(sums: NDArray[np.float64], axis: Axis) -> float:
    """Return where nine tenths of a histogram lie below, as ROOT reads it: straight inside a bin."""
    reached = np.concatenate([[0.0], np.cumsum(np.maximum(sums, 0.0))])
    if not reached[-1] > 0:
        return axis.high
    edges = axis.low + axis.width * np.arange(axis.n_bins + 1)
    return float(np.interp(BEST * reached[-1], reached, edges))
