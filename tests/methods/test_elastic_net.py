"""ElasticNet beside scikit-learn's on scaled events, and its limits: least squares and nothing."""

from __future__ import annotations

import numpy as np
import pytest

from umva.methods import Events
from umva.methods.linear.discriminants import LD
from umva.methods.linear.elastic_net import ElasticNet
from umva.testing import toys


def scaled(columns: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    mean = np.average(columns, axis=0, weights=weight)
    spread = np.sqrt(np.average((columns - mean) ** 2, axis=0, weights=weight))
    return (columns - mean) / spread, mean, spread


@pytest.mark.parametrize("l1_ratio", [0.0, 0.2, 1.0])
def test_estimates_are_those_of_scikit_learn(l1_ratio: float) -> None:
    from sklearn import linear_model

    train = toys(600, task="regression")
    weight = train.weight
    X, _, _ = scaled(train.X.astype(np.float64), weight)
    y, mean, spread = scaled(train.y, weight)
    if l1_ratio == 0.0:
        theirs = linear_model.Ridge(alpha=0.05 * weight.sum())
    else:
        theirs = linear_model.ElasticNet(alpha=0.05, l1_ratio=l1_ratio, tol=1e-9, max_iter=10_000)
    expected = theirs.fit(X, y, weight).predict(X) * spread + mean
    found = ElasticNet(strength=0.05, l1_ratio=l1_ratio).fit(train)
    assert (np.abs(found.score(train.X) - expected).max(axis=0) < 1e-5 * spread).all()
    assert found.notes_ == ()


@pytest.mark.parametrize("l1_ratio", [0.0, 0.5, 1.0])
def test_its_limits_are_least_squares_and_the_mean(l1_ratio: float) -> None:
    train = toys(task="regression")
    free = ElasticNet(strength=0.0, l1_ratio=l1_ratio).fit(train).score(train.X)
    np.testing.assert_allclose(free, LD().fit(train).score(train.X), rtol=1e-9)
    strong = ElasticNet(strength=1e6, l1_ratio=l1_ratio).fit(train).score(train.X)
    mean = np.average(train.y, axis=0, weights=train.weight)
    np.testing.assert_allclose(strong, np.tile(mean, (train.n_events, 1)), rtol=1e-3)


def test_negative_weights_take_events_away() -> None:
    train, wrong = toys(600, task="regression"), toys(100, seed=5, task="regression")
    both = np.concatenate([train.X, wrong.X, wrong.X]), np.concatenate([train.y, wrong.y, wrong.y])
    weight = np.concatenate([train.weight, wrong.weight, -wrong.weight])
    one, other = ElasticNet().fit(Events(*both, weight, train.problem)), ElasticNet().fit(train)
    np.testing.assert_allclose(one.coefficients_, other.coefficients_, rtol=1e-9)


def test_lasso_drops_noise() -> None:
    train = toys(600, task="regression")
    noise = np.random.default_rng(1).normal(size=(600, 30)).astype(np.float32)
    wide = Events(np.column_stack([train.X, noise]), train.y, train.weight, train.problem)
    slopes = ElasticNet(strength=0.15, l1_ratio=1.0).fit(wide).coefficients_
    assert slopes[:4, 0].all()
    assert not slopes[4:].any()


def test_a_constant_target_and_a_stop_before_convergence() -> None:
    train = toys(task="regression")
    still = Events(train.X, np.full_like(train.y, 7.0), train.weight, train.problem)
    np.testing.assert_allclose(ElasticNet().fit(still).score(train.X), 7.0)
    assert "max_iter" in ElasticNet(max_iter=1, tol=1e-15).fit(train).notes_[0]
