"""TMVA's own three trainings written by us: all titles with TMVA's events, exact responses where training is quick."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from umva import DataLoader
from umva.factory.booking import Booking, book
from umva.factory.run_folder import RunFolder
from umva.factory.tmva_output import tmva_details
from umva.methods import Context
from umva.reports.material import Material, Outcome
from umva.reports.results import TrainingCurves
from umva.reports.tmva_root import write_tmva_root

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.factory.data.dataset import Dataset

EXACT = {
    "classification": ("Fisher", "LD", "HMatrix", "KNN", "FisherG", "LikelihoodD"),
    "multiclass": (),
    "regression": ("LD", "KNN"),
}
"""Methods whose responses are TMVA's."""

INPUTS = {
    "classification": {"myvar1": "", "myvar2": "Expression 2", "var3": "Variable 3|units", "var4": "Variable 4|units"},
    "multiclass": {"var1": "", "var2": "Variable 2", "var3": "Variable 3|units", "var4": "Variable 4|units"},
    "regression": {"var1": "Variable 1|units", "var2": "Variable 2|units"},
}


@dataclass(frozen=True)
class Written:
    """A file of ours, and where TMVA's own of the same events is described."""

    task: str
    path: Path
    reference: Path
    material: Material


def read_events(folder: Path, task: str) -> DataLoader:
    """Return the events of one task with TMVA's own split."""
    loader = DataLoader()
    for name, text in INPUTS[task].items():
        title, _, unit = text.partition("|")
        loader.add_variable(name, title=title, unit=unit)
    for part in ("train", "test"):
        table = pd.read_csv(folder / f"{part}.csv")
        for label, own in table.groupby("className", sort=False):
            columns = {name: own[name].to_numpy() for name in own if name not in {"className", "classID", "tree_entry"}}
            loader.add_sample(columns, label=str(label), part=part)
    if "spec1" in columns:
        loader.add_spectators(["spec1", "spec2"])
    if task == "regression":
        loader.add_target("fvalue")
    return loader.set_weight("weight").split(mode="given")


def trained(booking: Booking, dataset: Dataset) -> NDArray[np.float64]:
    """Return the responses to all events."""
    facts = dataset.facts
    model = booking.model(facts.inputs, facts.spectators, facts.problem, facts.missing)
    model.pipeline.fit(dataset.training(), context=Context())
    return model.score(dataset.X)


def outcome(booking: Booking, scores: NDArray[np.float64], dataset: Dataset) -> Outcome:
    """Return what became of a method; of networks with a look at the loss every five epochs."""
    curves = None
    if booking.method.title == "MLP":
        losses = {"train": (0.5,) * 120, "validation": (0.6,) * 120}
        curves = TrainingCurves(step="5 epochs", quantity="loss", values=losses)
    parts = {part: scores[dataset.rows(part)] for part in ("train", "test")}
    kind = booking.method.title
    return Outcome(booking.name, kind, "", "ok", transform=booking.transform, scores=parts, curves=curves)


def responses(task: str, bookings: list[Booking], dataset: Dataset) -> dict[str, NDArray[np.float64]]:
    """Return the responses of all methods, those of a quick one in place of those that take long."""
    if task == "multiclass":
        shares = np.random.default_rng(1).dirichlet(np.ones(4), dataset.n_events)
        return {each.name: shares for each in bookings}
    found = {each.name: trained(each, dataset) for each in bookings if each.name in EXACT[task]}
    return {each.name: found.get(each.name, found["LD"]) for each in bookings}


@pytest.fixture(scope="session")
def written(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Written]:
    """Return a function that writes the file of one task."""
    known: dict[str, Written] = {}

    def write(task: str) -> Written:
        if task not in known:
            known[task] = _write(shared / "tmva/reference", task, tmp_path_factory.mktemp(task))
        return known[task]

    return write


def _write(reference: Path, task: str, folder: Path) -> Written:
    methods: list[dict[str, Any]] = json.loads((reference / "methods.json").read_text())[task]
    dataset = read_events(reference / task, task).dataset()
    bookings = [book(f"k{each['type']}", name=each["title"], options=each["options"], task=task) for each in methods]
    scores = responses(task, bookings, dataset)
    facts = dataset.facts
    material = Material(
        title=task,
        seed=1,
        inputs=facts.inputs,
        parts={part: dataset.part(part) for part in ("train", "test")},
        outcomes=tuple(outcome(each, scores[each.name], dataset) for each in bookings),
        split={},
        split_sha256="",
        classes=facts.problem.classes if task == "multiclass" else (),
        targets=facts.targets,
        spectators=facts.spectators,
    )
    details = tmva_details("dataset", dataset, bookings, RunFolder(folder))
    if task == "classification":  # the densities themselves are made by a run
        shown = {part: scores["LD"][dataset.rows(part)] for part in ("train", "test")}
        made = {
            each: replace(details.methods[each], probability=shown, rarity=shown["test"]) for each in ("Fisher", "LD")
        }
        details = replace(details, methods={**details.methods, **made})
    write_tmva_root(material, folder / "TMVA.root", details)
    return Written(task, folder / "TMVA.root", reference / task, material)
