"""Probability and rarity: TMVA's numbers, what they mean, and how they are booked, saved and applied."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import umva
from umva.cli import main
from umva.errors import MethodError, OptionError, RunError
from umva.factory.booking import book
from umva.factory.data.sources import open_sources
from umva.factory.pipeline import Pipeline
from umva.factory.response_pdfs import ResponsePdfs, ResponseRecipe
from umva.methods import BINARY, Context, Events, Problem

if TYPE_CHECKING:
    from pathlib import Path

INPUTS = ("myvar1", "myvar2", "var3", "var4")


def toy(n_events: int = 4000) -> Events:
    rng = np.random.default_rng(8)
    y = (np.arange(n_events) % 2).astype(np.int8)
    X = rng.normal(size=(n_events, 2)) + y[:, None]
    return Events(X.astype(np.float32), y, rng.uniform(0.5, 1.5, n_events))


def pipeline_of(**options: Any) -> Pipeline:
    return book("Fisher", **options).pipeline(("a", "b"), BINARY, missing=False)


@pytest.mark.shared
@pytest.mark.parametrize("method", ["LD", "Fisher"])
def test_probability_and_rarity_are_those_of_tmva(method: str, shared: Path) -> None:
    import pandas as pd

    folder = shared / "tmva/reference"
    booked = json.loads((folder / "methods.json").read_text(encoding="utf-8"))["classification"]
    options = next(each["options"] for each in booked if each["title"] == method)
    train, table = (pd.read_csv(folder / f"classification/{each}.csv") for each in ("train", "inputs_and_responses"))
    y = (train["classID"] == 0).to_numpy().astype(np.int8)
    pipeline = book(f"k{method}", options=options).pipeline(INPUTS, BINARY, missing=False)
    pipeline.fit(Events(train[list(INPUTS)].to_numpy(np.float32), y, train["weight"].to_numpy()), context=Context())
    scores = pipeline.score(table[list(INPUTS)].to_numpy(np.float32))
    assert pipeline.response_pdfs
    np.testing.assert_allclose(pipeline.response_pdfs.probability(scores), table[f"{method}:proba"], atol=1e-5)
    np.testing.assert_allclose(pipeline.response_pdfs.rarity(scores), table[f"{method}:rarity"], atol=1e-5)


def test_rarity_is_uniform_for_background_and_probability_true() -> None:
    pipeline, train = pipeline_of(response_pdfs={"smoothing": 2}), toy(40_000)
    pipeline.fit(train, context=Context())
    pdfs, scores = pipeline.response_pdfs, pipeline.score(train.X)
    assert pdfs
    rarity = pdfs.rarity(scores[train.y == 0])
    np.testing.assert_allclose(np.quantile(rarity, [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], atol=0.02)
    probability = pdfs.probability(scores)
    likely = (probability > 0.75) & (probability < 0.85)
    assert np.average(train.y[likely], weights=train.weight[likely]) == pytest.approx(0.8, abs=0.03)
    odds = probability / (1 - probability)
    rare = pdfs.probability(scores, 0.1)
    sure = odds > 1e6  # what is left of 1 is rounding
    np.testing.assert_allclose((rare / (1 - rare))[~sure], odds[~sure] / 9, rtol=1e-6)


def test_a_response_of_two_values_keeps_its_upper_one() -> None:
    y = np.repeat([0, 1], 500).astype(np.int8)
    scores = np.where(np.arange(1000) % 5 == 0, 1.0 - y, y).astype(np.float64)
    pdfs = ResponsePdfs.fit(scores, y, np.ones(1000), ResponseRecipe.of({"interpolation": "Spline0", "n_bins": 2}))
    assert pdfs.probability(np.array([0.0, 1.0])) == pytest.approx([0.2, 0.8], abs=1e-6)


def test_one_response_for_all_says_nothing() -> None:
    pdfs = ResponsePdfs.fit(np.full(40, 3.0), np.repeat([0, 1], 20).astype(np.int8), np.ones(40), ResponseRecipe())
    assert pdfs.probability(np.array([3.0, np.nan])) == pytest.approx([0.5, np.nan], nan_ok=True)
    assert np.isnan(pdfs.rarity(np.array([np.nan]))).all()


def test_a_fraction_must_be_one() -> None:
    pdfs = ResponsePdfs.fit(np.arange(40.0), np.repeat([0, 1], 20).astype(np.int8), np.ones(40), ResponseRecipe())
    with pytest.raises(ValueError, match="signal_fraction must be from 0 to 1, got 3"):
        pdfs.probability(np.zeros(1), 3)


def test_saved_and_loaded(tmp_path: Path) -> None:
    pipeline, train = pipeline_of(response_pdfs={"interpolation_signal": "KDE", "n_bins_background": 33}), toy()
    pipeline.fit(train, context=Context())
    pipeline.save(tmp_path)
    scores = pipeline.score(train.X)
    before, after = pipeline.response_pdfs, Pipeline.load(tmp_path).response_pdfs
    assert before
    assert after
    np.testing.assert_array_equal(after.probability(scores), before.probability(scores))
    np.testing.assert_array_equal(after.rarity(scores), before.rarity(scores))
    (tmp_path / "response_pdfs.npz").write_bytes(b"PK no zip")
    with pytest.raises(RunError, match=r"response_pdfs\.npz"):
        Pipeline.load(tmp_path)


def test_options_of_tmva_and_of_ours_say_the_same() -> None:
    tmva = book("kFisher", options="CreateMVAPdfs:NbinsMVAPdf=50:NsmoothMVAPdf=10:PDFInterpolMVAPdfSig=KDE")
    ours = book("Fisher", response_pdfs={"n_bins": 50, "smoothing": 10, "interpolation_signal": "KDE"})
    assert tmva.response_pdfs == ours.response_pdfs
    assert tmva.same_as(ours)
    assert not tmva.same_as(book("Fisher"))
    assert book("Fisher", options="CreateMVAPdfs=False").response_pdfs is None
    assert book("Fisher", response_pdfs=True).response_pdfs == ResponseRecipe()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("NbinsMVAPdf=50", "add CreateMVAPdfs"),
        ("CreateMVAPdfs:NbinzMVAPdf=50", "did you mean 'Nbins'"),
        ("CreateMVAPdfs:PDFInterpolMVAPdf=Spline7", "must be one of"),
        ("Normalise", "VarTransform=N"),
        ("D", "VarTransform=D"),
        ("VarTransformType=Background", "D_Background"),
    ],
)
def test_wrong_and_old_options_are_refused(options: str, words: str) -> None:
    with pytest.raises(OptionError, match=words):
        book("LD", options=options)


def test_old_options_that_change_nothing_are_passed_over() -> None:
    assert book("LD", options="!Normalise:!D:VarTransformType=Signal:TxtWeightFilesOnly").transform == "I"


def test_only_two_classes_have_them() -> None:
    booking = book("LD", response_pdfs=True)
    with pytest.raises(MethodError, match="there are none in a regression"):
        booking.require(Problem(classes=(), targets=("energy",)))


def test_a_run_has_them_and_apply_writes_them(loader: umva.DataLoader, toys: Path, tmp_path: Path) -> None:
    factory = umva.Factory("pdfs", tmp_path / "out", n_jobs=1)
    factory.book(loader, "Fisher", response_pdfs=True)
    factory.book(loader, "LD")
    factory.run()
    source = f"{toys / 'toys.root'}:signal"
    fisher, ld = (umva.load(tmp_path / "out/methods" / each) for each in ("Fisher", "LD"))
    probability = fisher.probability(source, signal_fraction=0.3)
    assert fisher.response_pdfs.probability(fisher.predict(source), 0.3) == pytest.approx(probability)
    with pytest.raises(MethodError, match="LD has no densities of its response: book it with response_pdfs=True"):
        ld.rarity(source)

    assert main(["apply", str(tmp_path / "out"), source, "-o", str(tmp_path / "friend.root")]) == 0
    (friend,) = open_sources(f"{tmp_path / 'friend.root'}:umva")
    assert list(friend.columns) == ["Fisher", "Fisher_probability", "Fisher_rarity", "LD"]
    (chunk,) = friend.chunks(["Fisher_rarity"])
    np.testing.assert_allclose(chunk.columns["Fisher_rarity"], fisher.rarity(source), atol=1e-6)


def test_a_class_keeps_its_only_response() -> None:
    found = ResponsePdfs.fit(np.array([0.0, 0.5, 1.0]), np.array([0, 0, 1], np.int8), np.ones(3), ResponseRecipe())
    assert found.probability(np.array([0.0, 1.0])).round(3).tolist() == [0.0, 0.909]


def test_beyond_the_training_responses_the_ends_count() -> None:
    rng = np.random.default_rng(1)
    y = (np.arange(2000) % 2).astype(np.int8)
    scores = rng.normal(2.0 * y - 1.0)
    found = ResponsePdfs.fit(scores, y, np.ones(2000), ResponseRecipe.of({"smoothing": 3}))
    ends = found.probability(np.array([scores.min(), scores.max()]))
    np.testing.assert_array_equal(found.probability(np.array([-1e30, 1e30])), ends)
    assert ends[0] < 0.1
    assert ends[1] > 0.9
