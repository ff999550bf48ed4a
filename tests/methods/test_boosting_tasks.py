"""BDT and BDTG with several classes and in regressions: what must hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from umva.errors import MethodError, OptionError, RunError
from umva.methods import BINARY, Context, Events, Method, Problem, load
from umva.methods.trees.adaboost import AdaBoostR2
from umva.methods.trees.bdt import BDT, BDTG
from umva.methods.trees.boosters import Learning
from umva.methods.trees.quantiles import quantiles

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


VALUE = Problem((), ("fvalue",))


def mean_auc(response: NDArray[np.float64], y: NDArray[np.int8]) -> float:
    return float(np.mean([roc_auc_score(y == k, response[:, k]) for k in range(response.shape[1])]))


def toy(task: str, n: int = 600, *, seed: int = 3) -> Events:
    """Return two, three classes or two targets that follow the first variables, with weights."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 4)).astype(np.float32)
    weight = rng.uniform(0.5, 2.0, n)
    if task == "regression":
        y = np.c_[3.0 * X[:, 0] + X[:, 1] ** 2, 100.0 + X[:, 2]] + 0.1 * rng.normal(size=(n, 2))
        return Events(X, y, weight, Problem((), ("first", "second")))
    problem = Problem(("a", "b", "c")) if task == "multiclass" else BINARY
    y = (np.arange(n) % len(problem.classes)).astype(np.int8)
    X[np.arange(n), y] += 1.5
    return Events(X, y, weight, problem)


ALL = [
    (BDT, "classification", {}),
    (BDT, "regression", {"max_depth": 6}),
    (BDT, "regression", {"boost": "Grad", "learning_rate": 0.2, "max_depth": 4}),
    (BDT, "regression", {"boost": "Bagging", "max_depth": 8}),
    (BDTG, "regression", {"regression_loss": "LeastSquares", "learning_rate": 0.2}),
    (BDTG, "regression", {"regression_loss": "AbsoluteDeviation", "learning_rate": 0.2}),
    (BDT, "multiclass", {"boost": "Grad", "learning_rate": 0.2}),
    (BDTG, "classification", {}),
    (BDTG, "multiclass", {}),
    (BDTG, "regression", {}),
]


@pytest.fixture(params=ALL, ids=lambda each: "-".join([each[0].name, each[1], *map(str, each[2].values())]))
def booking(request: pytest.FixtureRequest) -> tuple[Method, Events]:
    cls, task, options = request.param
    return cls(n_trees=25, **options), toy(task)


def test_shape_and_quality(booking: tuple[Method, Events]) -> None:
    method, train = booking
    test = toy(train.problem.task, seed=4)
    response = method.fit(train).score(test.X)
    if train.problem.task == "regression":
        assert response.shape == (600, 2)
        assert np.corrcoef(response[:, 0], test.y[:, 0])[0, 1] > 0.75
        assert np.corrcoef(response[:, 1], test.y[:, 1])[0, 1] > 0.75
    elif train.problem.task == "multiclass":
        assert response.shape == (600, 3)
        np.testing.assert_allclose(response.sum(axis=1), 1.0, rtol=1e-12)
        assert mean_auc(response, test.y) > 0.85
    else:
        assert roc_auc_score(test.y, response) > 0.85


def test_survives_the_disk(booking: tuple[Method, Events], tmp_path: Path) -> None:
    method, train = booking
    method.fit(train).save(tmp_path)
    np.testing.assert_array_equal(load(tmp_path).score(train.X), method.score(train.X))


def test_tiny_weights_are_weights(booking: tuple[Method, Events]) -> None:
    method, train = booking
    response = method.fit(train).score(train.X)
    tiny = Events(train.X, train.y, train.weight * 2.0**-30, train.problem)
    np.testing.assert_allclose(method.fit(tiny).score(train.X), response, rtol=1e-9, atol=1e-9)


def test_threads_change_nothing(booking: tuple[Method, Events]) -> None:
    method, train = booking
    response = method.fit(train).score(train.X)
    np.testing.assert_array_equal(method.fit(train, context=Context(n_threads=2)).score(train.X), response)


