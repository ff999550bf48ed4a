"""Histograms, their ranges, correlations and shares of Shapley values."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umva.reports.measures import (
    Binning,
    correlations,
    density,
    fill,
    on_steps,
    robust_binning,
    shap_shares,
    tmva_response_binning,
    tmva_variable_binning,
)
from umva.reports.measures.ranges import weighted_quantiles

if TYPE_CHECKING:
    from pathlib import Path


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-2, 3), st.floats(-1, 3)), min_size=1, max_size=50))
def test_fill_equals_numpy(sample: list[tuple[float, float]]) -> None:
    x, w = (np.array(each) for each in zip(*sample, strict=True))
    bins = Binning(0.0, 1.0, n_bins=8)
    contents = fill(x, w, bins)
    inside = x < 1.0  # numpy counts the upper edge in
    expected, _ = np.histogram(x[inside], bins.edges, weights=w[inside])
    squares, _ = np.histogram(x[inside], bins.edges, weights=w[inside] ** 2)
    np.testing.assert_allclose(contents.sums[1:-1], expected, atol=1e-12)
    np.testing.assert_allclose(contents.squares[1:-1], squares, atol=1e-12)
    assert contents.sums.sum() == pytest.approx(w.sum(), abs=1e-12)


def test_density_integrates_to_what_is_inside() -> None:
    rng = np.random.default_rng(1)
    shown = density(fill(rng.normal(size=5000), rng.exponential(size=5000), Binning(-1.0, 2.0)))
    inside = float(np.sum(np.array(shown.values) * np.diff(shown.edges)))
    assert inside + shown.underflow + shown.overflow == pytest.approx(1.0)
    assert shown.underflow == pytest.approx(0.1587, abs=0.02)


def test_events_without_a_value_change_no_density() -> None:
    rng = np.random.default_rng(1)
    x, weight, bins = rng.normal(size=400), rng.exponential(size=400), Binning(-1.0, 2.0)
    whole = density(fill(x, weight, bins))
    holed = density(fill(np.append(x, np.full(3, np.nan)), np.append(weight, np.full(3, weight.sum())), bins))
    assert whole.missing == 0.0
    assert holed.missing == pytest.approx(0.75)
    assert dataclasses.replace(holed, missing=0.0) == whole


def test_density_without_weight_is_zero() -> None:
    shown = density(fill(np.array([0.1, 0.2]), np.array([1.0, -1.0]), Binning(0.0, 1.0, n_bins=2)))
    assert shown.values == shown.errors == (0.0, 0.0)


def test_robust_range_leaves_tails_out() -> None:
    rng = np.random.default_rng(2)
    x = np.append(rng.normal(size=20_000), 1e6)
    bins = robust_binning([(x, np.ones(len(x))), (x[:5000] + 1.0, np.ones(5000))])
    assert (bins.low, bins.high) == pytest.approx((-2.576, 3.576), abs=0.1)


@pytest.mark.parametrize(
    ("values", "low", "high", "n_bins"),
    [
        ([0, 1, 5], -0.5, 5.5, 6),
        (range(100), -0.5, 101.5, 34),
        ([7, 7], 3.5, 10.5, 40),
        ([0.25, 0.25], -0.25, 0.75, 40),
    ],
)
def test_range_of_whole_numbers_and_constants(values: list[float], low: float, high: float, n_bins: int) -> None:
    x = np.array(values, dtype=np.float32)
    assert robust_binning([(x, np.ones(len(x)))], tail=0.0) == Binning(low, high, n_bins)


def test_values_piled_up_at_the_end_are_inside() -> None:
    x = np.minimum(np.random.default_rng(5).exponential(2.0, 10_000), 6.0).astype(np.float32)
    shown = density(fill(x, np.ones(len(x)), robust_binning([(x, np.ones(len(x)))])))
    assert shown.overflow == 0.0
    assert shown.values[-1] > 5 * shown.values[-2]


@pytest.mark.parametrize(("k", "n_bins"), [(20, 21), (59, 60), (100, 34)])
def test_bins_of_a_response_in_steps_hold_equally_many_steps(k: int, n_bins: int) -> None:
    """The share of signal among k neighbours, as flat as can be, gives a flat histogram but for the last bin."""
    x = (np.arange(k + 1) / k).repeat(10)
    bins = on_steps(tmva_response_binning([(x, np.ones(len(x)))]), [x])
    assert bins.n_bins == n_bins
    assert len(set(fill(x, np.ones(len(x)), bins).sums[1:-2].round(9))) == 1
    assert fill(x, np.ones(len(x)), bins).sums[1:-1].sum() == len(x)


def test_blurred_steps_are_found_and_no_others() -> None:
    rng = np.random.default_rng(8)
    tag = np.array([0.0, 1.0865380764, 2.1730761528])[rng.integers(0, 3, 500)].astype(np.float32)
    assert robust_binning([(tag, np.ones(500))]).n_bins == 3
    free = rng.normal(size=1500)
    assert on_steps(Binning(-3.0, 3.0), [free, np.round(free, 1)]) == Binning(-3.0, 3.0)


def test_a_bounded_variable_is_shown_to_its_ends() -> None:
    phi = np.random.default_rng(6).uniform(-np.pi, np.pi, 20_000)
    shown = density(fill(phi, np.ones(20_000), robust_binning([(phi, np.ones(20_000))])))
    assert (shown.underflow, shown.overflow) == (0.0, 0.0)


def test_range_of_nothing() -> None:
    nothing = np.array([np.nan], dtype=np.float32)
    for bins in (robust_binning([(nothing, np.ones(1))]), tmva_variable_binning(nothing, np.ones(1))):
        assert (bins.low, bins.high) == (0.0, 1.0)
    assert tmva_response_binning([(nothing[:0], np.ones(0))]) == Binning(0.0, 1.0)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4)), min_size=1), st.floats(0, 1))
def test_quantile_is_of_repeated_values(sample: list[tuple[int, int]], share: float) -> None:
    x, w = (np.array(each, dtype=float) for each in zip(*sample, strict=True))
    expected = np.quantile(np.repeat(x, w.astype(int)), share, method="inverted_cdf")
    assert weighted_quantiles(x, w, [share])[0] == expected


def test_correlations_equal_numpys(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    X = (rng.normal(size=(3000, 4)) @ rng.normal(size=(4, 4)) + 1e4).astype(np.float32)
    y, w = rng.integers(0, 2, 3000), rng.integers(1, 4, 3000)
    np.save(tmp_path / "x.npy", X)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    found = correlations(mapped, w.astype(float), [y == 1, y == 0], chunk=700)
    for matrix, label in zip(found, (1, 0), strict=True):
        chosen = y == label
        expected = np.corrcoef(np.repeat(X[chosen].astype(float), w[chosen], axis=0).T)
        np.testing.assert_allclose(matrix, expected, atol=1e-10)


def test_correlations_of_constants_missing_values_and_nothing() -> None:
    X = np.array([[1, 2, 3], [2, 2, 1], [3, 2, np.nan], [5, 2, 2]], dtype=np.float32)
    y = np.array([1, 1, 1, 0])
    signal, other = correlations(X, np.ones(4), [y == 1, y == 2])
    np.testing.assert_allclose(signal, [[1, 0, -1], [0, 1, 0], [-1, 0, 1]], atol=1e-12)
    np.testing.assert_array_equal(other, np.eye(3))


def test_shap_shares_and_their_errors() -> None:
    rng = np.random.default_rng(4)
    values = rng.normal(size=(500, 3)) * [3.0, 1.0, 2.0]
    weight = rng.normal(1.0, 1.0, 500)
    found = shap_shares(values, ["a", "b", "c"], weight)
    assert list(found) == ["a", "c", "b"]
    assert sum(each.value for each in found.values()) == pytest.approx(1.0)
    draws = rng.multinomial(500, np.full(500, 1 / 500), size=300)
    spread = np.std([shap_shares(values, ["a", "b", "c"], weight * draw)["a"].value for draw in draws])
    assert found["a"].error == pytest.approx(spread, rel=0.15)


def test_shap_of_a_constant_method() -> None:
    found = shap_shares(np.zeros((5, 2)), ["a", "b"])
    assert found["a"].value == 0.0
    assert found["a"].note == "all Shapley values are 0"
