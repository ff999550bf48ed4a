"""TMVA's evaluation table from responses: to the printed digits, and its curves point by point."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import uproot
from scipy.optimize import brentq
from sklearn.metrics import roc_auc_score

from umva.factory.booking import book
from umva.methods import Context, Events, Problem
from umva.reports.measures import TmvaRange, auc, rank, tmva_efficiency, tmva_evaluation, tmva_range, tmva_roc
from umva.reports.measures.tmva_root_finder import find_root

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

COLUMNS = ("myvar1", "myvar2", "var3", "var4")
PRINTED = r": dataset +{} +: ([\d.]+)\(\d+\) +([\d.]+)\(\d+\) +([\d.]+)\(\d+\) +([\d.]+) +[\d.]+ \| ([\d.]+) +([\d.]+)"
METHODS = {
    "Fisher": ("kFisher", "VarTransform=None"),
    "FisherG": ("kFisher", "VarTransform=Gauss"),
    "LD": ("kLD", "VarTransform=None"),
    "HMatrix": ("kHMatrix", "VarTransform=None"),
    "KNN": ("kKNN", "nkNN=20:ScaleFrac=0.8:SigmaFact=1.0:Kernel=Gaus:UseKernel=F:UseWeight=T:!Trim"),
    "LikelihoodD": (
        "kLikelihood",
        "TransformOutput:PDFInterpol=Spline2:NSmoothSig[0]=20:NSmoothBkg[0]=20:NSmooth=5:NAvEvtPerBin=50:VarTransform=D",
    ),
}
"""Methods whose responses here are TMVA's, with the options of its tutorial."""


def events(path: Path) -> Events:
    table = pd.read_csv(path)
    X = table[list(COLUMNS)].to_numpy(dtype=np.float32)
    y = (table["classID"] == 0).to_numpy(dtype=np.int8)
    return Events(X, y, table["weight"].to_numpy(dtype=np.float64))


@pytest.mark.shared
@pytest.mark.parametrize("title", METHODS)
def test_printed_line_of_tmva(shared: Path, title: str) -> None:
    """All six numbers of a line, from all 10 000 test events, with the three digits that TMVA prints."""
    folder = shared / "tmva/reference/classification"
    kind, options = METHODS[title]
    pipeline = book(kind, options=options).pipeline(COLUMNS, Problem(), missing=False)
    pipeline.fit(events(folder / "train.csv"), context=Context())
    test = events(folder / "test.csv")
    found = tmva_evaluation(pipeline.score(test.X), test.y == 1, test.weight)
    numbers = (*found.signal_efficiency.values(), found.roc_integral, found.separation, found.significance)
    printed = re.search(PRINTED.format(title), (folder / "stdout.log").read_text())
    assert printed
    assert [f"{each:.3f}" for each in numbers] == list(printed.groups())


@pytest.fixture(scope="module")
def trained_620(shared: Path) -> tuple[Any, NDArray[np.float32], NDArray[np.bool_], NDArray[np.float64]]:
    """Return TMVA's histograms of its BDT in ROOT 6.20, and response, class and weight of the test events."""
    dataset = uproot.open(shared / "tmva/reference/newer/TMVA_6.20_BDT.root")["dataset"]
    test = dataset["TestTree"].arrays(["BDT", "classID", "weight"], library="np")
    return dataset["Method_BDT/BDT"], test["BDT"], test["classID"] == 0, test["weight"].astype(np.float64)


@pytest.mark.shared
def test_curves_are_those_of_tmva(trained_620: Any) -> None:
    theirs, scores, is_signal, weight = trained_620
    classes = [(scores[each], weight[each]) for each in (is_signal, ~is_signal)]
    where = tmva_range(classes[0], classes[1])
    np.testing.assert_array_equal(theirs["MVA_BDT_effS"].axis().edges()[[0, -1]], [where.low, where.high])
    efficiencies = [tmva_efficiency(*each, where) for each in classes]
    for letter, found in zip("SB", efficiencies, strict=True):
        np.testing.assert_allclose(found, theirs[f"MVA_BDT_eff{letter}"].values(), rtol=0, atol=1e-12)
    roc = tmva_roc(efficiencies[0], efficiencies[1], where)
    np.testing.assert_allclose(roc, theirs["MVA_BDT_effBvsS"].values(), rtol=0, atol=1e-12)


