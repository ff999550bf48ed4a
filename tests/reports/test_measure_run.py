"""A whole comparison: measured, written, read, ranked."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from umva.errors import ReportError, RunError
from umva.reports.material import Input, Material, Outcome, Part
from umva.reports.measure import measure
from umva.reports.outputs.leaderboard import leaderboard, write_leaderboard
from umva.reports.outputs.store import read_results, write_results
from umva.reports.results import Results, Timing, TrainingCurves

N_VARIABLES = 3


def part(seed: int, n: int = 2000) -> Part:
    """Return normal variables, of which the last is always 7, with some negative weights."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n).astype(np.int8)
    X = (rng.normal(size=(n, N_VARIABLES)) + y[:, None] * [1.0, 0.3, 0.0]).astype(np.float32)
    X[:, 2] = 7.0
    return Part(X, y, rng.exponential(size=n) * np.where(rng.uniform(size=n) < 0.05, -1.0, 1.0))


def outcome(name: str, parts: dict[str, Part], noise: float = 0.0, **more: Any) -> Outcome:
    """Return a method that adds up the variables, with noise."""
    rng = np.random.default_rng(len(name))
    scores = {key: each.X[:, :2].sum(axis=1) + noise * rng.normal(size=len(each.y)) for key, each in parts.items()}
    return Outcome(name, "Sum", "Adds up", "ok", scores=scores, **more)


@pytest.fixture
def material() -> Material:
    """Return two honest methods, one that knows its events by heart, a constant, a broken, a failed, a skipped one."""
    parts = {"train": part(1), "validation": part(2, 500), "test": part(3)}
    rng = np.random.default_rng(9)
    forest = outcome("Forest", parts, noise=1.5)
    forest = replace(forest, scores={**forest.scores, "train": parts["train"].y + rng.uniform(0, 0.5, 2000)})
    constant = replace(outcome("Constant", parts), scores={key: np.ones(len(each.y)) for key, each in parts.items()})
    broken = outcome("Broken", parts)
    broken.scores["test"][3] = np.nan
    options = {"layers": (8, 8), "rate": np.float32(0.5), "limit": float("inf"), "path": Path("a")}
    shap = {"shap": rng.normal(size=(50, N_VARIABLES)), "shap_weight": np.ones(50), "shap_note": "sampled"}
    curves = TrainingCurves("epoch", "loss", {"train": (0.5, 0.4)}, best=2)
    return Material(
        title="Toy",
        seed=5,
        inputs=(Input("a", "a", "$a$", "GeV"), Input("b", "x + y"), Input("c", "c")),
        parts=parts,
        outcomes=(
            Outcome("Crashed", "SVM", "Support vectors", "failed", reason="no memory", traceback="..."),
            constant,
            broken,
            outcome("Noisy", parts, noise=1.0, options=options, time=Timing(1.5, 2.0), curves=curves, **shap),
            outcome("Plain", parts),
            forest,
            Outcome("Later", "DNN", "Network", "skipped", reason="not asked for"),
        ),
        split={"mode": "random", "train": 0.5, "seed": np.int64(1)},
        split_sha256="ab12",
        spectators=(Input("mass", "mass"),),
        cuts={"all": "pt > 20"},
        notes=("A note.",),
        provenance={"umva": "1", "time": {"started": "now"}},
    )


@pytest.fixture
def results(material: Material) -> Results:
    """Return the measured material."""
    return measure(material)


def test_order_and_status(results: Results) -> None:
    assert list(results.methods) == ["Plain", "Noisy", "Forest", "Constant", "Crashed", "Broken", "Later"]
    assert [each.status for each in results.methods.values()] == ["ok"] * 4 + ["failed", "failed", "skipped"]
    assert results.methods["Broken"].reason == "its responses are not finite for 0 training and 1 test events"
    assert results.methods["Crashed"].traceback == "..."
    assert results.methods["Crashed"].auc is None


def test_verdict(results: Results) -> None:
    assert results.verdict.startswith("Plain leads with a test AUC of 0.")
    assert "Noisy, Forest and Constant are worse, by 0." in results.verdict
    assert results.verdict.endswith("Crashed and Broken failed. Later was skipped.")
    forest = results.methods["Forest"].overtraining
    assert forest is not None
    assert forest.verdict == "strong"
    assert "On new events Plain is better" in forest.sentence
    assert results.methods["Plain"].comparison is None


def test_constant_method_is_a_coin(results: Results) -> None:
    found = results.methods["Constant"]
    assert found.auc is not None
    assert (found.auc.test.value, found.auc.test.error) == (0.5, 0.0)
    assert found.signal_efficiency["0.10"].test.value == pytest.approx(0.1)
    assert found.separation is not None
    assert found.separation.value == 0.0


