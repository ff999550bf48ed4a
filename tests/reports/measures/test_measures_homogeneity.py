"""Kolmogorov-Smirnov and chi2 tests of weighted samples; whether their p-values are uniform is asked with toys."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from umva.reports.measures import Binning, chi2_test, fill, ks_test, rank
from umva.reports.results import HypothesisTest

sample = st.lists(st.tuples(st.integers(-4, 4), st.integers(1, 3)), min_size=4, max_size=30)


def ks(a: np.ndarray, b: np.ndarray, wa: np.ndarray | None = None, wb: np.ndarray | None = None) -> HypothesisTest:
    """Test two samples of signal."""
    return ks_test(rank(a, np.ones(len(a)), wa), rank(b, np.ones(len(b)), wb), signal=True)


@settings(deadline=None)
@given(sample, sample)
def test_distance_is_scipys_and_weights_are_repetitions(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    (a, wa), (b, wb) = ((np.array(each) for each in zip(*sample, strict=True)) for sample in (first, second))
    expected = ks_2samp(np.repeat(a, wa), np.repeat(b, wb), method="asymp").statistic
    assert ks(a, b, wa, wb).statistic == pytest.approx(expected, abs=1e-12)


def test_p_value_is_scipys_for_unit_weights() -> None:
    rng = np.random.default_rng(1)
    for shift in (0.0, 0.1, 0.2):
        a, b = rng.normal(size=700), rng.normal(size=900) + shift
        assert ks(a, b).p_value == pytest.approx(ks_2samp(a, b, method="asymp").pvalue, rel=0.05, abs=0.01)


def test_effective_numbers_are_those_of_the_weights() -> None:
    rng = np.random.default_rng(2)
    weight = rng.exponential(size=4000)
    found = ks(rng.normal(size=4000), rng.normal(size=300), weight, np.full(300, 7.0))
    assert found.n_eff_train == pytest.approx(weight.sum() ** 2 / (weight**2).sum())
    assert found.n_eff_test == pytest.approx(300)


def test_class_is_chosen() -> None:
    rng = np.random.default_rng(3)
    y = np.repeat([0, 1], 500)
    train, test = rank(rng.normal(size=1000), y), rank(rng.normal(size=1000) + 2 * y, y)
    assert ks_test(train, test, signal=True).p_value < 1e-9
    assert ks_test(train, test, signal=False).p_value > 0.01


def test_empty_class_is_no_evidence() -> None:
    assert ks_test(rank([1.0], [0]), rank([1.0], [1]), signal=True) == HypothesisTest(0.0, 1.0, 0.0, 1.0)


def test_chi2_by_hand() -> None:
    bins = Binning(0.0, 2.0, n_bins=2)
    x = np.array([0.5, 1.5])
    first, second = fill(np.repeat(x, [40, 60]), np.ones(100), bins), fill(np.repeat(x, [30, 20]), np.ones(50), bins)
    found = chi2_test(first, second)
    by_hand = 0.2**2 / (1 / 100 + 1 / 50) * (1 / (70 / 150) + 1 / (80 / 150))
    assert found.statistic == pytest.approx(by_hand)
    assert found.n_dof == 1


def test_chi2_of_too_few_events_is_no_evidence() -> None:
    few = fill(np.arange(12.0), np.ones(12), Binning(0.0, 12.0))
    assert chi2_test(few, few) == HypothesisTest(0.0, 1.0, 12.0, 12.0, n_dof=0)
