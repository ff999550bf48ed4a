"""The libraries of gradient-boosted trees, alike in all tasks: quality, stopping, weights, holes, Shapley values, files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from umva.errors import MethodError, RunError
from umva.methods import BINARY, Context, Events, Problem, get, load
from umva.methods.gradient.boosting import GradientBoosting
from umva.testing.capture import caught

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("XGBoost", "LightGBM", "CatBoost")
THREE = Problem(("prompt", "feed-down", "background"))
ONE = Problem((), ("energy",))
TWO = Problem((), ("energy", "angle"))
PROBLEMS = (BINARY, THREE, ONE, TWO)
WHOLE = {"subsample": 1.0, "colsample": 1.0}


def sample(problem: Problem, n_events: int = 500, *, seed: int = 0) -> Events:
    """Return events whose first two of four variables tell all that can be known of the answer."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_events, 4)).astype(np.float32)
    energy = 1e-9 * (5 + X[:, 0] + 0.5 * X[:, 1] + 0.3 * rng.normal(size=n_events))
    y: Any = np.column_stack([energy, 1e6 * X[:, 0] * X[:, 1]])[:, : len(problem.targets)]
    if problem.classes:
        edges = [5e-9] if problem == BINARY else [4.5e-9, 5.5e-9]
        y = np.digitize(energy, edges).astype(np.int8)
    return Events(X, y, rng.uniform(0.5, 2.0, n_events), problem)


def quick(name: str, **options: Any) -> GradientBoosting:
    cls = get(name)
    booster = cls(**{**cls.quick_options, **options})
    assert isinstance(booster, GradientBoosting)
    return booster


def loss(booster: GradientBoosting, events: Events) -> float:
    """Return the weighted mean loss, in the units of the training curves."""
    found = booster.score(events.X)
    if events.problem.task == "regression":
        squares = np.average((found - events.y) ** 2, axis=0, weights=events.weight)
        return float((np.sqrt(squares) / booster.spread_)[0])
    chances = found if found.ndim == 2 else np.column_stack([1 - found, found])
    return float(np.average(-np.log(chances[np.arange(len(found)), events.y]), weights=events.weight))


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    cls = get(request.param)
    for package in cls.requires:
        pytest.importorskip(package)
    return str(request.param)


@pytest.fixture(params=PROBLEMS, ids=["two classes", "three classes", "one target", "two targets"])
def problem(request: pytest.FixtureRequest) -> Problem:
    assert isinstance(request.param, Problem)
    return request.param


def test_the_answer_is_learnt(name: str, problem: Problem) -> None:
    train, test = sample(problem, 1500), sample(problem, seed=1)
    booster = quick(name, n_trees=80, learning_rate=0.15).fit(train)
    found = booster.score(test.X)
    assert found.dtype == np.float64
    assert found.shape == ((500, len(problem.outputs)) if problem.outputs else (500,))
    if problem.task == "regression":
        rest = np.average((found - test.y) ** 2, axis=0) / np.var(test.y, axis=0)
        assert np.all(rest < 0.4)
    else:
        likeliest = found.argmax(axis=1) if found.ndim == 2 else found > 0.5
        assert np.mean(likeliest == test.y) > (0.85 if problem == BINARY else 0.75)
    if problem == THREE:
        np.testing.assert_allclose(found.sum(axis=1), 1.0, rtol=1e-12)


def test_training_stops_when_validation_no_longer_gains(name: str, problem: Problem) -> None:
    train, validation = sample(problem, 300), sample(problem, 300, seed=1)
    booster = quick(name, n_trees=400, learning_rate=0.4, early_stopping=10).fit(train, validation)
    curves = booster.curves_
    assert curves is not None
    assert curves.step == "tree"
    assert len({len(each) for each in curves.values.values()}) == 1
    if problem == TWO:
        assert list(curves.values) == ["train, energy", "validation, energy", "train, angle", "validation, angle"]
        assert curves.best is None
        assert [note.partition(" trees ")[2][:9] for note in booster.notes_] == ["of energy", "of angle,"]
        return
    found = curves.values["validation"]
    assert curves.best is not None
    assert curves.best == found.argmin() + 1 == len(found) - 10 < 390
    assert loss(booster, validation) == pytest.approx(found.min(), abs=1e-5)
    assert f"first {curves.best} of at most 400 trees" in booster.notes_[0]


def test_without_validation_all_trees_are_grown(name: str, problem: Problem) -> None:
    train = sample(problem)
    booster = quick(name, n_trees=130).fit(train)
    assert booster.curves_ is not None
    assert booster.curves_.best is None
    assert booster.notes_ == ()
    first = next(iter(booster.curves_.values.values()))
    assert len(first) == 130
    assert first[-1] < first[0]
    assert loss(booster, train) == pytest.approx(first[-1], rel=1e-3)  # CatBoost takes fast exponentials


