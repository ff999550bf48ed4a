"""``umva compare --strict``: the exit status follows the checks that are not muted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from umva.cli import main
from umva.reports import read_results

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Return a folder with events of which one in five has a negative weight."""
    rng = np.random.default_rng(3)
    for label, shift in (("signal", 1.0), ("background", 0.0)):
        columns = np.column_stack([rng.normal(shift, 1, 800), np.where(np.arange(800) % 5 == 0, -0.5, 1.0)])
        np.savetxt(tmp_path / f"{label}.csv", columns, delimiter=",", header="x,w", comments="")
    return tmp_path


def compare(folder: Path, *more: str) -> int:
    files = [f"--{label}={folder / label}.csv" for label in ("signal", "background")]
    options = ["--variables", "x", "--weight", "w", "--methods", "LD", "--train", "400", "--out", str(folder / "out")]
    return main(["compare", *files, *options, *more])


@pytest.mark.parametrize(("more", "status"), [((), 0), (("--strict",), 3), (("--strict", "--mute", "WGT001"), 0)])
def test_exit_status(tables: Path, more: tuple[str, ...], status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(tables, *more) == status
    assert ("WGT001 warning" in capsys.readouterr().out) == ("--mute" not in more)
    check = next(each for each in read_results(tables / "out" / "results.json").checks if each.code == "WGT001")
    assert check.severity == "warning"
    assert "negative weights" in (tables / "out" / "report.html").read_text(encoding="utf-8")


def test_unknown_code_is_refused_before_training(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(tables, "--mute", "WGT01") == 2
    assert "WGT001" in capsys.readouterr().err
    assert not (tables / "out" / "results.json").exists()
