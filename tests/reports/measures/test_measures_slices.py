"""Slices: areas and deviations are those of the events in them, weak ones are found, even ones are not."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, root_mean_squared_error

from umva.reports.measures import area, auc, mean_area, quantile_bins, rank, sliced_area, sliced_rmse, weakest
from umva.reports.measures.slices import levels_of
from umva.reports.results import Sliced


def toy(seed: int, n: int = 4000) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.random.Generator]:
    """Return responses, classes and a variable that has nothing to do with them."""
    rng = np.random.default_rng(seed)
    y = rng.random(n) < 0.4
    return rng.normal(size=n) + 1.5 * y, y, rng.normal(size=n), rng


@pytest.mark.parametrize("steps", [False, True])
def test_areas_are_those_of_the_events_in_the_slice(steps: bool) -> None:
    x, y, variable, rng = toy(1)
    x = np.round(3 * x) if steps else x
    w = np.where(rng.random(len(x)) < 0.1, -1.0, 1.0) * rng.uniform(0.5, 1.5, len(x))
    bins = quantile_bins(variable, 5)
    found = sliced_area(bins, [levels_of(rank(x, y, w))], w)
    for k in range(5):
        inside = bins.place == k
        expected = auc(rank(x[inside], y[inside], w[inside]))
        assert found.values[k] == pytest.approx(expected.value, abs=1e-12 if steps else 3e-4)
        assert found.errors[k] == pytest.approx(expected.error, rel=1e-9 if steps else 0.01)
        unit = sliced_area(bins, [levels_of(rank(x, y))], np.ones(len(x))).values[k]
        assert unit == pytest.approx(roc_auc_score(y[inside], x[inside]), abs=1e-12 if steps else 3e-4)
    assert found.n_events == (800,) * 5


def test_weights_are_repetitions() -> None:
    x, y, variable, rng = toy(2, 1000)
    w, bins = rng.integers(1, 4, 1000), quantile_bins(np.round(variable), 5)
    repeated = quantile_bins(np.repeat(np.round(variable), w), 5)
    x = np.round(4 * x)
    one = sliced_area(bins, [levels_of(rank(x, y, w))], w.astype(float))
    other = sliced_area(repeated, [levels_of(rank(np.repeat(x, w), np.repeat(y, w)))], np.ones(w.sum()))
    known = [k for k, each in enumerate(one.values) if each is not None]
    assert [one.values[k] for k in known] == pytest.approx([other.values[k] for k in known])


def test_mean_area_of_several_classes_has_the_error_of_a_mean_area() -> None:
    rng = np.random.default_rng(3)
    y = rng.integers(0, 3, 3000)
    scores = rng.normal(size=(3000, 3)) + 1.2 * np.eye(3)[y]
    bins, w = quantile_bins(rng.normal(size=3000), 3), rng.uniform(0.5, 1.5, 3000)
    found = sliced_area(bins, [levels_of(rank(scores[:, k], y == k, w)) for k in range(3)], w)
    inside = bins.place == 1
    each = [area(rank(scores[inside, k], y[inside] == k, w[inside])) for k in range(3)]
    expected = mean_area(each, n_eff=100).number
    assert found.values[1] == pytest.approx(expected.value, abs=3e-4)
    assert found.errors[1] == pytest.approx(expected.error, rel=0.02)


def test_deviations_are_those_of_scikit_learn_with_the_error_of_a_bootstrap() -> None:
    rng = np.random.default_rng(4)
    d, w, variable = rng.standard_t(8, 3000), rng.uniform(0.5, 1.5, 3000), rng.normal(size=3000)
    bins = quantile_bins(variable, 4)
    found = sliced_rmse(bins, d, w)
    inside = np.flatnonzero(bins.place == 2)
    expected = root_mean_squared_error(d[inside], np.zeros(len(inside)), sample_weight=w[inside])
    assert found.values[2] == pytest.approx(expected)
    copies = [np.sqrt(np.average(d[k] ** 2, weights=w[k])) for k in rng.choice(inside, (300, len(inside)))]
    assert found.errors[2] == pytest.approx(np.std(copies), rel=0.15)


def test_a_weak_slice_is_found_and_nothing_else() -> None:
    x, y, variable, rng = toy(5, 8000)
    weak = variable > np.quantile(variable, 0.8)
    x = np.where(weak, rng.normal(size=8000) + 0.6 * y, x)
    w = np.ones(8000)
    levels = [levels_of(rank(x, y))]
    slices = {
        name: sliced_area(quantile_bins(each, 5), levels, w)
        for name, each in {"weak": variable, "even": rng.normal(size=8000)}.items()
    }
    found = weakest(slices)
    assert [each.variable for each in found] == ["weak"]
    assert found[0].label == slices["weak"].labels[-1]
    assert found[0].p_corrected < 1e-6
    assert found[0].p_value <= found[0].p_corrected
    assert found[0].value.value < found[0].rest.value
    others = [each for each in slices["weak"].values[:-1] if each is not None]
    assert found[0].rest.value == pytest.approx(np.mean(others))


def test_worse_is_larger_for_deviations() -> None:
    rng = np.random.default_rng(6)
    variable = rng.normal(size=3000)
    d = rng.normal(size=3000) * np.where(variable < np.quantile(variable, 0.2), 2.0, 1.0)
    slices = {"x": sliced_rmse(quantile_bins(variable, 5), d, np.ones(3000))}
    assert [each.label for each in weakest(slices, less_is_better=True)] == [slices["x"].labels[0]]
    assert slices["x"].labels[0] not in [each.label for each in weakest(slices)]


def test_false_claims_are_rare() -> None:
    """Of comparisons without a weak slice at most some 5 % name one, as Holm's correction promises."""
    claims = 0
    for seed in range(200):
        x, y, _, rng = toy(100 + seed, 1500)
        w = np.where(rng.random(1500) < 0.1, -1.0, 1.0)
        levels = [levels_of(rank(x, y, w))]
        slices = {str(j): sliced_area(quantile_bins(rng.normal(size=1500), 5), levels, w) for j in range(4)}
        claims += bool(weakest(slices))
    assert claims <= 20


