from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from umva.errors import DataError, RunError
from umva.factory.data.preprocessing import Chain, Uniform

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

VARIABLES = ("a", "b", "c")
CLASSES = ("background", "signal")
LETTERS = ("N", "D", "P", "U", "G")


def events(seed: int, n: int = 2000) -> tuple[NDArray[np.float32], NDArray[np.int8], NDArray[np.float64]]:
    """Correlated, skewed events whose signal is shifted, with weights."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n).astype(np.int8)
    z = rng.normal(size=(n, 3)) @ rng.normal(size=(3, 3)) + y[:, None]
    z[:, 2] = np.exp(z[:, 2] / 3)
    return z.astype(np.float32), y, rng.uniform(0.5, 2.0, n)


def chain(text: str) -> Chain:
    return Chain.parse(text, variables=VARIABLES, classes=CLASSES)


def covariance(X: NDArray[np.float32], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.cov(X.astype(np.float64), rowvar=False, aweights=weight, ddof=0)


def away_from_tails(X: NDArray[np.float32], y: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Say which events have all variables within 1.5 standard deviations, after they are made Gaussian."""
    gauss = chain("G").fit(X, y, np.ones(len(X))).apply(X)
    inner: NDArray[np.bool_] = np.abs(gauss).max(axis=1) < 1.5
    return inner


seeds = settings(max_examples=10, deadline=None)


@seeds
@given(seed=st.integers(0, 1000))
def test_n_spans_minus_one_to_one(seed: int) -> None:
    X, y, weight = events(seed)
    out = chain("N").fit(X, y, weight).apply(X)
    np.testing.assert_allclose([out.min(axis=0), out.max(axis=0)], [[-1] * 3, [1] * 3], atol=1e-6)


@seeds
@given(seed=st.integers(0, 1000))
def test_d_has_unit_covariance_and_is_symmetric(seed: int) -> None:
    X, y, weight = events(seed)
    fitted = chain("D").fit(X, y, weight, each_class=True)
    np.testing.assert_allclose(covariance(fitted.apply(X), weight), np.eye(3), atol=1e-3)
    for k in (0, 1):
        out = fitted.apply(X[y == k], class_index=k)
        np.testing.assert_allclose(covariance(out, weight[y == k]), np.eye(3), atol=1e-3)


@seeds
@given(seed=st.integers(0, 1000))
def test_p_is_uncorrelated_with_falling_variance(seed: int) -> None:
    X, y, weight = events(seed)
    out = covariance(chain("P").fit(X, y, weight).apply(X), weight)
    variance = out.diagonal()
    np.testing.assert_allclose(out, np.diag(variance), atol=1e-4 * variance[0])
    assert (np.diff(variance) < 0).all()
    assert variance.sum() == pytest.approx(np.trace(covariance(X, weight)), rel=1e-4)


