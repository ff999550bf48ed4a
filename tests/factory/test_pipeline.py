from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata

from umva.errors import RunError
from umva.factory.data.preprocessing import Chain
from umva.factory.imputation import Imputation, weighted_median
from umva.factory.negative_weights import paired, without_negative
from umva.factory.pipeline import Pipeline
from umva.methods import Capabilities, Context, Events, Method, Problem, get
from umva.methods.registry import register

if TYPE_CHECKING:
    from pathlib import Path


@register("Seen", listed=False)
@dataclass(kw_only=True, eq=False)
class Seen(Method):
    """Keeps what it is given."""

    state: ClassVar[tuple[str, ...]] = ("X_",)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Seen:
        del validation, context
        self.X_, self.y_, self.weight_ = train.X, train.y, train.weight
        return self

    def score(self, X: Any) -> Any:
        return X.sum(axis=1).astype(np.float64)

    def shap(self, X: Any, background: Any) -> Any:
        return (X - background.mean(axis=0)).astype(np.float64)


@register("SeenHoles", listed=False)
@dataclass(kw_only=True, eq=False)
class SeenHoles(Seen):
    """Keeps what it is given, holes included."""

    capabilities: ClassVar[Capabilities] = Capabilities(missing_values=True, weights=False)


X = np.array([[1, 10], [np.nan, 20], [3, 30], [5, 40], [4, np.nan]], dtype=np.float32)
Y = np.array([1, 1, 0, 0, 0], dtype=np.int8)
WEIGHT = np.array([1.0, 1.0, 2.0, 1.0, 1.0])
EVENTS = Events(X, Y, WEIGHT)


def pipeline(method: Method, transform: str = "I") -> Pipeline:
    return Pipeline(method, Chain.parse(transform, variables=("a", "b"), classes=("background", "signal")))


def test_missing_inputs_become_the_median_and_an_input_of_their_own() -> None:
    seen = Seen()
    prepared = pipeline(seen)
    notes = prepared.fit(EVENTS, context=Context())
    filled = [[1, 10, 0, 0], [3, 20, 1, 0], [3, 30, 0, 0], [5, 40, 0, 0], [4, 30, 0, 1]]
    np.testing.assert_array_equal(seen.X_, filled)
    assert notes[0].startswith("Missing values of 2 variables were replaced by the median")
    np.testing.assert_array_equal(prepared.score(X), np.sum(filled, axis=1))
    values = prepared.shap(X, X)
    assert values is not None
    np.testing.assert_allclose(values.sum(axis=1), np.sum(filled, axis=1) - np.mean(np.sum(filled, axis=1)), atol=1e-5)


def test_holes_reach_a_method_that_takes_them_unless_a_transformation_mixes() -> None:
    seen = SeenHoles()
    notes = pipeline(seen, "N").fit(EVENTS, context=Context())
    assert np.isnan(seen.X_).sum() == 2
    assert notes == ("It cannot use event weights: all training events counted the same.",)
    pipeline(mixed := SeenHoles(), "D").fit(EVENTS, context=Context())
    assert np.isfinite(mixed.X_).all()


