"""Toy comparisons, what is drawn of them, and their pages, also in a browser: made once for all tests.

Browser tests need Chromium, driven by playwright; without them they are skipped with a notice.
"""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from toy_results import build

from umva.reports.figures import draw_all
from umva.reports.page import render
from umva.reports.results import Results

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from umva.reports.figures.drawing import Drawing, Key

MakeResults = Callable[..., Results]
DrawingsOf = Callable[[str], "dict[Key, Drawing]"]
Visit = Callable[..., "Page"]

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def make_results() -> MakeResults:
    """Return the maker of comparisons: ``make_results(n_methods, n_variables, task)``."""
    return build


@pytest.fixture(scope="session")
def drawings_of(toy_results: Results, toy_multiclass: Results, toy_regression: Results) -> DrawingsOf:
    """Return the figures of the toy of a task, drawn once for all tests: drawing is what takes time."""
    toys = {each.task: each for each in (toy_results, toy_multiclass, toy_regression)}
    return functools.cache(lambda task: draw_all(toys[task]))


@pytest.fixture(scope="session")
def page_of(
    toy_results: Results, toy_multiclass: Results, toy_regression: Results, drawings_of: DrawingsOf
) -> Callable[[str], str]:
    """Return the page of the toy of a task, made once for all tests."""
    toys = {each.task: each for each in (toy_results, toy_multiclass, toy_regression)}
    return functools.cache(lambda task: render(toys[task], drawings=drawings_of(task)))


@pytest.fixture(scope="session")
def toy_results() -> Results:
    """Return nine methods on seven variables that tell signal from background."""
    return build(9, 7)


@pytest.fixture(scope="session")
def toy_multiclass() -> Results:
    """Return six methods on five variables that tell three classes apart."""
    return build(6, 5, "multiclass")


@pytest.fixture(scope="session")
def toy_regression() -> Results:
    """Return six methods on five variables that estimate two targets."""
    return build(6, 5, "regression")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return a browser without window; ``CHROMIUM`` in the environment names another one than Debian's."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (group 'browser')")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.skip("there is no Chromium; its place may stand in the environment variable CHROMIUM")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def file_of(page_of: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return the path of the toy page of a task."""

    @functools.cache
    def write(task: str) -> Path:
        path = tmp_path_factory.mktemp("pages") / f"{task}.html"
        path.write_text(page_of(task), encoding="utf-8")
        return path

    return write


@pytest.fixture
def visit(chromium: Browser, file_of: Callable[[str], Path]) -> Iterator[Visit]:
    """Return a function that opens the page of a task; at the end nothing may have gone wrong nor been fetched."""
    contexts, wrong = [], []

    def open_page(task: str = "classification", *, width: int = 1400, **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text))
        page.on("request", lambda request: wrong.append(request.url) if request.url.startswith("http") else None)
        page.goto(file_of(task).as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []
