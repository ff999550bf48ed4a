"""SVM: the decision function and estimates of libsvm, TMVA's separation, the approximated kernel, weights and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from umva.errors import MethodError
from umva.methods import Context, Events, Problem, load, resolve
from umva.methods.svm.kernel_svm import SVM
from umva.testing import toys

if TYPE_CHECKING:
    from pathlib import Path

INPUTS = ["myvar1", "myvar2", "var3", "var4"]


def ring(n_events: int = 600, seed: int = 2) -> Events:
    """Return a disc of signal in a sea of background."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-2, 2, (n_events, 2)).astype(np.float32)
    y = ((X**2).sum(axis=1) < 1.5).astype(np.int8)
    return Events(X, y, rng.uniform(0.2, 3.0, n_events))


def auc(score: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(y, score, sample_weight=weight))


def test_decision_is_that_of_libsvm() -> None:
    from sklearn.svm import SVC

    train, test = ring(), ring(3000, seed=3)
    signal = train.y == 1
    weight = train.weight / np.where(signal, train.weight[signal].sum(), train.weight[~signal].sum()) * 300
    machine = SVC(C=2.0, gamma=0.7, tol=0.01).fit(train.X.astype(float), train.y, sample_weight=weight)

    fitted = SVM(c=2.0, gamma=0.7).fit(train)

    np.testing.assert_allclose(fitted.decision(test.X), machine.decision_function(test.X), atol=0.03)
    order = np.argsort(fitted.decision(test.X))
    assert np.all(np.diff(fitted.score(test.X)[order]) >= 0)
    assert fitted.score(test.X).min() > 0


def test_decision_by_kernels_written_out() -> None:
    train, test = ring(), ring(700, seed=4)
    fitted = SVM().fit(train)
    vectors = fitted.vectors_ / np.sqrt(2 * fitted.gamma_) + fitted.centre_
    squares = ((test.X[:, None, :].astype(float) - vectors) ** 2).sum(axis=2)
    wanted = np.exp(-fitted.gamma_ * squares) @ fitted.dual_[:, 0].astype(float) + fitted.offset_
    np.testing.assert_allclose(fitted.decision(test.X), wanted, atol=1e-4)


@pytest.mark.shared
def test_response_is_that_of_tmva_to_its_tolerance(shared: Path) -> None:
    import pandas as pd

    folder = shared / "tmva/reference/classification"
    table, answers = pd.read_csv(folder / "train.csv"), pd.read_csv(folder / "inputs_and_responses.csv")
    X = table[INPUTS].to_numpy(np.float32)
    low, high = X.min(axis=0), X.max(axis=0)
    label = (table["classID"] == 0).to_numpy().astype(np.int8)
    train = Events(2 * (X - low) / (high - low) - 1, label, table["weight"].to_numpy(np.float64))
    fitted = SVM(**resolve(SVM, "SVM", {"Gamma": "0.25", "Tol": "0.001"})).fit(train)

    score = fitted.score((2 * (answers[INPUTS].to_numpy(np.float32) - low) / (high - low) - 1).astype(np.float32))

    truth, weight = (answers["classID"] == 0).to_numpy(), answers["weight"].to_numpy()
    assert auc(score, truth, weight) > auc(answers["SVM"].to_numpy(), truth, weight) - 0.005
    np.testing.assert_allclose(score, answers["SVM"], atol=2e-3)  # both stop at a violation of 0.001


def test_only_ratios_of_weights_within_a_class_matter() -> None:
    train = ring()
    rescaled = Events(train.X, train.y, train.weight * np.where(train.y == 1, 1e-9, 1e3))
    np.testing.assert_allclose(SVM().fit(rescaled).score(train.X), SVM().fit(train).score(train.X), atol=1e-4)


def test_heavy_events_are_followed() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(400, 1)).astype(np.float32)
    y = rng.integers(0, 2, 400).astype(np.int8)  # no separation but by the weights
    weight = np.where((X[:, 0] > 0) == (y == 1), 5.0, 1.0)
    assert auc(SVM().fit(Events(X, y, weight)).score(X), X[:, 0] > 0) > 0.95


