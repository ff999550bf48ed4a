"""Checks of a training: that it learns, repeatably, without a word, and leaves what it is given alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import UmvaError
from umva.methods import resolve
from umva.testing.suite import check
from umva.testing.toys import with_spectator

if TYPE_CHECKING:
    from umva.testing.trial import Trial

__all__: list[str] = []


@check()
def learns(trial: Trial) -> None:
    """Train and tell apart what is separable; ``fit`` returns the method itself, which knows its task."""
    method, train = trial.new(), trial.events()
    fitted = trial.train(method, train, trial.events(seed=2))
    trial.require(fitted is method, "fit must return self")
    trial.require_learnt(method, trial.test, "after training")
    if trial.task == "regression":
        trial.require_scale(method, trial.test)
    kept = trial.task == "classification" or method.problem_ == train.problem
    trial.require(kept, "fit must keep the problem: self.problem_ = train.problem")
    notes: object = method.notes_
    sentences = isinstance(notes, tuple) and all(isinstance(each, str) for each in notes)
    trial.require(sentences, f"notes_ must be a tuple of sentences, got {notes!r}")
    if method.curves_ is not None:
        lengths = {len(each) for each in method.curves_.values.values()}
        trial.require(len(lengths) == 1, f"training curves must be of one length, got {sorted(lengths)}")


@check()
def trains_alone(trial: Trial) -> None:
    """Train without validation events."""
    method = trial.train(trial.new(), trial.events())
    trial.require_learnt(method, trial.test, "without validation events")


@check(lambda trial: trial.task == "regression" and trial.can.several_targets)
def one_target(trial: Trial) -> None:
    """Estimate one target, in one column."""
    test = trial.events(seed=3, n_targets=1)
    method = trial.fit(trial.events(n_targets=1), trial.events(seed=2, n_targets=1))
    trial.require_learnt(method, test, "with one target")
    shape = method.score(test.X).shape
    trial.require(shape == test.y.shape, f"the score of one target must have shape {test.y.shape}, got {shape}")
    trial.require_scale(method, test)


@check()
def silent(trial: Trial) -> None:
    """Train and score without a word: what the user should know belongs into ``notes_``."""
    said = trial.watched.said
    trial.require(not said, f"fit or score must not print nor warn, got {said[:1]}")


@check()
def leaves_inputs_alone(trial: Trial) -> None:
    """Look whether ``fit`` or ``score`` changed its arrays."""
    changed = trial.watched.changed
    trial.require(not changed, f"fit or score changed {', '.join(changed)} in place")


@check()
def progress(trial: Trial) -> None:
    """Watch the progress rise from 0 to 1 and never fall."""
    seen = trial.watched.progress
    ordered = all(0 <= each <= 1 for each in seen) and seen == sorted(seen)
    trial.require(ordered, f"progress must rise within 0 and 1, got {seen[:10]}")


@check()
def repeatable(trial: Trial) -> None:
    """Train twice with one seed, to the same scores bit for bit."""
    same = np.array_equal(trial.watched.method.score(trial.test.X), trial.score)
    trial.require(same, "two trainings with one seed must give equal scores")


@check()
def cloned(trial: Trial) -> None:
    """Make the method anew from the options of a trained one, and train it to the same scores."""
    given = resolve(trial.cls, trial.name, trial.trained.options())
    again = trial.train(trial.cls(**given), trial.events(), trial.events(seed=2))
    same = np.array_equal(again.score(trial.test.X), trial.score)
    trial.require(same, "a method made from the options of another must train to the same scores")


@check(lambda trial: trial.can.spectators)
def spectators(trial: Trial) -> None:
    """Follow the spectators in training, and say so if there are none."""
    train = trial.events()
    other = with_spectator(replace(train, X=np.zeros_like(train.X)), seed=9)  # follows no input
    score = trial.fit(replace(train, spectators=other.spectators)).score(trial.test.X)
    trial.require(not np.array_equal(score, trial.score), "other spectators must lead to another training")
    bare = replace(train, spectators=None, problem=replace(train.problem, spectators=()))
    try:
        method = trial.train(trial.new(), bare)
    except UmvaError:
        return
    trial.require_learnt(method, trial.test, "without spectators, which it did not refuse")


@check(lambda trial: not trial.can.supervised)
def knows_no_signal(trial: Trial) -> None:
    """Train with signal that looks like background, and find events that do not look like it."""
    train = trial.events()
    background = np.flatnonzero(train.y == 0)
    X = train.X.copy()
    X[train.y == 1] = X[background[: (train.y == 1).sum()]]
    trial.require_learnt(trial.fit(replace(train, X=X)), trial.test, "with signal that looks like background")
