"""KNN: TMVA's responses, a brute-force second implementation, and the kernels' formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umva.errors import MethodError, RunError
from umva.methods import Context, Events, Problem, load, parse_string, resolve
from umva.methods.local.knn import KNN, central_span

if TYPE_CHECKING:
    from pathlib import Path

INPUTS = ["myvar1", "myvar2", "var3", "var4"]


def toy(n_events: int = 400, n_variables: int = 3, seed: int = 5) -> Events:
    rng = np.random.default_rng(seed)
    y = (rng.random(n_events) < 0.5).astype(np.int8)
    X = rng.normal(size=(n_events, n_variables)) * [1, 10, 0.1][:n_variables] + y[:, None]
    return Events(X.astype(np.float32), y, rng.uniform(0.5, 2.0, n_events))


def brute(train: Events, x: np.ndarray, k: int, kernel: str | None = None, fraction: float = 0.8) -> float:
    """Return the response to one event from all distances, written anew."""
    unit = central_span(train.X, fraction)
    away = (train.X.astype(float) - x) / unit
    order = np.argsort((away**2).sum(axis=1), kind="stable")
    distance = np.sqrt((away[order] ** 2).sum(axis=1))
    weight = train.weight[order[:k]].copy()
    used = np.flatnonzero(distance > 0)[:k]
    if kernel == "Poln":
        weight *= np.maximum(0, 1 - (distance[:k] / distance[used].max()) ** 3) ** 3
    elif kernel == "Gaus":
        sigma2 = (away[order[used]] ** 2).mean(axis=0)
        weight *= np.exp(-0.5 * (away[order[:k]] ** 2 / sigma2).sum(axis=1))
    return float(weight @ train.y[order[:k]] / weight.sum())


@pytest.mark.shared
def test_responses_are_those_of_tmva(shared: Path) -> None:
    import pandas as pd

    folder = shared / "tmva/reference/classification"
    table = pd.read_csv(folder / "train.csv")
    label = (table["classID"] == 0).to_numpy().astype(np.int8)
    train = Events(table[INPUTS].to_numpy(np.float32), label, table["weight"].to_numpy(np.float64))
    text = "nkNN=20:ScaleFrac=0.8:SigmaFact=1.0:Kernel=Gaus:UseKernel=F:UseWeight=T:!Trim"
    method = KNN(**resolve(KNN, "KNN", parse_string(text), refused=KNN.refused)).fit(train)

    answers = pd.read_csv(folder / "inputs_and_responses.csv")
    score = method.score(answers[INPUTS].to_numpy(np.float32))

    np.testing.assert_allclose(score, answers["KNN"], rtol=0, atol=1e-5)


@pytest.mark.shared
@pytest.mark.parametrize("options", ["nkNN=20:ScaleFrac=0.8:SigmaFact=1.0:Kernel=Gaus:UseKernel=F:UseWeight=T:!Trim"])
def test_estimates_are_those_of_tmva(options: str, shared: Path) -> None:
    import pandas as pd

    folder, inputs = shared / "tmva/reference/regression", ["var1", "var2"]
    table, answers = pd.read_csv(folder / "train.csv"), pd.read_csv(folder / "inputs_and_responses.csv")
    X, y = table[inputs].to_numpy(np.float32), table[["fvalue"]].to_numpy(np.float64)
    train = Events(X, y, table["weight"].to_numpy(np.float64), Problem(classes=(), targets=("fvalue",)))
    method = KNN(**resolve(KNN, "KNN", parse_string(options), refused=KNN.refused)).fit(train)
    np.testing.assert_allclose(method.score(answers[inputs].to_numpy(np.float32))[:, 0], answers["KNN"], rtol=1e-5)


@pytest.mark.parametrize("options", [{}, {"use_kernel": True}, {"use_kernel": True, "kernel": "Poln"}])
def test_shares_and_means_are_those_of_indicators(options: dict[str, Any]) -> None:
    train, X = toy(), toy(seed=6).X
    binary = KNN(**options).fit(train).score(X)
    split = Events(train.X, train.y, train.weight, Problem(classes=("background", "signal", "nothing")))
    shares = KNN(**options).fit(split).score(X)
    np.testing.assert_allclose(shares, np.column_stack([1 - binary, binary, 0 * binary]), atol=1e-12)
    targets = np.column_stack([100.0 * train.y + 5.0, -train.y])
    problem = Problem(classes=(), targets=("one", "two"))
    means = KNN(**options).fit(Events(train.X, targets, train.weight, problem)).score(X)
    np.testing.assert_allclose(means, np.column_stack([100 * binary + 5, -binary]), atol=1e-10)


def test_trim_needs_classes_and_takes_any_number() -> None:
    train = toy(90)
    y = (np.arange(90) % 9 // 4).astype(np.int8)  # 40, 40 and 10 events
    many = Events(train.X, y, train.weight, Problem(classes=("a", "b", "c")))
    assert KNN(n_neighbours=4, trim=True).fit(many).answer_.sum(axis=0).tolist() == [10, 10, 10]
    with pytest.raises(MethodError, match="trim"):
        KNN(trim=True).fit(Events(train.X, train.X, train.weight, Problem(classes=(), targets=("a", "b", "c"))))


@pytest.mark.parametrize("kernel", [None, "Gaus", "Poln"])
def test_responses_are_those_of_all_distances(kernel: str | None) -> None:
    train = toy()
    queries = np.concatenate([toy(seed=6).X[:20], train.X[:20]])  # the last lie on training events
    method = KNN(n_neighbours=15, use_kernel=kernel is not None, kernel=kernel or "Gaus").fit(train)
    np.testing.assert_allclose(method.score(queries), [brute(train, x, 15, kernel) for x in queries], atol=1e-9)


@settings(deadline=None)
@given(
    n_events=st.integers(100, 400),
    fraction=st.sampled_from([0.3, 0.5, 0.8, 0.95, 1.0]),
    seed=st.integers(0, 99),
)
def test_span_takes_the_first_events_past_the_percents(n_events: int, fraction: float, seed: int) -> None:
    X = np.random.default_rng(seed).normal(size=(n_events, 1)).astype(np.float32)
    ordered = np.sort(X[:, 0]).astype(float)
    low = (100 - round(100 * fraction)) // 2
    passed = [100 * i // n_events for i in range(n_events)]
    last = next((i for i, percent in enumerate(passed) if percent == 100 - low), n_events - 1)
    assert central_span(X, fraction)[0] == ordered[last] - ordered[passed.index(low)]


def test_span_of_inputs_that_hardly_vary() -> None:
    spike = np.zeros((200, 2), np.float32)
    spike[0, 0] = 3.0
    assert central_span(spike, 0.8).tolist() == [3.0, 1.0]


def test_default_number_of_neighbours_grows_with_the_sample() -> None:
    assert KNN().fit(toy(400)).n_neighbours_ == 20
    assert KNN().fit(toy(14_400)).n_neighbours_ == 60
    assert KNN().fit(toy(12)).n_neighbours_ == 12


def test_too_few_events() -> None:
    with pytest.raises(MethodError, match=r"20 neighbours .* among 12 training events"):
        KNN(n_neighbours=20).fit(toy(12))


def test_the_depth_of_the_tree_is_passed_over() -> None:
    assert resolve(KNN, "KNN", {"BalanceDepth": "8"}, refused=KNN.refused) == {}


def gaussians(train: Events, x: np.ndarray, k: int) -> float:
    """Return the response of a discriminant of the nearest events, from scikit-learn's."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    scaled = train.X.astype(float) / central_span(train.X, 0.8)
    query = x / central_span(train.X, 0.8)
    near = np.argsort(((scaled - query) ** 2).sum(axis=1))[:k]
    if np.ptp(train.y[near]) == 0:
        return float(train.y[near[0]])
    return float(LinearDiscriminantAnalysis().fit(scaled[near], train.y[near]).predict_proba(query[None])[0, 1])


