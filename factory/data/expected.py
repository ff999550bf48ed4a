"""Numbers of events that the experiment expects: what the user says of them, and what follows from cross-sections.

A sample with a cross-section is weighed so that the weights of all events that were read, before any cut, sum to
cross-section times luminosity. What passes the cuts then is expected, those events included that are in no part of the
split; where whole samples are given to parts, each part stands for all that is expected, and those of the test count.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import DataError, did_you_mean
from umva.factory.data.split_plan import is_number
from umva.reports.measures.merit import MERITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from umva.factory.data.declaration import Declaration, SampleSpec
    from umva.reports.results import Expected

__all__ = ["expected", "factor", "positive", "said", "with_factors"]

GIVEN = "as given"
BY_SECTION = "cross-section \N{MULTIPLICATION SIGN} luminosity of {:g}/pb"


def positive(value: float, what: str) -> float:
    """Return a number, or raise DataError unless it is finite and above 0."""
    if not is_number(value) or not np.isfinite(value) or value <= 0:
        msg = f"{what} must be a number above 0, got {value!r}"
        raise DataError(msg)
    return float(value)


def said(
    before: Expected, yields: Mapping[str, float], background_uncertainty: float | None, merit: str | None
) -> Expected:
    """Return what was said before with what is said now.

    Raises
    ------
    DataError
        If a number is not above 0, the uncertainty negative, or the figure of merit unknown.

    Examples
    --------
    >>> from umva.reports.results import Expected
    >>> said(Expected(merit="AMS"), {"signal": 100}, None, None).yields
    {'signal': 100.0}
    """
    fresh = {name: positive(value, f"the expected number of {name!r} events") for name, value in yields.items()}
    uncertainty = before.background_uncertainty if background_uncertainty is None else background_uncertainty
    if not is_number(uncertainty) or not 0 <= uncertainty < np.inf:
        msg = f"the uncertainty of the background must be a share of it, 0.1 for 10 %, got {uncertainty!r}"
        raise DataError(msg)
    if merit is not None and merit not in MERITS:
        msg = f"unknown figure of merit {merit!r}: {did_you_mean(str(merit), MERITS)}"
        raise DataError(msg)
    return replace(
        before,
        yields={**before.yields, **fresh},
        background_uncertainty=float(uncertainty),
        merit=merit or before.merit,
    )


def factor(sample: SampleSpec, luminosity: float | None, generated: float) -> float:
    """Return the factor on the weights of a sample: its weight, or what its cross-section makes of it.

    Parameters
    ----------
    sample, luminosity
        As declared.
    generated
        Sum of the weights of all events of the sample, before the cuts and without a factor.

    Raises
    ------
    DataError
        If that sum is not above 0 and there is a cross-section.
    """
    if sample.cross_section is None or luminosity is None:
        return sample.weight
    if not np.isfinite(generated) or generated <= 0:
        msg = f"the weights of a {sample.label!r} sample sum to {generated:g} before the cuts; its cross-section needs a sum"
        msg += " above 0: give weight=... in its place"
        raise DataError(msg)
    return sample.cross_section * luminosity / generated


def with_factors(declaration: Declaration, factors: Iterable[float]) -> Declaration:
    """Return the declaration with the factor of each sample as it was found, in place of any cross-section.

    Where the weights of the same events vary, what was generated stays the same.
    """
    samples = zip(declaration.samples, factors, strict=True)
    fixed = tuple(replace(sample, weight=each, cross_section=None) for sample, each in samples)
    return replace(declaration, samples=fixed, luminosity=None)


def expected(declaration: Declaration, weights: Iterable[tuple[int, NDArray[np.float64]]]) -> Expected:
    """Return what is expected of each class, by the name that it has in results.

    Parameters
    ----------
    declaration
        What was declared.
    weights
        Chunk by chunk the place of the sample in the declaration, and the weights of the selected events.
    """
    samples = declaration.samples
    by_part = any(each.part is not None for each in samples)
    sums = dict.fromkeys(range(len(samples)), 0.0)
    for place, weight in weights:
        sums[place] += float(weight.sum())
    names, own = declaration.result_names, declaration.expected
    yields, origins = {}, {}
    for label, name in names.items():
        if label in own.yields or name in own.yields:
            yields[name], origins[name] = own.yields.get(label, own.yields.get(name, 0.0)), GIVEN
        elif any(each.cross_section is not None for each in samples if each.label == label):
            counted = [
                total
                for total, each in zip(sums.values(), samples, strict=True)
                if each.label == label and (not by_part or each.part == "test")
            ]
            yields[name], origins[name] = max(sum(counted), 0.0), BY_SECTION.format(declaration.luminosity)
    return replace(own, yields=yields, origins=origins)
