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
Y = np.array([1, 1, 1, 0, 0, 0], dtype=np.int8)
TRAIN = np.arange(5)


@pytest.mark.parametrize(
    ("mode", "signal", "background"), [("None", 2.5, 0.75), ("NumEvents", 3.0, 2.0), ("EqualNumEvents", 3.0, 3.0)]
)
def test_sums_of_the_training_weights(mode: str, signal: float, background: float) -> None:
    factors = normalise(WEIGHT, Y, TRAIN, mode=mode)
    scaled = (WEIGHT * np.asarray(factors)[Y])[TRAIN]
    assert scaled[Y[TRAIN] == 1].sum() == pytest.approx(signal)
    assert scaled[Y[TRAIN] == 0].sum() == pytest.approx(background)


@pytest.mark.shared
def test_factor_of_tmva(shared: Path) -> None:
    """TMVA rescaled the background of its classification example by 2.88358, the signal by 1."""
    uproot = pytest.importorskip("uproot")
    with uproot.open(shared / "data" / "tmva_class_example.root") as file:
        weight = np.concatenate([np.ones(6000), file["TreeB"]["weight"].array(library="np")])
    with (shared / "tmva" / "reference" / "classification" / "train.csv").open() as file:
        train = np.array([6000 * int(row["classID"]) + int(row["tree_entry"]) for row in csv.DictReader(file)])
    y = (np.arange(12000) < 6000).astype(np.int8)
    assert normalise(weight, y, train) == pytest.approx((2.88358, 1.0), rel=2e-6)


def test_refusals() -> None:
    with pytest.raises(DataError, match="unknown NormMode 'NumEvent': did you mean 'NumEvents'"):
        normalise(WEIGHT, Y, TRAIN, mode="NumEvent")
    with pytest.raises(DataError, match=r"weights of the 3 training events of class 'sig' sum to -0\.25"):
        normalise(np.array([0.5, 0.25, -1.0, 1, 1, 1]), Y, TRAIN, classes=("bkg", "sig"))
    assert normalise(-WEIGHT, Y, TRAIN, mode="None") == (1.0, 1.0)
