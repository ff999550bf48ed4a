"""Every method, for every task it knows, saved and loaded, gives the scores that the run wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.naive_bayes import GaussianNB

import umva
from umva.methods import TASKS, get
from umva.toys import higgs_to_bb

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Columns = dict[str, NDArray[Any]]

VARIABLES = ["m_bb", "pt_bb", "btag1 + btag2"]
HISTOGRAM = HistGradientBoostingClassifier(max_iter=10)
WRAPPED: dict[str, dict[str, Any]] = {
    "classification": {"HGB": HISTOGRAM, "Bayes": GaussianNB()},
    "multiclass": {"HGB": HISTOGRAM},
    "regression": {"HGB": HistGradientBoostingRegressor(max_iter=10)},
}


def methods(task: str) -> list[str]:
    return [each for each in umva.available() if task in get(each).capabilities.tasks and not get(each).needs]


def samples(task: str) -> dict[str, Columns]:
    """Return the events of each class, of a regression under its one label."""
    signal, background = higgs_to_bb(300, seed=5)
    if task == "regression":
        return {"Regression": signal}
    far = {name: np.multiply(values, 1.5) for name, values in background.items()}
    return {"signal": signal, "background": background} | ({"far": far} if task == "multiclass" else {})


def run(task: str, folder: Path) -> Path:
    loader = umva.DataLoader(task=task).add_variables(VARIABLES).add_spectator("met").split(train=0.5, validation=0.2)
    for label, columns in samples(task).items():
        loader.add_sample(columns, label=label)
    if task == "regression":
        loader.add_target("ht")
    factory = umva.Factory("reload", folder)
    for name in methods(task):
        quick = dict(get(name).quick_options)
        factory.book(loader, name, name=name, **quick | ({"categories": ["met > 40"]} if name == "Category" else {}))
    for name, estimator in WRAPPED[task].items():
        factory.book(loader, estimator, name=name)
    results = factory.run()
    assert {name: each.reason for name, each in results.methods.items() if each.status != "ok"} == {}
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS)
def test_loaded_models_give_the_scores_of_the_run(task: str, tmp_path: Path) -> None:
    folder = run(task, tmp_path)
    different = []
    for name in [*methods(task), *WRAPPED[task]]:
        model = umva.load(folder / "methods" / name)
        fresh = np.concatenate([model.predict(each) for each in samples(task).values()])
        with h5py.File(folder / "scores.h5") as file:
            same = [
                np.allclose(fresh[file[part]["event"][:]], file[part]["scores"][name][:], rtol=1e-9, atol=1e-12)
                for part in ("train", "validation", "test")
            ]
        different += [] if all(same) else [name]
    assert not different
