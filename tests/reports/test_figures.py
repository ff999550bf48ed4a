"""Figures: they show the numbers they are given, look the same for everybody, and fit on the page."""

from __future__ import annotations

import dataclasses
import re
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.container import BarContainer
from matplotlib.patches import StepPatch
from matplotlib.text import Text

from umva.errors import ReportError
from umva.reports.digits import count, duration, measured, probability, rounded, size
from umva.reports.figures import (
    draw_all,
    plot_correlation,
    plot_importance,
    plot_rejection,
    plot_response,
    plot_roc,
    plot_training,
    plot_variable,
    write_figures,
)
from umva.reports.figures.histogram import pulls
from umva.reports.figures.style import DARK, LIGHT, series
from umva.reports.figures.text import title
from umva.reports.page.svg import inline_svg
from umva.reports.results import Histogram, Number

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from umva.reports.figures.drawing import Drawing, Key
    from umva.reports.results import Results, VariableSummary

    MakeResults = Callable[[int, int], Results]
    DrawingsOf = Callable[[str], dict[Key, Drawing]]

SMALL = 40_000
TIMES = "\N{MULTIPLICATION SIGN}"


def words(figure: Figure) -> str:
    """Return all text of a figure."""
    return "\n".join(each.get_text() for each in figure.findobj(Text))


def first_axes(figure: Figure) -> Axes:
    return figure.axes[0]


