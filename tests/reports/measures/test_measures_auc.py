"""The weighted ROC area, its error and the paired difference."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest
from sklearn.metrics import roc_auc_score

from umva.errors import ReportError
from umva.reports.measures import area, auc, auc_difference, p_value, rank
from umva.reports.measures.auc import mean_area
from umva.reports.results import Number

if TYPE_CHECKING:
    from numpy.typing import NDArray

events = st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 1), st.integers(1, 4)), min_size=4, max_size=40).filter(
    lambda each: {y for _, y, _ in each} == {0, 1}
)


def toy(rng: np.random.Generator, n: int, shift: float = 1.0) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """Return normal responses, the signal's ``shift`` to the right."""
    y = rng.integers(0, 2, n).astype(np.int8)
    return rng.normal(size=n) + shift * y, y


def delong(scores: NDArray[np.float64], y: NDArray[np.int8]) -> tuple[float, float]:
    """Return area and error straight from DeLong's definition, one pair of events at a time."""
    signal, background = scores[y == 1], scores[y == 0]
    kernel = (signal[:, None] > background) + 0.5 * (signal[:, None] == background)
    v10, v01 = kernel.mean(axis=1), kernel.mean(axis=0)
    return float(kernel.mean()), math.sqrt(v10.var(ddof=1) / len(v10) + v01.var(ddof=1) / len(v01))


@settings(deadline=None)
@given(events)
def test_equals_scikit_learn_with_weights_and_ties(sample: list[tuple[int, int, int]]) -> None:
    x, y, w = (np.array(each) for each in zip(*sample, strict=True))
    assert auc(rank(x, y, w / 3.0)).value == pytest.approx(roc_auc_score(y, x, sample_weight=w / 3.0), abs=1e-12)


@settings(deadline=None)
@given(events)
def test_whole_weights_are_repetitions(sample: list[tuple[int, int, int]]) -> None:
    x, y, w = (np.array(each) for each in zip(*sample, strict=True))
    repeated = auc(rank(np.repeat(x, w), np.repeat(y, w)))
    assert auc(rank(x, y, w)).value == pytest.approx(repeated.value, abs=1e-12)


def test_unit_weights_give_delong() -> None:
    rng = np.random.default_rng(1)
    scores, y = toy(rng, 200)
    scores = scores.round(1)
    found = auc(rank(scores, y))
    assert (found.value, found.error) == pytest.approx(delong(scores, y), rel=1e-12)


def test_scale_of_the_weights_does_not_matter() -> None:
    scores, y = toy(np.random.default_rng(2), 300)
    weight = np.random.default_rng(3).exponential(size=300)
    one, other = auc(rank(scores, y, weight)), auc(rank(scores, y, 1e6 * weight))
    assert (one.value, one.error, one.low) == pytest.approx((other.value, other.error, other.low), rel=1e-12)


def test_error_agrees_with_bootstrap() -> None:
    rng = np.random.default_rng(4)
    scores, y = toy(rng, 600)
    weight = rng.exponential(size=600)
    weight[::10] *= -0.3
    draws = rng.multinomial(600, np.full(600, 1 / 600), size=600)
    spread = np.std([auc(rank(scores, y, weight * draw)).value for draw in draws])
    assert auc(rank(scores, y, weight)).error == pytest.approx(spread, rel=0.12)


def test_interval_covers() -> None:
    rng = np.random.default_rng(5)
    truth = 0.5 * (1.0 + math.erf(2.0 / 2.0))
    covered = 0
    for _ in range(200):
        scores, y = toy(rng, 60, shift=2.0)
        found = auc(rank(scores, y, rng.uniform(0.5, 1.5, 60)))
        assert found.low is not None
        assert found.high is not None
        covered += found.low < truth < found.high
    assert 180 <= covered <= 198


def test_interval_stays_inside() -> None:
    found = auc(rank([1, 2, 3, 4, 5, 6, 7, 9], [0, 0, 0, 0, 1, 0, 1, 1]))
    assert found.error is not None
    assert found.value + 2 * found.error > 1
    assert found.high is not None
    assert found.value < found.high < 1
    assert found.note == "only 3.0 effective events in a class: the error is rough"