def test_validation_is_only_watched_if_told_not_to_stop(name: str) -> None:
    train, validation = sample(BINARY, 200), sample(BINARY, 200, seed=1)
    watched = quick(name, early_stopping=0).fit(train, validation)
    np.testing.assert_array_equal(watched.score(train.X), quick(name).fit(train).score(train.X))
    assert watched.curves_ is not None
    assert watched.curves_.best is None
    assert len(watched.curves_.values["validation"]) == quick(name).n_trees


@pytest.mark.parametrize("scale", [1024.0, 2.0**-30])
def test_only_relative_weights_count(name: str, scale: float) -> None:
    train = sample(BINARY)
    one, other = (quick(name).fit(replace(train, weight=train.weight * each)) for each in (1.0, scale))
    np.testing.assert_array_equal(one.score(train.X), other.score(train.X))


def test_integer_weights_are_repetitions(name: str, problem: Problem) -> None:
    """With options for weights of mean 1 doubled; drawing at random (subsample, colsample, random_strength) breaks it."""
    cls, events, test = get(name), sample(problem, 600), sample(problem, seed=1)
    few_values = np.clip((events.X * np.float32(4)).round(), -6, 6)  # several events in each bin, which LightGBM needs
    times = np.random.default_rng(1).permutation(np.arange(600) % 3 + 1)
    rows = np.repeat(np.arange(600), times)
    weighted = replace(events, X=few_values, weight=times.astype(np.float64))
    repeated = replace(weighted.select(rows), weight=np.ones(len(rows)))
    options = cls.repetition.options
    one = cls(**options).fit(weighted).score(test.X)
    other = cls(**{**options, **cls.repetition.repeated}).fit(repeated).score(test.X)
    np.testing.assert_allclose(one, other, atol=1e-6 * np.ptp(one, axis=0).max())
    assert np.ptp(one) > 0


@pytest.mark.parametrize("name", ["XGBoost", "LightGBM"])  # CatBoost refuses inputs that are all constant
def test_the_response_is_the_weighted_share_of_signal(name: str) -> None:
    train = sample(BINARY)
    flat = replace(train, X=np.zeros_like(train.X), weight=np.where(train.y == 1, 3.0, 1.0))
    n_signal = (train.y == 1).sum()
    expected = 3 * n_signal / (3 * n_signal + (train.y == 0).sum())
    assert quick(name, **WHOLE).fit(flat).score(flat.X[:1])[0] == pytest.approx(expected, abs=1e-4)


def test_what_catboost_cannot_do_is_said() -> None:
    pytest.importorskip("catboost")
    train = sample(BINARY)
    with pytest.raises(MethodError, match="CatBoost cannot be trained: All features are either constant or ignored"):
        quick("CatBoost").fit(replace(train, X=np.zeros_like(train.X)))


def test_a_hole_is_information(name: str) -> None:
    train = sample(BINARY)
    X = train.X[:, 2:].copy()  # which tells nothing
    X[train.y == 0, 0] = np.nan
    booster = quick(name, **WHOLE).fit(replace(train, X=X))
    assert booster.score(X[train.y == 0]).max() < booster.score(X[train.y == 1]).min()


def test_holes_that_training_never_saw_are_answered(name: str, problem: Problem) -> None:
    train, validation = sample(problem, 200), sample(problem, 200, seed=1)
    X = validation.X.copy()
    X[::5, 1] = np.nan
    booster = quick(name).fit(train, replace(validation, X=X))
    assert np.isfinite(booster.score(X)).all()


def test_a_class_of_which_validation_has_none_is_kept(name: str) -> None:
    train, validation = sample(THREE, 300), sample(THREE, 100, seed=1)
    booster = quick(name).fit(train, validation.select(validation.y < 2))
    assert booster.score(train.X).shape == (300, 3)


def test_shapley_values_share_out_the_response(name: str, problem: Problem) -> None:
    train = sample(problem)
    booster = quick(name).fit(train)
    values, score = booster.shap(train.X[:50], train.X), booster.score(train.X[:50])
    assert values.shape == (50, 4, len(problem.outputs)) if problem.outputs else (50, 4)
    if problem.task == "regression":
        rest = (score - values.sum(axis=1)) / booster.spread_
    elif problem == BINARY:
        rest = np.log(score / (1 - score)) - values.sum(axis=1)
    else:  # logits are known up to a constant for each event
        logits = np.log(score) - values.sum(axis=1)
        rest = logits - logits[:, :1]
    np.testing.assert_allclose(rest, np.broadcast_to(rest[0], rest.shape), atol=2e-5)
    shares = np.abs(values).mean(axis=0).reshape(4, -1)
    assert np.all(shares[:2].mean(axis=0) > 2 * shares[2:].mean(axis=0))
    assert booster.shap(train.X[:0], train.X).shape == (0, *values.shape[1:])


