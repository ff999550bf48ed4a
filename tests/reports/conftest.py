"""Comparisons made up from toy Gaussians: what the figures and the page are tested with."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from umva.reports.figures import draw_all
from umva.reports.page import render
from umva.reports.results import (
    ClassCount,
    Comparison,
    Confusion,
    DatasetSummary,
    Discrimination,
    Estimation,
    Histogram,
    HypothesisTest,
    InputFile,
    MethodResult,
    Number,
    Optimum,
    Overfitting,
    Overtraining,
    OwnRanking,
    Profile,
    ResponsePlot,
    Results,
    RocCurve,
    Timing,
    TrainingCurves,
    TrainTest,
    VariableSummary,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.figures.gallery import Drawing, Key

N_EVENTS = 1500
NASTY = "<script>alert('&\"')</script>"
METHODS = ("BDT850", "DNN", "HGB", "RandomForest", "MLP_layers_128_64_32_dropout_and_a_long_name", "Fisher")
VARIABLES = (
    ("m_bb", "m_{bb}", "GeV"),
    ("m_wwbb", r"$m_{WWb\bar{b}}$", "GeV"),
    ("größe", "Größe & Länge", "µm"),
    (NASTY, NASTY, ""),
    ("lepton_pT", "$p_T(\\ell)$", "GeV"),
    ("broken", r"$\frac{p_T$ 100% of $", "GeV/$c^2"),
    ("a_rather_long_variable_name_indeed_that_goes_on", "", "rad"),
)

LABELS = ("prompt", "feed-down", NASTY)
TARGETS = {"energy": 20.0, "größe": 0.004}
CLASSES = {"classification": ("signal", "background"), "multiclass": LABELS, "regression": ("events",)}

MakeResults = Callable[..., Results]
DrawingsOf = Callable[[str], "dict[Key, Drawing]"]


def histogram(values: NDArray[np.float64], edges: NDArray[np.float64]) -> Histogram:
    """Return the density of unweighted values."""
    counts, _ = np.histogram(values, edges)
    scale = 1 / (len(values) * np.diff(edges))
    return Histogram(
        tuple(edges.tolist()),
        tuple((counts * scale).tolist()),
        tuple((np.sqrt(counts) * scale).tolist()),
        underflow=float(np.mean(values < edges[0])),
        overflow=float(np.mean(values >= edges[-1])),
    )


def roc(signal: NDArray[np.float64], background: NDArray[np.float64]) -> RocCurve:
    """Return efficiencies at 300 common cuts."""
    cuts = np.quantile(np.concatenate([signal, background]), np.linspace(1, 0, 300))
    cuts[-1] -= 1
    eff_s = [float(np.mean(signal > cut)) for cut in cuts]
    eff_b = [float(np.mean(background > cut)) for cut in cuts]
    errors = [float(np.sqrt(each * (1 - each) / len(background))) for each in eff_b]
    return RocCurve(tuple(eff_s), tuple(eff_b), tuple(errors))


def auc(curve: RocCurve) -> Number:
    """Return the area under the curve, with a round error."""
    value = float(np.trapezoid(curve.signal_efficiency, curve.background_efficiency))
    return Number(value, 0.0061, value - 0.012, value + 0.012)


def told_apart(name: str, shift: float, variables: list[str], rng: np.random.Generator) -> Discrimination:
    """Return the numbers of a response that separates two classes by ``shift`` standard deviations."""
    shapes = [(shift * 1.03, 1.0), (0.0, 1.0), (shift, 1.0), (0.0, 1.0)]
    samples = [rng.normal(mean, width, N_EVENTS) for mean, width in shapes]
    edges = np.linspace(-3.2, 5, 41)
    curves = [roc(samples[0], samples[1]), roc(samples[2], samples[3])]
    areas = TrainTest(auc(curves[0]), auc(curves[1]))
    test = HypothesisTest(0.021, 0.41, N_EVENTS, N_EVENTS)
    verdict = "none" if shift > 1 else "mild" if shift > 0.9 else "strong"
    return Discrimination(
        auc=areas,
        signal_efficiency={
            key: TrainTest(Number(0.31 + float(key), 0.014), Number(0.30 + float(key), 0.0131))
            for key in ("0.01", "0.10", "0.30")
        },
        separation=Number(0.213, 0.011),
        significance=Number(0.874, None, note="TMVA gives it no error"),
        ams=Optimum(Number(3.21, 0.14, note="the largest of all cuts"), 1.7, Number(123.4, 9.1), Number(1234.5, 31.2)),
        efficiency_times_purity=Optimum(Number(0.61, 0.012), 0.4, Number(923.4, 29.1), Number(334.5, 18.2)),
        roc=curves[1],
        response=ResponsePlot(*(histogram(each, edges) for each in samples)),
        overtraining=Overtraining(
            verdict,
            f"{name} knows its training events no better than new ones.",
            test,
            HypothesisTest(0.034, 0.00123, N_EVENTS, N_EVENTS),
            HypothesisTest(38.2, 0.46, N_EVENTS, N_EVENTS, 38),
            HypothesisTest(51.7, 0.068, N_EVENTS, N_EVENTS, 38),
            Number(areas.train.value - areas.test.value, 0.0083, -0.01, 0.02),
        ),
        shap=shap(variables, rng),
    )


def shap(variables: list[str], rng: np.random.Generator) -> dict[str, Number]:
    """Return shares of Shapley values."""
    shares = rng.dirichlet(np.linspace(4, 0.5, len(variables)))
    return {variable: Number(float(share), 0.004) for variable, share in zip(variables, shares, strict=True)}


def told_apart_several(name: str, shift: float, variables: list[str], rng: np.random.Generator) -> dict[str, Any]:
    """Return the fields of a method that tells several classes apart."""
    found = {label: told_apart(name, shift - 0.1 * k, variables, rng) for k, label in enumerate(LABELS)}
    parts = [each.auc for each in found.values() if each.auc]
    mean = TrainTest(
        Number(float(np.mean([each.train.value for each in parts])), 0.0041),
        Number(float(np.mean([each.test.value for each in parts])), 0.0043),
    )
    wrong = 0.4 - 0.2 * shift
    n = len(LABELS)
    shares = tuple(
        tuple(Number(1 - wrong if row == column else wrong / (n - 1), 0.012) for column in range(n)) for row in range(n)
    )
    return {
        "auc": mean,
        "score": mean.test,
        "classes": found,
        "pairs": {a: {b: Number(0.8 + 0.01 * len(b), 0.006) for b in LABELS if b != a} for a in LABELS},
        "confusion": Confusion(LABELS, shares, Number(1 - wrong, 0.007)),
        "shap": shap(variables, rng),
    }


def estimated(name: str, shift: float, variables: list[str], rng: np.random.Generator) -> dict[str, Any]:
    """Return the fields of a method that estimates two targets, the better the larger ``shift``."""
    found = {}
    for target, scale in TARGETS.items():
        width = scale / (0.5 + shift)
        deviation = [rng.normal(0.1 * width, width * factor, N_EVENTS) for factor in (0.9, 1.0)]
        both = {
            key: TrainTest(Number(value * 0.9, 0.02 * value), Number(value, 0.021 * value))
            for key, value in {
                "mse": width**2,
                "rmse": width,
                "mae": 0.8 * width,
                "r2": 0.9,
                "bias": 0.1 * width,
                "resolution": width,
                "bias_truncated": 0.09 * width,
                "resolution_truncated": 0.88 * width,
                "mutual_information": 1.987,
                "mutual_information_truncated": 1.981,
            }.items()
        }
        verdict = "none" if shift > 1 else "mild" if shift > 0.9 else "strong"
        found[target] = Estimation(
            **both,
            quantiles={
                key: Number(float(np.quantile(np.abs(deviation[1]), float(key))), 0.02 * width)
                for key in ("0.50", "0.68", "0.90", "0.95", "0.99")
            },
            train_deviation=histogram(deviation[0], np.linspace(-3 * scale, 3 * scale, 41)),
            test_deviation=histogram(deviation[1], np.linspace(-3 * scale, 3 * scale, 41)),
            against_target=profile(np.linspace(0, 10 * scale, 21), width, rng),
            against_variables={each: profile(np.linspace(20, 150, 21), width, rng) for each in variables},
            overtraining=Overfitting(
                verdict,
                f"{name} knows its training events no better than new ones.",
                Number(0.1 * width, 0.03 * width),
                HypothesisTest(0.021, 0.41, N_EVENTS, N_EVENTS),
            ),
            shap=shap(variables, rng),
        )
    return {"score": Number(1 / (0.5 + shift), 0.011), "targets": found, "shap": shap(variables, rng)}


def profile(edges: NDArray[np.float64], width: float, rng: np.random.Generator) -> Profile:
    """Return means around 0 with this spread; the first bin is empty, the last holds one event."""
    n = len(edges) - 1
    mean = [Number(float(each), 0.1 * width) for each in rng.normal(0, 0.1 * width, n)]
    spread = [Number(float(each), 0.07 * width) for each in rng.normal(width, 0.07 * width, n)]
    mean[0] = spread[0] = Number(0.0, note="empty")
    mean[-1], spread[-1] = Number(width, note="one event"), Number(0.0, note="one event")
    return Profile(tuple(edges.tolist()), tuple(mean), tuple(spread))


def finished(task: str, name: str, shift: float, variables: list[str], rng: np.random.Generator) -> MethodResult:
    """Return a method that is the better the larger ``shift``."""
    if task == "multiclass":
        numbers = told_apart_several(name, shift, variables, rng)
    elif task == "regression":
        numbers = estimated(name, shift, variables, rng)
    else:
        numbers = vars(told_apart(name, shift, variables, rng))
        numbers = {**numbers, "score": numbers["auc"].test}
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
        time=Timing(3.217, 1.93, 4.0),
        **numbers,
    )


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


def variable(rank: int, name: str, title: str, unit: str, task: str, rng: np.random.Generator) -> VariableSummary:
    """Return a variable that tells the more the lower its rank."""
    edges = np.linspace(20, 150, 41)
    shift = {label: 20 * k / rank for k, label in enumerate(CLASSES[task])}
    return VariableSummary(
        name=name,
        expression=f"log({name})",
        title=title,
        unit=unit,
        rank=rank,
        histograms={
            label: histogram(rng.normal(100 - by, 20 + by / 4, N_EVENTS), edges) for label, by in shift.items()
        },
        separation=None if task == "regression" else Number(0.2 / rank, 0.0043),
        target_correlation=dict.fromkeys(TARGETS, Number(0.9 / rank, 0.0043)) if task == "regression" else {},
    )


def dataset(variables: list[tuple[str, str, str]], task: str, rng: np.random.Generator) -> DatasetSummary:
    """Return a sample of these variables."""
    count = ClassCount(N_EVENTS, 1499.5, 1320.25, 12)
    matrices = {}
    for label in CLASSES[task]:
        events = rng.normal(size=(300, len(variables)))
        events[:, 1:] += events[:, :-1] * 0.7
        matrices[label] = tuple(tuple(map(float, row)) for row in np.atleast_2d(np.corrcoef(events, rowvar=False)))
    targets = [(name, "", "GeV") for name in TARGETS] if task == "regression" else []
    return DatasetSummary(
        n_events=4 * N_EVENTS,
        counts={label: {"train": count, "test": count} for label in CLASSES[task]},
        variables=tuple(variable(rank, *each, task, rng) for rank, each in enumerate(variables, 1)),
        spectators=("mass", NASTY),
        correlation=matrices,
        split={"mode": "random", "train": 0.5, "test": 0.5, "seed": 100},
        split_sha256="a3f5" * 16,
        cuts={"signal": "pt > 20 && abs(eta) < 2.5", "background": "pt > 20"},
        weights={"signal": "genWeight * sf", "background": "1"},
        files=(InputFile(f"higgs.root:sig_tree{NASTY}", "signal", 10_000, 3_000, 1_234_567, "0f" * 32, cut="m > 1"),),
        targets=tuple(variable(rank, *each, task, rng) for rank, each in enumerate(targets, 1)),
        notes=("12 of 1500 signal events carry a negative weight.",),
    )


def build(n_methods: int, n_variables: int, task: str = "classification") -> Results:
    """Return a comparison: so many methods, of which one failed and one was skipped, on so many variables."""
    rng = np.random.default_rng(7)
    names = [*METHODS, NASTY, *(f"Method{i}" for i in range(20))][: n_methods - 2]
    rows = [*VARIABLES, *((f"variable_{i}", "", "GeV") for i in range(99))][:n_variables]
    keys = [row[0] for row in rows]
    done = [finished(task, name, 1.2 - 0.07 * i, keys, rng) for i, name in enumerate(names)]
    done.sort(key=lambda each: (each.score.value if task == "regression" else -each.score.value) if each.score else 0)
    return Results(
        title=f"Higgs & friends {NASTY}",
        seed=1,
        task=task,
        verdict=f"BDT850 is best, AUC 0.7981 ± 0.0061; DNN and {NASTY} follow.",
        dataset=dataset(rows, task, rng),
        methods={**with_comparisons(done), **{each.name: each for each in unfinished()}},
        provenance={
            "versions": {"umva": "0.1.0", "numpy": "2.4.6", "python": "3.11.9"},
            "time": {"finished": "2026-11-21T07:30:00+00:00", "command": f"umva compare higgs.toml {NASTY}"},
        },
    )


@pytest.fixture(scope="session")
def make_results() -> MakeResults:
    """Return the maker of comparisons: ``make_results(n_methods, n_variables, task)``."""
    return build


@pytest.fixture(scope="session")
def drawings_of(toy_results: Results, toy_multiclass: Results, toy_regression: Results) -> DrawingsOf:
    """Return the figures of the toy of a task, drawn once for all tests: drawing is what takes time."""
    toys = {each.task: each for each in (toy_results, toy_multiclass, toy_regression)}
    return functools.cache(lambda task: draw_all(toys[task]))


@pytest.fixture(scope="session")
def page_of(
    toy_results: Results, toy_multiclass: Results, toy_regression: Results, drawings_of: DrawingsOf
) -> Callable[[str], str]:
    """Return the page of the toy of a task, made once for all tests."""
    toys = {each.task: each for each in (toy_results, toy_multiclass, toy_regression)}
    return functools.cache(lambda task: render(toys[task], drawings=drawings_of(task)))


@pytest.fixture(scope="session")
def toy_results() -> Results:
    """Return nine methods on seven variables that tell signal from background."""
    return build(9, 7)


@pytest.fixture(scope="session")
def toy_multiclass() -> Results:
    """Return six methods on five variables that tell three classes apart."""
    return build(6, 5, "multiclass")


@pytest.fixture(scope="session")
def toy_regression() -> Results:
    """Return six methods on five variables that estimate two targets."""
    return build(6, 5, "regression")
