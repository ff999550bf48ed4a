"""The sample in numbers: what ``results.json`` says under ``dataset``."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - results.json is read by these annotations
from dataclasses import dataclass, field
from typing import Any

from umva.reports.results.quantities import Histogram, Number  # noqa: TC001 - as above

__all__ = ["ClassCount", "DatasetSummary", "InputFile", "VariableSummary"]


@dataclass(frozen=True)
class VariableSummary:
    """An input variable before any transformation, on the training part.

    Parameters
    ----------
    name, expression, title, unit
        How it is called, computed, titled, and its unit.
    rank
        1 tells most by itself: separates best (TMVA's method-unspecific ranking; of several classes the mean over all
        pairs), or has the largest absolute correlation with the target (the mean over targets).
    histograms
        Densities by class, all with the same edges: keys as in :attr:`DatasetSummary.counts`.
    separation
        As TMVA defines it, from 40 bins; of several classes the mean over all pairs. None in a regression.
    target_correlation
        In a regression, the linear correlation coefficient with each target; of a target, with each other one.
    """

    name: str
    expression: str
    title: str
    unit: str
    rank: int
    histograms: Mapping[str, Histogram]
    separation: Number | None = None
    target_correlation: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True)
class ClassCount:
    """Events of one class in one part.

    Parameters
    ----------
    n_events, n_negative
        Number of events, and of those whose weight is negative.
    sum_weights
        Sum of the user's weights, not renormalised.
    n_eff
        Effective number of events, (sum w)^2 / sum w^2.
    """

    n_events: int
    sum_weights: float
    n_eff: float
    n_negative: int


@dataclass(frozen=True)
class InputFile:
    """Where events came from.

    Parameters
    ----------
    source
        File and tree, or what else the events were read from.
    label
        Their class, as the user calls it.
    n_entries, n_selected
        Events in it, and those that passed the cuts.
    bytes, sha256
        Size and checksum of the file, where it is one.
    weight, cut
        A factor on the weights and a cut for this sample alone.
    cross_section
        In pb, where the factor is made of one.
    """

    source: str
    label: str
    n_entries: int
    n_selected: int
    bytes: int | None = None
    sha256: str | None = None
    weight: float = 1.0
    cut: str | None = None
    cross_section: float | None = None


@dataclass(frozen=True)
class DatasetSummary:
    """The sample that all methods shared.

    Parameters
    ----------
    n_events
        Events in all parts.
    counts
        By class, then by part: ``counts["signal"]["train"]``. The two classes are ``"signal"`` and ``"background"``;
        several go by their labels; the events of a regression are ``"events"``.
    variables
        In the order of booking.
    targets
        In a regression, the numbers to estimate, summarised like variables; ranks by their order.
    correlation
        By class, as in ``counts``: rows of the matrix of weighted linear correlation coefficients, -1 to 1.
    split_sha256
        Fingerprint of which event went where.
    cuts, weights
        Expressions by class as the user calls it; ``"all"`` for both. A weight of a class takes the place of the
        common one, a cut of a class comes on top.
    files
        What the events were read from.
    notes
        What the reader should know of the sample.
    """

    n_events: int
    counts: Mapping[str, Mapping[str, ClassCount]]
    variables: tuple[VariableSummary, ...]
    spectators: tuple[str, ...]
    correlation: Mapping[str, tuple[tuple[float, ...], ...]]
    split: Mapping[str, Any]
    split_sha256: str
    cuts: Mapping[str, str]
    weights: Mapping[str, str]
    files: tuple[InputFile, ...]
    targets: tuple[VariableSummary, ...] = ()
    notes: tuple[str, ...] = ()
