from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from umva.reports.digits import measured
from umva.reports.outputs.latex import latex_tables, tex

if TYPE_CHECKING:
    from umva.reports import Results


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"a\b{c}_$#%&~^", r"a\textbackslash{}b\{c\}\_\$\#\%\&\textasciitilde{}\textasciicircum{}"),
        ("x < y > z | w", "x $<$ y $>$ z $|$ w"),
        ("2.3 \N{MULTIPLICATION SIGN} 10⁻²² ± 1", r"2.3 $\times$ 10$^{-22}$ $\pm$ 1"),
        ("\N{GREEK SMALL LETTER SIGMA} ≥ \N{MINUS SIGN}1\n", r"$\sigma$ $\geq$ $-$1 "),
        ("Größe", "Größe"),
    ],
)
def test_text_is_set_letter_by_letter(text: str, expected: str) -> None:
    assert tex(text) == expected


@pytest.mark.parametrize("task", ["classification", "multiclass", "regression"])
def test_tables_are_whole(task: str, toy_results: Results, toy_multiclass: Results, toy_regression: Results) -> None:
    results = {each.task: each for each in (toy_results, toy_multiclass, toy_regression)}[task]
    tables = latex_tables(results)
    assert "leaderboard" in tables
    for name, text in tables.items():
        assert re.fullmatch(r"[\w.-]+", name)
        assert len(re.findall(r"(?<!\\)\{", text)) == len(re.findall(r"(?<!\\)\}", text))
        assert len(re.findall(r"(?<!\\)\$", text)) % 2 == 0
        assert "<script" not in text
        columns = len(re.findall(r"\\begin\{tabular\}\{([lrc]+)\}", text)[0])
        body = text.partition(r"\midrule")[2].partition(r"\bottomrule")[0]
        for row in filter(None, body.strip().split("\n")):
            spans = [int(each) for each in re.findall(r"\\multicolumn\{(\d+)\}", row)]
            assert len(re.findall(r"(?<!\\)&", row)) + 1 + sum(spans) - len(spans) == columns, row


def test_the_numbers_are_those_of_the_page(toy_results: Results) -> None:
    text = latex_tables(toy_results)["leaderboard"]
    for method in toy_results.methods.values():
        if method.auc:
            line = next(each for each in text.split("\n") if each.startswith(tex(method.name) + " &"))
            assert tex(measured(method.auc.test)) in line
    assert "failed" in text
