"""The file that a run leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h5py
import numpy as np
import uproot

from umva import DataLoader, Factory, load

if TYPE_CHECKING:
    from pathlib import Path


def test_run_writes_the_file(loader: DataLoader, tmp_path: Path) -> None:
    factory = Factory("run", tmp_path)
    factory.book(loader, "Fisher", response_pdfs=True)
    factory.book(loader, "LD", transform="N,D")
    factory.run()
    dataset = uproot.open(tmp_path / "TMVA.root")["toys"]
    tree = dataset["TestTree"].arrays(["Fisher", "LD", "prob_Fisher", "n_vertices", "weight"], library="np")
    with h5py.File(tmp_path / "scores.h5") as file:
        for name in ("Fisher", "LD"):
            assert np.array_equal(tree[name], file[f"test/scores/{name}"][:].astype(np.float32))
        assert np.array_equal(tree["n_vertices"], file["test/spectators/n_vertices"][:].astype(np.float32))
        assert np.array_equal(tree["weight"], file["test/weight"][:].astype(np.float32))
    inputs = dataset["TestTree"].arrays(["m_bb", "pt_bb", "dr_bb", "met_D_ht", "btags"], library="np")
    expected = load(tmp_path / "methods" / "Fisher").probability(np.stack(list(inputs.values()), axis=1))
    np.testing.assert_allclose(tree["prob_Fisher"], expected, rtol=1e-5)
    views = [each for each in dataset.keys(recursive=False, cycle=False) if each.startswith("Input")]
    assert views == [f"InputVariables_{each}" for each in ("Id", "Deco", "PCA", "Gauss_Deco")]
    shown = dataset["Method_LD/LD/m_bb__Signal"]
    assert shown.member("fXaxis").member("fTitle") == "m_bb (Norm_Deco)"
    train = dataset["TrainTree"].arrays(["classID", "weight"], library="np")
    sums = [train["weight"][train["classID"] == each].sum() for each in (0, 1)]
    np.testing.assert_allclose(sums, (train["classID"] == 0).sum(), rtol=1e-5)  # NormMode=EqualNumEvents


def test_what_cannot_be_transformed_is_left_out(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    loader = DataLoader().add_variables(["x", "y"])
    for shift, label in ((1.0, "signal"), (0.0, "background")):
        x = rng.normal(shift, 1.0, 300)
        loader.add_sample({"x": x, "y": 2.0 * x}, label=label)  # no covariance matrix to invert
    factory = Factory("run", tmp_path)
    factory.book(loader, "BDT", options="NTrees=5")
    factory.run()
    dataset = uproot.open(tmp_path / "TMVA.root")["dataset"]
    assert "InputVariables_Id" in dataset
    assert "InputVariables_Deco" not in dataset
    assert dataset["Method_BDT/BDT/y__Signal"].member("fEntries") == 150