@pytest.mark.shared
def test_evaluation_from_the_histograms_of_tmva(trained_620: Any) -> None:
    """A second reading: what TMVA would print, from its own histograms instead of its responses."""
    theirs, scores, is_signal, weight = trained_620
    found = tmva_evaluation(scores, is_signal, weight)
    points = theirs["MVA_BDT_effBvsS"]
    fine = (np.arange(1000) + 0.5) / 1000
    efficiency = np.interp(fine, points.axis().centers(), points.values())
    assert f"{1 - efficiency.mean():.3f}" == f"{found.roc_integral:.3f}"
    for at, signal in found.signal_efficiency.items():
        assert abs(np.interp(at, efficiency, fine) - signal) < 0.00101
    signal, background = (theirs[f"MVA_BDT_{letter}"] for letter in "SB")
    s, b, width = signal.values(), background.values(), np.diff(signal.axis().edges())[0]
    summed = 0.5 * width * np.sum((s - b) ** 2 / np.where(s + b > 0, s + b, 1.0))
    assert found.separation == pytest.approx(summed, abs=0.005)  # parabolas through the same bins
    means, spreads = (
        [np.average(scores[each], weights=weight[each]) for each in (is_signal, ~is_signal)],
        [np.std(scores[each].astype(float)) for each in (is_signal, ~is_signal)],
    )
    assert found.significance == pytest.approx(abs(means[0] - means[1]) / np.hypot(*spreads), rel=1e-5)


@pytest.mark.shared
@pytest.mark.parametrize("title", ["BDT/BDTG", "MLP/MLP", "PDEFoam/PDEFoam", "DL/DL_CPU"])
def test_areas_of_several_classes(shared: Path, title: str) -> None:
    """The areas that TMVA 6 prints for several classes are those below its graphs."""
    dataset = uproot.open(shared / "tmva/reference/newer/TMVA_6.33_multiclass.root")["dataset"]
    name = title.partition("/")[2]
    test = dataset["TestTree"].arrays([name, "classID", "weight"], library="np")
    for index, label in enumerate(("Signal", "bg0", "bg1", "bg2")):
        graph = dataset[f"Method_{title}/MVA_{name}_Test_rejBvsS_{label}"]
        x, y = graph.member("fX"), graph.member("fY")
        own = test["classID"] == index
        found = auc(rank(test[name][label].astype(float), own.astype(int), test["weight"].astype(float)))
        assert found.value == pytest.approx(
            abs(np.trapezoid(y, x)), abs=1.1e-4
        )  # it has a point more than there are cuts


@pytest.mark.parametrize("signed", [False, True])
def test_near_the_area_of_scikit_learn(*, signed: bool) -> None:
    rng = np.random.default_rng(3)
    y = rng.random(4000) < 0.5
    scores = rng.normal(y.astype(float), 1.0)
    weight = rng.integers(1, 4, 4000).astype(float)
    if signed:
        doubled = np.repeat(np.arange(4000), 2)  # each event twice, with weights 2w and -w
        y, scores = y[doubled], scores[doubled]
        weight = weight[doubled] * np.tile([2.0, -1.0], 4000)
    found = tmva_evaluation(scores, y, weight)
    assert found.roc_integral == pytest.approx(roc_auc_score(y, scores, sample_weight=weight), abs=0.002)


def test_signal_may_have_the_smaller_responses() -> None:
    rng = np.random.default_rng(4)
    y = rng.random(4000) < 0.5
    scores = rng.normal(y.astype(float), 1.0)
    one, other = (tmva_evaluation(each, y, np.ones(4000)) for each in (scores, -scores))
    assert other.roc_integral == pytest.approx(one.roc_integral, abs=0.002)
    assert other.separation == pytest.approx(one.separation, abs=0.01)


def test_efficiencies_stay_monotone_with_negative_weights() -> None:
    rng = np.random.default_rng(5)
    values, weight = rng.normal(size=500), rng.normal(0.3, 1.0, 500)
    for larger in (True, False):
        efficiency = tmva_efficiency(values, weight, TmvaRange(-3.0, 3.0, signal_is_larger=larger))
        assert np.all(np.diff(efficiency) * (-1 if larger else 1) >= 0)
        assert efficiency.min() >= 0
        assert efficiency.max() == 1


@pytest.mark.parametrize("degree", [1, 3, 5])
def test_root_finder_against_scipy(degree: int) -> None:
    def function(x: float) -> float:
        return (x - 0.3) ** degree + 0.1 * (x - 0.3)

    assert find_root(function, -1.0, 2.0) == pytest.approx(brentq(function, -1.0, 2.0), abs=1e-9)


def test_root_finder_without_a_root() -> None:
    assert find_root(lambda x: x * x + 1.0, 0.0, 1.0) == 1.0
