"""Responses beside those of the libraries used directly, or of a second implementation."""

from __future__ import annotations

import numpy as np

from umva.methods import Context, Events
from umva.methods.gradient.xgboost import XGBoost
from umva.methods.linear.discriminants import Fisher
from umva.methods.linear.logistic import Logistic
from umva.methods.local.knn import KNN, central_span
from umva.methods.networks.dnn import DNN
from umva.methods.networks.keras_models import forward, quiet
from umva.methods.networks.layers import Layers
from umva.testing import toys

TRAIN, TEST = toys(600), toys(300, seed=3)
UNIT = Events(TRAIN.X, TRAIN.y, np.ones(TRAIN.n_events))


def test_fisher_points_where_scikit_learns_discriminant_does() -> None:
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    ours, theirs = Fisher().fit(UNIT), LinearDiscriminantAnalysis().fit(UNIT.X, UNIT.y)
    direction = theirs.coef_[0]
    slope, constant = np.polyfit(TEST.X @ direction, ours.score(TEST.X), 1)
    assert slope > 0
    np.testing.assert_allclose(float(slope) * (TEST.X @ direction) + float(constant), ours.score(TEST.X), atol=1e-5)


def test_logistic_is_scikit_learns_on_scaled_inputs() -> None:
    from sklearn.linear_model import LogisticRegression

    weight = TRAIN.weight / TRAIN.weight.mean()
    mean = np.average(TRAIN.X, axis=0, weights=weight)
    spread = np.sqrt(np.average((TRAIN.X - mean) ** 2, axis=0, weights=weight))
    theirs = LogisticRegression(C=0.5, tol=1e-9).fit((TRAIN.X - mean) / spread, TRAIN.y, weight)
    expected = theirs.predict_proba((TEST.X - mean) / spread)[:, 1]
    np.testing.assert_allclose(
        Logistic(strength=1 / (0.5 * TRAIN.n_events)).fit(TRAIN).score(TEST.X), expected, atol=1e-5
    )


def test_knn_without_weights_is_scikit_learns_on_scaled_inputs() -> None:
    from sklearn.neighbors import KNeighborsClassifier

    span = central_span(UNIT.X, 0.8)
    theirs = KNeighborsClassifier(15).fit(UNIT.X / span, UNIT.y)
    ours = KNN(n_neighbours=15).fit(UNIT)
    np.testing.assert_allclose(ours.score(TEST.X), theirs.predict_proba(TEST.X / span)[:, 1], atol=1e-12)


def test_xgboost_is_xgboost() -> None:
    from xgboost import XGBClassifier

    ours = XGBoost(n_trees=30).fit(TRAIN, context=Context(seed=5))
    theirs = XGBClassifier(
        n_estimators=30,
        max_depth=5,
        learning_rate=0.03,
        subsample=0.5,
        colsample_bytree=0.7,
        min_child_weight=20.0,
        reg_lambda=5.0,
        tree_method="hist",
        random_state=5,
        n_jobs=1,
    ).fit(TRAIN.X, TRAIN.y, sample_weight=TRAIN.weight / TRAIN.weight.mean())
    np.testing.assert_allclose(ours.score(TEST.X), theirs.predict_proba(TEST.X)[:, 1], atol=1e-6)


def test_the_networks_answer_is_that_of_keras() -> None:
    ours = DNN(layers=Layers("8"), epochs=2).fit(TRAIN)
    with quiet():
        theirs = ours.model_.predict(TEST.X, verbose=0)[:, 0]
    np.testing.assert_allclose(forward(ours.model_, TEST.X)[:, 0], theirs, atol=1e-5)
    np.testing.assert_allclose(ours.score(TEST.X), 1 / (1 + np.exp(-theirs.astype(float))), atol=1e-5)
