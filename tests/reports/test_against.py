from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest

from umva.errors import ReportError, RunError
from umva.reports import Input, Material, Outcome, Part, measure, read_results, write_results
from umva.reports.measures import auc_difference
from umva.reports.page import render
from umva.reports.page.chapters.against import _lead
from umva.reports.results import Against, Change, InputFile, Number
from umva.reports.runs.against import compared_with
from umva.reports.runs.stored_scores import read_scores

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.reports import Results

FILES = (InputFile("toy.root:t", "signal", 900, 900, sha256="ab"),)
N = 400


def events(task: str, seed: int = 1) -> tuple[NDArray[Any], NDArray[np.float64], NDArray[np.float64]]:
    """Return truth, weights (a few negative) and a feature that tells of the truth."""
    rng = np.random.default_rng(seed)
    weight = np.where(rng.random(3 * N) < 0.1, -0.5, rng.uniform(0.5, 1.5, 3 * N))
    if task == "regression":
        truth = rng.normal(size=(3 * N, 2))
        return truth, weight, truth + rng.normal(0, 0.5, (3 * N, 2))
    n_classes = 3 if task == "multiclass" else 2
    y = rng.integers(0, n_classes, 3 * N).astype(np.int8)
    hints = np.eye(n_classes)[y] + rng.normal(0, 0.8, (3 * N, n_classes))
    return y, weight, hints if task == "multiclass" else hints[:, 1]


def run(folder: Path, task: str, test: NDArray[np.int64], *, noise: float = 0.3, seed: int = 1, **more: Any) -> Results:
    """Measure a run whose test part are these events of the sample, and lay down what a run folder has."""
    y, weight, hints = events(task)
    rows = {"train": np.setdiff1d(np.arange(3 * N), test)[:N], "test": test}
    rng = np.random.default_rng(seed)
    scores = hints + rng.normal(0, noise, hints.shape)
    material = Material(
        title="toy",
        seed=seed,
        inputs=(Input("x", "x"),),
        parts={k: Part(np.zeros((len(r), 1), np.float32), y[r], weight[r]) for k, r in rows.items()},
        outcomes=(
            Outcome("BDT", "BDT", "t", "ok", options={"noise": noise}, scores={k: scores[r] for k, r in rows.items()}),
        ),
        split={},
        split_sha256="0" * 64,
        classes=("a", "b", "c") if task == "multiclass" else (),
        targets=(Input("e1", "e1"), Input("e0", "e0")) if task == "regression" else (),
        files=FILES,
        **more,
    )
    results = measure(material)
    folder.mkdir(parents=True)
    write_results(results, folder / "results.json")
    with h5py.File(folder / "scores.h5", "w") as file:
        for part, r in rows.items():
            group = file.create_group(part)
            group["weight"], group["event"] = weight[r], r
            group["scores/BDT"] = scores[r]
            if task == "regression":
                group["targets/e1"], group["targets/e0"] = y[r].T
            else:
                group["class"] = y[r]
            if task != "classification":
                group["scores/BDT"].attrs["columns"] = material.classes or ("e1", "e0")
    return results


@pytest.mark.parametrize("task", ["classification", "multiclass", "regression"])
def test_scores_are_read_back(task: str, tmp_path: Path) -> None:
    results = run(tmp_path / "now", task, np.arange(N))
    stored = read_scores(tmp_path / "now" / "scores.h5")
    assert results.methods["BDT"].score
    assert stored.score("BDT").value == pytest.approx(results.methods["BDT"].score.value, rel=1e-12)
    assert stored.score("BDT").number.error == pytest.approx(results.methods["BDT"].score.error, rel=1e-12)


def test_on_the_same_events_the_change_is_delong_s(tmp_path: Path) -> None:
    test = np.arange(100, 100 + N)
    run(tmp_path / "before", "classification", test, noise=1.0)
    now = run(tmp_path / "now", "classification", test, noise=0.2, seed=2)
    found = compared_with(now, tmp_path / "before", folder=tmp_path / "now")
    change = found.methods["BDT"]
    parts = [read_scores(tmp_path / each / "scores.h5").parts["test"] for each in ("now", "before")]
    expected = auc_difference(parts[0].scores["BDT"], parts[1].scores["BDT"], parts[0].y, parts[0].weight)
    assert (change.change.value, change.change.error) == pytest.approx((expected.value, expected.error))
    assert change.paired
    assert change.verdict == "better"
    assert "same events" in found.events
    assert [(each.name, each.before, each.now) for each in change.options] == [("noise", "1.0", "0.2")]
    assert [(each.name, each.before, each.now) for each in found.facts] == [("seed", "1", "2")]


