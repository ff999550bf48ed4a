from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from umva import DataLoader, Factory
from umva.factory.macro import macro_of

if TYPE_CHECKING:
    from umva.factory.booking import Booking
    from umva.factory.data.declaration import Declaration


def two_classes() -> DataLoader:
    """Return a loader that says all that can be said of two classes."""
    loader = DataLoader('higgs "4"').add_variables(["a", "r := a/b", "eta"])
    loader.add_variable("pt", title="p_{T}", unit="GeV").add_spectator("mass", unit="GeV")
    loader.add_sample("h.root:sig", label="signal", cross_section=0.5).add_sample(
        ["b.root:t", Path("c.root:t")], label="background"
    )
    loader.set_weight("w*\\sf").set_weight("v", label="background").cut("a > 1").cut("b < 2", label="signal").cut(
        "a < 9"
    )
    loader.luminosity(138e3).expect(background=1e4, background_uncertainty=0.1, merit="AMS")
    loader.vary("JES", up={"pt": "pt*1.02"}, down={"pt": "pt*0.98"}).vary(
        "w", weight_up="w*2", weight_down={"signal": "w/2"}
    )
    return loader.missing(-999, float("nan")).normalise("NumEvents").split(train=0.6, validation={"signal": 10}, seed=7)


def by_formula() -> DataLoader:
    loader = DataLoader("hits", task="regression").add_variables(["e1"]).add_target("energy", unit="GeV")
    return loader.add_sample("hits.root:t", weight=2.0, cut="e1 > 0").split(train="n % 2", mode="expression")


def given_parts() -> DataLoader:
    loader = DataLoader().add_variables(["x"]).split(mode="given")
    for label in ("a", "b", "c"):
        loader.add_sample(f"{label}.root", label=label, part="train").add_sample(
            f"{label}2.root", label=label, part="test"
        )
    return loader


def said_again(declaration: Declaration, bookings: tuple[Booking, ...] = (), **more: Any) -> dict[str, Any]:
    """Return what the macro defines, run up to the training."""
    text = macro_of(declaration, bookings, title="run", output="out", seed=3, mute=more.pop("mute", ()), run=more)
    names: dict[str, Any] = {}
    exec(text.partition("results = ")[0], names)
    return names


@pytest.mark.parametrize("made", [two_classes, by_formula, given_parts])
def test_the_macro_declares_the_same_events(made: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    declaration = made().declaration()
    again = said_again(declaration)["loader"].declaration()
    for name in vars(declaration):
        one, other = (
            str(getattr(each, name)).replace("PosixPath('c.root:t')", "'c.root:t'") for each in (declaration, again)
        )
        assert one == other, name


def test_the_macro_books_the_same_methods(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(1)
    loader = DataLoader().add_variables(["x", "y"])
    for label in ("signal", "background"):
        loader.add_sample({"x": rng.normal(size=9), "y": rng.normal(size=9)}, label=label)
    factory = Factory("run", "out", seed=3, mute=["COR001"])
    factory.book(loader, "BDT", name="few", options="NTrees=30:MaxDepth=2")
    factory.book(loader, "DNN", transform="G,N", layers=(8, 4), negative_weights="pair")
    factory.book(loader, "Fisher", response_pdfs={"n_bins": 50, "smoothing_signal": 10})
    factory.book(loader, "Voting", methods=["few", "Fisher"])
    factory.book(loader, make_pipeline(StandardScaler(), HistGradientBoostingClassifier(max_iter=5)), name="HGB")
    bookings = tuple(factory.bookings)
    again = said_again(loader.declaration(), bookings, mute=("COR001",), leave_one_out=True)["factory"]
    assert [each.name for each in again.bookings] == [each.name for each in bookings]
    for one, other in zip(again.bookings[:-1], bookings[:-1], strict=True):
        assert one.same_as(other)
    assert repr(again.bookings[-1].method) == repr(bookings[-1].method)
    assert (again.name, again.seed, again.mute) == (factory.name, factory.seed, factory.mute)


def test_what_no_text_can_hold_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    loader = DataLoader().add_variables(["x"])
    for label in ("signal", "background"):
        loader.add_sample({"x": np.arange(9.0)}, label=label)
    text = macro_of(
        loader.declaration(), (), title="t", output="o", seed=1, mute=(), run={"learning_curve": [0.5, 1.0]}
    )
    assert text.count("put yours in its place") == 2
    assert "factory.run(learning_curve=[0.5, 1.0])" in text
