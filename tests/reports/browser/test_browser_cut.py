"""The cut that is moved by hand: the numbers of the scan, and figures of merit for any yields."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from umva.reports.measures import asimov

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from umva.reports.results import CutScan, Results

    Visit = Callable[..., Page]

pytestmark = pytest.mark.browser


def value(page: Page, name: str) -> float:
    row = page.locator(".cut tbody tr", has=page.locator(f"th:text-is('{name}')"))
    return float(row.locator("td").get_attribute("data-value") or "nan")


def error(page: Page, name: str) -> float:
    row = page.locator(".cut tbody tr", has=page.locator(f"th:text-is('{name}')"))
    return float(row.locator("td").inner_text().split("\n")[0].split(" ± ")[1])


def fill(page: Page, **fields: float) -> None:
    for name, number in fields.items():
        page.locator(f".cut [name={name}]").fill(str(number))


def scan_of(results: Results, place: int = 0) -> CutScan:
    scan = list(results.methods.values())[place].scan
    assert scan
    return scan


def test_efficiencies_yields_and_merits_at_a_cut(visit: Visit, toy_results: Results) -> None:
    page, scan = visit(), scan_of(toy_results)
    fill(page, signal=250, background=5000, uncertainty=20)
    k = len(scan.cut) // 2
    fill(page, cut=k)
    eff_s, eff_b = scan.signal_efficiency[k], scan.background_efficiency[k]
    s, b = 250 * eff_s, 5000 * eff_b
    wanted = {
        "Efficiency of signal": eff_s,
        "Efficiency of background": eff_b,
        "S, signal": s,
        "B, background": b,
        "Purity, S/(S+B)": s / (s + b),
        "S/√B": s / math.sqrt(b),
        "S/√(S+B)": s / math.sqrt(s + b),
        "Asimov Z": float(asimov(s, b, 0.2)),
        "AMS": float(asimov(s, b + 10)),
    }
    assert {name: value(page, name) for name in wanted} == pytest.approx(wanted, rel=2e-4)
    assert error(page, "Efficiency of signal") == pytest.approx(scan.signal_error[k], rel=0.06)
    assert error(page, "B, background") == pytest.approx(5000 * scan.background_error[k], rel=0.06)


@pytest.mark.parametrize("uncertainty", [0.0, 0.3])
def test_errors_of_the_merits_are_those_of_random_yields(
    visit: Visit, toy_results: Results, uncertainty: float
) -> None:
    page, scan = visit(), scan_of(toy_results)
    fill(page, signal=100, background=2000, uncertainty=100 * uncertainty)
    k = len(scan.cut) // 3
    fill(page, cut=k)
    rng = np.random.default_rng(1)
    assert scan.background_error[k] < 0.05 * scan.background_efficiency[k]
    s = 100 * rng.normal(scan.signal_efficiency[k], scan.signal_error[k], 20_000)
    b = 2000 * rng.normal(scan.background_efficiency[k], scan.background_error[k], 20_000)
    assert error(page, "Asimov Z") == pytest.approx(np.std(asimov(s, b, uncertainty)), rel=0.08)
    assert error(page, "S/√B") == pytest.approx(np.std(s / np.sqrt(b)), rel=0.08)
    assert error(page, "Purity, S/(S+B)") == pytest.approx(np.std(s / (s + b)), rel=0.08)


def test_the_line_is_dragged_and_the_slider_follows(visit: Visit, toy_results: Results) -> None:
    page, scan = visit(), scan_of(toy_results)
    chart = page.locator(".cut .chart")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.3 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], middle, steps=4)
    page.mouse.up()
    k = int(page.locator(".cut [name=cut]").input_value())
    share = (0.5 * 480 - 40) / (438 - 40)
    wanted = scan.cut[0] + share * (scan.cut[-1] - scan.cut[0])
    assert abs(scan.cut[k] - wanted) == pytest.approx(min(abs(each - wanted) for each in scan.cut), abs=1e-3)
    assert value(page, "Efficiency of signal") == pytest.approx(scan.signal_efficiency[k], rel=1e-4)
    page.mouse.move(box["x"] + 0.9 * box["width"], middle)
    assert int(page.locator(".cut [name=cut]").input_value()) == k


def test_the_slider_moves_by_keyboard_and_says_where_it_is(visit: Visit, toy_results: Results) -> None:
    page, scan = visit(), scan_of(toy_results)
    slider = page.locator(".cut [name=cut]")
    before = int(slider.input_value())
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert int(slider.input_value()) == before + 1
    said = slider.get_attribute("aria-valuetext") or ""
    shown = float(said.removeprefix("x at least ").replace("\N{MINUS SIGN}", "-"))
    assert shown == pytest.approx(scan.cut[before + 1], rel=1e-3, abs=1e-4)


def test_the_best_cut_is_the_largest_value_that_enough_background_passes(visit: Visit, toy_results: Results) -> None:
    page, scan = visit(), scan_of(toy_results)
    fill(page, signal=120, background=4000, uncertainty=10)
    page.locator(".cut .best").click()
    places = [k for k, n in enumerate(scan.n_background) if n >= 10]
    found = asimov(
        120 * np.array(scan.signal_efficiency)[places], 4000 * np.array(scan.background_efficiency)[places], 0.1
    )
    assert value(page, "Asimov Z") == pytest.approx(float(found.max()), rel=2e-4)
    assert page.locator(".cut .too-few").is_hidden()


def test_too_few_background_events_are_a_warning(visit: Visit, toy_results: Results) -> None:
    page, scan = visit(), scan_of(toy_results)
    fill(page, cut=len(scan.cut) - 1)
    assert scan.n_background[-1] < 10
    assert page.locator(".cut .too-few").is_visible()


def test_another_method_and_nonsense_in_the_fields(visit: Visit, toy_results: Results) -> None:
    page, scan = visit(), scan_of(toy_results, 2)
    page.locator(".cut [name=method]").select_option(list(toy_results.methods)[2])
    k = int(page.locator(".cut [name=cut]").input_value())
    assert value(page, "Efficiency of signal") == pytest.approx(scan.signal_efficiency[k], rel=1e-4)
    page.locator(".cut [name=background]").fill("")
    assert value(page, "B, background") == 0
    assert page.locator(".cut tbody tr", has_text="S/√B").locator("td").inner_text() == "n/a"


def test_each_of_several_classes_has_its_cut(visit: Visit, toy_multiclass: Results) -> None:
    page = visit("multiclass")
    label = list(toy_multiclass.dataset.counts)[1]
    page.locator(".cut [name=label]").select_option(label)
    scan = next(iter(toy_multiclass.methods.values())).classes[label].scan
    assert scan
    k = int(page.locator(".cut [name=cut]").input_value())
    assert value(page, "Efficiency of the rest") == pytest.approx(scan.background_efficiency[k], rel=1e-4)
