"""LinearSVM and the Newton steps behind it, beside liblinear and a general minimiser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from umva.methods.svm.linear_svm import LinearSVM
from umva.methods.svm.primal import minimise, shortfall
from umva.testing import toys

if TYPE_CHECKING:
    from umva.methods import Events


def standardised(X: np.ndarray, weight: np.ndarray) -> np.ndarray:
    mean: np.ndarray = np.average(X, axis=0, weights=weight)
    scaled: np.ndarray = (X - mean) / np.sqrt(np.average((X - mean) ** 2, axis=0, weights=weight))
    return scaled


def balanced(train: Events) -> np.ndarray:
    share: np.ndarray = train.weight / np.bincount(train.y, weights=train.weight)[train.y]
    return share / 2


def test_decision_is_that_of_liblinear() -> None:
    from sklearn.svm import LinearSVC

    train = toys(600)
    weight = balanced(train)
    X = standardised(train.X.astype(np.float64), weight)
    machine = LinearSVC(C=1e3, tol=1e-9, max_iter=100_000, intercept_scaling=100.0, dual=False)
    machine.fit(X, train.y, weight)
    found = LinearSVM(strength=1e-3).fit(train)
    np.testing.assert_allclose(found.decision(train.X), machine.decision_function(X), atol=1e-3)


def test_estimates_are_those_of_liblinear() -> None:
    from sklearn.svm import LinearSVR

    train = toys(600, task="regression")
    weight = train.weight / train.weight.sum()
    X, y = standardised(train.X.astype(np.float64), weight), standardised(train.y, weight)
    found = LinearSVM(strength=1e-2, epsilon=0.3).fit(train).score(train.X)
    for column in range(2):
        machine = LinearSVR(
            C=1e2,
            epsilon=0.3,
            loss="squared_epsilon_insensitive",
            tol=1e-9,
            max_iter=100_000,
            intercept_scaling=100.0,
            dual=False,
        ).fit(X, y[:, column], weight)
        spread = float(np.sqrt(np.cov(train.y[:, column], aweights=weight, ddof=0)))
        expected = np.average(train.y[:, column], weights=weight) + spread * machine.predict(X)
        np.testing.assert_allclose(found[:, column], expected, atol=2e-3 * spread)


@pytest.mark.parametrize("epsilon", [None, 0.2])
def test_newtons_steps_end_at_the_minimum(epsilon: float | None) -> None:
    from scipy.optimize import minimize

    rng = np.random.default_rng(2)
    X, basis = rng.normal(size=(200, 5)), rng.normal(size=(5, 3))
    target = np.sign(X[:, 0] + rng.normal(size=200)) if epsilon is None else X[:, 0] ** 2
    weight = rng.uniform(0, 20, 200)

    def value(parameters: np.ndarray) -> float:
        missing = shortfall(target, X @ basis @ parameters[:3] + parameters[3], epsilon)
        return float(0.5 * parameters[:3] @ parameters[:3] + weight @ missing**2)

    coefficients, offset, converged = minimise(
        lambda rows: X[rows], basis, target[:, None], weight[:, None], epsilon=epsilon
    )
    best = minimize(value, np.zeros(4), method="BFGS", options={"gtol": 1e-6})
    assert converged
    np.testing.assert_allclose(coefficients[:, 0], basis @ best.x[:3], atol=1e-5)
    assert offset[0] == pytest.approx(best.x[3], abs=1e-5)


def test_events_far_on_the_right_side_have_no_say() -> None:
    train = toys(600)
    found = LinearSVM().fit(train)
    sure = np.where(train.y == 1, 1, -1) * found.decision(train.X) > 1.5
    assert sure.sum() > 50
    weight = balanced(train)
    without = minimise(
        lambda rows: train.X[rows].astype(np.float64),
        np.eye(4),
        np.where(train.y == 1, 1.0, -1.0)[:, None],
        np.where(sure, 0.0, weight)[:, None] * 1e8,
    )
    free = LinearSVM(strength=1e-8).fit(train)
    np.testing.assert_allclose(without[0][:, 0], free.coefficients_, rtol=1e-3)


def test_one_step_is_not_enough_and_said_so() -> None:
    assert "max_iter" in LinearSVM(max_iter=1).fit(toys()).notes_[0]
