"""The boxes of methods act on all that belongs to a method: curves, legends, rows, columns, panels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from umva.reports.results import Results

    Visit = Callable[..., Page]

pytestmark = pytest.mark.browser

VISIBLE = "found => found.filter(each => each.getClientRects().length > 0).length"
OFF = 1
"""Place of the method that is switched off."""


def shown(page: Page, selector: str) -> int:
    count: int = page.locator(selector).evaluate_all(VISIBLE)
    return count


@pytest.mark.parametrize("task", ["classification", "multiclass", "regression"])
def test_a_box_hides_every_trace_of_its_method_and_brings_it_back(visit: Visit, task: str) -> None:
    page = visit(task)
    page.locator("details").evaluate_all("found => found.forEach(each => { each.open = true; })")
    traces = f"main [data-method='{OFF}'], main [data-owner='{OFF}']"
    everything = "main [data-method], main [data-owner]"
    before, others = shown(page, traces), shown(page, everything) - shown(page, traces)
    assert before > 10
    box = page.locator("#filter input").nth(OFF)
    box.uncheck()
    assert shown(page, traces) == 0
    assert shown(page, everything) == others
    box.check()
    assert shown(page, traces) == before


def test_boxes_are_for_methods_that_finished(visit: Visit, toy_results: Results) -> None:
    page = visit()
    finished = [name for name, each in toy_results.methods.items() if each.status == "ok"]
    assert page.locator("#filter label").all_inner_texts() == finished


def test_rows_columns_and_figures_go_with_the_method(visit: Visit, toy_results: Results) -> None:
    page = visit()
    name = list(toy_results.methods)[OFF]
    row = page.locator("#summary table.board tbody tr").nth(OFF)
    figure = page.locator(f"#overtraining figure:has([data-owner='{OFF}'])")
    heads = page.locator("#importance table.shares").first.locator("thead th")
    cells = page.locator("#importance table.shares").first.locator("tbody tr").first.locator("td, th")
    assert name in row.inner_text()
    n_heads, n_cells = (len([each for each in found.all() if each.is_visible()]) for found in (heads, cells))
    page.locator("#filter label").nth(OFF).click()
    assert not row.is_visible()
    assert not figure.is_visible()
    assert len([each for each in heads.all() if each.is_visible()]) == n_heads - 1
    assert len([each for each in cells.all() if each.is_visible()]) == n_cells - 1
    assert page.locator("#filter-count").inner_text() == "6 of 7"


def test_none_and_all(visit: Visit) -> None:
    page = visit()
    page.locator("#filter-none").click()
    assert shown(page, "main .drawing [data-method]") == 0
    page.locator("#filter-all").click()
    assert shown(page, "main .drawing [data-method]") > 0
    assert page.locator("#filter-count").inner_text() == ""


def test_on_a_phone_the_boxes_open_and_close(visit: Visit) -> None:
    page = visit(width=400)
    box = page.locator("#filter input").first
    assert not box.is_visible()
    button = page.locator("#filter-button")
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    assert box.is_visible()
    page.keyboard.press("Escape")
    assert not box.is_visible()
    assert button.evaluate("each => each === document.activeElement")
