"""Likelihood: TMVA's responses and rankings, exact ratios, and its options."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.stats import norm, rankdata

from umva.errors import MethodError, OptionError
from umva.factory.booking import book
from umva.factory.data.preprocessing.linear import PrincipalComponents
from umva.methods import BINARY, Context, Events, get, load, resolve
from umva.methods.densities.likelihood import Likelihood

if TYPE_CHECKING:
    from pathlib import Path

    from umva.factory.pipeline import Pipeline

INPUTS = ("myvar1", "myvar2", "var3", "var4")
AUC = {
    "Likelihood": 0.761,
    "LikelihoodD": 0.917,
    "LikelihoodPCA": 0.912,
    "LikelihoodKDE": 0.755,
    "LikelihoodMIX": 0.754,
}
ABOVE = {"LikelihoodKDE": 2, "LikelihoodMIX": 1}
"""Events above the training range: TMVA's kernel densities end with an empty bin, and the response is 0.5."""

RANKED = {
    "LikelihoodKDE": ("var4", "myvar1", "myvar2", "var3"),
    "LikelihoodMIX": ("var4", "myvar2", "var3", "myvar1"),
}


def reference(shared: Path, part: str) -> Events:
    import pandas as pd

    table = pd.read_csv(shared / f"tmva/reference/classification/{part}.csv")
    y = (table["classID"] == 0).to_numpy().astype(np.int8)
    return Events(table[list(INPUTS)].to_numpy(np.float32), y, table["weight"].to_numpy(np.float64))


def trained(shared: Path, title: str) -> Pipeline:
    methods = json.loads((shared / "tmva/reference/methods.json").read_text(encoding="utf-8"))["classification"]
    options = next(each["options"] for each in methods if each["title"] == title)
    pipeline = book("kLikelihood", options=options).pipeline(INPUTS, BINARY, missing=False)
    pipeline.fit(reference(shared, "train"), context=Context())
    return pipeline


def answers(shared: Path, title: str) -> tuple[Any, Any]:
    import pandas as pd

    table = pd.read_csv(shared / "tmva/reference/classification/inputs_and_responses.csv")
    return table[list(INPUTS)].to_numpy(np.float32), table[title].to_numpy()


@pytest.mark.shared
@pytest.mark.parametrize("title", AUC)
def test_as_good_as_tmva(title: str, shared: Path) -> None:
    test = reference(shared, "test")
    ranks = rankdata(trained(shared, title).score(test.X))
    order = np.argsort(ranks)
    y, weight = test.y[order], test.weight[order]
    auc = np.sum((y * weight) * np.cumsum((1 - y) * weight)) / (y * weight).sum() / ((1 - y) * weight).sum()
    assert auc > AUC[title] - 0.001


@pytest.mark.shared
@pytest.mark.parametrize("title", ["Likelihood", "LikelihoodD", "LikelihoodKDE", "LikelihoodMIX"])
def test_responses_are_those_of_tmva(title: str, shared: Path) -> None:
    X, wanted = answers(shared, title)
    off = np.abs(trained(shared, title).score(X) - wanted)
    other = np.flatnonzero(off > 1e-5)
    assert len(other) == ABOVE.get(title, 0)
    assert (wanted[other] == 0.5).all()
    assert (X[other] > reference(shared, "train").X.max(axis=0)).any(axis=1).all()


@pytest.mark.shared
def test_responses_with_principal_components_are_those_of_tmva(shared: Path) -> None:
    """Its axes, for which it ignores weights, are put in the place of ours."""
    path = shared / "tmva/reference/classification/weights/TMVAClassification_LikelihoodPCA.weights.xml"
    root = ET.parse(path).getroot()
    means, axes = (
        [np.array((each.text or "").split(), dtype=np.float64) for each in root.iter(name)]
        for name in ("Statistics", "Eigenvectors")
    )
    background, signal = (PrincipalComponents(means[k], axes[k].reshape(4, 4)) for k in (1, 0))
    pipeline, train = trained(shared, "LikelihoodPCA"), reference(shared, "train")
    X, wanted = answers(shared, "LikelihoodPCA")
    method = pipeline.method
    assert isinstance(method, Likelihood)
    views = (replace(train, X=each.apply(train.X).astype(np.float32)) for each in (background, signal))
    method.learn(*views, context=Context())
    found = method.compare(*(each.apply(X).astype(np.float32) for each in (background, signal)))
    np.testing.assert_allclose(found, wanted, atol=1e-5)
    assert method.ranking_
    np.testing.assert_allclose(method.ranking_.values, [7.230e-02, -1.272e-03, 3.123e-02, 3.692e-01], atol=6e-5)


@pytest.mark.shared
@pytest.mark.parametrize("title", RANKED)
def test_rankings_are_those_of_tmva(title: str, shared: Path) -> None:
    ranking = trained(shared, title).method.ranking_
    assert ranking
    assert ranking.quantity == "Delta Separation"
    assert tuple(INPUTS[place] for place in ranking.order()) == RANKED[title]


def likelihood(**options: Any) -> Likelihood:
    return Likelihood(**resolve(Likelihood, "Likelihood", options))


def gaussians(n_events: int = 40_000, *, seed: int = 1) -> Events:
    rng = np.random.default_rng(seed)
    y = (np.arange(n_events) % 2).astype(np.int8)
    X = rng.normal(size=(n_events, 2)) + y[:, None] * [1.0, 2.0]
    return Events(X.astype(np.float32), y, np.ones(n_events))


