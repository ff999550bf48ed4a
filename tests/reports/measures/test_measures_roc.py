"""The ROC curve and the signal efficiencies read from it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_curve

from umva.reports.measures import auc, decimate, full_roc, rank, signal_efficiency

weighted = st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 1), st.floats(-1, 4)), min_size=1, max_size=60)


def test_equals_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    y, w = rng.integers(0, 2, 400), rng.exponential(size=400)
    scores = (rng.normal(size=400) + y).round(1)
    false, true, _ = roc_curve(y, scores, sample_weight=w, drop_intermediate=False)
    curve = full_roc(rank(scores, y, w))
    np.testing.assert_allclose(curve.background, false, atol=1e-12)
    np.testing.assert_allclose(curve.signal, true, atol=1e-12)


def test_errors_are_binomial_for_unit_weights() -> None:
    rng = np.random.default_rng(2)
    y = np.repeat([0, 1], [300, 200])
    curve = full_roc(rank(rng.normal(size=500), y))
    np.testing.assert_allclose(
        curve.background_error, np.sqrt(curve.background * (1 - curve.background) / 300), atol=1e-9
    )


@settings(deadline=None)
@given(weighted)
def test_rises_from_0_to_1_whatever_the_weights(sample: list[tuple[int, int, float]]) -> None:
    x, y, w = (np.array(each) for each in zip(*sample, strict=True))
    curve = full_roc(rank(x, y, w))
    for each in (curve.signal, curve.background):
        assert (each[0], each[-1]) == (0.0, 1.0)
        assert (np.diff(each) >= 0).all()
    assert np.isfinite(curve.background_error).all()
    shown = decimate(curve)
    assert len(shown.signal_efficiency) == len(shown.background_efficiency) == len(shown.background_error)


def test_drawn_points_are_few_and_lie_well() -> None:
    rng = np.random.default_rng(3)
    y = rng.integers(0, 2, 50_000)
    ranked = rank(rng.normal(size=50_000) + 2 * y, y)
    shown = decimate(full_roc(ranked))
    signal, background = np.array(shown.signal_efficiency), np.array(shown.background_efficiency)
    assert 300 < len(signal) <= 400
    assert (signal[0], background[0], signal[-1], background[-1]) == (0, 0, 1, 1)
    assert np.diff(signal).max() < 0.006
    assert np.count_nonzero((background > 0) & (background < 0.001)) > 40
    assert np.trapezoid(signal, background) == pytest.approx(auc(ranked).value, abs=2e-4)


def test_efficiency_by_hand() -> None:
    curve = full_roc(rank([1, 2, 3, 4, 5, 6], [0, 0, 1, 0, 1, 1]))
    assert signal_efficiency(curve, 1 / 3).value == pytest.approx(1.0)
    assert signal_efficiency(curve, 0.0).value == pytest.approx(2 / 3)


def test_steps_are_interpolated() -> None:
    curve = full_roc(rank([0, 0, 1, 1], [0, 0, 0, 1]))
    assert signal_efficiency(curve, 0.1).value == pytest.approx(0.3)


@pytest.mark.parametrize("background", [0.01, 0.1, 0.3])
def test_efficiency_error_agrees_with_bootstrap(background: float) -> None:
    rng = np.random.default_rng(4)
    y = rng.integers(0, 2, 20_000)
    scores, weight = rng.normal(size=20_000) + 1.2 * y, rng.exponential(size=20_000)
    found = signal_efficiency(full_roc(rank(scores, y, weight)), background)
    spread = np.std(
        [
            signal_efficiency(full_roc(rank(scores, y, weight * rng.poisson(1.0, 20_000))), background).value
            for _ in range(150)
        ]
    )
    assert found.error == pytest.approx(spread, rel=0.25)


def test_efficiency_error_knows_the_threshold() -> None:
    """With many signal and few background events all of the error comes from the cut."""
    rng = np.random.default_rng(5)
    values, errors = [], []
    for _ in range(400):
        y = np.repeat([0, 1], [400, 20_000])
        found = signal_efficiency(full_roc(rank(rng.normal(size=20_400) + y, y)), 0.1)
        values.append(found.value)
        errors.append(found.error or 0.0)
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.15)
    assert np.mean(errors) > 5 * math.sqrt(0.25 / 20_000)


def test_missing_class_gives_the_diagonal() -> None:
    curve = full_roc(rank([1.0, 2.0], [1, 1]))
    assert decimate(curve).signal_efficiency == decimate(curve).background_efficiency == (0.0, 1.0)
    assert signal_efficiency(curve, 0.1).value == pytest.approx(0.1)
