"""The optimisers find known minima, keep to their ranges and calls, and heed every option."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize, rosen

from umva.errors import MethodError, OptionError
from umva.methods import declared, parse_string, resolve
from umva.methods.optimisers import FIT_METHODS, SearchOptions, minimise
from umva.methods.optimisers.optimum import reflect
from umva.methods.optimisers.options import COOLING

if TYPE_CHECKING:
    from numpy.typing import NDArray

RANGES = np.array([[-2.0, 2.0], [-1.0, 3.0], [-2.0, 2.0]])
FINE: dict[str, dict[str, Any]] = {
    "GA": {"least_gain": 1e-3, "generations": 60},
    "SA": {"max_calls": 50_000, "cooling": "DecAdaptive", "initial_temperature": 10.0, "default_scale": True},
    "MC": {"sample_size": 20_000, "sigma": 0.2},
}
SHORT: dict[str, dict[str, Any]] = {
    "GA": {"population": 40, "generations": 10},
    "SA": {"max_calls": 4000, "default_scale": True},
    "MC": {"sample_size": 500, "sigma": 0.2},
}


class Valley:
    """Rosenbrock's valley, which keeps the points it was asked for."""

    def __init__(self) -> None:
        self.points: list[NDArray[np.float64]] = []

    def __call__(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        self.points.append(points.copy())
        return np.asarray(rosen(points.T))


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", FIT_METHODS)
def test_the_minimum_is_that_of_a_descent(name: str, seed: int) -> None:
    found = minimise(name, Valley(), RANGES, SearchOptions(**FINE[name]), seed=seed)
    exact = minimize(rosen, [0.5, 0.5, 0.5], bounds=RANGES)
    assert found.value < exact.fun + 0.05
    assert found.value == pytest.approx(rosen(found.x))
    np.testing.assert_allclose(found.x, exact.x, atol=0.3)


@pytest.mark.parametrize("name", FIT_METHODS)
def test_points_are_within_the_ranges_and_counted(name: str) -> None:
    valley, progress = Valley(), list[float]()
    found = minimise(name, valley, RANGES, SearchOptions(**SHORT[name]), seed=1, progress=progress.append)
    points = np.concatenate(valley.points)
    assert (points >= RANGES[:, 0]).all()
    assert (points <= RANGES[:, 1]).all()
    assert found.n_calls == len(points)
    assert found.value == rosen(points.T).min()
    assert all(0 <= each <= 1 for each in progress)
    assert progress[-1] == pytest.approx(1)


@pytest.mark.parametrize(("name", "calls"), [("SA", 4000), ("MC", 500)])
def test_no_more_calls_than_allowed(name: str, calls: int) -> None:
    assert minimise(name, Valley(), RANGES, SearchOptions(**SHORT[name]), seed=1).n_calls == calls


@pytest.mark.parametrize("name", FIT_METHODS)
def test_a_seed_is_the_only_randomness(name: str) -> None:
    def found(seed: int, **more: Any) -> list[float]:
        return list(minimise(name, Valley(), RANGES, SearchOptions(**SHORT[name], **more), seed=seed).x)

    assert found(1) == found(1) != found(2)
    assert found(1, optimiser_seed=7) == found(2, optimiser_seed=7) != found(1)


@pytest.mark.parametrize("name", FIT_METHODS)
def test_a_start_at_the_minimum_is_kept(name: str) -> None:
    found = minimise(name, Valley(), RANGES, SearchOptions(**SHORT[name]), seed=1, start=np.ones(3))
    assert found.value == 0
    assert found.x.tolist() == [1, 1, 1]


@pytest.mark.parametrize("name", FIT_METHODS)
def test_what_is_no_number_is_never_the_best(name: str) -> None:
    def holed(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(points[:, 0] < 0, np.nan, rosen(points.T))

    found = minimise(name, holed, RANGES, SearchOptions(**SHORT[name]), seed=1)
    assert np.isfinite(found.value)
    assert found.x[0] >= 0


@pytest.mark.parametrize("name", FIT_METHODS)
def test_fixed_parameters_stay(name: str) -> None:
    ranges = np.array([[-2.0, 2.0], [0.25, 0.25], [-2.0, 2.0]])
    assert minimise(name, Valley(), ranges, SearchOptions(**SHORT[name]), seed=1).x[1] == 0.25


OTHER: dict[str, dict[str, Any]] = {
    "GA": {
        "population": 50,
        "generations": 20,
        "cycles": 2,
        "spread_window": 3,
        "spread_rate": 1,
        "spread_factor": 0.5,
        "least_gain": 0.5,
        "kept_of_generation": 5,
        "kept_of_cycle": 30,
        "trim": True,
    },
    "SA": {
        "max_calls": 5000,
        "min_temperature": 1e-3,
        "temperature_eps": 10.0,
        "temperature_scale": 0.1,
        "adaptive_speed": 5.0,
        "default_scale": True,
        "cooling": "Geo",
    },
    "MC": {"sample_size": 600, "sigma": 0.1},
}
BASE: dict[str, dict[str, Any]] = {**SHORT, "SA": {"max_calls": 4000, "min_temperature": 1e-2}}


@pytest.mark.parametrize(("name", "key"), [(name, key) for name, keys in OTHER.items() for key in keys])
def test_every_option_matters(name: str, key: str) -> None:
    trained = [Valley(), Valley()]
    minimise(name, trained[0], RANGES, SearchOptions(**BASE[name]), seed=1)
    minimise(name, trained[1], RANGES, SearchOptions(**{**BASE[name], key: OTHER[name][key]}), seed=1)
    first, second = (np.concatenate(each.points) for each in trained)
    assert first.shape != second.shape or not np.array_equal(first, second)


@pytest.mark.parametrize("key", ["initial_temperature", "default_temperature", "temperature_step"])
def test_every_option_of_falling_temperatures_matters(key: str) -> None:
    base: dict[str, Any] = {"max_calls": 3000, "cooling": "Homo", "default_temperature": key == "temperature_step"}
    changed: dict[str, Any] = {
        **base,
        key: {"initial_temperature": 3.0, "default_temperature": True, "temperature_step": 1.0}[key],
    }
    first, second = (minimise("SA", Valley(), RANGES, SearchOptions(**each), seed=1) for each in (base, changed))
    assert first.x.tolist() != second.x.tolist()


@pytest.mark.parametrize("cooling", COOLING)
def test_every_course_of_the_temperature_gets_near(cooling: str) -> None:
    options = SearchOptions(cooling=cooling, initial_temperature=10.0, max_calls=20_000, default_scale=True)
    assert minimise("SA", Valley(), RANGES, options, seed=1).value < 0.5


def test_smaller_widths_find_the_minimum_that_one_coarse_width_misses() -> None:
    def bowl(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((points**2).sum(axis=1))

    ranges = np.tile([-100.0, 90.0], (5, 1))
    assert minimise("MC", bowl, ranges, SearchOptions(sample_size=20_000, sigma=0.1), seed=1).value < 0.01


def test_tmva_names_are_understood() -> None:
    text = (
        "PopSize=400:Steps=30:Cycles=2:SC_steps=9:SC_rate=4:SC_factor=0.9:MaxCalls=15000:KernelTemp=geo:Sigma=0.1:Trim"
    )
    found = resolve(SearchOptions, "fit", parse_string(text))
    assert (found["population"], found["generations"], found["cycles"]) == (400, 30, 2)
    assert (found["cooling"], found["sigma"], found["trim"], found["max_calls"]) == ("Geo", 0.1, True, 15000)
    tables = "PopSize Steps Cycles SC_steps SC_rate SC_factor ConvCrit SaveBestGen SaveBestCycle Trim Seed MaxCalls"
    tables += (
        " InitialTemp MinTemp Eps TempScale AdaptiveSpeed TempAdaptiveStep UseDefaultScale UseDefaultTemp KernelTemp"
    )
    assert {each.tmva for each in declared(SearchOptions)} == {*tables.split(), "SampleSize", "Sigma"}


def test_a_seed_from_the_clock_is_refused() -> None:
    with pytest.raises(OptionError, match="Seed"):
        resolve(SearchOptions, "fit", {"Seed": "0"})


def test_bad_ranges_and_names_are_refused() -> None:
    with pytest.raises(MethodError, match="ranges"):
        minimise("GA", Valley(), np.array([[1.0, 0.0]]), SearchOptions(), seed=1)
    with pytest.raises(MethodError, match="GA"):
        minimise("GB", Valley(), RANGES, SearchOptions(), seed=1)


@given(st.floats(-50, 50), st.floats(-5, 5), st.floats(0, 4))
def test_mirrored_points_keep_their_distance_to_a_bound(x: float, low: float, width: float) -> None:
    inside = float(reflect(np.array([[x]]), np.array([[low, low + width]]))[0, 0])
    assert low <= inside <= low + width
    if low <= x <= low + width:
        assert inside == pytest.approx(x, abs=1e-9)
    elif 0 <= low - x <= width:
        assert inside - low == pytest.approx(low - x, abs=1e-9)
