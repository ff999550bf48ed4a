"""The chapter of the checks: the worst first, evidence linked where the page has it, muted ones told apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from markupsafe import escape

from umva.reports.page import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from umva.reports.results import Results


@pytest.mark.parametrize("task", ["classification", "multiclass", "regression"])
def test_what_was_found_comes_first(page_of: Callable[[str], str], task: str) -> None:
    page = page_of(task)
    chapter = page.split('id="checks"', 1)[1].split("</section>", 1)[0]
    assert "1 error, 1 warning; 1 of 4 checks passed" in chapter
    assert chapter.index("LEA001") < chapter.index("WGT001") < chapter.index("Muted: <b>COR001</b>")
    assert '<a href="#variables"><b>LEA001</b></a>' in chapter
    assert '<a href="#nowhere">' not in chapter
    assert "2 more" in chapter
    summary = page.split('id="summary"', 1)[1].split("</section>", 1)[0]
    assert 'href="#check-LEA001"' in summary
    assert "COR001" not in summary
    assert str(escape("<script>alert('&\"')</script> alone gives the answer away.")) in chapter


def test_page_says_that_all_passed(toy_results: Results) -> None:
    page = render(replace(toy_results, checks=toy_results.checks[-1:]), drawings={})
    assert "All 1 checks passed." in page
    assert "Before quoting numbers" not in page


def test_page_of_a_run_without_checks(toy_results: Results) -> None:
    assert "measured before there were checks" in render(replace(toy_results, checks=()), drawings={})
