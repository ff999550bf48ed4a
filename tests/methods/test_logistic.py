"""Logistic: the conditions at the minimum, scikit-learn's answers, and penalties that select inputs."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from umva.methods import Events
from umva.methods.linear.logistic import Logistic
from umva.testing import toys


def standardised(train: Events) -> np.ndarray:
    mean = np.average(train.X, axis=0, weights=train.weight)
    return (train.X - mean) / np.sqrt(np.average((train.X - mean) ** 2, axis=0, weights=train.weight))


@pytest.mark.parametrize("task", ["classification", "multiclass"])
@pytest.mark.parametrize(
    ("penalty", "l1", "l2"), [("none", 0, 0), ("l2", 0, 1), ("l1", 1, 0), ("elasticnet", 0.3, 0.7)]
)
def test_the_gradient_is_what_the_penalty_allows(task: str, penalty: str, l1: float, l2: float) -> None:
    train = toys(task=task)
    fitted = Logistic(penalty=penalty, strength=0.02, l1_ratio=0.3, tol=1e-9).fit(train)
    score = fitted.score(train.X)
    wrong = score - (train.y if task == "classification" else np.eye(3)[train.y])
    share = train.weight / train.weight.sum()
    X = standardised(train)
    slopes = (fitted.coefficients_.T * (train.X.std(axis=0) / X.std(axis=0))).T

    assert (np.abs(share @ wrong) < 1e-6).all()  # the offset is free
    gradient = X.T @ (share * wrong.T).T + 0.02 * l2 * slopes
    allowed = np.where(slopes == 0, 0.02 * l1 - np.abs(gradient), -np.abs(gradient + 0.02 * l1 * np.sign(slopes)))
    assert allowed.min() > -1e-6


@pytest.mark.parametrize(("penalty", "ratio"), [("l1", 1.0), ("elasticnet", 0.4)])
def test_sparse_fits_are_those_of_scikit_learn(penalty: str, ratio: float) -> None:
    from sklearn.linear_model import LogisticRegression

    train, X = toys(600), toys(seed=3).X
    fitted = Logistic(penalty=penalty, strength=0.01, l1_ratio=0.4, tol=1e-9).fit(train)
    scale = train.X.std(axis=0) / standardised(train).std(axis=0)
    theirs = LogisticRegression(C=1 / 6, l1_ratio=ratio, solver="saga", tol=1e-8, max_iter=5000, random_state=1)
    theirs.fit(standardised(train), train.y, train.weight / train.weight.mean())
    np.testing.assert_allclose(fitted.coefficients_ * scale, theirs.coef_[0], atol=1e-5)
    assert np.isfinite(fitted.score(X)).all()


def test_a_strong_penalty_leaves_the_shares_of_the_classes() -> None:
    train = toys(task="multiclass")
    share = np.bincount(train.y, weights=train.weight) / train.weight.sum()
    fitted = Logistic(penalty="l1", strength=10.0).fit(train)
    assert not fitted.coefficients_.any()
    np.testing.assert_allclose(fitted.score(train.X), np.tile(share, (train.n_events, 1)), atol=1e-5)


def test_l1_drops_noise() -> None:
    train = toys(1000)
    noise = np.random.default_rng(1).normal(size=(1000, 30)).astype(np.float32)
    wide = Events(np.column_stack([train.X, noise]), train.y, train.weight)
    sparse = Logistic(penalty="l1", strength=0.03).fit(wide).coefficients_
    assert np.count_nonzero(sparse[:4]) == 4
    assert np.count_nonzero(sparse[4:]) <= 3
    assert np.count_nonzero(Logistic().fit(wide).coefficients_) == 34


def test_very_different_weights_and_equal_inputs_do_not_stop_it() -> None:
    train = toys(1000)
    weight = np.random.default_rng(1).lognormal(0, 2, 1000)
    weight[0] = 0.2 * weight.sum()
    X = np.column_stack([train.X, train.X[:, 0] + 1e-3 * train.X[:, 1], train.X[:, 0] + train.X[:, 1]])
    for penalty in ("none", "l2", "l1", "elasticnet"):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            fitted = Logistic(penalty=penalty).fit(Events(X, train.y, weight))
        assert fitted.notes_ == ()
        assert abs(weight @ (fitted.score(X) - train.y)) < 1e-4 * weight.sum()


def test_a_class_of_two_events() -> None:
    train = toys(200, task="multiclass")
    rare = np.flatnonzero(train.y == 2)[2:]
    few = train.select(np.setdiff1d(np.arange(200), rare))
    for penalty in ("none", "l2", "l1", "elasticnet"):
        score = Logistic(penalty=penalty).fit(few).score(train.X)
        np.testing.assert_allclose(score.sum(axis=1), 1.0, atol=1e-12)


@pytest.mark.parametrize("penalty", ["l2", "l1"])
def test_it_says_when_it_was_stopped(penalty: str) -> None:
    assert "max_iter" in Logistic(max_iter=1, penalty=penalty).fit(toys()).notes_[0]
