"""The numbers of a real run: page, ``results.json`` and ``leaderboard.csv`` against other people's code.

A small run goes through the Factory; what it says is found again from ``scores.h5`` and the inputs by scikit-learn,
scipy and numpy. All weights are 1, the one case that those libraries share with us.
"""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest

import umva

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Classes = tuple[NDArray[np.float64], NDArray[np.float64]]

METHODS = ("Fisher", "Logistic", "KNN")
N_EVENTS = 1200
WORKING_POINTS = {"0.01": 0.01, "0.10": 0.10, "0.30": 0.30}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a finished run with its page."""
    rng = np.random.default_rng(11)
    loader = umva.DataLoader()
    loader.add_variables(["x", "y", "n"])
    for label, shift in (("signal", 0.9), ("background", 0.0)):
        columns = {
            "x": rng.normal(shift, 1.0, N_EVENTS),
            "y": rng.exponential(1.0 + shift, N_EVENTS),
            "n": rng.poisson(2.0 + shift, N_EVENTS).astype(float),
        }
        loader.add_sample(columns, label=label)
    loader.split(train=0.5)
    folder = tmp_path_factory.mktemp("numbers") / "out"
    factory = umva.Factory("numbers", output=folder, seed=1)
    for name in METHODS:
        factory.book(loader, name)
    factory.run().report(folder / "report.html")
    return folder


@pytest.fixture(scope="module")
def found(run: Path) -> dict[str, Any]:
    """Return what ``results.json`` says."""
    record: dict[str, Any] = json.loads((run / "results.json").read_text(encoding="utf-8"))
    return record


def responses(run: Path, name: str, part: str) -> Classes:
    """Return the responses of signal and background in ``scores.h5``."""
    with h5py.File(run / "scores.h5") as file:
        scores, y = np.asarray(file[f"{part}/scores/{name}"]), np.asarray(file[f"{part}/class"])
        assert set(np.asarray(file[f"{part}/weight"])) == {1.0}
    return scores[y == 1].astype(np.float64), scores[y != 1].astype(np.float64)


def labelled(classes: Classes) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return responses and classes in one."""
    return np.concatenate(classes), np.repeat([1, 0], [len(each) for each in classes])


def delong(classes: Classes) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return DeLong's components by the definition: all pairs of signal and background."""
    signal, background = classes
    wins = (signal[:, None] > background) + 0.5 * (signal[:, None] == background)
    return wins.mean(axis=1), wins.mean(axis=0)


def error(components: tuple[NDArray[np.float64], NDArray[np.float64]]) -> float:
    """Return the error of a mean over two independent sets of components."""
    return float(np.sqrt(sum(each.var(ddof=1) / len(each) for each in components)))


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("part", ["train", "test"])
def test_area_and_its_error(run: Path, found: dict[str, Any], name: str, part: str) -> None:
    from sklearn.metrics import roc_auc_score

    classes = responses(run, name, part)
    scores, y = labelled(classes)
    area = found["methods"][name]["auc"][part]
    assert area["value"] == pytest.approx(roc_auc_score(y, scores), abs=1e-12)
    assert area["error"] == pytest.approx(error(delong(classes)), rel=1e-9)
    assert area["low"] < area["value"] < area["high"]


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("part", ["train", "test"])
def test_signal_efficiencies(run: Path, found: dict[str, Any], name: str, part: str) -> None:
    from sklearn.metrics import roc_curve

    scores, y = labelled(responses(run, name, part))
    eff_b, eff_s, _ = roc_curve(y, scores, drop_intermediate=False)
    for key, at in WORKING_POINTS.items():
        expected = np.interp(at, eff_b, eff_s)
        number = found["methods"][name]["signal_efficiency"][key][part]
        assert number["value"] == pytest.approx(expected, abs=1e-12)
        assert number["error"] >= 0.999 * np.sqrt(expected * (1 - expected) / (y == 1).sum())


