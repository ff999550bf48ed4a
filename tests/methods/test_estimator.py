"""Methods as scikit-learn estimators: its own checks, and the tools that people use them with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

import umva
from umva.errors import MethodError, OptionError, UnknownMethodError
from umva.methods import get
from umva.methods.estimator import MethodClassifier, MethodRegressor
from umva.methods.trees.bdt import BDT
from umva.methods.wrapped import wrap
from umva.testing import expected_failures, toys

CHECKED = ["Fisher", "LD", "Logistic", "KNN", "SVM", "BDT", "BDTG", "XGBoost", "RandomForest"]
TRAIN, TEST = toys(400), toys(600, seed=3)


def checked(estimator: Any, name: str) -> set[str]:
    """Return the names of scikit-learn's checks that fail unexpectedly."""
    results = check_estimator(estimator, expected_failed_checks=expected_failures(name), on_fail=None, on_skip=None)
    assert len(results) > 50
    return {each["check_name"] for each in results if each["status"] == "failed"}


@pytest.mark.parametrize("name", CHECKED)
def test_scikit_learn_finds_a_classifier(name: str) -> None:
    assert checked(umva.estimator(name, **get(name).quick_options), name) == set()


@pytest.mark.parametrize("name", ["LD", "KNN", "RandomForest"])
def test_scikit_learn_finds_a_regressor(name: str) -> None:
    assert checked(umva.estimator(name, task="regression", **get(name).quick_options), name) == set()


@pytest.mark.slow
def test_scikit_learn_finds_a_network() -> None:
    assert checked(umva.estimator("DNN", **get("DNN").quick_options), "DNN") == set()


def test_it_answers_as_the_method() -> None:
    found = umva.estimator("BDT", NTrees=20).fit(TRAIN.X, TRAIN.y, TRAIN.weight)
    method = BDT(n_trees=20).fit(TRAIN)
    assert np.array_equal(found.method_.score(TEST.X), method.score(TEST.X))
    assert np.array_equal(np.argsort(found.decision_function(TEST.X)), np.argsort(method.score(TEST.X)))
    proba = found.predict_proba(TEST.X)
    assert np.allclose(proba.sum(axis=1), 1)
    assert np.array_equal(found.predict(TEST.X), (proba[:, 1] > 0.5).astype(np.int8))
    assert abs(proba[:, 1].mean() - 0.5) < 0.05


@pytest.mark.parametrize("name", ["Fisher", "Logistic"])
def test_probabilities_are_honest_where_there_is_no_overtraining(name: str) -> None:
    train, test = toys(20_000), toys(20_000, seed=2)
    proba = umva.estimator(name).fit(train.X, train.y).predict_proba(test.X)[:, 1]
    for low in np.arange(0.1, 0.9, 0.2):
        chosen = (proba > low) & (proba < low + 0.2)
        assert abs(test.y[chosen].mean() - proba[chosen].mean()) < 0.06


def test_parameters_are_those_of_the_method() -> None:
    found = umva.estimator("BDT", NTrees="30", random_state=5)
    assert repr(found) == "MethodClassifier('BDT', n_trees=30, random_state=5)"
    assert found.get_params()["n_trees"] == 30
    assert found.get_params()["max_depth"] == get("BDT")().options()["max_depth"]
    again = clone(found.set_params(max_depth=2))
    assert again is not found
    assert again.get_params() == found.get_params()
    with pytest.raises(OptionError, match="did you mean 'n_trees'"):
        found.set_params(n_tres=3)


@pytest.mark.parametrize(
    ("error", "message", "make"),
    [
        (UnknownMethodError, "did you mean 'Fisher'", lambda: umva.estimator("Fischer")),
        (OptionError, "did you mean 'n_trees'", lambda: umva.estimator("BDT", n_tres=3)),
        (MethodError, "Fisher knows no task 'regression'", lambda: umva.estimator("Fisher", task="regression")),
        (OptionError, "at least 1", lambda: MethodClassifier("BDT", n_trees=0).fit(TRAIN.X, TRAIN.y)),
        (ValueError, "Negative values", lambda: umva.estimator("KNN").fit(TRAIN.X, TRAIN.y, -TRAIN.weight)),
        (ValueError, "one weight an event", lambda: umva.estimator("KNN").fit(TRAIN.X, TRAIN.y, [1.0])),
        (ValueError, "NaN", lambda: umva.estimator("KNN").fit(TRAIN.X * np.nan, TRAIN.y)),
        (ValueError, "two classes", lambda: umva.estimator("KNN").fit(TRAIN.X, np.ones(400))),
        (ValueError, "Only binary", lambda: umva.estimator("Fisher").fit(TRAIN.X, np.arange(400) % 3)),
        (MethodError, "cannot be trained for a regression", lambda: MethodRegressor("Fisher").fit(TRAIN.X, TRAIN.y)),
    ],
)
def test_what_cannot_be_is_refused(error: type[Exception], message: str, make: Any) -> None:
    with pytest.raises(error, match=message):
        make()


def test_scikit_learns_tools_take_it() -> None:
    search = GridSearchCV(umva.estimator("BDT", n_trees=5), {"n_trees": [1, 20], "max_depth": [1, 3]}, cv=2)
    search.fit(TRAIN.X, TRAIN.y)
    assert search.best_params_["n_trees"] == 20
    pipeline = make_pipeline(StandardScaler(), umva.estimator("KNN"))
    assert cross_val_score(pipeline, TRAIN.X, TRAIN.y, scoring="roc_auc").mean() > 0.8
    calibrated = CalibratedClassifierCV(umva.estimator("Fisher"), cv=3).fit(TRAIN.X, TRAIN.y)
    assert roc_auc_score(TEST.y, calibrated.predict_proba(TEST.X)[:, 1]) > 0.85
    assert "MethodClassifier" in pipeline._repr_html_()


def test_several_classes_have_their_labels() -> None:
    train, test = (toys(600, seed=seed, task="multiclass") for seed in (1, 2))
    labels = np.array(["prompt", "feed-down", "background"])
    found = umva.estimator("Logistic").fit(train.X, labels[train.y])
    assert found.classes_.tolist() == sorted(labels)
    assert found.predict_proba(test.X).shape == (600, 3)
    assert found.score(test.X, labels[test.y]) > 0.8


def test_targets_keep_their_shape() -> None:
    train, test = (toys(400, seed=seed, task="regression") for seed in (1, 2))
    both = umva.estimator("LD", task="regression").fit(train.X, train.y)
    one = umva.estimator("LD", task="regression").fit(train.X, train.y[:, 0])
    assert both.predict(test.X).shape == (400, 2)
    assert np.allclose(one.predict(test.X), both.predict(test.X)[:, 0])
    assert both.score(test.X, test.y) > 0.9


def test_any_method_and_its_options_can_be_handed_over() -> None:
    from sklearn.naive_bayes import GaussianNB

    ours = umva.estimator(BDT(n_trees=7))
    assert ours.get_params()["n_trees"] == 7
    theirs = umva.estimator(wrap(GaussianNB()))
    assert np.allclose(
        theirs.fit(TRAIN.X, TRAIN.y).predict_proba(TEST.X),
        GaussianNB().fit(TRAIN.X, TRAIN.y).predict_proba(TEST.X),
        atol=1e-6,
    )
    assert not hasattr(clone(theirs), "method_")


def test_options_of_methods_do_not_hide_its_own_parameters() -> None:
    for name in umva.available():
        names = {each.name for each in umva.methods.declared(get(name))}
        assert not names & {"which", "random_state", "n_jobs", "method_", "classes_"}
