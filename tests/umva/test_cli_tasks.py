"""The command line in all three tasks: flags, analysis files, application, and what is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest
import uproot

import umva
from umva.cli import main
from umva.toys import write_root

if TYPE_CHECKING:
    from pathlib import Path

LABELS = ("prompt", "fd", "background")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file with a tree for each of three classes; ``y`` is missing, -999, for some events, ``w`` may be -1."""
    rng = np.random.default_rng(2)
    trees = {}
    for k, label in enumerate(LABELS):
        x = rng.normal(2.0 * k, 1, 300)
        y = np.where(rng.random(300) < 0.1, -999.0, rng.normal(-k, 1, 300))
        weight = np.where(rng.random(300) < 0.1, -1.0, 1.0)
        trees[label] = {"x": x, "y": y, "energy": 3 * x + 1 + rng.normal(0, 0.1, 300), "mass": y + 5, "w": weight}
    path = tmp_path / "three.root"
    write_root(path, trees)
    return path


def compare(file: Path, *flags: str) -> int:
    """Run ``umva compare`` into ``out`` beside the file; ``FILE`` stands for the file."""
    base = ["compare", "--variables", "x", "--out", str(file.parent / "out")]
    return main([*base, *(each.replace("FILE", str(file)) for each in flags)])


CLASSES = [each for label in LABELS for each in ("--class", f"{label}=FILE:{label}")]
SAMPLE = ["--sample", "FILE:prompt", "--sample", "FILE:fd"]


