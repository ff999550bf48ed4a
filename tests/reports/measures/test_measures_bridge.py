"""Anderson-Darling and Kolmogorov-Smirnov tests of weighted, tied and signed samples; chi2; Kolmogorov's as TMVA's."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import anderson_ksamp, chi2, chi2_contingency, ks_2samp, kstwobign

from umva.reports.measures import Binning, ad_test, chi2_test, fill, ks_test, rank
from umva.reports.measures.bridge import _tail_of_squares, bridge_between
from umva.reports.results import HypothesisTest

Sample = list[tuple[int, int]]
sample = st.lists(st.tuples(st.integers(-4, 4), st.integers(1, 3)), min_size=4, max_size=30)


def ad(a: np.ndarray, b: np.ndarray, wa: np.ndarray | None = None, wb: np.ndarray | None = None) -> HypothesisTest:
    """Test two samples of signal."""
    return ad_test(rank(a, np.ones(len(a)), wa), rank(b, np.ones(len(b)), wb), signal=True)


def standardised(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """Return statistic and p-value of scipy, which gives the former in units of its spread, around its mean."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="p-value")
        found = anderson_ksamp([a, b], variant="midrank")
    return float(found.statistic), float(found.pvalue)


@pytest.mark.parametrize("decimals", [0, 1, 12])
def test_anderson_darling_is_scipys_in_other_units(decimals: int) -> None:
    rng = np.random.default_rng(1)
    spreads = []
    for shift in (0.1, 0.5, 1.0):
        a, b = rng.normal(size=40).round(decimals), rng.normal(shift, size=70).round(decimals)
        spreads.append((ad(a, b).statistic - 1.0) / standardised(a, b)[0])
    np.testing.assert_allclose(spreads, spreads[0], rtol=1e-9)  # depends on the sizes alone
    assert spreads[0] == pytest.approx(np.sqrt(2 * (np.pi**2 - 9) / 3), rel=0.02)  # for large samples


def test_anderson_darling_p_values_are_scipys_where_it_has_them() -> None:
    rng = np.random.default_rng(2)
    for shift in np.linspace(0.05, 0.2, 7):
        a, b = rng.normal(size=800), rng.normal(shift, size=600)
        expected = standardised(a, b)[1]
        if 0.001 < expected < 0.25:
            assert ad(a, b).p_value == pytest.approx(expected, rel=0.15)


@settings(deadline=None)
@given(sample, sample)
def test_one_weight_for_all_is_repetition_of_all(first: Sample, second: Sample) -> None:
    a, b = (np.array([x for x, _ in each]) for each in (first, second))
    once, twice = ad(a, b), ad(a, b, np.full(len(a), 3.0), np.full(len(b), 3.0))
    assert twice.statistic == pytest.approx(once.statistic, abs=1e-12)
    assert twice.p_value == pytest.approx(once.p_value, abs=1e-9)


@pytest.mark.parametrize("test", [ad_test, ks_test])
def test_weights_that_cancel_change_nothing_but_the_precision(test: object) -> None:
    assert callable(test)
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=500), rng.normal(size=400)
    extra = rng.normal(size=100)
    plain = test(rank(a, np.ones(500)), rank(b, np.ones(400)), signal=True)
    x = np.concatenate([a, extra, extra])
    weight = np.repeat([1.0, 1.0, -1.0], [500, 100, 100])
    signed = test(rank(x, np.ones(700), weight), rank(b, np.ones(400)), signal=True)
    assert signed.n_eff_train == pytest.approx(500**2 / 700)
    if test is ks_test:
        assert signed.statistic == pytest.approx(plain.statistic, abs=1e-12)
    assert signed.p_value > plain.p_value - 0.05


def test_distances_of_many_events_of_equal_weight_follow_kolmogorovs_law() -> None:
    rng = np.random.default_rng(4)
    for shift in (0.0, 0.02, 0.05, 0.1):
        a, b = rng.normal(size=20_000), rng.normal(shift, size=20_000)
        found = ks_test(rank(a, np.ones(20_000)), rank(b, np.ones(20_000)), signal=True)
        assert found.p_value == pytest.approx(kstwobign.sf(found.statistic * 100.0), rel=0.05)


def test_few_leaves_are_as_if_permuted() -> None:
    """The truth for tied responses is in all ways to share them out; the textbook's law is far from it."""
    rng = np.random.default_rng(5)
    a, b = np.repeat([0.0, 1.0, 2.0], 50), np.repeat([0.0, 1.0, 2.0], [65, 48, 37])
    found = ks_test(rank(a, np.ones(150)), rank(b, np.ones(150)), signal=True)
    both = np.concatenate([a, b])
    distances = []
    for _ in range(1000):
        mixed = rng.permutation(both)
        bridge = bridge_between(rank(mixed[:150], np.ones(150)), rank(mixed[150:], np.ones(150)), signal=True)
        assert bridge
        distances.append(bridge.largest)
    reached = np.array(distances) - found.statistic
    truth = np.mean(reached > 1e-9) + 0.5 * np.mean(np.abs(reached) < 1e-9)
    assert found.p_value == pytest.approx(truth, abs=0.03)
    assert ks_2samp(a, b, method="asymp").pvalue > 2 * truth


@pytest.mark.parametrize("x", [0.01, 0.5, 1.0, 3.84, 20.0])
def test_tail_of_squared_normals(x: float) -> None:
    assert _tail_of_squares(np.ones(1), x) == pytest.approx(chi2.sf(x, 1), abs=0.005, rel=0.1)
    assert _tail_of_squares(np.full(6, 0.5), 0.5 * x) == pytest.approx(chi2.sf(x, 6), abs=0.001, rel=0.01)


def test_chi2_of_equal_weights_is_pearsons() -> None:
    rng, bins = np.random.default_rng(6), Binning(-1.5, 1.5, n_bins=6)
    first, second = (fill(rng.normal(size=n), np.full(n, 0.3), bins) for n in (500, 800))
    table = np.stack([first.sums, second.sums]) / 0.3
    expected = chi2_contingency(table, correction=False)
    found = chi2_test(first, second)
    assert (found.statistic, found.p_value) == pytest.approx((expected.statistic, expected.pvalue))
    assert found.n_dof == expected.dof


def test_nothing_to_compare() -> None:
    assert ad_test(rank([1.0], [0]), rank([1.0], [1]), signal=True) == HypothesisTest(0.0, 1.0, 0.0, 1.0)
    same = rank([1.0, 1.0], [1, 1])
    assert (ad_test(same, same, signal=True).p_value, ks_test(same, same, signal=True).p_value) == (1.0, 1.0)