@pytest.mark.parametrize("name", METHODS)
def test_overtraining(run: Path, found: dict[str, Any], name: str) -> None:
    from scipy.stats import ks_2samp

    record = found["methods"][name]["overtraining"]
    train, test = (responses(run, name, part) for part in ("train", "test"))
    for label, known, new in zip(("signal", "background"), train, test, strict=True):
        ours, theirs = record[f"ks_{label}"], ks_2samp(known, new, method="asymp")
        assert ours["statistic"] == pytest.approx(theirs.statistic, abs=1e-12)
        if len(np.unique(known)) == len(known):
            assert ours["p_value"] == pytest.approx(theirs.pvalue, abs=0.03)
        else:  # scipy does not know of ties, which makes its probability too large
            assert ours["p_value"] < theirs.pvalue
        assert (ours["n_eff_train"], ours["n_eff_test"]) == (len(known), len(new))
    gap = np.hypot(*(found["methods"][name]["auc"][part]["error"] for part in ("train", "test")))
    assert record["auc_gap"]["error"] == pytest.approx(gap)


@pytest.mark.parametrize("name", METHODS)
def test_significance_and_distances_to_the_best(run: Path, found: dict[str, Any], name: str) -> None:
    signal, background = responses(run, name, "test")
    expected = abs(signal.mean() - background.mean()) / np.sqrt(signal.var() + background.var())
    assert found["methods"][name]["significance"]["value"] == pytest.approx(expected)
    comparison = found["methods"][name]["comparison"]
    if comparison is None:
        assert name == next(iter(found["methods"]))
        return
    best, other = (delong(responses(run, each, "test")) for each in (comparison["reference"], name))
    difference = best[0] - other[0], best[1] - other[1]
    assert comparison["difference"]["value"] == pytest.approx(difference[0].mean(), abs=1e-12)
    assert comparison["difference"]["error"] == pytest.approx(error(difference), rel=1e-9)


@pytest.mark.parametrize("name", METHODS)
def test_histograms(run: Path, found: dict[str, Any], name: str) -> None:
    for part in ("train", "test"):
        for label, values in zip(("signal", "background"), responses(run, name, part), strict=True):
            shown = found["methods"][name]["response"][f"{part}_{label}"]
            edges = np.asarray(shown["edges"])
            counts, _ = np.histogram(values[values < edges[-1]], edges)
            assert np.asarray(shown["values"]) * np.diff(edges) * len(values) == pytest.approx(counts, abs=1e-6)
            assert np.asarray(shown["errors"]) * np.diff(edges) * len(values) == pytest.approx(np.sqrt(counts))
            assert shown["underflow"] == pytest.approx(np.mean(values < edges[0]))


