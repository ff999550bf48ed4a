"""What weights mean: an integer weight is that many equal events, method by method, with the tolerance that holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from umva.methods import Events, get
from umva.testing import toys

TRAIN, TEST = toys(600), toys(600, seed=3)
TIMES = np.random.default_rng(1).integers(1, 4, TRAIN.n_events)
MEAN = TIMES.mean()
WEIGHTED = Events(TRAIN.X, TRAIN.y, TIMES.astype(float))
REPEATED = Events(TRAIN.X.repeat(TIMES, axis=0), TRAIN.y.repeat(TIMES), np.ones(TIMES.sum()))

WHOLE_FOREST = {"n_trees": 5, "bootstrap": False, "min_leaf": 1, "max_features": "all", "max_depth": 5}
WHOLE_XGBOOST = {
    "n_trees": 20,
    "subsample": 1.0,
    "colsample": 1.0,
    "min_child_weight": 0.0,
    "reg_lambda": 0.0,
    "max_depth": 2,
}


@pytest.mark.parametrize(
    ("name", "options", "differently", "tolerance"),
    [
        ("Fisher", {}, {}, 1e-12),
        ("LD", {}, {}, 1e-12),
        ("Logistic", {"penalty": "none"}, {}, 1e-6),
        ("Logistic", {"c": 2.0}, {"c": 2.0 / MEAN}, 1e-6),  # c is for weights of mean 1
        ("BDT", {"n_trees": 20, "min_node_size": 0.0}, {}, 1e-12),
        ("BDT", {"n_trees": 20, "min_node_size": 0.0, "boost": "RealAdaBoost"}, {}, 1e-12),
        ("BDTG", {"n_trees": 20, "min_node_size": 0.0, "bagging": False}, {}, 0.2),  # leaves divide by squared weights
        ("XGBoost", WHOLE_XGBOOST, {}, 1e-6),
        ("RandomForest", WHOLE_FOREST, {}, 1e-12),
        ("SVM", {"c": 2.0, "tol": 1e-5}, {"c": 2.0 / MEAN}, 1e-4),  # likewise
    ],
)
def test_integer_weights_are_repetitions(
    name: str, options: dict[str, Any], differently: dict[str, Any], tolerance: float
) -> None:
    cls = get(name)
    weighted = cls(**options).fit(WEIGHTED).score(TEST.X)
    repeated = cls(**{**options, **differently}).fit(REPEATED).score(TEST.X)
    assert np.abs(weighted - repeated).max() <= tolerance * np.ptp(weighted)


@pytest.mark.parametrize("name", ["XGBoost", "BDT", "Fisher", "DNN"])
def test_one_event_in_seven_of_negative_weight_does_no_harm(name: str) -> None:
    from sklearn.metrics import roc_auc_score

    cls = get(name)
    train = toys(1400)
    negative = np.arange(train.n_events) % 7 == 0
    if cls.capabilities.negative_weights:
        train = Events(train.X, train.y, np.where(negative, -train.weight, train.weight))
    else:  # as the factory does
        train = Events(train.X[~negative], train.y[~negative], train.weight[~negative])
    fitted = cls(**cls.quick_options).fit(train)
    assert roc_auc_score(TEST.y, fitted.score(TEST.X), sample_weight=TEST.weight) > 0.85
