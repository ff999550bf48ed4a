"""Real samples of all three tasks: unbalanced classes, several classes, a regression, weights with missing values."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest
from sklearn.metrics import mean_squared_error, roc_auc_score

import umva

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = [pytest.mark.shared, pytest.mark.slow]

MEGABYTE = 1_000_000
DPLUS = ["pt_cand", "d_len", "norm_dl_xy", "cos_p", "cos_p_xy", "imp_par_xy", "sig_vert", "max_norm_d0d0exp"]
SEVERAL: dict[str, dict[str, Any]] = {
    "Logistic": {},
    "KNN": {},
    "SVM": {},
    "BDTG": {},
    "XGBoost": {},
    "RandomForest": {},
    "DNN": {},
}
NUMBERS: dict[str, dict[str, Any]] = {
    "LD": {},
    "KNN": {},
    "BDT": {},
    "BDTG": {},
    "XGBoost": {},
    "RandomForest": {},
    "DNN": {},
}


def compare(loader: umva.DataLoader, folder: Path, methods: Mapping[str, Mapping[str, Any]]) -> umva.Results:
    factory = umva.Factory(loader.name, folder)
    for name, settings in methods.items():
        factory.book(loader, name, **settings)
    results = factory.run()
    page = results.report(folder / "report.html")
    assert page.stat().st_size < 5 * MEGABYTE
    assert {each.status for each in results.methods.values()} == {"ok"}
    assert umva.read_results(folder / "results.json") == results
    return results


def test_three_very_unequal_classes(shared: Path, tmp_path: Path) -> None:
    loader = umva.DataLoader("dplus").add_variables(DPLUS).add_spectator("inv_mass")
    for kind, label in (("Prompt", "prompt"), ("FD", "feed-down"), ("Bkg", "background")):
        source = shared / "data" / "alice_dplus" / f"{kind}_Dpluspp7TeV_pT_1_50.root"
        loader.add_sample(f"{source}:treeMLDplus", label=label)
    results = compare(loader, tmp_path, SEVERAL)
    assert results.task == "multiclass"
    sizes = {label: sum(each.n_events for each in parts.values()) for label, parts in results.dataset.counts.items()}
    assert sizes == {"prompt": 65, "feed-down": 94, "background": 4635}
    with h5py.File(tmp_path / "scores.h5") as file:
        y, scores = file["test/class"][:], file["test/scores/XGBoost"][:]
        assert list(file["test/scores/XGBoost"].attrs["columns"]) == ["prompt", "feed-down", "background"]
    expected = roc_auc_score(y, scores, multi_class="ovr")
    found = results.methods["XGBoost"].auc
    assert found is not None
    assert found.test.value == pytest.approx(expected, abs=1e-9)
    assert expected > 0.8


def events(path: Path) -> dict[str, dict[str, np.ndarray]]:
    """Return the columns of a file of TMVA's events by class."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with path.open() as file:
        for row in csv.DictReader(file):
            rows[row["className"]].append(row)
    return {
        name: {key: np.array([float(row[key]) for row in own]) for key in own[0] if key != "className"}
        for name, own in rows.items()
    }


def given(reference: Path, loader: umva.DataLoader, labels: tuple[str, ...]) -> umva.DataLoader:
    for part in ("train", "test"):
        found = events(reference / f"{part}.csv")
        for name in labels:
            loader.add_sample(found[name], label=name, part=part)
    return loader.split(mode="given")


def test_four_classes_are_told_apart_at_least_as_well_as_by_tmva(shared: Path, tmp_path: Path) -> None:
    reference = shared / "tmva" / "reference" / "multiclass"
    labels = ("Signal", "bg0", "bg1", "bg2")
    loader = umva.DataLoader("four classes").add_variables(["var1", "var2", "var3", "var4"])
    results = compare(given(reference, loader, labels), tmp_path, SEVERAL)
    with (reference / "inputs_and_responses.csv").open() as file:
        rows = list(csv.DictReader(file))
    y = np.array([int(row["classID"]) for row in rows])
    X = np.array([[float(row[f"var{k}"]) for k in range(1, 5)] for row in rows], dtype=np.float32)

    def area(response: np.ndarray) -> float:
        return float(np.mean([roc_auc_score(y == k, response[:, k]) for k in range(4)]))

    tmva = {
        name: area(np.array([[float(row[f"{name}:{label}"]) for label in labels] for row in rows]))
        for name in ("BDTG", "MLP")
    }
    ours = {name: area(umva.load(tmp_path / "methods" / name).predict(X)) for name in SEVERAL}
    assert ours["BDTG"] >= tmva["BDTG"] - 0.003, (ours, tmva)
    assert max(ours.values()) >= max(tmva.values()), (ours, tmva)
    best = next(iter(results.methods.values()))
    assert best.confusion is not None
    assert best.confusion.accuracy.value > 0.6


def test_a_regression_is_as_good_as_tmvas(shared: Path, tmp_path: Path) -> None:
    reference = shared / "tmva" / "reference" / "regression"
    loader = umva.DataLoader("regression").add_variables(["var1", "var2"]).add_target("fvalue").set_weight("var1")
    results = compare(given(reference, loader, ("Regression",)), tmp_path, NUMBERS)
    assert results.task == "regression"
    tmva = {"LD": 19.7, "KNN": 5.76, "BDT": 8.93, "BDTG": 2.37}  # RMS on the test part
    for name, theirs in tmva.items():
        found = results.methods[name].targets["fvalue"].resolution.test
        assert found.error is not None
        assert found.value < 1.05 * theirs, name
    with h5py.File(tmp_path / "scores.h5") as file:
        part = file["test"]
        truth, weight = part["targets/fvalue"][:], part["weight"][:]
        for name in NUMBERS:
            expected = mean_squared_error(truth, part["scores"][name][:, 0], sample_weight=weight)
            assert results.methods[name].targets["fvalue"].mse.test.value == pytest.approx(expected)


def test_weights_and_missing_values_of_the_higgs_challenge(shared: Path, tmp_path: Path) -> None:
    source = shared / "data" / "higgsml_5000.csv"
    with source.open() as file:
        names = [each for each in next(csv.reader(file)) if each.startswith(("DER_", "PRI_"))]
    loader = umva.DataLoader("HiggsML").add_variables(names).set_weight("Weight").missing(-999)
    for label, cut in (("signal", 'Label == "s"'), ("background", 'Label == "b"')):
        loader.add_sample(str(source), label=label, cut=cut)
    methods: dict[str, dict[str, Any]] = {
        "Fisher": {},
        "Logistic": {},
        "BDTG": {},
        "XGBoost": {},
        "RandomForest": {},
        "DNN": {},
    }
    results = compare(loader, tmp_path, methods)
    assert any("replaced by the median" in each for each in results.methods["Fisher"].notes)
    assert not any("median" in each for each in results.methods["XGBoost"].notes)
    record = json.loads((tmp_path / "results.json").read_text())
    yields = {
        label: sum(part["sum_weights"] for part in parts.values())
        for label, parts in record["dataset"]["counts"].items()
    }
    for name in methods:
        found = results.methods[name]
        assert found.auc is not None
        assert found.auc.test.value > 0.8
        assert found.ams is not None
        assert 0 < found.ams.signal.value <= yields["signal"] * (1 + 1e-9)
        assert 0 < found.ams.background.value <= yields["background"] * (1 + 1e-9)
