"""Our histograms of TMVA's own events and responses against TMVA's, bin by bin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import uproot

from umva.reports.material import Input, Material, Outcome, Part
from umva.reports.tmva_root import Details, MethodDetails, write_tmva_root

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

pytestmark = pytest.mark.shared

VARIABLES = ("var1", "var2", "var3", "var4")
CLASSES = ("Signal", "bg0", "bg1", "bg2")


def part(events: Mapping[str, NDArray[Any]], *, two: bool) -> Part:
    X = np.stack([events[each] for each in VARIABLES], axis=1)
    y = 1 - events["classID"] if two else events["classID"]
    return Part(X, y, events["weight"].astype(np.float64))


def rewritten(source: Path, folder: Path, methods: Mapping[str, str]) -> tuple[Any, Any]:
    """Return the dataset of a file of TMVA, and that which we write with the events and responses in its trees."""
    theirs = uproot.open(source)["dataset"]
    two = "InputVariables_Id/var1__Background_Id" in theirs
    trees = {name: theirs[f"{name.capitalize()}Tree"] for name in ("train", "test")}
    names = [*VARIABLES, "classID", "weight"]
    parts = {name: part(tree.arrays(names, library="np"), two=two) for name, tree in trees.items()}
    outcomes = []
    for title, kind in methods.items():
        found = {name: tree[title].array(library="np") for name, tree in trees.items()}
        if not two:
            found = {name: np.stack([each[label] for label in CLASSES], axis=1) for name, each in found.items()}
        scores = {name: each.astype(np.float64) for name, each in found.items()}
        outcomes.append(Outcome(title, kind, "", "ok", scores=scores))
    material = Material(
        title="",
        seed=1,
        inputs=tuple(Input(each, each) for each in VARIABLES),
        parts=parts,
        outcomes=tuple(outcomes),
        split={},
        split_sha256="",
        classes=() if two else CLASSES,
    )
    write_tmva_root(material, folder / "TMVA.root", Details(methods={title: MethodDetails() for title in methods}))
    return theirs, uproot.open(folder / "TMVA.root")["dataset"]


def differing(theirs: Any, ours: Any, *, without: tuple[str, ...]) -> tuple[list[str], int]:
    """Return the histograms of both files that differ, and how many were compared."""
    wrong, n_compared = [], 0
    for path, kind in theirs.classnames(cycle=False).items():
        if not kind.startswith(("TH", "TProfile")) or path not in ours or any(each in path for each in without):
            continue
        a, b = theirs[path], ours[path]
        n_compared += 1
        curve = "eff" in path.lower()  # without underflow and errors
        same = np.allclose(a.values(flow=not curve), b.values(flow=not curve), rtol=2e-6, atol=1e-9)
        same &= all(np.allclose(a.axis(k).edges(), b.axis(k).edges(), rtol=1e-6, atol=1e-7) for k in range(len(a.axes)))
        if len(a.member("fSumw2")) and kind.startswith("TH1") and not curve:
            same &= bool(np.allclose(a.errors(), b.errors(), rtol=2e-6))
        if not same:
            wrong.append(path)
    return wrong, n_compared


def test_two_classes_of_root_6(shared: Path, tmp_path: Path) -> None:
    source = shared / "tmva/reference/newer/TMVA_6.20_BDT.root"
    theirs, ours = rewritten(source, tmp_path, {"BDT": "BDT"})
    # TMVA reads its curve of the training sample at the cuts of the test sample
    wrong, n_compared = differing(theirs, ours, without=("trainingEffBvsS", "trainingRejBvsS"))
    assert wrong == []
    assert n_compared > 60


def test_several_classes_of_root_6(shared: Path, tmp_path: Path) -> None:
    source = shared / "tmva/reference/newer/TMVA_6.33_multiclass.root"
    methods = {"BDTG": "BDT", "MLP": "MLP", "PDEFoam": "PDEFoam"}  # DL_CPU sees transformed inputs
    theirs, ours = rewritten(source, tmp_path, methods)
    wrong, n_compared = differing(theirs, ours, without=())
    assert wrong == []
    assert n_compared > 250
