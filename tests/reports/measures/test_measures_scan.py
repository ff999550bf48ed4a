"""Scans of cuts, what they mean for expected numbers of events, and the rejection of background."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve, roc_curve

from umva.reports.measures import MERITS, Ranked, cut_scan, full_roc, merit_scan, merits, rank, rejection
from umva.reports.results import Expectation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.results import CutScan

Events = tuple["NDArray[np.float64]", "NDArray[np.int64]", "NDArray[np.float64]"]


def events(n: int, seed: int, *, negative: float = 0.0) -> Events:
    """Return responses, classes and weights, a share of them negative."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    return rng.normal(1.3 * y, 1.0), y, np.where(rng.uniform(size=n) < negative, -1.0, 1.0) * rng.exponential(size=n)


def scanned(ranked: Ranked) -> CutScan:
    scan = cut_scan(ranked, full_roc(ranked))
    assert scan
    return scan


def test_scan_is_the_roc_curve_of_scikit_learn() -> None:
    scores, y, _ = events(3000, 1)
    scan = scanned(rank(scores, y))
    background, signal, cuts = roc_curve(y, scores, drop_intermediate=False)
    place = {cut: k for k, cut in enumerate(cuts)}
    at = [place[cut] for cut in scan.cut]
    np.testing.assert_allclose(scan.signal_efficiency, signal[at])
    np.testing.assert_allclose(scan.background_efficiency, background[at])
    assert scan.n_signal == tuple(np.rint(signal[at] * y.sum()).astype(int))
    assert scan.n_background == tuple(np.rint(background[at] * (1 - y).sum()).astype(int))


@pytest.mark.parametrize("negative", [0.0, 0.15])
def test_weighted_efficiencies_are_monotone_and_cover_all(negative: float) -> None:
    """At most 200 cuts, both ends, no large step of either efficiency, the tight end resolved."""
    scores, y, w = events(20_000, 2, negative=negative)
    scan = scanned(rank(scores, y, w))
    signal, background = np.array(scan.signal_efficiency), np.array(scan.background_efficiency)
    assert len(scan.cut) <= 200
    assert (scan.cut[0], scan.cut[-1]) == (scores.min(), scores.max())
    assert (np.diff(scan.cut) > 0).all()
    for each in (signal, background):
        assert each[0] == 1.0
        assert ((np.diff(each) <= 0) & (each[1:] >= 0)).all()
        assert np.abs(np.diff(each)).max() < 0.035
    assert sum(1e-4 < each < 1e-2 for each in background) > 20
    if not negative:
        passing = np.array([w[(scores >= cut) & (y == 0)].sum() for cut in scan.cut]) / w[y == 0].sum()
        np.testing.assert_allclose(background, passing, atol=1e-12)


def test_errors_of_a_scan_agree_with_bootstrap() -> None:
    scores, y, w = events(4000, 3, negative=0.1)
    scan = scanned(rank(scores, y, w))
    rng = np.random.default_rng(3)
    places = [40, 90, 150]
    draws = []
    for _ in range(300):
        again = w * rng.poisson(1.0, len(w))
        draws.append(
            [again[(scores >= scan.cut[k]) & (y == c)].sum() / again[y == c].sum() for k in places for c in (1, 0)]
        )
    told = [error[k] for k in places for error in (scan.signal_error, scan.background_error)]
    assert np.std(draws, axis=0) == pytest.approx(told, rel=0.2)


def test_integer_weights_are_repetitions_and_few_responses_are_all_cuts() -> None:
    scores, y, _ = events(300, 4)
    scores, times = scores.round(1), np.random.default_rng(4).integers(1, 4, 300)
    weighted, repeated = (
        scanned(ranked) for ranked in (rank(scores, y, times), rank(np.repeat(scores, times), np.repeat(y, times)))
    )
    assert weighted.cut == repeated.cut == tuple(np.unique(scores))
    np.testing.assert_allclose(weighted.signal_efficiency, repeated.signal_efficiency)
    np.testing.assert_allclose(weighted.background_efficiency, repeated.background_efficiency)


