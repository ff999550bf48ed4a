"""The random forest: separation, weights, options, what the files may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from umva.errors import OptionError, RunError
from umva.methods import Context, Events, Problem, load, resolve
from umva.methods.scikit.forest import ExtraTrees, RandomForest

if TYPE_CHECKING:
    from pathlib import Path


def gauss(n_events: int, *, seed: int = 0) -> Events:
    """Two unit Gaussians in four variables, the first two of which are shifted by 1."""
    rng = np.random.default_rng(seed)
    y = (np.arange(n_events) % 2).astype(np.int8)
    X = rng.normal(size=(n_events, 4)) + np.outer(y, [1.0, 1.0, 0.0, 0.0])
    return Events(X.astype(np.float32), y, np.ones(n_events))


def test_responses_are_those_of_scikit_learn() -> None:
    from sklearn.ensemble import RandomForestClassifier

    train = gauss(600)
    weight = np.random.default_rng(5).uniform(0.1, 3.0, train.n_events)
    ours = RandomForest(n_trees=25, min_leaf=3).fit(Events(train.X, train.y, weight), context=Context(seed=7))
    theirs = RandomForestClassifier(25, min_samples_leaf=3, random_state=7).fit(train.X, train.y, weight)
    np.testing.assert_allclose(ours.score(train.X), theirs.predict_proba(train.X)[:, 1], rtol=1e-12)


def test_trees_of_a_large_sample_see_a_part_of_it() -> None:
    train = gauss(2000)
    whole, part = (RandomForest(n_trees=5, min_leaf=1, max_events=most).fit(train) for most in (2000, 200))
    assert max(tree.tree_.n_node_samples[0] for tree in part.estimators_[0].estimators_) <= 200
    assert min(tree.tree_.n_node_samples[0] for tree in whole.estimators_[0].estimators_) > 1000


def test_auc_approaches_the_optimum() -> None:
    from sklearn.metrics import roc_auc_score

    test = gauss(4000, seed=1)
    forest = RandomForest(n_trees=100).fit(gauss(4000), context=Context(n_threads=2))
    assert roc_auc_score(test.y, forest.score(test.X)) > 0.841 - 0.02  # Phi(sqrt(2) / sqrt(2)) is optimal


def test_progress_is_told_in_rising_steps() -> None:
    told: list[float] = []
    RandomForest(n_trees=7).fit(gauss(100), context=Context(progress=told.append))
    assert told[:-1] == pytest.approx([n / 7 for n in range(1, 8)])


def test_the_response_is_the_weighted_share_of_signal() -> None:
    train = gauss(400)
    flat = Events(np.zeros_like(train.X), train.y, np.where(train.y == 1, 9.0, 1.0))
    assert RandomForest(n_trees=3, bootstrap=False).fit(flat).score(flat.X[:1])[0] == pytest.approx(0.9)


def test_missing_values_are_taken() -> None:
    train = gauss(400)
    X = train.X.copy()
    X[train.y == 0, 0] = np.nan
    forest = RandomForest(n_trees=20).fit(Events(X, train.y, train.weight))
    assert forest.score(X[train.y == 0]).max() < forest.score(X[train.y == 1]).min()


def test_shapley_values_add_up_to_the_response() -> None:
    train = gauss(300)
    forest = RandomForest(n_trees=10).fit(train)
    values = forest.shap(train.X[:50], train.X)
    assert values is not None
    rest = forest.score(train.X[:50]) - values.sum(axis=1)
    np.testing.assert_allclose(rest, rest[0], atol=1e-6)
    assert np.abs(values[:, :2]).mean() > 3 * np.abs(values[:, 2:]).mean()


def test_saved_and_loaded_it_answers_the_same(tmp_path: Path) -> None:
    train = gauss(300)
    forest = RandomForest(n_trees=10, max_depth=4, max_features="0.5").fit(train)
    forest.save(tmp_path)
    loaded = load(tmp_path)
    assert isinstance(loaded, RandomForest)
    assert loaded.options() == forest.options()
    assert not hasattr(loaded.estimators_[0], "_sample_weight")
    np.testing.assert_array_equal(loaded.score(train.X), forest.score(train.X))


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    RandomForest(n_trees=2).fit(gauss(100)).save(tmp_path)
    (tmp_path / "estimator.skops").write_bytes(b"not a zip")
    with pytest.raises(RunError, match=r"estimator\.skops: cannot be read"):
        load(tmp_path)


def test_tmva_options() -> None:
    text = {"NEstimators": "400", "MaxFeatures": "auto", "MaxDepth": "6", "MinSamplesLeaf": "3", "Bootstrap": "True"}
    given = resolve(RandomForest, "RandomForest", text, refused=RandomForest.refused)
    forest = RandomForest(**given)
    assert (forest.n_trees, forest.max_depth, forest.min_leaf, forest.bootstrap) == (400, 6, 3, True)
    with pytest.raises(OptionError, match="WarmStart"):
        resolve(RandomForest, "RandomForest", {"WarmStart": "True"}, refused=RandomForest.refused)
    assert resolve(RandomForest, "RandomForest", {"NJobs": "4", "WarmStart": "F"}, refused=RandomForest.refused) == {}


@pytest.mark.parametrize(("criterion", "task"), [("gini", "regression"), ("squared_error", "classification")])
def test_the_criterion_must_suit_the_task(criterion: str, task: str) -> None:
    train = gauss(100)
    if task == "regression":
        train = Events(train.X, train.X[:, :1].astype(np.float64), train.weight, Problem((), ("energy",)))
    with pytest.raises(OptionError, match=f"criterion .Criterion. must be one of .* in a {task}, got '{criterion}'"):
        RandomForest(criterion=criterion).fit(train)


def test_extra_trees_of_a_large_sample_are_drawn() -> None:
    train = gauss(2000)
    whole, part = (ExtraTrees(n_trees=5, max_events=most).fit(train) for most in (2000, 200))
    assert {tree.tree_.n_node_samples[0] for tree in whole.estimators_[0].estimators_} == {2000}
    assert max(tree.tree_.n_node_samples[0] for tree in part.estimators_[0].estimators_) <= 200


def test_extra_trees_are_those_of_scikit_learn() -> None:
    from sklearn.ensemble import ExtraTreesRegressor

    train = gauss(400)
    y = np.column_stack([train.X[:, 0], 1000.0 * train.X[:, 1]]).astype(np.float64)
    weight = np.random.default_rng(5).uniform(0.1, 3.0, train.n_events)
    ours = ExtraTrees(n_trees=9).fit(
        Events(train.X, y, weight, Problem((), ("small", "large"))), context=Context(seed=7)
    )
    for target in range(2):
        theirs = ExtraTreesRegressor(9, min_samples_leaf=5, random_state=7).fit(train.X, y[:, target], weight)
        np.testing.assert_allclose(ours.score(train.X)[:, target], theirs.predict(train.X), rtol=1e-9)


@pytest.mark.parametrize("text", ["half", "0", "-1", "1.5", "nan"])
def test_max_features_must_make_sense(text: str) -> None:
    with pytest.raises(OptionError, match="max_features"):
        RandomForest(max_features=text)


@pytest.mark.parametrize("text", ["sqrt", "log2", "all", "2", "99", "0.5"])
def test_max_features_that_make_sense(text: str) -> None:
    train = gauss(100)
    assert np.ptp(RandomForest(n_trees=3, max_features=text).fit(train).score(train.X)) > 0
