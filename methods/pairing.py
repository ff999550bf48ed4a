"""Cancelling events of negative weight against their neighbours of positive weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.base import Events

__all__ = ["paired"]


def paired(events: Events) -> NDArray[np.float64]:
    """Return the weights once each negative one is cancelled against the nearest positive ones of its class.

    Nearest in the inputs (in a regression, inputs and targets), each divided by its standard deviation; a missing input
    counts as average. The nearest pairs cancel first. If the negative weights of a class outweigh the positive ones,
    nothing of it is left.
    """
    weight = events.weight.copy()
    places = _scaled(events.X)
    if events.problem.targets:
        places = np.concatenate([places, _scaled(events.y)], axis=1)
        classes = [np.arange(events.n_events)]
    else:
        classes = [np.flatnonzero(events.y == k) for k in range(len(events.problem.classes))]
    for rows in classes:
        weight[rows] = _cancelled(places[rows], weight[rows])
    return weight


def _scaled(values: NDArray[Any]) -> NDArray[np.float32]:
    """Return the columns in units of their standard deviation, 0 where missing."""
    columns = np.asarray(values, dtype=np.float64)
    spread = np.nanstd(columns, axis=0)
    scaled: NDArray[np.float64] = (columns - np.nanmean(columns, axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.nan_to_num(scaled).astype(np.float32)


def _cancelled(places: NDArray[np.float32], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what is left of the weights of one class."""
    from scipy.spatial import KDTree

    weight = weight.copy()
    while True:
        negative, positive = np.flatnonzero(weight < 0), np.flatnonzero(weight > 0)
        if not len(negative) or not len(positive):
            return np.maximum(weight, 0.0)
        distance, found = KDTree(places[positive]).query(places[negative], workers=-1)
        order = np.argsort(distance, kind="stable")
        _, first = np.unique(found[order], return_index=True)  # an event can serve one partner at a time: its nearest
        takers, givers = negative[order[first]], positive[found[order[first]]]
        amount = np.minimum(-weight[takers], weight[givers])
        weight[takers] += amount
        weight[givers] -= amount
