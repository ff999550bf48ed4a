"""The file as a whole, on toys: read as TMVA's own scripts read it, weights, missing values, the three tasks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import uproot
from sklearn.metrics import roc_auc_score

from umva.reports.material import Input, Material, Outcome, Part
from umva.reports.results import RocCurve
from umva.reports.tmva_root import Details, Inputs, MethodDetails, write_tmva_root

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

N_EVENTS = 3000


def toy(weight: NDArray[np.float64] | None = None, *, n_variables: int = 3, n_events: int = N_EVENTS) -> Material:
    """Return two classes, one good method and one that failed."""
    rng = np.random.default_rng(1)
    parts, scores = {}, {}
    for name in ("train", "test"):
        y = (rng.random(n_events) < 0.4).astype(np.int8)
        X = (rng.normal(size=(n_events, n_variables)) + 0.7 * y[:, None]).astype(np.float32)
        own = np.ones(n_events) if weight is None else weight
        parts[name] = Part(X, y, own, rng.exponential(1.0, (n_events, 1)))
        scores[name] = X.sum(axis=1).astype(np.float32).astype(np.float64)
    outcomes = (
        Outcome("BDT850", "BDT", "", "ok", scores=scores),
        Outcome("broken", "MLP", "", "failed", reason="no convergence"),
    )
    inputs = tuple(Input(f"v{j}", f"v{j}", "Mass", "GeV") for j in range(n_variables))
    spectators = (Input("m/2", "m/2"),)
    return Material("toy", 1, inputs, parts, outcomes, split={}, split_sha256="", spectators=spectators)


def written(material: Material, folder: Path, details: Details | None = None) -> Any:
    """Return the folder of the dataset in the file."""
    path = folder / "TMVA.root"
    write_tmva_root(material, path, details)
    return uproot.open(path)[(details or Details()).dataset]


def test_read_as_tmvagui_reads(tmp_path: Path) -> None:
    """What TMVA's graphical interface looks for: folders of methods, then histograms by their endings."""
    material = toy()
    dataset = written(material, tmp_path)
    kinds = [each for each in dataset.keys(recursive=False, cycle=False) if each.startswith("Method_")]
    assert kinds == ["Method_BDT"]
    for kind in kinds:
        for title in dataset[kind].keys(recursive=False, cycle=False):
            folder = dataset[kind][title]
            overlay = {end: folder[f"MVA_{title}_{end}"] for end in ("S", "B", "Train_S", "Train_B")}
            for shown in overlay.values():
                edges = shown.axis().edges()
                assert (shown.values() * np.diff(edges)).sum() == pytest.approx(1.0)
                assert np.array_equal(edges, overlay["S"].axis().edges())
            rejection = folder[f"MVA_{title}_rejBvsS"]
            assert rejection.axis().edges()[[0, -1]].tolist() == [0.0, 1.0]
            test = dataset["TestTree"].arrays(["classID", "weight", title], library="np")
            area = roc_auc_score(test["classID"] == 0, test[title], sample_weight=test["weight"])
            assert rejection.values().mean() == pytest.approx(area, abs=2e-3)
            assert np.array_equal(rejection.values(), 1.0 - folder[f"MVA_{title}_effBvsS"].values())


def test_trees_hold_the_events(tmp_path: Path) -> None:
    material = toy()
    dataset = written(material, tmp_path, Details(training_weight=np.full(N_EVENTS, 0.5)))
    for part, weight in (("train", 0.5), ("test", 1.0)):
        tree, events = dataset[f"{part.capitalize()}Tree"], material.parts[part]
        assert tree.keys() == ["classID", "className", "v0", "v1", "v2", "m_D_2", "weight", "BDT850"]
        found = tree.arrays(library="np")
        assert np.array_equal(found["v1"], events.X[:, 1])
        assert np.array_equal(found["classID"], 1 - events.y)
        assert np.array_equal(found["className"], np.where(events.y == 1, "Signal", "Background"))
        assert np.all(found["weight"] == weight)
        assert np.array_equal(found["BDT850"], material.outcomes[0].scores[part])


def test_whole_weights_are_repetitions(tmp_path: Path) -> None:
    weight = np.random.default_rng(2).integers(1, 4, N_EVENTS).astype(float)
    weighted = toy(weight)
    again = np.repeat(np.arange(N_EVENTS), weight.astype(int))
    parts = {
        name: Part(each.X[again], each.y[again], np.ones(len(again)), each.spectators[again])  # type: ignore[index]
        for name, each in weighted.parts.items()
    }
    scores = {name: each[again] for name, each in weighted.outcomes[0].scores.items()}
    repeated = replace(weighted, parts=parts, outcomes=(replace(weighted.outcomes[0], scores=scores),))
    (tmp_path / "repeated").mkdir()
    one, other = written(weighted, tmp_path), written(repeated, tmp_path / "repeated")
    shown = [path for path, kind in one.classnames(cycle=False).items() if kind.startswith("TH")]
    assert len(shown) > 40
    for path in shown:
        np.testing.assert_allclose(one[path].values(), other[path].values(), rtol=1e-6, atol=1e-9, err_msg=path)


