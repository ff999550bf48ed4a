"""The comparison on real HIGGS events: every method reaches what it should, and ROOT and HDF5 agree to the last digit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import h5py
import pytest
import uproot

import umva

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.shared, pytest.mark.slow]

VARIABLES = ["m_jj", "m_jjj", "m_lv", "m_jlv", "m_bb", "m_wbb", "m_wwbb"]
TREES = {"signal": "sig_tree", "background": "bkg_tree"}
LEAST_AUC = {
    "Fisher": 0.635,
    "Logistic": 0.635,
    "KNN": 0.745,
    "SVM": 0.735,
    "BDT": 0.745,
    "BDTG": 0.755,
    "XGBoost": 0.755,
    "RandomForest": 0.755,
    "DNN": 0.75,
}
MEGABYTE = 1_000_000


def compare(source: Path, folder: Path) -> dict[str, Any]:
    """Run all methods on the events of a file and return what ``results.json`` holds."""
    loader = umva.DataLoader("higgs").add_variables(VARIABLES).split(train=7000)
    for label, tree in TREES.items():
        loader.add_sample(f"{source}:{tree}", label=label)
    factory = umva.Factory("HIGGS", folder)
    for name in LEAST_AUC:
        factory.book(loader, name)
    factory.run().report(folder / "report.html")
    record: dict[str, Any] = json.loads((folder / "results.json").read_text())
    return record


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("higgs")


@pytest.fixture(scope="module")
def record(shared: Path, folder: Path) -> dict[str, Any]:
    return compare(shared / "data" / "higgs.root", folder)


@pytest.mark.parametrize("name", LEAST_AUC)
def test_method_separates_as_well_as_it_should(record: dict[str, Any], name: str) -> None:
    method = record["methods"][name]
    assert method["status"] == "ok", method["reason"]
    assert method["auc"]["test"]["value"] >= LEAST_AUC[name]


@pytest.mark.parametrize("name", LEAST_AUC)
def test_results_hold_the_promised_numbers(record: dict[str, Any], name: str) -> None:
    method = record["methods"][name]
    assert method["auc"]["test"].keys() >= {"value", "error", "low", "high"}
    assert method["auc"]["train"].keys() >= {"value", "error", "low", "high"}
    assert list(method["signal_efficiency"]) == ["0.01", "0.10", "0.30"]
    for each in method["signal_efficiency"].values():
        for part in ("test", "train"):
            assert each[part].keys() >= {"value", "error"}
    assert method["overtraining"].keys() >= {"verdict", "ks_signal", "ks_background", "auc_gap"}
    assert method["time"]["train_s"] > 0
    assert method["time"]["apply_us_per_event"] > 0
    assert sorted(method["shap"]) == sorted(VARIABLES)


def test_facts_and_report(record: dict[str, Any], folder: Path, shared: Path) -> None:
    with uproot.open(shared / "data" / "higgs.root") as file:
        assert record["dataset"]["n_events"] == sum(file[tree].num_entries for tree in TREES.values())
    assert len(record["dataset"]["split_sha256"]) == 64
    assert record["seed"] == 1
    assert (folder / "report.html").stat().st_size < 5 * MEGABYTE


def test_hdf5_gives_identical_results(record: dict[str, Any], shared: Path, tmp_path: Path) -> None:
    with uproot.open(shared / "data" / "higgs.root") as root, h5py.File(tmp_path / "higgs.h5", "w") as file:
        for tree in TREES.values():
            for name, values in root[tree].arrays(VARIABLES, library="np").items():
                file[f"{tree}/{name}"] = values
    again = compare(tmp_path / "higgs.h5", tmp_path / "run")
    assert _comparable(again) == _comparable(record)


def _comparable(record: dict[str, Any]) -> Any:
    """Return a record without times and files."""
    return _without_time(record | {"dataset": {**record["dataset"], "files": None}})


def _without_time(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_time(each) for key, each in value.items() if key != "time"}
    return [_without_time(each) for each in value] if isinstance(value, list) else value