def test_dataset(results: Results, material: Material) -> None:
    dataset = results.dataset
    assert dataset.n_events == 4500
    assert [each.rank for each in dataset.variables] == [1, 2, 3]
    assert dataset.variables[0].unit == "GeV"
    assert dataset.notes == (
        "A note.",
        "c is constant in the signal: its correlations are given as 0.",
        "c is constant in the background: its correlations are given as 0.",
    )
    train = material.parts["train"]
    counts = dataset.counts["background"]["train"]
    assert counts.n_events == np.count_nonzero(train.y == 0)
    assert counts.sum_weights == pytest.approx(train.weight[train.y == 0].sum())
    assert counts.n_negative == np.count_nonzero(train.weight[train.y == 0] < 0)
    assert set(dataset.counts["signal"]) == {"train", "validation", "test"}


def test_inputs_are_not_changed(material: Material) -> None:
    before = {name: (each.X.copy(), each.y.copy(), each.weight.copy()) for name, each in material.parts.items()}
    scores = material.outcomes[3].scores["test"].copy()
    measure(material)
    for name, arrays in before.items():
        for old, new in zip(
            arrays, (material.parts[name].X, material.parts[name].y, material.parts[name].weight), strict=True
        ):
            np.testing.assert_array_equal(old, new)
    np.testing.assert_array_equal(scores, material.outcomes[3].scores["test"])


def test_memory_map_gives_the_same(material: Material, results: Results, tmp_path: Path) -> None:
    train = material.parts["train"]
    np.save(tmp_path / "x.npy", train.X)
    mapped = replace(train, X=np.load(tmp_path / "x.npy", mmap_mode="r"))
    assert measure(replace(material, parts={**material.parts, "train": mapped})) == results


def test_file_holds_what_others_read(results: Results, tmp_path: Path) -> None:
    write_results(results, tmp_path / "results.json")
    text = (tmp_path / "results.json").read_text(encoding="utf-8")
    assert "NaN" not in text
    assert "Infinity" not in text
    record = json.loads(text)
    noisy = record["methods"]["Noisy"]
    for kind in ("train", "test"):
        assert set(noisy["auc"][kind]) == {"value", "error", "low", "high", "note"}
        for key in ("0.01", "0.10", "0.30"):
            assert noisy["signal_efficiency"][key][kind]["error"] > 0
    assert noisy["status"] == "ok"
    assert noisy["overtraining"]["verdict"] in {"none", "mild", "strong"}
    assert {"ks_signal", "ks_background", "auc_gap"} <= set(noisy["overtraining"])
    assert (noisy["time"]["train_s"], noisy["time"]["apply_us_per_event"]) == (1.5, 2.0)
    assert sum(each["value"] for each in noisy["shap"].values()) == pytest.approx(1.0)
    assert noisy["options"] == {"layers": [8, 8], "rate": 0.5, "limit": None, "path": "a"}
    assert (record["dataset"]["n_events"], record["dataset"]["split_sha256"], record["seed"]) == (4500, "ab12", 5)
    assert list(record["methods"]) == list(results.methods)
    assert list(tmp_path.iterdir()) == [tmp_path / "results.json"]


def test_file_reads_back_exactly(results: Results, tmp_path: Path) -> None:
    tricky = replace(results, title='[\n 1,\n 2\n] "µ" \u2028', verdict="[\n1\n]")
    write_results(tricky, tmp_path / "results.json")
    assert read_results(tmp_path / "results.json") == tricky


def test_same_input_same_file(material: Material, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_results(measure(material), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_unknown_fields_are_passed_over(results: Results, tmp_path: Path) -> None:
    write_results(results, tmp_path / "results.json")
    record = json.loads((tmp_path / "results.json").read_text())
    record["dataset"]["new"] = 1
    (tmp_path / "results.json").write_text(json.dumps(record))
    assert read_results(tmp_path / "results.json") == results


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read as results"),
        ("[]", "is not a results file"),
        ('{"schema_version": 99}', "schema version 99, but this umva reads up to 2"),
        ('{"schema_version": 1, "title": "x"}', "schema version 1, which this umva no longer reads"),
        ('{"schema_version": 2, "title": "x"}', "is not a complete results file"),
    ],
)
def test_bad_files_are_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "results.json").write_text(text)
    with pytest.raises(RunError, match=message):
        read_results(tmp_path / "results.json")


