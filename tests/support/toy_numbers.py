"""The numbers of toy methods, made up from Gaussians: how they tell classes apart and estimate targets."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from toy_words import CLASSES, IS_SIGNAL, LABELS, METHODS, N_EVENTS, NASTY, TARGETS, WEIGHT

from umva.reports.judging.probabilities import Mixture
from umva.reports.judging.slicing import Slicing
from umva.reports.judging.spectators import Spectators
from umva.reports.judging.working import cuts
from umva.reports.material import Input, Material, Part
from umva.reports.measures import Ranked, rank, weakest
from umva.reports.results import (
    Confusion,
    Discrimination,
    Estimation,
    Histogram,
    HypothesisTest,
    Number,
    Overfitting,
    Overtraining,
    Profile,
    ResponsePlot,
    RocCurve,
    RocRatio,
    TmvaKolmogorov,
    TrainTest,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


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
        auc_bootstrap=Number(areas.test.value + 1e-4, 0.00634, areas.test.value - 0.0131, areas.test.value + 0.0117),
        signal_efficiency={
            key: TrainTest(Number(0.31 + float(key), 0.014), Number(0.30 + float(key), 0.0131))
            for key in ("0.01", "0.10", "0.30")
        },
        separation=Number(0.213, 0.011),
        partial_auc=Number(0.4114 + 0.1 * shift, 0.0127),
        roc_ratio=RocRatio(METHODS[0], (0.3, 0.6, 0.9), (1.53, 1.22 - 0.1 * shift, 1.11), (0.21, 0.08, 0.03)),
        significance=Number(0.874, None, note="TMVA gives it no error"),
        rejection={key: TrainTest(Number(41.2, 3.1), Number(40.1, 3.3)) for key in ("0.50", "0.70", "0.90")},
        **cuts(rank(np.append(samples[2], samples[3]), IS_SIGNAL, WEIGHT), 0.1),
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
            HypothesisTest(1.372, 0.21, N_EVENTS, N_EVENTS),
            HypothesisTest(3.114, 0.0246, N_EVENTS, N_EVENTS),
            TmvaKolmogorov(0.017, 0.731, 0.482),
            TmvaKolmogorov(0.041, 0.0312, 0.0),
        ),
        shap=shap(variables, rng),
    )


def shap(variables: list[str], rng: np.random.Generator) -> dict[str, Number]:
    """Return shares of Shapley values."""
    shares = rng.dirichlet(np.linspace(4, 0.5, len(variables)))
    return {variable: Number(float(share), 0.004) for variable, share in zip(variables, shares, strict=True)}


@functools.cache
def sample(task: str, variables: tuple[str, ...]) -> Material:
    """Return events with inputs, of which the first tells where methods are weak, and two spectators."""
    rng, n_classes = np.random.default_rng(11), len(CLASSES[task])
    y = np.arange(2 * N_EVENTS) % n_classes
    X = rng.normal(size=(len(y), len(variables))).astype(np.float32)
    weight = np.where(rng.random(len(y)) < 0.05, -1.0, 1.0)
    part = Part(X, y, weight, np.column_stack([100 + rng.exponential(30, len(y)), rng.integers(0, 3, len(y))]))
    return Material(
        title="",
        seed=1,
        inputs=tuple(Input(each, each) for each in variables),
        parts={"train": part, "test": part},
        outcomes=(),
        split={"norm_mode": "EqualNumEvents"},
        split_sha256="",
        classes=LABELS if task == "multiclass" else (),
        spectators=(Input("mass", "mass"), Input(NASTY, NASTY)),
    )


def looked_at_closely(
    task: str, own: int, shift: float, variables: list[str], rng: np.random.Generator
) -> tuple[dict[str, Any], Ranked]:
    """Return flatness and calibration of a response that sculpts the mass, and the response."""
    material = sample(task, tuple(variables))
    part = material.parts["test"]
    is_own, mass = part.y == own, np.asarray(part.spectators)[:, 0]
    known = np.where(part.X[:, 0] > 0.8, 0.2, shift) * is_own + 0.01 * (mass - 130)
    x = 1 / (1 + np.exp(-rng.normal(known)))
    ranked = rank(x, is_own, part.weight)
    found = Spectators(material).flatness(ranked, own), Mixture(material).calibration(ranked, x if shift > 1 else 2 * x)
    return {"flatness": found[0], "calibration": found[1]}, ranked


def told_apart_several(name: str, shift: float, variables: list[str], rng: np.random.Generator) -> dict[str, Any]:
    """Return the fields of a method that tells several classes apart."""
    found = {label: told_apart(name, shift - 0.1 * k, variables, rng) for k, label in enumerate(LABELS)}
    closely = [looked_at_closely("multiclass", k, shift, variables, rng) for k in range(len(LABELS))]
    found = {label: replace(each, **fields) for (label, each), (fields, _) in zip(found.items(), closely, strict=True)}
    slices = Slicing(sample("multiclass", tuple(variables))).areas([ranked for _, ranked in closely])
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
        "slices": slices,
        "weakest": weakest(slices),
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
        material = sample("regression", tuple(variables))
        off = rng.normal(0, width * (1 + 0.5 * (material.parts["test"].X[:, 0] > 1)))
        slices = Slicing(material).deviations(off)
        found[target] = Estimation(
            **both,
            slices=slices,
            weakest=weakest(slices, less_is_better=True),
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
                HypothesisTest(1.372, 0.21, N_EVENTS, N_EVENTS),
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
