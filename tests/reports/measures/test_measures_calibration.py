"""Calibration: scikit-learn's numbers, weights as repetitions, uniform p-values, honest errors and recalibration."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import kstest
from sklearn.calibration import calibration_curve
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, log_loss

from umva.reports.measures import auc, calibration, calibration_test, rank, recalibrated, reliability
from umva.reports.measures.recalibration import halves


def toy(seed: int, n: int = 3000, bend: float = 1.0) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    """Return probabilities, right if ``bend`` is 1, and classes."""
    rng = np.random.default_rng(seed)
    z = rng.normal(0, 1.5, n)
    return expit(bend * z), rng.random(n) < expit(z), rng


def test_scores_are_those_of_scikit_learn() -> None:
    p, y, rng = toy(1)
    p[:5] = 0.0
    w = rng.uniform(0.5, 2, len(p))
    found = reliability(p, y, w)
    assert found.brier.value == pytest.approx(brier_score_loss(y, p, sample_weight=w))
    assert found.log_loss.value == pytest.approx(log_loss(y, p, sample_weight=w))


def test_curve_is_that_of_scikit_learn() -> None:
    p, y, _ = toy(2)
    observed, predicted = calibration_curve(y, p, n_bins=10, strategy="quantile")
    found = reliability(p, y, np.ones(len(p)))
    np.testing.assert_allclose(found.predicted, predicted)
    np.testing.assert_allclose(found.observed, observed)
    np.testing.assert_allclose(found.errors, np.sqrt(observed * (1 - observed) / 300))
    assert found.ece.value == pytest.approx(np.mean(np.abs(observed - predicted)))
    assert found.reliability.value == pytest.approx(np.mean((observed - predicted) ** 2))


def test_parts_add_up_to_the_brier_score() -> None:
    _, y, rng = toy(3)
    p, w = rng.choice([0.1, 0.35, 0.8], len(y)), rng.exponential(size=len(y))
    found = reliability(p, y, w)
    parts = found.reliability.value - found.resolution.value + found.uncertainty.value
    assert parts == pytest.approx(found.brier.value, abs=1e-12)


def test_weights_are_repetitions() -> None:
    p, y, rng = toy(4, 800)
    p, w = np.round(p, 1), rng.integers(1, 4, 800)
    one, other = reliability(p, y, w.astype(float)), reliability(np.repeat(p, w), np.repeat(y, w), np.ones(w.sum()))
    for name in ("brier", "log_loss"):
        assert getattr(one, name).value == pytest.approx(getattr(other, name).value)


def test_errors_are_those_of_a_bootstrap() -> None:
    p, y, rng = toy(5, 2000, bend=1.6)
    w = rng.uniform(0.2, 1.8, 2000) * np.where(rng.random(2000) < 0.1, -1, 1)
    names = ("brier", "log_loss", "reliability", "resolution", "ece")
    found = reliability(p, y, w)
    copies = []
    for _ in range(200):
        k = rng.integers(0, 2000, 2000)
        again = reliability(p[k], y[k], w[k])
        copies.append([getattr(again, name).value for name in names])
    for name, spread in zip(names, np.std(copies, axis=0), strict=True):
        assert getattr(found, name).error == pytest.approx(spread, rel=0.3), name


@pytest.mark.parametrize("kind", ["unit", "classes", "negative"])
def test_p_values_of_right_probabilities_are_uniform(kind: str) -> None:
    """Signal that weighs more than background moves the probability, and its weights are wider."""
    p_values, errors = [], []
    for seed in range(200):
        p, y, rng = toy(1000 + seed, 1500)
        w = np.ones(1500)
        if kind == "classes":
            w = np.where(y, 5.0 * rng.uniform(0.5, 1.5, 1500), 1.0)
            p = 5 * p / (5 * p + 1 - p)
        if kind == "negative":
            w = np.where(rng.random(1500) < 0.15, -1.0, 1.0)
        p_values.append(calibration_test(p, y, w).p_value)
        found = reliability(p, y, w)
        errors.append((found.ece.value, found.ece_chance))
    assert kstest(p_values, "uniform").pvalue > 0.001
    assert np.mean(np.array(p_values) < 0.05) < 0.10
    value, chance = np.mean(errors, axis=0)
    assert value == pytest.approx(chance, rel=0.15)


def test_rare_signal_is_no_evidence_against_small_probabilities() -> None:
    """Bins in which hardly any signal is expected must not make chi2 explode."""
    found = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        p = 10 ** rng.uniform(-6, -1, 2000)
        found.append(calibration_test(p, rng.random(2000) < p, np.ones(2000)).p_value)
    assert kstest(found, "uniform").pvalue > 0.001


@pytest.mark.parametrize(
    ("bend", "shift", "verdict", "words"),
    [
        (1.0, 0.0, "none", "Can be read as a probability"),
        (1.6, 0.0, "mild", "too near to 0 and 1"),
        (0.6, 0.0, "mild", "too far from 0 and 1"),
        (1.0, 1.0, "strong", "too high"),
        (1.0, -1.0, "strong", "too low"),
    ],
)
def test_verdicts(bend: float, shift: float, verdict: str, words: str) -> None:
    rng = np.random.default_rng(6)
    z = rng.normal(0, 1.5, 6000)
    found = calibration(rank(expit(bend * z + shift), rng.random(6000) < expit(z)), is_probability=True)
    assert found is not None
    assert found.verdict == verdict
    assert words in found.sentence
    assert found.recalibrated.ece.value < 0.03


def test_few_events_exclude_little() -> None:
    p, y, _ = toy(12, 60, bend=1.8)
    found = calibration(rank(p, y), is_probability=True)
    assert found is not None
    assert found.verdict == "none"
    assert found.sentence.startswith("Not excluded to be a probability")


def test_a_response_that_is_no_probability_is_recalibrated_only() -> None:
    p, y, _ = toy(7)
    found = calibration(rank(100 * p - 30, y), is_probability=False)
    assert found is not None
    assert (found.verdict, found.given, found.test) == (None, None, None)
    assert found.recalibrated.brier.value == pytest.approx(brier_score_loss(y, p), rel=0.03)
    assert found.prior == pytest.approx(y.mean())
    assert calibration(rank(p, np.zeros(len(p))), is_probability=True) is None


def test_recalibration_is_scikit_learns_isotonic_regression_on_the_other_half() -> None:
    p, y, rng = toy(8, 4000, bend=2.5)
    w = rng.uniform(0.5, 1.5, 4000)
    found = recalibrated(rank(p, y, w))
    first = halves(y)
    expected = np.empty(4000)
    for used in (first, ~first):
        model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(p[used], y[used], sample_weight=w[used])
        expected[~used] = model.predict(p[~used])
        order = np.argsort(p[~used])
        assert np.all(np.diff(found[~used][order]) >= 0)
    assert np.mean(np.abs(found - expected)) < 0.01
    assert found.min() > 0
    assert found.max() < 1


def test_no_event_has_a_say_in_its_own_probability() -> None:
    p, y, _ = toy(9, 400)
    w = np.ones(400)
    w[17] = 30.0
    assert recalibrated(rank(p, y, w))[17] == recalibrated(rank(p, y))[17]


def test_recalibration_keeps_the_order_nearly() -> None:
    p, y, _ = toy(10, 8000)
    assert auc(rank(recalibrated(rank(p, y)), y)).value == pytest.approx(auc(rank(p, y)).value, abs=0.003)


def test_negative_weights_keep_probabilities_within_bounds() -> None:
    p, y, rng = toy(11)
    w = np.where(rng.random(len(p)) < 0.4, -1.0, 1.0) * np.where(y, 1.0, 1.5)
    found = recalibrated(rank(p, y, w))
    assert found.min() >= 0
    assert found.max() <= 1
    curve = reliability(found, y, w)
    assert all(0 <= each <= 1 for each in curve.observed)
