"""The pages of several classes and of a regression: their own chapters, every number, the right words."""

from __future__ import annotations

import dataclasses
import html
import re
from typing import TYPE_CHECKING

import pytest

from umva.reports.digits import in_percent, measured, percent, roughly, scaled
from umva.reports.page import render
from umva.reports.page.boards import board
from umva.reports.page.view import Footnotes, View

if TYPE_CHECKING:
    from collections.abc import Callable

    from umva.reports.results import MethodResult, Number, Results


@pytest.fixture(scope="module")
def multiclass(page_of: Callable[[str], str]) -> str:
    return page_of("multiclass")


@pytest.fixture(scope="module")
def regression(page_of: Callable[[str], str]) -> str:
    return page_of("regression")


def finished(results: Results) -> list[MethodResult]:
    return [each for each in results.methods.values() if each.status == "ok"]


def texts_of(page: str, number: Number) -> list[str]:
    """Return the texts of the cells that hold a number, up to its error."""
    cells = re.findall(rf'data-value="{re.escape(str(number.value))}"[^>]*>(.*?)</td>', page)
    cell_texts = [re.sub(r"(<[^>]*>|\s)+", " ", each).strip() for each in cells]
    return [found[0] for each in cell_texts if (found := re.match(r"\S+( ± \S+)?", each))]


def test_every_number_of_a_class_is_there(multiclass: str, toy_multiclass: Results) -> None:
    for method in finished(toy_multiclass):
        assert method.auc
        assert method.confusion
        assert measured(method.auc.test) in texts_of(multiclass, method.auc.test)
        assert in_percent(method.confusion.accuracy) in multiclass
        for row in method.confusion.shares:
            for share in row:
                assert in_percent(share) in texts_of(multiclass, share)
        for label, found in method.classes.items():
            assert found.auc
            assert found.overtraining
            assert measured(found.auc.test) in texts_of(multiclass, found.auc.test)
            assert f"train {measured(found.auc.train)}" in multiclass
            assert measured(found.overtraining.auc_gap) in texts_of(multiclass, found.overtraining.auc_gap)
            assert all(percent(each) in texts_of(multiclass, each) for each in found.shap.values())
            assert all(measured(each) in texts_of(multiclass, each) for each in method.pairs[label].values())


def test_the_leaderboard_names_the_worst_class(toy_multiclass: Results) -> None:
    view = View(toy_multiclass, {})
    (column,) = (each for each in board(view) if each.title == "Worst class")
    method = finished(toy_multiclass)[0]
    areas = {label: each.auc.test.value for label, each in method.classes.items() if each.auc}
    cell = column.cell(method, Footnotes())
    assert cell.value == min(areas.values())
    assert cell.small[0][:10] == min(areas, key=lambda label: areas[label])[:10]


def test_the_leaderboard_gives_the_worst_verdict(toy_multiclass: Results) -> None:
    (column,) = (each for each in board(View(toy_multiclass, {})) if each.title == "Overtraining")
    order = ["none", "mild", "strong"]
    for method in finished(toy_multiclass):
        verdicts = [each.overtraining.verdict for each in method.classes.values() if each.overtraining]
        assert column.cell(method, Footnotes()).verdict == max(verdicts, key=order.index)


def test_more_than_six_confusion_matrices_are_all_in_the_page(make_results: Callable[..., Results]) -> None:
    results = make_results(10, 1, "multiclass")
    page = render(results, drawings={})
    captions = re.findall(r'aria-label="Confusion matrix of ([^"]*)"', page)
    assert [html.unescape(each) for each in captions] == [each.name for each in finished(results)]
    assert len(captions) == 8
    assert "2 more methods" in page


@pytest.mark.slow
@pytest.mark.parametrize("task", ["classification", "multiclass", "regression"])
def test_many_methods_and_variables_stay_below_five_megabytes(make_results: Callable[..., Results], task: str) -> None:
    assert len(render(make_results(8, 20, task)).encode()) < 5_000_000


def test_every_number_of_a_target_is_there(regression: str, toy_regression: Results) -> None:
    for method in finished(toy_regression):
        assert method.score
        assert measured(method.score) in texts_of(regression, method.score)
        for name, found in method.targets.items():
            power = 0 if name == "energy" else -3
            for pair in (found.rmse, found.mae, found.bias, found.resolution, found.resolution_truncated):
                assert measured(scaled(pair.test, power)) in texts_of(regression, pair.test)
                assert measured(scaled(pair.train, power)) in regression
            for number in found.quantiles.values():
                assert measured(scaled(number, power)) in texts_of(regression, number)
            assert roughly(found.r2.test, least=1e-5) in texts_of(regression, found.r2.test)
            assert measured(found.mutual_information.test) in regression
            assert found.overtraining.sentence in html.unescape(regression)
    assert "[10⁻³ GeV]" in regression


def test_one_target_has_all_in_the_leaderboard(toy_regression: Results) -> None:
    (target, *_) = toy_regression.dataset.targets
    dataset = dataclasses.replace(toy_regression.dataset, targets=(target,))
    titles = [each.title for each in board(View(dataclasses.replace(toy_regression, dataset=dataset), {}))]
    assert titles[:3] == ["RMSE [GeV]", "MAE [GeV]", "R²"]
    assert titles[3:5] == ["Bias [GeV]", "Resolution [GeV]"]


@pytest.mark.parametrize("fixture", ["multiclass", "regression"])
def test_words_are_those_of_the_task(request: pytest.FixtureRequest, fixture: str) -> None:
    """Nothing of signal and background but what the toys say themselves."""
    page: str = request.getfixturevalue(fixture)
    own = re.sub(r"(?s)<style>.*?</style>|<script>.*?</script>|<[^>]*>", " ", page)
    said = re.findall(r"[^.<>]*\bbackground\b[^.<>]*", own, re.IGNORECASE)
    assert said == []
    if fixture == "regression":
        assert "AUC" not in own.replace("BDT850 is best, AUC", "")
        assert not re.search(r"\bclass(es)?\b", own.replace("Class", "", 1), re.IGNORECASE)


@pytest.mark.parametrize("fixture", ["toy_multiclass", "toy_regression"])
def test_where_nothing_finished_the_page_says_so(request: pytest.FixtureRequest, fixture: str) -> None:
    results: Results = request.getfixturevalue(fixture)
    methods = {name: results.methods[name] for name in ("SVM", "KNN")}
    text = render(dataclasses.replace(results, methods=methods))
    sentences = {
        "toy_multiclass": ("There are no curves", "There is no confusion matrix", "There is nothing to compare"),
        "toy_regression": ("There are no estimates",),
    }[fixture]
    assert all(each in text for each in (*sentences, "There are no Shapley values", "it takes no negative weights"))
