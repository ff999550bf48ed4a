"""Toy events for every task."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.methods import BINARY, Events, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["anomalies", "ask_wrongly", "join", "reweighted", "toys", "with_inputs", "with_spectator"]

_CLASSES = Problem(classes=("prompt", "feed-down", "background"))
_TARGETS = ("energy", "angle")


def toys(
    n_events: int = 400, *, n_variables: int = 4, seed: int = 1, task: str = "classification", n_targets: int = 2
) -> Events:
    """Return overlapping Gaussians with weights between 0.5 and 2; the first variable tells most.

    Two classes of one size, three that hold 50, 30 and 20 % of the events, or ``n_targets`` targets with noise: an energy
    around 50 that spreads by 20, and an angle of some 0.01.

    Examples
    --------
    >>> toys(6).X.shape
    (6, 4)
    >>> toys(10, task="multiclass").y.tolist()
    [0, 0, 0, 0, 0, 1, 1, 1, 2, 2]
    >>> toys(6, task="regression").y.shape
    (6, 2)
    """
    return _MAKERS[task](n_events, n_variables, n_targets, np.random.default_rng(seed))


def _two_classes(n_events: int, n_variables: int, _n_targets: int, rng: np.random.Generator) -> Events:
    y = (np.arange(n_events) % 2).astype(np.int8)
    X = rng.normal(size=(n_events, n_variables)) + y[:, None] * np.linspace(1.5, 0.5, n_variables)
    return Events(X.astype(np.float32), y, rng.uniform(0.5, 2.0, n_events))


def _three_classes(n_events: int, n_variables: int, _n_targets: int, rng: np.random.Generator) -> Events:
    y = np.searchsorted([0.5, 0.8], np.arange(n_events) % 10 / 10, side="right").astype(np.int8)
    centres = np.zeros((3, n_variables))
    centres[:, 0] = 0.0, 2.5, -2.5
    centres[0, 1:] = np.linspace(2.0, 0.5, n_variables - 1)
    X = rng.normal(size=(n_events, n_variables)) + centres[y]
    return Events(X.astype(np.float32), y, rng.uniform(0.5, 2.0, n_events), _CLASSES)


def _targets(n_events: int, n_variables: int, n_targets: int, rng: np.random.Generator) -> Events:
    X = rng.normal(size=(n_events, n_variables))
    slopes = np.stack([np.linspace(2.0, 0.5, n_variables), np.linspace(-2.0, 0.5, n_variables)])
    noise = rng.normal(size=(n_events, 2)) * 0.5
    y = (np.einsum("ij,kj->ik", X, slopes) + noise) / np.linalg.norm(slopes, axis=1) * [20.0, 0.01] + [50.0, 0.0]
    weight = rng.uniform(0.5, 2.0, n_events)
    problem = Problem(classes=(), targets=_TARGETS[:n_targets])
    return Events(X.astype(np.float32), y[:, :n_targets], weight, problem)


_MAKERS: dict[str, Callable[[int, int, int, np.random.Generator], Events]] = {
    "classification": _two_classes,
    "multiclass": _three_classes,
    "regression": _targets,
}


def anomalies(n_events: int = 400, *, n_variables: int = 4, seed: int = 1) -> Events:
    """Return background in a narrow, tilted Gaussian and signal far around it, in all directions.

    Examples
    --------
    >>> events = anomalies(100)
    >>> bool(np.abs(events.X[events.y == 1]).mean() > 5 * np.abs(events.X[events.y == 0]).mean())
    True
    """
    rng = np.random.default_rng(seed)
    y = (np.arange(n_events) % 2).astype(np.int8)
    X = rng.normal(size=(n_events, n_variables)) * np.where(y == 1, 8.0, 0.5)[:, None]
    X[y == 0] += 0.5 * rng.normal(size=((y == 0).sum(), 1))
    return Events(X.astype(np.float32), y, rng.uniform(0.5, 2.0, n_events), BINARY)


def with_spectator(events: Events, *, seed: int = 1) -> Events:
    """Return the events with a spectator, ``mass``, that follows the first input."""
    rng = np.random.default_rng(seed)
    mass = 100.0 + 10.0 * (events.X[:, :1].astype(np.float64) + rng.normal(size=(events.n_events, 1)))
    return replace(events, problem=replace(events.problem, spectators=("mass",)), spectators=mass)


def with_inputs(events: Events, more: NDArray[Any]) -> Events:
    """Return the events with further columns of inputs."""
    return replace(events, X=np.column_stack([events.X, more.astype(np.float32)]))


def reweighted(events: Events, weight: NDArray[Any] | float) -> Events:
    """Return the events with other weights."""
    return replace(events, weight=np.broadcast_to(weight, (events.n_events,)).astype(np.float64))


def ask_wrongly(events: Events) -> Events:
    """Return the events with wrong answers: in the next class, or with their targets mirrored about the mean.

    Examples
    --------
    >>> ask_wrongly(toys(4)).y.tolist()
    [1, 0, 1, 0]
    """
    if events.problem.task == "regression":
        return replace(events, y=2 * events.y.mean(axis=0) - events.y)
    return replace(events, y=((events.y + 1) % len(events.problem.classes)).astype(np.int8))


def join(one: Events, other: Events) -> Events:
    """Return the events of both.

    Examples
    --------
    >>> join(toys(4), toys(6)).n_events
    10
    """
    spectators = [each.spectators for each in (one, other) if each.spectators is not None]
    return replace(
        one,
        X=np.concatenate([one.X, other.X]),
        y=np.concatenate([one.y, other.y]),
        weight=np.concatenate([one.weight, other.weight]),
        spectators=np.concatenate(spectators) if spectators else None,
    )
