"""Boosted trees beside TMVA's: its forests node by node, its quality."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from umva.methods import Events, Method, get, parse_string, resolve
from umva.methods.trees.bdt import BDT, BDTG
from umva.methods.trees.preselection import find_cuts

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


VARIABLES = ["myvar1", "myvar2", "var3", "var4"]


Nodes = list[tuple[int, float, float]]


def events(path: Path) -> Events:
    """Read TMVA's events."""
    table = pd.read_csv(path)
    X = np.ascontiguousarray(table[VARIABLES].to_numpy(np.float32))
    return Events(X, (table["classID"] == 0).to_numpy(np.int8), table["weight"].to_numpy(float))


def auc(method: Method, test: Events) -> float:
    return float(roc_auc_score(test.y, method.score(test.X), sample_weight=test.weight))


def booked(name: str, options: str) -> Method:
    """Return a method as TMVA's option string books it."""
    cls = get(name)
    return cls(**resolve(cls, name, parse_string(options), refused=cls.refused))


class Reference:
    """What TMVA made of one booking."""

    def __init__(self, shared: Path, title: str) -> None:
        folder = shared / "tmva" / "reference"
        bookings = json.loads((folder / "methods.json").read_text())
        [text] = [each["options"] for each in bookings["classification"] if each["title"] == title]
        self.options = re.sub(r"!?[HV]:|:VarTransform=\w+", "", text)
        folder /= "classification"
        self.root = ET.parse(folder / "weights" / f"TMVAClassification_{title}.weights.xml").getroot()
        self.train, self.test = events(folder / "train.csv"), events(folder / "test.csv")
        log = (folder / "stdout.log").read_text()
        found = re.search(rf": dataset +{title} +:.*?\)    (0\.\d+)", log)
        assert found is not None
        self.auc = float(found[1])
        ranking = log.partition(f"--- {title} ".ljust(29) + ": Ranking result")[2]
        pairs = re.findall(r":\s+\d : (\w+) +: ([\d.e+-]+)", ranking.partition("Ranking result")[0])
        self.importance = [float(dict(pairs[:4])[name]) for name in VARIABLES]

    def trees(self, leaf: str) -> list[Nodes]:
        return [tmva_nodes(tree[0], leaf) for tree in self.root.iter("BinaryTree")]

    def tree_weights(self) -> NDArray[np.float64]:
        return np.array([float(tree.attrib["boostWeight"]) for tree in self.root.iter("BinaryTree")])


def tmva_nodes(node: ET.Element, leaf: str) -> Nodes:
    """Return variable, cut and value of the nodes below, left ones first."""
    if node.attrib["IVar"] == "-1" or len(node) == 0:
        return [(-1, 0.0, float(node.attrib[leaf]))]
    daughters = {each.attrib["pos"]: each for each in node}
    order = "lr" if node.attrib["cType"] == "1" else "rl"
    below = [each for side in order for each in tmva_nodes(daughters[side], leaf)]
    return [(int(node.attrib["IVar"]), float(node.attrib["Cut"]), 0.0), *below]


def our_trees(method: BDT | BDTG) -> list[Nodes]:
    """Return the same of our trees."""

    def below(node: int) -> Nodes:
        variable = int(method.feature_[node])
        if variable < 0:
            return [(-1, 0.0, float(method.value_[node]))]
        child = int(method.child_[node])
        return [(variable, float(method.cut_[node]), 0.0), *below(child), *below(child + 1)]

    return [below(int(root)) for root in method.root_]


def n_alike(ours: list[Nodes], theirs: list[Nodes]) -> int:
    """Return how many trees, from the first, are the same."""
    for number, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        if len(one) != len(other) or not np.allclose(one, other, rtol=3e-6, atol=2e-7):
            return number
    return len(ours)


@pytest.mark.shared
@pytest.mark.parametrize(("title", "leaf"), [("BDTB", "nType"), ("BDTG", "res"), ("BDTD", "nType")])
def test_forest_is_tmvas(shared: Path, title: str, leaf: str) -> None:
    reference = Reference(shared, title)
    train = reference.train
    if title == "BDTD":
        matrix = np.array((reference.root.findall(".//Matrix")[-1].text or "").split(), float).reshape(4, 4)
        train = Events((train.X @ matrix.T).astype(np.float32), train.y, train.weight)
    method = booked("BDT", reference.options)
    assert isinstance(method, BDT)
    method.fit(train)
    assert n_alike(our_trees(method), reference.trees(leaf)) == method.n_trees
    np.testing.assert_allclose(method.tree_weight_, reference.tree_weights(), rtol=1e-5)
    np.testing.assert_allclose(method.importance_, reference.importance, atol=6e-5)


