"""Checks of what weights do in a training."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.testing.quality import apart
from umva.testing.suite import check
from umva.testing.toys import ask_wrongly, join, reweighted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from umva.methods import Events
    from umva.testing.trial import Trial

__all__: list[str] = []


@check(lambda trial: trial.can.weights)
def weights(trial: Trial) -> None:
    """Give each event twice, right with weight 20 and wrong with weight 1."""
    right = trial.events(600)
    train = join(reweighted(right, 20.0), reweighted(ask_wrongly(right), 1.0))
    trial.require_learnt(trial.fit(train), trial.test, "from the heavier of contradicting events")


@check(lambda trial: trial.can.weights)
def repetition(trial: Trial) -> None:
    """Compare events of weight 1, 2 and 3 with the events as often, within the tolerance that the method states."""
    stated = trial.cls.repetition
    events = trial.events(600)
    times = np.random.default_rng(1).permutation(np.arange(events.n_events) % 3 + 1)
    repeated = events.select(np.repeat(np.arange(events.n_events), times))
    weighted = _trained_on(trial, reweighted(events, times), stated.options)
    multiple = _trained_on(trial, reweighted(repeated, 1.0), {**stated.options, **stated.repeated})
    off = apart(multiple, weighted)
    sentence = f"integer weights must equal repetitions within {stated.tolerance:g} of the range, differ by {off:.2g}"
    trial.require(off <= stated.tolerance, sentence)
    trial.require(stated.exact or bool(stated.reason), "a repetition that is not exact must give the reason")


def _trained_on(trial: Trial, train: Events, options: Mapping[str, Any]) -> NDArray[np.float64]:
    method = trial.fit(train, reweighted(trial.events(seed=2), 1.0), options=options)
    return method.score(trial.test.X)


@check(lambda trial: trial.can.weights)
def zero_weights(trial: Trial) -> None:
    """Add events of weight zero with wrong answers, which must teach nothing."""
    train = join(trial.events(), reweighted(ask_wrongly(trial.events(seed=4)), 0.0))
    trial.require_learnt(trial.fit(train), trial.test, "with wrong events of weight zero")


@check(lambda trial: trial.can.negative_weights)
def negative_weights(trial: Trial) -> None:
    """Train with 15 % of negative weights."""
    train = trial.events(800)
    signs = np.where(np.random.default_rng(6).random(train.n_events) < 0.15, -1.0, 1.0)
    trial.survive(replace(train, weight=train.weight * signs), trial.test, "with 15 % of negative weights")
