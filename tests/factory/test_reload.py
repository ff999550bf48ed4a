"""Every method, saved and loaded, gives the very scores that the run wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.naive_bayes import GaussianNB

import umva
from umva.methods import get
from umva.toys import higgs_to_bb

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

OWN = umva.available()
WRAPPED = {"HGB": HistGradientBoostingClassifier(max_iter=10), "NaiveBayes": GaussianNB()}
VARIABLES = ["m_bb", "pt_bb", "btag1 + btag2"]


@pytest.fixture(scope="module")
def events() -> dict[str, dict[str, NDArray[Any]]]:
    signal, background = higgs_to_bb(300, seed=5)
    return {"signal": signal, "background": background}


@pytest.fixture(scope="module")
def run(events: dict[str, dict[str, NDArray[Any]]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    loader = umva.DataLoader().add_variables(VARIABLES).split(train=0.5, validation=0.2)
    for label, columns in events.items():
        loader.add_sample(columns, label=label)
    folder = tmp_path_factory.mktemp("reload")
    factory = umva.Factory("reload", folder)
    for name in OWN:
        factory.book(loader, name, **get(name).quick_options)
    for name, estimator in WRAPPED.items():
        factory.book(loader, estimator, name=name)
    results = factory.run()
    assert {name: each.reason for name, each in results.methods.items() if each.status != "ok"} == {}
    return folder


@pytest.mark.parametrize("name", [*OWN, *WRAPPED])
def test_loaded_model_gives_the_scores_of_the_run(
    run: Path, events: dict[str, dict[str, NDArray[Any]]], name: str
) -> None:
    model = umva.load(run / "methods" / name)
    fresh = np.concatenate([model.predict(events["signal"]), model.predict(events["background"])])
    with h5py.File(run / "scores.h5") as file:
        for part in ("train", "validation", "test"):
            np.testing.assert_array_equal(fresh[file[part]["event"][:]], file[part]["scores"][name][:])
