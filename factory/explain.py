"""Shapley values for any model: exact where the method knows them, sampled otherwise.

Sampling follows Štrumbelj and Kononenko, Knowl. Inf. Syst. 41 (2014) 647, section 3.2: an event is changed, one variable
after the other in random order, from a random background event into the event to be explained; the change of the response
at each step is an unbiased estimate of that variable's Shapley value. Each order is also walked backwards, which cancels
the part of the noise that is linear in the order. All events walk at once, so that a model is called with large arrays;
the libraries' samplers go event by event and evaluate every background event at each step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import MethodError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from umva.factory.model import Model
    from umva.methods import Events

__all__ = ["Explanation", "explain", "sampled_shap"]

N_EXPLAINED = 300
"""Test events that are explained, the same for all methods."""

N_BACKGROUND = 2000
"""Training events that a variable's absence is averaged over."""

N_EVALUATIONS = 100_000
"""Responses computed when values are sampled; a number, not a time, so that results are reproducible."""


@dataclass(frozen=True)
class Explanation:
    """Shapley values ``(n_explained, n_variables)``, for several outputs with a third axis, and how they were found."""

    values: NDArray[np.float64]
    note: str


def explain(
    model: Model, X: NDArray[np.float32], train: Events, *, seed: int, n_variables: int | None = None
) -> Explanation:
    """Return the Shapley values of the model's response for the events ``X``.

    Parameters
    ----------
    model
        A trained model.
    X
        Events to explain, before preprocessing, shape ``(n_explained, n_variables)``.
    train
        Training events; the background is drawn from them with probability proportional to the absolute weight.
    seed
        Seed of the background and of the orders.
    n_variables
        So many columns of ``X`` are explained, the others belong to their event; None for all.
    """
    rng = np.random.default_rng(seed)
    probability = np.abs(train.weight) / np.abs(train.weight).sum()
    chosen = np.sort(rng.choice(len(probability), min(N_BACKGROUND, len(probability)), p=probability))
    background = np.ascontiguousarray(train.X[chosen])
    n_explained = X.shape[1] if n_variables is None else n_variables
    exact = model.pipeline.shap(X, background) if n_explained == X.shape[1] else None
    if exact is not None:
        expected = (*X.shape, *model.score(X[:1]).shape[1:])
        if exact.shape != expected:
            msg = f"{model.name} gives Shapley values of shape {exact.shape}, expected {expected}"
            raise MethodError(msg)
        return Explanation(exact, "exact")
    n_walks = max(1, N_EVALUATIONS // (2 * len(X) * (n_explained + 1)))
    variables, companions = X[:, :n_explained], X[:, n_explained:]

    def score(mixed: NDArray[np.float32]) -> NDArray[np.float64]:
        steps = len(mixed) // len(X)
        return model.score(np.concatenate([mixed, np.repeat(companions, steps, axis=0)], axis=1))

    values = sampled_shap(score, variables, background[:, :n_explained], n_walks=n_walks, rng=rng)
    return Explanation(values, f"sampled with {2 * n_walks} orders of the variables an event")


def sampled_shap(
    score: Callable[[NDArray[np.float32]], NDArray[np.float64]],
    X: NDArray[np.float32],
    background: NDArray[np.float32],
    *,
    n_walks: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return sampled Shapley values of ``score``; for each event they sum to score minus mean score.

    Their shape is that of ``X``, with a third axis if responses have a second.

    Parameters
    ----------
    score
        The response, ``(n, n_variables)`` to ``(n,)`` or ``(n, n_outputs)``; the rows of an event follow each other.
    X, background
        Events to explain and to average over.
    n_walks
        Random orders for each event, each walked forwards and backwards.
    rng
        Randomness.

    Examples
    --------
    >>> X, background = np.array([[1.0, 2.0]], dtype="f4"), np.zeros((1, 2), dtype="f4")
    >>> sampled_shap(lambda x: x[:, 0] * x[:, 1], X, background, n_walks=1, rng=np.random.default_rng(1))
    array([[1., 1.]])
    """
    n_events, n_variables = X.shape
    walks = []
    for _ in range(n_walks):
        other = background[rng.integers(len(background), size=n_events)]
        rank = np.argsort(rng.random((n_events, n_variables)), axis=1)
        walks += [_walk(score, X, other, each) for each in (rank, n_variables - 1 - rank)]
    mean: NDArray[np.float64] = np.mean(walks, axis=0, dtype=np.float64)
    return mean


def _walk(
    score: Callable[[NDArray[np.float32]], NDArray[np.float64]],
    X: NDArray[np.float32],
    other: NDArray[np.float32],
    rank: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Turn ``other`` into ``X``, the variable of rank 0 first, and return what each variable changed."""
    n_events, n_variables = X.shape
    steps = np.arange(n_variables + 1)[:, None]
    mixed = np.where(rank[:, None, :] < steps, X[:, None, :], other[:, None, :])
    response = score(mixed.reshape(-1, n_variables))
    steps_taken = np.diff(response.reshape(n_events, n_variables + 1, *response.shape[1:]), axis=1)
    changed: NDArray[np.float64] = np.take_along_axis(
        steps_taken, rank.reshape(*rank.shape, *(1,) * (response.ndim - 1)), axis=1
    )
    return changed
