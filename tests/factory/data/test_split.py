from __future__ import annotations

import csv
import hashlib
import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umva.errors import DataError, SourceError
from umva.factory.data.split import split
from umva.factory.data.split_plan import UNUSED, Split, SplitPlan

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

CLASSES = ("signal", "background")

# What TMVA 4.2.1 did: numbers of events of each class, training and test events asked for, 0 left open
TMVA_RUNS = {
    "classification": ((6000, 6000), 1000, None),
    "regression": ((10000,), 1000, None),
    "multiclass": ((2000, 2000, 2000, 2000), None, None),
}


def index(*counts: int) -> NDArray[np.int8]:
    return np.repeat(np.arange(len(counts), dtype=np.int8), counts)


def entries(path: Path) -> list[tuple[int, int]]:
    with path.open() as file:
        return [(int(row["classID"]), int(row["tree_entry"])) for row in csv.DictReader(file)]


@pytest.mark.shared
@pytest.mark.parametrize("run", TMVA_RUNS)
def test_random_split_is_tmvas_event_for_event(shared: Path, run: str) -> None:
    counts, train, test = TMVA_RUNS[run]
    labels = tuple(f"class{k}" for k in range(len(counts)))
    ours = split(index(*counts), labels, SplitPlan(train=train, test=test))
    firsts = np.concatenate([[0], np.cumsum(counts)])
    for part, events in (("train", ours.train), ("test", ours.test)):
        k = np.searchsorted(firsts, events, side="right") - 1
        found = list(zip(k.tolist(), (events - firsts[k]).tolist(), strict=True))
        assert found == entries(shared / "tmva" / "reference" / run / f"{part}.csv")


def test_training_events_do_not_depend_on_the_validation_part() -> None:
    without = split(index(300, 200), CLASSES, SplitPlan(train=0.5))
    having = split(index(300, 200), CLASSES, SplitPlan(train=0.5, validation=0.2))
    assert having.train.tolist() == without.train.tolist()
    assert len(having.validation) == 100
    assert set(having.validation) | set(having.test) == set(without.test)


def test_classes_may_lie_anywhere_in_the_file() -> None:
    rng = np.random.default_rng(1)
    order = rng.permutation(500)
    straight = split(index(300, 200), CLASSES, SplitPlan(train=100, test=50))
    mixed = split(index(300, 200)[order], CLASSES, SplitPlan(train=100, test=50))
    rank = np.empty(500, dtype=np.int64)  # event number in the straight file of each event of the mixed one
    rank[np.argsort(index(300, 200)[order], kind="stable")] = np.arange(500)
    assert rank[mixed.train].tolist() == straight.train.tolist()
    assert rank[mixed.test].tolist() == straight.test.tolist()


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (SplitPlan(), (4, 0, 5)),  # half, and the odd one is tested on
        (SplitPlan(train=2), (2, 0, 7)),
        (SplitPlan(test=2), (7, 0, 2)),
        (SplitPlan(test=2, validation=3), (4, 3, 2)),
        (SplitPlan(train=2, test=3), (2, 0, 3)),
        (SplitPlan(train=0.5, validation=0.25), (4, 2, 3)),
        (SplitPlan(train={"signal": 0.34}), (3, 0, 6)),
        (SplitPlan(train={"background": 2}), (4, 0, 5)),
    ],
)
def test_numbers_of_events(plan: SplitPlan, expected: tuple[int, int, int]) -> None:
    ours = split(index(9, 9), CLASSES, plan)
    signal = tuple(int((part < 9).sum()) for part in (ours.train, ours.validation, ours.test))
    assert signal == expected
    assert np.count_nonzero(ours.codes() == UNUSED) == 18 - sum(
        len(part) for part in (ours.train, ours.validation, ours.test)
    )


def test_hundred_times_point_twenty_nine_is_twenty_nine() -> None:
    assert len(split(index(100), ("a",), SplitPlan(train=0.29)).train) == 29


def test_block_and_alternate_keep_the_order_of_the_file() -> None:
    block = split(index(6, 4), CLASSES, SplitPlan(mode="block"))
    assert block.train.tolist() == [0, 1, 2, 6, 7]
    assert block.test.tolist() == [3, 4, 5, 8, 9]
    alternate = split(index(6, 4), CLASSES, SplitPlan(mode="alternate"))
    assert alternate.train.tolist() == [0, 6, 2, 8, 4]
    assert alternate.test.tolist() == [1, 7, 3, 9, 5]
    assert split(index(6, 4), CLASSES, SplitPlan(mode="alternate", mix="block")).train.tolist() == [0, 2, 4, 6, 8]
    some = split(index(6, 4), CLASSES, SplitPlan(mode="alternate", train=1, mix="block"))
    assert some.train.tolist() == [0, 6]


