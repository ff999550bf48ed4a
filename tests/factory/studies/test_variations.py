"""Systematic variations: what is read, from declaration to varied test events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import umva
from umva.errors import DataError, UmvaError
from umva.factory.data.varied import read_varied

if TYPE_CHECKING:
    from umva.factory.data.dataset import Dataset
    from umva.factory.data.varied import VariedEvents

N = 200


def events(seed: int, shift: float, n: int = N) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {
        "pt": rng.exponential(30.0, n) + 10.0,
        "eta": rng.normal(shift, 1.0, n),
        "w": rng.normal(1.0, 0.3, n),
        "number": np.arange(n),
        "e": rng.exponential(1.0, n),
    }


def declared(**split: Any) -> umva.DataLoader:
    loader = umva.DataLoader().add_variables(["pt", "log_pt := log(pt)", "eta", "ratio := e/pt"]).add_spectator("pt/2")
    loader.add_sample(events(1, 1.0), label="signal", weight=0.5).add_sample(events(2, 0.0), label="background")
    return loader.set_weight("w").cut("pt > 15").split(**({"train": 0.5} | split))


def read(loader: umva.DataLoader) -> tuple[Dataset, list[VariedEvents]]:
    dataset = loader.dataset()
    return dataset, list(read_varied(loader.declaration(), dataset))


def test_all_that_depends_on_a_branch_changes_with_it() -> None:
    loader = declared().vary("JES", up={"pt": "pt*1.02"}, down={"pt": "pt - 1"})
    dataset, (up, down) = read(loader)
    rows = dataset.rows("test")
    pt, eta, ratio = (dataset.X[rows, k] for k in (0, 2, 3))
    assert (up.direction, down.direction, up.words) == ("up", "down", "pt: pt*1.02")
    np.testing.assert_allclose(up.dataset.X[:, 0], pt * 1.02, rtol=1e-6)
    np.testing.assert_allclose(up.dataset.X[:, 1], np.log(pt * 1.02), rtol=1e-6)
    np.testing.assert_allclose(down.dataset.X[:, 3], ratio * pt / (pt - 1), rtol=1e-5)
    np.testing.assert_allclose(up.dataset.spectators[:, 0], pt * 1.02 / 2, rtol=1e-6)
    np.testing.assert_array_equal(up.dataset.X[:, 2], eta)
    for each in (up, down):  # events that would not pass the cut stay: they are the same events
        np.testing.assert_array_equal(each.row, np.arange(rows.stop - rows.start))
        np.testing.assert_array_equal(each.dataset.weight, dataset.weight[rows])
        np.testing.assert_array_equal(each.dataset.y, dataset.y[rows])


def test_a_variable_by_its_name_changes_alone() -> None:
    dataset, (up,) = read(declared().vary("tail", up={"ratio": "ratio + 0.1*eta"}))
    before, after = dataset.X[dataset.rows("test")], up.dataset.X
    np.testing.assert_allclose(after[:, 3], before[:, 3] + 0.1 * before[:, 2], rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(after[:, :3], before[:, :3])


def test_changes_are_made_at_once() -> None:
    dataset, (up,) = read(declared().vary("swap", up={"pt": "e + 20", "e": "pt"}))
    before, after = dataset.X[dataset.rows("test")], up.dataset.X
    np.testing.assert_allclose(after[:, 3], before[:, 0] / (before[:, 3] * before[:, 0] + 20), rtol=1e-5)


def test_weights_of_all_or_of_one_class() -> None:
    loader = declared().vary("pileup", weight_up="w*1.5", weight_down={"background": "2*w"})
    dataset, (up, down) = read(loader)
    rows = dataset.rows("test")
    weight, background = dataset.weight[rows], dataset.y[rows] == 0
    np.testing.assert_allclose(up.dataset.weight, 1.5 * weight)
    np.testing.assert_allclose(down.dataset.weight, np.where(background, 2 * weight, weight))
    np.testing.assert_array_equal(up.dataset.X, dataset.X[rows])


def test_other_samples_stand_for_the_same_part_of_the_whole() -> None:
    other = events(9, 0.1, 3 * N)
    dataset, (up,) = read(declared().vary("scale", up={"background": other}))
    rows = dataset.rows("test")
    background = up.row < 0
    kept = other["pt"] > 15
    assert background.sum() == kept.sum()
    np.testing.assert_array_equal(background, up.dataset.y == 0)
    np.testing.assert_array_equal(up.dataset.X[~background], dataset.X[rows][up.row[~background]])
    n_selected, n_test = (events(2, 0.0)["pt"] > 15).sum(), (dataset.y[rows] == 0).sum()
    assert up.dataset.weight[background].sum() == pytest.approx(other["w"][kept].sum() * n_test / n_selected)
    np.testing.assert_array_equal(up.dataset.weight[~background], dataset.weight[rows][up.row[~background]])


def test_a_split_by_expression_holds_for_other_samples() -> None:
    loader = declared(mode="expression", train="number % 2 == 0").vary("scale", up={"signal": events(9, 1.0)})
    _, (up,) = read(loader)
    fresh = np.sort(up.dataset.X[up.row < 0, 2])
    own = events(9, 1.0)
    expected = np.sort(own["eta"][(own["number"] % 2 == 1) & (own["pt"] > 15)].astype(np.float32))
    np.testing.assert_array_equal(fresh, expected)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({}, "changes nothing"),
        ({"up": {}}, "changes nothing"),
        ({"up": "pt*1.02"}, "must say what is changed"),
        ({"weight_up": 3}, "must be an expression"),
    ],
)
def test_a_variation_says_what_it_changes(said: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        declared().vary("JES", **said)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"up": {"ptt": "pt*1.02"}}, r"'JES', up: no variable depends on 'ptt'.*pt"),
        ({"up": {"pt": "ptt*1.02"}}, r"'JES', up: .*no branch 'ptt'"),
        ({"up": {"pt": 1.02}}, "must become a formula"),
        ({"down": {"signal": "nowhere.root:tree"}}, r"'JES', down: .*nowhere"),
        ({"up": {"signal": events(3, 1.0), "pt": "pt*1.02"}}, "cannot be joined"),
        ({"weight_up": {"signl": "w"}}, "no sample.*signal"),
    ],
)
def test_what_cannot_be_read_is_said_before_any_training(said: dict[str, Any], message: str) -> None:
    with pytest.raises(UmvaError, match=f"(?s){message}"):
        read(declared().vary("JES", **said))


def test_elements_of_arrays_are_changed_by_the_name_of_the_variable() -> None:
    rng = np.random.default_rng(1)
    loader = umva.DataLoader().add_variables(["jet_pt[0]", "eta"])
    for label in ("signal", "background"):
        loader.add_sample({"jet_pt": rng.exponential(1.0, (50, 3)), "eta": rng.normal(size=50)}, label=label)
    with pytest.raises(DataError, match="takes an element"):
        read(loader.vary("JES", up={"jet_pt": "jet_pt*1.1"}))
    dataset, (up,) = read(loader.vary("JES", up={"jet_pt[0]": "1.1*jet_pt[0]"}))
    np.testing.assert_allclose(up.dataset.X[:, 0], 1.1 * dataset.X[dataset.rows("test"), 0], rtol=1e-6)