def combined_nodes(node: ET.Element) -> list[Any]:
    """Return variable, cut and combination of the nodes below; a combination is shifted so that its cut is 0."""
    if node.attrib["IVar"] == "-1" or len(node) == 0:
        return [(-1, 0.0, float(node.attrib["nType"]))]
    combination = [float(node.attrib[f"fC{k}"]) for k in range(int(node.attrib["NCoef"]))]
    cut = float(node.attrib["Cut"])
    if combination:
        combination[-1], cut = combination[-1] - cut, 0.0
    daughters = {each.attrib["pos"]: each for each in node}
    order = "lr" if node.attrib["cType"] == "1" else "rl"
    below = [each for side in order for each in combined_nodes(daughters[side])]
    return [(int(node.attrib["IVar"]), cut, *combination), *below]


@pytest.mark.shared
def test_forest_with_fisher_cuts_is_tmvas(shared: Path) -> None:
    reference = Reference(shared, "BDTF")
    method = booked("BDT", reference.options).fit(reference.train)
    assert isinstance(method, BDT)

    def below(node: int) -> list[Any]:
        variable = int(method.feature_[node])
        if variable < 0:
            return [(-1, 0.0, float(method.value_[node]))]
        combination = method.combinations_[variable - 4] if variable >= 4 else ()
        left = int(method.child_[node])
        return [(min(variable, 4), float(method.cut_[node]), *combination), *below(left), *below(left + 1)]

    ours = [below(int(root)) for root in method.root_]
    theirs = [combined_nodes(tree[0]) for tree in reference.root.iter("BinaryTree")]
    assert sum(len(node) > 3 for tree in theirs for node in tree) > 50
    for one, other in zip(ours, theirs, strict=True):
        for node, wanted in zip(one, other, strict=True):
            assert node == pytest.approx(wanted, rel=1e-5, abs=1e-6)
    np.testing.assert_allclose(method.tree_weight_, reference.tree_weights(), rtol=1e-5)
    assert method.ranking_ is not None
    np.testing.assert_allclose(method.ranking_.values, reference.importance, atol=6e-5)
    assert auc(method, reference.test) > reference.auc - 0.001


@pytest.mark.shared
def test_preselection_is_tmvas(shared: Path) -> None:
    reference = Reference(shared, "BDTD")
    matrix = np.array((reference.root.findall(".//Matrix")[-1].text or "").split(), float).reshape(4, 4)
    X = (reference.train.X @ matrix.T).astype(np.float32)
    cuts = find_cuts(Events(X, reference.train.y, reference.train.weight))
    # TMVA prints -1.16667: it takes 1 % of the range of the variable before the transformation, we of that after it.
    ranges = [np.ptp(each[:, 3].astype(float)) for each in (reference.train.X, X)]
    assert cuts[0, 3] == pytest.approx(-1.16667 + 0.01 * (ranges[0] - ranges[1]), abs=1e-5)
    assert np.isinf(np.delete(cuts.ravel(), 3)).all()


@pytest.mark.shared
def test_bagged_adaboost_starts_as_tmvas(shared: Path) -> None:
    reference = Reference(shared, "BDT")
    method = booked("BDT", reference.options.replace("NTrees=850", "NTrees=1"))
    assert isinstance(method, BDT)
    method.fit(reference.train)
    assert n_alike(our_trees(method), reference.trees("nType")[:1]) == 1
    # TMVA's first error is counted on the events drawn, ours on all.
    assert method.tree_weight_[0] == pytest.approx(reference.tree_weights()[0], rel=0.1)


@pytest.mark.shared
@pytest.mark.parametrize("title", ["BDT", "BDTG", "BDTB"])
def test_classifies_as_well_as_tmva(shared: Path, title: str) -> None:
    reference = Reference(shared, title)
    method = booked("BDT", reference.options).fit(reference.train)
    assert auc(method, reference.test) > reference.auc - 0.002


@pytest.mark.shared
@pytest.mark.parametrize(("name", "least"), [("BDT", 0.870), ("BDTG", 0.895)])
def test_defaults_are_sound(shared: Path, name: str, least: float) -> None:
    reference = Reference(shared, "BDT")
    assert auc(get(name)().fit(reference.train), reference.test) > least