def test_ratio_is_the_exact_one_for_independent_inputs() -> None:
    found = likelihood(n_bins=40).fit(gaussians(200_000))
    X = np.array([[0.5, 1.0], [0.0, 1.0], [1.0, 1.0], [0.5, 0.0]], np.float32)
    signal = norm.pdf(X - [1.0, 2.0]).prod(axis=1)
    background = norm.pdf(X).prod(axis=1)
    np.testing.assert_allclose(found.score(X), signal / (signal + background), atol=0.02)


def test_transformed_output_is_the_log_odds() -> None:
    train = gaussians(4000)
    ratio, transformed = (Likelihood(transform_output=each).fit(train) for each in (False, True))
    r = ratio.score(train.X)
    np.testing.assert_allclose(transformed.score(train.X), -np.log(1 / r - 1) / 15, rtol=1e-9)
    assert ratio.ranking_
    assert transformed.ranking_
    np.testing.assert_array_equal(ratio.ranking_.values, transformed.ranking_.values)


def test_many_tiny_densities_do_not_underflow() -> None:
    rng = np.random.default_rng(3)
    y = (np.arange(2000) % 2).astype(np.int8)
    X = rng.normal(size=(2000, 150)) * 1e3 + y[:, None] * 200.0
    score = likelihood(smoothing=3).fit(Events(X.astype(np.float32), y, np.ones(2000))).score(X.astype(np.float32))
    assert np.mean(score == 0.5) == 0.0
    assert np.mean((score > 0.5) == y) > 0.9


def test_whole_numbers_have_a_bin_each() -> None:
    rng = np.random.default_rng(4)
    y = (np.arange(20_000) % 2).astype(np.int8)
    n_jets = rng.poisson(np.where(y == 1, 4.0, 2.0)).clip(0, 7)
    train = Events(n_jets[:, None].astype(np.float32), y, np.ones(len(y)))
    score = likelihood(interpolation="KDE").fit(train).score(np.arange(8, dtype=np.float32)[:, None])
    signal, background = (np.bincount(n_jets[y == k], minlength=8) / (y == k).sum() for k in (1, 0))
    np.testing.assert_allclose(score, signal / (signal + background), rtol=1e-5)


def test_negative_weights_are_filled_with_their_sign() -> None:
    """Events that others cancel exactly leave no trace."""
    train = gaussians(4000)
    rng = np.random.default_rng(7)
    extra = Events(
        rng.uniform(-1, 1, (400, 2)).astype(np.float32), rng.integers(0, 2, 400).astype(np.int8), np.ones(400)
    )
    both = Events(
        np.concatenate([train.X, extra.X, extra.X]),
        np.concatenate([train.y, extra.y, extra.y]),
        np.concatenate([train.weight, extra.weight, -extra.weight]),
    )
    np.testing.assert_allclose(
        likelihood(n_bins=20).fit(both).score(train.X), likelihood(n_bins=20).fit(train).score(train.X), atol=1e-5
    )


def test_options_of_tmva_are_for_class_and_variable() -> None:
    given = {
        "NSmooth": "1",
        "NSmoothSig[0]": "20",
        "NSmoothBkg[1]": "10",
        "PDFInterpolBkg[1]": "kde",
        "MinNSmooth[0]": "-1",
    }
    method = get("kLikelihood")(**resolve(Likelihood, "Likelihood", given))
    from umva.methods.densities.per_class import recipes

    background, signal = recipes(method, ("a", "b"))
    assert [each.smoothing for each in signal] == [20, 1]
    assert [each.smoothing for each in background] == [1, 10]
    assert [each.interpolation for each in background] == ["Spline2", "KDE"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"NSmoothSig[2]": "3"}, "'2' is not a variable"),
        ({"smoothing_signal": {"c": 3}}, "'c' is not a variable"),
        ({"MinNSmooth": "4", "MaxNSmooth": "2"}, "must be at most max_smoothing"),
        ({"PDFInterpol": "Spline4"}, "must be one of"),
    ],
)
def test_wrong_options_are_refused_before_the_training(options: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        Likelihood(**resolve(Likelihood, "Likelihood", options)).bind(("a", "b"), BINARY)


def test_a_class_without_weight_is_refused() -> None:
    train = gaussians(100)
    with pytest.raises(MethodError, match="'signal' sum to 0"):
        Likelihood().fit(replace(train, weight=np.where(train.y == 1, 0.0, 1.0)))


def test_saved_and_loaded_it_answers_the_same(tmp_path: Path) -> None:
    train = gaussians(3000)
    method = likelihood(interpolation={"*": "Spline3", 1: "Spline0"}, smoothing_signal={0: 5}).fit(train)
    method.save(tmp_path)
    np.testing.assert_array_equal(load(tmp_path).score(train.X), method.score(train.X))


def test_trained_again_it_forgets() -> None:
    train = gaussians(3000)
    method = Likelihood().fit(train)
    method.score(train.X)
    again = method.fit(replace(train, y=1 - train.y)).score(train.X)
    np.testing.assert_array_equal(again, Likelihood().fit(replace(train, y=1 - train.y)).score(train.X))


@pytest.mark.parametrize(
    "options", [{}, {"interpolation": "KDE"}, {"interpolation": "KDE", "kernel_width": "Adaptive"}]
)
@pytest.mark.parametrize("unit", [2.0**-60, 2.0**60])
def test_the_unit_of_the_inputs_does_not_matter(unit: float, options: dict[str, str]) -> None:
    """As long as it is not near TMVA's, whose adaptive kernels depend on it."""
    train = gaussians(3000)
    small, large = (
        likelihood(**options).fit(each).score(each.X)
        for each in (replace(train, X=train.X * np.float32(unit * factor)) for factor in (1.0, 1024.0))
    )
    np.testing.assert_allclose(small, large, rtol=1e-4, atol=1e-9)
    assert np.mean((small > 0.5) == train.y) > 0.8
