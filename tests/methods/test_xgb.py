"""XGBoost: separation, early stopping, weights, missing values, Shapley values, files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from umva.errors import RunError
from umva.methods import Context, Events, load
from umva.methods.xgb import XGBoost

if TYPE_CHECKING:
    from pathlib import Path

QUICK = XGBoost.quick_options


def gauss(n_events: int, *, seed: int = 0) -> Events:
    """Two unit Gaussians in four variables, the first two of which are shifted by 1."""
    rng = np.random.default_rng(seed)
    y = (np.arange(n_events) % 2).astype(np.int8)
    X = rng.normal(size=(n_events, 4)) + np.outer(y, [1.0, 1.0, 0.0, 0.0])
    return Events(X.astype(np.float32), y, np.ones(n_events))


def logit(probability: np.ndarray) -> np.ndarray:
    result: np.ndarray = np.log(probability / (1 - probability))
    return result


def test_auc_approaches_the_optimum() -> None:
    from sklearn.metrics import roc_auc_score

    test = gauss(4000, seed=1)
    booster = XGBoost(n_trees=150).fit(gauss(4000))
    assert roc_auc_score(test.y, booster.score(test.X)) > 0.841 - 0.02  # Phi(sqrt(2) / sqrt(2)) is optimal


def test_training_stops_when_validation_no_longer_gains() -> None:
    train, validation = gauss(400), gauss(400, seed=1)
    booster = XGBoost(n_trees=400, learning_rate=0.3, early_stopping=10, min_child_weight=1).fit(train, validation)
    curves = booster.curves_
    assert curves is not None
    loss = curves.values["validation"]
    assert curves.best is not None
    assert curves.best == loss.argmin() + 1 < 400
    assert len(loss) == curves.best + 10
    assert booster.booster_.num_boosted_rounds() == curves.best
    measured = -np.log(np.where(validation.y == 1, p := booster.score(validation.X), 1 - p)).mean()
    assert measured == pytest.approx(loss.min(), abs=1e-5)
    assert f"first {curves.best} of at most 400 trees" in booster.notes_[0]


def test_without_validation_all_trees_are_grown() -> None:
    booster = XGBoost(**QUICK).fit(gauss(200))
    assert booster.booster_.num_boosted_rounds() == QUICK["n_trees"]
    assert booster.curves_ is not None
    assert booster.curves_.best is None
    assert booster.notes_ == ()


def test_only_relative_weights_count() -> None:
    train = gauss(400)
    weight = np.random.default_rng(5).uniform(0.1, 3.0, train.n_events)
    one, other = (XGBoost(**QUICK).fit(Events(train.X, train.y, weight * scale)) for scale in (1.0, 1024.0))
    np.testing.assert_array_equal(one.score(train.X), other.score(train.X))


def test_the_response_is_the_weighted_share_of_signal() -> None:
    train = gauss(400)
    flat = Events(np.zeros_like(train.X), train.y, np.where(train.y == 1, 3.0, 1.0))
    assert XGBoost(**QUICK, subsample=1.0).fit(flat).score(flat.X[:1])[0] == pytest.approx(0.75, abs=1e-4)


def test_missing_values_are_taken() -> None:
    train = gauss(400)
    X = train.X.copy()
    X[train.y == 0, 0] = np.nan
    booster = XGBoost(**QUICK, colsample=1.0).fit(Events(X, train.y, train.weight))
    assert booster.score(X[train.y == 0]).max() < booster.score(X[train.y == 1]).min()


def test_shapley_values_add_up_to_the_log_odds() -> None:
    train = gauss(400)
    booster = XGBoost(**QUICK).fit(train)
    values = booster.shap(train.X[:50], train.X)
    rest = logit(booster.score(train.X[:50])) - values.sum(axis=1)
    np.testing.assert_allclose(rest, rest[0], atol=1e-5)
    assert np.abs(values[:, :2]).mean() > 3 * np.abs(values[:, 2:]).mean()


def test_the_seed_decides() -> None:
    train = gauss(400)
    first, second, other = (XGBoost(**QUICK).fit(train, context=Context(seed=s)).score(train.X) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert np.abs(first - other).max() > 1e-3


def test_progress_counts_trees() -> None:
    told: list[float] = []
    XGBoost(n_trees=4).fit(gauss(100), context=Context(progress=told.append))
    assert told == pytest.approx([0.25, 0.5, 0.75, 1.0, 1.0])


def test_saved_and_loaded_it_answers_the_same(tmp_path: Path) -> None:
    train = gauss(300)
    booster = XGBoost(**QUICK).fit(train, gauss(300, seed=1))
    booster.save(tmp_path)
    np.testing.assert_array_equal(load(tmp_path).score(train.X), booster.score(train.X))


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    XGBoost(n_trees=2).fit(gauss(100)).save(tmp_path)
    (tmp_path / "booster.json").write_bytes(b"nonsense")
    with pytest.raises(RunError, match=r"booster\.json: cannot be read"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("key", "value"),
    [("left_children", 10_000), ("right_children", 0), ("split_indices", 4), ("split_type", 1), ("left_children", 0.5)],
)
def test_forged_trees_are_refused(key: str, value: float, tmp_path: Path) -> None:
    XGBoost(**QUICK).fit(gauss(200)).save(tmp_path)
    model = json.loads((tmp_path / "booster.json").read_text())
    model["learner"]["gradient_booster"]["model"]["trees"][0][key][0] = value
    (tmp_path / "booster.json").write_text(json.dumps(model))
    with pytest.raises(RunError, match="a tree points out of its arrays"):
        load(tmp_path)
