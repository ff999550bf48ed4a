from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from umva import DataLoader
from umva.errors import ColumnError, DataError, FormulaError
from umva.factory.data.dataset import Dataset
from umva.factory.data.sources import Source

if TYPE_CHECKING:
    from pathlib import Path


def events(n_events: int, start: float) -> dict[str, Any]:
    x = start + np.arange(n_events, dtype=np.float64)
    return {"x": x, "w": np.full(n_events, 2.0), "n": np.arange(n_events), "many": [[1.0, 2.0]] * n_events}


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
    opened.X[0, 0] += 1  # a method must not, and cannot for others
    assert Dataset.open(tmp_path).fingerprint() == memory.fingerprint()


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


def test_labels_other_than_signal() -> None:
    frame = pd.DataFrame({"x": np.arange(4.0)})
    loader = DataLoader().add_variable("x").add_sample(frame, label="ttH").add_sample(frame + 10, label="ttbar")
    data = loader.split(mode="block").dataset()
    assert data.facts.problem.classes == ("ttbar", "ttH")
    np.testing.assert_array_equal(data.part("train").y, [1, 1, 0, 0])


def test_several_classes_count_as_they_are_declared() -> None:
    frame = pd.DataFrame({"x": np.arange(6.0)})
    loader = DataLoader(task="multiclass").add_variable("x")
    for shift, label in ((0, "signal"), (10, "feed-down"), (20, "background")):
        loader.add_sample(frame + shift, label=label)
    data = loader.split(train={"signal": 1, "feed-down": 2, "background": 3}, mode="block").dataset()
    assert data.facts.problem.classes == ("signal", "feed-down", "background")
    np.testing.assert_array_equal(data.part("train").y, [0, 1, 1, 2, 2, 2])
    training = data.training()
    assert training.problem.task == "multiclass"
    assert [training.weight[training.y == k].sum() for k in range(3)] == pytest.approx([1.0, 1.0, 1.0])
    np.testing.assert_array_equal(data.part("test").weight, 1.0)


def test_a_regression_has_targets_and_no_classes() -> None:
    frame = pd.DataFrame({"x": np.arange(8.0), "w": np.full(8, 0.5)})
    loader = DataLoader(task="regression").add_variable("x").add_targets(["t := 2*x", "x*x"]).set_weight("w")
    data = loader.add_sample(frame).split(mode="block").dataset()
    training = data.training()
    assert (training.problem.task, training.problem.targets) == ("regression", ("t", "x*x"))
    np.testing.assert_array_equal(training.y, [[0, 0], [2, 1], [4, 4], [6, 9]])
    assert training.y.dtype == np.float64
    np.testing.assert_array_equal(training.weight, 1.0)
    np.testing.assert_array_equal(data.part("test").weight, 0.5)


def test_classes_and_targets_that_make_no_task() -> None:
    loader = DataLoader().add_variable("x").add_target("x")
    loader.add_sample({"x": [1.0]}, label="a").add_sample({"x": [1.0]}, label="b")
    with pytest.raises(DataError, match="targets, as for a regression, and 2 classes"):
        loader.declaration()
    with pytest.raises(DataError, match="unknown task 'regresion': did you mean 'regression'"):
        DataLoader(task="regresion")


def test_a_stated_task_must_fit() -> None:
    loader = DataLoader(task="multiclass").add_variable("x")
    loader.add_sample({"x": [1.0]}, label="a").add_sample({"x": [1.0]}, label="b")
    with pytest.raises(DataError, match=r"'multiclass' is stated, but 2 classes \['a', 'b'\] make it 'classification'"):
        loader.declaration()


