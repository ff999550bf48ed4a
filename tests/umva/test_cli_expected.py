"""Expected numbers of events in analysis files and on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from umva.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from umva import Factory

HEAD = """
variables = ["m_bb", "pt_bb"]
luminosity = 100.0
[expect]
signal = 50
background_uncertainty = 0.2
[[signal]]
source = "{toys}:signal"
[[background]]
source = "{toys}:background"
cross_section = 30.0
[methods.Fisher]
"""


@pytest.fixture
def booked(monkeypatch: pytest.MonkeyPatch) -> list[Factory]:
    """Return the factories that the command would run."""
    factories: list[Factory] = []
    monkeypatch.setattr("umva.cli.compare.run_and_show", lambda factory, *_, **__: factories.append(factory))
    return factories


def test_analysis_file_and_flags(toys: Path, tmp_path: Path, booked: list[Factory]) -> None:
    analysis = tmp_path / "a.toml"
    analysis.write_text(HEAD.format(toys=toys / "toys.root"), encoding="utf-8")
    assert main(["compare", str(analysis)]) == 0
    flags = ["--expect", "background=1e4", "--merit", "S/sqrt(B)", "--luminosity", "200"]
    assert main(["compare", *flags, str(analysis)]) == 0
    plain, flagged = (each._checked().dataset().facts for each in booked)
    by_section = "cross-section \N{MULTIPLICATION SIGN} luminosity of 100/pb"
    assert plain.expected.yields == pytest.approx({"signal": 50.0, "background": 3000.0})
    assert plain.expected.origins == {"signal": "as given", "background": by_section}
    assert (plain.expected.background_uncertainty, plain.expected.merit) == (0.2, "Asimov")
    assert {each.label: each.weight for each in plain.files} == {"signal": 1.0, "background": pytest.approx(5.0)}
    assert flagged.expected.yields == {"signal": 50.0, "background": 1e4}
    assert (flagged.expected.background_uncertainty, flagged.expected.merit) == (0.2, "S/sqrt(B)")
    assert {each.label: each.weight for each in flagged.files} == {"signal": 1.0, "background": pytest.approx(10.0)}


@pytest.mark.parametrize(
    ("flag", "message"),
    [
        (("--expect", "signal"), "'signal' is no list of numbers by class: signal=100,background=1e4"),
        (("--expect", "signal=many"), "'signal=many' is no list of numbers by class"),
        (("--expect", "higgs=3"), "events are expected of class 'higgs', which has no sample"),
        (("--background-uncertainty", "-1"), "must be a share of it, 0.1 for 10 %, got -1.0"),
        (("--merit", "significance"), "'significance' is not one of"),
        (("--luminosity", "0"), "the luminosity must be a number above 0, got 0.0"),
    ],
)
def test_what_cannot_be(
    toys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], flag: tuple[str, str], message: str
) -> None:
    (tmp_path / "a.toml").write_text(HEAD.format(toys=toys / "toys.root"), encoding="utf-8")
    assert main(["compare", *flag, str(tmp_path / "a.toml"), "--out", str(tmp_path / "out")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
