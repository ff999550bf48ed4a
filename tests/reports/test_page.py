"""The page: sound HTML, complete without network and script, every number as measured, every name escaped."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from umva.reports.digits import MINUS, measured, probability
from umva.reports.figures import draw_all
from umva.reports.page import render
from umva.reports.page.cells import hypothesis, timing
from umva.reports.page.chapters import CHAPTERS
from umva.reports.results import HypothesisTest, Number, Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from umva.reports.figures.drawing import Drawing, Key
    from umva.reports.results import MethodResult, Results

    MakeResults = Callable[[int, int], Results]
    DrawingsOf = Callable[[str], dict[Key, Drawing]]

NASTY = "<script>alert('&\"')</script>"
AS_TABLES = {"confusion", "correlation", "importance", "permutation"}
"""Figures that the page has as tables."""
VOID = {"meta", "br", "wbr", "hr", "img", "input", "link"}


class Page(HTMLParser):
    """A page, read with care: unbalanced tags are errors."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None], tuple[str, ...]]] = []
        self.cells: list[tuple[float, str]] = []
        self.text = ""
        self._value: float | None = None
        self._cell = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        assert len(found) == len(attrs), f"an attribute stands twice in <{tag}>"
        self.tags.append((tag, found, tuple(self.open)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "td":
            self._cell = ""
            self._value = float(value) if (value := found.get("data-value")) else None

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID or "svg" in self.open, f"<{tag}/> is no empty element of HTML"
        self.tags.append((tag, dict(attrs), tuple(self.open)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "td" and self._value is not None:
            self.cells.append((self._value, self._cell))

    def handle_data(self, data: str) -> None:
        self.text += data
        if not {"small", "sup"} & set(self.open):
            self._cell += data

    def attributes(self, name: str) -> list[str]:
        """Return all values of an attribute."""
        return [value for _, found, _ in self.tags if (value := found.get(name)) is not None]


@pytest.fixture(scope="module")
def html(page_of: Callable[[str], str]) -> str:
    return page_of("classification")


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


FIXTURES = {"classification": "toy_results", "multiclass": "toy_multiclass", "regression": "toy_regression"}


@pytest.fixture(scope="module", params=FIXTURES)
def any_results(request: pytest.FixtureRequest) -> Results:
    results: Results = request.getfixturevalue(FIXTURES[request.param])
    return results


@pytest.fixture(scope="module")
def any_html(any_results: Results, page_of: Callable[[str], str]) -> str:
    return page_of(any_results.task)


@pytest.fixture(scope="module")
def any_page(any_html: str) -> Page:
    return Page(any_html)


def finished(results: Results) -> list[MethodResult]:
    return [each for each in results.methods.values() if each.status == "ok"]


def test_the_page_is_small(html: str) -> None:
    assert len(html.encode()) < 1_300_000


def test_it_is_the_same_each_time(make_results: MakeResults) -> None:
    results = make_results(3, 1)
    assert render(results, drawings=draw_all(results)) == render(results)


def test_nothing_is_fetched(any_html: str, any_page: Page) -> None:
    assert not re.search(r"https?:|@import|url\((?!#)", any_html)
    assert not {"src", "srcset", "action", "data"} & {name for _, found, _ in any_page.tags for name in found}
    assert not {"link", "iframe", "img", "object", "embed"} & {tag for tag, _, _ in any_page.tags}
    assert all(value.startswith("#") for value in any_page.attributes("href"))


def test_only_our_script_may_run(any_html: str) -> None:
    (script,) = re.findall(r"<script>(.*?)</script>", any_html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'" in any_html
    assert not re.search(r"\son\w+=", re.sub(r"<script>.*?</script>", "", any_html, flags=re.DOTALL))


def test_text_from_the_data_is_escaped(any_html: str, any_page: Page, any_results: Results) -> None:
    assert NASTY not in any_html
    assert any_html.count("<script") == 2
    assert f"{any_results.title} \N{EN DASH} umva" in any_page.text
    assert any_page.text.count(NASTY) > 20
    assert "Größe" in any_page.text


def test_anchors_and_identifiers(any_page: Page, any_results: Results) -> None:
    identifiers = any_page.attributes("id")
    assert len(set(identifiers)) == len(identifiers)
    targets = {value[1:] for value in any_page.attributes("href")} | set(any_page.attributes("aria-labelledby"))
    assert targets <= set(identifiers)
    chapters = {each.key: any_results.task in each.tasks for each in CHAPTERS}
    assert {key for key in chapters if key in identifiers} == {key for key, here in chapters.items() if here}


def test_structure_for_screen_readers(any_page: Page, any_results: Results, drawings_of: DrawingsOf) -> None:
    tags = [tag for tag, _, _ in any_page.tags]
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert tags.count("caption") == tags.count("table")
    assert all(found.get("scope") for tag, found, _ in any_page.tags if tag == "th")
    drawings = [found for tag, found, _ in any_page.tags if tag == "svg" and found.get("class") == "drawing"]
    assert all(found.get("role") == "img" and found.get("aria-label") for found in drawings)
    drawn = [key for key in drawings_of(any_results.task) if key[0] not in AS_TABLES]
    assert len(drawings) == len(drawn), "every figure stands on the page, once"
    assert next(found for tag, found, _ in any_page.tags if tag == "html")["lang"] == "en"


def test_each_cell_shows_the_number_it_holds(any_page: Page) -> None:
    """Value and text of a cell agree to half of the last digit shown; shares are in percent, small targets in 1/1000."""
    checked = 0
    for value, text in any_page.cells:
        if found := re.fullmatch(rf"({MINUS}?)(\d+(?:\.(\d+))?)(?: ± ([\d.]+))?", text.strip()):
            shown = float(found[2]) * (-1 if found[1] else 1)
            half = 0.5 * 10.0 ** -len(found[3] or "")
            assert any(abs(factor * value - shown) <= half * 1.001 for factor in (1, 100, 1000)), text
            checked += 1
    assert checked > 100


def test_the_leaderboard_has_every_number_of_the_results(page: Page, toy_results: Results) -> None:
    cells = dict(page.cells)
    for each in finished(toy_results):
        assert each.auc
        assert each.overtraining
        assert each.time
        assert each.separation
        assert cells[each.auc.test.value] == measured(each.auc.test)
        assert f"train {measured(each.auc.train)}" in page.text
        for pair in each.signal_efficiency.values():
            test, train = (
                measured(Number(100 * each.value, 100 * (each.error or 0))) for each in (pair.test, pair.train)
            )
            assert cells[pair.test.value] == test
            assert f"train {train}" in page.text
        assert cells[each.separation.value] == measured(each.separation)
        assert cells[each.time.train_s] == "3.2 s"
        assert cells[each.overtraining.auc_gap.value] == measured(each.overtraining.auc_gap)
        assert cells[each.overtraining.ks_background.p_value] == "p = 0.0012"
        assert each.overtraining.sentence in page.text
        if each.comparison:
            assert cells[each.comparison.difference.value] == measured(each.comparison.difference)
            assert f"p = {probability(each.comparison.p_corrected)}" in page.text
            assert each.comparison.sentence in page.text


def test_variables_counts_and_provenance_are_there(page: Page, toy_results: Results) -> None:
    cells = dict(page.cells)
    for variable in toy_results.dataset.variables:
        assert variable.separation
        assert cells[variable.separation.value] == measured(variable.separation)
        assert variable.expression in page.text
    for share in toy_results.methods["BDT850"].shap.values():
        assert cells[share.value].startswith(f"{100 * share.value:.1f} ± 0.4")
    for fact in (toy_results.dataset.split_sha256, "genWeight * sf", "pt > 20 && abs(eta) < 2.5", "2.4.6", "0.1.0"):
        assert fact in page.text


def test_what_holds_for_many_is_said_once(toy_results: Results) -> None:
    note = "527 of 7954 training events were left out."
    methods = {
        name: dataclasses.replace(each, notes=(note,)) if name in {"BDT850", "Fisher"} else each
        for name, each in toy_results.methods.items()
    }
    text = Page(render(dataclasses.replace(toy_results, methods=methods), drawings={})).text
    assert f"BDT850, Fisher: {note}" in text


def test_classes_weights_and_cuts_of_the_user(toy_results: Results) -> None:
    dataset = dataclasses.replace(
        toy_results.dataset,
        weights={"all": "w", "gamma": "w * sf"},
        cuts={"all": "pt > 20 || met > 5", "gamma": "eta < 2"},
        split={"mode": "random", "norm_mode": "EqualNumEvents", "test": None},
    )
    provenance = {**toy_results.provenance, "classes": {"signal": "gamma", "background": "proton"}}
    html = render(dataclasses.replace(toy_results, dataset=dataset, provenance=provenance), drawings={})
    text = Page(html).text
    assert "signal (gamma) against background (proton)" in text
    assert "<code>w * sf</code></td><td><code>(pt &gt; 20 || met &gt; 5) &amp;&amp; (eta &lt; 2)</code>" in html
    assert "<code>w</code></td><td><code>pt &gt; 20 || met &gt; 5</code>" in html
    assert "sum to the number of signal training events (NormMode EqualNumEvents)" in text
    assert "the rest" in text
    assert "21 November 2026, 07:30 UTC" in text
    assert "12 (0.8 %)" in text


def test_a_number_without_error_says_why(page: Page) -> None:
    assert "TMVA gives it no error" in page.text


def test_failures_are_shown_with_reason_and_traceback(page: Page, toy_results: Results) -> None:
    failed, skipped = toy_results.methods["SVM"], toy_results.methods["KNN"]
    assert failed.traceback
    assert failed.reason
    assert skipped.reason
    assert failed.traceback in page.text
    assert failed.reason in page.text
    assert skipped.reason in page.text


def test_where_nothing_finished_the_page_says_so(toy_results: Results) -> None:
    left = {name: toy_results.methods[name] for name in ("SVM", "KNN")}
    bare = dataclasses.replace(
        toy_results,
        methods=left,
        provenance={},
        dataset=dataclasses.replace(
            toy_results.dataset, variables=(), correlation={}, files=(), counts={}, cuts={}, weights={}
        ),
    )
    text = Page(render(bare)).text
    for sentence in (
        "There are no curves: no method finished.",
        "There is nothing to compare",
        "There are no Shapley values.",
        "No method reported training curves.",
        "No correlations were measured.",
        "The events came from arrays, not from files.",
    ):
        assert sentence in text


def test_half_measured_methods_and_odd_numbers_are_shown(toy_results: Results) -> None:
    nan = float("nan")
    half = dataclasses.replace(
        toy_results.methods["DNN"],
        auc=None,
        roc=None,
        comparison=None,
        overtraining=None,
        separation=Number(nan, nan),
        time=None,
        shap={},
        shap_note="not enough memory: 12 GB needed",
        signal_efficiency={},
    )
    dataset = toy_results.dataset
    flat = dataclasses.replace(dataset, variables=dataset.variables[:1], correlation={"signal": ((nan,),)})
    page = Page(render(dataclasses.replace(toy_results, methods={"DNN": half}, dataset=flat)))
    assert "not enough memory: 12 GB needed" in page.text
    assert "DNN was not tested for overtraining." in page.text
    assert "n/a" in page.text


def test_a_test_of_too_few_events_has_no_p_value() -> None:
    cell = hypothesis(HypothesisTest(0.0, 1.0, 12.0, 12.0, n_dof=0))
    assert (cell.value, cell.small) == (None, ("too few events",))


def test_times_have_no_powers_of_ten() -> None:
    assert timing(Timing(3.2, 134.2)).small == ("130 µs/event",)


def test_empty_histograms_are_drawn(toy_results: Results) -> None:
    variable = toy_results.dataset.variables[0]
    empty = {
        label: dataclasses.replace(each, values=(0.0,) * 40, errors=(0.0,) * 40)
        for label, each in variable.histograms.items()
    }
    hollow = dataclasses.replace(variable, histograms=empty)
    dataset = dataclasses.replace(toy_results.dataset, variables=(hollow,), correlation={})
    assert variable.name in Page(render(dataclasses.replace(toy_results, methods={}, dataset=dataset))).text
