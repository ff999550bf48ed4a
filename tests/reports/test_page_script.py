"""What the script of the page is given: numbers as JSON, frames and scales of figures, marks of methods; and its size."""

from __future__ import annotations

import dataclasses
import io
import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from umva.reports.figures import plot_rejection, plot_roc
from umva.reports.figures.style import panel, settings
from umva.reports.page import render
from umva.reports.page.geometry import geometry_of, named
from umva.reports.page.numbers import numbers
from umva.reports.page.svg import inline_svg
from umva.reports.page.ticks import minor_ticks_aside

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from umva.reports.results import Results

    MakeResults = Callable[[int, int], Results]

DRAWINGS = {"roc": plot_roc, "rejection": plot_rejection}


def json_of(html: str) -> str:
    (found,) = re.findall(r'(?s)<script type="application/json" id="numbers">(.*?)</script>', html)
    return str(found)


def test_eight_methods_and_twenty_variables_fit_in_five_megabytes(make_results: MakeResults) -> None:
    results = make_results(10, 20)
    assert sum(each.status == "ok" for each in results.methods.values()) == 8
    assert len(render(results).encode()) < 5_000_000


def test_the_json_in_the_page_is_the_numbers(page_of: Callable[[str], str], toy_results: Results) -> None:
    text = json_of(page_of("classification"))
    assert not set("<>&") & set(text), "no text from the data may end the element"
    assert json.loads(text) == json.loads(json.dumps(numbers(toy_results)))


def test_scans_and_curves_are_those_of_the_results(toy_multiclass: Results) -> None:
    found = numbers(toy_multiclass)
    names = found["methods"]
    assert names == list(toy_multiclass.methods)
    assert len(found["scans"]) == len(found["rocs"]) == 4 * 3
    for each in found["scans"]:
        scan = toy_multiclass.methods[names[each["method"]]].classes[each["label"]].scan
        assert scan
        np.testing.assert_allclose(each["b"], scan.background_efficiency, rtol=1e-4)
        np.testing.assert_allclose(each["se"], scan.signal_error, rtol=1e-4)
        assert each["nb"] == list(scan.n_background)
    for each in found["rocs"]:
        roc = toy_multiclass.methods[names[each["method"]]].classes[each["label"]].roc
        assert roc
        np.testing.assert_allclose(each["be"], roc.background_error, rtol=1e-4)
    assert found["expectations"].keys() == toy_multiclass.expectations.keys()


def test_what_is_not_finite_is_none(toy_results: Results) -> None:
    name, method = next(iter(toy_results.methods.items()))
    assert method.scan
    scan = dataclasses.replace(method.scan, signal_error=(float("nan"),) * len(method.scan.cut))
    odd = dataclasses.replace(toy_results, methods={name: dataclasses.replace(method, scan=scan)})
    text = json.dumps(numbers(odd), allow_nan=False)
    assert set(json.loads(text)["scans"][0]["se"]) == {None}


def test_a_regression_has_no_cuts(toy_regression: Results, page_of: Callable[[str], str]) -> None:
    assert numbers(toy_regression)["scans"] == []
    assert "<template" not in page_of("regression")


def small_ticks(figure: Figure) -> set[tuple[float, float]]:
    """Return where matplotlib itself puts small ticks, from its own drawing."""
    stream = io.StringIO()
    with settings():
        figure.savefig(stream, format="svg")
    uses = [each for each in re.findall(r"<use [^>]*>", stream.getvalue()) if "stroke-width: 0.5" in each]
    return {(float(x), float(y)) for each in uses for x, y in re.findall(r' x="(\S+)" y="(\S+)"', each)}


@pytest.mark.parametrize("kind", DRAWINGS)
def test_small_ticks_are_where_matplotlib_puts_them(toy_results: Results, kind: str) -> None:
    figure = DRAWINGS[kind](toy_results)
    with settings(), minor_ticks_aside(figure) as paths:
        found = re.findall(r"M (\S+) (\S+)", " ".join(paths.values()))
        assert small_ticks(figure) == set()
    wanted = small_ticks(figure)
    assert len(wanted) > 20
    np.testing.assert_allclose(sorted((float(x), float(y)) for x, y in found), sorted(wanted), atol=0.06)


def test_ticks_of_another_look_are_left_to_matplotlib() -> None:
    axes = panel()
    axes.tick_params(which="minor", length=0)
    with minor_ticks_aside(axes.get_figure(root=True)) as paths:  # type: ignore[arg-type]
        assert set(paths.values()) == {""}


def test_a_figure_is_as_before_when_it_stands_in_the_page(toy_results: Results) -> None:
    figure = plot_roc(toy_results)

    def as_pdf() -> bytes:
        stream = io.BytesIO()
        with settings():
            figure.savefig(stream, format="pdf", metadata={"CreationDate": None})
        return stream.getvalue()

    before = as_pdf()
    svg = inline_svg(figure, prefix="f", alt="")
    assert as_pdf() == before
    assert inline_svg(figure, prefix="f", alt="") == svg


@pytest.mark.parametrize("kind", DRAWINGS)
def test_frame_and_scales_give_back_the_values_of_a_curve(toy_results: Results, kind: str) -> None:
    figure = DRAWINGS[kind](toy_results)
    root = ET.fromstring(inline_svg(figure, prefix="f", alt=""))
    frame = json.loads(root.get("data-plot", ""))
    left, right, top, bottom = frame["box"]
    low, high, scale, unit = frame["y"]
    assert (frame["x"], scale, unit) == ([0, 1, "linear", 1], "log" if kind == "rejection" else "linear", 1)
    lines = [
        each.get("d", "") for group in root.iter("g") if group.get("data-method") == "0" for each in group.iter("path")
    ]
    line = next(d for d in lines if "z" not in d and d.count("L") > 10)
    points = np.array([step.split() for step in re.split("[ML]", line)[1:]], dtype=float)
    x, share = (points[:, 0] - left) / (right - left), (bottom - points[:, 1]) / (bottom - top)
    y = low * (high / low) ** share if scale == "log" else low + share * (high - low)
    roc = next(iter(toy_results.methods.values())).roc
    assert roc
    efficiency = np.interp(x, roc.signal_efficiency, roc.background_efficiency)
    inside = (x > 0.3) & (x < 0.9)
    assert y[inside] == pytest.approx(1 - efficiency[inside] if kind == "roc" else 1 / efficiency[inside], rel=0.02)


def test_only_single_frames_with_curves_of_methods_can_be_read() -> None:
    axes = panel()
    figure = axes.get_figure(root=True)
    assert figure is not None
    assert geometry_of(figure) == ""
    axes.plot([0, 1], [0, 1], gid="method-3")
    assert json.loads(geometry_of(figure))["x"][2:] == ["linear", 1]
    axes.set_xscale("symlog")
    assert geometry_of(figure) == ""


def test_entries_of_the_legend_are_named_as_their_curves_for_a_while(toy_results: Results) -> None:
    figure = plot_roc(toy_results)
    legend = figure.axes[0].get_legend()
    assert legend is not None
    with named(figure):
        assert [each.get_gid() for each in legend.get_texts()] == [f"method-{k}" for k in range(7)]
    assert [each.get_gid() for each in legend.get_texts()] == [None] * 7
