"""What a user may write for a source, and the sentence that answers each mistake."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import uproot
from hypothesis import given
from hypothesis import strategies as st

from umva.errors import SourceError, UmvaError
from umva.factory.data.sources import describe, open_sources
from umva.factory.data.sources.opening import _split


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write ROOT and HDF5 files with awkward names."""
    for name in ("b.root", "a.root", "c:d.root", "e[1].root"):
        with uproot.recreate(tmp_path / name) as file:
            file.mktree("dir/tr:ee", {"x": "f8"}).extend({"x": np.full(3, float(ord(name[0])))})
    with h5py.File(tmp_path / "t.h5", "w") as file:
        file["g/x"] = np.arange(4)
    return tmp_path


@pytest.mark.parametrize(
    ("spec", "labels"),
    [
        ("a.root", ["a.root:dir/tr:ee"]),
        ("a.root:dir/tr:ee", ["a.root:dir/tr:ee"]),
        ("c:d.root", ["c:d.root:dir/tr:ee"]),
        ("c:d.root:dir/tr:ee", ["c:d.root:dir/tr:ee"]),
        ("e[1].root:dir/tr:ee", ["e[1].root:dir/tr:ee"]),
        ("?.root:dir/tr:ee", ["a.root:dir/tr:ee", "b.root:dir/tr:ee"]),
        ("**/[ab].root", ["a.root:dir/tr:ee", "b.root:dir/tr:ee"]),
        ("t.h5:/g", ["t.h5:g"]),
        ("t.h5", ["t.h5:g"]),
    ],
)
def test_specs(folder: Path, spec: str, labels: list[str]) -> None:
    assert [source.label for source in open_sources(f"{folder}/{spec}")] == labels


def test_specs_relative_to_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert [source.label[0] for source in open_sources(["b.root", Path("a.root"), Path("?.root"), "[ab].root:dir/tr:ee"])] == [
        "b", "a", "a", "b", "a", "b",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "parts"),
    [
        (r"C:\data\x.root:dir/tree", (r"C:\data\x.root", "dir/tree")),
        (r"C:\data\x.root", (r"C:\data\x.root", None)),
        ("root://host:1094//eos/x.root:tree", ("root://host:1094//eos/x.root", "tree")),
        ("root://host:1094//eos/x.root", ("root://host:1094//eos/x.root", None)),
        ("https://host/x.root:dir/tree;2", ("https://host/x.root", "dir/tree;2")),
        ("https://host:80/nosuffix", ("https://host:80/nosuffix", None)),
        ("missing.h5:/group/table", ("missing.h5", "/group/table")),
        ("missing:tree", ("missing", "tree")),
        ("missing.root", ("missing.root", None)),
    ],
)
def test_splitting_what_does_not_exist(spec: str, parts: tuple[str, str | None]) -> None:
    assert _split(spec) == parts


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_text_is_answered_by_a_sentence_about_files(text: str) -> None:
    with pytest.raises(SourceError, match="file"):
        open_sources(f"/no such folder/x{text}")


def test_mistakes_about_files(folder: Path) -> None:
    cases = {
        "bb.root": "there is no file 'bb.root' in .*; did you mean 'b.root'",
        "none/b.root": "there is no file .*b.root: its folder does not exist",
        "z*.root": r"no file matches '.*z\*\.root'",
        "": "is a directory; name the files in it",
    }
    for name, message in cases.items():
        with pytest.raises(SourceError, match=message):
            open_sources(f"{folder}/{name}")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.root", b"", "x.root is empty"),
        ("x.root", b"hello world", "x.root is not a ROOT file, for it begins with the bytes 68 65 6c 6c 6f 20 77 6f"),
        ("x.h5", b"hello world", "x.h5 is not an HDF5 file"),
        ("x.parquet", b"hello world", "x.parquet is not a Parquet file"),
        ("x.xyz", b"hello world", "x.xyz is of no known kind; ROOT, HDF5, Parquet, CSV and TSV files can be read"),
        ("x.root", b"root\0\0\xf4\x24", "x.root cannot be read"),
        ("x.parquet", b"PAR1 and no more", "x.parquet cannot be read"),
        ("x.h5", b"\x89HDF\r\n\x1a\n" + bytes(100), "x.h5 cannot be read"),
    ],
)
def test_files_that_are_not_what_they_say(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    for function in (open_sources, describe):
        with pytest.raises(SourceError, match=message):
            function(tmp_path / name)


def test_kind_is_known_by_the_first_bytes(folder: Path) -> None:
    for name, copy in (("a.root", "a.h5"), ("t.h5", "t.root"), ("t.h5", "t")):
        shutil.copy(folder / name, folder / copy)
        assert [info.name for info in describe(folder / copy)] == [info.name for info in describe(folder / name)]


def test_a_file_that_may_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *_: Any) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SourceError, match=r"a\.root cannot be read \(PermissionError: .*Permission denied"):
        open_sources(folder / "a.root")


