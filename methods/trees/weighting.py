"""Which events boosted trees learn from and watch, and with what weights."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import MethodError
from umva.methods.pairing import paired

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.base import Events

    Floats = NDArray[np.float64]

__all__ = ["balanced", "class_sums", "held_out", "treated", "watched"]


def balanced(events: Events, ratio: float | None = 1.0) -> Floats:
    """Return weights with ``ratio`` times as much signal as background, and as much in all as there are events.

    Of several classes the first is signal and all others are background, as in TMVA. With ``ratio`` None and in a
    regression weights are scaled, nothing else.

    Examples
    --------
    >>> from umva.methods import Events
    >>> y, weight = np.array([1, 0, 0], np.int8), np.array([1.0, 3.0, 1.0])
    >>> balanced(Events(np.zeros((3, 1), np.float32), y, weight)).tolist()
    [1.5, 1.125, 0.375]
    """
    n, problem, weight = events.n_events, events.problem, events.weight
    if ratio is None or problem.task == "regression":
        return weight * float(n / weight.sum())
    signal = np.where(events.y == (1 if problem.task == "classification" else 0), 1, 0)
    sums = np.bincount(signal, weight, minlength=2)
    share = np.array([1.0, ratio]) / (1.0 + ratio) * n
    scaled: Floats = weight * (share / sums)[signal]
    return scaled


def treated(train: Events, treatment: str, *, method: str) -> tuple[Events, tuple[str, ...]]:
    """Return the events to learn from, and a sentence if those of negative weight are not among them as they were.

    Parameters
    ----------
    train
        Events; those without weight are left out.
    treatment
        TMVA's ``NegWeightTreatment``. ``IgnoreNegWeightsInTraining`` leaves events of negative weight out,
        ``PairNegWeightsGlobal`` cancels each against its neighbours (see :mod:`umva.methods.pairing`),
        ``NoNegWeightsInTraining`` is the promise that there are none; the others keep them.
    method
        Named in errors.

    Raises
    ------
    MethodError
        If the weights of a class do not sum to more than zero, or the promise is broken.
    """
    n_negative = int(np.sum(train.weight < 0))
    notes: tuple[str, ...] = ()
    if n_negative and treatment == "NoNegWeightsInTraining":
        msg = f"{method}: {n_negative} events have a negative weight, which NegWeightTreatment=NoNegWeightsInTraining excludes"
        raise MethodError(msg)
    if n_negative and treatment == "PairNegWeightsGlobal":
        train = replace(train, weight=paired(train))
        notes = (f"{n_negative} events of negative weight were cancelled against their neighbours",)
    elif n_negative and treatment == "IgnoreNegWeightsInTraining":
        train = replace(train, weight=np.maximum(train.weight, 0.0))
        notes = (f"{n_negative} events of negative weight were left out of the training",)
    kept = train.weight != 0
    train = train if kept.all() else train.select(kept)
    sums = class_sums(train)
    if not sums.min() > 0:
        labels = train.problem.classes or ("all events",)
        found = ", ".join(f"{each:g} for {label}" for each, label in zip(sums[::-1], labels[::-1], strict=True))
        msg = f"{method}: weights must sum to more than 0, got {found}"
        raise MethodError(msg)
    return train, notes


def held_out(train: Events, share: float) -> tuple[Events | None, Events]:
    """Return every so manyth event of each class, to about this share, and the others; none of a class of one event.

    Examples
    --------
    >>> from umva.methods import Events
    >>> y = np.array([0, 1, 0, 1, 0], np.int8)
    >>> kept_back, rest = held_out(Events(np.zeros((5, 1), np.float32), y, np.arange(5.0)), 0.5)
    >>> kept_back.weight.tolist(), rest.weight.tolist()
    ([0.0, 1.0, 4.0], [2.0, 3.0])
    """
    if not share > 0:
        return None, train
    every = max(round(1.0 / share), 2)
    chosen = np.zeros(train.n_events, bool)
    kind = np.zeros(train.n_events, np.int8) if train.problem.task == "regression" else train.y
    for label in range(max(len(train.problem.classes), 1)):
        rows = np.flatnonzero(kind == label)
        chosen[rows[::every] if len(rows) > 1 else []] = True
    return train.select(chosen), train.select(~chosen)


def watched(validation: Events | None, ratio: float | None) -> tuple[Events | None, tuple[str, ...]]:
    """Return the validation part with weights like those of the training; None and a sentence if a class has none there."""
    if validation is None:
        return None, ()
    if not (validation.n_events and class_sums(validation).min() > 0):
        return None, ("the validation part was not watched, as a class has no weight there",)
    return replace(validation, weight=balanced(validation, ratio)), ()


def class_sums(events: Events) -> Floats:
    """Return the sum of weights of each class, or of all events in a regression."""
    if events.problem.task == "regression":
        return np.array([events.weight.sum()])
    return np.bincount(events.y, events.weight, len(events.problem.classes)).astype(np.float64)
