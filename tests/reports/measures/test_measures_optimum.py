"""The best cut: AMS and efficiency times purity."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umva.reports.classes import yields
from umva.reports.material import Part
from umva.reports.measures import ams, best_ams, best_efficiency_times_purity, rank

if TYPE_CHECKING:
    from numpy.typing import NDArray


def test_published_value_of_ams() -> None:
    """The evaluation of the HiggsML challenge, on the training file with its trivial selection."""
    assert float(ams(457.2791382866634, 89291.91212537605)) == pytest.approx(1.5289067550142865, abs=1e-12)


@given(st.floats(1e-6, 1e4), st.floats(0, 1e6))
def test_ams_is_its_formula(s: float, b: float) -> None:
    whole = b + 10
    exact = math.sqrt(max(2 * ((s + whole) * math.log1p(s / whole) - s), 0.0))
    assert float(ams(s, b)) == pytest.approx(exact, rel=1e-7, abs=1e-6)
    assert float(ams(s, b)) <= s / math.sqrt(whole) * (1 + 1e-12)


def test_ams_where_nothing_is_selected() -> None:
    assert float(ams(0.0, 0.0)) == 0.0
    assert float(ams(1e-9, 1e6)) == pytest.approx(1e-9 / math.sqrt(1e6 + 10))
    assert ams([0.0, 1.0], [0.0, 0.0], b_reg=0.0).tolist() == [0.0, math.inf]


def toy(n: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """Return responses with ties, classes and weights."""
    rng = np.random.default_rng(seed)
    y = rng.uniform(size=n) < 0.4
    return (rng.normal(size=n) + 1.5 * y).round(2), y, rng.exponential(size=n)


@pytest.mark.parametrize("seed", range(5))
def test_no_other_cut_is_better(seed: int) -> None:
    scores, y, w = toy(400, seed)
    ranked = rank(scores, y, w)
    by_ams, by_purity = best_ams(ranked), best_efficiency_times_purity(ranked)
    assert by_ams
    assert by_purity
    found = {}
    for cut in np.unique(scores):
        s, b = w[y & (scores >= cut)].sum(), w[~y & (scores >= cut)].sum()
        found[cut] = (float(ams(s, b)), s / w[y].sum() * s / (s + b), s, b)
    for ours, k in ((by_ams, 0), (by_purity, 1)):
        best = max(found, key=lambda cut: found[cut][k])
        assert ours.cut == best
        assert ours.value.value == pytest.approx(found[best][k])
        assert (ours.signal.value, ours.background.value) == pytest.approx(found[best][2:])
        assert "biased upwards" in str(ours.value.note)


def test_errors_agree_with_bootstrap_at_the_cut() -> None:
    rng = np.random.default_rng(8)
    scores, y, w = toy(5000, 1)
    ranked = rank(scores, y, w)
    by_ams, by_purity = best_ams(ranked), best_efficiency_times_purity(ranked)
    assert by_ams
    assert by_purity
    draws = []
    for _ in range(500):
        again = w * rng.poisson(1.0, len(w))
        s, b = again[y & (scores >= by_ams.cut)].sum(), again[~y & (scores >= by_ams.cut)].sum()
        p, q = again[y & (scores >= by_purity.cut)].sum(), again[~y & (scores >= by_purity.cut)].sum()
        draws.append((float(ams(s, b)), p / again[y].sum() * p / (p + q)))
    spread = np.std(draws, axis=0)
    assert by_ams.value.error == pytest.approx(spread[0], rel=0.12)
    assert by_purity.value.error == pytest.approx(spread[1], rel=0.12)


def test_negative_weights_and_missing_classes() -> None:
    ones = np.ones(4)
    assert best_ams(rank([0.1, 0.2, 0.3, 0.4], np.zeros(4))) is None
    assert best_efficiency_times_purity(rank([0.1, 0.2, 0.3, 0.4], ones)) is None
    found = best_ams(rank([0.1, 0.2, 0.3, 0.9], [0, 1, 1, 0], [5.0, 1.0, 1.0, -2.0]))
    assert found
    assert found.background.value == 0.0


def test_physical_yields_are_kept() -> None:
    """A third of the signal and half of the background in the test part: both stand for all that there is."""
    X = np.zeros((4, 1), dtype=np.float32)
    y, w = np.array([0, 0, 1, 1]), np.array([2.0, 4.0, 1.0, 3.0])
    parts = {"train": Part(X, y, w * [1, 1, 2, 2]), "test": Part(X, y, w)}
    np.testing.assert_allclose(yields(parts, 2), w * [2, 2, 3, 3])
    weightless = {**parts, "test": Part(X, y, w * [1, 1, 0, 0])}
    np.testing.assert_allclose(yields(weightless, 2), w * [2, 2, 0, 0])
