from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import umva

if TYPE_CHECKING:
    from pathlib import Path

PRINTED = {"auc": 0.919, "0.01": 0.351, "0.10": 0.763, "0.30": 0.922, "separation": 0.544, "significance": 1.396}
"""TMVA's evaluation table for Fisher and LD on its own example, 1000 + 1000 training events."""


@pytest.mark.shared
@pytest.mark.parametrize("method", ["Fisher", "LD"])
def test_evaluation_table_is_that_of_tmva(shared: Path, tmp_path: Path, method: str) -> None:
    """The whole way from the ROOT file to the table, with TMVA's split, weights, method and measures."""
    file = shared / "data" / "tmva_class_example.root"
    loader = umva.DataLoader().add_variables(["myvar1 := var1+var2", "myvar2 := var1-var2", "var3", "var4"])
    loader.add_sample(f"{file}:TreeS", label="signal").add_sample(f"{file}:TreeB", label="background")
    loader.set_weight("weight", label="background").split(train=1000)
    factory = umva.Factory("tmva", tmp_path)
    factory.book(loader, method)
    found = factory.run().methods[method]
    assert found.auc
    assert found.separation
    assert found.significance
    mine = {key: pair.test.value for key, pair in found.signal_efficiency.items()}
    mine |= {
        "auc": found.auc.test.value,
        "separation": found.separation.value,
        "significance": found.significance.value,
    }
    # TMVA reads curves from splines through 100 bins, and integrates splines for the separation
    assert mine == pytest.approx(PRINTED, abs=0.0015)
