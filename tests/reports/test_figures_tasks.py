"""Figures of several classes and of a regression: they show the numbers they are given."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.patches import StepPatch
from matplotlib.text import Text

from umva.errors import ReportError
from umva.reports.digits import in_percent, measured
from umva.reports.figures import (
    plot_confusion,
    plot_deviation,
    plot_deviations,
    plot_importance,
    plot_profile,
    plot_response,
    plot_roc,
    plot_variable,
    write_figures,
)
from umva.reports.figures.looks import class_looks
from umva.reports.figures.style import LIGHT, panel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.figure import Figure

    from umva.reports.figures.drawing import Drawing, Key
    from umva.reports.results import Results

    DrawingsOf = Callable[[str], dict[Key, Drawing]]


def words(figure: Figure) -> str:
    """Return all text of a figure."""
    return "\n".join(each.get_text() for each in figure.findobj(Text))


def test_classes_have_colours_of_their_own() -> None:
    looks = class_looks([f"class {i}" for i in range(8)]).values()
    assert len({each.color for each in looks}) == 8
    methods = {color for role, color in LIGHT.items() if role.startswith("series")}
    assert not methods & {each.color for each in looks}


@pytest.mark.parametrize("label", ["prompt", "feed-down"])
def test_roc_of_a_class_shows_its_curves(toy_multiclass: Results, label: str) -> None:
    figure = plot_roc(toy_multiclass, label)
    lines = [line for line in figure.axes[0].get_lines() if line.get_gid()]
    methods = [each.classes[label] for each in toy_multiclass.methods.values() if each.classes]
    assert len(lines) == len(methods) == 4
    for line, method in zip(lines, methods, strict=True):
        assert method.roc
        assert method.auc
        x, y = (np.asarray(each) for each in line.get_data())
        curve = zip(method.roc.signal_efficiency, 1 - np.asarray(method.roc.background_efficiency), strict=True)
        assert set(zip(x, y, strict=True)) <= set(curve)
        assert measured(method.auc.test) in words(figure)
    assert "background" not in words(figure)
    assert f"{label} against the rest" in words(figure)


def test_response_of_a_class_is_drawn_in_its_colour(toy_multiclass: Results) -> None:
    method = toy_multiclass.methods["DNN"]
    response = method.classes["feed-down"].response
    assert response
    for axes in (None, (panel(),)):
        figure = plot_response(method, "feed-down", axes=axes)
        steps = [patch for patch in figure.axes[0].patches if isinstance(patch, StepPatch)]
        np.testing.assert_array_equal(steps[0].get_data()[0], response.test_signal.values)
        np.testing.assert_array_equal(steps[1].get_data()[0], response.test_background.values)
        assert len(figure.axes) == (2 if axes is None else 1)
        assert "signal" not in words(figure)
    with pytest.raises(ReportError, match="'DNN' has no response of class 'nothing'"):
        plot_response(method, "nothing")


def test_confusion_shows_each_share_with_its_error(toy_multiclass: Results) -> None:
    method = toy_multiclass.methods["BDT850"]
    assert method.confusion
    figure = plot_confusion(method)
    cells = [text.get_text().replace("\n", " ") for text in figure.axes[0].texts]
    shares = [in_percent(each) for row in method.confusion.shares for each in row]
    assert cells[: len(shares)] == shares
    assert in_percent(method.confusion.accuracy) in words(figure)
    with pytest.raises(ReportError, match=r"'SVM' has no confusion matrix .*'failed'"):
        plot_confusion(toy_multiclass.methods["SVM"])


def test_a_variable_has_a_line_for_each_class(toy_multiclass: Results) -> None:
    variable = toy_multiclass.dataset.variables[0]
    figure = plot_variable(variable)
    lines = [line for line in figure.axes[0].get_lines() if not str(line.get_label()).startswith("_")]
    for line, histogram in zip(lines, variable.histograms.values(), strict=True):
        np.testing.assert_array_equal(np.asarray(line.get_ydata())[1:-1:2], histogram.values)
    assert "prompt: 25.0 % missing" in words(
        plot_variable(
            dataclasses.replace(
                variable,
                histograms={
                    **variable.histograms,
                    "prompt": dataclasses.replace(variable.histograms["prompt"], overflow=0.0, missing=0.25),
                },
            )
        )
    )
    beyond = dataclasses.replace(variable.histograms["prompt"], overflow=0.012)
    many = dict.fromkeys((f"class {i}" for i in range(9)), beyond)
    crowded = dataclasses.replace(variable, histograms=many)
    assert "outside: up to 1." in words(plot_variable(crowded))


def test_importance_of_a_class_has_its_shares(toy_multiclass: Results) -> None:
    text = words(plot_importance(toy_multiclass, "prompt"))
    for method in toy_multiclass.methods.values():
        if method.classes:
            assert all(f"{100 * each.value:.1f} %" in text for each in method.classes["prompt"].shap.values())


def test_deviation_shows_histograms_and_numbers(toy_regression: Results) -> None:
    method, target = toy_regression.methods["DNN"], toy_regression.dataset.targets[0]
    found = method.targets[target.name]
    figure = plot_deviation(method, target)
    (steps,) = (patch for patch in figure.axes[0].patches if isinstance(patch, StepPatch))
    np.testing.assert_array_equal(steps.get_data()[0], found.test_deviation.values)
    for number in (found.rmse.test, found.rmse.train, found.bias.test, found.bias.train):
        assert measured(number) in words(figure)
    assert "[GeV]" in figure.axes[1].get_xlabel()
    with pytest.raises(ReportError, match="'SVM' has no estimates of 'energy'"):
        plot_deviation(toy_regression.methods["SVM"], target)


def test_small_deviations_have_a_power_of_ten(toy_regression: Results) -> None:
    small = toy_regression.dataset.targets[1]
    rmse = next(iter(toy_regression.methods.values())).targets[small.name].rmse.test
    text = words(plot_deviations(toy_regression, small))
    assert "RMSE [10⁻³ GeV]" in text
    assert f"{1000 * rmse.value:.3f}" in text


def test_profile_leaves_out_what_has_no_error(toy_regression: Results) -> None:
    figure = plot_profile(toy_regression, "energy", "m_bb")
    profile = next(iter(toy_regression.methods.values())).targets["energy"].against_variables["m_bb"]
    for axes, numbers in zip(figure.axes, (profile.mean, profile.spread), strict=True):
        line = next(each for each in axes.get_lines() if each.get_gid() == "method-0")
        shown = np.asarray(line.get_ydata(), dtype=np.float64)
        known = [each.error is not None for each in numbers]
        np.testing.assert_array_equal(np.isfinite(shown), known)
        np.testing.assert_array_equal(shown[known], [each.value for each in numbers if each.error is not None])
    assert figure.axes[1].get_ylim()[0] == 0
    with pytest.raises(ReportError, match="did you mean 'energy'"):
        plot_profile(toy_regression, "enery")


@pytest.mark.parametrize("plot", [plot_deviations, lambda results, target: plot_profile(results, target.name)])
def test_legends_at_the_foot_are_whole(toy_regression: Results, plot: Callable[..., Figure]) -> None:
    for target in toy_regression.dataset.targets:
        figure = plot(toy_regression, target)
        figure.draw_without_rendering()
        (legend,) = (found for each in figure.axes if (found := each.get_legend()))
        box, label = legend.get_window_extent(), figure.axes[-1].xaxis.label.get_window_extent()
        assert box.y1 <= label.y0
        assert figure.bbox.x0 <= box.x0 <= box.x1 <= figure.bbox.x1
        assert box.y0 >= figure.bbox.y0


@pytest.mark.parametrize("task", ["multiclass", "regression"])
def test_words_of_a_figure_are_those_of_the_task(drawings_of: DrawingsOf, task: str) -> None:
    for key, drawing in drawings_of(task).items():
        assert drawing.alt
        assert "signal" not in f"{drawing.alt} {words(drawing.figure)}", key
        assert "background" not in f"{drawing.alt} {words(drawing.figure)}", key


def test_each_figure_has_a_file_of_its_own(toy_multiclass: Results, drawings_of: DrawingsOf, tmp_path: Path) -> None:
    kinds = {"confusion", "importance"}
    drawings = {key: each for key, each in drawings_of("multiclass").items() if key[0] in kinds}
    paths = write_figures(toy_multiclass, tmp_path, drawings=drawings)
    names = [path.name for path in paths]
    assert names[0] == "confusion_BDT850.pdf"
    assert {"importance.pdf", "importance_prompt.pdf", "importance_feed-down.pdf"} < set(names)
    assert all(path.read_bytes().startswith(b"%PDF") for path in paths)