def test_a_large_sample_is_drawn_from_and_said_so() -> None:
    train = ring(3000)
    fitted = SVM(max_events=300, approximation="none").fit(train, context=Context(seed=4))
    assert fitted.notes_ == ("Trained on 300 of 3000 events drawn at random (max_events), in the classes' proportion.",)
    assert auc(fitted.score(train.X), train.y) > 0.97
    np.testing.assert_array_equal(
        SVM(max_events=300, approximation="none").fit(train, context=Context(seed=4)).score(train.X),
        fitted.score(train.X),
    )
    assert SVM().fit(train).notes_ == ()


def test_a_stop_before_convergence_is_said() -> None:
    assert "max_iter" in SVM(max_iter=1, c=1e6, tol=1e-9).fit(ring()).notes_[0]


def test_a_class_without_weight_is_an_error() -> None:
    train = ring()
    with pytest.raises(MethodError, match="weights of class 'signal' sum to 0"):
        SVM().fit(Events(train.X, train.y, np.where(train.y == 1, 0.0, 1.0)))


def test_outliers_far_away_get_the_offset_alone() -> None:
    fitted = SVM().fit(ring())
    far = np.array([[1e6, -1e6], [3e38, 0.0]], np.float32)
    np.testing.assert_allclose(fitted.decision(far), np.repeat(fitted.offset_, 2), atol=1e-6)


def test_an_event_scores_the_same_whatever_its_company() -> None:
    fitted, X = SVM().fit(ring()), ring(1000, seed=7).X
    whole = fitted.score(X)
    np.testing.assert_array_equal([fitted.score(X[i : i + 1])[0] for i in range(100)], whole[:100])
    np.testing.assert_array_equal(fitted.score(X[333:]), whole[333:])


@pytest.mark.parametrize("approximation", ["none", "nystroem"])
@pytest.mark.parametrize("task", ["classification", "multiclass", "regression"])
def test_saved_and_loaded(task: str, approximation: str, tmp_path: Path) -> None:
    train = toys(task=task)
    fitted = SVM(approximation=approximation, n_components=50).fit(train)
    fitted.save(tmp_path)
    np.testing.assert_array_equal(load(tmp_path).score(train.X), fitted.score(train.X))


def test_estimates_are_those_of_libsvm() -> None:
    from sklearn.svm import SVR

    train, X = toys(task="regression"), toys(seed=3, task="regression").X
    weight = train.weight / train.weight.mean()
    fitted = SVM(c=3.0, epsilon=0.2, gamma=0.1, tol=1e-4).fit(train)
    for column, target in enumerate(train.y.T):
        mean = np.average(target, weights=weight)
        spread = np.sqrt(np.average((target - mean) ** 2, weights=weight))
        machine = SVR(C=3.0, epsilon=0.2, gamma=0.1, tol=1e-4).fit(train.X, (target - mean) / spread, weight)
        expected = mean + spread * machine.predict(X)
        np.testing.assert_allclose(fitted.score(X)[:, column], expected, atol=2e-3 * spread)


def test_one_class_against_the_rest_is_the_machine_of_two() -> None:
    train = toys(task="multiclass")
    fitted = SVM(tol=1e-4, gamma=0.1).fit(train)
    sums = np.bincount(train.y, weights=train.weight)
    for label in range(3):
        weight = train.weight / sums[train.y]  # the rest's classes weigh the same
        alone = SVM(tol=1e-4, gamma=0.1).fit(Events(train.X, (train.y == label).astype(np.int8), weight))
        ours, theirs = fitted.decision(train.X)[:, label], alone.decision(train.X)
        slope, offset = np.polyfit(theirs, ours, 1)  # by the calibration
        assert slope > 0
        np.testing.assert_allclose(ours, slope * theirs + offset, atol=1e-3)


