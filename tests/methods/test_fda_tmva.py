"""Function discriminant analysis beside TMVA's."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from fda_bookings import booked, fda
from sklearn.metrics import roc_auc_score

from umva.methods import Context, Events, Problem
from umva.methods.fda.ranges import Ranges

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


LINE = "(0)+(1)*x0+(2)*x1+(3)*x2+(4)*x3"


LINE_RANGES = "(-1,1);(-10,10);(-10,10);(-10,10);(-10,10)"


REGRESSION = Problem(classes=(), targets=("y",))


def columns_of(task: str) -> list[str]:
    return {
        "classification": ["myvar1", "myvar2", "var3", "var4"],
        "multiclass": ["var1", "var2", "var3", "var4"],
        "regression": ["var1", "var2"],
    }[task]


def of_tmva(shared: Path, task: str, part: str) -> Events:
    frame = pd.read_csv(shared / "tmva" / "reference" / task / f"{part}.csv")
    y = (frame["classID"] == 0).to_numpy(np.int8)
    return Events(frame[columns_of(task)].to_numpy(np.float32), y, frame["weight"].to_numpy(np.float64))


def tmva_parameters(shared: Path, task: str, title: str) -> NDArray[np.float64]:
    job = task.capitalize()
    path = shared / "tmva" / "reference" / task / "weights" / f"TMVA{job}_{title}.weights.xml"
    return np.array([float(each.attrib["Value"]) for each in ET.parse(path).getroot().iter("Parameter")])


# --- against TMVA -----------------------------------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize(("title", "value"), [("FDA_MC", 0.340408), ("FDA_GA", 0.237969), ("FDA_SA", 0.249878)])
def test_the_objective_is_that_of_tmva(shared: Path, title: str, value: float) -> None:
    train = of_tmva(shared, "classification", "train")
    method = fda(formula=LINE, ranges=Ranges(LINE_RANGES)).fit(train)
    points = tmva_parameters(shared, "classification", title)[None]
    assert method._objectives(train)[0](points)[0] == pytest.approx(value, rel=3e-6)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("task", "title"),
    [
        ("classification", "FDA_MC"),
        ("classification", "FDA_GA"),
        ("classification", "FDA_SA"),
        ("multiclass", "FDA_GA"),
        ("regression", "FDA_MT"),
    ],
)
def test_the_parameters_of_tmva_give_its_responses(shared: Path, task: str, title: str) -> None:
    frame = pd.read_csv(shared / "tmva" / "reference" / task / "inputs_and_responses.csv")
    problem = {"multiclass": Problem(classes=("Signal", "bg0", "bg1", "bg2")), "regression": REGRESSION}.get(
        task, Problem()
    )
    X = frame[columns_of(task)].to_numpy(np.float32)
    method = fda(formula=LINE if X.shape[1] == 4 else "(0)+(1)*x0+(2)*x1", ranges=[(-100, 100)] * 5)
    method.bind(tuple(columns_of(task)), problem)
    method.problem_ = problem
    method.parameters_ = tmva_parameters(shared, task, title).reshape(len(problem.outputs) or 1, -1)
    names = [f"{title}:{each}" for each in problem.classes] if task == "multiclass" else [title]
    assert method.score(X).reshape(len(X), -1) == pytest.approx(frame[names].to_numpy(), abs=1e-5, rel=1e-5)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("fit", "least"),
    [
        ("FitMethod=MINUIT:ErrorLevel=1:PrintLevel=-1:FitStrategy=2:UseImprove:UseMinos:SetBatch", 0.918),
        ("FitMethod=GA:Converger=MINUIT:FitStrategy=0:!UseImprove:!UseMinos:Cycles=1:PopSize=5:Steps=5:Trim", 0.918),
        ("FitMethod=MC:Converger=MINUIT:FitStrategy=0:!UseImprove:!UseMinos:SampleSize=20", 0.918),
        ("FitMethod=MC:SampleSize=100000:Sigma=0.1", 0.916),
        ("FitMethod=GA:PopSize=300:Cycles=3:Steps=20:Trim=True:SaveBestGen=1", 0.918),
        (
            "FitMethod=SA:MaxCalls=15000:KernelTemp=IncAdaptive:InitialTemp=1e+6:MinTemp=1e-6:Eps=1e-10:UseDefaultScale",
            0.91,
        ),
    ],
)
def test_all_fits_of_the_tutorial_order_events_as_well_as_the_best(shared: Path, fit: str, least: float) -> None:
    method = booked(f"Formula={LINE}:ParRanges={LINE_RANGES}:{fit}")
    method.fit(of_tmva(shared, "classification", "train"), context=Context(seed=5))
    test = of_tmva(shared, "classification", "test")
    assert roc_auc_score(test.y, method.score(test.X), sample_weight=test.weight) > least