@pytest.mark.parametrize("task", ["classification", "multiclass", "regression"])
@pytest.mark.parametrize(("shift", "words"), [(0, "same events"), (N // 2, "share 50 %"), (N, "share 0 %")])
def test_errors_know_the_events_that_two_runs_share(task: str, shift: int, words: str, tmp_path: Path) -> None:
    run(tmp_path / "before", task, np.arange(N), noise=0.5)
    now = run(tmp_path / "now", task, np.arange(shift, shift + N), noise=0.4, seed=2)
    found = compared_with(now, tmp_path / "before", folder=tmp_path / "now")
    change = found.methods["BDT"].change
    assert words in found.events
    stored = [read_scores(tmp_path / each / "scores.h5") for each in ("now", "before")]
    rng = np.random.default_rng(3)
    values = []
    for _ in range(300):  # the Poisson bootstrap of the whole sample, so that shared events are drawn for both
        copies = rng.poisson(1.0, 3 * N)
        ends = []
        for each in stored:
            part = each.parts["test"]
            drawn = replace(part, weight=part.weight * copies[part.event])
            ends.append(replace(each, parts={"test": drawn}).score("BDT").value)
        values.append(ends[0] - ends[1])
    assert change.error == pytest.approx(np.std(values), rel=0.17)
    independent = compared_with(now, read_results(tmp_path / "before" / "results.json")).methods["BDT"]
    assert not independent.paired
    assert independent.change.value == pytest.approx(change.value)
    assert (independent.change.error == pytest.approx(change.error, rel=0.02)) == (shift == N)


def test_scores_of_another_run_are_not_taken(tmp_path: Path) -> None:
    test = np.arange(N)
    run(tmp_path / "before", "classification", test)
    now = run(tmp_path / "now", "classification", test, noise=0.9)
    found = compared_with(now, tmp_path / "before", folder=tmp_path / "before")
    assert not found.methods["BDT"].paired
    assert "not at hand" in found.events


def test_other_cuts_or_events_are_not_paired(tmp_path: Path) -> None:
    test = np.arange(N)
    run(tmp_path / "before", "classification", test)
    now = run(tmp_path / "now", "classification", test, cuts={"all": "x > 0"})
    found = compared_with(now, tmp_path / "before", folder=tmp_path / "now")
    assert not found.methods["BDT"].paired
    assert ("cut (all)", "", "x > 0") in [(each.name, each.before, each.now) for each in found.facts]


def test_the_same_run_is_unchanged(tmp_path: Path) -> None:
    now = run(tmp_path / "now", "classification", np.arange(N))
    found = compared_with(now, tmp_path / "now", folder=tmp_path / "now")
    assert (found.methods["BDT"].change.value, found.methods["BDT"].change.error) == (0, 0)
    assert found.methods["BDT"].verdict == "same"
    assert not found.facts
    page = render(replace(now, against=found), drawings={})
    assert "Since the earlier run" in page
    assert "unchanged" in page
    assert "Since the earlier run" not in render(replace(now, against=None), drawings={})


def test_a_change_that_is_certain_and_hardly_matters() -> None:
    number = Number(0.9, 0.01)
    change = Change(number, number, Number(1e-4, 1e-5, 8e-5, 1.2e-4), True, 1e-9, 1e-9, "better", negligible=True)
    found = Against("t", "", "", {"BDT": change, "MLP": replace(change, verdict="same")})
    assert _lead(found, "") == ("BDT is better by 0.000100 ± 0.000010, which hardly matters. MLP is as good as before.")


def test_the_report_finds_the_scores_beside_it(tmp_path: Path) -> None:
    run(tmp_path / "before", "classification", np.arange(N))
    now = run(tmp_path / "now", "classification", np.arange(N), noise=0.2)
    for against in (str(tmp_path / "before"), tmp_path / "before" / "results.json"):
        page = now.report(tmp_path / "now" / "report.html", against=against).read_text(encoding="utf-8")
        assert "changes are paired event by event" in page
        written = json.loads((tmp_path / "now" / "against.json").read_text(encoding="utf-8"))
        assert written["methods"]["BDT"]["verdict"] == "better"
        assert written["methods"]["BDT"]["options"][0]["name"] == "noise"
    page = now.report(tmp_path / "report.html", against=tmp_path / "before").read_text(encoding="utf-8")
    assert "are not at hand" in page


def test_what_cannot_be_compared(tmp_path: Path, toy_regression: Results) -> None:
    now = run(tmp_path / "now", "classification", np.arange(N))
    with pytest.raises(ReportError, match="a classification cannot be compared with an earlier regression"):
        compared_with(now, toy_regression)
    other = replace(now, methods={"MLP": replace(now.methods["BDT"], name="MLP")})
    with pytest.raises(ReportError, match="no measured method is in both runs"):
        compared_with(now, other)
    with pytest.raises(RunError, match="cannot be read as results"):
        compared_with(now, tmp_path / "nothing")
