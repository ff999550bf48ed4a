from __future__ import annotations

import io
import json
import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest
from rich.console import Console
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_score
from sklearn.naive_bayes import GaussianNB

import umva
from umva.errors import DataError, MethodError, OptionError, RunError, UnknownMethodError
from umva.factory.run_folder import RunFolder

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass(kw_only=True, eq=False)
class Failing(umva.Method):
    """Fails, as told: raises, dies, or gives NaN."""

    how: str = umva.option("raise", help="how it fails")
    name = "Failing"

    def fit(self, train: umva.Events, validation: Any = None, *, context: Any = None) -> Failing:
        del train, validation, context
        if self.how == "raise":
            msg = "the fit <did> not converge"
            raise ArithmeticError(msg)
        if self.how == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.full(len(X), np.nan)


def without_time(value: Any) -> Any:
    """Return JSON data without its entries called ``time``."""
    if isinstance(value, dict):
        return {key: without_time(each) for key, each in value.items() if key != "time"}
    return [without_time(each) for each in value] if isinstance(value, list) else value


@dataclass(kw_only=True, eq=False)
class Unexplained(umva.Method):
    """Scores by the first input; explaining it goes wrong."""

    name = "Unexplained"

    def fit(self, train: umva.Events, validation: Any = None, *, context: Any = None) -> Unexplained:
        del train, validation, context
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        return X[:, 0].astype(np.float64)

    def shap(self, X: Any, background: Any) -> Any:
        del X, background
        msg = "no idea"
        raise ArithmeticError(msg)


def run(loader: umva.DataLoader, folder: Path, *methods: Any, **settings: Any) -> umva.Results:
    factory = umva.Factory("test", folder, **settings)
    for each in methods:
        factory.book(loader, each)
    return factory.run()


def test_run_folder_holds_everything_and_numbers_agree_with_scores(loader: umva.DataLoader, tmp_path: Path) -> None:
    results = run(loader, tmp_path / "run", "Fisher", GaussianNB())
    results.report(tmp_path / "run" / "report.html")
    found = {each.name for each in (tmp_path / "run").iterdir()}
    assert found >= {"run.json", "split.npz", "scores.h5", "methods", "results.json", "leaderboard.csv", "report.html"}
    assert not (tmp_path / "run" / ".umva" / "sample").exists()
    record = json.loads((tmp_path / "run" / "results.json").read_text())
    with h5py.File(tmp_path / "run" / "scores.h5") as file:
        test = file["test"]
        for name in ("Fisher", "GaussianNB"):
            y, weight = test["class"][:], test["weight"][:]
            keep = weight > 0  # scikit-learn takes no negative weights
            positive = roc_auc_score(y[keep], test["scores"][name][:][keep], sample_weight=weight[keep])
            assert record["methods"][name]["auc"]["test"]["value"] == pytest.approx(positive, abs=0.03)
        assert test["spectators"]["n_vertices"].shape == y.shape
        n_events = sum(len(file[part]["class"]) for part in ("train", "validation", "test"))
    assert record["dataset"]["n_events"] == n_events


@pytest.mark.parametrize("how", ["raise", "die", "nan"])
def test_a_failing_method_is_reported_and_the_others_go_on(loader: umva.DataLoader, tmp_path: Path, how: str) -> None:
    results = run(loader, tmp_path, Failing(how=how), "Fisher")
    failed, ok = results.methods["Failing"], results.methods["Fisher"]
    assert (failed.status, ok.status) == ("failed", "ok")
    expected = {"raise": "ArithmeticError: the fit <did> not converge", "die": "process died", "nan": "NaN"}
    assert expected[how] in str(failed.reason)
    results.report(tmp_path / "report.html")
    assert "<did>" not in (tmp_path / "report.html").read_text()


def test_same_seed_same_results_whatever_runs_at_once(loader: umva.DataLoader, tmp_path: Path) -> None:
    quick: dict[str, dict[str, Any]] = {
        "BDT": {"n_trees": 30},
        "RandomForest": {"n_trees": 20},
        "XGBoost": {"n_trees": 20},
    }
    texts = []
    for folder, n_jobs in ((tmp_path / "a", 1), (tmp_path / "b", 2)):
        factory = umva.Factory("same", folder, seed=5, n_jobs=n_jobs)
        for name, settings in quick.items():
            factory.book(loader, name, **settings)
        factory.run()
        texts.append(without_time(json.loads((folder / "results.json").read_text())))
    assert texts[0] == texts[1]


def test_a_method_that_cannot_be_explained_is_kept(loader: umva.DataLoader, tmp_path: Path) -> None:
    found = run(loader, tmp_path, Unexplained()).methods["Unexplained"]
    assert (found.status, found.shap) == ("ok", {})
    assert "no idea" in str(found.shap_note)


def test_resume_trains_only_what_is_missing(loader: umva.DataLoader, tmp_path: Path) -> None:
    first = run(loader, tmp_path, "Fisher", "LD")
    untouched = (tmp_path / "methods" / "Fisher" / "model.json").stat().st_mtime_ns
    (tmp_path / "methods" / "LD" / "model.json").unlink()  # as if killed before LD was finished
    second = run(loader, tmp_path, "Fisher", "LD", "Logistic")
    assert (tmp_path / "methods" / "Fisher" / "model.json").stat().st_mtime_ns == untouched
    assert (tmp_path / "methods" / "LD" / "model.json").is_file()
    assert second.methods["Fisher"].auc == first.methods["Fisher"].auc
    assert set(second.methods) == {"Fisher", "LD", "Logistic"}


