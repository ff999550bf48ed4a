"""Missing inputs: wherever one is, it stops no method that was told; where none was declared, there is no response."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

import umva
from umva.toys import higgs_to_bb

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("row", [1, 298], ids=["training", "test"])
def test_one_missing_input_anywhere_stops_no_method(tmp_path: Path, row: int) -> None:
    signal, background = (pd.DataFrame(each) for each in higgs_to_bb(300, seed=6))
    signal.loc[row, "m_bb"] = np.nan
    loader = umva.DataLoader().add_variables(["m_bb", "pt_bb"]).missing().split(mode="block")
    loader.add_sample(signal, label="signal").add_sample(background, label="background")
    factory = umva.Factory("one hole", tmp_path)
    for each in ("LD", "KNN", "HistGradientBoosting"):
        factory.book(loader, each)
    factory.book(loader, "Stacking", methods=["LD", "KNN"], folds=2)
    factory.book(loader, "Category", of="KNN", categories=["pt_bb > 50"])
    methods = factory.run().methods
    assert {name: each.reason for name, each in methods.items() if each.status != "ok"} == {}


def test_a_missing_input_that_was_not_declared_has_no_response(tmp_path: Path) -> None:
    signal, background = higgs_to_bb(300, seed=6)
    loader = umva.DataLoader().add_variables(["m_bb", "pt_bb"])
    loader.add_sample(signal, label="signal").add_sample(background, label="background")
    factory = umva.Factory("no hole", tmp_path)
    factory.book(loader, "HistGradientBoosting")
    factory.book(loader, "Stacking", methods=["LD", "KNN"], folds=2)
    factory.run()
    for name in ("HistGradientBoosting", "Stacking"):
        found = umva.load(tmp_path / "methods" / name).predict({"m_bb": [100.0, np.nan], "pt_bb": [50.0, 50.0]})
        assert np.isnan(found).tolist() == [False, True]
