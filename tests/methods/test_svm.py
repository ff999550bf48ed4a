"""SVM: libsvm's own decision function, TMVA's separation, weights, samples and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from umva.errors import MethodError, OptionError
from umva.methods import Context, Events, load, resolve
from umva.methods.svm import SVM

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
    wanted = np.exp(-fitted.gamma_ * squares) @ fitted.dual_.astype(float) + fitted.offset_
    np.testing.assert_allclose(fitted.decision(test.X), wanted, atol=1e-4)


@pytest.mark.shared
def test_separates_as_well_as_tmva(shared: Path) -> None:
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
    assert np.corrcoef(score, answers["SVM"])[0, 1] > 0.95


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
    fitted = SVM(max_events=300).fit(train, context=Context(seed=4))
    assert fitted.notes_ == ("Trained on 300 of 3000 events drawn at random (max_events), in the classes' proportion.",)
    assert auc(fitted.score(train.X), train.y) > 0.97
    np.testing.assert_array_equal(
        SVM(max_events=300).fit(train, context=Context(seed=4)).score(train.X), fitted.score(train.X)
    )
    assert SVM().fit(train).notes_ == ()


def test_a_stop_before_convergence_is_said() -> None:
    assert "max_iter" in SVM(max_iter=1, c=1e6, tol=1e-9).fit(ring()).notes_[0]


def test_a_class_without_weight_is_an_error() -> None:
    train = ring()
    with pytest.raises(MethodError, match="class 1 has no training event"):
        SVM().fit(Events(train.X, train.y, np.where(train.y == 1, 0.0, 1.0)))


@pytest.mark.parametrize("option", [{"Kernel": "Polynomial"}, {"Order": "2"}, {"KernelList": "RBF*Polynomial"}])
def test_other_kernels_are_refused(option: dict[str, str]) -> None:
    with pytest.raises(OptionError, match="RBF"):
        resolve(SVM, "SVM", option, refused=SVM.refused)
    assert resolve(SVM, "SVM", {"Kernel": "rbf"}) == {"kernel": "RBF"}


def test_outliers_far_away_get_the_offset_alone() -> None:
    fitted = SVM().fit(ring())
    far = np.array([[1e6, -1e6], [3e38, 0.0]], np.float32)
    np.testing.assert_allclose(fitted.decision(far), fitted.offset_, atol=1e-6)


def test_an_event_scores_the_same_whatever_its_company() -> None:
    fitted, X = SVM().fit(ring()), ring(1000, seed=7).X
    whole = fitted.score(X)
    np.testing.assert_array_equal([fitted.score(X[i : i + 1])[0] for i in range(100)], whole[:100])
    np.testing.assert_array_equal(fitted.score(X[333:]), whole[333:])


def test_saved_and_loaded(tmp_path: Path) -> None:
    train = ring()
    fitted = SVM().fit(train)
    fitted.save(tmp_path)
    np.testing.assert_array_equal(load(tmp_path).score(train.X), fitted.score(train.X))
