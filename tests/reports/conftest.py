"""Comparisons made up from toy Gaussians: what the figures and the page are tested with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from umva.reports.results import (
    ClassCount,
    Comparison,
    DatasetSummary,
    Histogram,
    HypothesisTest,
    InputFile,
    MethodResult,
    Number,
    Overtraining,
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

MakeResults = Callable[[int, int], Results]


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


def finished(name: str, shift: float, variables: list[str], rng: np.random.Generator) -> MethodResult:
    """Return a method that separates classes by ``shift`` standard deviations."""
    shapes = [(shift * 1.03, 1.0), (0.0, 1.0), (shift, 1.0), (0.0, 1.0)]
    samples = [rng.normal(mean, width, N_EVENTS) for mean, width in shapes]
    edges = np.linspace(-3.2, 5, 41)
    curves = [roc(samples[0], samples[1]), roc(samples[2], samples[3])]
    areas = TrainTest(auc(curves[0]), auc(curves[1]))
    shares = rng.dirichlet(np.linspace(4, 0.5, len(variables)))
    test = HypothesisTest(0.021, 0.41, N_EVENTS, N_EVENTS)
    verdict = "none" if shift > 1 else "mild" if shift > 0.9 else "strong"
    return MethodResult(
        name=name,
        method="BDT" if name.startswith("BDT") else name[:12],
        title="Boosted decision trees",
        status="ok",
        options={"n_trees": 850, "learning_rate": 0.1, "layers": [64, 64], "pruning": None, "note": NASTY},
        transform="G,N",
        notes=("37 events of negative weight were left out of the training.",) if name == "Fisher" else (),
        auc=areas,
        signal_efficiency={
            key: TrainTest(Number(0.31 + float(key), 0.014), Number(0.30 + float(key), 0.0131))
            for key in ("0.01", "0.10", "0.30")
        },
        separation=Number(0.213, 0.011),
        significance=Number(0.874, None, note="TMVA gives it no error"),
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
        shap={variable: Number(float(share), 0.004) for variable, share in zip(variables, shares, strict=True)},
        shap_note="exact (trees), 500 test events"
        if name.startswith("BDT")
        else "sampled: 200 events, 64 permutations",
        curves=training_curves(name),
        time=Timing(3.217, 1.93, 4.0),
    )


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
    """Order methods by AUC and compare each with the best."""
    ranked = sorted(methods, key=lambda each: -each.auc.test.value if each.auc else 0)
    best = ranked[0]
    done = {best.name: best}
    for each in ranked[1:]:
        assert best.auc
        assert each.auc
        difference = Number(best.auc.test.value - each.auc.test.value, 0.0021)
        sentence = f"{best.name} is better than {each.name} by {difference.value:.4f} ± 0.0021"
        done[each.name] = MethodResult(
            **{**vars(each), "comparison": Comparison(best.name, difference, 0.0004, 0.0032, sentence)}
        )
    return done


def unfinished() -> list[MethodResult]:
    """Return a method that failed and one that was left out."""
    trace = f'Traceback (most recent call last):\n  File "svm.py", line 3, in fit\nValueError: {NASTY}'
    return [
        MethodResult("SVM", "SVM", "Support vector machine", "failed", reason=f"ValueError: {NASTY}", traceback=trace),
        MethodResult("KNN", "KNN", "Nearest neighbours", "skipped", reason="it takes no negative weights"),
    ]


def variable(rank: int, name: str, title: str, unit: str, rng: np.random.Generator) -> VariableSummary:
    """Return a variable that separates the better the lower its rank."""
    signal, background = rng.normal(100, 20, N_EVENTS), rng.normal(100 - 20 / rank, 25, N_EVENTS)
    edges = np.linspace(20, 150, 41)
    return VariableSummary(
        name,
        f"log({name})",
        title,
        unit,
        rank,
        Number(0.2 / rank, 0.0043),
        histogram(signal, edges),
        histogram(background, edges),
    )


def dataset(variables: list[tuple[str, str, str]], rng: np.random.Generator) -> DatasetSummary:
    """Return a sample of these variables."""
    count = ClassCount(N_EVENTS, 1499.5, 1320.25, 12)
    matrices = {}
    for label in ("signal", "background"):
        events = rng.normal(size=(300, len(variables)))
        events[:, 1:] += events[:, :-1] * 0.7
        matrices[label] = tuple(tuple(map(float, row)) for row in np.atleast_2d(np.corrcoef(events, rowvar=False)))
    return DatasetSummary(
        n_events=4 * N_EVENTS,
        counts={label: {"train": count, "test": count} for label in ("signal", "background")},
        variables=tuple(variable(rank, *each, rng) for rank, each in enumerate(variables, 1)),
        spectators=("mass", NASTY),
        correlation=matrices,
        split={"mode": "random", "train": 0.5, "test": 0.5, "seed": 100},
        split_sha256="a3f5" * 16,
        cuts={"signal": "pt > 20 && abs(eta) < 2.5", "background": "pt > 20"},
        weights={"signal": "genWeight * sf", "background": "1"},
        files=(InputFile(f"higgs.root:sig_tree{NASTY}", "signal", 10_000, 3_000, 1_234_567, "0f" * 32, cut="m > 1"),),
        notes=("12 of 1500 signal events carry a negative weight.",),
    )


def build(n_methods: int, n_variables: int) -> Results:
    """Return a comparison: so many methods, of which one failed and one was skipped, on so many variables."""
    rng = np.random.default_rng(7)
    names = [*METHODS, NASTY, *(f"Method{i}" for i in range(20))][: n_methods - 2]
    rows = [*VARIABLES, *((f"variable_{i}", "", "GeV") for i in range(99))][:n_variables]
    keys = [row[0] for row in rows]
    done = with_comparisons([finished(name, 1.2 - 0.07 * i, keys, rng) for i, name in enumerate(names)])
    return Results(
        title=f"Higgs & friends {NASTY}",
        seed=1,
        verdict=f"BDT850 is best, AUC 0.7981 ± 0.0061; DNN and {NASTY} follow.",
        dataset=dataset(rows, rng),
        methods={**done, **{each.name: each for each in unfinished()}},
        provenance={
            "versions": {"umva": "0.1.0", "numpy": "2.4.6", "python": "3.11.9"},
            "time": {"finished": "2026-11-21T07:30:00+00:00", "command": f"umva compare higgs.toml {NASTY}"},
        },
    )


@pytest.fixture(scope="session")
def make_results() -> MakeResults:
    """Return the maker of comparisons: ``make_results(n_methods, n_variables)``."""
    return build


@pytest.fixture(scope="session")
def toy_results() -> Results:
    """Return nine methods on seven variables."""
    return build(9, 7)
