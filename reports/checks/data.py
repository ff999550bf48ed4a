"""DAT: whether the columns are what they seem to be, and the parts alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.reports.checks.rule import Finding, Rule
from umva.reports.digits import count, equals_p
from umva.reports.judging.sample import classes_of
from umva.reports.measures.comparison import holm
from umva.reports.measures.histogram import Binning, fill
from umva.reports.measures.homogeneity import chi2_test
from umva.reports.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from umva.reports.material import Material
    from umva.reports.results import Results

__all__ = ["RULES", "sentinel"]

PILED = 0.005
"""A value far from all others is suspect if so large a share of the events has it."""

DRIFTED = 1e-4
"""Corrected probability below which two parts are called different."""

FEW_MISSING = 0.05
"""Share of events without a value from which on it is a warning."""


def _missing(material: Material, _results: Results) -> Iterator[Finding]:
    """Find inputs without values."""
    train = material.parts["train"]
    for j, each in enumerate(material.inputs):
        n_missing = int(np.count_nonzero(~np.isfinite(train.X[:, j])))
        if n_missing:
            share = n_missing / len(train.y)
            severity = "warning" if share >= FEW_MISSING else "note"
            yield Finding(
                severity, f"{each.name} has no value in {count(n_missing)} training events ({100 * share:.2g} %)."
            )


def _sentinels(material: Material, _results: Results) -> Iterator[Finding]:
    """Find values that stand for a missing input and were not declared."""
    train = material.parts["train"]
    for j, each in enumerate(material.inputs):
        found = sentinel(np.asarray(train.X[:, j]))
        if found is not None:
            value, share = found
            what = f"{each.name} is {value:g} in {100 * share:.2g} % of the training events, far from all other values"
            yield Finding("warning", f"{what}.")


def sentinel(values: NDArray[np.floating]) -> tuple[float, float] | None:
    """Return a value that many events share far away from all others, with its share; or None.

    Far is a distance from the next value of more than the range of all the others, 1 % at each end left out.

    Examples
    --------
    >>> sentinel(np.array([-999.0] * 50 + list(range(50)))), sentinel(np.arange(100.0))
    ((-999.0, 0.5), None)
    """
    finite = values[np.isfinite(values)]
    for value in (finite.min(), finite.max()) if len(finite) else ():
        others = finite[finite != value]
        share = 1.0 - len(others) / len(finite)
        if len(others) and share >= PILED:
            low, high = np.quantile(others, [0.01, 0.99])
            nearest = np.abs(others - value).min()
            if high > low and nearest > high - low:
                return float(value), float(share)
    return None


def _constant(material: Material, _results: Results) -> Iterator[Finding]:
    """Find inputs that tell nothing."""
    train = material.parts["train"]
    flat = [each.name for j, each in enumerate(material.inputs) if bool((train.X[:, j] == train.X[0, j]).all())]
    if flat:
        yield Finding(
            "warning", f"{listed(flat)} {'has' if len(flat) == 1 else 'have'} one value in all training events."
        )


def _drift(material: Material, results: Results) -> Iterator[Finding]:
    """Find inputs that are distributed otherwise in the test part than in the training part."""
    parts = [material.parts[name] for name in ("train", "test")]
    classes = [classes_of(material, each) for each in parts]
    tests = {}
    for j, each in enumerate(results.dataset.variables):
        columns = [np.asarray(part.X[:, j]) for part in parts]
        for label, drawn in each.histograms.items():
            samples = [
                (column[own[label]], np.asarray(part.weight, dtype=np.float64)[own[label]])
                for column, own, part in zip(columns, classes, parts, strict=True)
            ]
            binning = Binning(drawn.edges[0], drawn.edges[-1], n_bins=len(drawn.values))
            tests[each.name, label] = chi2_test(*(fill(*sample, binning) for sample in samples)).p_value
    for (name, label), p in zip(tests, holm(list(tests.values())), strict=True):
        if p < DRIFTED:
            of_class = "" if label == "events" else f" in {label}"
            yield Finding("warning", f"{name}{of_class} is distributed otherwise in the test part ({equals_p(p)}, χ²).")


RULES = (
    Rule(
        "DAT001",
        "No input is missing",
        "See under Methods what each method makes of missing values.",
        ("sample",),
        _missing,
    ),
    Rule(
        "DAT002",
        "No value stands for a missing one",
        "Declare it: loader.missing(-999), or --missing -999.",
        ("variables",),
        _sentinels,
    ),
    Rule("DAT003", "Every input varies", "Leave it out; it tells nothing.", ("variables",), _constant),
    Rule(
        "DAT004",
        "Training and test part are alike",
        "Events in the order of runs or of simulation call for a random split; else the parts come from different conditions.",
        ("variables",),
        _drift,
    ),
)
