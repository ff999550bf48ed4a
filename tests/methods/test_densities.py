"""Densities of one variable: against scipy, against exact distributions, and what must hold of any."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import gaussian_kde, norm

from umva.errors import MethodError, OptionError
from umva.methods.densities.recipe import Recipe
from umva.methods.densities.sample import BinnedSample
from umva.methods.densities.separation import separation
from umva.methods.densities.smoothing import smooth, smooth_by_content, smooth_times
from umva.methods.densities.splines import CURVES, parabolas
from umva.methods.densities.table import Table

CURVED = sorted(CURVES)
ALL = ["Spline0", *CURVED, "KDE"]


def gaussian_sample(n_events: int, n_bins: int, *, weight: float = 1.0) -> BinnedSample:
    x = np.random.default_rng(5).normal(size=n_events)
    return BinnedSample.fill(x, np.full(n_events, weight), low=-5.0, high=5.0, n_bins=n_bins)


@pytest.mark.parametrize("curve", CURVED)
def test_curves_go_through_the_points(curve: str) -> None:
    x, y = np.arange(8.0), np.random.default_rng(1).normal(size=8)
    np.testing.assert_allclose(CURVES[curve](x, y)(x), y, atol=1e-5)


@pytest.mark.parametrize("n_points", range(1, 7))
@pytest.mark.parametrize("curve", CURVED)
def test_few_points_take_a_lower_degree(curve: str, n_points: int) -> None:
    x = np.arange(float(n_points))
    np.testing.assert_allclose(CURVES[curve](x, 2 * x + 1)(np.array([0.0, n_points - 1.0])), [1, 2 * n_points - 1])


def test_parabolas_far_from_zero_are_exact() -> None:
    """With 32 bits, as TMVA has them, the parabola through 1e4, 1e4 + 1, ... is nothing but rounding."""
    x = 1e4 + np.arange(20.0)
    np.testing.assert_allclose(parabolas(x, (x - 1e4) ** 2)(np.array([1e4 + 3.5])), [12.25], rtol=1e-6)


@pytest.mark.parametrize("interpolation", ALL)
def test_density_is_that_of_the_events(interpolation: str) -> None:
    recipe = Recipe(interpolation=interpolation, n_bins=40)
    density = recipe.density(gaussian_sample(100_000, recipe.bins(100_000)), "x")
    x = np.linspace(-2.0, 2.0, 41)
    np.testing.assert_allclose(density(x), norm.pdf(x), atol=0.06 if interpolation == "Spline0" else 0.012)
    assert density.integral == pytest.approx(1.0, rel=1e-5)
    assert density.integral_to(np.array([-9.0, 0.0, 9.0])) == pytest.approx([0.0, 0.5, 1.0], abs=0.01)


@given(
    contents=arrays(np.float64, st.integers(5, 40), elements=st.floats(-1.0, 100.0)),
    interpolation=st.sampled_from(ALL),
    smoothing=st.integers(0, 3),
    scale=st.sampled_from([1.0, 1e-9]),
)
def test_any_histogram_makes_a_density(contents: np.ndarray, interpolation: str, smoothing: int, scale: float) -> None:
    """Positive, finite and normalised, also with negative bins; the scale of the weights means nothing to a spline."""
    if not contents.sum() > 0.01:
        contents = np.abs(contents) + 1.0
    sample = BinnedSample(-1.0, 3.0, contents * scale, np.abs(contents) * scale**2)
    density = Recipe(interpolation=interpolation, smoothing=smoothing).density(sample, "x")
    values = density(np.linspace(-1.0, 3.0, 101))
    assert np.isfinite(values).all()
    assert (density.values >= 0).all()
    assert density.integral == pytest.approx(1.0, rel=1e-4)


def test_fixed_kernel_is_that_of_scipy() -> None:
    """Scott's rule of TMVA has a further factor (4/3)^(1/5)."""
    sample = gaussian_sample(1000, 2000)
    found = Recipe(interpolation="KDE").density(sample, "x")
    second = gaussian_kde(sample.centres, weights=sample.contents)
    spread = np.sqrt(second.covariance[0, 0]) / second.factor  # scipy divides by N - 1
    centred = sample.centres - np.average(sample.centres, weights=sample.contents)
    rms = np.sqrt(np.average(centred**2, weights=sample.contents))
    second.set_bandwidth((4 / 3) ** 0.2 * 1000**-0.2 * rms / spread)
    x = np.linspace(-4.0, 4.0, 33)
    np.testing.assert_allclose(found(x), second(x), atol=2e-4)