def test_shapley_values_add_up(booking: tuple[Method, Events]) -> None:
    method, train = booking
    response = method.fit(train).score(train.X)
    values = method.shap(train.X[:20], train.X)
    if isinstance(method, BDT) and train.problem.task == "regression" and method.boost is None:
        assert values is None
        return
    assert values is not None
    margin = response
    if train.problem.task != "regression" and not (isinstance(method, BDT) and method.boost is None):
        margin = np.log(response) if train.problem.task == "multiclass" else np.arctanh(response)
    rest = margin[:20] - values.sum(axis=1)
    if train.problem.task == "multiclass":  # known up to the same for all classes
        rest -= rest.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(rest, np.broadcast_to(rest[0], rest.shape), atol=1e-5 * np.ptp(margin))


@pytest.mark.parametrize("task", ["classification", "multiclass", "regression"])
@pytest.mark.parametrize("cls", [BDT, BDTG])
def test_integer_weights_are_repetitions(cls: type[Method], task: str) -> None:
    once = toy(task)
    times = np.random.default_rng(5).integers(1, 4, once.n_events)
    weighted = Events(once.X, once.y, times.astype(float), once.problem)
    repeated = Events(once.X.repeat(times, axis=0), once.y.repeat(times, axis=0), np.ones(times.sum()), once.problem)
    options: dict[str, Any] = {"n_trees": 20, "max_depth": 3, "min_node_size": 0.0, "bagging": False}
    if cls is BDTG or task == "multiclass":
        options |= {"leaf_weights": "exact"}
    if cls is BDT and task == "multiclass":
        options |= {"boost": "Grad", "learning_rate": 0.1}
    one, other = (cls(**options).fit(each).score(once.X) for each in (weighted, repeated))
    np.testing.assert_allclose(one, other, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("task", ["multiclass", "regression"])
def test_stops_early_at_the_best(task: str) -> None:
    method = BDTG(n_trees=400, learning_rate=1.0, early_stopping=10).fit(toy(task), toy(task, seed=9))
    assert method.curves_ is not None
    watched = method.curves_.values["validation"]
    assert len(watched) < 400
    assert method.curves_.best == np.argmin(watched) + 1 == len(watched) - 10
    assert len(method.root_) == method.curves_.best * len(toy(task).problem.outputs)
    np.testing.assert_array_equal(method.output_[:4] % 3, [0, 1, 2, 0] if task == "multiclass" else [0, 1, 0, 1])


def test_validation_without_a_class_is_not_watched() -> None:
    validation = toy("multiclass", seed=9)
    method = BDTG(n_trees=5, early_stopping=2).fit(toy("multiclass"), validation.select(validation.y < 2))
    assert method.notes_ == ("the validation part was not watched, as a class has no weight there",)


def test_each_target_is_learnt_alone() -> None:
    both = toy("regression")
    alone = Events(both.X, both.y[:, 1:], both.weight, Problem((), ("second",)))
    options: dict[str, Any] = {"n_trees": 10, "bagging": False}
    one, other = (BDTG(**options).fit(each).score(both.X) for each in (both, alone))
    np.testing.assert_array_equal(one[:, 1:], other)


@pytest.mark.parametrize(
    ("options", "middle"),
    [
        ({"huber_quantile": 1.0}, np.mean),
        ({"huber_quantile": 0.0}, np.median),
        ({"regression_loss": "LeastSquares"}, np.mean),
        ({"regression_loss": "AbsoluteDeviation"}, np.median),
    ],
)
def test_losses_know_their_middle(options: dict[str, Any], middle: Any) -> None:
    y = np.array([[0.0], [1.0], [2.0], [50.0], [7.0]])
    train = Events(np.zeros((5, 1), np.float32), y, np.ones(5), VALUE)
    method = BDTG(n_trees=1, learning_rate=1.0, bagging=False, leaf_weights="exact", **options).fit(train)
    assert method.score(train.X)[0, 0] == pytest.approx(middle(y))


@pytest.mark.parametrize("method", [BDT(n_trees=5), BDTG(n_trees=5)])
def test_constant_target(method: Method) -> None:
    train = toy("regression")
    constant = Events(train.X, np.full((600, 1), 4.2), train.weight, VALUE)
    np.testing.assert_allclose(method.fit(constant).score(train.X), 4.2, rtol=1e-12)


def test_unsuitable_boosting_is_an_error() -> None:
    with pytest.raises(OptionError, match="'AdaBoostR2', 'Bagging', 'Grad' for a regression, got 'AdaBoost'"):
        BDT(boost="AdaBoost").fit(toy("regression"))
    assert "multiclass" not in BDT().capabilities.tasks
    assert "multiclass" in BDT(boost="Grad").capabilities.tasks
    train = toy("multiclass")
    with pytest.raises(MethodError, match=r"got 0 for c, .* for b, .* for a"):
        BDTG().fit(Events(train.X, train.y, train.weight * (train.y < 2), train.problem))


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("output_", lambda told: told * 0 + 1, "tell others than its 1 outputs"),
        ("feature_", lambda feature: np.where(feature >= 0, feature + 10, -1), "not among its 4"),
        ("root_", lambda root: root + 1, "do not follow one another"),
        ("root_", lambda root: root[::-1], "do not follow one another"),
        ("root_", lambda root: root[:0], "other types or lengths"),
        ("child_", lambda child: np.where(child >= 0, child + 10_000, -1), "points out of its arrays"),
        ("child_", lambda child: np.where(child >= 0, child[::-1].max() - 1, -1), "points out of its arrays"),
        ("child_", lambda child: np.where(child >= 0, 0, -1), "points out of its arrays"),
    ],
    ids=[
        "output",
        "variable",
        "late start",
        "backwards",
        "no trees",
        "beyond all",
        "into the last tree",
        "round and round",
    ],
)
@pytest.mark.parametrize("boost", ["AdaBoostR2", "Grad"])
def test_damaged_files_are_refused(boost: str, name: str, change: Any, message: str, tmp_path: Path) -> None:
    train = toy("regression")
    one = Events(train.X, train.y[:, :1], train.weight, Problem((), ("first",)))
    method = BDT(n_trees=3, boost=boost).fit(one)
    setattr(method, name, change(getattr(method, name)).astype(np.int32))
    method.save(tmp_path)
    with pytest.raises(RunError, match=message):
        load(tmp_path)


