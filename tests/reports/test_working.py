"""Working points of a whole comparison: what is expected, measured, written, drawn and shown."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from umva.errors import ReportError
from umva.reports.digits import measured
from umva.reports.figures.cuts import plot_cuts
from umva.reports.figures.significance import plot_purity, plot_significance
from umva.reports.judging.expectations import expectations, yields
from umva.reports.material import Input, Material, Outcome, Part
from umva.reports.measure import measure
from umva.reports.measures import MERITS, REJECTION_POINTS, merit_scan, merits
from umva.reports.outputs.store import read_results, write_results
from umva.reports.page import render
from umva.reports.results import Expectation, Expected

if TYPE_CHECKING:
    from pathlib import Path

    from umva.reports.results import Results

LABELS = ("prompt", "feed-down", "rest")


def part(seed: int, n_classes: int, n: int = 2000) -> Part:
    """Return events of so many classes; one in ten has a negative weight."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, n).astype(np.int8)
    weight = rng.exponential(size=n) * np.where(rng.uniform(size=n) < 0.1, -1.0, 1.0)
    return Part(rng.normal(size=(n, 1)).astype(np.float32) + y[:, None], y, weight)


def material(n_classes: int = 2, expected: Expected | None = None) -> Material:
    """Return a comparison of two methods."""
    parts = {"train": part(1, n_classes), "test": part(2, n_classes)}
    outcomes = []
    for name, noise in (("Good", 0.5), ("Bad", 2.0)):
        rng = np.random.default_rng(3)
        scores = {}
        for key, each in parts.items():
            seen = each.y + rng.normal(scale=noise, size=len(each.y))
            near = np.exp(-((seen[:, None] - np.arange(n_classes)) ** 2))
            scores[key] = seen if n_classes == 2 else near / near.sum(axis=1, keepdims=True)
        outcomes.append(Outcome(name=name, method="Fisher", title="t", status="ok", scores=scores))
    labels = LABELS if n_classes > 2 else ()
    return Material(
        "toy", 1, (Input("x", "x"),), parts, tuple(outcomes), {}, "", classes=labels, expected=expected or Expected()
    )


@pytest.fixture(scope="module")
def told() -> Results:
    """Return a comparison of two classes whose numbers of events were told."""
    origins = {"signal": "as given", "background": "as given"}
    return measure(material(expected=Expected({"signal": 80.0, "background": 900.0}, origins, 0.1, "S/sqrt(B)")))


def test_sums_of_weights_are_expected_unless_something_is_said() -> None:
    two = material()
    sums = [sum(float(each.weight[each.y == k].sum()) for each in two.parts.values()) for k in (1, 0)]
    (found,) = expectations(two).values()
    assert (found.signal, found.background) == pytest.approx(tuple(sums))
    assert found.origin == "sum of the weights"
    test = two.parts["test"]
    scaled = yields(two)
    assert [scaled[test.y == k].sum() for k in (1, 0)] == pytest.approx(sums)
    assert scaled[test.y == 1] / test.weight[test.y == 1] == pytest.approx(sums[0] / test.weight[test.y == 1].sum())
    weightless = replace(two, parts={**two.parts, "test": replace(test, weight=test.weight * (test.y == 0))})
    np.testing.assert_allclose(yields(weightless)[test.y == 1], 0.0)


def test_what_is_said_counts_class_by_class() -> None:
    several = material(3, Expected({"prompt": 7.0, "rest": 50.0}, {"prompt": "as given", "rest": "as given"}, 0.2))
    own = {
        label: sum(float(each.weight[each.y == k].sum()) for each in several.parts.values())
        for k, label in enumerate(LABELS)
    }
    found = expectations(several)
    assert list(found) == list(LABELS)
    assert found["prompt"].signal == 7.0
    assert found["prompt"].background == pytest.approx(50.0 + own["feed-down"])
    assert found["feed-down"].signal == pytest.approx(own["feed-down"])
    assert found["feed-down"].background == 57.0
    assert found["rest"].origin == "prompt: as given; feed-down: sum of the weights; rest: as given"
    assert {each.background_uncertainty for each in found.values()} == {0.2}


def test_classes_that_are_not_expected_have_no_expectation() -> None:
    assert expectations(material(expected=Expected({"signal": 0.0}))) == {}
    assert measure(material(expected=Expected({"signal": 0.0}))).expectations == {}


