"""XGBoost's own: the file's safety beyond what all boosting libraries are tested for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from umva.errors import RunError
from umva.methods import Context, Events, Problem, load, sealed
from umva.methods.gradient.xgboost import XGBoost
from umva.testing import toys

if TYPE_CHECKING:
    from pathlib import Path


def saved(folder: Path, train: Events) -> dict[str, Any]:
    """Return the JSON of a booster saved in ``folder``."""
    XGBoost(**{**XGBoost.quick_options, "n_trees": 4}).fit(train).save(folder)
    model: dict[str, Any] = json.loads((folder / "booster.json").read_text())
    return model


@pytest.mark.parametrize(
    ("key", "value"),
    [("left_children", 10_000), ("right_children", 0), ("split_indices", 4), ("split_type", 1), ("left_children", 0.5)],
)
def test_forged_trees_are_refused(key: str, value: float, tmp_path: Path) -> None:
    model = saved(tmp_path, toys(200))
    model["learner"]["gradient_booster"]["model"]["trees"][0][key][0] = value
    sealed.dump(json.dumps(model), tmp_path / "booster.json")
    with pytest.raises(RunError, match="a tree points out of its arrays"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("learner_model_param", "num_class"), "2", "classes must be 3, got 2"),
        (("learner_model_param", "base_score"), "[0.5,0.5]", "start for each output"),
        (("objective", "name"), "binary:logistic", "objective must be multi:softprob"),
        (("gradient_booster", "model", "tree_info"), [0] * 12, "outputs of the trees"),
        (("gradient_booster", "model", "iteration_indptr"), [0, 12], "steps must be"),
    ],
)
def test_a_model_of_another_kind_is_refused(path: tuple[str, ...], value: Any, said: str, tmp_path: Path) -> None:
    few = toys(200)
    y = np.digitize(few.X[:, 0], [0.0, 1.5]).astype(np.int8)
    model = saved(tmp_path, Events(few.X, y, few.weight, Problem(("a", "b", "c"))))
    place = model["learner"]
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    sealed.dump(json.dumps(model), tmp_path / "booster.json")
    with pytest.raises(RunError, match=said):
        load(tmp_path)


def test_several_classes_and_a_target_are_those_of_xgboost() -> None:
    from xgboost import XGBClassifier, XGBRegressor

    few = toys(500)
    y = np.digitize(few.X[:, 0], [0.0, 1.5]).astype(np.int8)
    energy = few.X[:, :1].astype(float) ** 2
    options = {
        "n_estimators": 20,
        "max_depth": 5,
        "learning_rate": 0.03,
        "subsample": 0.5,
        "colsample_bytree": 0.7,
        "min_child_weight": 20.0,
        "reg_lambda": 5.0,
        "tree_method": "hist",
        "random_state": 5,
        "n_jobs": 1,
    }
    weight = few.weight / few.weight.mean()
    classes = XGBoost(n_trees=20).fit(Events(few.X, y, weight, Problem(("a", "b", "c"))), context=Context(seed=5))
    expected = XGBClassifier(**options).fit(few.X, y, sample_weight=weight).predict_proba(few.X)
    np.testing.assert_allclose(classes.score(few.X), expected, atol=1e-6)
    target = XGBoost(n_trees=20).fit(Events(few.X, energy, weight, Problem((), ("energy",))), context=Context(seed=5))
    estimate = XGBRegressor(**options).fit(few.X, energy[:, 0], sample_weight=weight).predict(few.X)
    np.testing.assert_allclose(target.score(few.X)[:, 0], estimate, rtol=1e-4)
