"""The numbers that the script of the page needs: names of the methods, and what passes each cut."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from umva.reports.figures.style import N_SERIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from umva.reports.results import CutScan, Discrimination, Expectation, Results, RocCurve

__all__ = ["numbers"]

DIGITS = 5
"""Significant digits of efficiencies and cuts: more than their errors leave."""


def numbers(results: Results) -> dict[str, Any]:
    """Return what is to stand in the page as JSON; numbers that are not finite are none.

    Parameters
    ----------
    results
        The comparison.

    Returns
    -------
    dict
        ``methods``: names by place; ``colors``: after so many methods colours come again; ``rocs``: by method and class
        the ROC curve, background efficiency with error (``s``, ``b``, ``be``); ``scans``: the cuts, efficiencies with
        errors and numbers of events (``ns``, ``nb``); ``expectations``: by class what is expected before the cut.

    Examples
    --------
    >>> from umva.reports.results import DatasetSummary, MethodResult, Results, RocCurve
    >>> sample = DatasetSummary(0, {}, (), (), {}, {}, "", {}, {}, ())
    >>> method = MethodResult(name="A", method="BDT", title="", status="ok", roc=RocCurve((0, 1), (0, 1), (0, 0)))
    >>> numbers(Results("toy", 1, "", sample, {"A": method}, {}))["rocs"]
    [{'method': 0, 'label': 'signal', 's': [0.0, 1.0], 'b': [0.0, 1.0], 'be': [0.0, 0.0]}]
    """
    return {
        "methods": list(results.methods),
        "colors": N_SERIES,
        "rocs": [
            {"method": place, "label": label, **_curve(found.roc)}
            for place, label, found in _discriminations(results)
            if found.roc is not None
        ],
        "scans": [
            {"method": place, "label": label, **_scan(found.scan)}
            for place, label, found in _discriminations(results)
            if found.scan is not None and found.scan.cut
        ],
        "expectations": {label: _expected(each) for label, each in results.expectations.items()},
    }


def _discriminations(results: Results) -> Iterator[tuple[int, str, Discrimination]]:
    """Go through what is told apart: of two classes by every method, of several each class by every method."""
    for place, method in enumerate(results.methods.values()):
        yield place, "signal", method
        for label, found in method.classes.items():
            yield place, label, found


def _curve(roc: RocCurve) -> dict[str, Any]:
    """Return the columns of a ROC curve under short names."""
    return {
        "s": _rounded(roc.signal_efficiency),
        "b": _rounded(roc.background_efficiency),
        "be": _rounded(roc.background_error),
    }


def _scan(scan: CutScan) -> dict[str, Any]:
    """Return the columns of a scan under short names."""
    return {
        "cut": _rounded(scan.cut),
        "s": _rounded(scan.signal_efficiency),
        "se": _rounded(scan.signal_error),
        "b": _rounded(scan.background_efficiency),
        "be": _rounded(scan.background_error),
        "ns": list(scan.n_signal),
        "nb": list(scan.n_background),
    }


def _expected(expectation: Expectation) -> dict[str, Any]:
    """Return yields and what is to be largest."""
    return {
        "s": expectation.signal,
        "b": expectation.background,
        "share": expectation.background_uncertainty,
        "merit": expectation.merit,
        "origin": expectation.origin,
    }


def _rounded(values: Iterable[float]) -> list[float | None]:
    """Return numbers without needless digits."""
    return [float(f"{each:.{DIGITS}g}") if math.isfinite(each) else None for each in values]