def test_a_root_file_without_trees(tmp_path: Path) -> None:
    path = tmp_path / "hist.root"
    with uproot.recreate(path) as file:
        file["h"] = np.histogram(np.arange(10.0))
    with pytest.raises(SourceError, match=r"hist\.root holds no tree and no RNTuple"):
        open_sources(path)
    assert describe(path) == ()


def test_a_remote_file_that_does_not_answer() -> None:
    with pytest.raises(SourceError, match=r"http://127.0.0.1:1/x\.root cannot be read"):
        open_sources("http://127.0.0.1:1/x.root:tree")


@pytest.mark.shared
@pytest.mark.parametrize("name", ["higgs.root", "fact_gamma.hdf5", "formats/test_1jag_int_float_rntuple_v1-0-0-0.root"])
@pytest.mark.parametrize("percent", [10, 50, 90])
def test_truncated_files(shared: Path, tmp_path: Path, name: str, percent: int) -> None:
    content = (shared / "data" / name).read_bytes()
    path = tmp_path / Path(name).name
    path.write_bytes(content[: len(content) * percent // 100])
    with pytest.raises(SourceError, match="truncated"):
        open_sources(path)


@pytest.mark.shared
@pytest.mark.parametrize(
    "name", ["uproot-Zmumu.root", "ntpl001_staff_rntuple_v1-0-0-0.root", "uproot-stl_containers.root"]
)
def test_damage_anywhere_never_escapes_as_a_foreign_error(shared: Path, tmp_path: Path, name: str) -> None:
    content = (shared / "data" / "formats" / name).read_bytes()
    path = tmp_path / name
    rng = np.random.default_rng(5)
    answered = 0
    for _ in range(40):
        damaged = np.frombuffer(content, np.uint8).copy()
        damaged[rng.integers(len(damaged), size=30)] = rng.integers(256, size=30)
        path.write_bytes(damaged.tobytes())
        try:
            for source in open_sources(path):
                for _chunk in source.chunks([each.name for each in source.columns.values() if each.readable]):
                    pass
        except UmvaError:
            answered += 1
    assert answered > 10


@pytest.mark.shared
def test_describe(shared: Path) -> None:
    infos = describe(shared / "data" / "higgs.root")
    assert [(info.name, info.kind, info.n_entries, len(info.columns)) for info in infos] == [
        ("sig_tree", "TTree", 10_000, 28), ("bkg_tree", "TTree", 10_000, 28),
    ]  # fmt: skip
    (info,) = describe(shared / "data" / "fact_gamma.hdf5")
    assert (info.name, info.kind, info.n_entries, len(info.columns)) == ("events", "HDF5 columns", 1000, 263)
    (info,) = describe(str(shared / "data" / "higgsml_5000.csv"))
    assert (info.name, info.kind, len(info.columns)) == ("", "CSV", 33)


def test_describe_lists_older_cycles_last(tmp_path: Path) -> None:
    path = tmp_path / "x.root"
    with uproot.recreate(path) as file:
        for n in (1, 2, 3):
            file.mktree("t", {"x": "f8"}).extend({"x": np.zeros(n)})
        file.mkrntuple("n", {"x": np.zeros(7)})
    assert [(info.name, info.kind, info.n_entries) for info in describe(path)][:2] == [
        ("t", "TTree", 3),
        ("n", "RNTuple", 7),
    ]
    assert {(info.name, info.n_entries) for info in describe(path)[2:]} == {("t;2", 2), ("t;1", 1)}
