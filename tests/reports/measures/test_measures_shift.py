"""Differences between samples that share events: against bootstraps of the events, and against repetition."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from umva.reports.measures import area, rank
from umva.reports.measures.quality import quality
from umva.reports.measures.shift import CommonEvents, cut_for, in_quadrature, relative_change
from umva.reports.results import Number

N = 600


def toy(seed: int = 3) -> tuple[np.ndarray, ...]:
    """Return classes, weights (some negative), responses, and the same a little varied."""
    rng = np.random.default_rng(seed)
    y = (rng.random(N) < 0.5).astype(np.int8)
    weight = rng.normal(1.0, 0.5, N)
    scores = rng.normal(y, 1.0)
    return y, weight, scores, scores + 0.1 * y + rng.normal(0, 0.2, N)


def bootstrapped(found: list[float]) -> float:
    return float(np.std(found, ddof=1))


def auc(scores: np.ndarray, y: np.ndarray, weight: np.ndarray) -> float:
    return area(rank(scores, y, weight)).value


def test_a_paired_change_has_the_error_of_a_bootstrap_of_the_events() -> None:
    y, weight, scores, varied = toy()
    change = CommonEvents(N, np.arange(N)).change(area(rank(varied, y, weight)), area(rank(scores, y, weight)))
    rng = np.random.default_rng(0)
    copies = [weight * rng.poisson(1, N) for _ in range(300)]
    error = bootstrapped([auc(varied, y, each) - auc(scores, y, each) for each in copies])
    assert change.value == pytest.approx(auc(varied, y, weight) - auc(scores, y, weight))
    assert change.error == pytest.approx(error, rel=0.15)


def test_events_of_one_class_may_be_others() -> None:
    """New signal, the same background: the background is resampled once, the signals apart."""
    y, weight, scores, _ = toy()
    own = np.flatnonzero(y == 0)
    rng = np.random.default_rng(1)
    fresh = rng.normal(1.1, 1.0, 400)
    new_scores = np.concatenate([fresh, scores[own]])
    new_y = np.concatenate([np.ones(400), np.zeros(len(own))])
    new_weight = np.concatenate([np.ones(400), weight[own]])
    row = np.concatenate([np.full(400, -1), own])
    change = CommonEvents(N, row).change(area(rank(new_scores, new_y, new_weight)), area(rank(scores, y, weight)))
    found = []
    for _ in range(300):
        copies = rng.poisson(1, N)
        again = np.concatenate([rng.poisson(1, 400), copies[own]])
        found.append(auc(new_scores, new_y, new_weight * again) - auc(scores, y, weight * copies))
    assert change.error == pytest.approx(bootstrapped(found), rel=0.15)


@pytest.mark.parametrize("same", [True, False])
def test_yields_change_with_poisson_errors(same: bool) -> None:
    _, weight, scores, varied = toy()
    passing = (varied > 0.5, scores > 0.5)
    heavier = (1.1 * weight, weight)
    row = np.arange(N) if same else np.full(N, -1)
    change = relative_change(CommonEvents(N, row), passing, heavier)
    rng = np.random.default_rng(2)
    found = []
    for _ in range(500):
        before = rng.poisson(1, N)
        after = before if same else rng.poisson(1, N)
        found.append((heavier[0] * after)[passing[0]].sum() / (weight * before)[passing[1]].sum() - 1)
    assert change.value == pytest.approx(heavier[0][passing[0]].sum() / weight[passing[1]].sum() - 1)
    assert change.error == pytest.approx(bootstrapped(found), rel=0.15)


def test_whole_weights_are_repetitions() -> None:
    y, _, scores, varied = toy()
    copies = np.random.default_rng(4).integers(0, 4, N)
    index = np.repeat(np.arange(N), copies)
    passing = (varied > 0.3, scores > 0.3)
    weighted = relative_change(
        CommonEvents(N, np.arange(N)), passing, (copies.astype(np.float64), copies.astype(np.float64))
    )
    ones = np.ones(len(index))
    repeated = relative_change(
        CommonEvents(len(index), np.arange(len(index))), (passing[0][index], passing[1][index]), (ones, ones)
    )
    assert weighted.value == pytest.approx(repeated.value)
    change = CommonEvents(N, np.arange(N)).change(area(rank(varied, y, copies)), area(rank(scores, y, copies)))
    by_hand = roc_auc_score(y[index], varied[index]) - roc_auc_score(y[index], scores[index])
    assert change.value == pytest.approx(by_hand)


def test_what_changes_nothing_is_exactly_nothing() -> None:
    y, weight, scores, _ = toy()
    one = area(rank(scores, y, weight))
    other = area(rank(scores, y, 0.9 * weight))
    assert CommonEvents(N, np.arange(N)).change(other, one) == Number(0.0, 0.0)


def test_nothing_before_has_no_ratio() -> None:
    none, ones = np.zeros(4, dtype=bool), np.ones(4)
    found = relative_change(CommonEvents(4, np.arange(4)), (none, none), (ones, ones))
    assert found.error is None
    assert "no positive sum" in str(found.note)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3])
def test_a_cut_lets_pass_what_it_is_meant_for(share: float) -> None:
    y, _, scores, _ = toy()
    cut = cut_for(rank(scores, y), share)
    assert np.mean(scores[y == 0] >= cut) == pytest.approx(share, abs=0.5 / np.sum(y == 0) + 1e-12)


def test_a_cut_on_steps_is_the_nearest_one() -> None:
    assert cut_for(rank([0, 0, 0, 1, 1, 2], [0, 0, 0, 0, 0, 1]), 0.3) == 1
    assert cut_for(rank([0, 0, 0, 1, 1, 2], [0, 0, 0, 0, 0, 1]), 0.1) == 2


def test_sums_in_quadrature_propagate_errors() -> None:
    rng = np.random.default_rng(5)
    values, errors = np.array([0.3, -0.2, 0.05]), np.array([0.01, 0.02, 0.01])
    found = in_quadrature([Number(v, e) for v, e in zip(values, errors, strict=True)])
    thrown = np.linalg.norm(values + rng.normal(0, 1, (20_000, 3)) * errors, axis=1)
    assert found.value == pytest.approx(np.linalg.norm(values))
    assert found.error == pytest.approx(thrown.std(), rel=0.05)
    assert (
        in_quadrature([Number(0.3, 0.1), Number(0.0, note="not measurable")]).note
        == "1 of 2 changes cannot be measured"
    )


def test_quality_is_what_scikit_learn_finds() -> None:
    y, _, scores, _ = toy()
    rng = np.random.default_rng(6)
    ones, three = np.ones(N), rng.integers(0, 3, N)
    several = rng.random((N, 3)) + np.eye(3)[three]
    probability = several / several.sum(axis=1, keepdims=True)
    truth = rng.normal(0, [1.0, 5.0], (N, 2))
    estimate = truth + rng.normal(0, 0.5, (N, 2))
    relative = np.sqrt(np.mean((estimate - truth) ** 2, axis=0)) / truth.std(axis=0)
    assert quality(scores, y, ones, task="classification").value == pytest.approx(roc_auc_score(y, scores))
    expected = roc_auc_score(three, probability, multi_class="ovr", average="macro")
    assert quality(probability, three, ones, task="multiclass").value == pytest.approx(expected)
    assert quality(estimate, truth, ones, task="regression").value == pytest.approx(relative.mean())
