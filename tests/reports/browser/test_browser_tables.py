"""Tables are sorted by their heads and copied as CSV and LaTeX."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from umva.reports.digits import MINUS, measured

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from umva.reports.results import Results

    Visit = Callable[..., Page]

pytestmark = pytest.mark.browser

BOARD = "#summary table.board"
MAY_COPY = {"permissions": ["clipboard-read", "clipboard-write"]}


def names(page: Page) -> list[str]:
    cells = page.locator(f"{BOARD} tbody th").all_text_contents()
    kinds = page.locator(f"{BOARD} tbody th").evaluate_all(
        "all => all.map(each => each.querySelector('small')?.textContent ?? '')"
    )
    return [cell.strip().removesuffix(kind).strip() for cell, kind in zip(cells, kinds, strict=True)]


def head(page: Page, title: str) -> Locator:
    return page.locator(f"{BOARD} thead th", has=page.locator(f".sort:text-is('{title}')"))


def test_a_click_sorts_down_then_up_then_not_at_all(visit: Visit, toy_results: Results) -> None:
    page = visit()
    auc = {name: each.auc.test.value for name, each in toy_results.methods.items() if each.auc}
    before, column = names(page), head(page, "AUC")
    column.locator("button").click()
    assert column.get_attribute("aria-sort") == "descending"
    assert names(page)[: len(auc)] == sorted(auc, key=lambda name: -auc[name])
    column.locator("button").click()
    assert column.get_attribute("aria-sort") == "ascending"
    assert names(page)[: len(auc)] == sorted(auc, key=lambda name: auc[name])
    assert set(names(page)[len(auc) :]) == {"SVM", "KNN"}
    column.locator("button").click()
    assert column.get_attribute("aria-sort") is None
    assert names(page) == before


def test_one_column_is_sorted_at_a_time_and_by_keyboard_too(visit: Visit) -> None:
    page = visit()
    head(page, "AUC").locator("button").click()
    head(page, "Method").locator("button").focus()
    page.keyboard.press("Enter")
    assert page.locator(f"{BOARD} [aria-sort]").count() == 1
    assert page.locator("#said").inner_text() == "Sorted by Method, descending"
    finished = names(page)[:7]
    assert finished == sorted(finished, key=str.lower, reverse=True)


def test_heads_below_a_common_title_sort_by_their_own_column(visit: Visit, toy_results: Results) -> None:
    page = visit()
    found = {name: each.signal_efficiency["0.10"].test.value for name, each in toy_results.methods.items() if each.auc}
    head(page, "10 %").locator("button").click()
    assert names(page)[: len(found)] == sorted(found, key=lambda name: -found[name])


def copied(page: Page, kind: str) -> str:
    page.locator("#summary .scroll", has=page.locator("table.board")).get_by_text(f"Copy {kind}").click()
    page.locator("#said", has_text="Copied").wait_for(state="attached")
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_csv_has_the_numbers_with_errors_in_columns_of_their_own(visit: Visit, toy_results: Results) -> None:
    page = visit(**MAY_COPY)
    rows = list(csv.DictReader(copied(page, "CSV").splitlines()))
    assert [row["Method"] for row in rows] == list(toy_results.methods)
    for row in rows:
        if auc := toy_results.methods[row["Method"]].auc:
            assert [row["AUC"], row["AUC, error"]] == measured(auc.test).split(" ± ")
            assert f"train {measured(auc.train)}" in row["AUC, more"]
    assert MINUS not in str(rows)


def test_latex_is_escaped_and_holds_what_is_shown(visit: Visit, toy_results: Results) -> None:
    page = visit(**MAY_COPY)
    page.locator("#filter label").nth(1).click()
    text = copied(page, "LaTeX")
    best, hidden = list(toy_results.methods)[:2]
    auc = toy_results.methods[best].auc
    assert auc
    lines = text.splitlines()
    assert lines[1:4:2] == ["  \\toprule", "  \\midrule"]
    number, error = measured(auc.test).split(" ± ")
    assert lines[4].startswith(f"  {best} & {number} $\\pm$ {error} & ")
    assert hidden not in text
    assert r"\textless{}script\textgreater{}alert('\&" in text
    assert "±" not in text
    n_columns = lines[2].count(" & ")
    finished = [each for each in lines[4:] if "multicolumn" not in each and each.endswith("\\\\")]
    assert {each.replace(r"\&", "").count(" & ") for each in finished} == {n_columns}
    assert len(finished) == 6


def test_copying_leaves_the_focus_where_it_was(visit: Visit) -> None:
    page = visit(**MAY_COPY)
    copied(page, "CSV")
    assert page.evaluate("document.activeElement.textContent") in {"Copied", "Copy CSV"}
