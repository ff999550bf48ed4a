"""Overtraining: responses on train and test, and the tests that they are one distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.digits import count, measured, probability, rounded
from umva.reports.measures.overtraining import MILD_SHARE, STRONG_SHARE
from umva.reports.page.view import Cell, Chapter

if TYPE_CHECKING:
    from umva.reports.page.view import View
    from umva.reports.results import HypothesisTest, MethodResult, Number

__all__ = ["CHAPTER"]


def _prepare(view: View) -> dict[str, Any]:
    """Return the methods that were tested, and a row of tests for each."""
    methods = list(view.results.methods.values())
    return {
        "shown": [each for each in methods if each.response],
        "rows": [(each, view.swatch(each.name), _tests(each)) for each in methods if each.overtraining],
        "mild": round(100 * MILD_SHARE),
        "strong": round(100 * STRONG_SHARE),
        "missing": [each for each in methods if not each.response],
    }


def _tests(method: MethodResult) -> list[Cell]:
    """Return the gap and the four tests."""
    found = method.overtraining
    if found is None:
        return []
    tests = (found.ks_signal, found.ks_background, found.chi2_signal, found.chi2_background)
    return [_gap(found.auc_gap), *(_test(each) for each in tests)]


def _gap(gap: Number) -> Cell:
    """Return the gap with its interval."""
    if gap.low is None or gap.high is None:
        return Cell(measured(gap), gap.value)
    low, high = (rounded(limit, gap.error)[0] for limit in (gap.low, gap.high))
    return Cell(measured(gap), gap.value, (f"95 %: {low} to {high}",))


def _test(test: HypothesisTest) -> Cell:
    """Return the p-value, with statistic and effective numbers of events in small print."""
    text = f"p = {probability(test.p_value)}".replace("= <", "<")
    if test.n_dof is not None:
        return Cell(text, test.p_value, (f"χ²/n = {test.statistic:.1f}/{test.n_dof}",))
    events = f"n = {count(round(test.n_eff_train))} | {count(round(test.n_eff_test))}"
    return Cell(text, test.p_value, (f"D = {test.statistic:.3f}", events))


CHAPTER = Chapter("overtraining", "Overtraining", "Overtraining", _prepare)
