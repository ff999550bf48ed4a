"""MINUIT: known minima with known errors, ranges, several starts, and what it says when it fails."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from umva.methods.optimisers.minuit import MinuitOptions, minimise

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDE = np.array([[-100.0, 100.0], [-100.0, 100.0]])


def ellipse(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chi2 of two parameters at 1 and -2 with errors 0.5 and 2, and correlation 0.6."""
    covariance = np.array([[0.25, 0.6], [0.6, 4.0]])
    away = points - [1.0, -2.0]
    chi2: NDArray[np.float64] = np.einsum("ij,jk,ik->i", away, np.linalg.inv(covariance), away)
    return chi2


def two_wells(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a function whose lower minimum, near 2, lies away from the middle of its range."""
    x = points[:, 0]
    return (x + 1.0) ** 2 * (x - 2) ** 2 - 0.5 * x + np.square(points[:, 1])


@pytest.mark.parametrize("strategy", [0, 1, 2])
def test_errors_are_those_of_the_covariance_matrix(strategy: int) -> None:
    found = minimise(ellipse, WIDE, MinuitOptions(strategy=strategy), seed=1)
    assert found.x == pytest.approx([1, -2], abs=0.02)
    assert found.value == pytest.approx(0, abs=1e-3)
    assert found.errors == pytest.approx([0.5, 2.0], rel=0.02)
    assert found.intervals == pytest.approx(np.array([[-0.5, 0.5], [-2, 2]]), rel=0.02)
    assert found.notes == ()


def test_error_level_is_the_square_of_the_standard_deviations() -> None:
    once, twice = (minimise(ellipse, WIDE, MinuitOptions(error_level=level), seed=1).errors for level in (1.0, 4.0))
    assert twice == pytest.approx(2 * once, rel=0.01)


def test_a_rise_replaces_the_unit() -> None:
    found = minimise(lambda x: 5 + ellipse(x) / 100, WIDE, MinuitOptions(), seed=1, rise=lambda value: value / 500)
    assert found.errors == pytest.approx([0.5, 2.0], rel=0.02)


def test_a_gradient_saves_calls() -> None:
    def gradient(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return 2 * np.linalg.inv([[0.25, 0.6], [0.6, 4.0]]) @ (x - [1.0, -2.0])

    plain, helped = (
        minimise(ellipse, WIDE, MinuitOptions(minos=False), seed=1, gradient=each) for each in (None, gradient)
    )
    assert helped.x == pytest.approx(plain.x, abs=0.05)
    assert helped.n_calls < plain.n_calls


def test_a_range_without_width_fixes_the_parameter() -> None:
    found = minimise(ellipse, np.array([[-5.0, 5.0], [0.0, 0.0]]), MinuitOptions(), seed=1)
    assert found.x[1] == found.errors[1] == 0
    assert found.x[0] == pytest.approx(1 + 0.6 / 4.0 * 2, abs=0.01)


def test_the_minimum_stays_within_the_ranges() -> None:
    found = minimise(ellipse, np.array([[-5.0, 0.5], [-5.0, 5.0]]), MinuitOptions(), seed=1)
    assert -5 <= found.x[0] <= 0.5
    assert found.x[0] == pytest.approx(0.5, abs=0.01)


def test_starting_again_finds_the_lower_minimum() -> None:
    ranges = np.array([[-4.0, 3.0], [-1.0, 1.0]])  # the middle is in the upper well
    alone = minimise(two_wells, ranges, MinuitOptions(improve=False), seed=1)
    improved = [minimise(two_wells, ranges, MinuitOptions(), seed=seed).x[0] for seed in range(5)]
    starts = np.array([[-1.0, 0.0], [2.0, 0.0]])
    both = minimise(two_wells, ranges, MinuitOptions(improve=False), seed=1, start=starts)
    assert alone.x[0] == pytest.approx(-1, abs=0.1)
    assert both.x[0] == pytest.approx(2, abs=0.1)
    assert sorted(improved)[1] == pytest.approx(2, abs=0.1)


def test_the_limit_of_calls_is_told() -> None:
    def valley(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return 100 * (points[:, 1] - points[:, 0] ** 2) ** 2 + (1 - points[:, 0]) ** 2

    options = MinuitOptions(max_calls=10, improve=False)
    assert "limit of calls" in minimise(valley, WIDE, options, seed=1).notes[0]
    assert minimise(valley, WIDE, MinuitOptions(), seed=1).x == pytest.approx([1, 1], abs=0.05)


def test_what_is_not_determined_has_no_errors() -> None:
    def ridge(points: NDArray[np.float64]) -> NDArray[np.float64]:
        squares: NDArray[np.float64] = np.square(points.sum(axis=1) - 1)
        return squares

    found = minimise(ridge, WIDE, MinuitOptions(), seed=1, determined=False)
    assert np.isnan(found.errors).all()
    assert found.intervals is None
    assert found.x.sum() == pytest.approx(1, abs=0.02)
    assert replace(found).notes == ()


def test_same_seed_same_bits() -> None:
    ranges = np.array([[-4.0, 3.0], [-1.0, 1.0]])
    one, two = (minimise(two_wells, ranges, MinuitOptions(), seed=3) for _ in range(2))
    assert one.x.tobytes() == two.x.tobytes()
