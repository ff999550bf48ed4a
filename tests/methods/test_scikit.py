"""Methods on scikit-learn estimators, ours and the user's: all tasks, weights, files, Shapley values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor, RandomForestRegressor
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import DotProduct, WhiteKernel
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputRegressor
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR, LinearSVC

from umva.errors import MethodError, RunError
from umva.methods import Context, Events, Method, Problem, get, load
from umva.methods.sampling import draw_by_weight, effective_number
from umva.methods.scikit.histogram_boosting import HistGradientBoosting
from umva.methods.scikit.method import ScikitMethod
from umva.methods.wrapped import wrap

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ["ExtraTrees", "GaussianProcess", "HistGradientBoosting", "NaiveBayes", "RandomForest"]
TASKS = ["classification", "multiclass", "regression"]
TRAINABLE = [(name, task) for name in NAMES for task in TASKS if task in get(name).capabilities.tasks]

REGRESSORS = [
    GaussianProcessRegressor(DotProduct() + WhiteKernel()),
    GradientBoostingRegressor(n_estimators=30),
    GridSearchCV(Ridge(), {"alpha": [0.1, 1e6]}, cv=2),
    KNeighborsRegressor(),
    LinearRegression(),
    MLPRegressor(hidden_layer_sizes=(8,), learning_rate_init=0.05, max_iter=100, tol=0.01),
    MultiOutputRegressor(LinearRegression()),
    RandomForestRegressor(n_estimators=10),
    SVR(),
    TransformedTargetRegressor(Ridge(), transformer=StandardScaler()),
    make_pipeline(StandardScaler(), Ridge()),
]


def toys(task: str, n_events: int = 300, *, seed: int = 0, n_targets: int = 2) -> Events:
    """Three Gaussian variables, of which the first two tell classes apart or add up to the targets."""
    rng = np.random.default_rng(seed)
    weight = rng.uniform(0.5, 2.0, n_events)
    if task == "regression":
        X = rng.normal(size=(n_events, 3))
        y = X @ np.array([[1.0, 300.0], [1.0, -100.0], [0.0, 0.0]]) + np.array([5.0, 1e4])
        targets = ("energy", "mass")[:n_targets]
        return Events(X.astype(np.float32), y[:, :n_targets], weight, Problem((), targets))
    problem = Problem() if task == "classification" else Problem(("uds", "charm", "beauty"))
    y = np.arange(n_events) % len(problem.classes)
    centres = np.array([[0.0, 0.0, 0.0], [2.0, 2.0, 0.0], [2.0, -2.0, 0.0]])
    X = rng.normal(size=(n_events, 3)) + centres[y]
    return Events(X.astype(np.float32), y.astype(np.int8), weight, problem)


def quality(score: Any, events: Events) -> float:
    """Share of right classes, or the smallest correlation with a target."""
    if events.problem.task == "regression":
        pairs = zip(score.T, events.y.T, strict=True)
        return float(min(np.corrcoef(found, true)[0, 1] for found, true in pairs))
    guess = score.argmax(axis=1) if score.ndim == 2 else score > 0.5
    return float(np.mean(guess == events.y))


def trained(name: str, task: str, **options: Any) -> Method:
    cls = get(name)
    return cls(**{**cls.quick_options, **options}).fit(toys(task), toys(task, seed=1), context=Context(seed=3))


@pytest.mark.parametrize(("name", "task"), TRAINABLE)
def test_each_task_is_learnt_saved_and_explained(name: str, task: str, tmp_path: Path) -> None:
    method, test = trained(name, task), toys(task, seed=2)
    score = method.score(test.X)
    assert score.shape == (test.n_events, *([len(test.problem.outputs)] if test.problem.outputs else []))
    assert quality(score, test) > 0.8
    if task == "multiclass":
        np.testing.assert_allclose(score.sum(axis=1), 1.0, rtol=1e-9)
    method.save(tmp_path)
    np.testing.assert_array_equal(load(tmp_path).score(test.X), score)
    values = method.shap(test.X[:20], test.X)
    if values is not None:
        assert values.shape == (20, 3, *score.shape[1:])


@pytest.mark.parametrize("name", ["ExtraTrees", "RandomForest", "HistGradientBoosting"])
@pytest.mark.parametrize("task", TASKS)
def test_shapley_values_add_up(name: str, task: str) -> None:
    method, X = trained(name, task), toys(task, seed=2).X[:30].copy()
    X[::3, 0] = np.nan
    values, response = method.shap(X, X), method.score(X)
    assert values is not None
    if name == "HistGradientBoosting" and task != "regression":
        response = np.log(response / (1 - response)) if task == "classification" else np.log(response)
    rest = response - values.sum(axis=1)
    if task == "multiclass":
        rest = rest - rest.mean(axis=1, keepdims=True)  # logarithms up to a sum common to all classes
    np.testing.assert_allclose(rest, np.broadcast_to(rest[0], rest.shape), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("name", "task"), [each for each in TRAINABLE if each[0] != "GaussianProcess"])
def test_the_unit_of_weights_does_not_matter(name: str, task: str) -> None:
    train = toys(task)
    tiny = replace(train, weight=train.weight * 2.0**-40)
    options = get(name).quick_options
    first, second = (get(name)(**options).fit(each).score(train.X) for each in (train, tiny))
    np.testing.assert_allclose(first, second, rtol=1e-9)


def test_a_class_that_was_never_seen_gets_no_share() -> None:
    train = toys("multiclass")
    two = train.select(train.y != 1)
    for estimator in (LogisticRegression(), LinearSVC(), GradientBoostingClassifier(n_estimators=5)):
        method = wrap(estimator).fit(two)
        score = method.score(train.X)
        assert score.shape == (300, 3)
        assert not score[:, 1].any()
        np.testing.assert_allclose(score.sum(axis=1), 1.0)
        assert quality(score[train.y != 1], two) > 0.8
    values = method.shap(train.X[:5], train.X)
    assert values is not None
    assert not values[..., 1].any()
    np.testing.assert_allclose(values[..., 0], -values[..., 2])


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("ExtraTrees", 0.775),
        ("GaussianProcess", 0.715),
        ("HistGradientBoosting", 0.782),
        ("NaiveBayes", 0.72),
        ("RandomForest", 0.778),
    ],
)
def test_defaults_beat_fisher_on_higgs(name: str, least: float, shared: Path) -> None:
    import uproot
    from sklearn.metrics import roc_auc_score

    from umva.factory.data.preprocessing.chain import Chain

    columns = ["m_jj", "m_jjj", "m_lv", "m_jlv", "m_bb", "m_wbb", "m_wwbb"]
    with uproot.open(shared / "data" / "higgs.root") as file:
        trees = [file[tree].arrays(columns, library="np") for tree in ("bkg_tree", "sig_tree")]
    X = np.stack([np.column_stack([tree[each] for each in columns]) for tree in trees]).astype(np.float32)
    train, test = X[:, :7000].reshape(-1, 7), X[:, 7000:].reshape(-1, 7)
    y = np.repeat(np.array([0, 1], np.int8), 7000)
    chain = Chain.parse(get(name).transform, variables=columns, classes=("background", "signal"))
    chain.fit(train, y, np.ones(len(y)))
    method = get(name)().fit(Events(chain.apply(train), y, np.ones(len(y))))
    found = roc_auc_score(np.repeat([0, 1], len(test) // 2), method.score(chain.apply(test)))
    assert found > least > 0.643  # that of Fisher


# --- histogram boosting ---


def test_boosting_keeps_the_trees_of_least_validation_loss() -> None:
    train, validation = toys("classification", 200), toys("classification", 200, seed=9)
    options: dict[str, Any] = {"n_trees": 300, "learning_rate": 0.3, "early_stopping": 20}
    stopped = HistGradientBoosting(**options).fit(train, validation)
    curves = stopped.curves_
    assert curves is not None
    assert curves.best == 1 + int(np.argmin(curves.values["validation"])) < len(curves.values["train"]) < 300
    short = HistGradientBoosting(**{**options, "n_trees": curves.best}).fit(train)
    np.testing.assert_array_equal(stopped.score(train.X), short.score(train.X))
    p = stopped.score(validation.X)
    loss = -np.average(np.log(np.where(validation.y == 1, p, 1 - p)), weights=validation.weight)
    assert curves.values["validation"].min() == pytest.approx(loss)
    assert "Kept the first" in stopped.notes_[0]


def test_boosting_without_early_stopping_grows_all_trees() -> None:
    told: list[float] = []
    method = HistGradientBoosting(n_trees=30, learning_rate=0.5, early_stopping=0)
    method.fit(toys("regression"), toys("regression", seed=1), context=Context(progress=told.append))
    assert method.curves_ is not None
    assert method.curves_.best is None
    assert set(method.curves_.values) == {"train, energy", "validation, energy", "train, mass", "validation, mass"}
    assert {len(each) for each in method.curves_.values.values()} == {30}
    assert told == sorted(told)
    assert len(told) > 50
    assert told[-1] == 1.0


# --- the user's estimators ---


@pytest.mark.parametrize("regressor", REGRESSORS, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("n_targets", [1, 2])
def test_regressors_of_the_user(regressor: Any, n_targets: int, tmp_path: Path) -> None:
    train = toys("regression", n_targets=n_targets)
    if isinstance(regressor, MLPRegressor):
        train = replace(train, y=(train.y - train.y.mean(axis=0)) / train.y.std(axis=0))
    method = wrap(regressor)
    assert method.capabilities.tasks == ("regression",)
    score = method.fit(train).score(train.X)
    assert score.shape == (300, n_targets)
    assert quality(score, train) > 0.7
    method.save(tmp_path)
    loaded = load(tmp_path)
    np.testing.assert_array_equal(loaded.score(train.X), score)
    assert loaded.capabilities == method.capabilities
    copies = n_targets > 1 and type(regressor).__name__ in {"GradientBoostingRegressor", "MLPRegressor", "SVR"}
    assert any("one target at a time" in note for note in method.notes_) is copies


def test_a_regressor_is_not_for_classes() -> None:
    with pytest.raises(MethodError, match="Ridge is for regression, not for a classification"):
        wrap(Ridge()).fit(toys("classification"))
    with pytest.raises(MethodError, match="not for a regression"):
        wrap(LogisticRegression()).fit(toys("regression"))


@pytest.mark.parametrize("classifier", [LogisticRegression(), GradientBoostingClassifier(n_estimators=9), SVC()])
def test_classifiers_of_the_user_for_several_classes(classifier: Any, tmp_path: Path) -> None:
    train = toys("multiclass")
    method = wrap(classifier).fit(train)
    score = method.score(train.X)
    assert quality(score, train) > 0.8
    np.testing.assert_allclose(score.sum(axis=1), 1.0)
    method.save(tmp_path)
    np.testing.assert_array_equal(load(tmp_path).score(train.X), score)


def test_votes_of_pairs_are_for_two_classes() -> None:
    assert wrap(SVC(decision_function_shape="ovo")).capabilities.tasks == ("classification",)
    assert wrap(SVC()).capabilities.tasks == ("classification", "multiclass")


def test_shapley_values_of_gradient_boosting_for_several_classes() -> None:
    train = toys("multiclass")
    method = wrap(GradientBoostingClassifier(n_estimators=9)).fit(train)
    values = method.shap(train.X[:30], train.X)
    assert values is not None
    rest = np.log(method.score(train.X[:30])) - values.sum(axis=1)
    rest -= rest.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(rest, np.broadcast_to(rest[0], rest.shape), atol=1e-5)


def test_trees_that_start_from_another_model_have_no_exact_values() -> None:
    train = toys("regression", n_targets=1)
    method = wrap(GradientBoostingRegressor(init=LinearRegression(), n_estimators=3)).fit(train)
    assert method.shap(train.X, train.X) is None


# --- files ---


@pytest.mark.parametrize("content", ["dict", "unfitted", "classes", "many"])
def test_files_of_something_else_are_refused(content: str, tmp_path: Path) -> None:
    method = wrap(LogisticRegression()).fit(toys("multiclass"))
    assert isinstance(method, ScikitMethod)
    fitted: Any = method.estimators_[0]
    if content == "classes":
        fitted.classes_ = np.array([0, 1, 7])
    forged = {"dict": {"a": fitted}, "unfitted": [LogisticRegression()], "classes": [fitted], "many": [fitted, fitted]}
    method.estimators_ = forged[content]  # type: ignore[assignment]
    (tmp_path / "method.json").write_text(
        '{"method": "Estimator", "options": {}, "problem": {"classes": ["a", "b", "c"], "targets": []}}'
    )
    method.write(tmp_path)
    with pytest.raises(RunError, match="holds no trained estimators for a multiclass"):
        load(tmp_path)


@pytest.mark.parametrize("forge", ["columns", "loss", "start"])
def test_forged_boosting_for_several_classes_is_refused(forge: str, tmp_path: Path) -> None:
    method = wrap(GradientBoostingClassifier(n_estimators=3)).fit(toys("multiclass"))
    assert isinstance(method, ScikitMethod)
    booster = method.estimators_[0]
    if forge == "columns":
        booster.estimators_ = np.tile(booster.estimators_, (1, 9))
    elif forge == "loss":
        booster._loss = GradientBoostingClassifier(n_estimators=1).fit([[0], [1]], [0, 1])._loss
    else:
        booster.init_ = LogisticRegression()
    method.save(tmp_path)
    with pytest.raises(RunError, match=r"points out of its arrays|several classes that start from"):
        load(tmp_path)


# --- drawing by weight ---


def test_draws_follow_the_weights_within_one() -> None:
    rng = np.random.default_rng(2)
    weight = rng.exponential(size=500)
    weight[::7] = 0.0
    events = Events(np.zeros((500, 1), np.float32), np.zeros((500, 1)), weight, Problem((), ("energy",)))
    rows = draw_by_weight(events, seed=1)
    assert len(rows) == round(effective_number(weight)) == round(weight.sum() ** 2 / (weight**2).sum())
    copies = np.bincount(rows, minlength=500)
    assert np.abs(copies - len(rows) * weight / weight.sum()).max() < 1
    assert not copies[::7].any()
    assert (draw_by_weight(events, 100, seed=1) != draw_by_weight(events, 100, seed=2)).any()


def test_a_rare_class_is_drawn_at_least_once() -> None:
    train = toys("multiclass")
    rare = replace(train, weight=np.where(train.y == 2, 1e-6, 1.0))
    assert set(train.y[draw_by_weight(rare, 20, seed=1)]) == {0, 1, 2}
