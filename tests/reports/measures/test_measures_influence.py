"""Means, their combinations and the mean area of several classes, with errors by influences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import sem
from sklearn.metrics import roc_auc_score

from umva.reports.measures import area, mean_area, mean_of, rank
from umva.reports.measures.influence import combined, difference, root

if TYPE_CHECKING:
    from numpy.typing import NDArray

RNG = np.random.default_rng(11)


def softmax(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return probabilities."""
    raised = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def toy(n: int, k: int, noise: float, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return probabilities of k classes, the last of which is rare."""
    y = rng.choice(k, size=n, p=[*np.full(k - 1, 0.95 / (k - 1)), 0.05])
    centres = np.eye(k)[y] * 1.5
    return softmax(centres + noise * rng.normal(size=(n, k))), y


def mean_auc(scores: NDArray[np.float64], y: NDArray[np.int64], weight: NDArray[np.float64]) -> tuple[float, float]:
    """Return the mean area against the rest, and its error."""
    areas = [area(rank(scores[:, k], y == k, weight)) for k in range(scores.shape[1])]
    number = mean_area(areas, n_eff=100.0).number
    assert number.error is not None
    return number.value, number.error


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30))
def test_mean_is_the_textbook_one(values: list[float]) -> None:
    x = np.array(values)
    found = mean_of(x, np.ones(len(x))).number
    assert found.value == pytest.approx(x.mean(), abs=1e-9)
    assert found.error == pytest.approx(sem(x), rel=1e-6, abs=1e-9)


def test_what_cannot_be_measured_says_so() -> None:
    assert "no positive sum" in str(mean_of(np.ones(2), np.array([1.0, -1.0])).number.note)
    assert mean_of(np.ones(1), np.ones(1)).number.error is None
    square = mean_of(np.array([4.0, 1.0]), np.array([-1.0, 2.0]))
    assert (root(square).value, root(square).number.error) == (0.0, None)
    assert combined(1.0, [(1.0, root(square))]).number.error is None
    assert root(mean_of(np.zeros(3), np.ones(3))).number.error == 0.0


def test_ratio_agrees_with_bootstrap() -> None:
    n = 2000
    x, w = RNG.exponential(size=(2, n)), RNG.normal(1.0, 0.8, n)

    def ratio(weight: NDArray[np.float64]) -> float:
        return float(weight @ x[0] / (weight @ x[1]))

    a, b = mean_of(x[0], w), mean_of(x[1], w)
    value = a.value / b.value
    found = combined(value, [(1 / b.value, a), (-value / b.value, b)]).number
    draws = [ratio(w * RNG.poisson(1.0, n)) for _ in range(400)]
    assert found.value == pytest.approx(ratio(w))
    assert found.error == pytest.approx(np.std(draws), rel=0.15)


@pytest.mark.parametrize("k", [2, 3, 5])
def test_mean_area_is_that_of_scikit_learn(k: int) -> None:
    scores, y = toy(800, k, 1.0, RNG)
    ours = mean_auc(scores, y, np.ones(800))[0]
    theirs = roc_auc_score(y, scores[:, 1] if k == 2 else scores, multi_class="ovr", average="macro")
    assert ours == pytest.approx(theirs, abs=1e-12)


def test_two_classes_are_a_case_of_several() -> None:
    scores, y = toy(500, 2, 1.0, RNG)
    w = RNG.exponential(size=500)
    single = area(rank(scores[:, 1], y == 1, w)).number
    assert mean_auc(scores, y, w) == pytest.approx((single.value, single.error))


def test_integer_weights_are_repetitions() -> None:
    scores, y = toy(300, 3, 1.0, RNG)
    w = RNG.integers(0, 4, 300)
    again = np.repeat(np.arange(300), w)
    ours, _ = mean_auc(scores, y, w.astype(float))
    repeated, _ = mean_auc(scores[again], y[again], np.ones(len(again)))
    assert ours == pytest.approx(repeated, abs=1e-14)


@pytest.mark.parametrize("negative", [0.0, 0.1])
def test_mean_area_and_difference_agree_with_bootstrap(negative: float) -> None:
    rng = np.random.default_rng(3)
    n = 3000
    good, y = toy(n, 3, 0.9, rng)
    worse = softmax(np.log(good) + 0.7 * rng.normal(size=good.shape))
    w = rng.exponential(size=n) * np.where(rng.uniform(size=n) < negative, -1.0, 1.0)

    def both(weight: NDArray[np.float64]) -> list[float]:
        return [mean_auc(scores, y, weight)[0] for scores in (good, worse)]

    first, second = (
        mean_area([area(rank(scores[:, k], y == k, w)) for k in range(3)], n_eff=100.0) for scores in (good, worse)
    )
    draws = np.array([both(w * rng.poisson(1.0, n)) for _ in range(300)])
    assert first.number.error == pytest.approx(draws[:, 0].std(), rel=0.15)
    found = difference(first, second)
    assert found.value == pytest.approx(-np.diff(both(w))[0])
    assert found.error == pytest.approx((draws[:, 0] - draws[:, 1]).std(), rel=0.15)
    apart = math.hypot(first.number.error or 0.0, second.number.error or 0.0)
    assert found.error is not None
    assert found.error < apart


def test_a_class_without_events_is_left_out() -> None:
    scores, y = toy(200, 3, 1.0, RNG)
    y[y == 2] = 0
    areas = [area(rank(scores[:, k], y == k)) for k in range(3)]
    found = mean_area(areas, n_eff=0.0).number
    assert found.value == pytest.approx((areas[0].value + areas[1].value) / 2)
    assert found.note == "mean of the 2 of 3 classes that can be measured"
