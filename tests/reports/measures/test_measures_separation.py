"""Separation and significance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umva.reports.measures import Binning, fill, separation, significance

BINS = Binning(-4.0, 6.0)


def test_identical_and_disjoint() -> None:
    left, right = np.full(10, 0.25), np.full(7, 0.75)
    bins = Binning(0.0, 1.0, n_bins=2)
    one, other = fill(left, np.ones(10), bins), fill(right, np.ones(7), bins)
    assert (separation(one, one).value, separation(one, one).error) == (0.0, 0.0)
    assert (separation(one, other).value, separation(one, other).error) == (1.0, 0.0)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1), st.floats(-1, 4)), min_size=1, max_size=40))
def test_is_finite_and_scale_free_whatever_the_weights(sample: list[tuple[int, int, float]]) -> None:
    x, y, w = (np.array(each, dtype=float) for each in zip(*sample, strict=True))
    bins = Binning(0.0, 5.0, n_bins=5)
    found = separation(*(fill(x[y == k], w[y == k], bins) for k in (1, 0)))
    scaled = separation(*(fill(x[y == k], 4.0 * w[y == k], bins) for k in (1, 0)))
    assert 0 <= found.value < 1 + 1e-9
    assert found.value == pytest.approx(scaled.value)
    assert found.error is None or math.isfinite(found.error)


def test_errors_agree_with_bootstrap() -> None:
    rng = np.random.default_rng(1)
    y = np.repeat([0, 1], 4000)
    x, w = rng.normal(size=8000) + y, rng.exponential(size=8000)

    def both(weight: np.ndarray) -> tuple[float, float, float | None, float | None]:
        s, b = ((x[y == k], weight[y == k]) for k in (1, 0))
        one, other = separation(fill(*s, BINS), fill(*b, BINS)), significance(s, b)
        return one.value, other.value, one.error, other.error

    value, tmva, error, tmva_error = both(w)
    draws = np.array([both(w * rng.poisson(1.0, 8000))[:2] for _ in range(400)])
    assert error == pytest.approx(draws[:, 0].std(), rel=0.12)
    assert tmva_error == pytest.approx(draws[:, 1].std(), rel=0.12)
    assert tmva == pytest.approx(1 / math.sqrt(2), abs=0.06)
    grid = np.linspace(-8, 9, 20_001)
    s, b = (np.exp(-0.5 * (grid - k) ** 2) / math.sqrt(2 * math.pi) for k in (1, 0))
    assert value == pytest.approx(0.5 * np.trapezoid((s - b) ** 2 / (s + b), grid), abs=0.02)


def test_degenerate_responses_say_so() -> None:
    constant, ones = np.ones(3), np.ones(3)
    for found in (significance((constant, ones), (constant, ones)), significance((constant, -ones), (constant, ones))):
        assert found.value == 0.0
        assert "not measurable" in str(found.note)
    empty = fill(np.array([]), np.array([]), BINS)
    assert "not measurable" in str(separation(empty, fill(constant, ones, BINS)).note)