def results(file: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((file.parent / "out" / "results.json").read_text())
    return record


def test_classes_by_flags_and_their_application(file: Path, tmp_path: Path) -> None:
    flags = ["--variables", "x,y", "--missing", "-999", "--weight", "w", "--negative-weights", "ignore"]
    assert compare(file, *CLASSES, *flags, "--methods", "Logistic,NaiveBayes", "--task", "multiclass") == 0
    record = results(file)
    assert list(record["dataset"]["counts"]) == list(LABELS)
    logistic = record["methods"]["Logistic"]
    assert logistic["auc"]["test"]["value"] > 0.85
    assert "they were left out of the training" in logistic["notes"][0]
    assert logistic["notes"][1].startswith("Missing values of 1 variable were replaced")

    holes = {"x": np.array([0.0, 4.0, np.inf]), "y": np.array([-999.0, np.nan, 0.0])}
    write_root(tmp_path / "new.root", {"t": holes})
    columns = [f"{method}_{label}" for method in ("Logistic", "NaiveBayes") for label in LABELS]
    for ending in ("root", "h5"):
        arguments = [str(tmp_path / "out"), f"{tmp_path / 'new.root'}:t", "-o", str(tmp_path / f"friend.{ending}")]
        assert main(["apply", *arguments]) == 0
    with uproot.open(tmp_path / "friend.root") as root, h5py.File(tmp_path / "friend.h5") as hdf5:
        found = root["umva"].arrays(library="np")
        assert list(found) == columns == list(hdf5["umva"])
        for name in columns:
            np.testing.assert_array_equal(found[name], hdf5["umva"][name])
    shares = np.stack([found[each] for each in columns[:3]], axis=1)
    np.testing.assert_allclose(shares[:2].sum(axis=1), 1.0)
    assert shares[:2].argmax(axis=1).tolist() == [0, 2]
    assert np.isnan(shares[2]).all()
    model = umva.load(tmp_path / "out" / "methods" / "Logistic")
    np.testing.assert_allclose(model.predict(np.stack([*holes.values()], axis=1)), shares)


def test_a_regression_by_flags_and_its_application(file: Path, tmp_path: Path) -> None:
    assert compare(file, *SAMPLE, "--target", "energy", "--target", "twice := 2*energy", "--methods", "LD,KNN") == 0
    targets = results(file)["methods"]["LD"]["targets"]
    assert set(targets) == {"energy", "twice"}
    assert main(["apply", str(tmp_path / "out"), f"{file}:background", "-o", str(tmp_path / "friend.root")]) == 0
    with uproot.open(file) as events, uproot.open(tmp_path / "friend.root") as friend:
        found = friend["umva"].arrays(library="np")
        assert list(found) == ["LD_energy", "LD_twice", "KNN_energy", "KNN_twice"]
        expected = 3 * events["background"]["x"].array(library="np") + 1
    np.testing.assert_allclose(found["LD_energy"], expected, atol=0.2)
    np.testing.assert_allclose(found["LD_twice"], 2 * found["LD_energy"], rtol=1e-5, atol=1e-5)


MANY = """
output = "{out}"
variables = ["x", "y"]
missing = [-999]
task = "multiclass"
transform = "N"
[split]
train = {{ prompt = 150, fd = 100, background = 50 }}
[weights]
fd = "2"
[cuts]
background = "x > 3"
[[sample]]
source = "three.root:prompt"
label = "prompt"
[[sample]]
source = "three.root:fd"
label = "fd"
weight = 0.5
[[sample]]
source = "three.root:background"
label = "background"
[methods.Small]
method = "HistGradientBoosting"
n_trees = 5
[methods.NaiveBayes]
[methods.Both]
method = "Voting"
methods = ["Small", "NaiveBayes"]
"""


def test_classes_in_a_file(file: Path, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(MANY.format(out=tmp_path / "out"), encoding="utf-8")
    assert main(["compare", str(tmp_path / "a.toml")]) == 0
    record = results(file)
    assert {name: each["status"] for name, each in record["methods"].items()} == dict.fromkeys(
        ("Small", "NaiveBayes", "Both"), "ok"
    )
    counts = record["dataset"]["counts"]
    assert [counts[label]["train"]["n_events"] for label in LABELS] == [150, 100, 50]
    assert counts["fd"]["test"]["sum_weights"] == 200
    assert counts["background"]["test"]["n_events"] < 250
    run = json.loads((tmp_path / "out" / "run.json").read_text())["methods"]
    assert (run["NaiveBayes"]["transform"], run["Both"]["transform"]) == ("N", "I")


ONE = '[[sample]]\nsource = "three.root:prompt"\n'


def test_a_regression_in_a_file(file: Path, tmp_path: Path) -> None:
    text = f'variables = ["x"]\ntargets = ["energy"]\n{ONE}[methods.LD]\n'
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    assert main(["compare", str(tmp_path / "a.toml"), "--out", str(tmp_path / "out")]) == 0
    assert results(file)["methods"]["LD"]["targets"]["energy"]["rmse"]["test"]["value"] < 0.2


REFUSED = {
    "method of another task": ([*CLASSES, "--methods", "Fisher"], "Fisher is for classification, not for multiclass"),
    "regression method": ([*CLASSES, "--methods", "ElasticNet"], "ElasticNet is for regression, not for multiclass"),
    "classifier for a target": ([*SAMPLE, "--target", "energy", "--methods", "Fisher"], "not for regression"),
    "task is another": ([*CLASSES[:4], "--task", "multiclass"], "2 classes ['prompt', 'fd'] make it 'classification'"),
    "one class": (CLASSES[:2], "events of one class alone, 'prompt': --class LABEL=FILE:TREE"),
    "class without label": (["--class", "FILE:fd"], "names no class: LABEL=FILE:TREE"),
    "empty class": ([*CLASSES, "--cut", "x > 3", "--cut", "x > 1e9"], "class 'prompt': none of 300 events passes"),
    "no target": (SAMPLE, "no target: --target EXPR"),
    "no sample": (["--target", "energy"], "no events: --sample FILE:TREE"),
    "target and classes": ([*CLASSES, "--target", "energy"], "has targets, as for a regression, and 3 classes"),
    "target misspelt": ([*SAMPLE, "--target", "enrgy"], "did you mean 'energy'"),
    "target is NaN": ([*SAMPLE, "--target", "sqrt(x)"], "target 'sqrt(x)' is NaN or infinite for"),
    "target is a variable": ([*SAMPLE, "--target", "x"], "target 'x' is a variable, too"),
    "target constant": ([*SAMPLE, "--target", "0*x"], "target '0*x' is 0 for all training events"),
    "missing undeclared": (
        [*CLASSES, "--variables", "x,r := y > -900 ? y : 0/(x - x)"],
        "or declare that inputs may be missing: loader.missing(), --missing nan",
    ),
    "missing no number": ([*CLASSES, "--missing", "none"], "'none' is no list of numbers: -999,nan"),
    "policy": ([*CLASSES, "--negative-weights", "pairs"], "'keep', 'ignore', 'pair', 'absolute'"),
    "policy of a method": (
        [*CLASSES, "--methods", "KNN", "--negative-weights", "keep"],
        "KNN cannot train with negative weights; negative_weights can be 'ignore', 'pair' or 'absolute'",
    ),
    "no spectator": ([*CLASSES[:4], "--methods", "UniformBDT"], "UniformBDT needs a spectator to look at"),
    "no members": ([*CLASSES, "--methods", "Voting"], "Voting needs two methods or more"),
}


@pytest.mark.parametrize(("flags", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_mistakes_are_refused_before_anything_is_written(
    file: Path, capsys: pytest.CaptureFixture[str], flags: list[str], message: str
) -> None:
    methods = [] if "--methods" in flags else ["--methods", "KNN"]
    assert compare(file, *methods, *flags) == 2
    error, *pointer = capsys.readouterr().err.splitlines()
    assert error.startswith("umva: error: ")
    assert message in error
    assert not pointer or set(pointer[-1].strip()) == {"^"}
    assert [each.name for each in file.parent.iterdir()] == [file.name]


TWO = '[[sample]]\nsource = "three.root:prompt"\nlabel = "a"\n[[sample]]\nsource = "three.root:fd"\n'
BAD_TOML = {
    "one number": ("missing = -999", "missing must be a list of numbers, [-999] or [nan], got -999"),
    "one target": ('targets = "energy"', "targets must be a list of strings, got 'energy'"),
    "key": ('target = ["energy"]', "did you mean 'targets'?"),
    "task": (f'task = "multclass"\n{TWO}label = "b"', "did you mean 'multiclass'?"),
    "label forgotten": (TWO, "events without a class, as for a regression, and no target"),
    "no target": (ONE, "and no target: --target EXPR"),
    "label misspelt": (f'{ONE}lable = "a"', "did you mean 'label'?"),
    "weight of no class": (f'{TWO}label = "b"\n[weights]\naa = "x"', "which has no sample: did you mean 'a'?"),
    "cut is a number": (f'{TWO}label = "b"\n[cuts]\na = 1', "cuts must be a table of strings by label, got {'a': 1}"),
    "policy": (f'{TWO}label = "b"\n[methods.KNN]\nnegative_weights = "par"', "did you mean 'pair'?"),
    "member": (
        f'{TWO}label = "b"\n[methods.V]\nmethod = "Voting"\nmethods = ["KNN", "LDD"]',
        "Voting: no method 'LDD' is booked before or registered: did you mean 'LD'?",
    ),
    "member later": (
        f'{TWO}label = "b"\n[methods.V]\nmethod = "Voting"\nmethods = ["KNN", "LD"]\n[methods.KNN]\nn_neighbours = 7',
        "'KNN' is a member of 'V', which is booked already; book the member first",
    ),
    "transformed before its cuts": (
        f'{TWO}label = "b"\n[methods.Category]\nof = "LD"\ncategories = ["x > 0"]\ntransform = "N"',
        "Category takes no transform, got 'N'; its members bring theirs",
    ),
}


@pytest.mark.parametrize(("text", "message"), BAD_TOML.values(), ids=BAD_TOML.keys())
def test_mistakes_in_a_file_are_refused(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    (tmp_path / "a.toml").write_text(f'variables = ["x"]\n{text}\n', encoding="utf-8")
    assert main(["compare", str(tmp_path / "a.toml"), "--out", str(tmp_path / "out")]) == 2
    (error,) = capsys.readouterr().err.splitlines()
    assert message in error
    assert {each.name for each in tmp_path.iterdir()} == {"a.toml", file.name}
