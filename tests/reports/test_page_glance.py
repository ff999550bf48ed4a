"""The lines of the summary that a reader in a hurry reads, for each task, and where they lead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from umva.reports.page.glance import glance
from umva.reports.page.view import View

if TYPE_CHECKING:
    from collections.abc import Callable

    from umva.reports.results import Results


@pytest.mark.parametrize("task", ["classification", "multiclass", "regression"])
def test_each_task_is_told_of_what_it_has(
    task: str, toy_results: Results, toy_multiclass: Results, toy_regression: Results, page_of: Callable[[str], str]
) -> None:
    toys = {each.task: each for each in (toy_results, toy_multiclass, toy_regression)}
    lines = {each.question: each for each in glance(View(toys[task], {}))}
    assert {"Overtrained?", "Driven by?", "From which data?"} <= set(lines)
    best = next(iter(toys[task].methods.values()))
    assert lines["Overtrained?"].verdict == best.overtrained
    first = max(best.shap, key=lambda name: best.shap[name].value)
    assert lines["Driven by?"].answer.startswith(first)
    page = page_of(task)
    for each in lines.values():
        assert f'id="{each.chapter}"' in page
        assert f'<a href="#{each.chapter}">{each.question}</a>' in page


def test_nothing_is_said_where_nothing_was_measured(toy_results: Results) -> None:
    nothing = {name: replace(each, score=None) for name, each in toy_results.methods.items()}
    assert glance(View(replace(toy_results, methods=nothing), {})) == []
