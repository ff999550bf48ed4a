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
from typing import TYPE_CHECKING

import numpy as np

from umva.methods.pairing import paired

if TYPE_CHECKING:
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
