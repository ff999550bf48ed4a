"""The overtraining verdict and the comparison of methods."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umva.reports.digits import equals_p
from umva.reports.measures import Binning, Measured, against_best, area, auc, fill, holm, overtraining, rank
from umva.reports.measures.gap import gap_between, judge
from umva.reports.measures.overtraining import consequence
from umva.reports.results import Comparison, Number, Overtraining, TrainTest


def found_in(train: np.ndarray, test: np.ndarray, y: np.ndarray) -> Overtraining:
    """Return the overtraining of responses on two parts of the same classes."""
    bins, ones = Binning(-5.0, 7.0), np.ones(len(y))
    ranked = rank(train, y), rank(test, y)
    shapes = [(fill(train[y == k], ones[y == k], bins), fill(test[y == k], ones[y == k], bins)) for k in (1, 0)]
    areas = TrainTest(train=auc(ranked[0]), test=auc(ranked[1]))
    return overtraining(areas, ranked, *shapes, tmva=(shapes[0], shapes[1]))


@pytest.mark.parametrize(
    ("gap", "error", "auc_test", "expected"),
    [
        (0.010, 0.004, 0.8, "none"),  # 2.5 standard deviations
        (0.008, 0.001, 0.8, "none"),  # 4 % of what is missing
        (0.020, 0.004, 0.8, "mild"),
        (0.059, 0.004, 0.8, "mild"),
        (0.061, 0.004, 0.8, "strong"),
        (0.061, 0.030, 0.8, "none"),
        (-0.05, 0.001, 0.8, "none"),
        (0.0, 0.0, 1.0, "none"),
    ],
)
def test_thresholds(gap: float, error: float, auc_test: float, expected: str) -> None:
    assert judge(Number(gap, error), 1 - auc_test) == expected


def test_no_error_no_verdict() -> None:
    unmeasured = TrainTest(train=Number(0.5, note="not measurable"), test=Number(0.8, 0.01))
    gap = gap_between(unmeasured.train, unmeasured.test)
    assert judge(gap, 0.2) == "none"
    assert gap.note == "not measurable"


def test_honest_method() -> None:
    rng = np.random.default_rng(1)
    y = np.repeat([0, 1], 2000)
    found = found_in(rng.normal(size=4000) + y, rng.normal(size=4000) + y, y)
    assert found.verdict == "none"
    assert found.sentence.startswith("No overtraining seen")
    assert min(each.p_value for each in (found.ks_signal, found.ks_background, found.chi2_signal)) > 0.01
    assert found.ad_signal
    assert found.ad_background
    assert found.tmva_signal
    assert min(found.ad_signal.p_value, found.ad_background.p_value, found.tmva_signal.p_value) > 0.01
    assert found.auc_gap.error is not None
    assert abs(found.auc_gap.value) < 3 * found.auc_gap.error


def test_method_that_knows_its_events_by_heart() -> None:
    rng = np.random.default_rng(2)
    y = np.repeat([0, 1], 2000)
    found = found_in(2.0 * y + rng.uniform(size=4000), rng.normal(size=4000) + y, y)
    assert found.verdict == "strong"
    assert found.ks_signal.p_value < 1e-6
    assert found.ad_signal
    assert found.ad_signal.p_value < 1e-6
    assert found.tmva_signal
    assert found.tmva_signal.p_thrown == 0
    assert "AUC 1.000 on its own training events" in found.sentence
    assert "Only the test numbers may be quoted." in found.sentence


def test_what_follows_depends_on_the_others() -> None:
    rng = np.random.default_rng(3)
    y = np.repeat([0, 1], 2000)
    found = found_in(2.0 * y + rng.uniform(size=4000), rng.normal(size=4000) + y, y)
    level = Comparison("XGBoost", Number(0.001, 0.002), 0.6, 0.6, "")
    worse = Comparison("XGBoost", Number(0.02, 0.002), 1e-9, 1e-9, "")
    assert "No other method is better on new events" in consequence(found, None).sentence
    assert "level with XGBoost" in consequence(found, level).sentence
    assert "XGBoost is better" in consequence(found, worse).sentence
    assert "cannot be told" in consequence(found, None, alone=True).sentence


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_is_step_down(p_values: list[float]) -> None:
    corrected = holm(p_values)
    m = len(p_values)
    assert min(corrected) == pytest.approx(min(1.0, m * min(p_values)))
    for p, q in zip(p_values, corrected, strict=True):
        assert p <= q <= min(1.0, m * p) + 1e-12
    order = sorted(range(m), key=lambda k: p_values[k])
    assert [corrected[k] for k in order] == sorted(corrected)


def test_sentences_of_the_comparison() -> None:
    rng = np.random.default_rng(4)
    y = np.repeat([0, 1], 3000).astype(np.int8)
    good = rng.normal(size=6000) + y
    scores = {
        "MLP": good + rng.normal(size=6000),
        "BDT": good,
        "Copy": 2 * good,
        "BDTG": good + 0.05 * rng.normal(size=6000),
    }
    areas: dict[str, Measured] = {name: area(rank(each, y)) for name, each in scores.items()}
    found = against_best(areas)
    best = next(iter(found.values())).reference
    assert best in {"BDT", "BDTG"}
    assert best not in found
    assert found["MLP"].sentence.startswith(f"{best} is better than MLP by 0.")
    assert found["MLP"].sentence.endswith(f"({equals_p(found['MLP'].p_corrected)}).")
    other = "BDTG" if best == "BDT" else "BDT"
    assert "is not distinguishable from" in found[other].sentence
    if best == "BDT":
        assert found["Copy"].sentence == "Copy orders the events exactly like BDT."
    assert all(each.p_corrected >= each.p_value for each in found.values())


def test_nothing_to_compare() -> None:
    assert against_best({}) == {}