def test_paired_error_agrees_with_bootstrap_and_is_smaller() -> None:
    rng = np.random.default_rng(6)
    a, y = toy(rng, 800)
    b = a + rng.normal(scale=0.5, size=800)
    weight = rng.exponential(size=800)
    found = auc_difference(a, b, y, weight)
    draws = rng.multinomial(800, np.full(800, 1 / 800), size=400)
    spread = np.std([auc_difference(a, b, y, weight * draw).value for draw in draws])
    alone = auc(rank(a, y, weight))
    assert found.value == pytest.approx(alone.value - auc(rank(b, y, weight)).value, abs=1e-14)
    assert found.error == pytest.approx(spread, rel=0.12)
    assert found.error is not None
    assert alone.error is not None
    assert found.error < 0.6 * alone.error


def test_paired_p_values_are_uniform_where_methods_are_equally_good() -> None:
    rng = np.random.default_rng(7)
    chances = []
    for _ in range(200):
        signal, y = toy(rng, 300)
        a, b = signal + rng.normal(size=300), signal + rng.normal(size=300)
        chances.append(p_value(auc_difference(a, b, y, rng.exponential(size=300))))
    assert kstest(chances, "uniform").pvalue > 0.01


def test_same_order_is_no_difference() -> None:
    scores, y = toy(np.random.default_rng(8), 100)
    found = auc_difference(scores, np.exp(scores), y)
    assert (found.value, found.error, p_value(found)) == (0.0, 0.0, 1.0)


def test_no_spread_has_no_interval() -> None:
    found = auc(rank([3, 3, 3], [0, 1, 1]))
    assert (found.value, found.error, found.low) == (0.5, 0.0, None)
    assert found.note is not None


def test_perfect_separation_has_an_interval() -> None:
    """Newcombe's: the hypothesis of this area would show a perfect separation one time in forty, in his approximation."""
    found = auc(rank(np.arange(60), np.arange(60) >= 30))
    assert (found.value, found.error, found.high) == (1.0, 0.0, 1.0)
    assert found.low is not None
    low = found.low
    shape = 1 + 29 * ((1 - low) / (2 - low) + low / (1 + low))
    assert (1 - low) ** 2 == pytest.approx(1.96**2 * low * (1 - low) / 900 * shape, rel=1e-3)
    half = auc(rank(np.arange(60), np.arange(60) >= 30, np.where(np.arange(60) % 2, 1e-9, 1.0)))
    assert half.low is not None
    assert half.low < low


def test_interval_of_few_on_the_wrong_side_and_of_many() -> None:
    rng = np.random.default_rng(9)
    y = np.repeat([0, 1], 2000)
    x = rng.normal(size=4000) + 2 * y
    many, few = auc(rank(x, y)), auc(rank(x[::40], y[::40]))
    assert many.low is not None
    assert many.high is not None
    assert many.error
    assert many.high - many.low == pytest.approx(2 * 1.96 * many.error, rel=0.01)
    assert few.low is not None
    assert few.low < few.value - 1.96 * (few.error or 0.0)


def test_missing_class_is_one_half_and_says_so() -> None:
    assert auc(rank([1, 2], [1, 1])) == Number(
        0.5, note="not measurable: the sum of the background weights is not positive"
    )
    assert "signal" in str(auc(rank([1, 2, 3], [1, 1, 0], [1, -2, 1])).note)


def test_negative_weights_may_leave_the_unit_interval() -> None:
    found = auc(rank([1, 2, 3, 4], [0, 1, 0, 1], [1, -1, 1, 3]))
    assert found.value == pytest.approx((3 * 2 - 1 * 1) / (2 * 2))
    assert found.low is not None
    assert "negative" in str(found.note)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ReportError, match="1 of 2 responses are not finite"):
        rank([1.0, np.nan], [0, 1])
    with pytest.raises(ReportError, match="one length"):
        rank([1.0, 2.0], [0, 1, 1])


def test_interval_of_a_mean_follows_its_error() -> None:
    rng = np.random.default_rng(3)
    y = np.repeat([0, 1, 2], [40, 60, 2000])  # the intervals of two classes are those of few events
    areas = [area(rank(rng.normal(size=len(y)) + 1.6 * (y == k), y == k)) for k in range(3)]
    number = mean_area(areas, n_eff=40.0).number
    low, high = number.low, number.high
    assert low is not None
    assert high is not None
    assert number.error is not None
    assert number.value - low == pytest.approx(1.96 * number.error, rel=0.35)
    assert high - number.value == pytest.approx(1.96 * number.error, rel=0.35)
