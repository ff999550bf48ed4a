"""From decision values of several classes to probabilities, learnt on events that the decisions have not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.methods.links import probability

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from umva.methods.base import Events

__all__ = ["calibrate", "folds", "held_out"]


def folds(train: Events, n_folds: int, *, seed: int) -> NDArray[np.intp]:
    """Return a fold for each event, shape ``(n_events,)``: at random, alike in all classes.

    Events with equal inputs share a fold, so that a repeated event is never on both sides. A class with fewer different
    events than folds leaves some folds without it.

    Examples
    --------
    >>> from umva.methods.base import Events
    >>> X = np.array([[1.0], [1.0], [2.0], [3.0], [4.0]], np.float32)
    >>> found = folds(Events(X, np.array([0, 0, 0, 1, 1], np.int8), np.ones(5)), 2, seed=1)
    >>> bool(found[0] == found[1] != found[2]), bool(found[3] != found[4])
    (True, True)
    """
    rng = np.random.default_rng(seed)
    result = np.zeros(train.n_events, np.intp)
    for label in range(len(train.problem.classes)):
        rows = np.flatnonzero(train.y == label)
        different, which = np.unique(train.X[rows], axis=0, return_inverse=True)
        result[rows] = (rng.permutation(len(different)) % n_folds)[which.ravel()]
    return result


def held_out(
    train: Events,
    learn: Callable[[Events], Callable[[NDArray[np.float32]], NDArray[np.float64]]],
    *,
    n_folds: int = 3,
    seed: int,
) -> NDArray[np.float64]:
    """Return the decision values of each event by what was learnt without it, shape ``(n_events, n_classes)``.

    ``learn`` trains on events and returns the decision function. If a class has not enough different events to be held
    out, decisions are those of a training on all.
    """
    fold = folds(train, n_folds, seed=seed)
    n_classes = len(train.problem.classes)
    if any(len(np.unique(fold[train.y == label])) < 2 for label in range(n_classes)):
        return learn(train)(train.X)
    decisions = np.empty((train.n_events, n_classes))
    for each in range(n_folds):
        held = fold == each
        decisions[held] = learn(train.select(~held))(train.X[held])
    return decisions


def calibrate(
    decisions: NDArray[np.float64], y: NDArray[np.int8], weight: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """Return slope and offsets so that ``softmax(slope * decisions + offsets)`` makes the classes most likely.

    Temperature scaling with an offset a class (Guo et al., ICML 2017, arXiv:1706.04599, section 4.2); the offsets carry
    the classes' shares of the weight.

    Parameters
    ----------
    decisions
        One value a class, larger for the class, shape ``(n_events, n_classes)``.
    y, weight
        Class and weight of each event, shape ``(n_events,)``.

    Returns
    -------
    slope, offsets
        A number that is not negative, and shape ``(n_classes,)`` with sum 0.

    Examples
    --------
    >>> slope, offsets = calibrate(np.zeros((4, 3)), np.array([0, 0, 1, 2], np.int8), np.ones(4))
    >>> probability(offsets[None]).round(3).tolist()
    [[0.5, 0.25, 0.25]]
    """
    from scipy.optimize import minimize

    n_events, n_classes = decisions.shape
    share = weight / weight.sum()
    unit = float(np.sqrt(np.mean(decisions**2))) or 1.0
    scaled = decisions / unit
    truth = np.eye(n_classes)[y]
    rows = np.arange(n_events)

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        found = probability(parameters[0] * scaled + parameters[1:])
        wrong = share[:, None] * (found - truth)
        gradient = np.append((wrong * scaled).sum(), wrong.sum(axis=0))
        return float(-share @ np.log(np.maximum(found[rows, y], 1e-300))), gradient

    start = np.append(1.0, np.log(share @ truth))
    bounds = [(0.0, None), *[(None, None)] * n_classes]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-13, "gtol": 1e-8})
    return float(found.x[0]) / unit, found.x[1:] - found.x[1:].mean()
