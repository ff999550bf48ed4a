from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

import umva
from umva.errors import ColumnError, MethodError, UnknownMethodError
from umva.factory.booking import book
from umva.methods import Context, Events, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from umva.factory.pipeline import Pipeline


def rings(n_events: int, seed: int) -> Events:
    """Return signal on a ring around background, with a shift that linear methods see: both kinds of members help."""
    rng = np.random.default_rng(seed)
    y = (np.arange(n_events) % 2).astype(np.int8)
    X = rng.normal(size=(n_events, 4)) * np.where(y, 1.5, 1.0)[:, None]
    X[:, 2:] += 0.5 * y[:, None]
    return Events(X.astype(np.float32), y, np.ones(n_events))


def trained(name: str, train: Events, **settings: Any) -> Pipeline:
    pipeline = book(name, settings=settings).pipeline(tuple("abcd"[: train.X.shape[1]]), train.problem)
    pipeline.fit(train, context=Context(seed=2))
    return pipeline


def test_stacking_learns_whom_to_believe_and_voting_does_not() -> None:
    train, test = rings(2000, 1), rings(8000, 2)
    linear = roc_auc_score(test.y, trained("LD", train).score(test.X))
    near = roc_auc_score(test.y, trained("KNN", train).score(test.X))
    voting = roc_auc_score(test.y, trained("Voting", train, methods=("LD", "KNN")).score(test.X))
    stacking = roc_auc_score(test.y, trained("Stacking", train, methods=("LD", "KNN")).score(test.X))
    assert near > linear + 0.1
    assert near - 0.005 < stacking
    assert linear + 0.05 < voting < stacking


def test_answers_of_several_classes_and_targets_are_averaged() -> None:
    rng = np.random.default_rng(1)
    y = (np.arange(600) % 3).astype(np.int8)
    X = (rng.normal(size=(600, 2)) + y[:, None]).astype(np.float32)
    classes = Events(X, y, np.ones(600), Problem(("a", "b", "c")))
    members = [trained(each, classes).score(X) for each in ("KNN", "Logistic")]
    voting = trained("Voting", classes, methods=("KNN", "Logistic"))
    np.testing.assert_allclose(voting.score(X), np.mean(members, axis=0), atol=1e-12)
    targets = Events(X, X.astype(np.float64) @ [[1.0, 0.0], [2.0, -1.0]], np.ones(600), Problem((), ("s", "t")))
    stacking = trained("Stacking", targets, methods=("KNN", "LD"), folds=3)
    assert np.abs(stacking.score(X) - targets.y).mean() < 0.05


def crossing() -> umva.DataLoader:
    """Return events whose variable points the other way in the endcap, where ``eta``, a spectator, is large."""
    rng = np.random.default_rng(4)
    loader = umva.DataLoader().add_variables(["x", "y"]).add_spectator("eta").split(seed=3)
    for sign, label in ((1.0, "signal"), (-1.0, "background")):
        eta = rng.uniform(-2.5, 2.5, 1500)
        x = rng.normal(size=1500) + sign * np.where(abs(eta) < 1.4, 1.0, -1.0)
        loader.add_sample({"x": x, "y": rng.normal(size=1500), "eta": eta}, label=label)
    return loader


def test_categories_by_a_spectator(tmp_path: Path) -> None:
    factory = umva.Factory("categories", tmp_path / "run")
    loader = crossing()
    factory.book(loader, "Fisher")
    factory.book(loader, "LD", name="Linear", transform="N")
    factory.book(loader, "Category", of="Linear", categories=["abs(eta) < 1.4"])
    results = factory.run()
    assert results.methods["Fisher"].auc.test.value < 0.6  # type: ignore[union-attr]
    category = results.methods["Category"]
    assert category.auc is not None
    assert category.auc.test.value > 0.9
    assert category.notes[0].startswith("Trained apart on ")
    assert category.shap["x"].value > 0.8
    model = umva.load(tmp_path / "run" / "methods" / "Category")
    table = {"x": np.array([2.0, 2.0]), "y": np.zeros(2), "eta": np.array([0.0, 2.0])}
    barrel, endcap = model.predict(table)
    assert barrel > endcap
    with pytest.raises(ColumnError, match="eta"):
        model.predict({"x": np.zeros(1), "y": np.zeros(1)})


