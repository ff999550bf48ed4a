"""Foams beside TMVA's: its own foams' responses, its ranking, its quality."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from umva.methods import Context, Events, parse_string, resolve
from umva.methods.local.foam import PDEFoam
from umva.methods.local.foam_answers import answer
from umva.methods.local.foam_cells import Foam
from umva.testing.quality import auc

if TYPE_CHECKING:
    from pathlib import Path


FOAMS = {
    "classification": ("TMVAClassification_PDEFoam", ["DiscrFoam"], ["myvar1", "myvar2", "var3", "var4"]),
    "multiclass": (
        "TMVAMulticlass_PDEFoam",
        [f"MultiClassFoam{k}" for k in range(4)],
        ["var1", "var2", "var3", "var4"],
    ),
    "regression": ("TMVARegression_PDEFoam", ["MonoTargetRegressionFoam"], ["var1", "var2"]),
}


def booked(text: str, **more: Any) -> PDEFoam:
    return PDEFoam(**resolve(PDEFoam, "PDEFoam", {**parse_string(text), **more}, refused=PDEFoam.refused))


def table(path: Path) -> dict[str, np.ndarray]:
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(each for each in lines if not each.startswith("#")))
    return {key: np.array([float((row[key] or "nan").split(";")[0]) for row in rows]) for key in rows[0]}


def of_tmva(folder: Path, task: str) -> list[Foam]:
    """Return the foams that TMVA dumped, their cells in the order in which they were made."""
    import xml.etree.ElementTree as ET

    name, keys, _ = FOAMS[task]
    weights = ET.parse(folder / task / "weights" / f"{name}.weights.xml").getroot().find("Weights")
    assert weights is not None
    low, high = ([float(each.attrib["Value"]) for each in weights.findall(tag)] for tag in ("Xmin", "Xmax"))
    foams = []
    for key in keys:
        cells = table(folder / task / "weights" / f"{name}.foam_{key}.csv")
        order = np.argsort(cells["serial"])
        assert np.array_equal(cells["serial"][order], np.arange(len(order)))
        cells = {column: values[order] for column, values in cells.items()}
        daughters = np.column_stack([cells["dau0"], cells["dau1"]]).astype(int)
        dimension = cells["best_dim"].astype(int)
        first, rows = np.maximum(daughters[:, 0], 0), np.arange(len(order))
        edges = np.array([cells[f"pos{j}"] + cells[f"size{j}"] for j in range(len(low))]).T
        division = np.where(daughters[:, 0] >= 0, edges[first, dimension[rows]], 0.0)
        elements = np.nan_to_num(cells["elements"])[:, None]
        arrays = {"daughters": daughters, "dimension": dimension, "division": division, "elements": elements}
        foams.append(Foam.of(low, high, **arrays))
    return foams


@pytest.mark.shared
@pytest.mark.parametrize("task", FOAMS)
def test_a_foam_of_tmva_gives_its_responses(shared: Path, task: str) -> None:
    folder = shared / "tmva/reference"
    told = table_of_responses(folder / task / "inputs_and_responses.csv")
    X = np.column_stack([told[name] for name in FOAMS[task][2]]).astype(np.float32)
    found = np.column_stack([answer(foam, X) for foam in of_tmva(folder, task)])
    if task == "multiclass":
        odds = np.exp(found)
        found = odds / odds.sum(axis=1, keepdims=True)
    wanted = np.column_stack([told[key] for key in told if key.partition(":")[0] == "PDEFoam"])
    right = np.abs(found - wanted).max(axis=1) < 1e-5 * np.maximum(np.abs(wanted).max(axis=1), 1.0)
    filled = (found != 0).all(axis=1) if task == "regression" else np.full(len(X), True)  # TMVA fills empty cells
    assert right[filled].all()
    assert filled.mean() > 0.9


def table_of_responses(path: Path) -> dict[str, np.ndarray]:
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {key: np.array([float(row[key]) for row in rows]) for key in rows[0] if key != "className"}


@pytest.mark.shared
def test_divisions_are_the_ranking_of_tmva(shared: Path) -> None:
    (foam,) = of_tmva(shared / "tmva/reference", "classification")
    share = foam.divisions() / foam.divisions().sum()
    assert share.round(4).tolist() == [0.25, 0.1964, 0.25, 0.3036]


def sample_of_tmva(folder: Path, part: str) -> Events:
    told = table_of_responses(folder / "classification" / f"{part}.csv")
    X = np.column_stack([told[name] for name in FOAMS["classification"][2]]).astype(np.float32)
    y, weight = (1 - told["classID"]).astype(np.int8), told["weight"].copy()
    if part == "train":
        weight[y == 0] *= np.sum(y == 0) / weight[y == 0].sum()
    return Events(X, y, weight)


@pytest.mark.shared
def test_quality_is_that_of_tmva(shared: Path) -> None:
    folder = shared / "tmva/reference"
    train, test = (sample_of_tmva(folder, part) for part in ("train", "test"))
    test = test.select(slice(0, None, 3))
    text = "SigBgSeparate=F:TailCut=0.001:VolFrac=0.0666:nActiveCells=500:nSampl=2000:nBin=5:Nmin=100:Kernel=None:Compress=T"
    found = [auc(booked(text).fit(train, context=Context(seed=seed)).score(test.X), test) for seed in range(6)]
    assert np.mean(found) > 0.811 - 0.003
    assert min(found) > 0.811 - 0.02