def test_adaptive_kernel_is_wider_in_the_tails() -> None:
    sample = gaussian_sample(2000, 200)
    fixed, adaptive = (
        Recipe(interpolation="KDE", kernel_width=each).density(sample, "x") for each in ("Nonadaptive", "Adaptive")
    )
    far = np.array([4.5])
    assert adaptive(far) > 2 * fixed(far)
    sharp = Recipe(interpolation="KDE", kernel_width="Adaptive", kernel_factor=0.1).density(sample, "x")
    assert np.abs(np.diff(sharp.values)).sum() > 1.5 * np.abs(np.diff(adaptive.values)).sum()


@pytest.mark.parametrize(("border", "share"), [("None", 0.5), ("Renorm", 0.7), ("Mirror", 1.0)])
def test_borders_give_back_what_kernels_lose(border: str, share: float) -> None:
    sample = BinnedSample.fill(np.linspace(0, 1, 20_000), np.ones(20_000), low=0.0, high=1.0, n_bins=200)
    density = Recipe(interpolation="KDE", kernel_border=border).density(sample, "x")
    assert density(np.array([0.001])) / density(np.array([0.5])) == pytest.approx(share, abs=0.05)


def test_a_peak_in_the_uppermost_bin_is_not_lost() -> None:
    sample = BinnedSample(0.0, 1.0, np.array([1.0] * 99 + [100.0]), np.ones(100))
    for each in ("KDE", "Spline2"):
        density = Recipe(interpolation=each).density(sample, "x")
        assert density(np.array([0.99])) > 2 * density(np.array([0.3]))


def test_smoothing_by_content_leaves_well_filled_bins() -> None:
    rng = np.random.default_rng(2)
    contents = np.concatenate([rng.poisson(2.0, 30), rng.poisson(10_000.0, 30)]).astype(float)
    errors = np.sqrt(contents)
    found = smooth_by_content(contents, errors, 0, 4)
    np.testing.assert_array_equal(found[35:], contents[35:])
    assert np.abs(np.diff(found[:28])).sum() < np.abs(np.diff(contents[:28])).sum()
    np.testing.assert_array_equal(smooth_by_content(contents, errors, 2, 2), smooth_times(contents, 2))
    np.testing.assert_array_equal(smooth_times(contents, 1), smooth(contents))


def test_recipe_refuses_what_cannot_be() -> None:
    with pytest.raises(OptionError, match=r"min_smoothing \(MinNSmooth\) must be at most"):
        Recipe(min_smoothing=5, max_smoothing=2)
    empty = BinnedSample(0.0, 1.0, np.array([1.0, -2.0]), np.ones(2))
    with pytest.raises(MethodError, match="weights sum to -1"):
        Recipe().density(empty, "x")


def test_bins_follow_the_events() -> None:
    assert [Recipe().bins(n) for n in (1000, 99, 0)] == [20, 5, 5]
    assert [Recipe(interpolation="KDE").bins(n) for n in (1000, 10**7)] == [100, 2000]
    assert Recipe(n_bins=7, interpolation="KDE").bins(1000) == 35


def test_a_check_tells_of_empty_bins() -> None:
    sample = BinnedSample(0.0, 1.0, np.array([1.0, 0.0, 0.0, 0.0]), np.ones(4))
    assert Recipe().note(sample, "x") is None
    assert str(Recipe(check_histogram=True).note(sample, "x")).startswith("75 % of the 4 bins of x are empty")


def test_a_stepped_table_has_the_contents() -> None:
    table = Table(0.0, 3.0, np.array([1.0, 2.0, 5.0], np.float32), stepped=True)
    assert table(np.array([-1.0, 0.5, 1.0, 2.99, 7.0])).tolist() == [1.0, 1.0, 2.0, 5.0, 5.0]


def test_separation_of_equal_and_disjoint_histograms() -> None:
    assert separation(np.array([1.0, 2.0]), np.array([2.0, 4.0])) == pytest.approx(0.0)
    assert separation(np.array([1.0, 0.0]), np.array([0.0, 3.0])) == pytest.approx(1.0)
    assert separation(np.array([3.0, 1.0]), np.array([1.0, 3.0])) == pytest.approx(0.25)
