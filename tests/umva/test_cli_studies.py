"""Variations and studies from the command line and from an analysis file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from umva.cli import main
from umva.cli.toml import read_analysis
from umva.errors import DataError
from umva.reports import read_results
from umva.toys import write_root

if TYPE_CHECKING:
    from pathlib import Path

ANALYSIS = """
variables = ["x", "y"]
output = "{folder}/out"
learning_curve = [0.5]
[[signal]]
source = "events.root:signal"
[[background]]
source = "events.root:background"
[methods.Fisher]
[variations.JES]
up = {{x = "1.1*x"}}
weight_down = {{signal = "w"}}
[variations.generator]
up = {{signal = "events.root:other"}}
"""


@pytest.fixture
def analysis(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    trees: dict[str, dict[str, np.ndarray]] = {
        label: {"x": rng.normal(mean, 1, 300), "y": rng.normal(mean, 2, 300), "w": rng.random(300)}
        for label, mean in (("signal", 1.0), ("background", 0.0), ("other", 0.9))
    }
    write_root(tmp_path / "events.root", trees)
    path = tmp_path / "analysis.toml"
    path.write_text(ANALYSIS.format(folder=tmp_path), encoding="utf-8")
    return path


def test_a_file_declares_variations_and_studies(analysis: Path) -> None:
    declared = read_analysis(analysis)
    assert declared.studies == {"leave_one_out": False, "learning_curve": (0.5,)}
    assert declared.variations["JES"] == {"up": {"x": "1.1*x"}, "weight_down": {"signal": "w"}}
    assert declared.variations["generator"] == {"up": {"signal": [f"{analysis.parent / 'events.root'}:other"]}}
    assert [each.name for each in declared.loader().declaration().variations] == ["JES", "generator"]


def test_flags_ask_for_studies(analysis: Path) -> None:
    assert main(["compare", str(analysis), "--leave-one-out", "--jobs", "2"]) == 0
    fisher = read_results(analysis.parent / "out" / "results.json").methods["Fisher"]
    assert fisher.systematics is not None
    assert {name: list(sides) for name, sides in fisher.systematics.shifts.items()} == {
        "JES": ["up", "down"],
        "generator": ["up"],
    }
    assert set(fisher.left_out) == {"x", "y"}
    assert [each.fraction for each in fisher.learning] == [0.5, 1.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("leave_one_out = 1", "leave_one_out must be true or false"),
        ('learning_curve = "half"', "learning_curve must be true, false or a list of fractions"),
        ("[variations]\nJES = 1", r"variations must be tables, \[variations.NAME\]"),
        ('[variations.JES]\nupp = {x = "x"}', "unknown key 'upp'.*up"),
        ('[variations.JES]\nup = "x*2"', "up must be a table"),
        ("[variations.JES]\nup = {signal = 3}\n[[signal]]\nsource = 's.root'", "events of signal must be a string"),
    ],
)
def test_what_a_file_cannot_say(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "analysis.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_analysis(path)
