"""Scikit-learn classifiers and Keras models of the user's own: copied, trained, sent away, saved, refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC, LinearSVC

from umva.errors import MethodError, OptionError, RunError, UnknownMethodError
from umva.methods import Context, Events, available, get, load
from umva.methods.networks.keras_models import quiet
from umva.methods.wrapped import KerasMethod, SklearnMethod, wrap

if TYPE_CHECKING:
    from pathlib import Path


def gauss(n_events: int, *, seed: int = 0) -> Events:
    """Two unit Gaussians in three variables, the first two of which are shifted by 1."""
    rng = np.random.default_rng(seed)
    y = (np.arange(n_events) % 2).astype(np.int8)
    X = rng.normal(size=(n_events, 3)) + np.outer(y, [1.0, 1.0, 0.0])
    return Events(X.astype(np.float32), y, rng.uniform(0.5, 2.0, n_events))


CLASSIFIERS = [
    AdaBoostClassifier(n_estimators=5),
    BaggingClassifier(n_estimators=3, max_features=2),
    ExtraTreesClassifier(n_estimators=5),
    GradientBoostingClassifier(n_estimators=5),
    GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2, scoring="roc_auc"),
    HistGradientBoostingClassifier(max_iter=5),
    KNeighborsClassifier(),
    LinearSVC(),
    LogisticRegression(),
    MLPClassifier(hidden_layer_sizes=(8,), learning_rate_init=0.1, tol=0.01, solver="adam"),
    RandomForestClassifier(n_estimators=5),
    SVC(),
    StackingClassifier([("nb", GaussianNB()), ("lr", LogisticRegression())], cv=2),
    VotingClassifier([("nb", GaussianNB()), ("lr", LogisticRegression())], voting="soft"),
    make_pipeline(StandardScaler(), LogisticRegression()),
]


@pytest.mark.parametrize("classifier", CLASSIFIERS, ids=lambda each: type(each).__name__)
def test_trained_saved_and_loaded_it_answers_the_same(classifier: Any, tmp_path: Path) -> None:
    from sklearn.metrics import roc_auc_score

    train = gauss(300)
    method = wrap(classifier).fit(train, context=Context(seed=3))
    response = method.score(train.X)
    assert roc_auc_score(train.y, response) > 0.75
    method.save(tmp_path)
    loaded = load(tmp_path)
    np.testing.assert_array_equal(loaded.score(train.X), response)
    assert json.loads(json.dumps(loaded.options())) == loaded.options()
    if not isinstance(classifier, GridSearchCV):
        assert (loaded.title, loaded.options().keys()) == (type(classifier).__name__, method.options().keys())
    assert loaded.capabilities == method.capabilities
    assert not hasattr(classifier, "n_features_in_")


def test_of_a_search_the_best_is_kept(tmp_path: Path) -> None:
    search = GridSearchCV(LogisticRegression(), {"C": [1e-6, 1.0]}, cv=2, scoring="neg_log_loss")
    method = wrap(search).fit(gauss(200))
    assert method.notes_ == ("GridSearchCV chose {'C': 1.0}.",)
    method.save(tmp_path)
    assert load(tmp_path).options()["C"] == 1.0
    with pytest.raises(MethodError, match="refit"):
        wrap(GridSearchCV(LogisticRegression(), {}, refit=False))


def test_options_are_parameters_of_a_copy() -> None:
    mine = HistGradientBoostingClassifier()
    method = wrap(mine, {"max_iter": 7})
    assert method.options()["max_iter"] == 7
    assert mine.max_iter == 100
    with pytest.raises(OptionError, match=r"no parameter 'max_itr': did you mean 'max_iter'"):
        wrap(mine, {"max_itr": 7})


def test_the_seed_fills_what_is_left_open() -> None:
    train = gauss(200)
    open_seed, fixed = RandomForestClassifier(n_estimators=3), RandomForestClassifier(n_estimators=3, random_state=5)
    first, again, other = (wrap(open_seed).fit(train, context=Context(seed=s)).score(train.X) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    one, two = (wrap(fixed).fit(train, context=Context(seed=s)).score(train.X) for s in (1, 2))
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize(
    ("classifier", "taken"),
    [
        (GaussianNB(), True),
        (make_pipeline(StandardScaler(), GaussianNB()), True),
        (GridSearchCV(make_pipeline(StandardScaler(), GaussianNB()), {}, cv=2), True),
        (VotingClassifier([("a", GaussianNB())], voting="soft"), True),
        (VotingClassifier([("a", KNeighborsClassifier())], voting="soft"), False),
        (KNeighborsClassifier(), False),
        (make_pipeline(KNeighborsClassifier()), False),
    ],
)
def test_weights_are_passed_on_or_drawn_by(classifier: Any, taken: bool) -> None:
    train = gauss(200)
    heavy = Events(train.X, train.y, np.where(train.y == 1, 9.0, 1.0))
    method = wrap(classifier)
    assert method.capabilities.weights
    even = method.fit(Events(train.X, train.y, np.ones(200))).score(train.X).mean()
    assert not any("drawn" in note for note in method.notes_)
    assert method.fit(heavy).score(train.X).mean() > even + 0.1
    assert any("takes no weights" in note for note in method.notes_) is not taken


def test_missing_values_where_the_classifier_takes_them() -> None:
    assert wrap(HistGradientBoostingClassifier()).capabilities.missing_values
    assert not wrap(GaussianNB()).capabilities.missing_values


@pytest.mark.parametrize(
    "classifier",
    [each for each in CLASSIFIERS if type(each).__name__.startswith(("Extra", "Gradient", "Hist", "Rand"))],
)
def test_trees_have_exact_shapley_values(classifier: Any) -> None:
    train = gauss(200)
    method = wrap(classifier).fit(train)
    values = method.shap(train.X, train.X)
    assert values is not None
    response = method.score(train.X)
    if "Gradient" in type(classifier).__name__:
        response = np.log(response / (1 - response))
    rest = response - values.sum(axis=1)
    np.testing.assert_allclose(rest, rest[0], atol=1e-5)


def test_what_the_user_should_know_becomes_a_note() -> None:
    method = wrap(MLPClassifier(hidden_layer_sizes=(4,), max_iter=2)).fit(gauss(100))
    assert "Maximum iterations (2) reached" in method.notes_[0]
    assert len(method.notes_) == 1


def test_what_would_not_be_loaded_is_not_saved(tmp_path: Path) -> None:
    from sklearn.model_selection import TunedThresholdClassifierCV

    method = wrap(TunedThresholdClassifierCV(GaussianNB())).fit(gauss(100))
    with pytest.raises(MethodError, match=r"holds .*_Scorer.* does not load unasked; allow it by"):
        method.save(tmp_path)


def test_others_have_no_exact_shapley_values() -> None:
    train = gauss(50)
    assert wrap(GaussianNB()).fit(train).shap(train.X, train.X) is None


class Foreign(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier that lives outside of scikit-learn."""

    def fit(self, X: Any, y: Any) -> Foreign:
        self.classes_ = np.unique(y)
        self.n_features_in_ = X.shape[1]
        return self

    def decision_function(self, X: Any) -> Any:
        return X[:, 0]