def test_few_events_are_not_judged() -> None:
    x, y, variable, _ = toy(7, 200)
    found = sliced_area(quantile_bins(variable, 8), [levels_of(rank(x, y))], np.ones(200))
    assert found.values == (None,) * 8
    assert weakest({"x": found}) == ()
    assert weakest({"x": Sliced(("a",), (0.0, 1.0), (0.9,), (0.01,), (200,))}) == ()


def test_bins_of_whole_numbers_gaps_and_spikes() -> None:
    whole = quantile_bins(np.array([0.0, 3.0, 1.0, 1.0]), 5)
    assert whole.labels == ("0", "1", "3")
    assert whole.place.tolist() == [0, 2, 1, 1]
    assert quantile_bins(np.repeat([0.1, 0.35, 0.8], 9), 10).labels == ("0.1", "0.35", "0.8")
    many = quantile_bins(np.arange(100.0), 4)
    assert many.labels == ("0 to 24", "25 to 49", "50 to 74", "75 to 99")
    assert many.n_events == (25,) * 4
    spike = quantile_bins(np.append(np.zeros(60), np.linspace(0.5, 1.5, 40)), 5)
    assert sum(spike.n_events) == 100
    assert min(spike.n_events) > 0
    gaps = quantile_bins(np.array([0.5, np.nan, 1.5, np.inf]), 2)
    assert gaps.labels[-1] == "no value"
    assert gaps.n_events == (1, 1, 2)
    rare = quantile_bins(np.append(np.zeros(200_000), np.arange(1.0, 13.0)), 5)
    assert rare.n_events == (200_012,)
    weighted = quantile_bins(np.arange(100.0) / 3, 2, np.append(np.ones(80), np.full(20, -4.0)))
    assert weighted.n_events == (79, 21)
    nothing = quantile_bins(np.array([np.nan, np.nan]), 2)
    assert (nothing.labels, nothing.n_events) == (("no value",), (2,))
    assert quantile_bins(np.full(4, 2.5), 3).n_events == (4,)
    assert quantile_bins(np.empty(0), 3).n_events == (0,)
