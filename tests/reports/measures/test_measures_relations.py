"""Methods beside each other: partial areas, rank correlation, overlap, ratios of background."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr, weightedtau
from sklearn.metrics import jaccard_score, recall_score, roc_auc_score

from umva.reports.measures import (
    area,
    common_cuts,
    full_roc,
    jaccard,
    partial_area,
    rank,
    rank_agreement,
    rank_correlation,
    roc_ratio,
    shared,
    weighted_tau,
)
from umva.reports.results import Number

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Sample = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]
    Statistic = Callable[[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]], Number]

events = st.lists(
    st.tuples(st.integers(-4, 4), st.integers(-4, 4), st.integers(0, 1), st.integers(1, 3)), min_size=6, max_size=40
).filter(lambda each: {y for _, _, y, _ in each} == {0, 1})


def toy(n: int, *, negative: float = 0.0, seed: int = 1, steps: int = 0) -> Sample:
    """Return two responses that have noise in common, classes and weights."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    common = rng.normal(size=n)
    a, b = (shift * y + 0.8 * common + 0.6 * rng.normal(size=n) for shift in (1.2, 1.0))
    if steps:
        a = np.round(a * steps) / steps
    weight = rng.exponential(size=n) * np.where(rng.uniform(size=n) < negative, -1.0, 1.0)
    return a, b, y == 1, weight