def test_local_discriminant_is_scikit_learns() -> None:
    train = toy()
    unit = Events(train.X, train.y, np.ones(400))
    X = toy(50, seed=6).X
    method = KNN(**resolve(KNN, "KNN", {"UseLDA": "T", "nkNN": "30"}, refused=KNN.refused)).fit(unit)
    np.testing.assert_allclose(method.score(X), [gaussians(unit, x, 30) for x in X], atol=1e-6)
    split = Events(train.X, train.y, np.ones(400), Problem(classes=("background", "signal", "nothing")))
    shares = KNN(n_neighbours=30, use_lda=True).fit(split).score(X)
    np.testing.assert_allclose(shares[:, 1], method.score(X), atol=1e-12)


def test_local_discriminant_counts_weights_and_needs_classes() -> None:
    train = toy()
    times = np.arange(400) % 2 + 1
    X = toy(20, seed=6).X
    heavy = KNN(n_neighbours=400, use_lda=True).fit(Events(train.X, train.y, times.astype(float))).score(X)
    rows = np.repeat(np.arange(400), times)
    often = KNN(n_neighbours=600, use_lda=True, scale_fraction=0).fit(train.select(rows).select(slice(None)))
    often.weight_ = np.ones(600)
    often.span_ = central_span(train.X, 0.8)
    often._tree = None
    np.testing.assert_allclose(often.score(X), heavy, atol=1e-9)
    with pytest.raises(MethodError, match="use_lda"):
        KNN(use_lda=True).fit(Events(train.X, train.X[:, :1], train.weight, Problem(classes=(), targets=("a",))))


