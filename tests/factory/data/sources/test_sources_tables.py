"""CSV and Parquet files, against pandas and pyarrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import awkward as ak
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from umva.errors import ColumnError, SourceError
from umva.factory.data.sources import Source, open_sources, tables

if TYPE_CHECKING:
    from pathlib import Path


def only(spec: object) -> Source:
    (source,) = open_sources(spec)
    return source


def whole(source: Source, name: str, *, n_events: int = 200_000) -> Any:
    """Return a column, its chunks put together."""
    pieces = [chunk.columns[name] for chunk in source.chunks([name], n_events=n_events)]
    return ak.concatenate(pieces) if isinstance(pieces[0], ak.Array) else np.concatenate(pieces)


@pytest.mark.shared
def test_higgsml_sample(shared: Path) -> None:
    path = shared / "data" / "higgsml_5000.csv"
    source = only(path)
    frame = pd.read_csv(path)
    assert (source.label, source.n_entries) == ("higgsml_5000.csv", len(frame))
    for name in frame.columns:
        np.testing.assert_array_equal(whole(source, name, n_events=777), frame[name].to_numpy())
    assert source.columns["Label"].dtype == "string"
    assert set(whole(source, "Label")) == {"s", "b"}


def test_types_hold_for_the_whole_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_PIECE", 2)
    path = tmp_path / "x.csv"
    path.write_text("i,grows,f,text,late,flag,gap\n1,1,1.5,a,1,True,x\n2,2,2,b,2,False,\n3,,3,c,x3,True,z\n")
    source = only(path)
    assert [each.dtype for each in source.columns.values()] == [
        "int64", "float64", "float64", "string", "string", "bool", "string",
    ]  # fmt: skip
    (first, *_) = source.chunks(list(source.columns), n_events=2)
    assert first.columns["grows"].dtype == np.float64
    assert whole(source, "late", n_events=1).tolist() == ["1", "2", "x3"]
    assert whole(source, "gap", n_events=1).tolist() == ["x", "", "z"]
    assert np.isnan(whole(source, "grows")[2])
    assert whole(source, "flag").dtype == np.bool_


@pytest.mark.parametrize(
    ("name", "separator"), [("x.tsv", "\t"), ("x.csv", ";"), ("x.csv.gz", ","), ("x.tsv.xz", "\t")]
)
def test_separators_and_compression(tmp_path: Path, name: str, separator: str) -> None:
    frame = pd.DataFrame({"m jj": [1.25, 2.5], "n": [1, 2]})
    frame.to_csv(tmp_path / name, sep=separator, index=False)
    source = only(f"{tmp_path}/{name}")
    assert whole(source, "m jj").tolist() == [1.25, 2.5]
    assert whole(source, "n").tolist() == [1, 2]


def test_csv_that_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("1.0,2.0\n3.0,4.0\n")
    with pytest.raises(SourceError, match=r"x\.csv has no line of column names"):
        open_sources(path)
    path.write_text("a,b\n1,2\n3,4,5\n")
    with pytest.raises(SourceError, match=r"x\.csv cannot be read"):
        open_sources(path)
    path.write_text("a,b\n1,2,3\n3,4,5\n")
    with pytest.raises(SourceError, match=r"x\.csv cannot be read"):
        open_sources(path)
    path.write_bytes(b"a,b\n\xff\xfe,2\n")
    with pytest.raises(SourceError, match=r"x\.csv cannot be read \(UnicodeDecodeError"):
        open_sources(path)
    path.write_text("a,b\n")
    assert only(path).n_entries == 0
    assert list(only(path).chunks(["a"])) == []
    with pytest.raises(ColumnError, match="has no column 'c'; known are 'a', 'b'"):
        only(path).chunks(["c"])
    with pytest.raises(SourceError, match=r"x\.csv is one table; there is none called 't' inside it"):
        open_sources(f"{path}:t")


def test_csv_that_grew_shorter_since(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a\n1\n2\n3\n")
    source = only(path)
    path.write_text("a\n1\n")
    with pytest.raises(SourceError, match="only 1 of 3 events could be read of a"):
        list(source.chunks(["a"]))


@pytest.mark.parametrize("n_events", [1, 3, 100])
def test_parquet(tmp_path: Path, n_events: int) -> None:
    path = tmp_path / "x.parquet"
    table = pa.table(
        {
            "pt": pa.array([1.5, 2.5, 3.5, 4.5], pa.float32()), "n": [1, None, 3, 4], "name": ["s", "b", None, "s"],
            "jets": [[1.0], [], [2.0, 3.0], None], "ok": [True, False, True, True], "v": pa.array([[1, 2]] * 4, pa.list_(pa.int32(), 2)),
            "label": pa.array(["s", "b", "s", "b"]).dictionary_encode(), "when": pa.array([0] * 4, pa.timestamp("s")),
            "hit": [{"x": 1.0}] * 4,
        }
    )  # fmt: skip
    pq.write_table(table, path, row_group_size=3)
    source = only(path)
    assert {name: each.dtype for name, each in source.columns.items() if each.readable} == {
        "pt": "float32", "n": "int64", "name": "string", "jets": "var * float64", "ok": "bool", "v": "2 * int32",
        "label": "string",
    }  # fmt: skip
    assert whole(source, "pt", n_events=n_events).tolist() == [1.5, 2.5, 3.5, 4.5]
    assert whole(source, "pt").dtype == np.float32
    np.testing.assert_array_equal(whole(source, "n", n_events=n_events), [1, np.nan, 3, 4])
    assert whole(source, "name", n_events=n_events).tolist() == ["s", "b", "", "s"]
    assert whole(source, "jets", n_events=n_events).tolist() == [[1.0], [], [2.0, 3.0], []]
    assert whole(source, "v", n_events=n_events).shape == (4, 2)
    assert whole(source, "label", n_events=n_events).tolist() == ["s", "b", "s", "b"]
    with pytest.raises(ColumnError, match=r"'when' cannot be read: values of type timestamp"):
        source.chunks(["when"])
