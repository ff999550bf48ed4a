"""Our transformations against those in TMVA's weights files, and the responses that TMVA computed with them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from umva.factory.data.preprocessing import Chain, Decorrelate, Gaussian, Normalise, PrincipalComponents, Uniform
from umva.methods.densities.smoothing import smooth

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

pytestmark = pytest.mark.shared

VARIABLES = ("myvar1", "myvar2", "var3", "var4")
CLASSES = ("Signal", "Background")  # TMVA's order, so that our sets come in the order of its files


@dataclass(frozen=True)
class Table:
    X: NDArray[np.float32]
    columns: dict[str, NDArray[np.float64]]

    @classmethod
    def read(cls, path: Path) -> Table:
        with path.open() as file:
            rows = list(csv.DictReader(file))
        numbers = [name for name in rows[0] if name != "className"]
        columns = {name: np.array([float(row[name]) for row in rows]) for name in numbers}
        return cls(np.stack([columns[name] for name in VARIABLES], axis=1).astype(np.float32), columns)


@pytest.fixture(scope="module")
def train(shared: Path) -> Table:
    return Table.read(shared / "tmva" / "reference" / "classification" / "train.csv")


@pytest.fixture(scope="module")
def application(shared: Path) -> Table:
    return Table.read(shared / "tmva" / "reference" / "transforms" / "inputs_and_responses.csv")


def fitted(text: str, train: Table) -> Chain:
    weight = train.columns["weight"]
    if text == "P":
        weight = np.ones_like(weight)  # TMVA's principal components ignore the weights
    y = train.columns["classID"].astype(np.int8)
    return Chain.parse(text, variables=VARIABLES, classes=CLASSES).fit(train.X, y, weight, each_class=True)


def weights_file(shared: Path, letter: str) -> ET.ElementTree[ET.Element]:
    return ET.parse(
        shared / "tmva" / "reference" / "transforms" / "weights" / f"TMVAClassification_LD_{letter}.weights.xml"
    )


def numbers(element: ET.Element) -> NDArray[np.float64]:
    return np.array((element.text or "").split(), dtype=np.float64)


def sets(chain: Chain) -> list[object]:
    assert len(chain.sets_) == 3
    return [each[0] for each in chain.sets_]


def test_ranges(shared: Path, train: Table) -> None:
    theirs = list(weights_file(shared, "N").iter("Ranges"))
    for ours, ranges in zip(sets(fitted("N", train)), theirs, strict=True):
        assert isinstance(ours, Normalise)
        assert ours.low.tolist() == [float(each.attrib["Min"]) for each in ranges]
        assert ours.high.tolist() == [float(each.attrib["Max"]) for each in ranges]


def test_square_roots_of_covariance(shared: Path, train: Table) -> None:
    theirs = list(weights_file(shared, "D").iter("Matrix"))
    for ours, matrix in zip(sets(fitted("D", train)), theirs, strict=True):
        assert isinstance(ours, Decorrelate)
        np.testing.assert_allclose(ours.matrix.ravel(), numbers(matrix), atol=1e-8)


def test_principal_components(shared: Path, train: Table) -> None:
    document = weights_file(shared, "P")
    theirs = zip(document.iter("Statistics"), document.iter("Eigenvectors"), strict=True)
    for ours, (mean, axes) in zip(sets(fitted("P", train)), theirs, strict=True):
        assert isinstance(ours, PrincipalComponents)
        np.testing.assert_allclose(ours.mean, numbers(mean), atol=1e-8)
        wanted = numbers(axes).reshape(4, 4)
        signs = np.sign((ours.axes * wanted).sum(axis=0))  # an axis has no sign of its own
        np.testing.assert_allclose(ours.axes * signs, wanted, atol=1e-8)


@pytest.mark.parametrize("letter", ["U", "G"])
def test_cumulative_histograms(shared: Path, train: Table, letter: str) -> None:
    theirs = {each.attrib["Name"]: each for each in weights_file(shared, letter).iter("PDF")}
    for k, ours in enumerate(sets(fitted(letter, train))):
        assert isinstance(ours, Gaussian if letter == "G" else Uniform)
        edges = np.split(ours.edges, np.cumsum(ours.n_bins + 1)[:-1])
        fractions = np.split(ours.fractions, np.cumsum(ours.n_bins)[:-1])
        for variable in range(4):
            histogram = theirs[f"GaussTransform var{variable} cls{k}"]
            binning, contents = histogram.find("HistogramBinning"), histogram.find("Histogram")
            assert binning is not None
            assert contents is not None
            np.testing.assert_allclose(edges[variable], numbers(binning), rtol=1e-8, atol=1e-9)
            np.testing.assert_allclose(fractions[variable], numbers(contents), atol=1e-7)


@pytest.mark.parametrize("letter", ["I", "N", "D", "P", "U", "G"])
def test_responses_of_tmvas_ld(shared: Path, train: Table, application: Table, letter: str) -> None:
    inputs = fitted(letter, train).apply(application.X).astype(np.float64)
    document = weights_file(shared, letter)
    coefficients = np.array([float(each.attrib["Value"]) for each in document.iter("Coefficient")])
    if letter == "P":  # TMVA's axes may point the other way
        axes = numbers(list(document.iter("Eigenvectors"))[-1]).reshape(4, 4)
        ours = sets(fitted("P", train))[-1]
        assert isinstance(ours, PrincipalComponents)
        inputs *= np.sign((ours.axes * axes).sum(axis=0))
    response = coefficients[0] + inputs @ coefficients[1:]
    np.testing.assert_allclose(response, application.columns[f"LD_{letter}"], atol=2e-6)


def test_smoothing_moves_events_into_the_empty_bin(train: Table) -> None:
    """TMVA's histograms of 1000 signal events: an empty bin, one of 9 events, 99 of 10; 7.25 events in the first then."""
    contents = np.array([0.0, 9.0, *[10.0] * 99])
    smoothed = smooth(contents)
    assert smoothed[0] / smoothed.sum() == pytest.approx(7.20496895e-03, rel=1e-6)
    signal = sets(fitted("U", train))[0]
    assert isinstance(signal, Uniform)
    assert signal.n_bins.tolist() == [101] * 4