def test_a_pipeline_survives_its_folder(tmp_path: Path) -> None:
    trained = pipeline(Seen(), "N")
    trained.negative_weights = "pair"
    trained.fit(EVENTS, context=Context())
    trained.save(tmp_path)
    loaded = Pipeline.load(tmp_path)
    assert loaded.negative_weights == "pair"
    np.testing.assert_array_equal(loaded.score(X), trained.score(X))
    (tmp_path / "preprocessing" / "imputation.npz").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(RunError, match=r"imputation.npz: cannot be read"):
        Pipeline.load(tmp_path)
    (tmp_path / "pipeline.json").write_text("[]")
    with pytest.raises(RunError, match=r"pipeline.json: does not describe"):
        Pipeline.load(tmp_path)


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(1, 4)), min_size=1, max_size=30))
def test_the_weighted_median_is_that_of_repeated_values(pairs: list[tuple[int, int]]) -> None:
    values, counts = (np.array(each) for each in zip(*pairs, strict=True))
    repeated = np.sort(np.repeat(values, counts))
    found = weighted_median(values.astype(np.float32), counts.astype(np.float64))
    assert found == repeated[(len(repeated) - 1) // 2]


def test_what_the_policies_do_with_negative_weights() -> None:
    events = Events(np.zeros((4, 1), np.float32), np.array([1, 1, 0, 0], np.int8), np.array([2.0, -1.0, 3.0, 1.0]))
    sums = {each: without_negative(events, each)[0].weight.sum() for each in ("keep", "ignore", "pair", "absolute")}
    assert sums == {"keep": 5.0, "ignore": 6.0, "pair": 5.0, "absolute": 7.0}
    note = without_negative(events, "ignore")[1]
    assert (
        note
        == "1 of 4 training events have negative weights (14.3 % of all weight); they were left out of the training."
    )
    assert without_negative(events.select(events.weight > 0), "ignore")[1] is None


@given(arrays(np.float64, 40, elements=st.floats(-1, 3)), st.integers(0, 2**16))
def test_pairing_keeps_the_sum_of_each_class_that_has_one(weight: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    events = Events(rng.normal(size=(40, 3)).astype(np.float32), rng.integers(0, 2, 40).astype(np.int8), weight)
    left = paired(events)
    assert (left >= 0).all()
    for k in (0, 1):
        own = events.y == k
        assert left[own].sum() == pytest.approx(max(weight[own].sum(), 0.0), abs=1e-9)
    assert (left[weight > 0] <= weight[weight > 0]).all()


def test_pairing_keeps_the_shape_of_a_distribution_where_ignoring_does_not() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(4000, 1)).astype(np.float32)
    sign = np.where(rng.random(4000) < 0.3 * (x[:, 0] > 0), -1.0, 1.0)  # negative weights on one side only
    events = Events(x, np.ones(4000, np.int8), sign)
    truth = np.average(x[:, 0], weights=sign)
    means = {
        each: np.average(kept.X[:, 0], weights=kept.weight)
        for each in ("pair", "ignore")
        for kept in [without_negative(events, each)[0]]
    }
    assert means["pair"] == pytest.approx(truth, abs=0.002)
    assert abs(means["ignore"] - truth) > 0.05


def test_pairing_in_a_regression_looks_at_the_targets_too() -> None:
    problem = Problem((), ("t",))
    y = np.array([[0.0], [10.0], [10.0]])
    events = Events(np.zeros((3, 1), np.float32), y, np.array([1.0, 1.0, -0.4]), problem)
    np.testing.assert_allclose(paired(events), [1.0, 0.6, 0.0])


def test_negative_weights_that_are_paired_train_as_well_as_their_truth() -> None:
    rng = np.random.default_rng(3)
    y = (np.arange(4000) % 2).astype(np.int8)
    X = (rng.normal(size=(4000, 2)) + y[:, None]).astype(np.float32)
    weight = np.where(rng.random(4000) < 0.15, -1.0, 1.0)
    method = get("BDTG")(n_trees=30)  # type: ignore[call-arg]
    trained = Pipeline(method, Chain.parse("I", variables=("a", "b"), classes=("b", "s")), "pair")
    trained.fit(Events(X, y, weight), context=Context())
    ranks = rankdata(trained.score(X))
    area = (ranks[y == 1].mean() - (y.sum() + 1) / 2) / (y == 0).sum()
    assert area > 0.82


def test_imputation_of_nothing_missing_changes_nothing() -> None:
    found = Imputation.fit(X[2:4], WEIGHT[2:4])
    np.testing.assert_array_equal(found.indicators(found.fill(X[2:4]), X[2:4]), X[2:4])


def targets_in_gev(n_events: int = 400) -> Events:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(n_events, 2)).astype(np.float32)
    y = X.astype(np.float64) @ [[40.0, 1.0], [-10.0, 2.0]] + [100.0, 0.0]
    return Events(X, y, rng.uniform(0.5, 1.5, n_events), Problem((), ("energy", "angle")))


@pytest.mark.parametrize(("transform", "normalised"), [("N", True), ("G,N", True), ("N(a)", False), ("G", False)])
def test_n_normalises_targets_too(transform: str, normalised: bool, tmp_path: Path) -> None:
    """As in TMVA; estimates and Shapley values come back in the units of the targets, also from files."""
    train = targets_in_gev()
    seen = Pipeline(Seen(), Chain.parse(transform, variables=("a", "b"), classes=()), missing=False)
    seen.fit(train, context=Context())
    assert isinstance(seen.method, Seen)
    if normalised:
        np.testing.assert_allclose([seen.method.y_.min(axis=0), seen.method.y_.max(axis=0)], [[-1, -1], [1, 1]])
    else:
        np.testing.assert_array_equal(seen.method.y_, train.y)
    found = Pipeline(get("LD")(), Chain.parse(transform, variables=("a", "b"), classes=()), missing=False)
    found.fit(train, context=Context())
    found.save(tmp_path)
    again = Pipeline.load(tmp_path)
    np.testing.assert_array_equal(again.score(train.X), found.score(train.X))
    if transform == "N":
        np.testing.assert_allclose(found.score(train.X), train.y, atol=1e-3)
        values = found.shap(train.X, train.X)
        assert values is not None
        total = values.sum(axis=1) + np.mean(found.score(train.X), axis=0)
        np.testing.assert_allclose(total, found.score(train.X), atol=1e-2)


def test_damaged_ranges_of_targets(tmp_path: Path) -> None:
    found = Pipeline(get("LD")(), Chain.parse("N", variables=("a", "b"), classes=()), missing=False)
    found.fit(targets_in_gev(), context=Context())
    found.save(tmp_path)
    np.savez(tmp_path / "preprocessing" / "targets.npz", low=np.array(["a"]), high=np.array([1.0]))
    with pytest.raises(RunError, match="ranges of targets"):
        Pipeline.load(tmp_path)
