"""Negative event weights in a training: one policy for all methods.

============  ===========================================================================================
``keep``      the method takes them as they are
``ignore``    events with a negative weight are left out; TMVA's ``IgnoreNegWeightsInTraining``
``pair``      each is cancelled against the nearest events of its class with a positive weight, as in TMVA's
              ``PairNegWeightsGlobal``: sums of weights stay, and so does the shape on the scale of neighbours
``absolute``  the sign is dropped
============  ===========================================================================================

Only the training is concerned: measures count every event with the weight it has.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods import Events

__all__ = ["POLICIES", "paired", "without_negative"]

POLICIES = ("keep", "ignore", "pair", "absolute")


def without_negative(events: Events, policy: str) -> tuple[Events, str | None]:
    """Return the events as the policy wants them, and a sentence about what was done if there was a negative weight.

    Parameters
    ----------
    events
        Events to train on; never changed.
    policy
        One of ``POLICIES``.

    Examples
    --------
    >>> from umva.methods import Events
    >>> events = Events(np.array([[0.0], [0.1], [5.0]]), np.ones(3, np.int8), np.array([2.0, -0.5, 1.0]))
    >>> without_negative(events, "pair")[0].weight
    array([1.5, 1. ])
    """
    negative = events.weight < 0
    n_negative = int(negative.sum())
    if not n_negative:
        return events, None
    share = -events.weight[negative].sum() / np.abs(events.weight).sum()
    what = (
        f"{n_negative} of {events.n_events} training events have negative weights ({100 * share:.1f} % of all weight)"
    )
    if policy == "keep":
        return events, f"{what}; they were used as they are."
    if policy == "absolute":
        return replace(events, weight=np.abs(events.weight)), f"{what}; their signs were dropped in the training."
    if policy == "ignore":
        return events.select(~negative), f"{what}; they were left out of the training."
    weight = paired(events)
    return replace(events, weight=weight).select(weight > 0), f"{what}; they were cancelled against their neighbours."


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
