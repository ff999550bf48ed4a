from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from umva import DataLoader
from umva.errors import ColumnError, DataError, FormulaError
from umva.factory.data.dataset import Dataset

if TYPE_CHECKING:
    from pathlib import Path


def events(n_events: int, start: float) -> dict[str, Any]:
    x = start + np.arange(n_events, dtype=np.float64)
    return {"x": x, "w": np.full(n_events, 2.0), "n": np.arange(n_events)}


@pytest.fixture
def small() -> DataLoader:
    """Return a loader of 4 + 4 signal and 6 background events."""
    loader = DataLoader().add_variable("x", unit="GeV").add_spectator("n")
    loader.add_sample(events(4, 0), label="signal", weight=0.5).add_sample(events(4, 100), label="signal")
    return loader.add_sample(events(6, 1000), label="background").split(mode="block")


def test_samples_follow_each_other_signal_first(small: DataLoader) -> None:
    data = small.set_weight("w").dataset()
    train, test = data.part("train"), data.part("test")
    np.testing.assert_array_equal(train.X.ravel(), [0, 1, 2, 3, 1000, 1001, 1002])
    np.testing.assert_array_equal(test.X.ravel(), [100, 101, 102, 103, 1003, 1004, 1005])
    np.testing.assert_array_equal(train.y, [1, 1, 1, 1, 0, 0, 0])
    np.testing.assert_array_equal(train.weight, [1, 1, 1, 1, 2, 2, 2])
    np.testing.assert_array_equal(test.weight, [2] * 7)
    np.testing.assert_array_equal(data.spectators[data.rows("test")].ravel(), [0, 1, 2, 3, 3, 4, 5])


def test_the_weight_of_a_class_replaces_the_common_one_and_cuts_add_up(small: DataLoader) -> None:
    small.set_weight("w").set_weight("10*w", label="background").cut("n > 0").cut("x < 1005", label="background")
    data = small.dataset()
    assert data.n_events == 3 + 3 + 4
    assert set(data.weight[data.y == 0]) == {20.0}
    assert set(data.weight[data.y == 1]) == {1.0, 2.0}


@pytest.mark.parametrize(
    ("mode", "sums"),
    [("None", (6.0, 4.0)), ("NumEvents", (3.0, 4.0)), ("EqualNumEvents", (4.0, 4.0))],
)
def test_training_weights_are_normalised_and_test_weights_are_not(
    small: DataLoader, mode: str, sums: tuple[float, float]
) -> None:
    data = small.set_weight("w").normalise(mode).dataset()
    train = data.training()
    found = tuple(train.weight[train.y == index].sum() for index in (0, 1))
    assert found == pytest.approx(sums)
    assert data.part("test").weight.sum() == 14


def test_split_by_expression_and_by_sample(small: DataLoader) -> None:
    data = small.split("n % 2 == 0", "n == 3", mode="expression").dataset()
    assert sorted(data.spectators[data.rows("train")].ravel()) == [0, 0, 0, 2, 2, 2, 4]
    assert data.spectators[data.rows("validation")].ravel().tolist() == [3, 3, 3]
    loader = DataLoader().add_variable("x").split(mode="given")
    for label in ("signal", "background"):
        loader.add_sample(events(3, 0), label=label, part="train").add_sample(events(2, 50), label=label, part="test")
    data = loader.dataset()
    assert sorted(data.part("train").X.ravel()) == [0, 0, 1, 1, 2, 2]
    assert sorted(data.part("test").X.ravel()) == [50, 50, 51, 51]


def test_on_disk_and_in_memory_are_the_same(small: DataLoader, tmp_path: Path) -> None:
    memory = small.dataset()
    disk = small.dataset(tmp_path)
    disk.save(tmp_path)
    opened = Dataset.open(tmp_path)
    assert opened.facts == memory.facts
    for name in ("X", "y", "weight", "spectators", "event"):
        np.testing.assert_array_equal(getattr(opened, name), getattr(memory, name))
    assert opened.fingerprint() == memory.fingerprint()
    assert not opened.X.flags.writeable


def test_data_frames_and_chunks_do_not_matter(toys: Path) -> None:
    tables: list[dict[str, Any]] = [
        {"file": f"{toys / 'toys.root'}:{label}", "list": [f"{toys / 'toys.h5'}:{label}"], "label": label}
        for label in ("signal", "background")
    ]
    found = []
    for kind in ("file", "list"):
        loader = DataLoader().add_variables(["m_bb", "n_jets*2"]).cut("met > 20")
        for each in tables:
            loader.add_sample(each[kind], label=each["label"])
        found.append(loader.dataset())
    np.testing.assert_array_equal(found[0].X, found[1].X)
    assert found[0].facts.split_sha256 == found[1].facts.split_sha256


def test_labels_other_than_signal(small: DataLoader) -> None:
    frame = pd.DataFrame({"x": np.arange(4.0)})
    loader = DataLoader().add_variable("x").add_sample(frame, label="ttH").add_sample(frame + 10, label="ttbar")
    data = loader.split(mode="block").dataset()
    assert data.facts.classes == ("ttbar", "ttH")
    np.testing.assert_array_equal(data.part("train").y, [1, 1, 0, 0])
    with pytest.raises(DataError, match="two classes"):
        small.add_sample(frame, label="third").dataset()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda each: each.add_variable("y"), ColumnError, "'y'"),
        (lambda each: each.add_variable("x +"), FormulaError, r"\^"),
        (lambda each: each.add_variable("y := x"), DataError, "already there"),
        (lambda each: each.add_variable("c := 3"), DataError, "'c' is 3 for all"),
        (lambda each: each.cut("x > 5000"), DataError, "none of 8 events passes"),
        (lambda each: each.set_weight("0*w"), DataError, "sum to 0"),
        (lambda each: each.set_weight("1/(w-w)"), DataError, "infinite"),
        (lambda each: each.set_weight("-w"), DataError, "sum to -"),
        (lambda each: each.set_weight("w", label="bakground"), DataError, "'background'"),
        (lambda each: each.normalise("Equal"), DataError, "EqualNumEvents"),
        (lambda each: each.split(mode="randm"), DataError, "'random'"),
        (lambda each: each.split(train=7, mode="block"), DataError, "7"),
        (lambda each: each.add_sample({}, label="signal", weight=float("nan")), DataError, "finite"),
        (lambda each: each.add_sample({}, label="signal", part="trian"), DataError, "'train'"),
    ],
)
def test_bad_declarations_and_events(small: DataLoader, change: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        change(small).dataset()


@pytest.mark.shared
def test_events_are_those_of_tmva(shared: Path) -> None:
    file = shared / "data" / "tmva_class_example.root"
    loader = DataLoader().add_variables(["myvar1 := var1+var2", "myvar2 := var1-var2", "var3", "var4"])
    loader.add_sample(f"{file}:TreeS", label="signal").add_sample(f"{file}:TreeB", label="background")
    data = loader.set_weight("weight", label="background").split(train=1000).dataset()
    for part in ("train", "test"):
        reference = pd.read_csv(shared / "tmva" / "reference" / "classification" / f"{part}.csv")
        mine = data.part(part)
        np.testing.assert_allclose(mine.X, reference[["myvar1", "myvar2", "var3", "var4"]], rtol=1e-6, atol=1e-6)
        assert len(mine.y) == len(reference)
