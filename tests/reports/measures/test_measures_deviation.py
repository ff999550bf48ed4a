"""How far estimates are from the truth: values by scikit-learn and TMVA, errors by bootstrap."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.stats import binned_statistic
from sklearn.metrics import mean_absolute_error, mean_squared_error, mutual_info_score, r2_score

from umva.reports.measures import (
    Binning,
    Places,
    deviations,
    mutual_information,
    overfitting,
    places,
    profile,
    quantiles,
    rank,
    truncated,
)
from umva.reports.measures.correlation import correlation
from umva.reports.results import Number, TrainTest

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


LINEAR = r"dataset +LD +: +(\S+) +(\S+) +(\S+) +(\S+) +\| +(\S+) +(\S+)"


def toy(n: int, seed: int = 1, negative: float = 0.0) -> tuple[NDArray[np.float64], ...]:
    """Return estimates with a bias and tails, truths and weights."""
    rng = np.random.default_rng(seed)
    truth = rng.gamma(2.0, 10.0, n)
    estimate = truth + 0.5 + rng.standard_t(5, n) * (1.0 + 0.05 * truth)
    return estimate, truth, rng.exponential(size=n) * np.where(rng.uniform(size=n) < negative, -1.0, 1.0)


def numbers(estimate: NDArray[np.float64], truth: NDArray[np.float64], weight: NDArray[np.float64]) -> list[Number]:
    """Return all numbers of one part."""
    found = deviations(estimate, truth, weight)
    cut = truncated(estimate - truth, weight, found.bias, found.resolution)
    measured = [found.mse, found.rmse, found.mae, found.r2, found.bias, found.resolution, found.relative]
    return [each.number for each in (*measured, cut.bias, cut.resolution)]


def everything(estimate: NDArray[np.float64], truth: NDArray[np.float64], weight: NDArray[np.float64]) -> list[Number]:
    """Return the numbers, the quantiles, the mutual information and the correlation."""
    return [
        *numbers(estimate, truth, weight),
        *quantiles(np.abs(estimate - truth), weight),
        mutual_information(estimate, truth, weight),
        correlation(estimate, truth, weight),
    ]


@pytest.mark.parametrize("weighted", [False, True])
def test_values_are_those_of_scikit_learn(weighted: bool) -> None:
    estimate, truth, w = toy(700)
    w = w if weighted else np.ones(700)
    mse, rmse, mae, r2, bias, resolution, relative, *_ = numbers(estimate, truth, w)
    assert mse.value == pytest.approx(mean_squared_error(truth, estimate, sample_weight=w))
    assert mae.value == pytest.approx(mean_absolute_error(truth, estimate, sample_weight=w))
    assert r2.value == pytest.approx(r2_score(truth, estimate, sample_weight=w))
    assert rmse.value == pytest.approx(np.hypot(bias.value, resolution.value))
    assert relative.value == pytest.approx(np.sqrt(1 - r2.value))


def test_integer_weights_are_repetitions() -> None:
    estimate, truth, _ = toy(400)
    w = np.random.default_rng(2).integers(0, 4, 400)
    again = np.repeat(np.arange(400), w)
    ours = everything(estimate, truth, w.astype(float))
    repeated = everything(estimate[again], truth[again], np.ones(len(again)))
    np.testing.assert_allclose([each.value for each in ours], [each.value for each in repeated], rtol=1e-12)


@pytest.mark.parametrize("negative", [0.0, 0.08])
def test_errors_agree_with_bootstrap(negative: float) -> None:
    estimate, truth, w = toy(4000, negative=negative)
    rng = np.random.default_rng(4)
    found = everything(estimate, truth, w)
    draws = [[each.value for each in everything(estimate, truth, w * rng.poisson(1.0, 4000))] for _ in range(300)]
    spread = np.std(draws, axis=0)
    errors = np.array([each.error for each in found], dtype=float)
    rough = [10, 11, 12, 13]  # tails, windows: densities at a point
    smooth = [k for k in range(len(found)) if k not in {*rough, 14}]
    np.testing.assert_allclose(errors[smooth], spread[smooth], rtol=0.2)
    np.testing.assert_allclose(errors[rough], spread[rough], rtol=0.4)
    assert errors[14] == pytest.approx(spread[14], rel=0.5)


@pytest.mark.shared
@pytest.mark.parametrize(("part", "row"), [("test", 0), ("train", 1)])
def test_printed_table_of_tmva(shared: Path, part: str, row: int) -> None:
    """TMVA's linear discriminant, applied to all its events by the coefficients of its weights file."""
    folder = shared / "tmva/reference/regression"
    printed = list(re.findall(LINEAR, (folder / "stdout.log").read_text())[row])
    events: Any = np.genfromtxt(folder / f"{part}.csv", delimiter=",", names=True, usecols=(2, 3, 6, 7))
    estimate = -8.7384814061584052e01 + 4.2090390546223491e01 * events["var1"] + 4.4604140304996719e01 * events["var2"]
    truth, weight = events["fvalue"], events["weight"]
    found = deviations(estimate, truth, weight)
    cut = truncated(estimate - truth, weight, found.bias, found.resolution)
    values = [found.bias, cut.bias, found.resolution, cut.resolution]
    ours = [f"{each.value:.3g}" for each in values]
    ours += [f"{mutual_information(estimate, truth, weight, where=each).value:.3f}" for each in (None, cut.inside)]
    if part == "train":  # the bias is 0 but for rounding, TMVA's to single precision
        assert abs(values[0].value) < 1e-5
        ours[0] = printed[0]
    assert ours == printed


