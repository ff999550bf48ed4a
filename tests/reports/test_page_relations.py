"""Methods against each other on the page: every number in its place, nothing that is not there."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from umva.reports.digits import measured, percent, probability, roughly, scaled
from umva.reports.figures.ratio import plot_ratio, ratio_in_words, ratios
from umva.reports.page import render
from umva.reports.page.chapters.agreement import halves
from umva.reports.results import Number

if TYPE_CHECKING:
    from collections.abc import Callable

    from umva.reports.results import Results

TASKS = ("classification", "multiclass", "regression")


def chapter(page: str, key: str) -> str:
    """Return one chapter of a page."""
    return page[page.index(f'<section id="{key}"') :].partition("</section>")[0]


@pytest.fixture
def results_of(toy_results: Results, toy_multiclass: Results, toy_regression: Results) -> Callable[[str], Results]:
    toys = {each.task: each for each in (toy_results, toy_multiclass, toy_regression)}
    return lambda task: toys[task]


@pytest.mark.parametrize("task", TASKS)
def test_every_difference_is_there(
    task: str, page_of: Callable[[str], str], results_of: Callable[[str], Results]
) -> None:
    text = chapter(page_of(task), "differences")
    for others in results_of(task).differences.values():
        for found in others.values():
            value, error = measured(found.difference).split(" ± ")
            cell = rf"{re.escape(value)}<small>± {re.escape(error)}</small><small>hardly matters</small></td>"
            assert re.search(rf'data-value="{found.difference.value}">{cell}', text)
            assert f">{probability(found.p_corrected)}</td>" in text
    for method in results_of(task).methods.values():
        if method.score:
            assert f'data-value="{method.score.value}"' in text


@pytest.mark.parametrize("task", TASKS)
def test_every_correlation_and_overlap_is_there(
    task: str, page_of: Callable[[str], str], results_of: Callable[[str], Results]
) -> None:
    text = chapter(page_of(task), "agreement")
    found = results_of(task).agreement
    assert found
    groups = [*found.linear.values(), *found.rank.values()]
    for by_class in found.overlap.values():
        for each in by_class.values():
            groups += [each.signal, each.background, each.background_shared]
    for pairs in groups:
        for numbers in pairs.values():
            for number in numbers.values():
                value = roughly(scaled(number, -2), least=0.1).split(" ± ")[0]
                assert re.search(rf'data-value="{number.value}">{value}<small>', text)
    n_matrices = len(found.linear) + 2 * sum(len(each) for each in found.overlap.values())
    assert text.count('class="matrix pairs"') == n_matrices


@pytest.mark.parametrize("task", TASKS)
def test_every_permutation_importance_is_there(
    task: str, page_of: Callable[[str], str], results_of: Callable[[str], Results]
) -> None:
    text = chapter(page_of(task), "importance")
    for method in results_of(task).methods.values():
        if method.permutation:
            for each in method.permutation.values.values():
                assert f'data-value="{each.value}"' in text
                assert percent(each) in text
    lost = {"classification": "Loss of AUC", "multiclass": "Loss of mean AUC", "regression": "Rise of RMSE"}
    assert lost[task] in text
    assert "Do the methods agree?" in text


def test_partial_areas_and_ratios_are_there(page_of: Callable[[str], str], toy_results: Results) -> None:
    text = chapter(page_of("classification"), "roc")
    for method in toy_results.methods.values():
        if method.partial_auc:
            assert measured(method.partial_auc) in text
    assert "below 1 is better" in text


def test_a_matrix_has_the_one_above_the_diagonal_and_the_other_below() -> None:
    upper, lower = ({"a": {"b": Number(value, 0.01), "c": Number(value, 0.01)}} for value in (0.9, -0.4))
    rows = halves(["a", "b", "c"], upper, lower, {"b": Number(0.5, 0.01)}, signed=True)
    texts = [[cell.text for cell in cells] for _, cells in rows]
    assert texts == [
        ["", "90", "90"],
        ["\N{MINUS SIGN}40", "50", "\N{EN DASH}"],
        ["\N{MINUS SIGN}40", "\N{EN DASH}", ""],
    ]
    assert rows[0][1][1].shade == "p9"
    assert rows[1][1][0].shade == "n4"


def test_ratio_curves_are_the_numbers_and_belong_to_methods(toy_results: Results) -> None:
    figure = plot_ratio(toy_results)
    curves = {line.get_gid(): line for line in figure.axes[0].get_lines()}
    for place, method in enumerate(toy_results.methods.values()):
        if method.roc_ratio:
            line = curves[f"method-{place}"]
            np.testing.assert_allclose(np.asarray(line.get_ydata())[-3:], method.roc_ratio.ratio)
            assert method.roc_ratio.reference in ratio_in_words(toy_results)


def test_results_without_them_say_so(toy_results: Results) -> None:
    methods = {
        name: replace(each, permutation=None, partial_auc=None, roc_ratio=None)
        for name, each in toy_results.methods.items()
    }
    bare = replace(toy_results, methods=methods, differences={}, agreement=None, importance_agreement=None)
    page = render(bare, drawings={})
    assert "There are no two methods to compare." in chapter(page, "differences")
    assert "There are no two methods to lay beside each other." in chapter(page, "agreement")
    assert "No permutation importance was computed." in chapter(page, "importance")
    assert ratios(bare) == []


def test_a_ratio_that_is_nowhere_known_well_leaves_the_frame_alone(toy_results: Results) -> None:
    methods = {
        name: replace(each, roc_ratio=replace(each.roc_ratio, error=each.roc_ratio.ratio)) if each.roc_ratio else each
        for name, each in toy_results.methods.items()
    }
    axes = plot_ratio(replace(toy_results, methods=methods)).axes[0]
    assert axes.get_ylim()[0] < 1.0 < axes.get_ylim()[1]
