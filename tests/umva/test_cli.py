from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest
import uproot

import umva
from umva.cli import main
from umva.cli.compare import split_list
from umva.toys import higgs_to_bb, write_root

if TYPE_CHECKING:
    from pathlib import Path


def compare(toys: Path, out: Path, *more: str) -> int:
    """Run ``umva compare`` on the toys; later flags win over the first ones."""
    file = toys / "toys.root"
    flags = ["--signal", f"{file}:signal", "--background", f"{file}:background", "--out", str(out)]
    flags += ["--variables", "m_bb,pt_bb,r := met/max(ht,1)", "--methods", "Fisher,LD", "--train", "200"]
    return main(["compare", *flags, *more])


def test_compare_report_apply(toys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert compare(toys, out, "--weight", "weight", "--cut", "pt_bb > 15", "--spectators", "n_jets") == 0
    assert "Fisher" in capsys.readouterr().out
    page = (out / "report.html").read_bytes()
    assert list((out / "figures").glob("*.pdf"))
    (out / "report.html").unlink()
    assert main(["report", str(out)]) == 0
    assert (out / "report.html").read_bytes() == page

    friend = tmp_path / "friend.root"
    assert main(["apply", str(out), f"{toys / 'toys.root'}:signal", "-o", str(friend)]) == 0
    with uproot.open(friend) as file:
        tree = file["umva"]
        assert tree.classname == "TTree"
        scores = tree.arrays(library="np")
    expected = umva.load(out / "methods" / "Fisher").predict(f"{toys / 'toys.root'}:signal")
    np.testing.assert_allclose(scores["Fisher"], expected, rtol=1e-6)
    assert set(scores) == {"Fisher", "LD"}

    hdf5 = tmp_path / "friend.h5"
    assert main(["apply", str(out / "methods" / "LD"), f"{toys / 'toys.h5'}:background", "-o", str(hdf5)]) == 0
    with h5py.File(hdf5) as file:
        assert file["umva/LD"].shape == (600,)


def test_compare_from_toml(toys: Path, tmp_path: Path) -> None:
    shutil.copy(toys / "toys.root", tmp_path / "toys.root")
    analysis = tmp_path / "analysis.toml"
    analysis.write_text(
        f"""
        title = "From a file"
        output = "{tmp_path / "out"}"
        variables = ["m_bb", "pt_bb"]
        [split]
        train = 0.4
        [[signal]]
        source = "toys.root:signal"
        weight = 2.0
        [[background]]
        source = ["toys.root:background"]
        [methods.Linear]
        method = "LD"
        [methods.Fisher]
        """,
        encoding="utf-8",
    )
    assert main(["compare", str(analysis), "--seed", "3"]) == 0
    record = json.loads((tmp_path / "out" / "results.json").read_text())
    assert (record["title"], record["seed"]) == ("From a file", 3)
    assert set(record["methods"]) == {"Linear", "Fisher"}
    counts = record["dataset"]["counts"]["signal"]["train"]
    assert counts["sum_weights"] == 2 * counts["n_events"] == 480


def test_split_list() -> None:
    assert split_list("a, b[0],atan2(y, x) , c := min(a,b)") == ["a", "b[0]", "atan2(y, x)", "c := min(a,b)"]


def test_inspect_and_methods(toys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(toys / "toys.root")]) == 0
    out = capsys.readouterr().out
    assert "signal" in out
    assert "600 entries" in out
    assert "n_jets" in out
    assert main(["methods"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in umva.available())
    for name in umva.available():
        assert main(["methods", name]) == 0
        out = capsys.readouterr().out
        assert all(each.name in out for each in umva.methods.declared(umva.methods.get(name)))


def _root(folder: Path, **changes: np.ndarray | None) -> Path:
    """Write the toys with some columns changed in the signal tree; None drops one."""
    signal, background = higgs_to_bb(300, seed=4)
    columns = {key: value for key, value in {**signal, **changes}.items() if value is not None}
    write_root(folder / "changed.root", {"signal": columns, "background": background})
    return folder


def _nan(_folder: Path) -> np.ndarray:
    values = np.ones(300, dtype=np.float32)
    values[7:10] = np.nan
    return values


BAD_FLAGS = {
    "missing file": (["--signal", "nowhere.root:tree"], "nowhere.root"),
    "missing tree": (["--signal", "{toys}/toys.root:signl"], "'signal'"),
    "missing branch": (["--variables", "m_b"], "'m_bb'"),
    "bad expression": (["--variables", "m_bb + * 2"], "^"),
    "not a data file": (["--signal", "{here}/text.root:tree"], "text.root"),
    "truncated": (["--signal", "{here}/truncated.root:signal"], "truncated.root"),
    "truncated HDF5": (["--signal", "{here}/truncated.h5:signal"], "truncated.h5"),
    "no event after cuts": (["--cut", "m_bb < -5"], "'signal'"),
    "same variable twice": (["--variables", "m_bb,m_bb"], "already"),
    "same formula twice": (["--variables", "m_bb,x := m_bb"], "already"),
    "constant variable": (["--variables", "m_bb,c := 2 + 0*m_bb"], "'c'"),
    "infinite input": (["--variables", "m_bb,i := 1/(m_bb - m_bb)"], "NaN or infinite"),
    "NaN weights": (["--weight", "0/(m_bb - m_bb)"], "weight"),
    "zero weights": (["--weight", "0*m_bb"], "weights"),
    "unknown method": (["--methods", "Fischer"], "'Fisher'"),
    "too many events": (["--train", "100000"], "100000"),
    "bad amount": (["--train", "many"], "many"),
    "unknown transformation": (["--transform", "Q"], "Q"),
    "unknown flag": (["--varibles", "m_bb"], "--variables"),
    "unwritable output": (["--out", "{here}/text.root/out"], "text.root"),
}


@pytest.mark.parametrize("flags", BAD_FLAGS.values(), ids=BAD_FLAGS.keys())
def test_bad_input_gives_one_clear_line_and_status_2(
    toys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], flags: tuple[list[str], str]
) -> None:
    (tmp_path / "text.root").write_text("not a file of events")
    for name in ("toys.root", "toys.h5"):
        content = (toys / name).read_bytes()
        (tmp_path / name.replace("toys", "truncated")).write_bytes(content[: len(content) // 2])
    arguments = [each.format(toys=toys, here=tmp_path) for each in flags[0]]
    signal = arguments.index("--signal") if "--signal" in arguments else None
    file = toys / "toys.root"
    base = ["compare", "--background", f"{file}:background", "--methods", "LD", "--variables", "m_bb,pt_bb"]
    base += ["--train", "100", "--out", str(tmp_path / "out")]
    base += [] if signal is not None else ["--signal", f"{file}:signal"]
    assert main([*base, *arguments]) == 2
    err = capsys.readouterr().err
    assert flags[1] in err
    assert "Traceback" not in err
    assert not (tmp_path / "out").exists()


def test_nan_names_variable_events_and_remedy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = _root(tmp_path, met=_nan(tmp_path))
    file = folder / "changed.root"
    flags = ["--signal", f"{file}:signal", "--background", f"{file}:background", "--methods", "LD", "--train", "100"]
    assert main(["compare", *flags, "--variables", "m_bb,met", "--out", str(tmp_path / "out")]) == 2
    err = capsys.readouterr().err
    assert "'met'" in err
    assert "3 of 300" in err
    assert "entry 7" in err
    assert (
        main(["compare", *flags, "--variables", "m_bb,met", "--cut", "met > -1", "--out", str(tmp_path / "out")]) == 0
    )


@pytest.mark.parametrize(
    "command", [["report", "nowhere"], ["apply", "nowhere", "x.root", "-o", "y.root"], ["inspect", "x"]]
)
def test_other_commands_refuse_clearly(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 2
    err = capsys.readouterr().err
    assert command[1] in err
    assert "Traceback" not in err


def test_apply_leaves_nothing_behind_when_it_fails(toys: Path, tmp_path: Path) -> None:
    assert compare(toys, tmp_path / "out") == 0
    write_root(tmp_path / "other.root", {"signal": {"x": np.arange(5.0)}})
    arguments = [str(tmp_path / "out"), f"{tmp_path / 'other.root'}:signal"]
    assert main(["apply", *arguments, "-o", str(tmp_path / "friend.root")]) == 2
    assert (
        main(["apply", str(tmp_path / "out"), f"{toys / 'toys.root'}:signal", "-o", str(tmp_path / "no" / "f.root")])
        == 2
    )
    assert sorted(each.name for each in tmp_path.iterdir()) == ["other.root", "out"]


@pytest.mark.slow
def test_demo(tmp_path: Path) -> None:
    assert main(["demo", "--out", str(tmp_path / "demo"), "--events", "1000"]) == 0
    record = json.loads((tmp_path / "demo" / "results.json").read_text())
    assert all(each["status"] == "ok" for each in record["methods"].values())
    assert min(each["auc"]["test"]["value"] for each in record["methods"].values()) > 0.75