@pytest.mark.parametrize("name", ["value_", "tree_weight_", "offset_", "cover_"])
def test_numbers_must_be_numbers(name: str, tmp_path: Path) -> None:
    method = BDTG(n_trees=3).fit(toy("classification"))
    setattr(method, name, np.full_like(getattr(method, name), np.nan))
    method.save(tmp_path)
    with pytest.raises(RunError, match=r"no number|does not start"):
        load(tmp_path)


def test_weights_fall_no_further_than_in_tmva() -> None:
    n = 100_000
    booster = AdaBoostR2(np.eye(1, n).T, np.ones(n), Learning())
    booster.learn(0, np.zeros(1), np.zeros(n, np.int32))  # an error of 1 / n would lower weights to as little
    weight, _ = booster.lesson(0, np.ones(n, np.int32))
    assert weight.sum() == pytest.approx(n)
    assert weight[0] / weight[-1] == pytest.approx(1e4)


def test_trees_of_all_outputs_must_be_there(tmp_path: Path) -> None:
    method = BDT(n_trees=3).fit(toy("regression"))
    method.output_ = np.zeros_like(method.output_)
    method.save(tmp_path)
    with pytest.raises(RunError, match="tell others than its 2 outputs, or not all"):
        load(tmp_path)


def test_quantiles_of_repeated_values() -> None:
    rng = np.random.default_rng(2)
    value, weight = rng.normal(size=50), rng.integers(1, 5, 50)
    for share in (0.1, 0.5, 0.7):
        repeated = np.quantile(value.repeat(weight), share, method="averaged_inverted_cdf")
        assert quantiles(value, weight.astype(float), share)[0] == repeated
