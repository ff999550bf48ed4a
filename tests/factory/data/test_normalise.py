from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest

from umva.errors import DataError
from umva.factory.data.normalise import normalise

if TYPE_CHECKING:
    from pathlib import Path

WEIGHT = np.array([2.0, 1.0, -0.5, 0.5, 0.25, 100.0])
INDEX = np.array([0, 0, 0, 1, 1, 1], dtype=np.int8)
TRAIN = np.arange(5)


@pytest.mark.parametrize(
    ("mode", "signal", "background"), [("None", 2.5, 0.75), ("NumEvents", 3.0, 2.0), ("EqualNumEvents", 3.0, 3.0)]
)
def test_sums_of_the_training_weights(mode: str, signal: float, background: float) -> None:
    factors = normalise(WEIGHT, INDEX, TRAIN, mode=mode)
    scaled = (WEIGHT * np.asarray(factors)[INDEX])[TRAIN]
    assert scaled[INDEX[TRAIN] == 0].sum() == pytest.approx(signal)
    assert scaled[INDEX[TRAIN] == 1].sum() == pytest.approx(background)


def test_several_classes_and_one() -> None:
    index, weight = np.array([0, 0, 1, 2]), np.array([1.0, 3.0, 0.5, 4.0])
    three = ("prompt", "feed-down", "background")
    assert normalise(weight, index, np.arange(4), classes=three) == (0.5, 4.0, 0.5)
    assert normalise(weight, 0 * index, np.arange(4), classes=("Regression",)) == (4 / 8.5,)


@pytest.mark.shared
def test_factor_of_tmva(shared: Path) -> None:
    """TMVA rescaled the background of its classification example by 2.88358, the signal by 1."""
    uproot = pytest.importorskip("uproot")
    with uproot.open(shared / "data" / "tmva_class_example.root") as file:
        weight = np.concatenate([np.ones(6000), file["TreeB"]["weight"].array(library="np")])
    with (shared / "tmva" / "reference" / "classification" / "train.csv").open() as file:
        train = np.array([6000 * int(row["classID"]) + int(row["tree_entry"]) for row in csv.DictReader(file)])
    index = (np.arange(12000) >= 6000).astype(np.int8)
    assert normalise(weight, index, train) == pytest.approx((1.0, 2.88358), rel=2e-6)


def test_refusals() -> None:
    with pytest.raises(DataError, match="unknown NormMode 'NumEvent': did you mean 'NumEvents'"):
        normalise(WEIGHT, INDEX, TRAIN, mode="NumEvent")
    with pytest.raises(DataError, match=r"weights of the 3 training events of class 'sig' sum to -0\.25"):
        normalise(np.array([0.5, 0.25, -1.0, 1, 1, 1]), INDEX, TRAIN, classes=("sig", "bkg"))
    assert normalise(-WEIGHT, INDEX, TRAIN, mode="None") == (1.0, 1.0)
