"""TTrees and RNTuples: every layout of the sample files, against uproot's own reading, and files written here."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import awkward as ak
import numpy as np
import pytest
import uproot

from umva.errors import ColumnError, SourceError
from umva.factory.data.sources import Source, open_sources

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
def test_higgs_sample_as_uproot_reads_it(shared: Path) -> None:
    source = only(f"{shared}/data/higgs.root:sig_tree")
    assert (source.label, source.n_entries, len(source.columns)) == ("higgs.root:sig_tree", 10_000, 28)
    assert source.columns["m_bb"].dtype == "float32"
    with uproot.open(shared / "data" / "higgs.root") as file:
        expected = file["sig_tree"]["m_bb"].array(library="np")
    np.testing.assert_array_equal(whole(source, "m_bb", n_events=999), expected)
    assert expected.dtype == np.float32


@pytest.mark.shared
def test_every_column_of_the_sample_files_is_read_or_refused_with_a_reason(shared: Path) -> None:
    for path in sorted((shared / "data" / "formats").glob("*.root")):
        with uproot.open(path) as file:
            names = sorted(
                {key for key, name in file.classnames(cycle=False).items() if "Tree" in name or "RNT" in name}
            )
        for name in names:
            source = only(f"{path}:{name}")
            readable = [each.name for each in source.columns.values() if each.readable]
            chunks = list(source.chunks(readable, n_events=37))
            assert sum(chunk.n_events for chunk in chunks) == source.n_entries
            for column in source.columns.values():
                assert column.readable or "map" in column.dtype
                assert column.readable == (column.reason is None)
            for chunk in chunks:
                for key, array in chunk.columns.items():
                    dtype = source.columns[key].dtype
                    assert isinstance(array, ak.Array) == ("var" in dtype), (path.name, key, dtype)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["uproot-sample-5.23.02-zlib.root", "uproot-sample-6.20.04-lzma.root"])
def test_numbers_of_every_type_and_compression(shared: Path, name: str) -> None:
    source = only(shared / "data" / "formats" / name)
    np.testing.assert_allclose(whole(source, "f8"), np.arange(30) - 14.9)
    assert whole(source, "i1").dtype == np.int8
    assert whole(source, "u8").dtype == np.uint64
    assert whole(source, "b").dtype == np.bool_
    assert whole(source, "af4").shape == (30, 3)
    assert ak.num(whole(source, "Af4", n_events=7)).tolist() == whole(source, "n").tolist()
    assert whole(source, "str")[:2].tolist() == ["hey-0", "hey-1"]


@pytest.mark.shared
def test_leaf_list_and_its_spellings(shared: Path) -> None:
    source = only(shared / "data" / "formats" / "uproot-leaflist.root")
    assert list(source.columns) == ["leaflist.x", "leaflist.y", "leaflist.z"]
    (chunk,) = source.chunks(["x", "leaflist.x", "y"])
    assert chunk.columns["x"].tolist() == [1.1, 2.2, 3.3, 4.0, 5.5]
    assert chunk.columns["leaflist.x"] is chunk.columns["x"]
    assert chunk.columns["y"].tolist() == [1, 2, 3, 4, 5]


@pytest.mark.shared
def test_split_object(shared: Path) -> None:
    source = only(shared / "data" / "formats" / "uproot-small-evnt-tree-fullsplit.root")
    (chunk,) = source.chunks(["evt.P3.Px", "P3.Px", "Px", "evt/P3/P3.Px", "ArrayI16", "ArrayI16[10]", "StlVecStr"])
    for name in ("evt.P3.Px", "P3.Px", "Px", "evt/P3/P3.Px"):
        assert chunk.columns[name].tolist() == list(range(-1, 99))
    assert chunk.columns["ArrayI16"].shape == (100, 10)
    assert chunk.columns["StlVecStr"][2].tolist() == ["vec-002", "vec-002"]


@pytest.mark.shared
def test_folders_and_several_trees(shared: Path) -> None:
    path = shared / "data" / "formats" / "uproot-nesteddirs.root"
    assert only(f"{path}:one/two/tree").n_entries == 100
    assert only(f"{path}:/one/tree").n_entries == 4
    with pytest.raises(SourceError, match=r"several trees; write .* one of one/two/tree, one/tree, three/tree"):
        open_sources(path)
    with pytest.raises(SourceError, match=r"has no tree 'one/twotree'; did you mean 'one/two/tree'"):
        open_sources(f"{path}:one/twotree")


@pytest.mark.shared
def test_double32_keeps_the_precision_that_was_stored(shared: Path) -> None:
    source = only(shared / "data" / "formats" / "uproot-double32-float16.root")
    exact, coarse = whole(source, "double32_32"), whole(source, "float16_16")
    assert (exact.dtype, coarse.dtype) == (np.float64, np.float32)
    np.testing.assert_allclose(coarse, exact, atol=12.71 / 2**16)


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    """Write a TTree of two cycles, and an RNTuple of three clusters with records in it."""
    path = tmp_path / "rich.root"
    events = ak.Array(
        [
            {"met": {"x": 1.0 * i, "y": 2.0}, "jet": [{"pt": 1.0 * j} for j in range(i % 3)], "tag": f"e{i}"}
            for i in range(9)
        ]
    )
    with uproot.recreate(path) as file:
        for factor in (1, 10):
            tree = file.mktree("tree", {"jet1_b-tag": "f4", "run": "i8", "jets": "var * float64"})
            for start in (0, 100, 200):
                values = np.arange(start, start + 100)
                jets = ak.unflatten(np.arange(200.0), np.full(100, 2))
                tree.extend({"jet1_b-tag": values.astype("f4") * factor, "run": values, "jets": jets})
        ntuple = file.mkrntuple("ntuple", events[:3])
        ntuple.extend(events[3:6])
        ntuple.extend(events[6:])
    return path


def test_cycles(rich: Path) -> None:
    name = "jet1_b-tag"
    assert whole(only(f"{rich}:tree"), name)[1] == 10.0
    assert whole(only(f"{rich}:tree;2"), name)[1] == 10.0
    assert whole(only(f"{rich}:tree;1"), name)[1] == 1.0
    with pytest.raises(SourceError, match="has no tree 'tree;3'"):
        open_sources(f"{rich}:tree;3")


@pytest.mark.parametrize("n_events", [1, 7, 100, 150, 300, 1000])
def test_chunks_put_together_are_the_tree(rich: Path, n_events: int) -> None:
    chunks = list(only(f"{rich}:tree").chunks(["run", "jets"], n_events=n_events))
    assert [chunk.start for chunk in chunks] == list(range(0, 300, n_events))
    assert all(chunk.n_events == len(chunk.columns["run"]) <= n_events for chunk in chunks)
    assert np.concatenate([chunk.columns["run"] for chunk in chunks]).tolist() == list(range(300))
    assert ak.sum(ak.concatenate([chunk.columns["jets"] for chunk in chunks])) == 3 * sum(range(200))


def test_a_plain_member_name_that_could_mean_two_finds_none(tmp_path: Path) -> None:
    path = tmp_path / "two.root"
    events = ak.Array([{"electron": {"pt": 1.0, "z": 3.0}, "muon": {"pt": 2.0}}])
    with uproot.recreate(path) as file:
        file.mkrntuple("n", events)
    source = only(path)
    assert whole(source, "z").tolist() == [3.0]
    with pytest.raises(ColumnError, match="has no column 'pt'"):
        source.chunks(["pt"])


def test_without_names_chunks_only_count(rich: Path) -> None:
    chunks = list(only(f"{rich}:tree").chunks([], n_events=200))
    assert [(chunk.start, chunk.n_events, dict(chunk.columns)) for chunk in chunks] == [(0, 200, {}), (200, 100, {})]


@pytest.mark.parametrize("n_events", [1, 2, 3, 5, 100])
def test_rntuple_fields_and_records(rich: Path, n_events: int) -> None:
    source = only(f"{rich}:ntuple")
    assert {name: each.dtype for name, each in source.columns.items()} == {
        "met.x": "float64", "met.y": "float64", "jet.pt": "var * float64", "tag": "string",
    }  # fmt: skip
    assert whole(source, "met.x", n_events=n_events).tolist() == [1.0 * i for i in range(9)]
    assert whole(source, "pt", n_events=n_events).tolist() == [[1.0 * j for j in range(i % 3)] for i in range(9)]
    assert whole(source, "tag", n_events=n_events).tolist() == [f"e{i}" for i in range(9)]


@pytest.mark.parametrize(("tree", "name"), [("tree", "run"), ("ntuple", "met.x")])
def test_former_chunks_are_not_kept(rich: Path, tree: str, name: str) -> None:
    former: list[weakref.ref[Any]] = []
    for chunk in only(f"{rich}:{tree}").chunks([name], n_events=2):
        assert all(each() is None for each in former)
        former.append(weakref.ref(chunk.columns[name]))
        del chunk
    assert len(former) > 4


def test_only_the_wanted_branches_are_read(rich: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    original = uproot.TBranch.entries_to_ranges_or_baskets

    def spy(branch: Any, start: int, stop: int) -> Any:
        read.append(branch.name)
        return original(branch, start, stop)

    monkeypatch.setattr(uproot.TBranch, "entries_to_ranges_or_baskets", spy)
    whole(only(f"{rich}:tree"), "run")
    assert set(read) == {"run"}


def test_unknown_columns_and_impossible_chunks(rich: Path) -> None:
    source = only(f"{rich}:tree")
    with pytest.raises(ColumnError, match=r"rich.root:tree has no column 'rum'; did you mean 'run'\?"):
        source.chunks(["run", "rum"])
    with pytest.raises(SourceError, match=r"'n_events' parameter .* must be at least 1. Got 0"):
        source.chunks(["run"], n_events=0)


@pytest.mark.shared
def test_containers_and_a_map_that_is_refused(shared: Path) -> None:
    source = only(shared / "data" / "formats" / "uproot-stl_containers.root")
    assert not source.columns["map_string_int16"].readable
    with pytest.raises(ColumnError, match="'map_string_int16' cannot be read: values of type map"):
        source.chunks(["map_string_int16"])
    with uproot.open(source.path) as file:
        for name in ("vector_vector_int32", "vector_string", "set_int32"):
            assert whole(source, name, n_events=2).tolist() == file["tree"][name].array().tolist()


def test_fingerprint(rich: Path) -> None:
    import hashlib

    source = only(f"{rich}:tree")
    assert source.sha256() == hashlib.sha256(rich.read_bytes()).hexdigest()
    assert (source.path, source.n_bytes) == (rich, rich.stat().st_size)


def test_damaged_basket_names_file_tree_and_branch(tmp_path: Path) -> None:
    path = tmp_path / "bad.root"
    values = np.random.default_rng(1).normal(size=5000)
    with uproot.recreate(path) as file:
        tree = file.mktree("t", {"good": "f8", "bad": "f8"})
        tree.extend({"good": values, "bad": values})
    with uproot.open(path) as file:
        start = int(file["t"]["bad"].member("fBasketSeek")[0])
        length = int(file["t"]["bad"].member("fBasketBytes")[0])
    content = bytearray(path.read_bytes())
    content[start + length // 2 : start + length // 2 + 50] = bytes(50)
    path.write_bytes(content)
    source = only(path)
    np.testing.assert_array_equal(whole(source, "good"), values)
    with pytest.raises(SourceError, match=r"bad\.root:t, branch 'bad', entries 0 to 5000 cannot be read"):
        list(source.chunks(["good", "bad"]))
