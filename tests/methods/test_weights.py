"""What weights mean: which methods hold that an integer weight is that many equal events, and how nearly."""

from __future__ import annotations

import pytest

from umva.methods import Repetition, available, get

EXACT = {"BDT", "ElasticNet", "Fisher", "HistGradientBoosting", "LD", "LinearSVM", "Logistic", "NaiveBayes", "XGBoost"}
WEIGHTED = [each for each in available() if get(each).capabilities.weights]


@pytest.mark.parametrize("name", sorted(EXACT))
def test_these_are_exact_and_stay_so(name: str) -> None:
    assert get(name).repetition.exact


@pytest.mark.parametrize("name", WEIGHTED)
def test_a_tolerance_has_a_reason_and_means_something(name: str) -> None:
    stated = get(name).repetition
    assert stated.tolerance <= 0.5
    assert stated.exact or stated.reason


def test_settings_are_written_as_in_a_booking() -> None:
    stated = Repetition(options={"c": 2.0, "tol": 1e-5}, repeated={"c": 1.0})
    assert stated.settings == "c=2.0 | 1.0, tol=1e-05"
    assert Repetition().settings == ""