def test_mutual_information_is_that_of_scikit_learn() -> None:
    estimate, truth, _ = toy(5000)
    low, high = min(estimate.min(), truth.min()), max(estimate.max(), truth.max())
    inside = np.maximum(estimate, truth) < high
    places_of = [np.floor((each - low) / (high - low) * n) for each, n in ((estimate, 75), (truth, 50))]
    theirs = mutual_info_score(*(each[inside] for each in places_of))
    assert mutual_information(estimate, truth, np.ones(5000)).value == pytest.approx(theirs)


def test_quantiles_are_those_of_numpy() -> None:
    rng = np.random.default_rng(3)
    x, w = np.round(rng.exponential(size=500), 2), rng.exponential(size=500)
    shares = [0.1, 0.5, 0.68, 0.99]
    theirs = np.quantile(x, shares, weights=w, method="inverted_cdf")
    assert [each.value for each in quantiles(x, w, shares)] == theirs.tolist()
    assert "rough" in str(quantiles(x, w, [0.99])[0].note)


def test_correlation_is_that_of_numpy() -> None:
    estimate, truth, w = toy(300)
    cov = np.cov(estimate, truth, aweights=w)
    assert correlation(estimate, truth, w).value == pytest.approx(cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1]))
    holes = np.where(np.arange(300) % 3 == 0, np.nan, estimate)
    kept = np.arange(300) % 3 != 0
    assert correlation(holes, truth, w) == correlation(estimate[kept], truth[kept], w[kept])
    assert "no spread" in str(correlation(np.full(300, 0.1, dtype=np.float32), truth, w).note)


def test_profile_is_that_of_scipy() -> None:
    rng = np.random.default_rng(5)
    x, d = rng.uniform(0, 10, 2000), rng.normal(size=2000)
    at = places(x, np.ones(2000))
    found = profile(at, d, np.ones(2000))
    for statistic, ours in (("mean", found.mean), ("std", found.spread)):
        theirs = binned_statistic(x, d, statistic, bins=np.array(found.edges)).statistic
        np.testing.assert_allclose([each.value for each in ours], theirs, rtol=1e-9)
    in_first = d[x < found.edges[1]]
    assert found.mean[0].error == pytest.approx(in_first.std(ddof=1) / np.sqrt(len(in_first)))
    assert found.spread[0].error == pytest.approx(in_first.std() / np.sqrt(2 * len(in_first)), rel=0.3)


def test_profile_says_what_it_cannot_tell() -> None:
    at = Places(Binning(0.0, 4.0, n_bins=4), np.array([0, 1, 2, 2, 3, 3, 5], dtype=np.uint8))
    d, w = np.array([9.0, 1.0, 1.0, 3.0, 1.0, 2.0, 9.0]), np.array([1.0, 1.0, 1.0, 1.0, 1.0, -2.0, 1.0])
    found = profile(at, d, w)
    assert [each.note for each in found.mean] == [
        "no error: one event",
        None,
        "not measurable: no positive sum of weights",
        "empty",
    ]
    assert [each.value for each in found.mean] == [1.0, 2.0, 0.0, 0.0]


def test_degenerate_samples_say_so() -> None:
    one = np.ones(1)
    assert all(each.error is None for each in numbers(one, one, one) if each.value)
    perfect = numbers(np.arange(4.0), np.arange(4.0), np.ones(4))
    assert [each.value for each in perfect] == [0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert all(each.error == 0 for each in perfect)
    constant = deviations(np.arange(4.0), np.ones(4), np.ones(4))
    assert constant.r2.number.note == "not measurable: the target has no spread"
    weightless = everything(np.arange(4.0), np.ones(4), np.zeros(4))
    assert all(each.error is None and each.note for each in weightless)


@pytest.mark.parametrize(
    ("train", "test", "error", "verdict", "words"),
    [
        (1.0, 1.01, 0.01, "none", "RMSE on train and test agree"),
        (1.0, 1.10, 0.01, "mild", "Quote the test numbers"),
        (0.1, 1.00, 0.01, "strong", "RMSE 0.100 on its own training events, 1.000 on new ones"),
        (1.2, 1.00, 0.01, "none", "Better on new events than in training"),
    ],
)
def test_overtraining_of_a_regression(train: float, test: float, error: float, verdict: str, words: str) -> None:
    rng = np.random.default_rng(6)
    d = [rank(rng.normal(0, width, 500), np.ones(500)) for width in (train, test)]
    found = overfitting(TrainTest(train=Number(train, error), test=Number(test, error)), (d[0], d[1]))
    assert found.verdict == verdict
    assert words in found.sentence
    assert found.rmse_gap.error == pytest.approx(error * np.sqrt(2))
    assert (found.ks.p_value < 1e-3) == (test > 2 * train)