def test_the_seed_decides(name: str) -> None:
    train = sample(BINARY)
    first, second, other = (quick(name).fit(train, context=Context(seed=s)).score(train.X) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert np.abs(first - other).max() > 1e-3


def test_an_event_is_answered_alike_in_any_company(name: str, problem: Problem) -> None:
    train = sample(problem)
    booster = quick(name).fit(train)
    together = booster.score(train.X[:40])
    alone = np.concatenate([booster.score(train.X[each : each + 1]) for each in range(40)])
    np.testing.assert_array_equal(alone, together)
    assert booster.score(train.X[:0]).shape == (0, *together.shape[1:])


def test_other_variables_than_in_training_are_refused(name: str) -> None:
    train = sample(BINARY, 100)
    with pytest.raises(MethodError, match=f"{name} was trained on 4 inputs, got events with 3"):
        quick(name).fit(train).score(train.X[:, :3])


def test_progress_counts_trees(name: str) -> None:
    told: list[float] = []
    quick(name, n_trees=2).fit(sample(TWO, 100), context=Context(progress=told.append))
    assert told == pytest.approx([0.25, 0.5, 0.75, 1.0, 1.0])


def test_nothing_is_printed_nor_left_behind(
    name: str, problem: Problem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    train = sample(problem, 200)
    with caught() as said:
        booster = quick(name).fit(train, sample(problem, 200, seed=1))
        booster.shap(train.X[:5], train.X)
        booster.save(tmp_path / "model")
        load(tmp_path / "model").score(train.X)
    assert said == []
    assert [each.name for each in tmp_path.iterdir()] == ["model"]


def test_saved_and_loaded_it_answers_the_same(name: str, problem: Problem, tmp_path: Path) -> None:
    train = sample(problem)
    booster = quick(name).fit(train, sample(problem, seed=1))
    booster.save(tmp_path / "once")
    loaded = load(tmp_path / "once")
    np.testing.assert_array_equal(loaded.score(train.X), booster.score(train.X))
    np.testing.assert_array_equal(loaded.shap(train.X[:9], train.X), booster.shap(train.X[:9], train.X))
    loaded.save(tmp_path / "twice")
    np.testing.assert_array_equal(load(tmp_path / "twice").score(train.X), booster.score(train.X))


def test_the_library_itself_reads_the_file(name: str, tmp_path: Path) -> None:
    train = sample(BINARY)
    booster = quick(name).fit(train)
    booster.save(tmp_path)
    path = str(next(tmp_path.glob("booster.*[nt]")))
    if name == "XGBoost":
        import xgboost

        theirs = xgboost.Booster(model_file=path).inplace_predict(train.X)
    elif name == "LightGBM":
        import lightgbm

        theirs = lightgbm.Booster(model_file=path).predict(train.X)
    else:
        import catboost

        theirs = (
            catboost.CatBoost().load_model(path, format="json").predict(train.X, prediction_type="Probability")[:, 1]
        )
    np.testing.assert_allclose(booster.score(train.X), theirs, atol=1e-6)


def test_damage_is_found(name: str, tmp_path: Path) -> None:
    quick(name, n_trees=3).fit(sample(BINARY, 100)).save(tmp_path)
    path = next(tmp_path.glob("booster.*[nt]"))
    whole = path.read_bytes()
    rng = np.random.default_rng(3)
    damaged = [whole[: rng.integers(len(whole))] for _ in range(20)]
    damaged += [
        whole[:place] + bytes([whole[place] ^ 1 << rng.integers(8)]) + whole[place + 1 :]
        for place in rng.integers(len(whole), size=40)
    ]
    for each in damaged:
        path.write_bytes(each)
        with pytest.raises(RunError, match=r"booster\.\w+: cannot be read as a model of \w+ for classification"):
            load(tmp_path)
    path.write_bytes(whole)
    assert load(tmp_path).name == name
    path.with_name(f"{path.name}.sha256").unlink()
    with pytest.raises(RunError, match="cannot be read"):
        load(tmp_path)


def test_damage_that_the_checksum_hides_does_not_crash(name: str, tmp_path: Path) -> None:
    """Each byte that is flipped is refused or answered with: XGBoost, LightGBM and CatBoost alone would leave memory."""
    from umva.methods import sealed

    train = sample(BINARY, 100)
    quick(name, n_trees=2).fit(train).save(tmp_path)
    path = next(tmp_path.glob("booster.*[nt]"))
    whole = path.read_bytes()
    rng = np.random.default_rng(4)
    n_refused = 0
    for place in rng.integers(len(whole), size=60):
        flipped = whole[:place] + bytes([whole[place] ^ 1 << rng.integers(7)]) + whole[place + 1 :]
        sealed.dump(flipped.decode(), path)
        try:
            booster = load(tmp_path)
        except RunError:
            n_refused += 1
            continue
        assert booster.score(train.X).shape == (100,)
        assert booster.shap(train.X[:20], train.X) is not None
    assert n_refused > 5