def test_a_file_whose_columns_do_not_fit_is_refused(results: Results, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    write_results(results, path)
    record = json.loads(path.read_text(encoding="utf-8"))
    record["methods"]["Noisy"]["response"]["test_signal"]["values"] = [1.0]
    path.write_text(json.dumps(record))
    with pytest.raises(RunError, match=r"methods\['Noisy'\]\.response\.test_signal"):
        read_results(path)
    with pytest.raises(RunError, match=r"none\.json: cannot be read as results \(No such file or directory\)$"):
        read_results(tmp_path / "none.json")


def test_nan_is_never_written(results: Results, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written as JSON"):
        write_results(replace(results, provenance={"x": float("nan")}), tmp_path / "results.json")
    with pytest.raises(RunError, match="cannot be written"):
        write_results(results, tmp_path / "no" / "results.json")
    assert not list(tmp_path.iterdir())


def test_leaderboard(results: Results, tmp_path: Path) -> None:
    rows = leaderboard(results)
    assert [row["rank"] for row in rows] == [1, 2, 3, 4, None, None, None]
    write_leaderboard(results, tmp_path / "leaderboard.csv")
    with (tmp_path / "leaderboard.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    noisy = results.methods["Noisy"]
    assert noisy.auc is not None
    assert noisy.comparison is not None
    assert float(read[1]["auc"]) == noisy.auc.test.value
    assert float(read[1]["eff_30_error"]) == noisy.signal_efficiency["0.30"].test.error
    assert float(read[1]["p"]) == noisy.comparison.p_corrected
    assert (read[0]["behind"], read[-1]["auc"], read[-1]["status"]) == ("", "", "skipped")


def test_missing_class_does_not_stop_it(material: Material) -> None:
    test = material.parts["test"]
    found = measure(replace(material, parts={**material.parts, "test": replace(test, y=np.ones_like(test.y))}))
    plain = found.methods["Plain"]
    assert plain.auc is not None
    assert plain.auc.test.value == 0.5
    assert plain.auc.test.note is not None
    assert found.verdict.startswith("No AUC could be measured")


def test_tiny_classes_do_not_stop_it(material: Material, tmp_path: Path) -> None:
    parts = {"train": part(1, 3), "test": part(2, 4)}
    for each in parts.values():
        each.y[:] = np.arange(len(each.y)) % 2
    outcomes = (outcome("Plain", parts), outcome("Noisy", parts, noise=1.0))
    write_results(measure(replace(material, parts=parts, outcomes=outcomes)), tmp_path / "results.json")
    assert set(read_results(tmp_path / "results.json").methods) == {"Plain", "Noisy"}


def test_nothing_measured(material: Material) -> None:
    found = measure(replace(material, outcomes=material.outcomes[:1]))
    assert found.verdict == "No method was measured. Crashed failed."


def test_what_does_not_fit_is_refused(material: Material) -> None:
    short = replace(material.outcomes[4], scores={**material.outcomes[4].scores, "test": np.zeros(3)})
    with pytest.raises(ReportError, match=r"method 'Plain': \(3,\) responses on part 'test', which has 2000 events"):
        measure(replace(material, outcomes=(short,)))
    with pytest.raises(ReportError, match="no responses on part 'train'"):
        measure(replace(material, outcomes=(replace(short, scores={"test": np.zeros(2000)}),)))
    with pytest.raises(ReportError, match=r"there are \['train'\]"):
        measure(replace(material, parts={"train": material.parts["train"]}))
    with pytest.raises(ReportError, match="3 columns for 1 inputs"):
        measure(replace(material, inputs=material.inputs[:1], outcomes=()))
    with pytest.raises(
        ReportError, match=r"method 'Noisy': Shapley values of shape \(50, 2\) for 50 events and 3 inputs"
    ):
        measure(replace(material, outcomes=(replace(material.outcomes[3], shap=np.zeros((50, 2))),)))


def test_numbers_that_are_not_finite_are_left_out(material: Material) -> None:
    shap = np.ones((50, N_VARIABLES))
    shap[7, 1] = np.nan
    curves = TrainingCurves("epoch", "loss", {"train": (0.5, 0.4, float("nan")), "validation": (0.6, 0.5, 0.5)})
    noisy = replace(material.outcomes[3], shap=shap, curves=curves)
    found = measure(replace(material, outcomes=(noisy,))).methods["Noisy"]
    assert found.shap["b"].value == pytest.approx(1 / 3)
    assert found.curves is not None
    assert found.curves.values == {"train": (0.5, 0.4), "validation": (0.6, 0.5)}
    assert found.notes == (
        "Training curves end at epoch 2: the loss is not finite after it.",
        "Shapley values of 1 of 50 events are not finite and left out.",
    )