@pytest.mark.parametrize("n_classes", [2, 3])
def test_yields_are_efficiencies_times_what_is_expected(n_classes: int) -> None:
    """Of two classes and of several, where the rest is mixed as it is expected."""
    name = "signal" if n_classes == 2 else "rest"
    results = measure(material(n_classes, Expected({name: 33.0}, {name: "as given"}, 0.1)))
    for method in results.methods.values():
        for label, expectation in results.expectations.items():
            each = method.classes.get(label, method)
            assert each.scan
            assert set(each.optima) == set(MERITS) - {"AMS"}
            for merit in MERITS:
                best = each.best_cut(merit)
                assert best
                assert best.signal_efficiency
                assert best.background_efficiency
                k = each.scan.cut.index(best.cut)
                s, b = (
                    expectation.signal * each.scan.signal_efficiency[k],
                    expectation.background * each.scan.background_efficiency[k],
                )
                assert (best.signal.value, best.background.value) == pytest.approx((s, b))
                assert best.value.value == pytest.approx(float(merits(0.1)[merit](s, b)))
                assert best.signal.error == pytest.approx(expectation.signal * each.scan.signal_error[k])
                assert (best.n_signal, best.n_background) == (each.scan.n_signal[k], each.scan.n_background[k])
            assert set(each.rejection) == set(REJECTION_POINTS)


def test_yields_change_significances_and_nothing_else(told: Results) -> None:
    plain = measure(material())
    for name, method in plain.methods.items():
        other = told.methods[name]
        assert (method.auc, method.rejection, method.overtraining) == (other.auc, other.rejection, other.overtraining)
        assert method.scan
        assert other.scan
        assert other.optima["Asimov"].value != method.optima["Asimov"].value
        shared = set(method.scan.cut) & set(other.scan.cut)
        assert len(shared) > 150


def test_all_is_written_and_read_back(told: Results, tmp_path: Path) -> None:
    write_results(told, tmp_path / "results.json")
    found = read_results(tmp_path / "results.json")
    assert found == told
    assert found.expectations["signal"] == Expectation(80.0, 900.0, 0.1, "S/sqrt(B)", "as given")


@pytest.mark.parametrize("merit", MERITS)
def test_every_figure_of_merit_can_be_the_chosen_one(told: Results, merit: str) -> None:
    results = replace(told, expectations={"signal": replace(told.expectations["signal"], merit=merit)})
    figure = plot_significance(results)
    marks = [line for line in figure.axes[0].get_lines() if line.get_marker() == "o"]
    for line, method in zip(marks, results.methods.values(), strict=True):
        best = method.best_cut(merit)
        assert best
        assert best.signal_efficiency
        assert np.asarray(line.get_xydata()).tolist() == [[best.signal_efficiency.value, best.value.value]]
    page = render(results, drawings={})
    chapter = page[page.index('<section id="working"') :]
    assert f"where {chapter.split('The cut where ')[1].split(' is largest')[0]} is largest" in chapter
    for method in results.methods.values():
        best = method.best_cut(merit)
        assert best
        assert measured(best.value) in chapter


def test_curves_begin_where_enough_background_passes(told: Results) -> None:
    place, method = next(iter(enumerate(told.methods.values())))
    assert method.scan
    found = merit_scan(method.scan, told.expectations["signal"])
    enough = found.signal_efficiency[found.known]
    fewest = np.array(method.scan.n_background)[found.known].min()
    assert 10 <= fewest < 60
    for each in method.optima.values():
        assert found.known[method.scan.cut.index(each.cut)]
    for figure in (plot_significance(told), plot_purity(told)):
        curve = next(each for each in figure.axes[0].get_lines() if each.get_gid() == f"method-{place}")
        x = np.asarray(curve.get_xdata())
        assert (x.min(), x.max()) == (enough.min(), enough.max())


def test_cuts_of_one_method_are_drawn_with_the_best(told: Results) -> None:
    method = told.methods["Good"]
    best = method.best_cut("S/sqrt(B)")
    assert best
    upper, lower = plot_cuts(method, told.expectations["signal"], 1).axes
    assert [each.get_label() for each in upper.get_lines()[:3]] == ["signal", "background", "purity"]
    assert np.asarray(lower.get_lines()[2].get_xydata()).tolist() == [[best.cut, best.value.value]]
    low, high = lower.get_xlim()
    assert low < best.cut < high
    with pytest.raises(ReportError, match="method 'Good' has no scan of cuts to draw"):
        plot_cuts(replace(method, scan=None), told.expectations["signal"])


def test_the_chapter_says_where_numbers_come_from_and_what_is_doubtful(told: Results) -> None:
    def words(results: Results) -> str:
        page = render(results, drawings={})
        chapter = page[page.index('<section id="working"') :].split("</section>")[0]
        return html.unescape(re.sub(r"<[^>]*>", " ", chapter))

    assert "Nobody said how many" not in words(told)
    assert "as given" in words(told)
    plain = measure(material())
    assert "Nobody said how many" in words(plain)
    method = plain.methods["Good"]
    doubtful = replace(method.optima["Asimov"], warning="nobody <knows>")
    results = replace(
        plain, methods={**plain.methods, "Good": replace(method, optima={**method.optima, "Asimov": doubtful})}
    )
    assert "nobody <knows>" in words(results)
    assert "There are no cuts to choose" in words(replace(plain, expectations={}))