def luminance(color: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_lines_stand_out_from_the_paper(theme: dict[str, str]) -> None:
    lines = [role for role in theme if role not in {"paper", "grid"}]
    assert min(contrast(theme[role], theme["paper"]) for role in lines) >= 3
    assert contrast(theme["ink"], theme["paper"]) >= 7
    assert contrast(theme["muted"], theme["paper"]) >= 4.5
    assert len(set(theme.values())) == len(theme)


def test_no_two_of_many_methods_look_alike() -> None:
    assert len({series(i) for i in range(70)}) == 70


def test_roc_shows_the_curves_of_the_results(toy_results: Results) -> None:
    curves = [each.roc for each in toy_results.methods.values() if each.roc]
    lines = [line for line in first_axes(plot_roc(toy_results)).get_lines() if line.get_gid()]
    assert len(lines) == len(curves) == 7
    for line, curve in zip(lines, curves, strict=True):
        points = set(zip(curve.signal_efficiency, 1 - np.asarray(curve.background_efficiency), strict=True))
        x, y = (np.asarray(each) for each in line.get_data())
        assert set(zip(x, y, strict=True)) <= points
        assert np.max(np.abs(np.diff(x)) + np.abs(np.diff(y))) < 0.03
        assert (x[0], y[0], x[-1], y[-1]) == (0, 1, 1, 0)


def test_roc_legend_gives_areas_in_their_order(toy_results: Results) -> None:
    legend = first_axes(plot_roc(toy_results)).get_legend()
    assert legend
    areas = [each.auc.test for each in toy_results.methods.values() if each.auc]
    shown = [text.get_text() for text in legend.get_texts()]
    assert all(text.endswith(measured(area)) for text, area in zip(shown, areas, strict=True))


def test_rejection_stops_where_it_is_unknown(toy_results: Results) -> None:
    curve = next(iter(toy_results.methods.values())).roc
    assert curve
    line = first_axes(plot_rejection(toy_results)).get_lines()[0]
    eff_b = 1 / np.asarray(line.get_ydata())
    allowed = [
        b for b, error in zip(curve.background_efficiency, curve.background_error, strict=True) if b and error < b / 2
    ]
    np.testing.assert_allclose(eff_b, allowed)


def test_response_shows_histograms_and_numbers(toy_results: Results) -> None:
    method = toy_results.methods["DNN"]
    assert method.response
    assert method.auc
    figure = plot_response(method)
    steps = [patch for patch in first_axes(figure).patches if isinstance(patch, StepPatch)]
    np.testing.assert_array_equal(steps[0].get_data()[0], method.response.test_signal.values)
    np.testing.assert_array_equal(steps[1].get_data()[0], method.response.test_background.values)
    points = next(line for line in first_axes(figure).get_lines() if line.get_label() == "signal, train")
    train = method.response.train_signal
    np.testing.assert_array_equal(points.get_ydata(), [v for v, e in zip(train.values, train.errors, strict=True) if e])
    text = words(figure)
    assert "0.41 (S)" in text
    assert "0.0012 (B)" in text
    assert measured(method.auc.test) in text
    assert measured(method.auc.train) in text


def test_response_is_named_after_its_method(toy_results: Results) -> None:
    assert plot_response(toy_results.methods["BDT850"]).axes[1].get_xlabel() == "BDT850 response x"


def test_peaked_response_is_logarithmic_and_shows_every_filled_bin(toy_results: Results) -> None:
    method = toy_results.methods["BDT850"]
    assert method.response
    assert first_axes(plot_response(method)).get_yscale() == "linear"
    flat = method.response.test_signal
    values = (0.9, *[0.1 / 39] * 38, 0.001)
    peaked = dataclasses.replace(flat, edges=tuple(range(41)), values=values, errors=(0.0005,) * 40)
    response = dataclasses.replace(method.response, **dict.fromkeys(vars(method.response), peaked))
    axes = first_axes(plot_response(dataclasses.replace(method, response=response)))
    assert axes.get_yscale() == "log"
    assert axes.get_ylim()[0] < 0.001
    assert axes.get_ylim()[1] > 10 * 0.9


@pytest.mark.parametrize("n_methods", [3, 6, 15])
@pytest.mark.parametrize("plot", [plot_roc, plot_rejection])
def test_legend_hides_no_curve_and_is_whole(
    make_results: MakeResults, n_methods: int, plot: Callable[[Results], Figure]
) -> None:
    figure = plot(make_results(n_methods, 2))
    figure.draw_without_rendering()
    axes = first_axes(figure)
    legend = axes.get_legend()
    assert legend
    box, label = legend.get_window_extent(), axes.xaxis.label.get_window_extent()
    assert box.y1 <= label.y0
    assert figure.bbox.x0 <= box.x0 <= box.x1 <= figure.bbox.x1
    assert box.y0 >= figure.bbox.y0


def test_pulls_of_equal_samples_are_standard_normal() -> None:
    rng = np.random.default_rng(3)
    edges = tuple(float(i) for i in range(2001))
    train, test = (rng.poisson(100, 2000).astype(float) for _ in range(2))
    found = pulls(*(Histogram(edges, tuple(each), tuple(np.sqrt(each))) for each in (train, test)))
    assert abs(found.mean()) < 0.1
    assert abs(found.std() - 1) < 0.06


def with_histograms(variable: VariableSummary, **changes: Any) -> VariableSummary:
    """Return the variable with all its histograms changed alike."""
    changed = {label: dataclasses.replace(each, **changes) for label, each in variable.histograms.items()}
    return dataclasses.replace(variable, histograms=changed)


def test_variable_says_what_lies_outside(toy_results: Results) -> None:
    variable = toy_results.dataset.variables[0]
    text = words(plot_variable(variable))
    assert f"signal: {100 * variable.histograms['signal'].overflow:.1f} % above" in text
    assert variable.separation
    assert measured(variable.separation) in text
    assert "%" not in words(plot_variable(with_histograms(variable, underflow=0.0009, overflow=0.001)))


def test_bins_below_zero_are_in_the_frame(toy_results: Results) -> None:
    variable = toy_results.dataset.variables[0]
    values = (-0.01, *variable.histograms["signal"].values[1:])
    assert first_axes(plot_variable(with_histograms(variable, values=values))).get_ylim()[0] < -0.01
    assert first_axes(plot_variable(variable)).get_ylim()[0] == 0


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_variable_takes_any_scale(toy_results: Results, scale: float) -> None:
    variable = toy_results.dataset.variables[0]
    edges = tuple(each * scale for each in variable.histograms["signal"].edges)
    label = first_axes(plot_variable(with_histograms(variable, edges=edges))).get_xlabel()
    assert label == ("$m_{bb}$ [GeV]" if scale == 1 else f"$m_{{bb}}$ [$10^{{{-7 if scale < 1 else 11}}}$ GeV]")


def test_correlation_shows_percents(toy_results: Results) -> None:
    matrix = toy_results.dataset.correlation["signal"]
    axes = first_axes(plot_correlation(toy_results.dataset, "signal"))
    cells = [text.get_text() for text in axes.texts]
    assert f"{round(100 * matrix[0][1])}" == cells[1]
    with pytest.raises(ReportError, match="did you mean 'signal'"):
        plot_correlation(toy_results.dataset, "sginal")


def test_importance_has_a_bar_for_each_variable_and_method(toy_results: Results) -> None:
    bars = first_axes(plot_importance(toy_results)).containers
    assert sum(isinstance(each, BarContainer) for each in bars) == 7


def test_training_marks_the_best_step(toy_results: Results) -> None:
    curves = toy_results.methods["DNN"].curves
    assert curves
    assert curves.best
    lines = {line.get_label(): line for line in first_axes(plot_training(toy_results.methods["DNN"])).get_lines()}
    assert np.argmin(np.asarray(lines["validation"].get_ydata())) + 1 == curves.best
    assert lines[f"best epoch, {curves.best}"].get_xdata() == [curves.best, curves.best]


def test_training_that_falls_far_is_logarithmic(toy_results: Results) -> None:
    method = toy_results.methods["BDT850"]
    assert method.curves
    steep = dataclasses.replace(method.curves, values={"train": (1.0, 0.1, 0.01)}, quantity="a loss " * 9)
    axes = first_axes(plot_training(dataclasses.replace(method, curves=steep)))
    assert axes.get_yscale() == "log"
    assert axes.get_ylabel().count("\n") == 1
    assert first_axes(plot_training(method)).get_yscale() == "linear"


def test_what_is_not_there_cannot_be_drawn(toy_results: Results) -> None:
    with pytest.raises(ReportError, match=r"'SVM' has no response .* 'failed'"):
        plot_response(toy_results.methods["SVM"])
    with pytest.raises(ReportError, match="no training curves"):
        plot_training(toy_results.methods["SVM"])


def test_drawings_leave_no_trace(toy_results: Results) -> None:
    before = {key: value for key, value in mpl.rcParams.items() if key != "backend"}
    drawings = draw_all(toy_results)
    assert {key: mpl.rcParams[key] for key in before} == before
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()
    assert [kind for kind, *_ in drawings].count("response") == 7
    assert [kind for kind, *_ in drawings].count("variable") == 7


def test_settings_of_the_user_change_nothing(toy_results: Results) -> None:
    plain = inline_svg(plot_roc(toy_results), prefix="f", alt="")
    with mpl.rc_context({"lines.linewidth": 9, "font.size": 30, "axes.grid": True, "svg.fonttype": "path"}):
        assert inline_svg(plot_roc(toy_results), prefix="f", alt="") == plain


def test_files_have_safe_names_and_equal_bytes(make_results: MakeResults, tmp_path: Path) -> None:
    results = make_results(3, 1)
    drawings = draw_all(results)
    one = write_figures(results, tmp_path / "one")
    two = write_figures(results, tmp_path / "two", drawings=drawings)
    assert len({path.name.lower() for path in one}) == len(drawings)
    assert all(re.fullmatch(r"[\w.-]+\.pdf", path.name) for path in one)
    assert [a.read_bytes() == b.read_bytes() for a, b in zip(one, two, strict=True)] == [True] * len(one)
    assert all(path.read_bytes().startswith(b"%PDF") for path in one)


def test_names_that_differ_in_signs_only_have_two_files(toy_results: Results, tmp_path: Path) -> None:
    variable = toy_results.dataset.variables[0]
    twins = tuple(dataclasses.replace(variable, name=name) for name in ("a/b", "a:b", "A_b"))
    bare = dataclasses.replace(
        toy_results, methods={}, dataset=dataclasses.replace(toy_results.dataset, variables=twins, correlation={})
    )
    names = [path.name for path in write_figures(bare, tmp_path, ("svg",))]
    assert names == ["variable_a_b.svg", "variable_a_b_2.svg", "variable_A_b_3.svg"]


def test_unknown_format_is_an_error(toy_results: Results, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="cannot be written as 'jpg', only as pdf, png, svg, eps"):
        write_figures(toy_results, tmp_path, ("jpg",))


@pytest.mark.parametrize("task", ["classification", "multiclass", "regression"])
def test_inline_drawings_are_small_and_themed(
    page_of: Callable[[str], str], drawings_of: DrawingsOf, task: str
) -> None:
    """All but those that the page has as tables."""
    identifiers: list[str] = []
    drawings = re.findall(r'(?s)<svg [^>]*class="drawing".*?</svg>', page_of(task))
    tables = {"correlation", "importance", "confusion", "permutation"}
    alts = [each.alt for (kind, *_), each in drawings_of(task).items() if kind not in tables]
    assert sorted(ET.fromstring(svg).get("aria-label", "") for svg in drawings) == sorted(alts)
    for svg in drawings:
        assert len(svg.encode()) < SMALL
        root = ET.fromstring(svg)
        assert root.get("role") == "img"
        assert not re.search(r"#[0-9a-f]{6}\b|https?:|<metadata|<style", svg)
        assert "var(--ink)" in svg
        own = [value for each in root.iter() if (value := each.get("id"))]
        used = set(re.findall(r"url\(#([^)]+)\)|href=\"#([^\"]+)", svg))
        assert {a or b for a, b in used} == set(own)
        identifiers += own
    assert len(set(identifiers)) == len(identifiers)


def test_inline_drawings_keep_text_as_text(toy_results: Results) -> None:
    svg = inline_svg(plot_roc(toy_results), prefix="f", alt="")
    assert measured(Number(0.0, 0.0061))[-6:] in svg
    assert re.search(r">BDT850  0\.\d{4} ± 0\.0061</text>", svg)
    assert "&lt;script&gt;" in svg


def test_marked_curves_can_be_found(toy_results: Results) -> None:
    svg = inline_svg(plot_roc(toy_results), prefix="f", alt="")
    marks = re.findall(r'data-method="(\d+)"', svg)
    assert {each: marks.count(each) for each in marks} == {str(i): 4 for i in range(7)}, (
        "band, curve, two in the legend"
    )


@pytest.mark.parametrize(
    "text", ["$", r"$\frac{p_T$", "100 %", r"\notacommand{x}_{", "a$b$c$", "$$", "名前", "x\x00\x1by"]
)
def test_any_title_can_be_drawn(toy_results: Results, text: str) -> None:
    variable = dataclasses.replace(toy_results.dataset.variables[0], name=text, title=text, unit=text)
    svg = inline_svg(plot_variable(variable), prefix="f", alt=text.replace("\x00\x1b", ""))
    assert ET.fromstring(svg).tag == "svg"


def test_titles_of_root_become_formulas() -> None:
    assert title("#mu^{+} p_{T}") == r"$\mu^{+}\ p_{T}$"
    assert title("cost in $") == r"cost in \$"


@pytest.mark.parametrize(
    ("value", "error", "shown"),
    [
        (0.75812, 0.00613, ("0.7581", "0.0061")),
        (0.75812, 0.0996, ("0.76", "0.10")),
        (-3.21987, 0.21, ("\N{MINUS SIGN}3.22", "0.21")),
        (123456.7, 891.2, ("123457", "891")),
        (0.9999, 0.0, ("0.9999", "0")),
        (1.0, 1.7e-17, ("1", "0")),
        (float("nan"), 0.1, ("n/a", None)),
        (0.5, float("nan"), ("0.5", None)),
        (1.2e-9, 3e-10, (f"1.20 {TIMES} 10⁻⁹", f"3.0 {TIMES} 10⁻¹⁰")),
    ],
)
def test_digits_follow_the_error(value: float, error: float, shown: tuple[str, str | None]) -> None:
    assert rounded(value, error) == shown


def test_other_quantities() -> None:
    assert probability(3.21e-8) == f"3.2 {TIMES} 10⁻⁸"
    assert probability(0.0) == "< 10⁻³⁰⁰"
    assert probability(float("nan")) == count(float("nan")) == duration(float("nan")) == "n/a"
    assert size(2 * 10**12) == "2.0 TB"
    assert all(a != b for a, b in pairwise([duration(each) for each in (0.1, 1, 10, 100, 1000)]))
