"""Figures: values under the pointer and by keyboard, other scales, zoom."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from umva.reports.results import Results

    Visit = Callable[..., Page]

pytestmark = pytest.mark.browser

NUMBER = r"([\d.]+)"


def plot(page: Page, kind: str) -> Locator:
    return page.locator(f".plot:has([data-kind='{kind}'])").first


def tool(page: Page, kind: str, name: str) -> Locator:
    return plot(page, kind).locator("+ .tools").get_by_text(name)


def read(text: str) -> tuple[str, float, float, float]:
    """Return method, signal efficiency, background efficiency and error from what is shown."""
    found = re.match(rf"(.*): signal {NUMBER}, background {NUMBER} ± {NUMBER}", text)
    assert found, text
    return found[1], float(found[2]), float(found[3]), float(found[4])


def paths(page: Page, kind: str) -> list[str]:
    found: list[str] = (
        plot(page, kind).locator("[data-method] path").evaluate_all("all => all.map(each => each.getAttribute('d'))")
    )
    return found


@pytest.mark.parametrize("kind", ["roc", "rejection"])
def test_values_under_the_pointer_are_those_of_the_results(visit: Visit, toy_results: Results, kind: str) -> None:
    page = visit()
    place = plot(page, kind)
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box
    for share in (0.4, 0.6, 0.8):
        for height in range(10, 75, 5):
            page.mouse.move(box["x"] + share * box["width"], box["y"] + height / 100 * box["height"])
            if place.locator(".values").is_visible():
                break
        name, signal, background, error = read(place.locator(".values").inner_text())
        curve = toy_results.methods[name].roc
        assert curve
        assert background == pytest.approx(
            np.interp(signal, curve.signal_efficiency, curve.background_efficiency), abs=2e-3
        )
        assert error == pytest.approx(np.interp(signal, curve.signal_efficiency, curve.background_error), rel=0.1)


def test_arrow_keys_walk_along_the_curves(visit: Visit, toy_results: Results) -> None:
    page = visit()
    plot(page, "roc").focus()
    page.keyboard.press("ArrowRight")
    first = read(page.locator("#said").inner_text())
    page.keyboard.press("ArrowRight")
    second = read(page.locator("#said").inner_text())
    page.keyboard.press("ArrowDown")
    third = read(page.locator("#said").inner_text())
    assert second[1] == pytest.approx(first[1] + 0.01, abs=2e-3)
    assert [first[0], second[0], third[0]] == [*list(toy_results.methods)[:1] * 2, list(toy_results.methods)[1]]


def test_other_scales_and_back(visit: Visit) -> None:
    page = visit()
    before = paths(page, "roc")
    tool(page, "roc", "Logarithmic").click()
    ticks = plot(page, "roc").locator(".ticks text").all_text_contents()
    assert {"1", "0.1", "0.01", "background efficiency"} <= set(ticks)
    assert paths(page, "roc") != before
    tool(page, "roc", "Linear").click()
    assert plot(page, "roc").locator(".ticks").count() == 0
    tool(page, "rejection", "Linear").click()
    assert "0" in plot(page, "rejection").locator(".ticks text").all_text_contents()


def test_values_hold_on_any_scale(visit: Visit) -> None:
    page = visit()
    plot(page, "roc").focus()
    page.keyboard.press("ArrowRight")
    before = read(page.locator("#said").inner_text())
    tool(page, "roc", "Logarithmic").click()
    plot(page, "roc").focus()
    page.keyboard.press("ArrowRight")
    after = read(page.locator("#said").inner_text())
    assert after == pytest.approx(before)


def test_a_frame_drawn_by_the_mouse_zooms_and_a_double_click_ends_it(visit: Visit) -> None:
    page = visit()
    place = plot(page, "roc")
    place.scroll_into_view_if_needed()
    box = place.locator("svg").bounding_box()
    assert box

    def at(x: float, y: float) -> tuple[float, float]:
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    page.mouse.move(*at(0.5, 0.15))
    page.mouse.down()
    page.mouse.move(*at(0.8, 0.45))
    page.mouse.up()
    numbers = [float(each) for each in place.locator(".ticks text").all_text_contents()]
    assert numbers
    assert min(numbers) > 0.3
    assert max(numbers) < 0.95
    assert not tool(page, "roc", "Whole").is_disabled()
    page.mouse.dblclick(*at(0.6, 0.3))
    assert place.locator(".ticks").count() == 0
    assert tool(page, "roc", "Whole").is_disabled()


def test_zoom_by_keyboard(visit: Visit) -> None:
    page = visit()
    before = paths(page, "roc")
    plot(page, "roc").focus()
    page.keyboard.press("+")
    assert paths(page, "roc") != before
    page.keyboard.press("0")
    assert plot(page, "roc").locator(".ticks").count() == 0
    tool(page, "roc", "Zoom").click()
    assert plot(page, "roc").locator(".ticks").count() == 2


@pytest.mark.parametrize("task", ["multiclass", "regression"])
def test_curves_of_other_tasks_can_be_read(visit: Visit, task: str) -> None:
    page = visit(task)
    for place in page.locator(".plot").all():
        place.focus()
        page.keyboard.press("ArrowRight")
        assert re.match(
            r".+: (efficiency [\d.]+, rest [\d.]+ ± |.+ [\d.]+, .+ [\d.]+)", page.locator("#said").inner_text()
        )
