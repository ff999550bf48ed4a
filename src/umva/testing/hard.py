"""Checks of what events a method must cope with, or refuse with a reason: few, useless, rare, repeated, with holes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from umva.testing.quality import auc
from umva.testing.suite import check
from umva.testing.toys import reweighted, with_inputs

if TYPE_CHECKING:
    from umva.methods import Events
    from umva.testing.trial import Trial

__all__: list[str] = []


@check()
def one_variable(trial: Trial) -> None:
    """Train on one input."""
    train, validation, test = (trial.events(n_variables=1, seed=seed) for seed in (1, 2, 3))
    trial.survive(train, test, "with one variable", validation=validation)


@check()
def constant_variable(trial: Trial) -> None:
    """Train with an input that never changes."""

    def beside(events: Events) -> Events:
        return with_inputs(events, np.full(events.n_events, 3.0))

    train, validation, test = (beside(trial.events(seed=seed)) for seed in (1, 2, 3))
    trial.survive(train, test, "beside a constant variable", validation=validation)


@check()
def many_variables(trial: Trial) -> None:
    """Train on 1000 events with 200 inputs, of which four tell anything."""

    def among(events: Events, seed: int) -> Events:
        spread = 0.1 if not trial.can.supervised else 1.0
        return with_inputs(events, np.random.default_rng(seed).normal(scale=spread, size=(events.n_events, 196)))

    train, validation, test = (
        among(trial.events(size, seed=seed), seed) for seed, size in ((1, 1000), (2, 400), (3, 400))
    )
    trial.survive(train, test, "among 200 variables", validation=validation, least=0.6)


@check(lambda trial: trial.task != "regression")
def rare_class(trial: Trial) -> None:
    """Train with 20 events of the last class among 400 others."""
    events = trial.events(2400)
    last = len(events.problem.classes) - 1
    rows = np.concatenate([np.flatnonzero(events.y != last)[:400], np.flatnonzero(events.y == last)[:20]])
    trial.survive(events.select(np.sort(rows)), trial.test, "with 20 events of a class", least=0.7)


@check()
def repeated_events(trial: Trial) -> None:
    """Train on events that are all there five times."""
    train = trial.events(200)
    trial.survive(train.select(np.repeat(np.arange(200), 5)), trial.test, "with every event five times")


@check()
def tiny_weights(trial: Trial) -> None:
    """Train with all weights 1e-9, which must be as good as with all weights 1."""

    def found(weight: float) -> float:
        train, validation = (reweighted(trial.events(seed=seed), weight) for seed in (1, 2))
        method = trial.survive(train, trial.test, f"with all weights {weight:g}", validation=validation)
        return auc(method.score(trial.test.X), trial.test)

    tiny, plain = found(1e-9), found(1.0)
    trial.require(
        abs(tiny - plain) < 0.01, f"AUC with all weights 1e-9 must be that with 1, {plain:.3f}, got {tiny:.3f}"
    )


@check(lambda trial: trial.can.missing_values)
def missing_values(trial: Trial) -> None:
    """Train and score with NaN among the inputs."""

    def holed(events: Events) -> Events:
        X = events.X.copy()
        X[np.arange(events.n_events) % 5 == 0, 1] = np.nan
        return replace(events, X=X)

    train, validation, test = (holed(trial.events(seed=seed)) for seed in (1, 2, 3))
    trial.survive(train, test, "with missing values", validation=validation)