def test_a_large_sample_is_drawn_from_and_said_so() -> None:
    train = toy(3000)
    fitted = KNN(max_events=500).fit(train)
    assert fitted.notes_ == ("Trained on 500 of 3000 events drawn at random (max_events), in the classes' proportion.",)
    assert len(fitted.points_) == 500
    assert KNN().fit(train).notes_ == ()


def test_trim_keeps_the_first_of_the_larger_class() -> None:
    train = toy(40)
    rare = np.flatnonzero(train.y == 1)[8:]
    kept = np.setdiff1d(np.arange(40), rare)
    train = Events(train.X[kept], train.y[kept], train.weight[kept])
    method = KNN(n_neighbours=4, trim=True).fit(train)
    assert method.answer_.sum() == 8
    np.testing.assert_array_equal(method.points_[method.answer_ == 0], train.X[train.y == 0][:8])


def test_zero_weight_is_no_event_and_counting_ignores_weights() -> None:
    train = toy()
    halved = Events(train.X, train.y, np.where(np.arange(400) % 2, train.weight, 0.0))
    half = Events(train.X[1::2], train.y[1::2], train.weight[1::2])
    np.testing.assert_array_equal(KNN().fit(halved).score(train.X), KNN().fit(half).score(train.X))
    counted = KNN(use_weight=False).fit(train).score(train.X)
    np.testing.assert_allclose(counted * 20, np.round(counted * 20), atol=1e-9)


def test_equally_far_neighbours_count_alike_in_any_kernel() -> None:
    train = Events(np.array([[-1.0], [1.0]], np.float32), np.array([0, 1], np.int8), np.array([1.0, 3.0]))
    for kernel in ("Gaus", "Poln"):
        method = KNN(n_neighbours=2, use_kernel=True, kernel=kernel).fit(train)
        assert method.score(np.zeros((1, 1), np.float32))[0] == pytest.approx(0.75)


@pytest.mark.parametrize("kernel", [None, "Gaus", "Poln"])
def test_shares_stay_in_range_for_weights_of_any_size(kernel: str | None) -> None:
    train, X = toy(), toy(2000, seed=6).X
    method = KNN(use_kernel=kernel is not None, kernel=kernel or "Gaus")
    for scale in (1.0, 1e-300):
        score = method.fit(Events(train.X, train.y, train.weight * scale)).score(np.concatenate([X, train.X]))
        assert score.min() >= 0
        assert score.max() == 1


@pytest.mark.parametrize("name", ["points_", "answer_", "weight_", "span_"])
def test_damaged_neighbours_are_not_followed(tmp_path: Path, name: str) -> None:
    KNN().fit(toy()).save(tmp_path)
    with np.load(tmp_path / "state.npz") as stored:
        arrays = dict(stored)
    arrays[name] = arrays[name][:-1]
    np.savez(tmp_path / "state.npz", **arrays)
    with pytest.raises(RunError, match="state of a KNN"):
        load(tmp_path)


def test_loaded_method_plants_its_tree_again(tmp_path: Path) -> None:
    train = toy()
    method = KNN(use_kernel=True).fit(train, context=Context(n_threads=2))
    method.save(tmp_path)
    np.testing.assert_array_equal(load(tmp_path).score(train.X), method.score(train.X))
