"""The chapter on overtraining: all tests of all methods, beside TMVA's and beside resampling."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

from umva.reports.digits import measured

if TYPE_CHECKING:
    from collections.abc import Callable

    from umva.reports.results import Results


def chapter(page: str, key: str) -> str:
    """Return the text of a chapter without tags."""
    found = re.search(rf'<section[^>]* id="{key}".*?</section>', page, flags=re.DOTALL)
    assert found
    return html.unescape(re.sub(r"<[^>]+>", " ", found[0]))


@pytest.mark.parametrize(("task", "key"), [("classification", "overtraining"), ("multiclass", "class_overtraining")])
def test_every_test_is_shown(page_of: Callable[[str], str], task: str, key: str) -> None:
    text = chapter(page_of(task), key)
    for shown in ("p = 0.21", "A² = 1.37", "p = 0.025", "A² = 3.11", "p = 0.48", "without X: p = 0.73", "p < 0.001"):
        assert shown in text
    assert "Anderson\N{EN DASH}Darling" in text
    assert "Neither enters a verdict." in text


def test_areas_by_formula_and_by_resampling(page_of: Callable[[str], str], toy_results: Results) -> None:
    text = chapter(page_of("classification"), "overtraining")
    for method in toy_results.methods.values():
        if method.auc_bootstrap:
            assert measured(method.auc_bootstrap) in text
