"""Overtraining: responses on train and test, and the tests that they are one distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.digits import equals_p
from umva.reports.measures.gap import MILD_SHARE, STRONG_SHARE
from umva.reports.page.cells import gap, hypothesis, mean_square, with_interval
from umva.reports.page.table import Column, tabulate
from umva.reports.page.view import Cell, Chapter

if TYPE_CHECKING:
    from umva.reports.page.view import View
    from umva.reports.results import Discrimination, Overtraining, TmvaKolmogorov

__all__ = ["CHAPTER", "cross_checks", "thresholds", "train_against_test"]


def _prepare(view: View) -> dict[str, Any]:
    """Return the methods that were tested, and a row of tests for each."""
    methods = list(view.results.methods.values())
    tested = [each for each in methods if each.overtraining]
    columns = train_against_test("signal", "background")
    return {
        **thresholds(),
        "shown": [each for each in methods if each.response],
        "tests": tabulate(view, columns, [(each, each.overtraining) for each in tested]),
        "checks": tabulate(view, cross_checks("signal", "background"), [(each, each) for each in tested]),
        "missing": [each for each in methods if not each.response],
    }


def thresholds() -> dict[str, int]:
    """Return from which shares of what is missing to perfection on a gap is mild or strong, in percent."""
    return {"mild": round(100 * MILD_SHARE), "strong": round(100 * STRONG_SHARE)}


def train_against_test(signal: str, background: str) -> list[Column[Overtraining]]:
    """Return verdict, gap and the six tests, for classes that are called so."""
    smirnov, darling, binned = "Kolmogorov\N{EN DASH}Smirnov", "Anderson\N{EN DASH}Darling", "χ²"
    return [
        Column("Verdict", lambda found, _: Cell(verdict=found.verdict), words=True),
        Column("AUC gap", lambda found, notes: gap(found.auc_gap, notes)),
        Column(signal, lambda found, _: hypothesis(found.ks_signal), group=smirnov),
        Column(background, lambda found, _: hypothesis(found.ks_background), group=smirnov),
        Column(signal, lambda found, _: mean_square(found.ad_signal), group=darling),
        Column(background, lambda found, _: mean_square(found.ad_background), group=darling),
        Column(signal, lambda found, _: hypothesis(found.chi2_signal), group=binned),
        Column(background, lambda found, _: hypothesis(found.chi2_background), group=binned),
    ]


def cross_checks(signal: str, background: str) -> list[Column[Discrimination]]:
    """Return the area by formula and by resampling, and Kolmogorov's test as TMVA makes it."""
    areas, tmva = "AUC on test", "Kolmogorov as TMVA"
    return [
        Column("DeLong", lambda found, notes: with_interval(found.auc.test if found.auc else None, notes), group=areas),
        Column("resampled", lambda found, notes: with_interval(found.auc_bootstrap, notes), group=areas),
        Column(
            signal,
            lambda found, _: _as_tmva(found.overtraining.tmva_signal if found.overtraining else None),
            group=tmva,
        ),
        Column(
            background,
            lambda found, _: _as_tmva(found.overtraining.tmva_background if found.overtraining else None),
            group=tmva,
        ),
    ]


def _as_tmva(found: TmvaKolmogorov | None) -> Cell:
    """Return the probability that TMVA prints, with the one by Kolmogorov's law and the distance in small print."""
    if found is None:
        return Cell()
    text = equals_p(found.p_thrown) if found.p_thrown else "p < 0.001"
    small = f"without X: {equals_p(found.p_value)}", f"D = {found.distance:.3f}"
    return Cell(text, found.p_thrown, small)


CHAPTER = Chapter("overtraining", "Overtraining", "Overtraining", _prepare, tasks=("classification",))