def half(X: Any) -> Any:
    return X / 2


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        (GaussianNB, r"hand over an instance, GaussianNB\(\)"),
        (StandardScaler(), "StandardScaler is neither a classifier nor a regressor"),
        (VotingClassifier([("a", GaussianNB())]), "gives classes only"),
        (make_pipeline(FunctionTransformer(half), GaussianNB()), r"Pipeline holds '.*half'.*trust"),
        (make_pipeline(FunctionTransformer(lambda X: X), GaussianNB()), "Pipeline .*lambda"),
        (Foreign(), r"Foreign holds '.*\.Foreign'.*trust"),
        (3.5, "float is neither"),
    ],
)
def test_what_cannot_be_a_method_is_refused_at_once(thing: Any, message: str) -> None:
    with pytest.raises(MethodError, match=message):
        wrap(thing)


def test_foreign_types_are_loaded_once_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"{Foreign.__module__}.Foreign"
    from umva.methods.scikit import sklearn_files

    monkeypatch.setattr(sklearn_files, "_TRUSTED", set(sklearn_files._TRUSTED))
    sklearn_files.trust(name)
    train = gauss(50)
    wrap(Foreign()).fit(train).save(tmp_path)
    np.testing.assert_array_equal(load(tmp_path).score(train.X), train.X[:, 0])
    sklearn_files._TRUSTED.remove(name)
    with pytest.raises(RunError, match=r"estimator\.skops: holds '.*\.Foreign', which umva does not load unasked"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("classifier", "column", "value"),
    [
        (RandomForestClassifier(n_estimators=2), "left_child", 10_000),
        (RandomForestClassifier(n_estimators=2), "right_child", 0),
        (RandomForestClassifier(n_estimators=2), "feature", 99),
        (GradientBoostingClassifier(n_estimators=2), "feature", -1),
        (HistGradientBoostingClassifier(max_iter=2), "left", 10_000),
        (HistGradientBoostingClassifier(max_iter=2), "feature_idx", 99),
    ],
)
def test_forged_trees_are_refused(classifier: Any, column: str, value: int, tmp_path: Path) -> None:
    method = wrap(classifier).fit(gauss(200))
    assert isinstance(method, SklearnMethod)
    fitted = method.estimators_[0]
    if hasattr(fitted, "_predictors"):
        fitted._predictors[0][0].nodes[column][0] = value
    else:
        tree = np.ravel(fitted.estimators_)[0].tree_
        state = tree.__getstate__()
        state["nodes"][column][0] = value
        tree.__setstate__(state)
    method.save(tmp_path)
    with pytest.raises(RunError, match="a tree points out of its arrays"):
        load(tmp_path)


