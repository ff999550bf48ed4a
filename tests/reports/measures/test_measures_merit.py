"""Figures of merit against likelihoods, published values and their limits."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import poisson

from umva.reports.measures import MERITS, ams, asimov, merits, s_over_root_b, s_over_root_s_plus_b
from umva.reports.measures.merit import efficiency_times_purity


def test_published_value_of_ams() -> None:
    """The evaluation of the HiggsML challenge, on the training file with its trivial selection."""
    assert float(ams(457.2791382866634, 89291.91212537605)) == pytest.approx(1.5289067550142865, abs=1e-12)


@given(st.floats(1e-6, 1e4), st.floats(0, 1e6))
def test_ams_is_its_formula(s: float, b: float) -> None:
    whole = b + 10
    exact = math.sqrt(max(2 * ((s + whole) * math.log1p(s / whole) - s), 0.0))
    assert float(ams(s, b)) == pytest.approx(exact, rel=1e-7, abs=1e-6)
    assert float(ams(s, b)) <= s / math.sqrt(whole) * (1 + 1e-12)
    assert float(ams(s, b)) == pytest.approx(float(asimov(s, whole)), rel=1e-5, abs=1e-9)


@pytest.mark.parametrize(("s", "b", "uncertainty"), [(10, 100, 0.1), (3, 2, 0.5), (50, 1000, 0.02), (20, 5, 0.3)])
def test_asimov_is_the_likelihood_ratio(s: float, b: float, uncertainty: float) -> None:
    """n events in the signal region, m in a control region of tau times the background, as expected with the signal."""
    tau = 1.0 / (uncertainty**2 * b)
    n, m = s + b, tau * b

    def fit(background: float) -> float:
        return 2 * (background - n * math.log(background) + tau * background - m * math.log(tau * background))

    without_signal = minimize_scalar(fit, bounds=(1e-3, 10 * n), method="bounded", options={"xatol": 1e-10}).fun
    best = 2 * (n - n * math.log(n) + m - m * math.log(m))
    assert float(asimov(s, b, uncertainty)) == pytest.approx(math.sqrt(without_signal - best), rel=1e-6)


@pytest.mark.parametrize(("s", "b"), [(8, 20), (30, 200), (15, 3)])
def test_asimov_is_near_the_median_significance_of_a_count(s: float, b: float) -> None:
    """As found from the Poisson distribution itself, without any expansion."""
    from scipy.stats import norm

    median = poisson.ppf(0.5, s + b)
    assert float(asimov(s, b)) == pytest.approx(norm.isf(poisson.sf(median - 0.5, b)), abs=0.3)


@given(st.floats(1e-3, 1e3), st.floats(1e-2, 1e4), st.floats(0.0, 1.0))
def test_asimov_is_its_formula_and_falls_with_the_uncertainty(s: float, b: float, u: float) -> None:
    found = float(asimov(s, b, u))
    assert 0 <= found <= float(asimov(s, b)) * (1 + 1e-9) + 1e-12
    variance, n = (u * b) ** 2, s + b
    if u > 0.01 and s > 0.01 * b:
        inside = n * math.log(n * (b + variance) / (b**2 + n * variance))
        inside -= b**2 / variance * math.log1p(variance * s / (b * (b + variance)))
        assert found == pytest.approx(math.sqrt(max(2 * inside, 0.0)), rel=1e-5, abs=1e-5)


def test_limits() -> None:
    assert float(asimov(1e-4, 1e6, 0.01)) == pytest.approx(1e-4 / math.sqrt(1e6 + 1e8))
    assert float(asimov(1e-7, 1e6)) == pytest.approx(1e-7 / 1e3)
    assert float(ams(1e-9, 1e6)) == pytest.approx(1e-9 / math.sqrt(1e6 + 10))
    for each in (s_over_root_b, asimov, partial(asimov, background_uncertainty=0.2), partial(ams, b_reg=0.0)):
        assert each(np.array([0.0, 1.0]), np.array([0.0, 0.0])).tolist() == [0.0, math.inf]
    assert s_over_root_s_plus_b([0.0, 4.0], [0.0, 0.0]).tolist() == [0.0, 2.0]
    assert float(efficiency_times_purity(0.0, 0.0, total=3.0)) == 0.0
    assert float(ams(0.0, 0.0)) == 0.0


def test_names_and_functions_belong_together() -> None:
    found = {name: float(merit(30.0, 70.0)) for name, merit in merits(0.1).items()}
    assert tuple(found) == MERITS
    assert found["S/sqrt(B)"] == pytest.approx(30 / math.sqrt(70))
    assert found["S/sqrt(S+B)"] == pytest.approx(3.0)
    assert found["Asimov"] == pytest.approx(float(asimov(30, 70, 0.1)))
    assert found["AMS"] == pytest.approx(float(asimov(30, 80)))
