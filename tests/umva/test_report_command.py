from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING

import pytest
from sklearn.metrics import roc_curve

from umva.cli import main
from umva.reports.runs.stored_scores import read_scores

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def runs(toys: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two runs on the same events: ``before`` and ``now``, which has another Fisher and no LD."""
    folder = tmp_path_factory.mktemp("runs")
    analysis = folder / "analysis.toml"
    analysis.write_text(
        f"""
        title = "Two runs"
        output = "{folder / "now"}"
        variables = ["m_bb", "pt_bb", "met"]
        [[signal]]
        source = "{toys / "toys.root"}:signal"
        [[background]]
        source = "{toys / "toys.root"}:background"
        [methods.Fisher]
        transform = "G"
        [methods.Logistic]
        [report]
        pdf = true
        tables = true
        numbers = true
        formats = ["png"]
        against = "{folder / "before"}"
        [report.style]
        experiment = "ATLAS"
        label = "Internal"
        sqrt_s = 13.6
        """,
        encoding="utf-8",
    )
    file = toys / "toys.root"
    flags = ["--signal", f"{file}:signal", "--background", f"{file}:background", "--out", str(folder / "before")]
    assert main(["compare", *flags, "--variables", "m_bb,pt_bb,met", "--methods", "Fisher,LD"]) == 0
    assert main(["compare", str(analysis)]) == 0
    return folder


def test_all_that_can_be_written(runs: Path) -> None:
    now = runs / "now"
    page = (now / "report.html").read_text(encoding="utf-8")
    assert "<b>ATLAS</b> Internal <span>√s = 13.6 TeV</span>" in page
    assert "Since the earlier run" in page
    assert "changes are paired event by event" in page
    assert "transform: I → G" in page
    assert "Only in this run: Logistic" in page
    assert "Only in the earlier run: LD" in page
    assert (now / "report.pdf").read_bytes().startswith(b"%PDF")
    assert "toprule" in (now / "tables" / "leaderboard.tex").read_text(encoding="utf-8")
    assert {each.suffix for each in (now / "figures").iterdir()} == {".png", ".csv"}
    with (now / "figures" / "roc.csv").open(encoding="utf-8") as file:
        assert {each["method"] for each in csv.DictReader(file)} == {"Fisher", "Logistic"}
    before = runs / "before"
    assert not (before / "report.pdf").exists()
    assert not (before / "tables").exists()
    assert {each.suffix for each in (before / "figures").iterdir()} == {".pdf"}


def test_the_head_and_the_way_to_do_it_again(runs: Path) -> None:
    page = (runs / "before" / "report.html").read_text(encoding="utf-8")
    head = page.partition("<header>")[2].partition("</header>")[0]
    assert "toys.root:signal, toys.root:background" in head
    time = json.loads((runs / "before" / "results.json").read_text(encoding="utf-8"))["provenance"]["time"]
    assert set(time) == {"finished", "command", "git", "macro"}
    assert "factory.book(loader, &#34;LD&#34;" in page.partition('id="reproduce"')[2]


def test_redrawn_otherwise(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = (runs / "now" / "results.json").read_bytes()
    more = ["--title", "Other words", "--class-name", "signal=H to bb", "--variable-title", "m_bb=m_{bb} [GeV]"]
    more += [
        "--working-points",
        "0.05,0.2",
        "--style",
        "LHCb, luminosity=9",
        "--formats",
        "svg",
        "--out",
        str(tmp_path),
    ]
    assert main(["report", str(runs / "now"), *more, "--against", str(runs / "before")]) == 0
    assert str(tmp_path / "report.html") in capsys.readouterr().out.replace("\n", "")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    for words in ("<h1>Other words</h1>", "<b>LHCb</b>", "9 fb⁻¹", "signal (H to bb)", "paired event by event"):
        assert words in page
    assert {each.suffix for each in (tmp_path / "figures").iterdir()} == {".svg"}
    assert (runs / "now" / "results.json").read_bytes() == results
    test = read_scores(runs / "now" / "scores.h5").parts["test"]
    fpr, tpr, _ = roc_curve(test.y, test.scores["Fisher"], sample_weight=test.weight, drop_intermediate=False)
    row = re.search(r"<tr[^>]*>\s*<th scope=\"row\">(?:(?!</tr>).)*?Fisher.*?</tr>", page, flags=re.DOTALL)
    assert row
    values = [float(each) for each in re.findall(r'data-value="([^"]+)"', row[0])]
    for at in (0.05, 0.2):
        assert min(abs(each - tpr[fpr <= at].max()) for each in values) < 0.01


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--style", "CMS, lumi"], "'lumi' is no setting of a style"),
        (["--formats", "jpeg"], "figures cannot be written as 'jpeg'"),
        (["--working-points", "5 %"], "is no list of numbers"),
        (["--class-name", "signal"], "is no NAME=TEXT"),
        (["--class-name", "sig=H"], "did you mean 'signal'?"),
        (["--against", "nowhere"], "does not exist"),
    ],
)
def test_what_cannot_be_drawn(
    flags: list[str], message: str, runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(runs / "before"), "--out", str(tmp_path), *flags]) == 2
    assert message in " ".join(capsys.readouterr().err.split())


def test_a_report_table_that_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    analysis = tmp_path / "analysis.toml"
    for text, message in (
        ("[report]\npfd = true", "unknown key 'pfd'"),
        ("[report]\npdf = 1", "pdf must be true or false"),
        ('[report]\nformats = ["jpeg"]', "figures cannot be written as 'jpeg'"),
        ('[report]\nagainst = "nowhere"', "nowhere: cannot be read as results"),
        ("[report.style]\nlumi = 3", "no setting 'lumi'"),
    ):
        analysis.write_text(text, encoding="utf-8")
        assert main(["compare", str(analysis)]) == 2
        assert message in capsys.readouterr().err
