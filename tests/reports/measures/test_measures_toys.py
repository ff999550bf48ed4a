"""p-values of equal samples are uniform, intervals hold the truth: ``benchmarks/toys.py``, with fewer repeats."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import kstest

WEIGHTS = ("equal", "spread", "rising", "15 % negative", "35 % negative at low x")
KEEP_AREA = WEIGHTS[:4]


@pytest.fixture(scope="module")
def toys() -> Any:
    """Return the script that throws the samples."""
    path = Path(__file__).resolve().parents[3] / "benchmarks" / "toys.py"
    specification = importlib.util.spec_from_file_location("umva_toys", path)
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("leaves", [False, True], ids=["continuous", "five leaves"])
def test_p_values_of_equal_samples_are_uniform(toys: Any, weights: str, leaves: bool) -> None:
    found = toys.equal_samples(weights, (300, 200), 60, leaves=leaves)
    for name in ("KS", "AD", "chi2"):
        assert kstest(found[name], "uniform").pvalue > 0.001, name
        assert np.mean(found[name] < 0.05) <= 0.15, name


@pytest.mark.slow
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("leaves", [False, True], ids=["continuous", "five leaves"])
@pytest.mark.parametrize("sizes", [(500, 500), (2000, 200)], ids=str)
def test_five_percent_of_equal_samples_are_called_different(
    toys: Any, weights: str, leaves: bool, sizes: tuple[int, int]
) -> None:
    found = toys.equal_samples(weights, sizes, 250, leaves=leaves)
    for name in ("KS", "AD", "chi2"):
        assert 0.01 < np.mean(found[name] < 0.05) < 0.1, name
        assert np.mean(found[name]) == pytest.approx(0.5, abs=0.07), name


def test_tmvas_p_values_are_not_uniform(toys: Any) -> None:
    """Kolmogorov's law is too careful for histograms; option X is far from careful."""
    found = toys.equal_samples("equal", (300, 300), 60, tests=("TMVA", "TMVA X"))
    assert np.mean(found["TMVA"] < 0.05) < 0.05
    assert np.mean(found["TMVA X"] < 0.05) > 0.15


@pytest.mark.parametrize("weights", WEIGHTS)
def test_p_values_of_equally_good_methods_are_uniform(toys: Any, weights: str) -> None:
    assert kstest(toys.equally_good(weights, 300, 100), "uniform").pvalue > 0.001


@pytest.mark.parametrize("weights", KEEP_AREA)
@pytest.mark.parametrize("true_area", [0.76, 0.99])
@pytest.mark.parametrize("n", [(30, 30), (200, 200)], ids=str)
def test_intervals_of_area_and_gap_hold_the_truth(
    toys: Any, weights: str, true_area: float, n: tuple[int, int]
) -> None:
    held = toys.coverage(weights, n, true_area, 100)
    assert held["area"] >= 0.87
    assert held["gap"] >= 0.84


@pytest.mark.slow
@pytest.mark.parametrize("weights", KEEP_AREA)
@pytest.mark.parametrize("true_area", [0.76, 0.92, 0.99])
def test_intervals_hold_the_truth_as_often_as_they_say(toys: Any, weights: str, true_area: float) -> None:
    held = toys.coverage(weights, (300, 300), true_area, 200, replicas=True)
    assert held["area"] > 0.9
    assert held["gap"] > 0.89
    assert held["replicas"] > 0.8


@pytest.mark.parametrize("n", [(300, 300), (5000, 300)], ids=str)
def test_bands_hold_the_true_curve(toys: Any, n: tuple[int, int]) -> None:
    for at, share in toys.band_coverage(n, 150).items():
        assert 0.53 < share < 0.82, at


def test_larger_shifts_are_found_more_often(toys: Any) -> None:
    found = [toys.equal_samples("equal", (300, 300), 40, shift=shift) for shift in (0.0, 0.25, 0.5)]
    for name in ("KS", "AD", "chi2"):
        small, middle, large = (np.mean(each[name] < 0.05) for each in found)
        assert small < middle < large, name
        assert large > 0.9, name
    assert np.mean(found[1]["AD"] < 0.05) > np.mean(found[1]["chi2"] < 0.05)  # a it is good at shifts