def test_members_wider_than_their_ensemble_are_refused(tmp_path: Path) -> None:
    method = wrap(RandomForestClassifier(n_estimators=2)).fit(gauss(200))
    assert isinstance(method, SklearnMethod)
    method.estimators_[0].n_features_in_ = 2
    method.save(tmp_path)
    with pytest.raises(RunError, match="expects more columns than the ensemble"):
        load(tmp_path)


def test_they_are_loaded_but_not_booked_by_name() -> None:
    assert not {"Estimator", "Keras"} & set(available())
    assert get("Estimator") is SklearnMethod
    assert get("Keras") is KerasMethod
    for each in (SklearnMethod(), KerasMethod()):
        with pytest.raises(MethodError, match="itself, for instance"):
            each.fit(gauss(50))
    with pytest.raises(UnknownMethodError):
        get("Estimators")


# --- Keras models ---


@pytest.fixture(scope="module")
def keras() -> Any:
    from umva.methods.networks.keras_models import import_keras

    return import_keras()


def network(keras: Any, outputs: int, activation: str | None, *, n_variables: int = 3) -> Any:
    keras.utils.set_random_seed(1)
    layers = [keras.Input((n_variables,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(outputs, activation)]
    return keras.Sequential(layers, name="mine")


def weights(model: Any) -> list[Any]:
    with quiet():
        return [each.copy() for each in model.get_weights()]


@pytest.mark.parametrize(
    ("outputs", "activation", "loss"),
    [
        (1, "sigmoid", "binary_crossentropy"),
        (1, "sigmoid", None),
        (1, None, None),
        (1, "sigmoid", "mse"),
        (2, "softmax", "categorical_crossentropy"),
        (2, "softmax", "sparse_categorical_crossentropy"),
        (2, "softmax", None),
        (2, None, None),
    ],
)
def test_outputs_of_all_kinds(keras: Any, outputs: int, activation: str | None, loss: str | None) -> None:
    from sklearn.metrics import roc_auc_score

    model = network(keras, outputs, activation)
    if loss:
        model.compile(keras.optimizers.Adam(0.01), loss)
    before = weights(model)
    train = gauss(400)
    method = wrap(model, {"epochs": 20, "batch_size": 16}).fit(train)
    response = method.score(train.X)
    assert roc_auc_score(train.y, response) > 0.75
    assert 0.4 < response.mean() < 0.6
    assert 0 <= response.min() < 0.3
    assert 0.7 < response.max() <= 1
    assert all((old == new).all() for old, new in zip(before, weights(model), strict=True))
    assert ("not compiled" in " ".join(method.notes_)) is (loss is None)


def test_a_keras_model_saved_and_loaded_answers_the_same(keras: Any, tmp_path: Path) -> None:
    train = gauss(100)
    method = wrap(network(keras, 2, None), {"epochs": 1}).fit(train)
    method.save(tmp_path)
    loaded = load(tmp_path)
    assert loaded.options()["epochs"] == 1
    np.testing.assert_array_equal(loaded.score(train.X), method.score(train.X))


def test_keras_models_that_do_not_fit_are_refused(keras: Any) -> None:
    with pytest.raises(MethodError, match=r"'mine' gives 3 outputs, expected 1 or 2 to tell two classes apart"):
        wrap(network(keras, 3, "softmax")).fit(gauss(50))
    with pytest.raises(MethodError, match="is not built"):
        wrap(keras.Sequential([keras.layers.Dense(1)]))
    image = keras.Sequential([keras.Input((4, 4)), keras.layers.Flatten(), keras.layers.Dense(1)])
    with pytest.raises(MethodError, match="one input of shape"):
        wrap(image)
    code = keras.Sequential([keras.Input((3,)), keras.layers.Lambda(lambda x: x), keras.layers.Dense(1)], name="code")
    with pytest.raises(MethodError, match=r"'code' would not be read back once saved: .*Lambda"):
        wrap(code)
    with pytest.raises(MethodError, match="takes 5 variables, the data have 3"):
        wrap(network(keras, 1, None, n_variables=5)).fit(gauss(50))
    with pytest.raises(OptionError, match="no option 'epoch'"):
        wrap(network(keras, 1, None), {"epoch": 3})


def test_a_loss_that_explodes_is_an_error(keras: Any) -> None:
    model = network(keras, 1, None)
    model.compile(keras.optimizers.SGD(1e30), "mse")
    with pytest.raises(MethodError, match=r"no longer finite after \d epochs"):
        wrap(model).fit(gauss(50))


def test_methods_train_alike_in_another_process(keras: Any) -> None:
    from loky import get_reusable_executor

    train = gauss(100)
    methods = [wrap(GaussianNB()), wrap(network(keras, 1, "sigmoid"), {"epochs": 1})]
    pool = get_reusable_executor(max_workers=1)
    for method in methods:
        there = pool.submit(lambda each: each.fit(train).score(train.X), method).result()
        np.testing.assert_allclose(there, method.fit(train).score(train.X), rtol=1e-5)
    pool.shutdown()