def test_missing_inputs_are_nan_and_allowed_once_declared() -> None:
    def loader() -> DataLoader:
        made = DataLoader().add_variables(["x", "y"]).split(mode="block")
        made.add_sample({"x": [1.0, -999.0, 3.0, 4.0], "y": [1.0, 2.0, 3.0, np.nan]}, label="signal")
        return made.add_sample({"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 2.0, 3.0, 4.0]}, label="background")

    with pytest.raises(DataError, match=r"variable 'y' is NaN or infinite for 1 of 4 .* loader.missing\(\)"):
        loader().dataset()
    data = loader().missing(-999).dataset()
    np.testing.assert_array_equal(data.part("train").X, [[1, 1], [np.nan, 2], [1, 1], [2, 2]])
    assert np.isnan(data.part("test").X).sum() == 1
    with pytest.raises(DataError, match="must be a number, got 'nan'"):
        loader().missing("nan")  # type: ignore[arg-type]
    with pytest.raises(DataError, match="variable 'y' is NaN or infinite"):
        loader().missing().add_sample({"x": [1.0], "y": [np.inf]}, label="signal").dataset()


def test_a_variable_that_is_always_missing_or_a_constant_target_is_refused() -> None:
    nothing = {"x": [1.0, 2.0, 3.0, 4.0], "y": np.full(4, -999.0)}
    loader = DataLoader().add_variables(["x", "y"]).missing(-999).split(mode="block")
    loader.add_sample(nothing, label="signal").add_sample(nothing, label="background")
    with pytest.raises(DataError, match="variable 'y' is nan for all training events; leave it out"):
        loader.dataset()
    with pytest.raises(DataError, match="target 'y' is -999 for all training events"):
        DataLoader().add_variable("x").add_target("y").add_sample(nothing).split(mode="block").dataset()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda each: each.add_variable("y"), ColumnError, "'y'"),
        (lambda each: each.add_variable("x +"), FormulaError, r"\^"),
        (lambda each: each.add_variable("y := x"), DataError, "already there"),
        (lambda each: each.add_variable("x + n").add_variable("y := x+n"), DataError, r"there, as 'x \+ n'"),
        (lambda each: each.add_variable(5), DataError, "must be a non-empty string, got 5"),
        (lambda each: each.add_variable(" "), DataError, "non-empty string, got ' '"),
        (lambda each: each.add_variables("x,n"), DataError, "list of strings, got the string 'x,n'"),
        (lambda each: each.set_weight(2.0), DataError, "a weight must be a string, got 2.0"),
        (lambda each: each.cut(2.0), DataError, "a cut must be a string, got 2.0"),
        (lambda each: each.add_sample({}, label=1), DataError, "the label of a sample must be a non-empty string"),
        (lambda each: each.add_sample({}, label="signal", cut=1), DataError, "the cut of a 'signal' sample"),
        (lambda each: each.add_sample({}, label="signal", weight="w"), DataError, "a finite number .* got 'w'"),
        (lambda each: each.split(train="x > 1", test=0.5, mode="expression"), DataError, "formulas, got test=0.5"),
        (lambda each: each.split(mode="expression"), DataError, "a formula for train"),
        (lambda each: each.split(given="split.npz"), DataError, "mode='given'"),
        (lambda each: each.split(3, mode="given"), DataError, "takes no sizes, got train=3"),
        (lambda each: each.split(mode="given"), DataError, "a part for every sample"),
        (lambda each: each.split(mode="given", given=3), DataError, "must be the path"),
        (lambda each: each.split(mode="given", given="nowhere.npz"), DataError, "nowhere.npz: .*No such file"),
        (
            lambda each: each.add_sample(events(2, 0), label="signal", part="train"),
            DataError,
            "the parts of samples count",
        ),
        (lambda each: each.add_variable("many"), FormulaError, "arrays: formula 'many' gives several numbers an event"),
        (lambda each: each.cut("many > 1"), FormulaError, "arrays: formula 'many > 1' gives several"),
        (lambda each: each.add_variable("c := 3"), DataError, "'c' is 3 for all"),
        (lambda each: each.cut("x > 5000"), DataError, "none of 8 events passes"),
        (lambda each: each.set_weight("0*w"), DataError, "sum to 0"),
        (lambda each: each.set_weight("1/(w-w)"), DataError, "infinite"),
        (lambda each: each.set_weight("-w"), DataError, "sum to -"),
        (lambda each: each.set_weight("w", label="bakground"), DataError, "'background'"),
        (lambda each: each.normalise("Equal"), DataError, "EqualNumEvents"),
        (lambda each: each.normalise(1), DataError, "unknown NormMode 1"),
        (lambda each: each.split(mode=3), DataError, "unknown mode 3"),
        (lambda each: each.split(mode="randm"), DataError, "'random'"),
        (lambda each: each.split(train=7, mode="block"), DataError, "7"),
        (lambda each: each.add_sample({}, label="signal", weight=float("nan")), DataError, "finite"),
        (lambda each: each.add_sample({}, label="signal", part="trian"), DataError, "'train'"),
    ],
)
def test_bad_declarations_and_events(small: DataLoader, change: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        change(small).dataset()


def test_the_advice_for_bad_values_is_a_cut_that_works() -> None:
    columns = {"x": np.arange(-1.0, 9.0)}
    loader = DataLoader().add_variable("root := sqrt(x)").add_sample(columns, label="signal")
    loader.add_sample(columns, label="background")
    with pytest.raises(DataError, match="leave them out with a cut") as caught:
        loader.dataset()
    advice = str(caught.value).partition("e.g. '")[2].partition("'")[0]
    assert loader.cut(advice).dataset().n_events == 18


def test_bad_values_are_counted_over_all_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    chunks = Source.chunks
    monkeypatch.setattr(Source, "chunks", lambda self, names: chunks(self, names, n_events=3))
    columns = {"x": np.arange(9.0), "y": np.arange(9.0), "w": np.ones(9)}
    columns["x"][[1, 4, 7, 8]] = np.nan, np.inf, 1e39, np.nan
    columns["y"][5], columns["w"][8] = -np.inf, np.nan
    loader = DataLoader().add_variables(["x", "r := y/2"]).set_weight("w").cut("x != 0").add_spectator("0/(y - y)")
    loader.add_sample(columns, label="signal").add_sample(columns, label="background")
    message = (
        r"variable 'x' \(and variable 'r', weight 'w'\) is NaN or infinite for 4 of 8 selected events, .* entry 1 "
    )
    with pytest.raises(DataError, match=message):
        loader.dataset()
    data = loader.cut("abs(x) < 1e30 && abs(y) < 1e30").dataset()
    assert data.n_events == 2 * 3
    assert np.isnan(data.spectators).all()


def test_samples_without_events_are_fine_among_others(small: DataLoader) -> None:
    expected = small.dataset().fingerprint()
    small.add_sample(events(0, 0), label="signal").add_sample(events(0, 0), label="background")
    assert small.dataset().fingerprint() == expected
    empty = DataLoader().add_variable("x").add_sample(events(0, 0), label="signal")
    with pytest.raises(DataError, match="none of 0 events is there"):
        empty.add_sample(events(0, 0), label="background").dataset()


@pytest.mark.parametrize("n_events", [1, 7, 64])
def test_chunks_do_not_matter(toys: Path, monkeypatch: pytest.MonkeyPatch, n_events: int) -> None:
    def fingerprint() -> str:
        loader = DataLoader().add_variables(["m_bb", "Entry$"]).set_weight("weight").cut("met > 20")
        for label in ("signal", "background"):
            loader.add_sample([f"{toys / 'toys.root'}:{label}", f"{toys / 'toys.h5'}:{label}"], label=label)
        return loader.dataset().fingerprint()

    expected = fingerprint()
    chunks = Source.chunks
    monkeypatch.setattr(Source, "chunks", lambda self, names: chunks(self, names, n_events=n_events))
    assert fingerprint() == expected


def test_sizes_may_be_counts_and_fractions_of_all(small: DataLoader) -> None:
    data = small.split(train=3, validation=0.25, mode="block").dataset()
    assert [data.facts.sizes, np.bincount(data.part("validation").y).tolist()] == [(6, 3, 5), [1, 2]]


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