@seeds
@given(seed=st.integers(0, 1000))
def test_u_is_uniform_and_g_is_normal_for_other_events_too(seed: int) -> None:
    X, y, _ = events(seed, n=20000)
    ones = np.ones(len(X) // 2)
    train, other = X[::2], X[1::2]
    for letter, distribution in (("U", "uniform"), ("G", "norm")):
        fitted = chain(letter).fit(train, y[::2], ones)
        for column in range(3):
            assert stats.kstest(fitted.apply(train)[:, column], distribution).statistic < 0.01
            assert stats.kstest(fitted.apply(other)[:, column], distribution).statistic < 0.03


@pytest.mark.parametrize("letter", LETTERS)
def test_integer_weights_are_repetitions(letter: str) -> None:
    X, y, _ = events(1)
    times = np.random.default_rng(2).integers(1, 4, len(X))
    weighted = chain(letter).fit(X, y, times.astype(np.float64)).apply(X)
    repeated = chain(letter).fit(np.repeat(X, times, axis=0), np.repeat(y, times), np.ones(times.sum())).apply(X)
    inner = away_from_tails(X, y)
    tolerance = {"U": 0.01, "G": 0.08}.get(letter, 1e-5)  # the bins are others
    np.testing.assert_allclose(weighted[inner], repeated[inner], atol=tolerance)


@pytest.mark.parametrize("letter", ["D", "P", "U", "G"])
def test_negative_weights_cancel_events(letter: str) -> None:
    X, y, weight = events(3, n=4000)
    extra = X[:400] + np.float32(0.5)  # once with weight +1, once with -1: nothing
    more = np.concatenate([X, extra, extra])
    signs = np.concatenate([weight, np.ones(400), -np.ones(400)])
    out = chain(letter).fit(more, np.concatenate([y, y[:400], y[:400]]), signs).apply(X)
    tolerance = {"U": 0.02, "G": 0.2}.get(letter, 1e-5)
    inner = away_from_tails(X, y)
    np.testing.assert_allclose(out[inner], chain(letter).fit(X, y, weight).apply(X)[inner], atol=tolerance)
    assert np.isfinite(out).all()


def test_cumulative_distribution_never_falls_despite_negative_weights() -> None:
    rng = np.random.default_rng(4)
    X, y, _ = events(4)
    fitted = chain("U").fit(X, y, rng.choice([1.0, 1.0, -1.0], len(X)))
    line = np.linspace(X.min() - 1, X.max() + 1, 5000, dtype=np.float32)
    assert (np.diff(fitted.apply(np.stack([line] * 3, axis=1)), axis=0) >= 0).all()


def test_steps_see_what_the_steps_before_made_of_the_events() -> None:
    X, y, weight = events(5)
    gauss = chain("G").fit(X, y, weight).apply(X)
    expected = chain("D").fit(gauss, y, weight).apply(gauss)
    np.testing.assert_array_equal(chain("G,D").fit(X, y, weight).apply(X), expected)
    signal = chain("G").fit(X, y, weight, each_class=True).apply(X[y == 1], class_index=1)
    expected = chain("D").fit(signal, y[y == 1], weight[y == 1]).apply(signal)
    both = chain("G,D").fit(X, y, weight, each_class=True)
    np.testing.assert_allclose(both.apply(X[y == 1], class_index=1), expected, atol=1e-5)


def test_class_suffix_holds_in_training_and_application() -> None:
    X, y, weight = events(6)
    fitted = chain("D_Signal").fit(X, y, weight, each_class=True)
    expected = chain("D").fit(X, y, weight, each_class=True).apply(X, class_index=1)
    for class_index in (None, 0, 1):
        np.testing.assert_allclose(fitted.apply(X, class_index=class_index), expected, atol=1e-5)


def test_selected_variables_alone_change() -> None:
    X, y, weight = events(7)
    out = chain("P(c,a)").fit(X, y, weight).apply(X)
    np.testing.assert_array_equal(out[:, 1], X[:, 1])
    alone = Chain.parse("P", variables=("c", "a"), classes=CLASSES).fit(X[:, [2, 0]], y, weight).apply(X[:, [2, 0]])
    np.testing.assert_array_equal(out[:, [2, 0]], alone)


def test_classes_have_sets_only_if_asked_for() -> None:
    X, y, weight = events(8)
    for asked, n_sets in ((False, 1), (True, 3)):
        fitted = chain("N").fit(X, y, weight, each_class=asked)
        assert len(fitted.sets_) == n_sets
    np.testing.assert_array_equal(fitted.apply(X), chain("N").fit(X, y, weight).apply(X))
    with pytest.raises(DataError, match="not been fitted to the training events of class 'signal' by themselves"):
        chain("N").fit(X, y, weight).apply(X, class_index=1)


@pytest.mark.parametrize("text", ["I", "N,G", "G,D,P", "U(a),N_signal"])
def test_inputs_are_not_changed_and_nan_stays(text: str) -> None:
    X, y, weight = events(9)
    before = X.copy()
    fitted = chain(text).fit(X, y, weight)
    holes = X.copy()
    holes[5, 0] = np.nan
    with np.errstate(all="raise"):
        out = fitted.apply(holes)
    np.testing.assert_array_equal(X, before)
    assert not np.shares_memory(fitted.apply(X), X)
    assert out.dtype == np.float32
    assert np.isnan(out[5, 0])
    assert not np.isnan(np.delete(out, 5, axis=0)).any()
    np.testing.assert_array_equal(np.delete(out, 5, axis=0), np.delete(fitted.apply(X), 5, axis=0))


@pytest.mark.parametrize("letter", LETTERS)
def test_events_that_lack_a_value_are_left_out_of_the_fit(letter: str) -> None:
    X, y, weight = events(10)
    more = np.concatenate([X, np.full((7, 3), np.nan, dtype=np.float32)])
    some = chain(letter).fit(more, np.concatenate([y, y[:7]]), np.concatenate([weight, weight[:7]]))
    np.testing.assert_allclose(some.apply(X), chain(letter).fit(X, y, weight).apply(X), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("letter", "low", "high"), [("U", 1e-9, 1.0), ("G", -5.7307, 5.7307)])
def test_far_outside_the_training_range(letter: str, low: float, high: float) -> None:
    X, y, weight = events(11)
    far = np.array([[-np.inf] * 3, [-1e30] * 3, [1e30] * 3, [np.inf] * 3], dtype=np.float32)
    out = chain(letter).fit(X, y, weight).apply(far)
    np.testing.assert_allclose(out, np.repeat([[low], [low], [high], [high]], 3, axis=1), rtol=1e-4)


def test_values_too_large_for_tmvas_margin_are_spread() -> None:
    x = np.float32(1e6) + np.arange(1000, dtype=np.float32)[:, None]
    only = Chain.parse("U", variables=("x",), classes=("all",)).fit(x, np.zeros(1000, dtype=np.int8), np.ones(1000))
    np.testing.assert_allclose(only.apply(x).ravel(), np.arange(1000) / 1000, atol=0.02)


@pytest.mark.parametrize("text", ["I", "G,D_signal", "N(b)+P", "U"])
def test_saved_and_loaded(tmp_path: Path, text: str) -> None:
    X, y, weight = events(12)
    fitted = chain(text).fit(X, y, weight, each_class=True)
    fitted.save(tmp_path / "model")
    again = Chain.load(tmp_path / "model")
    assert str(again) == str(fitted)
    assert again.output_names == fitted.output_names
    for class_index in (None, 0, 1):
        np.testing.assert_array_equal(again.apply(X, class_index=class_index), fitted.apply(X, class_index=class_index))


def test_files_that_hold_no_transformation(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be read as a transformation"):
        Chain.load(tmp_path)
    X, y, weight = events(13)
    chain("D").fit(X, y, weight).save(tmp_path)
    path = tmp_path / "transform.json"
    description = json.loads(path.read_text())
    for change, message in (
        ({"version": 99}, "its version is 99, expected 2"),
        ({"n_sets": 7}, "7 sets for 2 classes"),
        ({"n_sets": 3}, "1/0/"),
        ({"steps": [{**description["steps"][0], "columns": [0, 7]}]}, "columns .0, 7. of 3"),
        ({"steps": [{**description["steps"][0], "columns": [0, 1]}]}, "has 3 columns, expected 2"),
        ({"steps": [{**description["steps"][0], "class_index": 2}]}, "class 2 of 2"),
        ({"steps": [{**description["steps"][0], "transformation": "G"}]}, "n_bins"),
    ):
        path.write_text(json.dumps(description | change))
        with pytest.raises(RunError, match=message):
            Chain.load(tmp_path)
    path.write_text(json.dumps(description))
    (tmp_path / "transform.npz").write_text("not an archive")
    with pytest.raises(RunError, match="cannot be read as a transformation"):
        Chain.load(tmp_path)


def test_a_class_that_determines_no_set_does_no_harm_to_others() -> None:
    X, y, weight = events(14)
    X[y == 1, 1] = 3.0
    assert chain("N").fit(X, y, weight).apply(X).max() == pytest.approx(1)
    for text, each_class in (("N_Signal", False), ("N", True)):
        with pytest.raises(
            DataError, match=r"variable 'b' is always 3 among the training events of class 'signal': N cannot"
        ):
            chain(text).fit(X, y, weight, each_class=each_class)


@pytest.mark.parametrize("letter", ["N", "D", "U", "G"])
def test_constant_variables_are_named(letter: str) -> None:
    X, y, weight = events(15)
    X[:, 1] = 0.1
    with pytest.raises(DataError, match=f"variable 'b' .* the training events: {letter} cannot"):
        chain(letter).fit(X, y, weight)


def test_strongest_correlation_is_named() -> None:
    X, y, weight = events(16)
    X[:, 2] = -2 * X[:, 0]
    with pytest.raises(DataError, match=r"singular; the strongest correlation is -1\.0+ between 'a' and 'c'"):
        chain("D").fit(X, y, weight)


@pytest.mark.parametrize("letter", ["D", "P", "U", "G"])
def test_weights_without_a_positive_sum(letter: str) -> None:
    X, y, weight = events(17)
    with pytest.raises(DataError, match="the weights of the training events sum to -"):
        chain(letter).fit(X, y, -weight)


def test_use_before_fitting_and_wrong_shapes() -> None:
    X, y, weight = events(18)
    with pytest.raises(DataError, match="transformation N has not been fitted"):
        chain("N").apply(X)
    with pytest.raises(DataError, match=r"one of 3 variables, found an array of shape \(2000, 2\)"):
        chain("N").fit(X[:, :2], y, weight)


def test_histogram_fields_belong_together() -> None:
    X, y, weight = events(19)
    ((uniform,),) = chain("U").fit(X, y, weight).sets_
    assert isinstance(uniform, Uniform)
    assert len(uniform.edges) == (uniform.n_bins + 1).sum()
    assert len(uniform.fractions) == uniform.n_bins.sum()
    assert uniform.fractions[np.cumsum(uniform.n_bins) - 1].tolist() == [1.0, 1.0, 1.0]


def test_variables_of_tiny_range_are_spread() -> None:
    """TMVA's first bin, 1e-4 wide, would take nearly the whole table."""
    x = 1e-9 * np.arange(1000, dtype=np.float32)[:, None]
    only = Chain.parse("U", variables=("x",), classes=("all",)).fit(x, np.zeros(1000, dtype=np.int8), np.ones(1000))
    np.testing.assert_allclose(only.apply(x).ravel(), np.arange(1000) / 1000, atol=0.02)
