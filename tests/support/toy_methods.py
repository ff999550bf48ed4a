"""Toy methods: finished ones with all that can be known of them, failed and skipped ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from toy_numbers import estimated, looked_at_closely, sample, told_apart, told_apart_several
from toy_words import LABELS, NASTY, TARGETS

from umva.reports.judging.slicing import Slicing
from umva.reports.measures import weakest
from umva.reports.results import (
    Comparison,
    Envelope,
    FixedCut,
    LearningPoint,
    LeftOut,
    MethodResult,
    Number,
    OwnRanking,
    PermutationImportance,
    PointShift,
    Shift,
    Systematics,
    Timing,
    TrainingCurves,
)


def finished(task: str, name: str, shift: float, variables: list[str], rng: np.random.Generator) -> MethodResult:
    """Return a method that is the better the larger ``shift``."""
    if task == "multiclass":
        numbers = told_apart_several(name, shift, variables, rng)
    elif task == "regression":
        numbers = estimated(name, shift, variables, rng)
    else:
        numbers = vars(told_apart(name, shift, variables, rng))
        fields, ranked = looked_at_closely(task, 1, shift, variables, rng)
        slices = Slicing(sample(task, tuple(variables))).areas([ranked])
        numbers = {**numbers, **fields, "slices": slices, "weakest": weakest(slices), "score": numbers["auc"].test}
    return MethodResult(
        name=name,
        method="BDT" if name.startswith("BDT") else name[:12],
        title="Boosted decision trees",
        status="ok",
        options={"n_trees": 850, "learning_rate": 0.1, "layers": [64, 64], "pruning": None, "note": NASTY},
        transform="G,N",
        notes=("37 events of negative weight were left out of the training.",) if name == "Fisher" else (),
        shap_note="exact (trees), 500 test events"
        if name.startswith("BDT")
        else "sampled: 200 events, 64 permutations",
        curves=training_curves(name),
        ranking=own_ranking(name),
        permutation=permutation(task, shift, variables),
        **studied(task, shift, variables),
        time=Timing(3.217, 1.93, 4.0),
        **numbers,
    )


def studied(task: str, shift: float, variables: list[str]) -> dict[str, Any]:
    """Return what was studied on request: two variations, each variable left out, two trainings on fewer events."""
    change, none = Number(0.0123 * shift, 0.0011), Number(0.0, note="not measurable: no positive sum of weights")
    keys = ("0.01", "0.10", "0.30") if task == "classification" else ()
    outputs = {"classification": (), "multiclass": LABELS, "regression": tuple(TARGETS)}[task]
    points = {key: PointShift(change, change, change, none if key == "0.01" else change) for key in keys}
    up, down = (Shift(Number(sign * 0.004, 0.0007), points, dict.fromkeys(outputs, change)) for sign in (1, -1))
    x = tuple(np.linspace(0.02, 1, 50).tolist())
    squares = [tuple(min(1.0, scale * each**2) for each in x) for scale in (1.0, 0.9, 1.1)]
    return {
        "systematics": Systematics(
            cuts={key: FixedCut(0.31, Number(0.6, 0.01), Number(float(key), 0.001)) for key in keys},
            shifts={"energy": {"up": up, "down": down}, NASTY: {"up": down}},
            envelope=Envelope(x, *squares) if task == "classification" else None,
        ),
        "left_out": {
            name: LeftOut(Number(0.05 * shift / place, 0.004), 1e-3, 4e-3) if place > 1 else LeftOut(reason=NASTY)
            for place, name in enumerate(variables, start=1)
        },
        "learning": (
            LearningPoint(0.25, 375, Number(0.9, 0.01), Number(0.7 * shift, 0.01)),
            LearningPoint(0.5, 0, reason=NASTY),
            LearningPoint(1.0, 1500, Number(0.88, 0.01), Number(0.75 * shift, 0.01)),
        ),
    }


def permutation(task: str, shift: float, variables: list[str]) -> PermutationImportance:
    """Return what is lost without each variable."""
    losses = {name: Number(0.1113 * shift / place, 0.0034) for place, name in enumerate(variables, start=1)}
    quantity = {"classification": "AUC", "multiclass": "mean AUC", "regression": "RMSE / \N{GREEK SMALL LETTER SIGMA}"}
    return PermutationImportance(quantity[task], Number(0.79, 0.006), losses, 2380, 3)


def own_ranking(name: str) -> OwnRanking | None:
    """Return a ranking for the method that gives one."""
    return OwnRanking("Variable Importance", {"m_bb": 0.61, NASTY: 0.39}) if name == "BDT850" else None


def training_curves(name: str) -> TrainingCurves | None:
    """Return curves for the methods that are trained step by step."""
    if name not in {"BDT850", "DNN"}:
        return None
    steps = np.arange(1, 201)
    train = 0.7 * np.exp(-steps / 60) + 0.4
    validation = 0.68 * np.exp(-steps / 55) + 0.44 + (steps - 90) ** 2 * 2e-6
    values = {"train": tuple(train.tolist()), "validation": tuple(validation.tolist())}
    if name == "BDT850":
        return TrainingCurves("tree", "log loss", {"train": values["train"]})
    return TrainingCurves("epoch", "binary cross-entropy", values, best=int(np.argmin(validation)) + 1)


def with_comparisons(methods: list[MethodResult]) -> dict[str, MethodResult]:
    """Compare each method with the best, the first."""
    best = methods[0]
    done = {best.name: best}
    for each in methods[1:]:
        assert best.score
        assert each.score
        difference = Number(abs(best.score.value - each.score.value), 0.0021)
        sentence = f"{best.name} is better than {each.name} by {difference.value:.4f} ± 0.0021"
        done[each.name] = replace(each, comparison=Comparison(best.name, difference, 0.0004, 0.0032, sentence))
    return done


def unfinished() -> list[MethodResult]:
    """Return a method that failed and one that was left out."""
    trace = f'Traceback (most recent call last):\n  File "svm.py", line 3, in fit\nValueError: {NASTY}'
    return [
        MethodResult(
            name="SVM",
            method="SVM",
            title="Support vector machine",
            status="failed",
            reason=f"ValueError: {NASTY}",
            traceback=trace,
        ),
        MethodResult(
            name="KNN",
            method="KNN",
            title="Nearest neighbours",
            status="skipped",
            reason="it takes no negative weights",
        ),
    ]
