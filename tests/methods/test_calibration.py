"""Folds that keep equal events together, and slopes and offsets that are found again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umva.methods import Events
from umva.methods.links import probability
from umva.methods.svm.calibration import calibrate, folds, held_out
from umva.testing import toys


@given(n_copies=st.integers(1, 4), n_folds=st.integers(2, 5), seed=st.integers(0, 99))
def test_folds_keep_equal_events_together_and_share_out_each_class(n_copies: int, n_folds: int, seed: int) -> None:
    events = toys(60, task="multiclass", seed=seed)
    found = folds(events, n_folds, seed=seed)
    for label in range(3):
        counts = np.bincount(found[events.y == label], minlength=n_folds)
        assert np.ptp(counts) <= 1
    again = np.tile(np.arange(60), n_copies)
    copies = Events(events.X[again], events.y[again], np.ones(len(again)), events.problem)
    np.testing.assert_array_equal(folds(copies, n_folds, seed=seed), np.tile(found, n_copies))


def test_slope_and_offsets_are_found_again() -> None:
    rng = np.random.default_rng(3)
    decisions = 50.0 * rng.normal(size=(40_000, 3))
    wanted, shift = 0.02, np.array([1.0, 0.0, -1.0])
    chance = probability(wanted * decisions + shift)
    y = (rng.random((40_000, 1)) > np.cumsum(chance, axis=1)).sum(axis=1).astype(np.int8)
    keep = np.where(y == 1, 0.5, 1.0)  # half of a class, with twice the weight, is the class
    kept = rng.random(40_000) < keep
    slope, offsets = calibrate(decisions[kept], y[kept], (1 / keep)[kept])
    assert slope == pytest.approx(wanted, rel=0.03)
    np.testing.assert_allclose(offsets, shift, atol=0.05)


def test_decisions_that_say_nothing_or_the_opposite_leave_the_shares() -> None:
    y = np.array([0, 1, 2, 2], np.int8)
    slope, offsets = calibrate(-np.eye(3)[y], y, np.ones(4))
    assert slope == 0.0
    np.testing.assert_allclose(probability(offsets[None])[0], [0.25, 0.25, 0.5], atol=1e-4)


def test_held_out_events_are_not_learnt_from() -> None:
    events = toys(90, task="multiclass")
    seen: list[int] = []

    def learn(part: Events) -> object:
        known = {row.tobytes() for row in part.X}
        seen.append(part.n_events)
        return lambda X: np.array([[float(row.tobytes() in known)] * 3 for row in X])

    assert not held_out(events, learn, seed=1).any()  # type: ignore[arg-type]
    assert sum(seen) == 2 * 90
    one = events.select(np.r_[np.flatnonzero(events.y == 0), np.flatnonzero(events.y == 1), [9]])
    assert held_out(one, learn, seed=1).all()  # type: ignore[arg-type]
