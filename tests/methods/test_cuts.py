"""Cuts: counted right, nested, within what is allowed, and as good as TMVA's on its own events."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from umva.errors import MethodError, OptionError, RunError
from umva.factory.data.preprocessing import Chain
from umva.methods import Context, Events, load, parse_string, resolve
from umva.methods.cuts.boxes import Boxes
from umva.methods.cuts.edges import Edges
from umva.methods.cuts.front import Front, area_beside
from umva.methods.cuts.rectangular import Cuts
from umva.methods.cuts.refinement import refined
from umva.methods.problem import BINARY

if TYPE_CHECKING:
    from pathlib import Path

QUICK: dict[str, Any] = {"fit_method": "MC", "sample_size": 3000}


@cache
def toys(n_events: int = 800, seed: int = 1) -> Events:
    """Return signal above background in the first variable, around it in the second; weights of both classes differ."""
    rng = np.random.default_rng(seed)
    y = (np.arange(n_events) % 2).astype(np.int8)
    X = np.column_stack([rng.normal(y), rng.normal(0, np.where(y, 0.5, 1.5)), rng.normal(size=n_events)])
    return Events(X.astype(np.float32), y, rng.uniform(0.5, 2, n_events) * np.where(y, 1, 3))


def trained(**options: Any) -> Cuts:
    return Cuts(**resolve(Cuts, "Cuts", {**QUICK, **options}, refused=Cuts.refused)).fit(toys())


def inside(X: Any, lower: Any, upper: Any) -> Any:
    return ((lower < X) & (upper >= X)).all(axis=1)


@pytest.mark.parametrize("fit_method", ["GA", "SA", "MC"])
def test_a_score_says_which_cuts_an_event_passes(fit_method: str) -> None:
    method = trained(fit_method=fit_method, population=40, generations=10, max_calls=3000)
    events = toys(seed=2)
    score = method.score(events.X)
    for efficiency in (0.01, 0.3, 0.57, 0.9, 1.0):
        row = method.cuts(efficiency)
        passed = inside(events.X, row.lower, row.upper)
        np.testing.assert_array_equal(score > 1.005 - efficiency, passed)
        np.testing.assert_array_equal(method.passes(events.X, efficiency), passed)


def test_cuts_are_nested_and_their_efficiencies_counted() -> None:
    method, events = trained(), toys()
    assert (method.lower_[1:] <= method.lower_[:-1]).all()
    assert (method.upper_[1:] >= method.upper_[:-1]).all()
    assert (method.signal_ >= np.arange(1, 101) / 100 - 1e-9).all()
    assert np.all(method.signal_ < np.arange(1, 101) / 100 + 0.02)
    for label, found in ((1, method.signal_), (0, method.background_)):
        weight = np.where(events.y == label, events.weight, 0.0)
        shares = [
            weight[inside(events.X, *each)].sum() / weight.sum()
            for each in zip(method.lower_, method.upper_, strict=True)
        ]
        np.testing.assert_allclose(found, shares, atol=1e-9)


def test_a_refined_chain_stays_nested_and_allowed_and_separates_better() -> None:
    events = toys()
    edges = Edges.of(
        [-0.5, np.nan, np.nan], [2.0, np.nan, np.nan], ["NotEnforced", "FMax", "FMin"],
        signal_above=np.ones(3, bool), method="Cuts",
    )  # fmt: skip
    boxes = Boxes(events, edges, n_threads=1, method="Cuts")
    share = np.tile(np.linspace(0.6, 0.0, 500)[:, None], 4)
    low, high = boxes.of_shares(share)
    before = area_beside(*boxes.efficiencies(low, high))
    new_low, new_high = refined(low, high, boxes)
    after = area_beside(*boxes.efficiencies(new_low, new_high))
    assert after > before + 0.01
    assert (np.diff(new_low, axis=0) <= 0).all()
    assert (np.diff(new_high, axis=0) >= 0).all()
    for new, loosest, tightest, sign in zip((new_low, new_high), boxes.loosest, boxes.tightest, (1, -1), strict=True):
        assert (sign * new >= sign * loosest).all()
        assert (sign * new <= sign * tightest).all()
    for place in (0, -1):
        np.testing.assert_array_equal((new_low[place], new_high[place]), (low[place], high[place]))


def test_windows_have_names_also_when_loaded(tmp_path: Path) -> None:
    method = Cuts(**QUICK)
    method.bind(("pt", "eta", "phi"), BINARY)
    row = method.fit(toys()).cuts(0.4)
    assert row.windows == {
        name: (float(row.lower[k]), float(row.upper[k])) for k, name in enumerate(("pt", "eta", "phi"))
    }
    assert sum("signal efficiency" in note for note in method.notes_) == 5
    assert any("eta <= " in note for note in method.notes_)
    method.save(tmp_path)
    loaded = load(tmp_path)
    assert isinstance(loaded, Cuts)
    assert loaded.cuts(0.4).windows == row.windows
    for damaged in ("", "{}", "[1, 2, 3]"):
        (tmp_path / "columns.json").write_text(damaged, encoding="utf-8")
        with pytest.raises(RunError, match=r"columns\.json"):
            load(tmp_path)


def test_one_cut_is_the_best_there_is() -> None:
    events = toys()
    one = Events(events.X[:, :1], events.y, events.weight)
    method = Cuts(form={"*": "FMax"}, **QUICK).fit(one)
    signal, background = (one.X[one.y == k, 0] for k in (1, 0))
    for efficiency in (0.2, 0.5, 0.8):
        row = method.cuts(efficiency)
        assert row.upper[0] == np.inf
        order = np.argsort(-signal)
        kept = np.cumsum(one.weight[one.y == 1][order]) / one.weight[one.y == 1].sum()
        exact = signal[order][np.searchsorted(kept, efficiency)]
        weight = one.weight[one.y == 0]
        assert row.background == pytest.approx(weight[background >= exact].sum() / weight.sum(), abs=0.01)


@pytest.mark.parametrize("n_threads", [1, 2])
def test_boxes_count_what_lies_in_them(n_threads: int) -> None:
    rng = np.random.default_rng(3)
    events = Events(rng.integers(0, 9, (5000, 2)).astype(np.float32), toys(5000).y, toys(5000).weight)
    free = Edges.of([np.nan] * 2, [np.nan] * 2, ["NotEnforced"] * 2, signal_above=np.ones(2, bool), method="Cuts")
    boxes = Boxes(events, free, n_threads=n_threads, method="Cuts")
    low, high = boxes.of_points(rng.random((1000, 4)))
    found = boxes.efficiencies(low, high)
    lower, upper = boxes.cuts(low, high)
    for label, share in zip((1, 0), found, strict=True):
        X, weight = events.X[events.y == label], events.weight[events.y == label]
        passed = ((X[:, None] > lower) & (X[:, None] <= upper)).all(axis=2)
        np.testing.assert_allclose(share, weight @ passed / weight.sum(), atol=1e-11)


def test_random_boxes_have_efficiencies_of_all_sizes() -> None:
    rng = np.random.default_rng(4)
    events = Events(rng.normal(size=(1000, 20)).astype(np.float32), toys(1000).y, toys(1000).weight)
    free = Edges.of([np.nan] * 20, [np.nan] * 20, ["NotEnforced"] * 20, signal_above=np.ones(20, bool), method="Cuts")
    boxes = Boxes(events, free, n_threads=1, method="Cuts")
    signal, _ = boxes.efficiencies(*boxes.of_points(rng.random((2000, 40))))
    assert np.quantile(signal, 0.1) < 0.2
    assert np.quantile(signal, 0.9) > 0.6


def test_the_front_keeps_the_least_background_of_each_efficiency() -> None:
    free = Edges.of([np.nan] * 3, [np.nan] * 3, ["NotEnforced"] * 3, signal_above=np.ones(3, bool), method="Cuts")
    boxes = Boxes(toys(), free, n_threads=1, method="Cuts")
    front = Front(boxes)
    points = np.random.default_rng(5).random((3000, 6))
    first = front(points)
    signal, background = boxes.efficiencies(*boxes.of_points(points))
    for row in range(99):
        here = (signal >= row / 100) & (signal < (row + 1) / 100) & (signal > 0)
        assert front.background[row] == (background[here].min() if here.any() else np.inf)
    assert front(points[first.argsort()[:10]]).tolist() == sorted(first)[:10]


@pytest.mark.parametrize(
    ("options", "smallest", "largest"),
    [
        ({"VarProp": "FMax"}, [True] * 3, [False] * 3),
        ({"VarProp": "FMin"}, [False] * 3, [True] * 3),
        (
            {"VarProp[0]": "FSmart", "VarProp[1]": "NotEnforced", "VarProp[2]": "FMin"},
            [True, True, False],
            [False, True, True],
        ),
    ],
)
def test_pinned_edges_cut_nothing(options: dict[str, str], smallest: list[bool], largest: list[bool]) -> None:
    method = trained(**options)
    assert np.isfinite(method.lower_).any(axis=0).tolist() == smallest
    assert np.isfinite(method.upper_).any(axis=0).tolist() == largest


def test_cuts_stay_in_their_range() -> None:
    method = trained(cut_min={"0": -0.5, "2": -1}, cut_max={"0": 2, "2": -1})
    assert (method.lower_[:, 0] >= -0.5).all()
    assert (method.upper_[:, 0] <= 2).all()
    assert method.lower_[-1].tolist() == [-0.5, -np.inf, -np.inf]
    assert method.upper_[-1].tolist() == [2, np.inf, np.inf]
    above = toys().X[:, 0] > 2
    assert above.any()
    assert not method.score(toys().X)[above].any()


def test_one_sided_cuts_within_a_range_end_at_its_end() -> None:
    method = trained(form={"0": "FMax"}, cut_min={"0": 0.5}, cut_max={"0": 1.5})
    finite = method.lower_[:, 0]
    assert ((finite >= 0.5) & (finite <= 1.5)).all()
    assert np.isinf(method.upper_[:, 0]).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"FitMethod": "MINUIT"}, "FitMethod.* must be one of 'GA', 'SA', 'MC'"),
        ({"FitMethod": "MCEvents"}, "FitMethod.* must be one of 'GA', 'SA', 'MC'"),
        ({"FitMethod": "EventScan"}, "FitMethod.* must be one of 'GA', 'SA', 'MC'"),
        ({"EffMethod": "EffPDF"}, "EffSel"),
        ({"EffPDF": "True"}, "EffSel"),
        ({"VarProp": "FMan"}, "must be one of"),
        ({"CutRangeMin": "3", "CutRangeMax": "2"}, "no range"),
        ({"cut_min": {"pt": 3}}, "pt"),
    ],
)
def test_what_is_not_honoured_is_refused_by_name(options: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        Cuts(**resolve(Cuts, "Cuts", options, refused=Cuts.refused)).bind(("a", "b"), BINARY)


def test_ranges_without_signal_are_refused() -> None:
    with pytest.raises(MethodError, match="no signal"):
        trained(cut_min={"1": 100}, cut_max={"1": 200})
    with pytest.raises(MethodError, match="signal efficiency"):
        trained().cuts(0.0)


@pytest.mark.parametrize(
    ("base", "change"),
    [
        ({"fit_method": "GA", "population": 40, "generations": 10}, {"least_gain": 0.1}),
        ({"fit_method": "GA", "population": 40, "generations": 10}, {"spread_factor": 0.5}),
        ({"fit_method": "SA", "max_calls": 2000}, {"temperature_scale": 0.01}),
        ({"fit_method": "MC", "sample_size": 500}, {"sigma": 0.1}),
        ({"fit_method": "MC", "sample_size": 500}, {"sample_size": 2000}),
        ({"fit_method": "MC", "sample_size": 500}, {"optimiser_seed": 5}),
    ],
)
def test_options_of_the_search_reach_it(base: dict[str, Any], change: dict[str, Any]) -> None:
    first, second = trained(**base), trained(**{**base, **change})
    assert not np.array_equal(first.background_, second.background_)


def test_threads_change_nothing() -> None:
    one, two = (Cuts(**QUICK).fit(toys(), context=Context(n_threads=n)) for n in (1, 2))
    np.testing.assert_array_equal(one.lower_, two.lower_)
    np.testing.assert_array_equal(one.background_, two.background_)


VARIABLES = ("myvar1", "myvar2", "var3", "var4")
TRANSFORMS = {"CutsD": "D", "CutsPCA": "P"}


def reference(shared: Path, title: str) -> tuple[dict[str, str], Events, Events]:
    """Return the options of one of TMVA's trainings, and its events as it saw them."""
    folder = shared / "tmva" / "reference"
    booked = json.loads((folder / "methods.json").read_text())["classification"]
    options = parse_string(next(each["options"] for each in booked if each["title"] == title))
    parts = []
    for part in ("train", "test"):
        table = pd.read_csv(folder / "classification" / f"{part}.csv")
        y = (1 - table["classID"]).to_numpy(np.int8)
        parts.append(Events(table[list(VARIABLES)].to_numpy(np.float32), y, table["weight"].to_numpy(np.float64)))
    train, test = parts
    if title == "CutsD":
        chain = Chain.parse("D", variables=VARIABLES, classes=BINARY.classes).fit(train.X, train.y, train.weight)
        train, test = (Events(chain.apply(each.X), each.y, each.weight) for each in parts)
    if title == "CutsPCA":  # TMVA's axes know no weights
        weights = ET.parse(folder / "classification" / "weights" / "TMVAClassification_CutsPCA.weights.xml")
        mean, axes = (
            np.array(str([*weights.iter(tag)][-1].text).split(), float) for tag in ("Statistics", "Eigenvectors")
        )
        train, test = (
            Events(((each.X - mean) @ axes.reshape(4, 4)).astype(np.float32), each.y, each.weight) for each in parts
        )
    return {key: value for key, value in options.items() if key not in ("H", "V", "VarTransform")}, train, test


TMVA_AUC = {"Cuts": 0.792, "CutsD": 0.901, "CutsPCA": 0.835, "CutsGA": 0.793, "CutsSA": 0.791}


def compare(shared: Path, title: str, seed: int) -> None:
    """Demand TMVA's AUC but for 0.003."""
    options, train, test = reference(shared, title)
    method = Cuts(**resolve(Cuts, "Cuts", options, refused=Cuts.refused))
    method.bind(VARIABLES, BINARY)
    method.fit(train, context=Context(seed=seed))
    auc = roc_auc_score(test.y, method.score(test.X), sample_weight=test.weight)
    assert auc > TMVA_AUC[title] - 0.003


@pytest.mark.shared
@pytest.mark.parametrize("title", TMVA_AUC)
def test_as_good_as_tmva_on_its_own_events(shared: Path, title: str) -> None:
    compare(shared, title, seed=1)


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("seed", [2, 3, 4])
@pytest.mark.parametrize("title", TMVA_AUC)
def test_as_good_as_tmva_whatever_the_seed(shared: Path, title: str, seed: int) -> None:
    compare(shared, title, seed)