def places(x: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the places of values among the distinct ones."""
    return rank(x, np.ones(len(x))).place


def partial(x: NDArray[np.float64], _: object, signal: NDArray[np.bool_], weight: NDArray[np.float64]) -> Number:
    return partial_area(rank(x, signal, weight)).number


def correlated(x: NDArray[np.float64], y: NDArray[np.float64], _: object, weight: NDArray[np.float64]) -> Number:
    return rank_correlation(places(x), places(y), weight)


def ratio(
    x: NDArray[np.float64], y: NDArray[np.float64], signal: NDArray[np.bool_], weight: NDArray[np.float64]
) -> Number:
    a, b = (common_cuts(rank(each, signal, weight), np.array([0.4])) for each in (x, y))
    found = roc_ratio(a, b, signal, weight)
    return Number(found.ratio[0], found.error[0])


def both(
    x: NDArray[np.float64], y: NDArray[np.float64], signal: NDArray[np.bool_], weight: NDArray[np.float64]
) -> Number:
    one, other = (common_cuts(rank(each, signal, weight), np.array([0.7])).passes(0) for each in (x, y))
    return jaccard(one[~signal], other[~signal], weight[~signal])


@settings(deadline=None)
@given(events)
def test_partial_area_is_that_of_scikit_learn(sample: list[tuple[int, int, int, int]]) -> None:
    x, _, y, w = (np.array(each) for each in zip(*sample, strict=True))
    found = partial_area(rank(x, y, w), 0.3).value
    least, most = 0.5 * 0.3**2, 0.3
    standardised = 0.5 * (1 + (0.3 * found - least) / (most - least))  # McClish's, which scikit-learn returns
    assert standardised == pytest.approx(roc_auc_score(y, x, sample_weight=w, max_fpr=0.3), abs=1e-12)


@pytest.mark.parametrize("negative", [0.0, 0.1])
def test_the_whole_partial_area_is_the_area_with_delongs_error(negative: float) -> None:
    a, _, y, weight = toy(3000, negative=negative)
    whole, partial_one = area(rank(a, y, weight)), partial_area(rank(a, y, weight), 1.0)
    if negative:
        assert partial_one.value == pytest.approx(whole.value, abs=2e-3)  # the curve is kept monotone
    else:
        assert partial_one.value == pytest.approx(whole.value, abs=1e-12)
        np.testing.assert_allclose(partial_one.influence, whole.influence, atol=1e-12)


@settings(deadline=None)
@given(events)
def test_rank_correlation_is_spearmans_and_whole_weights_are_repetitions(
    sample: list[tuple[int, int, int, int]],
) -> None:
    x, y, _, w = (np.array(each) for each in zip(*sample, strict=True))
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert rank_correlation(places(x), places(y), w.astype(float)).note
        return
    found = rank_correlation(places(x), places(y), w.astype(float))
    assert found.value == pytest.approx(spearmanr(np.repeat(x, w), np.repeat(y, w)).statistic, abs=1e-12)


@settings(deadline=None)
@given(events)
def test_overlap_is_that_of_scikit_learn(sample: list[tuple[int, int, int, int]]) -> None:
    x, y, _, w = (np.array(each) for each in zip(*sample, strict=True))
    one, other = x > 0, y > 0
    found, part = jaccard(one, other, w.astype(float)), shared(one, other, w.astype(float))
    if (one | other).any():
        assert found.value == pytest.approx(jaccard_score(one, other, sample_weight=w), abs=1e-12)
    if one.any():
        assert part.value == pytest.approx(recall_score(one, other, sample_weight=w), abs=1e-12)


@pytest.mark.parametrize("statistic", [partial, correlated, ratio, both])
@pytest.mark.parametrize(("negative", "steps"), [(0.0, 0), (0.1, 0), (0.0, 3)])
def test_errors_are_the_spread_of_a_bootstrap(statistic: Statistic, negative: float, steps: int) -> None:
    sample = toy(1500, negative=negative, steps=steps)
    found = statistic(*sample)
    rng = np.random.default_rng(3)
    a, b, y, weight = sample
    drawn = [statistic(a, b, y, weight * rng.poisson(1.0, 1500)).value for _ in range(200)]
    # A jaccard index is quoted at given cuts, which move in a bootstrap; it is the only error that may be smaller.
    low = 0.5 if statistic is both else 0.8
    assert found.error is not None
    assert low * np.std(drawn) < found.error < 1.25 * np.std(drawn)
    assert found.value == pytest.approx(np.mean(drawn), abs=0.7 * float(np.std(drawn)))


def test_cuts_let_the_wanted_share_of_the_signal_pass() -> None:
    a, _, y, weight = toy(4000)
    wanted = np.array([0.1, 0.5, 0.9])
    cuts = common_cuts(rank(a, y, weight), wanted)
    for place, efficiency in enumerate(wanted):
        passing = cuts.passes(place)
        assert weight[passing & y].sum() / weight[y].sum() == pytest.approx(efficiency, abs=3e-3)
        assert weight[passing & ~y].sum() / weight[~y].sum() == pytest.approx(cuts.background[place], abs=3e-3)
        assert a[passing].min() > a[~passing].max()


def test_ratio_to_itself_is_one_without_error_and_errors_are_paired() -> None:
    a, b, y, _ = toy(4000)
    grid, weight = np.linspace(0.1, 0.9, 9), np.ones(4000)
    one, other = (common_cuts(rank(each, y, weight), grid) for each in (a, b))
    same = roc_ratio(one, one, y, weight)
    np.testing.assert_allclose(same.ratio, 1.0)
    np.testing.assert_allclose(same.error, 0.0, atol=1e-7)
    for of_class in (y, ~y):  # the same curve, but from other events
        b[of_class] = np.random.default_rng(2).permutation(b[of_class])
    mixed = common_cuts(rank(b, y, weight), grid)
    paired, alone = (roc_ratio(one, each, y, weight) for each in (other, mixed))
    np.testing.assert_allclose(paired.ratio, alone.ratio)
    assert (np.array(paired.error) < np.array(alone.error)).all()


def test_ratio_leaves_out_what_is_not_known() -> None:
    y = np.arange(400) % 2 == 0
    perfect = np.where(y, 1.0, 0.0) + np.arange(400) * 1e-6
    cuts = common_cuts(rank(perfect, y), np.array([0.3, 0.6]))
    assert roc_ratio(cuts, cuts, y, np.ones(400)).ratio == ()
    curve = full_roc(rank(perfect, y))
    assert curve.background[np.searchsorted(curve.signal, 0.6)] == 0


@pytest.mark.parametrize("n_variables", [2, 5, 30])
def test_agreement_of_orders_is_that_of_scipy(n_variables: int) -> None:
    rng = np.random.default_rng(n_variables)
    x, y = rng.exponential(size=(2, 50, n_variables))
    found = weighted_tau(x, y)
    assert found == pytest.approx([weightedtau(a, b).statistic for a, b in zip(x, y, strict=True)], abs=1e-12)
    assert weighted_tau(x[0], x[0]) == 1.0
    assert weighted_tau(x[0], -x[0]) == -1.0
    assert weighted_tau(x[0], np.ones(n_variables)) == 0.0


def test_agreement_knows_how_far_importances_are_known() -> None:
    values = np.linspace(1.0, 0.1, 10)
    sure, vague = ({f"v{i}": Number(v, error) for i, v in enumerate(values)} for error in (1e-6, 0.3))
    assert rank_agreement(sure, sure) == Number(1.0, 0.0)
    found = rank_agreement(sure, vague)
    assert found.error is not None
    assert found.error > 0.05
    assert rank_agreement(sure, {"v0": Number(1.0)}).note