def test_members_keep_what_they_were_booked_with(tmp_path: Path) -> None:
    factory = umva.Factory("members", tmp_path)
    loader = crossing()
    factory.book(loader, "BDTG", name="Small", n_trees=7, transform="N")
    voting = factory.book(loader, "Voting", methods=["Small", "LD"])
    small, default = voting.method.recipes_  # type: ignore[attr-defined]
    assert (small.method.n_trees, small.transform, default.name) == (7, "N", "LD")
    assert voting.method.identity() != book("Voting", settings={"methods": ["BDTG", "LD"]}).method.identity()


def test_categories_with_methods_and_variables_of_their_own() -> None:
    """Each category's method sees the variables named for it, and nothing of the others."""
    train = rings(800, 1)
    settings = {"of": "LD", "categories": ("d > 0",), "methods": ("KNN",), "variables": ("b: c",)}
    found = trained("Category", train, **settings)
    high = train.X[:, 3] > 0
    alone = book("KNN").pipeline(("b", "c"), train.problem)
    alone.fit(replace(train.select(high), X=np.ascontiguousarray(train.X[high, 1:3])), context=Context(seed=2))
    np.testing.assert_array_equal(found.score(train.X)[high], alone.score(np.ascontiguousarray(train.X[high, 1:3])))
    rest = book("LD").pipeline(tuple("abcd"), train.problem)
    rest.fit(train.select(~high), context=Context(seed=2))
    np.testing.assert_array_equal(found.score(train.X)[~high], rest.score(train.X[~high]))
    with pytest.raises(MethodError, match=r"'bb'.*'b'"):
        trained("Category", train, **settings | {"variables": ("bb",)})
    with pytest.raises(MethodError, match="1 categories, but methods for 2"):
        trained("Category", train, **settings | {"methods": ("KNN", "LD")})


@pytest.mark.parametrize(
    ("name", "settings", "error", "message"),
    [
        ("Voting", {"methods": ["BDT"]}, MethodError, "needs two methods or more"),
        (
            "Voting",
            {"methods": ["BDT", "BTD"]},
            UnknownMethodError,
            "Voting: no method 'BTD' is booked .* did you mean 'BDT'",
        ),
        ("Voting", {"methods": ["BDT", "Other"]}, MethodError, "its member 'Other' is made of methods itself"),
        ("Category", {}, MethodError, "needs a cut for each category"),
        ("Category", {"categories": ["abs(etta) < 1"]}, ColumnError, "did you mean 'eta'"),
    ],
)
def test_refusals(tmp_path: Path, name: str, settings: dict[str, Any], error: type[Exception], message: str) -> None:
    factory, loader = umva.Factory("refused", tmp_path), crossing()
    factory.book(loader, "Voting", name="Other", methods=["LD", "Fisher"])

    def act() -> None:
        factory.book(loader, name, **settings)
        factory.run()

    with pytest.raises(error, match=message):
        act()


def test_a_category_without_a_class_fails_alone(tmp_path: Path) -> None:
    factory, loader = umva.Factory("empty", tmp_path), crossing()
    factory.book(loader, "Category", of="LD", categories=["eta > 10"])
    factory.book(loader, "LD")
    methods = factory.run().methods
    assert methods["LD"].status == "ok"
    assert str(methods["Category"].reason).startswith("Category 'eta > 10' has no background event to train on")


def test_members_are_booked_first_and_bring_their_own_transformation(tmp_path: Path) -> None:
    factory, loader = umva.Factory("order", tmp_path), crossing()
    factory.book(loader, "Voting", methods=["LD", "KNN"])
    with pytest.raises(MethodError, match="'KNN' is a member of 'Voting', which is booked already"):
        factory.book(loader, "KNN", transform="N")
    with pytest.raises(MethodError, match="Category takes no transform, got 'G,N'; its members bring theirs"):
        factory.book(loader, "Category", of="LD", categories=["abs(eta) < 1.4"], transform="G,N")


def test_spectators_of_categories_need_not_be_there_and_are_never_taken_as_missing(tmp_path: Path) -> None:
    factory, loader = umva.Factory("spectator", tmp_path), crossing().missing(0)
    factory.book(loader, "Category", of="LD", categories=["abs(eta) < 1.4"])
    factory.run()
    model = umva.load(tmp_path / "methods" / "Category")
    X = np.array([[2.0, 1.0, 0.0], [2.0, 1.0, 1.0], [2.0, 1.0, np.nan], [2.0, 1.0, 2.0]])
    barrel, same, unknown, endcap = model.predict(X)
    assert barrel == same != unknown == endcap
    np.testing.assert_array_equal(model.predict(dict(zip(("x", "y", "eta"), X.T, strict=True))), model.predict(X))
