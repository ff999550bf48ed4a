"""A closer look at whole comparisons: spectators, probabilities and slices, recomputed from the events."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from markupsafe import escape
from scipy.special import expit
from sklearn.metrics import brier_score_loss, roc_auc_score, root_mean_squared_error

from umva.reports.material import Input, Material, Outcome, Part
from umva.reports.measure import measure
from umva.reports.outputs.store import read_results, write_results

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from umva.reports.results import Results

N = 6000
LABELS = ("prompt", "feed-down", "combinatorial")


def material(task: str, *, weighted: bool = False) -> Material:
    """Return a method that a mass sculpts and one that it leaves alone; the first class is rare in the sample."""
    parts: dict[str, Part] = {}
    scores: dict[str, dict[str, np.ndarray]] = {"bent": {}, "flat": {}}
    for seed, name in enumerate(("train", "test")):
        rng = np.random.default_rng(seed)
        y = rng.choice(2, N, p=[0.7, 0.3]) if task == "classification" else rng.choice(3, N, p=[0.5, 0.3, 0.2])
        narrow = y == (1 if task == "classification" else 0)
        mass = np.where(narrow, rng.normal(125, 3, N), 100 + rng.exponential(20 + 10 * y, N))
        X = (rng.normal(size=(N, 2)) + 1.2 * y[:, None] * [1, 0]).astype(np.float32)
        weight = rng.uniform(0.5, 1.5, N) * np.where(rng.random(N) < 0.05, -1, 1) if weighted else np.ones(N)
        odd = np.where(rng.random(N) < 0.01, np.nan, mass)
        truth = rng.normal(size=(N, 1)) if task == "regression" else y
        parts[name] = Part(X, truth, weight, np.column_stack([mass, odd, rng.integers(0, 4, N)]))
        flat, bend = X[:, 0].astype(float), 0.05 * (mass - 125)
        if task == "classification":
            scores["flat"][name], scores["bent"][name] = expit(1.2 * flat - 0.72), flat + bend
        elif task == "multiclass":
            for key, own in (("flat", flat), ("bent", flat + bend)):
                each = np.exp(np.column_stack([np.zeros(N), 1.2 * own - 0.72, 2.4 * own - 2.88]))
                scores[key][name] = each / each.sum(axis=1, keepdims=True)
        else:
            scores["flat"][name] = truth + rng.normal(size=(N, 1))
            scores["bent"][name] = truth + rng.normal(size=(N, 1)) * np.where(X[:, 1:] > 1, 2, 1)
    return Material(
        title="Toy",
        seed=1,
        inputs=(Input("a", "a"), Input("b", "b")),
        parts=parts,
        outcomes=tuple(Outcome(name, "Sum", "Adds up", "ok", scores=each) for name, each in scores.items()),
        split={"norm_mode": "EqualNumEvents"},
        split_sha256="ab12",
        classes=LABELS if task == "multiclass" else (),
        targets=(Input("energy", "energy", "", "GeV"),) if task == "regression" else (),
        spectators=(Input("mass", "mass"), Input("odd", "odd"), Input("n_jets", "n_jets")),
    )


def test_who_sculpts_what() -> None:
    results = measure(material("classification", weighted=True))
    bent, flat = (results.methods[name].flatness for name in ("bent", "flat"))
    assert {name: each.verdict for name, each in bent.items()} == {"mass": "strong", "odd": "strong", "n_jets": "none"}
    assert {each.verdict for each in flat.values()} == {"none"}
    assert bent["mass"].sentence.startswith("Sculpts mass strongly: where ")
    assert bent["n_jets"].background.labels == ("0", "1", "2", "3")
    assert list(bent["mass"].classes) == ["background", "signal"]
    for each in bent.values():
        for shape in each.shapes.values():
            inside = sum(
                value * (b - a) for value, a, b in zip(shape.values, shape.edges, shape.edges[1:], strict=False)
            )
            assert inside + shape.underflow + shape.overflow == pytest.approx(1)


def test_efficiencies_are_those_of_the_events() -> None:
    found = material("classification")
    flatness = measure(found).methods["bent"].flatness["mass"]
    part, x = found.parts["test"], next(each for each in found.outcomes if each.name == "bent").scores["test"]
    assert part.spectators is not None
    mass, selection = part.spectators[:, 0], flatness.background.selections["0.10"]
    for signal, side in ((0, flatness.background), (1, flatness.signal)):
        own = part.y == signal
        place = np.searchsorted(side.edges[1:-1], mass[own], side="right")
        expected = [np.mean(x[own][place == k] >= selection.cut) for k in range(10)]
        efficiencies = np.array(side.selections["0.10"].efficiencies, dtype=float)
        np.testing.assert_allclose(efficiencies, expected, atol=3e-3)
    tight = (part.y == 0) & (x >= selection.cut)
    shape = flatness.shapes["0.00-0.10"]
    expected = np.histogram(mass[tight], shape.edges)[0] / tight.sum() / np.diff(shape.edges)
    np.testing.assert_allclose(shape.values, expected, rtol=0.01, atol=1e-3)


def test_a_mixture_of_classes_that_changes_is_no_sculpting() -> None:
    """Each class passes evenly, yet the rest of each does not: its classes have other masses."""
    results = measure(material("multiclass"))
    flat, bent = results.methods["flat"].classes, results.methods["bent"].classes
    assert {each.flatness["mass"].verdict for each in flat.values()} == {"none"}
    assert bent["combinatorial"].flatness["mass"].verdict == "strong"
    assert bent["combinatorial"].flatness["mass"].of == "feed-down"
    assert f"of {bent['combinatorial'].flatness['mass'].of} do" in bent["combinatorial"].flatness["mass"].sentence


def test_probabilities_are_of_the_mixture_of_the_training() -> None:
    found = material("classification")
    calibration = measure(found).methods["flat"].calibration
    part = found.parts["test"]
    p = next(each for each in found.outcomes if each.name == "flat").scores["test"]
    weight = np.where(part.y == 1, 1 / np.mean(part.y == 1), 1 / np.mean(part.y == 0))
    assert calibration is not None
    assert calibration.given is not None
    assert calibration.prior == pytest.approx(0.5)
    assert calibration.verdict == "none"
    assert calibration.given.brier.value == pytest.approx(brier_score_loss(part.y, p, sample_weight=weight))
    by_weight = measure(replace(found, split={"norm_mode": "None"})).methods["flat"].calibration
    by_number = measure(replace(found, split={"norm_mode": "NumEvents"})).methods["flat"].calibration
    assert by_weight is not None
    assert by_number is not None
    assert (by_weight.verdict, by_number.verdict) == ("strong", "strong")
    assert by_weight.prior == pytest.approx(np.mean(found.parts["train"].y == 1))
    bent = measure(found).methods["bent"].calibration
    assert bent is not None
    assert (bent.verdict, bent.given) == (None, None)


def test_slices_are_those_of_the_events() -> None:
    found = material("classification")
    method = measure(found).methods["bent"]
    part, x = found.parts["test"], next(each for each in found.outcomes if each.name == "bent").scores["test"]
    assert list(method.slices) == ["a", "b", "mass", "odd", "n_jets"]
    sliced = method.slices["b"]
    place = np.searchsorted(sliced.edges[1:-1], part.X[:, 1], side="right")
    for k in range(5):
        assert sliced.values[k] == pytest.approx(roc_auc_score(part.y[place == k], x[place == k]), abs=3e-4)
    assert method.slices["odd"].labels[-1] == "no value"
    assert sum(method.slices["odd"].n_events) == N


def test_slices_of_a_regression() -> None:
    found = material("regression")
    results = measure(found)
    energy = results.methods["bent"].targets["energy"]
    part, x = found.parts["test"], next(each for each in found.outcomes if each.name == "bent").scores["test"]
    last = np.searchsorted(energy.slices["b"].edges[1:-1], part.X[:, 1], side="right") == 4
    assert energy.slices["b"].values[4] == pytest.approx(root_mean_squared_error(part.y[last], x[last]))
    assert (energy.weakest[0].variable, energy.weakest[0].label) == ("b", energy.slices["b"].labels[4])
    assert results.methods["flat"].targets["energy"].weakest == ()


def test_without_spectators_there_is_no_flatness() -> None:
    found = material("classification")
    bare = {name: replace(each, spectators=None) for name, each in found.parts.items()}
    assert measure(replace(found, spectators=(), parts=bare)).methods["flat"].flatness == {}


def test_a_class_of_no_weight_is_not_judged() -> None:
    found = material("classification")
    parts = {name: replace(each, weight=np.where(each.y == 1, 0.0, 1.0)) for name, each in found.parts.items()}
    method = measure(replace(found, parts=parts)).methods["flat"]
    assert (method.flatness, method.calibration, method.weakest) == ({}, None, ())


@pytest.mark.parametrize("task", ["classification", "multiclass", "regression"])
def test_all_of_it_is_written_and_read_back(task: str, tmp_path: Path) -> None:
    results = measure(material(task))
    write_results(results, tmp_path / "results.json")
    assert read_results(tmp_path / "results.json") == results


def test_results_of_an_earlier_umva_are_read(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    write_results(measure(material("classification")), path)
    record = json.loads(path.read_text())
    for each in record["methods"].values():
        for name in ("flatness", "calibration", "slices", "weakest"):
            del each[name]
    path.write_text(json.dumps(record))
    method = read_results(path).methods["flat"]
    assert (method.flatness, method.calibration, method.slices, method.weakest) == ({}, None, {}, ())


@pytest.mark.parametrize("task", ["classification", "multiclass"])
def test_the_page_says_it_all(
    task: str, toy_results: Results, toy_multiclass: Results, page_of: Callable[[str], str]
) -> None:
    html = page_of(task)
    results = toy_results if task == "classification" else toy_multiclass
    for method in results.methods.values():
        for each in method.classes.values() if task == "multiclass" else [method]:
            for flatness in each.flatness.values():
                assert str(escape(flatness.sentence)) in html
            if each.calibration:
                assert str(escape(each.calibration.sentence)) in html
        for weak in method.weakest[:3]:
            assert f"<td>{escape(weak.label)}</td>" in html
    assert any(method.weakest for method in results.methods.values())
