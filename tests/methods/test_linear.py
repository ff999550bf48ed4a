"""Fisher and LD: TMVA's coefficients and responses, second implementations, and what singular inputs do."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import numpy as np
import pytest

from umva.errors import MethodError
from umva.methods import Events, Problem, parse_string, resolve
from umva.methods.linear.discriminants import LD, Fisher
from umva.methods.linear.moments import class_moments

if TYPE_CHECKING:
    from pathlib import Path

INPUTS = ["myvar1", "myvar2", "var3", "var4"]


def reference_training(shared: Path) -> Events:
    """Return TMVA's training events, weights as renormalised by TMVA."""
    import pandas as pd

    table = pd.read_csv(shared / "tmva/reference/classification/train.csv")
    return Events(
        table[INPUTS].to_numpy(np.float32),
        (table["classID"] == 0).to_numpy().astype(np.int8),
        table["weight"].to_numpy(np.float64),
    )


def toy(n_events: int = 600, *, negative: float = 0.0, seed: int = 3) -> Events:
    rng = np.random.default_rng(seed)
    y = (rng.random(n_events) < 0.4).astype(np.int8)
    X = rng.normal(size=(n_events, 3)) + y[:, None] * [1.0, 0.5, 0.0]
    X[:, 2] += 0.5 * X[:, 0]
    weight = rng.uniform(0.5, 2.0, n_events) * np.where(rng.random(n_events) < negative, -1.0, 1.0)
    return Events(X.astype(np.float32), y, weight)


@pytest.mark.shared
@pytest.mark.parametrize(("method", "index"), [(Fisher, "Index"), (LD, "IndexCoeff")])
def test_coefficients_are_those_of_tmva(method: type[Fisher | LD], index: str, shared: Path) -> None:
    path = shared / f"tmva/reference/classification/weights/TMVAClassification_{method.name}.weights.xml"
    stored = {each.get(index): float(each.get("Value", "nan")) for each in ET.parse(path).iter("Coefficient")}
    wanted = [stored[str(i)] for i in range(len(INPUTS) + 1)]

    fitted = method().fit(reference_training(shared))

    assert [fitted.offset_, *fitted.coefficients_] == pytest.approx(wanted, rel=1e-5)
    assert fitted.notes_ == ()


@pytest.mark.shared
def test_responses_are_those_of_tmva(shared: Path) -> None:
    import pandas as pd

    table = pd.read_csv(shared / "tmva/reference/classification/inputs_and_responses.csv")
    score = Fisher().fit(reference_training(shared)).score(table[INPUTS].to_numpy(np.float32))
    np.testing.assert_allclose(score, table["Fisher"], atol=1e-5)


@pytest.mark.shared
def test_regression_is_that_of_tmva(shared: Path) -> None:
    import pandas as pd

    folder, inputs = shared / "tmva/reference/regression", ["var1", "var2"]
    train, answers = pd.read_csv(folder / "train.csv"), pd.read_csv(folder / "inputs_and_responses.csv")
    problem = Problem(classes=(), targets=("fvalue",))
    X, y = train[inputs].to_numpy(np.float32), train[["fvalue"]].to_numpy(np.float64)
    fitted = LD().fit(Events(X, y, train["weight"].to_numpy(np.float64), problem))

    stored = ET.parse(folder / "weights/TMVARegression_LD.weights.xml").iter("Coefficient")
    assert [*np.atleast_1d(fitted.offset_), *fitted.coefficients_[:, 0]] == pytest.approx(
        [float(each.get("Value", "nan")) for each in stored], rel=1e-5
    )
    score = fitted.score(answers[inputs].to_numpy(np.float32))
    np.testing.assert_allclose(score[:, 0], answers["LD"], rtol=1e-5, atol=1e-5)


def test_each_target_is_weighted_least_squares_by_itself() -> None:
    train = toy(negative=0.2)
    targets = np.column_stack([train.X[:, 0] + train.y, 1000.0 * train.X[:, 1] ** 2])
    problem = Problem(classes=(), targets=("one", "two"))
    design = np.column_stack([np.ones(train.n_events), train.X])
    wanted = np.linalg.solve(design.T @ (train.weight[:, None] * design), design.T @ (train.weight[:, None] * targets))

    fitted = LD().fit(Events(train.X, targets, train.weight, problem))

    np.testing.assert_allclose(fitted.score(train.X), design @ wanted, rtol=1e-8, atol=1e-8)
    alone = LD().fit(Events(train.X, targets[:, 1:], train.weight, Problem(classes=(), targets=("two",))))
    np.testing.assert_allclose(alone.score(train.X)[:, 0], fitted.score(train.X)[:, 1], rtol=1e-12)


