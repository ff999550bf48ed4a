"""Our measures of TMVA's own events against the numbers and histograms that TMVA found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import uproot

from umva.reports.measures import (
    auc,
    fill,
    full_roc,
    rank,
    separation,
    signal_efficiency,
    significance,
    tmva_response_binning,
    tmva_variable_binning,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

pytestmark = pytest.mark.shared

TABLE = re.compile(
    r": dataset +(\S+) +: ([\d.]+)\(\d+\) +([\d.]+)\(\d+\) +([\d.]+)\(\d+\) +([\d.]+) +[\d.]+ \| ([\d.]+) +([\d.]+)"
)
MEANINGLESS = {"FDA_MT", "FDA_GAMT", "FDA_MCMT"}  # trained wrongly by TMVA; responses have extreme tails


def table(path: Path) -> NDArray[Any]:
    """Read a CSV file with a header."""
    found: NDArray[Any] = np.genfromtxt(path, delimiter=",", names=True, dtype=None, encoding="utf-8", deletechars="")
    return found


@pytest.fixture(scope="module")
def trained_620(shared: Path) -> Any:
    """Return the folder of an output file of ROOT 6.20."""
    return uproot.open(shared / "tmva/reference/newer/TMVA_6.20_BDT.root")["dataset"]


def test_separation_of_variables_to_the_printed_digits(shared: Path) -> None:
    folder = shared / "tmva/reference/classification"
    lines = re.findall(
        r"IdTransformation +: +\d+ : (\S.*?) +: (\d\.\d{3}e[-+]\d\d)", (folder / "stdout.log").read_text()
    )
    printed = dict(lines[:4])
    titles = {"myvar1": "myvar1", "myvar2": "Expression 2", "var3": "Variable 3", "var4": "Variable 4"}
    train = table(folder / "train.csv")
    signal = train["classID"] == 0
    found = {}
    for name, title in titles.items():
        bins = tmva_variable_binning(train[name], train["weight"])
        shapes = (fill(train[name][each], train["weight"][each], bins) for each in (signal, ~signal))
        found[title] = f"{separation(*shapes).value:.3e}"
    assert found == printed


@pytest.mark.parametrize("name", ["var1", "var2", "var3", "var4"])
def test_histograms_of_variables(trained_620: Any, name: str) -> None:
    train = trained_620["TrainTree"].arrays([name, "classID", "weight"], library="np")
    bins = tmva_variable_binning(train[name], train["weight"])
    for label, title in enumerate(("Signal", "Background")):
        theirs = trained_620[f"InputVariables_Id/{name}__{title}_Id"]
        own = train["classID"] == label
        np.testing.assert_allclose(bins.edges, theirs.axis().edges(), rtol=1e-6)
        contents = fill(train[name][own], train["weight"][own], bins)
        shares = theirs.values() / theirs.values().sum()
        np.testing.assert_allclose(contents.sums[1:-1] / contents.sums.sum(), shares, atol=1.5 / own.sum())


def test_histograms_and_curve_of_responses(trained_620: Any) -> None:
    test = trained_620["TestTree"].arrays(["BDT", "classID", "weight"], library="np")
    scores, weight, signal = test["BDT"].astype(float), test["weight"].astype(float), test["classID"] == 0
    classes = [(scores[each], weight[each]) for each in (signal, ~signal)]
    bins = tmva_response_binning(classes)
    for (values, own), letter in zip(classes, "SB", strict=True):
        theirs = trained_620[f"Method_BDT/BDT/MVA_BDT_{letter}"]
        np.testing.assert_allclose(bins.edges, theirs.axis().edges(), atol=1e-7)
        contents = fill(values, own, bins)
        width = (bins.high - bins.low) / bins.n_bins
        np.testing.assert_allclose(contents.sums[1:-1] / len(values) / width, theirs.values(), rtol=1e-6)
    curve = full_roc(rank(scores, signal, weight))
    theirs = trained_620["Method_BDT/BDT/MVA_BDT_effBvsS"]
    ours = np.interp(theirs.axis().centers(), curve.signal, curve.background)
    np.testing.assert_allclose(ours, theirs.values(), atol=0.002)


def test_evaluation_table(shared: Path) -> None:
    """A twentieth of TMVA's test events must give its printed numbers within the errors that we state."""
    folder = shared / "tmva/reference/classification"
    events = table(folder / "inputs_and_responses.csv")
    y, weight = (events["classID"] == 0).astype(int), events["weight"].astype(float)
    pulls: dict[str, list[float]] = {"10": [], "30": [], "auc": [], "separation": [], "significance": []}
    for name, _, eff_10, eff_30, area, sep, sig in TABLE.findall((folder / "stdout.log").read_text()):
        if name in MEANINGLESS or name.startswith("Cuts"):
            continue
        scores = events[name].astype(float)
        ranked = rank(scores, y, weight)
        curve = full_roc(ranked)
        classes = [(scores[y == label], weight[y == label]) for label in (1, 0)]
        bins = tmva_response_binning(classes, n_bins=15)
        ours = {
            "10": signal_efficiency(curve, 0.1),
            "30": signal_efficiency(curve, 0.3),
            "auc": auc(ranked),
            "separation": separation(*(fill(*each, bins) for each in classes)),
            "significance": significance(classes[0], classes[1]),
        }
        for (key, number), printed in zip(ours.items(), (eff_10, eff_30, area, sep, sig), strict=True):
            assert number.error
            pulls[key].append((number.value - float(printed)) / number.error)
    assert len(pulls["auc"]) > 25
    for key, found in pulls.items():
        assert np.abs(found).max() < 4, key
        assert np.abs(np.median(found)) < 2, key