def test_given_codes_are_obeyed_and_an_earlier_split_is_repeated(tmp_path: Path) -> None:
    codes = np.array([0, 2, 255, 0, 2, 1, 0, 2, 1], dtype=np.uint8)
    first = split(index(6, 3), CLASSES, SplitPlan(mode="given"), given=codes)
    assert sorted(first.train) == [0, 3, 6]
    assert first.codes().tolist() == codes.tolist()
    assert np.count_nonzero(first.codes() == UNUSED) == 1
    first.save(tmp_path / "split.npz")
    again = split(index(6, 3), CLASSES, SplitPlan(mode="given"), given=Split.load(tmp_path / "split.npz"))
    assert again.sha256 == first.sha256
    assert again.train.tolist() == first.train.tolist()
    with pytest.raises(DataError, match="9 events, found 10"):
        split(index(6, 4), CLASSES, SplitPlan(mode="given"), given=again)
    with pytest.raises(DataError, match="class 'background' has no training events"):
        split(index(8, 1), CLASSES, SplitPlan(mode="given"), given=again)


def test_fingerprint_is_stable_and_sees_parts_and_order() -> None:
    ours = Split(np.array([2, 0]), np.array([], dtype=np.int64), np.array([1]), 4)
    assert ours.sha256 == hashlib.sha256(bytes([0, 2, 0, 255]) + struct.pack("<qq", 2, 0)).hexdigest()
    swapped = Split(np.array([0, 2]), ours.validation, ours.test, 4)
    moved = Split(ours.train, ours.validation, np.array([1, 3]), 4)
    assert len({ours.sha256, swapped.sha256, moved.sha256}) == 3


@settings(max_examples=60, deadline=None)
@given(
    counts=st.tuples(st.integers(4, 40), st.integers(4, 40)),
    mode=st.sampled_from(["random", "block", "alternate"]),
    mix=st.sampled_from([None, "random", "block", "alternate"]),
    train=st.floats(0.25, 0.5),
    validation=st.sampled_from([0, 0.25]),
    seed=st.integers(1, 2**32 - 1),
)
def test_every_event_is_in_one_part(
    counts: tuple[int, int], mode: str, mix: str | None, train: float, validation: float, seed: int
) -> None:
    plan = SplitPlan(mode=mode, mix=mix, train=train, validation=validation, seed=seed)
    ours = split(index(*counts), CLASSES, plan)
    joined = np.concatenate([ours.train, ours.validation, ours.test])
    assert sorted(joined) == list(range(sum(counts)))
    assert np.bincount(index(*counts)[ours.train]).tolist() == [int(train * n + 1e-9) for n in counts]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mode": "randm"}, "unknown mode 'randm': did you mean 'random'"),
        ({"mix": "blok"}, "unknown mix 'blok': did you mean 'block'"),
        ({"seed": 0}, "expected a whole number from 1 .* not be reproducible"),
        ({"seed": 2**32}, "seed is 4294967296"),
        ({"train": -0.1}, r"train is -0\.1, expected a fraction"),
        ({"train": 1.5}, r"train is 1\.5"),
        ({"train": float("nan")}, "train is nan"),
        ({"test": {"signal": True}}, "test is True"),
        ({"train": "0.5"}, "train is '0.5'"),
        ({"train": 0.7, "validation": 0.2, "test": 0.2}, "0.7, 0.2, 0.2 sum to more than 1"),
    ],
)
def test_impossible_plans(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        SplitPlan(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("counts", "plan", "message"),
    [
        ((10, 5), SplitPlan(train=6), "class 'background': the split asks for 6 events .*found 5"),
        ((10, 0), SplitPlan(), "class 'background' has no training events"),
        ((10, 6), SplitPlan(train=6), "class 'background' has no test events"),
        ((10, 9), SplitPlan(validation={"signal": 2}), "class 'background' has no validation events"),
        ((10, 9), SplitPlan(train={"sginal": 2}), "no class 'sginal': did you mean 'signal'"),
        ((10, 9), SplitPlan(mode="given"), "one part code for each of 19 events, got none"),
    ],
)
def test_impossible_splits(counts: tuple[int, int], plan: SplitPlan, message: str) -> None:
    with pytest.raises(DataError, match=message):
        split(index(*counts), CLASSES, plan)


def test_wrong_given_codes() -> None:
    with pytest.raises(DataError, match="got an array of shape"):
        split(index(2, 2), CLASSES, SplitPlan(mode="given"), given=np.zeros(3, dtype=np.uint8))
    with pytest.raises(DataError, match="event 2 has part code 7"):
        split(index(2, 2), CLASSES, SplitPlan(mode="given"), given=np.array([0, 2, 7, 2], dtype=np.uint8))


def test_files_that_hold_no_split(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"missing\.npz: does not hold a split"):
        Split.load(tmp_path / "missing.npz")
    (tmp_path / "text.npz").write_text("not an archive")
    with pytest.raises(SourceError, match=r"text\.npz: does not hold a split"):
        Split.load(tmp_path / "text.npz")
    nobody = np.array([], dtype=np.int64)
    Split(np.array([0, 1]), nobody, np.array([2]), 3).save(tmp_path / "twice.npz")
    with np.load(tmp_path / "twice.npz") as file:
        np.savez(tmp_path / "twice.npz", **{**file, "test": np.array([1])})
    with pytest.raises(SourceError, match="in two parts"):
        Split.load(tmp_path / "twice.npz")