def test_negative_weights(tmp_path: Path) -> None:
    weight = np.random.default_rng(3).normal(0.5, 1.0, N_EVENTS)
    dataset = written(toy(weight), tmp_path)
    shown = dataset["Method_BDT/BDT850/v0__Signal"]
    signal = toy().parts["test"].y == 1
    assert shown.values(flow=True).sum() == pytest.approx(weight[signal].sum(), rel=1e-5)
    assert (shown.errors(flow=True) ** 2).sum() == pytest.approx((weight[signal] ** 2).sum(), rel=1e-6)
    for ending, sign in (("effS", -1), ("effB", -1), ("effBvsS", 1), ("rejBvsS", -1), ("trainingEffBvsS", 1)):
        values = dataset[f"Method_BDT/BDT850/MVA_BDT850_{ending}"].values()
        assert values.min() >= 0
        assert values.max() <= 1
        assert np.all(sign * np.diff(values) >= 0), ending


def test_missing_values_are_left_out(tmp_path: Path) -> None:
    material = toy()
    test = material.parts["test"]
    test.X[:500, 0] = np.nan
    dataset = written(material, tmp_path)
    n_known = int((~np.isnan(test.X[:, 0]) & (test.y == 1)).sum())
    assert dataset["Method_BDT/BDT850/v0__Signal"].member("fEntries") == n_known
    assert dataset["Method_BDT/BDT850/CorrelationPlots/prof_v1_vs_v0_Signal"].member("fEntries") == n_known
    assert np.isnan(dataset["TestTree"]["v0"].array(library="np")).sum() == 500


def test_profile_is_the_mean(tmp_path: Path) -> None:
    weight = np.random.default_rng(4).uniform(0.5, 2.0, N_EVENTS)
    material = toy(weight)
    found = written(material, tmp_path)["Method_BDT/BDT850/CorrelationPlots/prof_v1_vs_v0_Signal"]
    own = material.parts["test"].y == 1
    x, y = (material.parts["test"].X[own, j].astype(float) for j in (0, 1))
    places = np.digitize(x, found.axis().edges()) - 1
    expected = [np.average(y[places == k], weights=weight[own][places == k]) for k in (15, 20, 25)]
    np.testing.assert_allclose(found.values()[[15, 20, 25]], expected, rtol=1e-6)


def test_many_variables_are_not_drawn_in_pairs(tmp_path: Path) -> None:
    dataset = written(toy(n_variables=7, n_events=200), tmp_path)
    assert "InputVariables_Id/v6__Background_Id" in dataset
    assert not [each for each in dataset if "CorrelationPlots" in each]


def test_a_class_without_test_events(tmp_path: Path) -> None:
    material = toy()
    parts = dict(material.parts)
    parts["test"] = replace(parts["test"], y=np.zeros(N_EVENTS, dtype=np.int8))
    dataset = written(replace(material, parts=parts), tmp_path)
    assert "Method_BDT/BDT850/MVA_BDT850_S" not in dataset
    assert dataset["Method_BDT/BDT850/v0__Signal"].values().sum() == 0


def test_details_of_a_run(tmp_path: Path) -> None:
    material = toy()
    X, half = material.parts["test"].X, np.full(N_EVENTS, 0.5)
    known = MethodDetails("Boost", Inputs("D", np.tanh(X)), "methods/BDT850", {"train": half, "test": half}, half)
    details = Details("b/c jets", views=(Inputs("G,D", X),), methods={"BDT850": known})
    write_tmva_root(material, tmp_path / "TMVA.root", details)
    dataset = uproot.open(tmp_path / "TMVA.root")["b_c jets"]
    shown = dataset["Method_Boost/BDT850/v0__Signal"]
    assert shown.axis().edges()[-1] < 1.1
    assert shown.member("fXaxis").member("fTitle") == "Mass (Deco)  [GeV]"
    assert dataset["InputVariables_Gauss_Deco/v2__Background_Gauss_Deco"].title == "Mass"
    assert dataset["Method_Boost/BDT850/WeightFileName"] == "methods/BDT850"
    for ending in ("Proba_S", "Rarity_B"):
        assert dataset[f"Method_Boost/BDT850/MVA_BDT850_{ending}"].values()[20] == pytest.approx(40.0)
    for tree in ("TestTree", "TrainTree"):
        assert np.all(dataset[tree]["prob_BDT850"].array(library="np") == 0.5)


