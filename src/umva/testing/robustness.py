"""Checks of what events a method must cope with: few inputs, useless ones, weights of all kinds, holes."""

from __future__ import annotations

import numpy as np

from umva.methods import Events
from umva.testing.suite import Trial, check
from umva.testing.toys import auc, rank_correlation, toys

__all__: list[str] = []


@check()
def one_variable(trial: Trial) -> None:
    """Train on one input."""
    test = toys(n_variables=1, seed=3)
    method = trial.fit(toys(n_variables=1), toys(n_variables=1, seed=2))
    trial.require_separation(method, test, "with one variable")


@check()
def constant_variable(trial: Trial) -> None:
    """Train with an input that never changes."""

    def beside(events: Events) -> Events:
        return Events(np.column_stack([events.X, np.full(events.n_events, 3, np.float32)]), events.y, events.weight)

    method = trial.fit(beside(toys()), beside(toys(seed=2)))
    trial.require_separation(method, beside(toys(seed=3)), "beside a constant variable")


@check()
def weight_scale(trial: Trial) -> None:
    """Change the unit of the weights, which must not matter."""
    train, X = toys(), toys(seed=3).X
    score = trial.fit(Events(train.X, train.y, train.weight * 1e-9)).score(X)
    found = rank_correlation(score, trial.trained.score(X))
    trial.require(found > 0.98, f"weights 1e-9 times as large must order events alike, rank correlation {found:.3f}")


@check(lambda capabilities: capabilities.weights)
def weights(trial: Trial) -> None:
    """Tell classes apart that differ in nothing but their weights."""
    half = np.random.default_rng(5).normal(size=(300, 4)).astype(np.float32)
    X, y = np.repeat(half, 2, axis=0), np.tile(np.array([0, 1], np.int8), 300)  # each event is in both classes
    right = (X[:, 0] > 0) == (y == 1)
    score = trial.fit(Events(X, y, np.where(right, 20.0, 1.0))).score(X)
    found = auc(score, Events(X, (X[:, 0] > 0).astype(np.int8), np.ones(600)))
    trial.require(found > 0.75, f"heavy events must be followed: AUC of the score for them {found:.3f}, expected 0.75")


@check(lambda capabilities: capabilities.weights)
def repeated_events(trial: Trial) -> None:
    """Compare weight 2 with the event twice."""
    train, X = toys(), toys(seed=3).X
    times = np.where(np.arange(train.n_events) % 4 < 2, 2, 1)
    heavy = trial.fit(Events(train.X, train.y, times.astype(np.float64)))
    twice = trial.fit(Events(np.repeat(train.X, times, axis=0), np.repeat(train.y, times), np.ones(times.sum())))
    found = rank_correlation(heavy.score(X), twice.score(X))
    trial.require(found > 0.9, f"weight 2 must act like the event twice, rank correlation of the scores {found:.3f}")


@check(lambda capabilities: capabilities.weights)
def zero_weights(trial: Trial) -> None:
    """Add events of weight zero in the wrong class, which must teach nothing."""
    right, wrong = toys(), toys(seed=4)
    train = Events(
        np.concatenate([right.X, wrong.X]),
        np.concatenate([right.y, (1 - wrong.y).astype(np.int8)]),
        np.concatenate([right.weight, np.zeros(wrong.n_events)]),
    )
    trial.require_separation(trial.fit(train), toys(seed=3), "with events of weight zero in the wrong class")


@check(lambda capabilities: capabilities.negative_weights)
def negative_weights(trial: Trial) -> None:
    """Train with a tenth of negative weights."""
    train = toys()
    signs = np.where(np.random.default_rng(6).random(train.n_events) < 0.1, -1.0, 1.0)
    method = trial.fit(Events(train.X, train.y, train.weight * signs))
    trial.require_separation(method, toys(seed=3), "with negative weights")


@check(lambda capabilities: capabilities.missing_values)
def missing_values(trial: Trial) -> None:
    """Train and score with NaN among the inputs."""

    def holed(events: Events) -> Events:
        X = events.X.copy()
        X[np.arange(events.n_events) % 5 == 0, 1] = np.nan
        return Events(X, events.y, events.weight)

    method = trial.fit(holed(toys()), holed(toys(seed=2)))
    trial.require_separation(method, holed(toys(seed=3)), "with missing values")
