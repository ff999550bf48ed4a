"""Friend files: what is read back is what was written, and nothing is left behind when writing fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import uproot

from umva.errors import RunError
from umva.factory.data.friend import open_friend
from umva.factory.data.sources import open_sources

if TYPE_CHECKING:
    from pathlib import Path

RNG = np.random.default_rng(7)


def write(path: Path, *chunks: dict[str, Any]) -> None:
    with open_friend(path) as friend:
        for chunk in chunks:
            friend.append(chunk)


@pytest.mark.parametrize("ending", [".root", ".h5", ".hdf5"])
@pytest.mark.parametrize("sizes", [(5, 0, 1, 7), (0,), (3000, 1)])
def test_round_trip(tmp_path: Path, ending: str, sizes: tuple[int, ...]) -> None:
    path = tmp_path / f"scores{ending}"
    chunks = [{"BDT": RNG.normal(size=n), "MLP": RNG.normal(size=n).astype("f4"), "n": np.arange(n)} for n in sizes]
    with open_friend(path, tree="friends") as friend:
        for chunk in chunks:
            friend.append(chunk)
        assert not path.exists()
    assert friend.n_events == sum(sizes)
    (source,) = open_sources(f"{path}:friends")
    assert {name: each.dtype for name, each in source.columns.items()} == {
        "BDT": "float64", "MLP": "float32", "n": "float64",
    }  # fmt: skip
    assert source.n_entries == sum(sizes)
    for read in source.chunks(["BDT", "MLP", "n"]):
        for name, array in read.columns.items():
            np.testing.assert_array_equal(array, np.concatenate([chunk[name] for chunk in chunks]))
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_it_is_a_ttree(tmp_path: Path) -> None:
    with open_friend(tmp_path / "x.root") as friend:
        friend.append({"BDT": [0.5]})
    with uproot.open(tmp_path / "x.root") as file:
        assert file.classnames() == {"umva;1": "TTree"}


def test_names_that_the_format_cannot_have(tmp_path: Path) -> None:
    with open_friend(tmp_path / "x.root") as friend:
        friend.append({"DNN [a/b]": [1.0], "b-tag": [2.0]})
    (source,) = open_sources(tmp_path / "x.root")
    assert list(source.columns) == ["DNN__a_b_", "b-tag"]
    with pytest.raises(RunError, match="the columns 'a/b' and 'a:b' would both be called 'a_b'"):
        write(tmp_path / "y.root", {"a/b": [1.0], "a:b": [2.0]})
    with open_friend(tmp_path / "z.h5") as friend:
        friend.append({"a/b": [1.0], "a:b": [2.0]})
    assert list(open_sources(tmp_path / "z.h5")[0].columns) == ["a_b", "a:b"]


@pytest.mark.parametrize("ending", [".root", ".h5"])
@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({"BDT": [1.0]}, "no column 'MLP' in a later chunk"),
        ({"BDT": [1.0], "MLP": [1.0], "MPL": [1.0]}, "a new column 'MPL' in a later chunk; did you mean 'MLP'"),
        ({"BDT": [1.0], "MLP": [1.0, 2.0]}, "columns must be of one length and one dimension"),
        ({"BDT": [[1.0]], "MLP": [[1.0]]}, "columns must be of one length and one dimension"),
        ({"BDT": ["a"], "MLP": [1.0]}, "cannot be written"),
        ({}, "no columns were given"),
    ],
)
def test_a_failure_leaves_the_older_file(tmp_path: Path, ending: str, second: dict[str, Any], message: str) -> None:
    path = tmp_path / f"x{ending}"
    with open_friend(path) as friend:
        friend.append({"old": [1.0]})
    with pytest.raises(RunError, match=message):
        write(path, {"BDT": [0.5], "MLP": [0.25]}, second)
    assert list(open_sources(path)[0].columns) == ["old"]
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_nothing_appended_is_nothing_written(tmp_path: Path) -> None:
    with (
        pytest.raises(RunError, match=r"x\.root was not written: no columns were given"),
        open_friend(tmp_path / "x.root"),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RunError, match=r"must end in one of \.root, \.h5, \.hdf5"):
        open_friend(tmp_path / "x.csv")
    with pytest.raises(RunError, match="there is no folder"):
        open_friend(tmp_path / "none" / "x.root")
    (tmp_path / "d.root").mkdir()
    with pytest.raises(RunError, match="it is a directory"):
        open_friend(tmp_path / "d.root")

    for tree in ("", "a;b", "a:b", "/x", "a b"):
        with pytest.raises(RunError, match="cannot be the name of a tree"):
            open_friend(tmp_path / "x.root", tree=tree)

    def refuse(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(uproot, "recreate", refuse)
    with pytest.raises(RunError, match=r"x\.root cannot be written .*Permission denied"):
        open_friend(tmp_path / "x.root")