def test_a_class_without_weight_has_no_scan_and_marked_cuts_are_in_it() -> None:
    nothing = rank([0.1, 0.2], [0, 0])
    assert cut_scan(nothing, full_roc(nothing)) is None
    scores, y, _ = events(5000, 5)
    ranked, wanted = rank(scores, y), np.sort(scores)[[17, 2345, 4990]]
    scan = cut_scan(ranked, full_roc(ranked), through=wanted)
    assert scan
    assert set(wanted) <= set(scan.cut)
    assert len(scan.cut) <= 200


@pytest.mark.parametrize("name", MERITS)
def test_merits_along_a_scan(name: str) -> None:
    """The figure of merit at each cut, and its error as the cut of the best one has it."""
    scores, y, w = events(2000, 6)
    scan, expectation = scanned(rank(scores, y, w)), Expectation(50.0, 2000.0, 0.1)
    found = merit_scan(scan, expectation, name)
    s, b = 50.0 * np.array(scan.signal_efficiency), 2000.0 * np.array(scan.background_efficiency)
    direct = merits(0.1)[name](s, b)
    known = np.isfinite(direct)
    np.testing.assert_allclose(found.value[known], direct[known])
    assert np.isnan(found.value[~known]).all()
    k = 80
    step = 1e-3
    by_s = (merits(0.1)[name](s[k] + step, b[k]) - merits(0.1)[name](s[k] - step, b[k])) / (2 * step)
    by_b = (merits(0.1)[name](s[k], b[k] + step) - merits(0.1)[name](s[k], b[k] - step)) / (2 * step)
    error = np.hypot(by_s * 50 * scan.signal_error[k], by_b * 2000 * scan.background_error[k])
    assert found.error[k] == pytest.approx(error, rel=1e-3)
    assert merit_scan(scan, Expectation(50.0, 2000.0, 0.1, merit=name)).value[k] == found.value[k]


def test_purity_is_the_precision_of_scikit_learn() -> None:
    scores, y, _ = events(1000, 7)
    scan = scanned(rank(scores, y))
    found = merit_scan(scan, Expectation(float(y.sum()), float((1 - y).sum())))
    precision, recall, cuts = precision_recall_curve(y, scores)
    place = {cut: k for k, cut in enumerate(cuts)}
    at = [place[cut] for cut in scan.cut]
    np.testing.assert_allclose(found.purity, precision[at])
    np.testing.assert_allclose(found.signal_efficiency, recall[at])


@pytest.mark.parametrize("at", [0.5, 0.7, 0.9])
def test_rejection_is_read_from_the_roc_curve_and_its_error_is_that_of_other_samples(at: float) -> None:
    scores, y, _ = events(4000, 8)
    ranked = rank(scores, y)
    found = rejection(full_roc(ranked), at, n_eff_background=ranked.n_eff_background)
    background, signal, _ = roc_curve(y, scores, drop_intermediate=False)
    assert found.value == pytest.approx(1 / np.interp(at, signal, background), rel=5e-3)
    others = []
    for seed in range(80):
        other = rank(*events(4000, 100 + seed)[:2])
        others.append(rejection(full_roc(other), at, n_eff_background=other.n_eff_background))
    errors = [each.error for each in others if each.error]
    assert np.mean(errors) == pytest.approx(np.std([each.value for each in others]), rel=0.2)
    centre = np.mean([1 / each.value for each in others])
    inside = [(each.low or np.inf) < 1 / centre < (each.high or np.inf) for each in others]
    assert sum(inside) > 0.88 * len(inside)


def test_rejection_where_no_background_passes_is_a_limit() -> None:
    ranked = rank(np.r_[np.linspace(0, 1, 300), np.linspace(2, 3, 100)], np.repeat([0, 1], [300, 100]))
    found = rejection(full_roc(ranked), 0.5, n_eff_background=ranked.n_eff_background)
    assert found.value == pytest.approx(300 / 2.9957, rel=1e-4)
    assert (found.error, found.low) == (None, found.value)
    assert "limit with 95 %" in str(found.note)