@pytest.mark.parametrize("options", [{}, {"approximation": "nystroem", "n_components": 100}])
def test_class_probabilities_are_calibrated(options: dict[str, Any]) -> None:
    from sklearn.linear_model import LogisticRegression

    train, test = toys(1200, task="multiclass"), toys(3000, seed=3, task="multiclass")
    found = SVM(**options).fit(train).score(test.X)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, atol=1e-12)
    share = np.bincount(test.y, weights=test.weight) / test.weight.sum()
    np.testing.assert_allclose(np.average(found, axis=0, weights=test.weight), share, atol=0.03)
    linear = LogisticRegression().fit(train.X, train.y, train.weight).predict_proba(test.X)  # the truth is linear
    rows = np.arange(test.n_events)
    assert -np.log(found[rows, test.y]).mean() < -np.log(linear[rows, test.y]).mean() + 0.05


def test_a_class_of_few_events_gets_its_probability() -> None:
    train = toys(1000, task="multiclass")
    rare = np.flatnonzero(train.y == 2)
    for n_rare in (1, 2, 20):
        few = train.select(np.setdiff1d(np.arange(1000), rare[n_rare:]))
        found = SVM().fit(few).score(train.X)
        assert np.isfinite(found).all()
        assert found[train.y == 2, 2].mean() > 2 * found[train.y == 0, 2].mean()


def test_with_all_events_as_centres_the_approximation_is_the_squared_hinges_optimum() -> None:
    train = ring(150)
    fitted = SVM(approximation="nystroem", n_components=150, c=0.7, gamma=30.0).fit(train)
    y = np.where(train.y == 1, 1.0, -1.0)
    signal = train.y == 1
    weight = train.weight / np.where(signal, train.weight[signal].sum(), train.weight[~signal].sum()) * 75
    vectors = fitted.vectors_ / np.sqrt(2 * fitted.gamma_) + fitted.centre_
    order = np.argmin(((train.X[:, None] - vectors) ** 2).sum(axis=2), axis=1)
    missing = np.maximum(0.0, 1.0 - y * fitted.decision(train.X))
    np.testing.assert_allclose(fitted.dual_[order, 0], 2 * 0.7 * weight * y * missing, atol=1e-5)  # representer theorem
    assert (fitted.dual_.sum(), len(vectors)) == (pytest.approx(0.0, abs=1e-5), 150)  # the constant is free


def test_the_approximation_uses_all_events_and_says_so() -> None:
    train, test = ring(3000), ring(3000, seed=9)
    drawn = SVM(max_events=300, approximation="none").fit(train)
    approximated = SVM(max_events=300, n_components=100).fit(train)
    assert approximated.notes_ == (
        "Kernel approximated (Nystroem) by 100 of the 3000 events as centres, see option approximation.",
    )
    assert approximated.vectors_.shape == (100, 2)
    assert auc(approximated.score(test.X), test.y) > auc(drawn.score(test.X), test.y)
    assert SVM(max_events=3000).fit(train).notes_ == ()


def test_curves_are_followed_in_a_regression() -> None:
    rng = np.random.default_rng(1)
    X = rng.uniform(-3, 3, (500, 2)).astype(np.float32)
    y = np.column_stack([np.sin(2 * X[:, 0]), 1e4 * np.hypot(X[:, 0], X[:, 1])])
    problem = Problem(classes=(), targets=("wave", "radius"))
    for approximation in ("none", "nystroem"):
        fitted = SVM(approximation=approximation, n_components=200).fit(Events(X[:400], y[:400], np.ones(400), problem))
        residual = fitted.score(X[400:]) - y[400:]
        assert (residual.std(axis=0) < 0.25 * y.std(axis=0)).all()


def test_a_stopped_approximation_is_said() -> None:
    fitted = SVM(approximation="nystroem", n_components=50, max_iter=1, c=100.0).fit(ring())
    assert "max_iter" in fitted.notes_[1]
