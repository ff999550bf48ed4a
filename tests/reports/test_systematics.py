"""Variations and trainings on less, from arrays to numbers and page; the toys of one run are in tests/factory/studies."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from umva.errors import ReportError
from umva.reports import Input, Material, Outcome, Part, measure, read_results, write_results
from umva.reports.figures.envelope import plot_envelope
from umva.reports.figures.learning import plot_learning
from umva.reports.figures.tornado import plot_tornado, sources
from umva.reports.measures import area, rank
from umva.reports.results import Number
from umva.reports.varied import Retrained, Varied

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from umva.reports.results import Results

N = 400
CLASSES = {"classification": (), "multiclass": ("a", "b", "c"), "regression": ()}


def events(task: str, rng: np.random.Generator) -> Part:
    y: Any = rng.integers(0, 3 if task == "multiclass" else 2, N)
    if task == "regression":
        y = rng.normal(0, [1.0, 4.0], (N, 2))
    return Part(rng.normal(size=(N, 2)).astype(np.float32), y, rng.normal(1.0, 0.4, N))


def answers(task: str, part: Part, rng: np.random.Generator, noise: float = 1.0) -> np.ndarray:
    if task == "classification":
        return np.asarray(part.y) + noise * rng.normal(size=N)
    if task == "regression":
        return np.asarray(part.y) + noise * 0.5 * rng.normal(size=(N, 2))
    likely = np.exp(np.eye(3)[part.y] + noise * rng.normal(size=(N, 3)))
    return np.asarray(likely / likely.sum(axis=1, keepdims=True))


def material(task: str) -> Material:
    """Return a sample and one method, varied by half, and trained on less."""
    rng = np.random.default_rng(5)
    parts = {part: events(task, rng) for part in ("train", "test")}
    test = parts["test"]
    scores = {part: answers(task, each, rng) for part, each in parts.items()}
    rows = np.arange(0, N, 2)
    retrained = (
        Retrained("x", 1.0, {"test": answers(task, test, rng, 2.0)}),
        Retrained("y", 1.0, {"test": scores["test"]}),
        Retrained("", 0.5, {"test": scores["test"], "train": scores["train"][rows]}, rows),
        Retrained("", 0.25, reason="it broke"),
    )
    outcome = Outcome(
        name="BDT",
        method="BDT",
        title="trees",
        status="ok",
        scores=scores,
        varied={("JES", "up"): scores["test"][rows] + 0.1, ("JES", "down"): scores["test"]},
        retrained=retrained,
    )
    whole = Varied("JES", "down", "nothing", test.y, test.weight, np.arange(N))
    half = Varied("JES", "up", "half of them", np.asarray(test.y)[rows], 2 * test.weight[rows], rows)
    return Material(
        title="toy",
        seed=1,
        inputs=(Input("x", "x"), Input("y", "y")),
        parts=parts,
        outcomes=(outcome, replace(outcome, name="Broken", varied={}, varied_note="it <cannot>")),
        split={},
        split_sha256="0" * 64,
        classes=CLASSES[task],
        targets=(Input("e", "e", unit="GeV"), Input("t", "t")) if task == "regression" else (),
        variations=(half, whole),
    )


@pytest.mark.parametrize("task", CLASSES)
def test_all_tasks_are_measured_written_and_shown(task: str, tmp_path: Path) -> None:
    results = measure(material(task))
    write_results(results, tmp_path / "results.json")
    assert read_results(tmp_path / "results.json") == results
    method = results.methods["BDT"]
    assert method.systematics is not None
    up, down = (method.systematics.shifts["JES"][side] for side in ("up", "down"))
    assert down.score == Number(0.0, 0.0, note=down.score.note)
    assert up.score.error is not None
    assert up.score.error > 0
    assert len(up.outputs) == {"classification": 0, "multiclass": 3, "regression": 2}[task]
    assert method.left_out["y"].p_value == 1.0
    worse = method.left_out["x"]
    assert worse.loss is not None
    assert worse.loss.value > 0
    assert worse.p_corrected is not None
    assert worse.p_corrected < 0.05
    assert [(each.n_events, each.reason) for each in method.learning] == [(200, None), (0, "it broke"), (N, None)]
    assert method.learning[-1].test == method.score
    page = results.report(tmp_path / "report.html").read_text(encoding="utf-8")
    assert "it &lt;cannot&gt;" in page
    assert "it broke" in page


def test_shifts_of_a_subset_by_hand() -> None:
    """Half of the events, twice the weight: efficiencies are those of the half, with its share of the errors."""
    made = material("classification")
    found = measure(made).methods["BDT"].systematics
    assert found is not None
    test, rows = made.parts["test"], np.arange(0, N, 2)
    scores, y, w = made.outcomes[0].scores["test"], np.asarray(test.y), test.weight
    up = found.shifts["JES"]["up"]
    areas = [area(rank(scores[each], y[each], w[each])).value for each in (rows, slice(None))]
    assert up.score.value == pytest.approx(areas[0] - areas[1])
    cut = found.cuts["0.30"].cut
    passing = [(each >= cut) & (of == 0) for each, of in ((scores[rows] + 0.1, y[rows]), (scores, y))]
    ratio = 2 * w[rows][passing[0]].sum() / w[passing[1]].sum()
    assert up.points["0.30"].background_yield.value == pytest.approx(ratio - 1)


def test_bias_of_a_target_by_hand() -> None:
    made = material("regression")
    rows = np.arange(0, N, 2)
    test, scores = made.parts["test"], made.outcomes[0].scores["test"]
    d = scores[:, 0] - test.y[:, 0]
    expected = np.average(d[rows] + 0.1, weights=test.weight[rows]) - np.average(d, weights=test.weight)
    found = measure(made).methods["BDT"].systematics
    assert found is not None
    assert found.shifts["JES"]["up"].outputs["e"].value == pytest.approx(expected)


def test_nothing_is_there_that_was_not_asked_for() -> None:
    made = material("classification")
    plain = measure(replace(made, outcomes=(replace(made.outcomes[0], varied={}, retrained=()),), variations=()))
    method = plain.methods["BDT"]
    assert (method.systematics, method.left_out, method.learning, plain.variations) == (None, {}, (), ())


@pytest.mark.parametrize("task", CLASSES)
def test_chapters_hold_every_number_and_no_raw_text(task: str, page_of: Callable[[str], str]) -> None:
    page = page_of(task)
    for key in ("systematics", "studies"):
        found = re.search(rf'(?s)<section id="{key}".*?</section>', page)
        assert found is not None
        assert "<script" not in found.group()
        assert "&lt;script&gt;" in found.group()
    assert page.count('aria-label="Systematic shifts of') >= 1


def test_the_largest_source_is_on_top(toy_results: Results) -> None:
    method = toy_results.methods["BDT850"]
    assert sources(method)[0] == "energy"
    labels = [each.get_text() for each in plot_tornado(method).axes[0].get_yticklabels()]
    assert labels[0] == "energy"
    with pytest.raises(ReportError, match="not applied"):
        plot_tornado(toy_results.methods["SVM"])


def test_curves_are_those_of_the_results(toy_results: Results) -> None:
    method = toy_results.methods["BDT850"]
    place = list(toy_results.methods).index("BDT850")
    assert method.systematics is not None
    assert method.systematics.envelope is not None
    lines = [each for each in plot_envelope(toy_results).axes[0].lines if each.get_gid() == f"method-{place}"]
    assert np.asarray(lines[0].get_ydata()).max() == pytest.approx(1.1, abs=0.02)
    lines = [each for each in plot_learning(toy_results).axes[0].lines if each.get_gid() == f"method-{place}"]
    assert {tuple(np.asarray(each.get_xdata()).tolist()) for each in lines} == {(375, 1500)}
