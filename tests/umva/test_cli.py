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
from umva.factory.data.sources import open_sources
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


def test_inspect_and_methods(toys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty.root"
    write_root(empty, {})
    assert main(["inspect", str(toys / "toys.root")]) == 0
    out = capsys.readouterr().out
    assert "signal" in out
    assert "600 entries" in out
    assert "n_jets" in out
    assert main(["inspect", str(empty)]) == 0
    assert capsys.readouterr().out == f"{empty} holds no tree and no table\n"
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
    "missing tree": (["--signal", "{file}:signl"], "'signal'"),
    "missing branch": (["--variables", "m_b"], "'m_bb'"),
    "bad expression": (["--variables", "m_bb + * 2"], "^"),
    "bad brackets": (["--variables", "m_bb,log(pt_bb"], "brackets"),
    "not a data file": (["--signal", "{text}:signal"], "text."),
    "truncated": (["--signal", "{truncated}:signal"], "truncated."),
    "no event after cuts": (["--cut", "m_bb < -5"], "'signal'"),
    "same variable twice": (["--variables", "m_bb,m_bb"], "already"),
    "same formula twice": (["--variables", "m_bb+met,x := m_bb + met"], "already"),
    "constant variable": (["--variables", "m_bb,c := 2 + 0*m_bb"], "'c'"),
    "infinite input": (["--variables", "m_bb,i := 1/(m_bb - m_bb)"], "'i' is NaN or infinite for 600 of 600"),
    "too large for 32 bits": (["--variables", "m_bb,i := 1e40*m_bb"], "'i' is NaN or infinite for 600 of 600"),
    "NaN weights": (["--weight", "0/(m_bb - m_bb)"], "weight '0/(m_bb - m_bb)' is NaN or infinite for 600 of 600"),
    "zero weights": (["--weight", "0*m_bb"], "weights"),
    "unknown method": (["--methods", "Fischer"], "'Fisher'"),
    "no methods": (["--methods", ""], "--methods"),
    "no variables": (["--variables", ""], "--variables"),
    "too many events": (["--train", "100000"], "100000"),
    "bad amount": (["--train", "many"], "many"),
    "infinite amount": (["--train", "inf"], "inf"),
    "bad seed": (["--seed", "-1"], "--seed"),
    "unknown transformation": (["--transform", "Q"], "Q"),
    "unknown flag": (["--varibles", "m_bb"], "--variables"),
    "output below a file": (["--out", "{text}/out"], "text."),
    "output is a file": (["--out", "{text}"], "text."),
}