def test_page_and_table_say_what_the_results_say(run: Path, found: dict[str, Any]) -> None:
    page = (run / "report.html").read_text(encoding="utf-8")
    cells = {float(value) for value in re.findall(r'<td[^>]* data-value="([^"]+)"', page)}
    with (run / "leaderboard.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert list(rows) == list(found["methods"])
    for name, method in found["methods"].items():
        row, area, tests = rows[name], method["auc"]["test"], method["overtraining"]
        assert (float(row["auc"]), float(row["auc_error"])) == (area["value"], area["error"])
        assert float(row["separation_error"]) == method["separation"]["error"]
        assert float(row["significance_error"]) == method["significance"]["error"]
        assert float(row["auc_gap"]) == tests["auc_gap"]["value"]
        shown = {
            area["value"],
            method["separation"]["value"],
            method["significance"]["value"],
            method["time"]["train_s"],
        }
        shown |= {pair["test"]["value"] for pair in method["signal_efficiency"].values()}
        shown |= {tests[key]["p_value"] for key in ("ks_signal", "ks_background", "chi2_signal", "chi2_background")}
        shown |= {share["value"] for share in method["shap"].values()} | {tests["auc_gap"]["value"]}
        assert shown <= cells
    assert {each["separation"]["value"] for each in found["dataset"]["variables"]} <= cells


@pytest.mark.parametrize("name", METHODS)
def test_background_rejection_and_tight_cuts(run: Path, found: dict[str, Any], name: str) -> None:
    from sklearn.metrics import roc_curve

    scores, y = labelled(responses(run, name, "test"))
    eff_b, eff_s, _ = roc_curve(y, scores, drop_intermediate=False)
    record = found["methods"][name]
    reached, tightest = np.unique(eff_s, return_index=True)  # of cuts that let the same signal pass
    for key, number in record["rejection"].items():
        assert number["test"]["value"] == pytest.approx(1 / np.interp(float(key), reached, eff_b[tightest]), rel=1e-9)
    inside = eff_b <= 0.1
    x, height = np.append(eff_b[inside], 0.1), np.append(eff_s[inside], np.interp(0.1, eff_b, eff_s))
    assert record["partial_auc"]["value"] == pytest.approx(np.trapezoid(height, x) / 0.1, abs=1e-9)


@pytest.mark.parametrize("name", METHODS)
def test_best_cuts(run: Path, found: dict[str, Any], name: str) -> None:
    signal, background = responses(run, name, "test")
    expected = found["expectations"]["signal"]
    figures: dict[str, Callable[..., Any]] = {
        "S/sqrt(B)": lambda s, b: s / np.sqrt(b),
        "S/sqrt(S+B)": lambda s, b: s / np.sqrt(s + b),
        "Asimov": lambda s, b: np.sqrt(2 * ((s + b) * np.log1p(s / b) - s)),
    }
    cuts = np.unique(np.concatenate([signal, background]))
    passing = np.array([[(signal >= cut).sum(), (background >= cut).sum()] for cut in cuts])
    passing = passing[passing[:, 1] >= 10]
    s = passing[:, 0] / len(signal) * expected["signal"]
    b = passing[:, 1] / len(background) * expected["background"]
    for merit, figure in figures.items():
        best = found["methods"][name]["optima"][merit]
        assert best["value"]["value"] == pytest.approx(figure(s, b).max(), rel=1e-9)
        assert best["n_signal"] == (signal >= best["cut"]).sum()
        assert best["n_background"] == (background >= best["cut"]).sum()
        assert best["signal"]["value"] == pytest.approx(best["n_signal"] / len(signal) * expected["signal"])
        assert best["purity"]["value"] == pytest.approx(
            best["signal"]["value"] / (best["signal"]["value"] + best["background"]["value"])
        )


def test_probabilities(run: Path, found: dict[str, Any]) -> None:
    from sklearn.metrics import brier_score_loss, log_loss

    scores, y = labelled(responses(run, "Logistic", "test"))
    weight = np.where(y == 1, 0.5 / (y == 1).mean(), 0.5 / (y == 0).mean())  # in training the classes weigh the same
    given = found["methods"]["Logistic"]["calibration"]["given"]
    assert given["brier"]["value"] == pytest.approx(brier_score_loss(y, scores, sample_weight=weight), rel=1e-9)
    assert given["log_loss"]["value"] == pytest.approx(log_loss(y, scores, sample_weight=weight), rel=1e-9)


def test_agreement_of_methods(run: Path, found: dict[str, Any]) -> None:
    from scipy.stats import pearsonr, spearmanr

    agreement = found["agreement"]
    for place, label in enumerate(("signal", "background")):
        of_method = {name: responses(run, name, "test")[place] for name in METHODS}
        for kind, theirs in (("linear", pearsonr), ("rank", spearmanr)):
            for one, others in agreement[kind][label].items():
                for other, number in others.items():
                    statistic = theirs(of_method[one], of_method[other]).statistic
                    assert number["value"] == pytest.approx(statistic, abs=1e-9), (kind, label, one, other)
