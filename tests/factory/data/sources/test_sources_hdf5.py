"""HDF5 tables in every layout, against h5py's own reading and against pandas."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import awkward as ak
import h5py
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umva.errors import ColumnError, SourceError
from umva.factory.data.sources import Source, describe, open_sources
from umva.factory.data.sources.pandas_store import pickled_names


def only(spec: object) -> Source:
    (source,) = open_sources(spec)
    return source


def whole(source: Source, name: str, *, n_events: int = 200_000) -> Any:
    """Return a column, its chunks put together."""
    pieces = [chunk.columns[name] for chunk in source.chunks([name], n_events=n_events)]
    return ak.concatenate(pieces) if isinstance(pieces[0], ak.Array) else np.concatenate(pieces)


@pytest.mark.shared
def test_fact_sample(shared: Path) -> None:
    path = shared / "data" / "fact_gamma.hdf5"
    source = only(path)
    assert (source.label, source.n_entries, len(source.columns)) == ("fact_gamma.hdf5:events", 1000, 263)
    assert all(each.readable for each in source.columns.values())
    with h5py.File(path) as file:
        for name, dataset in file["events"].items():
            raw = dataset.asstr()[:] if dataset.dtype == object else dataset[:]
            np.testing.assert_array_equal(whole(source, name, n_events=300), raw)
    assert only(f"{path}:/events").label == "fact_gamma.hdf5:events"


@pytest.fixture
def compound(tmp_path: Path) -> Path:
    """Write a compound table with every kind of field, in a group."""
    inner = np.dtype([("x", "<f4"), ("y", "<f4")])
    dtype = np.dtype(
        [("pt", ">f8"), ("v", "<f4", (3,)), ("name", "S4"), ("ok", "?"), ("hit", inner), ("c", "<c16"), ("n", "<u2")]
    )
    table = np.zeros(10, dtype)
    table["pt"], table["name"], table["ok"] = np.arange(10), b"\xc3\xa9x", np.arange(10) > 4
    table["v"] = np.arange(30).reshape(10, 3)
    table["hit"]["y"] = -np.arange(10)
    path = tmp_path / "compound.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("dl2/events", data=table)
    return path


def test_compound_table(compound: Path) -> None:
    source = only(f"{compound}:dl2/events")
    assert only(compound).label == source.label == "compound.h5:dl2/events"
    assert {name: each.dtype for name, each in source.columns.items() if each.readable} == {
        "pt": "float64", "v": "3 * float32", "name": "string", "ok": "bool", "hit.x": "float32", "hit.y": "float32",
        "n": "uint16",
    }  # fmt: skip
    assert whole(source, "pt", n_events=3).tolist() == list(range(10))
    assert whole(source, "pt").dtype.isnative
    assert whole(source, "v", n_events=3)[3].tolist() == [9, 10, 11]
    assert whole(source, "hit.y").tolist() == whole(source, "y").tolist() == [-i for i in range(10)]
    assert whole(source, "name")[0] == "éx"
    assert whole(source, "ok").sum() == 5
    with pytest.raises(ColumnError, match="'c' cannot be read: values of type complex128"):
        source.chunks(["c"])


@pytest.fixture
def grouped(tmp_path: Path) -> Path:
    """Write a group of columns of every kind, two-dimensional and of variable length among them."""
    path = tmp_path / "grouped.hdf5"
    with h5py.File(path, "w") as file:
        events = file.create_group("a/events", track_order=True)
        events["pt"] = np.arange(6, dtype=">f4")
        events["v"] = np.arange(12).reshape(6, 2)
        events["label"] = ["s", "b", "ü", "", "s", "b"]
        events["ok"] = np.arange(6) > 2
        events["n_bins"] = 7
        jets = events.create_dataset("jets", (6,), dtype=h5py.vlen_dtype(np.float32))
        for i in range(6):
            jets[i] = np.arange(i)
    return path


@pytest.mark.parametrize("n_events", [1, 4, 6, 99])
def test_group_of_columns(grouped: Path, n_events: int) -> None:
    source = only(f"{grouped}:a/events")
    assert whole(source, "pt", n_events=n_events).tolist() == [0, 1, 2, 3, 4, 5]
    assert whole(source, "pt").dtype == np.float32
    assert whole(source, "v", n_events=n_events).shape == (6, 2)
    assert whole(source, "label", n_events=n_events).tolist() == ["s", "b", "ü", "", "s", "b"]
    assert whole(source, "ok", n_events=n_events).dtype == np.bool_
    assert ak.num(whole(source, "jets", n_events=n_events)).tolist() == [0, 1, 2, 3, 4, 5]
    assert source.columns["n_bins"].reason == "it is a single value, not one an event"


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files cannot be listed here")
def test_file_is_closed_when_the_reader_turns_away(grouped: Path) -> None:
    def is_open() -> bool:
        return any(each.is_symlink() and each.readlink() == grouped for each in Path("/proc/self/fd").iterdir())

    source = only(grouped)
    assert not is_open()
    chunks = source.chunks(["pt"], n_events=2)
    assert next(chunks).n_events == 2
    assert is_open()
    del chunks
    assert not is_open()


def test_columns_of_different_length_are_no_table(tmp_path: Path) -> None:
    path = tmp_path / "unequal.h5"
    with h5py.File(path, "w") as file:
        file["a"], file["b"] = np.arange(3), np.arange(4)
    with pytest.raises(SourceError, match="differ in length: 'a' has 3, 'b' has 4"):
        open_sources(path)
    (info,) = describe(path)
    assert info.reason is not None
    assert "differ in length" in info.reason


def test_which_table_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "two.h5"
    with h5py.File(path, "w") as file:
        file["sig/x"], file["bkg/x"], file["images/deep/cube"] = np.arange(3), np.arange(4), np.zeros(2)
        file.create_group("void")
        file["link"] = h5py.SoftLink("/nowhere")
    with pytest.raises(SourceError, match=r"several tables; write .*:NAME with one of bkg, images/deep, sig"):
        open_sources(path)
    with pytest.raises(SourceError, match="no table 'sgi'; did you mean 'sig'"):
        open_sources(f"{path}:sgi")
    with pytest.raises(SourceError, match="no table 'link'"):
        open_sources(f"{path}:link")
    with pytest.raises(SourceError, match="void is a group without datasets, not a table"):
        open_sources(f"{path}:void")
    with pytest.raises(SourceError, match="sig/x is a plain dataset of int64, not a table"):
        open_sources(f"{path}:sig/x")
    with h5py.File(path, "w") as file:
        file["x"], file["other/y"] = np.arange(5), np.arange(2)
    assert (only(path).n_entries, only(path).label) == (5, "two.h5")


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    n = 50
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "m bb": rng.normal(size=n), "n_jets": rng.integers(0, 9, n), "é-tag": rng.normal(size=n).astype("f4"),
            "ok": rng.random(n) > 0.5, "m_jj": rng.normal(size=n), "name": [f"x{i}" for i in range(n)],
        }
    )  # fmt: skip


@pytest.mark.filterwarnings("ignore::tables.NaturalNameWarning")
@pytest.mark.parametrize("options", [{}, {"data_columns": ["n_jets", "name"]}, {"data_columns": True}])
def test_pandas_table_store(tmp_path: Path, frame: pd.DataFrame, options: dict[str, Any]) -> None:
    path = tmp_path / "table.h5"
    frame.to_hdf(path, key="df", format="table", **options)
    source = only(path)
    assert list(source.columns) == [*frame.columns, "index"]
    for name in frame.columns:
        np.testing.assert_array_equal(whole(source, name, n_events=20), frame[name].to_numpy())
    assert whole(source, "ok").dtype == np.bool_
    assert only(f"{path}:/df/table").label == only(f"{path}:df").label == "table.h5:df"


def test_pandas_fixed_store(tmp_path: Path, frame: pd.DataFrame) -> None:
    path = tmp_path / "fixed.h5"
    frame.to_hdf(path, key="run/df", format="fixed")
    source = only(f"{path}:run/df")
    assert list(source.columns) == [*frame.columns, "index"]
    for name in frame.columns.drop("name"):
        np.testing.assert_array_equal(whole(source, name, n_events=20), frame[name].to_numpy())
        assert whole(source, name).dtype == frame[name].dtype
    with pytest.raises(ColumnError, match="'name' cannot be read: pandas stored it as a pickle; use format='table'"):
        source.chunks(["name"])


def test_pandas_store_without_rows_and_of_other_kinds(tmp_path: Path, frame: pd.DataFrame) -> None:
    path = tmp_path / "odd.h5"
    frame.iloc[:0].to_hdf(path, key="empty", format="fixed")
    frame["m_jj"].to_hdf(path, key="series", format="fixed")
    frame.assign(when=pd.Timestamp("2012-07-04"))[["when", "m_jj"]].to_hdf(path, key="dates", format="table")
    assert only(f"{path}:empty").n_entries == 0
    assert list(only(f"{path}:empty").chunks(["n_jets"])) == []
    with pytest.raises(SourceError, match="kind 'series'; only DataFrames"):
        open_sources(f"{path}:series")
    assert only(f"{path}:dates").columns["when"].reason == "dates and times are no numbers"
    assert [(info.name, info.kind) for info in describe(path)] == [
        ("dates", "pandas table"), ("empty", "pandas table"), ("series", "pandas table"),
    ]  # fmt: skip


def test_names_pickled_as_code_are_never_run(tmp_path: Path, frame: pd.DataFrame) -> None:
    path, mark = tmp_path / "evil.h5", tmp_path / "mark"
    frame[["m_jj"]].to_hdf(path, key="df", format="table")

    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (mark,)

    with h5py.File(path, "a") as file:
        file["df/table"].attrs["values_block_0_kind"] = np.bytes_(pickle.dumps([Evil()], 0))
    with pytest.raises(SourceError, match=r"evil.h5:df: the column names are pickled as more than a list of strings"):
        open_sources(path)
    assert not mark.exists()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))), st.sampled_from([0, 1, 2, 3, 4, 5]))
def test_pickled_names_are_what_pickle_would_load(names: list[str], protocol: int) -> None:
    unique = list(dict.fromkeys(names))
    assert pickled_names(pickle.dumps(unique, protocol), "x.h5") == tuple(unique)