@pytest.mark.parametrize("ending", ["root", "h5"])
@pytest.mark.parametrize("flags", BAD_FLAGS.values(), ids=BAD_FLAGS.keys())
def test_bad_input_gives_one_clear_line_and_status_2(
    toys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], flags: tuple[list[str], str], ending: str
) -> None:
    file, text, truncated = toys / f"toys.{ending}", tmp_path / f"text.{ending}", tmp_path / f"truncated.{ending}"
    text.write_text("not a file of events")
    content = file.read_bytes()
    truncated.write_bytes(content[: len(content) // 2])
    arguments = [each.format(file=file, text=text, truncated=truncated) for each in flags[0]]
    base = ["compare", "--background", f"{file}:background", "--methods", "LD", "--variables", "m_bb,pt_bb"]
    base += ["--train", "100", "--out", str(tmp_path / "out")]
    base += [] if "--signal" in arguments else ["--signal", f"{file}:signal"]
    assert main([*base, *arguments]) == 2
    err = capsys.readouterr().err
    assert flags[1] in err
    assert "Traceback" not in err
    lines = err.splitlines()
    assert lines[0].startswith("umva: error: ")
    assert len(lines) == 1 or (len(lines) == 3 and set(lines[2].strip()) == {"^"})
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([text.name, truncated.name])


BAD_TOML = {
    "not TOML": ("variables = = 2", "line 2"),
    "unknown key": ("variabels = []", "'variables'"),
    "one string": ('variables = "m_bb"', "variables must be a list of strings, got 'm_bb'"),
    "numbers": ("variables = [1, 2]", "variables must be a list of strings, got [1, 2]"),
    "seed": ('seed = "x"', "seed must be a whole number from 0 to 2147483647, got 'x'"),
    "seed true": ("seed = true", "got True"),
    "cut": ("cut = 2", "cut must be a string, got 2"),
    "output": ("output = 5", "output must be a string"),
    "split": ("split = 5", "split must be a table, [split], got 5"),
    "split key": ("[split]\ntrian = 5", "'train'"),
    "split size": ('[split]\ntrain = "many"', "'many'"),
    "split mode": ("[split]\nmode = 3", "mode must be a string"),
    "split file": ('[split]\nmode = "given"\ngiven = "no.npz"', "{here}/no.npz"),
    "sample": ('signal = "a.root:t"', "signal must be tables, [[signal]]"),
    "sample without source": ("[[signal]]\nweight = 2", "a signal table has no source"),
    "sample key": ('[[signal]]\nsorce = "a"', "'source'"),
    "sample source": ("[[signal]]\nsource = 2", "source must be a string or a list of strings"),
    "sample weight": ('[[signal]]\nsource = "a"\nweight = "w"', "weight must be a number, got 'w'"),
    "methods": ('methods = ["LD"]', "methods must be tables, [methods.NAME]"),
    "method": ("[methods.X]\nmethod = 5", "method must be a string"),
    "method unknown": ("[methods.Fischer]", "'Fisher'"),
    "method name": ('[methods.LD]\nname = "X"', "'name' is no option"),
    "option": ('[methods.BDT]\nn_trees = "many"', "'many'"),
    "option unknown": ("[methods.BDT]\nn_tres = 3", "'n_trees'"),
}


@pytest.mark.parametrize(("text", "message"), BAD_TOML.values(), ids=BAD_TOML.keys())
def test_bad_analysis_file(
    toys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    lines = ["" if text.startswith("variables") else 'variables = ["m_bb"]', text]
    lines += [
        f'[[{label}]]\nsource = "{toys / "toys.root"}:{label}"'
        for label in ("signal", "background")
        if f"{label} =" not in text and f"[[{label}]]" not in text
    ]
    (tmp_path / "a.toml").write_text("\n".join(lines), encoding="utf-8")
    assert main(["compare", str(tmp_path / "a.toml"), "--out", str(tmp_path / "out")]) == 2
    err = capsys.readouterr().err
    assert message.format(here=tmp_path) in err
    assert len(err.splitlines()) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["a.toml"]


def test_missing_analysis_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "nowhere.toml"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "umva: error: nowhere.toml: cannot be read as an analysis (No such file or directory)"
    ]


def test_a_file_of_events_is_no_analysis(toys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(toys / "toys.root")]) == 2
    assert "is no TOML file; files of events are named by --signal and --background" in capsys.readouterr().err


def test_status_1_if_no_method_could_be_trained(toys: Path, tmp_path: Path) -> None:
    singular = ["--variables", "m_bb,twice := 2*m_bb", "--transform", "D"]
    assert compare(toys, tmp_path / "out", *singular) == 1
    record = json.loads((tmp_path / "out" / "results.json").read_text())
    assert {each["status"] for each in record["methods"].values()} == {"failed"}


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


def test_apply_does_not_write_over_its_input(toys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(toys, tmp_path / "out") == 0
    shutil.copy(toys / "toys.root", tmp_path / "data.root")
    (tmp_path / "link.root").symlink_to(tmp_path / "data.root")
    content = (tmp_path / "data.root").read_bytes()
    for name in ("data.root", "link.root"):
        arguments = [str(tmp_path / "out"), f"{tmp_path / 'data.root'}:signal", "-o", str(tmp_path / name)]
        assert main(["apply", *arguments]) == 2
        assert "one of the inputs" in capsys.readouterr().err
    assert (tmp_path / "data.root").read_bytes() == content


@pytest.mark.parametrize("ending", ["root", "h5"])
def test_apply_has_an_entry_for_each_entry(toys: Path, tmp_path: Path, ending: str) -> None:
    assert compare(toys, tmp_path / "out") == 0
    odd = {"m_bb": np.array([1, np.nan]), "pt_bb": np.ones(2), "met": np.ones(2), "ht": np.ones(2)}
    write_root(tmp_path / "odd.root", {"none": {key: value[:0] for key, value in odd.items()}, "two": odd})
    friend = tmp_path / f"friend.{ending}"
    arguments = ["apply", str(tmp_path / "out" / "methods" / "LD"), "-o", str(friend), "--tree", "scores/x"]
    assert main([*arguments, f"{tmp_path / 'odd.root'}:none"]) == 0
    (source,) = open_sources(f"{friend}:scores/x")
    assert (source.n_entries, list(source.columns)) == (0, ["LD"])
    inputs = [f"{tmp_path / 'odd.root'}:none", f"{tmp_path / 'odd.root'}:two", f"{toys / 'toys.h5'}:signal"]
    assert main([*arguments, *inputs]) == 0
    (source,) = open_sources(f"{friend}:scores/x")
    (chunk,) = source.chunks(["LD"])
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(chunk.columns["LD"])), [1])
    assert chunk.n_events == 602


@pytest.mark.slow
def test_demo(tmp_path: Path) -> None:
    assert main(["demo", "--out", str(tmp_path / "demo"), "--events", "1000"]) == 0
    record = json.loads((tmp_path / "demo" / "results.json").read_text())
    assert all(each["status"] == "ok" for each in record["methods"].values())
    assert min(each["auc"]["test"]["value"] for each in record["methods"].values()) > 0.75