def test_ld_is_weighted_least_squares_with_negative_weights() -> None:
    train = toy(negative=0.2)
    design = np.column_stack([np.ones(train.n_events), train.X])
    slopes = np.linalg.solve(design.T @ (train.weight[:, None] * design), design.T @ (train.weight * train.y))[1:]
    mean = np.average(train.X, axis=0, weights=train.weight)

    fitted = LD().fit(train)

    np.testing.assert_allclose(fitted.coefficients_, slopes, rtol=1e-9)
    assert fitted.offset_ == pytest.approx(-0.5 * slopes @ mean)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("method", "wanted"),
    [(Fisher, [3.971e-02, 1.834e-03, 7.194e-02, 1.497e-01]), (LD, [3.263e-01, 8.026e-02, 1.948e-01, 7.576e-01])],
)
def test_rankings_of_linear_methods_are_those_of_tmva(
    method: type[Fisher | LD], wanted: list[float], shared: Path
) -> None:
    ranking = method().fit(reference_training(shared)).ranking_
    assert ranking
    assert ranking.quantity == "Discr. power"
    np.testing.assert_allclose(ranking.values, wanted, rtol=5e-4)


@pytest.mark.parametrize("options", ["Method=Mahalanobis", "Mahalanobis"])
def test_mahalanobis_adds_the_spread_between_the_classes(options: str) -> None:
    train = toy()
    signal, background = (class_moments(train, label, method="test") for label in (1, 0))
    share = signal.weight / (signal.weight + background.weight)
    apart = signal.mean - background.mean
    full = signal.covariance + background.covariance + share * (1 - share) * np.outer(apart, apart)
    wanted = np.sqrt(share * (1 - share)) * np.linalg.solve(full, apart)

    fitted = Fisher(**resolve(Fisher, "Fisher", parse_string(options))).fit(train)

    np.testing.assert_allclose(fitted.coefficients_, wanted, rtol=1e-9)


def test_moments_agree_with_numpy_over_several_chunks() -> None:
    train = toy(150_000)
    found = class_moments(train, 1, method="test")
    chosen = train.y == 1
    np.testing.assert_allclose(
        found.covariance,
        np.cov(train.X[chosen].T.astype(float), aweights=train.weight[chosen], ddof=0),
        rtol=1e-9,
        atol=1e-12,
    )


def test_weight_two_is_the_event_twice() -> None:
    train = toy()
    twice = np.arange(train.n_events) % 3 == 0
    heavier = Events(train.X, train.y, np.where(twice, 2.0, 1.0))
    repeat = np.where(twice, 2, 1)
    repeated = Events(np.repeat(train.X, repeat, 0), np.repeat(train.y, repeat), np.ones(repeat.sum()))
    for method in (Fisher, LD):
        np.testing.assert_allclose(method().fit(heavier).coefficients_, method().fit(repeated).coefficients_, rtol=1e-9)


@pytest.mark.parametrize("method", [Fisher, LD])
def test_a_repeated_input_shares_its_coefficient_and_is_named(method: type[Fisher | LD]) -> None:
    train = toy()
    doubled = Events(np.column_stack([train.X, 2 * train.X[:, 1]]), train.y, train.weight)
    fitted = method().fit(doubled)
    np.testing.assert_allclose(fitted.score(doubled.X), method().fit(train).score(train.X), rtol=1e-4, atol=1e-5)
    assert fitted.notes_ == ("Linear combinations of each other, so that coefficients are shared out: inputs 2, 4.",)


@pytest.mark.parametrize("method", [Fisher, LD])
def test_a_constant_input_is_left_alone(method: type[Fisher | LD]) -> None:
    train = toy()
    constant = Events(np.column_stack([np.full(train.n_events, 91.1876, np.float32), train.X]), train.y, train.weight)
    fitted = method().fit(constant)
    np.testing.assert_allclose(fitted.score(constant.X), method().fit(train).score(train.X), rtol=1e-5, atol=1e-6)
    assert fitted.notes_ == ("Not used, since without spread in the training events: input 1.",)


def test_negative_weights_that_win_are_an_error() -> None:
    train = toy()
    with pytest.raises(MethodError, match="weights of class 'signal' sum to -"):
        Fisher().fit(Events(train.X, train.y, np.where(train.y == 1, -1.0, 1.0)))
    outlying = np.where(np.abs(train.X[:, 0] - train.y) > 1.0, -1.0, 1.0)
    with pytest.raises(MethodError, match="negative variance to input"):
        Fisher().fit(Events(train.X, train.y, outlying))


def test_shapley_values_sum_to_the_response() -> None:
    train = toy()
    for fitted in (Fisher().fit(train), LD().fit(train)):
        values = fitted.shap(train.X[:50], train.X)
        offset = fitted.score(train.X).mean()
        np.testing.assert_allclose(values.sum(axis=1) + offset, fitted.score(train.X[:50]), atol=1e-9)
    targets = np.column_stack([train.X[:, 0], train.y + train.X[:, 1]])
    regression = LD().fit(Events(train.X, targets, train.weight, Problem(classes=(), targets=("one", "two"))))
    summed = regression.shap(train.X[:50], train.X).sum(axis=1) + regression.score(train.X).mean(axis=0)
    np.testing.assert_allclose(summed, regression.score(train.X[:50]), atol=1e-6)
