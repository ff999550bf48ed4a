from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import umva
from umva.factory.data.preprocessing import Chain
from umva.factory.explain import explain, sampled_shap
from umva.factory.pipeline import Pipeline
from umva.reports.material import Input

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

RNG = np.random.default_rng(7)
SLOPES = np.array([2.0, -1.0, 0.5])


def linear(X: NDArray[np.float32]) -> NDArray[np.float64]:
    response: NDArray[np.float64] = X.astype(np.float64) @ SLOPES
    return response


def tree(X: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.where(X[:, 0] > 0, np.where(X[:, 1] > 0, 3.0, 1.0), np.where(X[:, 2] > 0.5, -2.0, 0.0))


def by_definition(
    score: Callable[[NDArray[np.float32]], NDArray[np.float64]], x: NDArray[np.float32], background: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Shapley's sum over all coalitions, absent variables averaged over the background."""
    n = len(x)

    def value(coalition: tuple[int, ...]) -> float:
        mixed = background.copy()
        mixed[:, list(coalition)] = x[list(coalition)]
        return float(score(mixed).mean())

    found = np.zeros(n)
    for each in range(n):
        others = [other for other in range(n) if other != each]
        for size in range(n):
            share = factorial(size) * factorial(n - size - 1) / factorial(n)
            for coalition in combinations(others, size):
                found[each] += share * (value((*coalition, each)) - value(coalition))
    return found


def test_linear_model_with_one_background_event_is_exact() -> None:
    X = RNG.normal(size=(20, 3)).astype(np.float32)
    background = RNG.normal(size=(1, 3)).astype(np.float32)
    found = sampled_shap(linear, X, background, n_walks=1, rng=np.random.default_rng(1))
    np.testing.assert_allclose(found, SLOPES * (X.astype(float) - background), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("score", [linear, tree])
def test_sampled_values_converge_to_the_definition(
    score: Callable[[NDArray[np.float32]], NDArray[np.float64]],
) -> None:
    background = RNG.normal(size=(6, 3)).astype(np.float32)
    x = np.array([0.8, 0.3, -0.4], dtype=np.float32)
    repeated = np.tile(x, (20_000, 1))
    samples = sampled_shap(score, repeated, background, n_walks=1, rng=np.random.default_rng(2))
    error = samples.std(axis=0) / np.sqrt(len(samples))
    assert (np.abs(samples.mean(axis=0) - by_definition(score, x, background)) < 4 * error + 1e-12).all()


def test_values_add_up_to_score_minus_mean_score() -> None:
    X = RNG.normal(size=(50, 3)).astype(np.float32)
    background = np.tile(RNG.normal(size=(1, 3)).astype(np.float32), (5, 1))
    found = sampled_shap(tree, X, background, n_walks=3, rng=np.random.default_rng(3))
    np.testing.assert_allclose(found.sum(axis=1), tree(X) - tree(background).mean(), atol=1e-12)


@dataclass(kw_only=True, eq=False)
class Linear(umva.Method):
    """A known response."""

    def fit(self, train: umva.Events, validation: Any = None, *, context: Any = None) -> Linear:
        del train, validation, context
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        return linear(X)


def test_background_follows_the_weights_and_negative_ones_count_by_size() -> None:
    train = umva.Events(
        X=np.array([[0, 0, 0], [100, 100, 100], [4, 4, 4]], dtype=np.float32),
        y=np.array([0, 1, 1], dtype=np.int8),
        weight=np.array([1.0, 0.0, -3.0]),
    )
    names = ("a", "b", "c")
    chain = Chain.parse("I", variables=names, classes=("background", "signal"))
    inputs = tuple(Input(each, each) for each in names)
    model = umva.Model("linear", inputs, umva.Problem(), (), Pipeline(Linear(), chain))
    X = np.ones((300, 3), dtype=np.float32)
    explanation = explain(model, X, train, seed=1)
    mean_background = 1 - explanation.values.mean(axis=0) / SLOPES
    np.testing.assert_allclose(mean_background, 3.0, atol=1.5)  # 4 * 3/4; the event of weight zero never enters
    assert "sampled" in explanation.note
    again = explain(model, X, train, seed=1)
    np.testing.assert_array_equal(again.values, explanation.values)
