"""Events in memory: each kind of container gives the same columns."""

from __future__ import annotations

from typing import Any

import awkward as ak
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umva.errors import SourceError
from umva.factory.data.sources import Source, open_sources

X = [1.5, 2.5, 3.5]
LABEL = ["s", "b", "s"]
STRUCTURED = np.array(list(zip(X, LABEL, strict=True)), dtype=[("x", ">f8"), ("label", "U1")])


def only(spec: object) -> Source:
    (source,) = open_sources(spec)
    return source


@pytest.mark.parametrize(
    ("events", "label"),
    [
        ({"x": X, "label": LABEL}, "arrays"),
        ({"x": np.array(X), "label": np.array(LABEL, dtype="S1")}, "arrays"),
        (pd.DataFrame({"x": X, "label": LABEL}), "DataFrame"),
        (pd.DataFrame({"x": X, "label": pd.Categorical(LABEL)}), "DataFrame"),
        (ak.Array({"x": X, "label": LABEL}), "awkward array"),
        (STRUCTURED, "structured array"),
    ],
)
def test_every_container(events: object, label: str) -> None:
    source = only(events)
    assert (source.label, source.n_entries, source.path, source.sha256()) == (label, 3, None, None)
    assert [(each.name, each.dtype) for each in source.columns.values()] == [("x", "float64"), ("label", "string")]
    first, second = source.chunks(["label", "x"], n_events=2)
    assert (first.start, second.start, second.n_events) == (0, 2, 1)
    assert first.columns["x"].tolist() == X[:2]
    assert first.columns["x"].dtype.isnative
    assert second.columns["label"].tolist() == ["s"]


def test_jagged_missing_and_unreadable() -> None:
    frame = pd.DataFrame(
        {
            "n": pd.array([1, None, 3], dtype="Int64"), "name": ["a", None, "c"], "jets": [[1.0], [], [2.0, 3.0]],
            "when": pd.to_datetime(["2012-07-04"] * 3), "thing": [object(), object(), object()], 7: X,
        }
    )  # fmt: skip
    source = only(frame)
    (chunk,) = source.chunks(["n", "name", "jets", "7"])
    np.testing.assert_array_equal(chunk.columns["n"], [1, np.nan, 3])
    assert chunk.columns["name"].tolist() == ["a", "", "c"]
    assert ak.num(chunk.columns["jets"]).tolist() == [1, 0, 2]
    assert [name for name, each in source.columns.items() if not each.readable] == ["when", "thing"]


def test_data_frame_with_one_name_twice() -> None:
    with pytest.raises(SourceError, match="DataFrame: 2 columns are called 'x'"):
        open_sources(pd.DataFrame(np.ones((2, 3)), columns=["x", "y", "x"]))


def test_fixed_size_and_records() -> None:
    source = only({"v": np.ones((3, 2), "f4"), "hit": ak.Array([{"x": 1, "pt": [1.0]}] * 3), "jet": STRUCTURED})
    assert {name: each.dtype for name, each in source.columns.items()} == {
        "v": "2 * float32", "hit.x": "int64", "hit.pt": "var * float64", "jet.x": "float64", "jet.label": "string",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("events", "message"),
    [
        ({"x": [1.0], "y": [1.0, 2.0]}, "arrays: the columns differ in length: 'x' has 1, 'y' has 2"),
        ({}, "arrays: there are no columns in it"),
        ({"x": 3.0}, r"arrays, column 'x', cannot be read \(ValueError: it is a single value"),
        (3.0, "events cannot be taken from a float: give a file name"),
        (np.ones(3), "events cannot be taken from a ndarray"),
        ([], "no source of events was given"),
    ],
)
def test_what_is_no_events(events: object, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        open_sources(events)


def test_lists_are_opened_one_after_another() -> None:
    sources = open_sources([{"x": [1.0]}, ({"x": [2.0]}, pd.DataFrame({"x": [3.0]}))])
    assert [next(source.chunks(["x"])).columns["x"][0] for source in sources] == [1.0, 2.0, 3.0]


@given(st.lists(st.floats(allow_nan=False)), st.integers(1, 20))
def test_chunks_put_together_are_the_array(values: list[float], n_events: int) -> None:
    chunks = list(only({"x": np.array(values)}).chunks(["x"], n_events=n_events))
    joined: list[Any] = [value for chunk in chunks for value in chunk.columns["x"].tolist()]
    assert joined == values
    assert all(chunk.n_events <= n_events for chunk in chunks)
