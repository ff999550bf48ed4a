"""Sums over boxes: beside a mask over all events, on edges, and in threads."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from umva.methods.local.boxes import Boxes


def masked(X: np.ndarray, values: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return the sums over boxes, each by a look at every event."""
    inside = ~((low[:, None, :] >= X) | (high[:, None, :] < X))
    sums: np.ndarray = inside.all(axis=2) @ values
    return sums


@given(
    n_events=st.integers(1, 300),
    n_variables=st.integers(1, 5),
    steps=st.sampled_from([2, 5, 1000]),
    seed=st.integers(0, 99),
)
def test_sums_are_those_of_masks(n_events: int, n_variables: int, steps: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    X = rng.integers(0, steps, (n_events, n_variables)).astype(np.float32)  # few steps: edges lie on events
    values = rng.normal(size=(n_events, 3))
    low, high = rng.integers(-1, steps + 1, (2, 40, n_variables)).astype(np.float64)
    sums = Boxes(X, values).sums(low, high)
    np.testing.assert_allclose(sums, masked(X, values, low, high), atol=1e-11)


def test_boxes_side_by_side_share_no_event_and_lose_none() -> None:
    X = np.arange(100, dtype=np.float32)[:, None]
    edges = np.array([-1.0, 10.0, 10.0, 37.5, 99.0])[:, None]
    sums = Boxes(X, np.ones((100, 1))).sums(edges[:-1], edges[1:])
    assert sums[:, 0].tolist() == [11, 0, 27, 62]


def test_sums_do_not_depend_on_threads_or_company() -> None:
    rng = np.random.default_rng(4)
    X, values = rng.normal(size=(5000, 3)).astype(np.float32), rng.uniform(size=(5000, 2))
    low = rng.normal(size=(1000, 3)) - 0.5
    boxes = Boxes(X, values)
    together = boxes.sums(low, low + 1)
    np.testing.assert_array_equal(boxes.sums(low, low + 1, n_threads=2), together)
    np.testing.assert_array_equal(boxes.sums(low[7:8], low[7:8] + 1)[0], together[7])


def test_edges_are_not_rounded_to_single_precision() -> None:
    X = np.array([[0.1]], np.float32)
    exact = float(X[0, 0])
    edges = np.array([[exact], [np.nextafter(exact, 1)]])
    assert Boxes(X, np.ones((1, 1))).sums(edges - 1, np.nextafter(edges, 0))[:, 0].tolist() == [0, 1]