def test_several_classes(tmp_path: Path) -> None:
    material, classes = toy(), ("b", "c", "light jets")
    rng = np.random.default_rng(5)
    parts = {
        name: replace(each, y=rng.integers(0, 3, N_EVENTS).astype(np.int8)) for name, each in material.parts.items()
    }
    shares = {name: rng.dirichlet(np.ones(3), N_EVENTS) for name in parts}
    outcome = Outcome("MLP", "MLP", "", "ok", scores=shares)
    known = MethodDetails(roc={"b": RocCurve((0.0, 0.5, 1.0), (0.0, 0.25, 1.0), (0.0, 0.0, 0.0))})
    several = replace(material, parts=parts, outcomes=(outcome,), classes=classes)
    dataset = written(several, tmp_path, Details(methods={"MLP": known}))
    test = dataset["TestTree"].arrays(library="np")
    assert np.array_equal(test["className"], np.array(classes)[parts["test"].y])
    assert np.array_equal(test["MLP.c"], shares["test"][:, 1].astype(np.float32))
    shown = dataset["Method_MLP/MLP/MVA_MLP_Train_c_prob_for_light jets"]
    own = shares["train"][parts["train"].y == 2, 1]
    assert shown.axis().edges()[[0, -1]].tolist() == [-0.0002, 1.0002]
    assert np.average(shown.axis().centers(), weights=shown.values()) == pytest.approx(own.mean(), abs=0.01)
    assert dataset["Method_MLP/MLP/MVA_MLP_Test_rejBvsS_b"].member("fY").tolist() == [1.0, 0.75, 0.0]
    assert "CorrelationMatrixlight jets" in dataset


def test_two_targets(tmp_path: Path) -> None:
    material = toy()
    targets = (Input("e", "e", "Energy", "GeV"), Input("phi", "phi"))
    rng = np.random.default_rng(6)
    parts = {name: replace(each, y=rng.normal(size=(N_EVENTS, 2))) for name, each in material.parts.items()}
    scores = {name: each.y + rng.normal(0.0, [0.1, 0.2], (N_EVENTS, 2)) for name, each in parts.items()}
    outcome = Outcome("LD", "LD", "", "ok", scores=scores)
    dataset = written(replace(material, parts=parts, outcomes=(outcome,), targets=targets), tmp_path)
    folder = dataset["Method_LD/LD"]
    assert folder["e__Regression_target"].member("fXaxis").member("fTitle") == "Energy  [GeV]"
    plane = folder["MVA_LDtest_reg_tgt0_rtgt1"]
    assert plane.member("fYaxis").member("fTitle") == "phi_{regression} - phi_{true}"
    assert plane.values().sum() == N_EVENTS
    squared = (scores["train"] - parts["train"].y)[:, 1] ** 2
    shown, best = (folder[f"MVA_LDtrain_Quadr_{each}_target_1_"] for each in ("Deviation", "Dev_best90perc"))
    assert np.average(shown.axis().centers(), weights=shown.values()) == pytest.approx(squared.mean(), rel=0.02)
    assert best.values().sum() == pytest.approx(0.9 * N_EVENTS, rel=0.01)
    assert best.axis().edges()[-1] / 1.1 == pytest.approx(np.quantile(squared, 0.9), rel=0.02)
    tree = dataset["TestTree"].arrays(["phi", "LD.phi"], library="np")
    assert np.corrcoef(tree["phi"], tree["LD.phi"])[0, 1] > 0.9


def test_names_that_are_taken(tmp_path: Path) -> None:
    material = toy()
    outcomes = tuple(replace(material.outcomes[0], name=name) for name in ("v0", "weight", "classID"))
    dataset = written(replace(material, outcomes=outcomes), tmp_path)
    tree = dataset["TestTree"].arrays(["v0", "v0_", "weight_", "classID_"], library="np")
    assert np.array_equal(tree["v0"], material.parts["test"].X[:, 0])
    for name in ("v0_", "weight_", "classID_"):
        assert np.array_equal(tree[name], material.outcomes[0].scores["test"])


@pytest.mark.parametrize("level", [0.0, 1e12])
def test_a_constant_response(tmp_path: Path, level: float) -> None:
    material = toy()
    constant = {name: np.full(N_EVENTS, level) for name in material.parts}
    dataset = written(replace(material, outcomes=(replace(material.outcomes[0], scores=constant),)), tmp_path)
    assert dataset["Method_BDT/BDT850/MVA_BDT850_S"].member("fEntries") > 0
    rejection = dataset["Method_BDT/BDT850/MVA_BDT850_rejBvsS"].values()
    assert np.all((rejection >= 0) & (rejection <= 1))