def test_other_events_are_trained_anew(loader: umva.DataLoader, tmp_path: Path) -> None:
    run(loader, tmp_path, "Fisher")
    key = RunFolder(tmp_path).outcome("Fisher")
    run(loader.cut("met > 20"), tmp_path, "Fisher")
    assert RunFolder(tmp_path).outcome("Fisher") != key


def test_root_and_hdf5_give_the_same_run(toys: Path, tmp_path: Path) -> None:
    records = []
    for name in ("toys.root", "toys.h5"):
        loader = umva.DataLoader().add_variables(["m_bb", "log(pt_bb)", "n_jets"]).set_weight("weight").split(train=200)
        for label in ("signal", "background"):
            loader.add_sample(f"{toys / name}:{label}", label=label)
        run(loader, tmp_path / name, "Fisher", "KNN")
        record = json.loads((tmp_path / name / "results.json").read_text())
        del record["dataset"]["files"]
        records.append(without_time(record))
    assert records[0] == records[1]


def test_model_applies_to_files_arrays_and_frames(loader: umva.DataLoader, toys: Path, tmp_path: Path) -> None:
    run(loader, tmp_path, "LD")
    model = umva.load(tmp_path / "methods" / "LD")
    from_file = model.predict(f"{toys / 'toys.root'}:signal")
    assert from_file.shape == (600,)
    signal, _ = umva.toys.higgs_to_bb(600, seed=3)
    np.testing.assert_array_equal(model.predict(signal), from_file)
    plain = np.stack(
        [
            signal["m_bb"],
            signal["pt_bb"],
            signal["dr_bb"],
            signal["met"] / signal["ht"],
            signal["btag1"] + signal["btag2"],
        ],
        axis=1,
    )
    np.testing.assert_allclose(model.predict(plain), from_file, rtol=1e-5, atol=1e-5)
    plain[3, 0] = np.nan
    assert np.flatnonzero(np.isnan(model.predict(plain))).tolist() == [3]
    with pytest.raises(DataError, match="takes 5 columns"):
        model.predict(plain[:, :2])


def test_split_file_repeats_the_split(loader: umva.DataLoader, tmp_path: Path) -> None:
    first = run(loader, tmp_path / "a", "LD")
    loader.split(mode="given", given=tmp_path / "a" / "split.npz")
    second = run(loader, tmp_path / "b", "LD")
    assert second.methods["LD"].auc == first.methods["LD"].auc
    assert second.dataset.split_sha256 == first.dataset.split_sha256


@pytest.mark.parametrize(
    ("method", "settings", "error", "message"),
    [
        ("Fischer", {}, UnknownMethodError, "'Fisher'"),
        ("BDT", {"n_treees": 5}, OptionError, "'n_trees'"),
        ("BDT", {"options": "NTrees=abc"}, OptionError, "NTrees"),
        ("Fisher", {"name": "a/b"}, MethodError, "folder"),
    ],
)
def test_booking_refuses(
    loader: umva.DataLoader, tmp_path: Path, method: str, settings: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        umva.Factory("x", tmp_path).book(loader, method, **settings)


def test_names_are_unique_and_loaders_shared(loader: umva.DataLoader, tmp_path: Path) -> None:
    factory = umva.Factory("x", tmp_path)
    factory.book(loader, "LD")
    with pytest.raises(MethodError, match="booked already"):
        factory.book(loader, "LD")
    with pytest.raises(MethodError, match="share one DataLoader"):
        factory.book(umva.DataLoader(), "Fisher")
    with pytest.raises(RunError, match="no method booked"):
        umva.Factory("y", tmp_path).run()


def test_nothing_is_left_of_a_run_that_cannot_start(loader: umva.DataLoader, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="m_bbb"):
        run(loader.add_variable("m_bbb"), tmp_path / "deep" / "run", "LD")
    assert not (tmp_path / "deep").exists()


def test_negative_weights_of_validation_events_do_no_harm(loader: umva.DataLoader, tmp_path: Path) -> None:
    results = run(loader.split(train=0.5, validation=0.2), tmp_path, "XGBoost")
    assert sum(each["validation"].n_negative for each in results.dataset.counts.values()) > 0
    assert results.methods["XGBoost"].reason is None


def test_options_that_all_tmva_methods_take(loader: umva.DataLoader, tmp_path: Path) -> None:
    console = Console(file=io.StringIO(), width=100)
    factory = umva.Factory("x", tmp_path, console=console)
    factory.book(loader, "Fisher", options="H:V:Fisher:VarTransform=None:CreateMVAPdfs=False:VerbosityLevel=Info")
    assert "Fisher: " in console.file.getvalue()  # type: ignore[attr-defined]
    factory.run()
    assert "s of training" in console.file.getvalue()  # type: ignore[attr-defined]
    assert factory.book(loader, "LD", options="Boost_Num=10").name == "LD"
    with pytest.raises(OptionError, match="add Boost_Num"):
        factory.book(loader, "LD", name="LD2", options="Boost_Type=Bagging")


def test_a_booked_method_is_a_scikit_learn_estimator(loader: umva.DataLoader, tmp_path: Path) -> None:
    booking = umva.Factory("estimator", tmp_path).book(loader, "BDT", n_trees=20)
    X = np.random.default_rng(1).normal(size=(200, 2)).astype(np.float32)
    found = cross_val_score(booking.estimator(), X, X[:, 0] > 0, cv=3)
    assert booking.estimator().get_params()["n_trees"] == 20
    assert found.mean() > 0.9
