"""Saved methods that were damaged or forged: an error in one sentence, no code run, no memory read that is not ours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from umva.errors import MethodError, RunError
from umva.methods import load
from umva.methods.trees.bdt import BDT
from umva.testing import toys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Arrays = dict[str, np.ndarray[Any, Any]]


@pytest.fixture(scope="module")
def forest() -> BDT:
    return BDT(n_trees=5).fit(toys())


@pytest.mark.parametrize(
    "record",
    [
        [],
        None,
        {"method": "BDT"},
        {"method": "Nothing", "options": {}},
        {"method": ["BDT"], "options": {}},
        {"method": "../../BDT", "options": {}},
        {"method": "BDT", "options": []},
        {"method": "BDT", "options": {"no_such": 1}},
        {"method": "BDT", "options": {"__class__": "os.system"}},
        {"method": "BDT", "options": {"n_trees": {"a": 1}}},
        {"method": "BDT", "options": {"n_trees": 1e400}},
        {"method": "Keras", "options": {"content": "code"}},
        {"method": "Estimator", "options": {"estimator": "code"}},
    ],
)
def test_forged_descriptions_are_refused(record: Any, forest: BDT, tmp_path: Path) -> None:
    forest.save(tmp_path)
    (tmp_path / "method.json").write_text(json.dumps(record))
    with pytest.raises(RunError, match=r"method\.json: does not describe a trained method"):
        load(tmp_path)


def beyond(stored: Arrays) -> None:
    stored["child_"][0] = 10_000


def backwards(stored: Arrays) -> None:
    stored["child_"][np.flatnonzero(stored["feature_"] >= 0)[-1]] = 0


def rootless(stored: Arrays) -> None:
    stored["root_"][0] = -1


def short(stored: Arrays) -> None:
    stored["value_"] = stored["value_"][:-1]


def wide(stored: Arrays) -> None:
    stored["child_"] = stored["child_"].astype(np.int64)


def scalar(stored: Arrays) -> None:
    stored["feature_"] = np.array(3)


def words(stored: Arrays) -> None:
    stored["cut_"] = np.array(["one", "two"])


def pickled(stored: Arrays) -> None:
    stored["cut_"] = np.array([{}], dtype=object)


@pytest.mark.parametrize("forge", [beyond, backwards, rootless, short, wide, scalar, words, pickled])
def test_forged_forests_are_refused(forge: Callable[[Arrays], None], forest: BDT, tmp_path: Path) -> None:
    forest.save(tmp_path)
    with np.load(tmp_path / "state.npz") as stored:
        arrays = dict(stored)
    forge(arrays)
    np.savez(tmp_path / "state.npz", **arrays)
    with pytest.raises(RunError, match=r"state\.npz: cannot be read as the state of a BDT"):
        load(tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04junk", b"\x80\x04."])
def test_damaged_files_are_named(content: bytes, forest: BDT, tmp_path: Path) -> None:
    forest.save(tmp_path)
    (tmp_path / "state.npz").write_bytes(content)
    with pytest.raises(RunError, match=r"state\.npz: cannot be read as the state of a BDT"):
        load(tmp_path)


def test_a_file_cut_short_is_named(forest: BDT, tmp_path: Path) -> None:
    forest.save(tmp_path)
    path = tmp_path / "state.npz"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(RunError, match=r"state\.npz: cannot be read"):
        load(tmp_path)


def test_trees_do_not_look_beyond_the_inputs(forest: BDT) -> None:
    with pytest.raises(MethodError, match="BDT was trained on 4 inputs, got events with 1"):
        forest.score(np.zeros((3, 1), np.float32))
