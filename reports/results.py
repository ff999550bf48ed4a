"""Every number of a comparison: plain frozen dataclasses, and ``results.json``, which mirrors them field by field.

The page, the tables and the figures are made from these alone; no event is needed to draw them again. The file carries
``schema_version``; it grows by new fields, and a field that changes its meaning raises the version.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - results.json is read by these annotations
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from umva.errors import ReportError

__all__ = [
    "ClassCount",
    "Comparison",
    "DatasetSummary",
    "Histogram",
    "HypothesisTest",
    "InputFile",
    "MethodResult",
    "Number",
    "Overtraining",
    "ResponsePlot",
    "Results",
    "RocCurve",
    "Timing",
    "TrainTest",
    "TrainingCurves",
    "VariableSummary",
]

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Number:
    """A measured number.

    Parameters
    ----------
    value
        Its value.
    error
        One standard deviation; None says that it has none, and ``note`` says why.
    low, high
        Limits of the 95 % interval, where there is one.
    note
        What the reader should know, for instance ``"exact"``.
    """

    value: float
    error: float | None = None
    low: float | None = None
    high: float | None = None
    note: str | None = None


@dataclass(frozen=True)
class TrainTest:
    """The same number on the training and on the test part."""

    train: Number
    test: Number


@dataclass(frozen=True)
class Histogram:
    """A weighted histogram, as density unless said otherwise.

    Parameters
    ----------
    edges
        ``n_bins + 1`` edges.
    values, errors
        Content of each bin and its error, sqrt of the sum of squared weights, both divided by the bin width and by the
        sum of all weights, those outside included.
    underflow, overflow
        Share of the weight outside, 0 to 1.
    """

    edges: tuple[float, ...]
    values: tuple[float, ...]
    errors: tuple[float, ...]
    underflow: float = 0.0
    overflow: float = 0.0


@dataclass(frozen=True)
class RocCurve:
    """Signal against background efficiency, at most 400 points, falling cut.

    Parameters
    ----------
    signal_efficiency, background_efficiency
        Weighted efficiencies at common cuts, both rising from 0 to 1.
    background_error
        Error of the background efficiency at each point.
    """

    signal_efficiency: tuple[float, ...]
    background_efficiency: tuple[float, ...]
    background_error: tuple[float, ...]


@dataclass(frozen=True)
class HypothesisTest:
    """A test that two samples come from one distribution.

    Parameters
    ----------
    statistic
        The distance found.
    p_value
        Probability of at least this distance if they do.
    n_eff_train, n_eff_test
        Effective numbers of events, (sum w)^2 / sum w^2.
    n_dof
        Degrees of freedom of a chi2.
    """

    statistic: float
    p_value: float
    n_eff_train: float
    n_eff_test: float
    n_dof: int | None = None


@dataclass(frozen=True)
class Overtraining:
    """Whether the method knows its training events better than new ones, and whether it matters.

    Parameters
    ----------
    verdict
        ``"none"``, ``"mild"`` or ``"strong"``; the thresholds stand in ``umva.reports.measures.overtraining``.
    sentence
        What it means, for a reader in a hurry.
    ks_signal, ks_background
        Unbinned weighted Kolmogorov-Smirnov tests of train against test responses.
    chi2_signal, chi2_background
        Binned tests of the same.
    auc_gap
        AUC on train minus AUC on test.
    """

    verdict: str
    sentence: str
    ks_signal: HypothesisTest
    ks_background: HypothesisTest
    chi2_signal: HypothesisTest
    chi2_background: HypothesisTest
    auc_gap: Number


@dataclass(frozen=True)
class ResponsePlot:
    """Densities of the response, all with the same edges."""

    train_signal: Histogram
    train_background: Histogram
    test_signal: Histogram
    test_background: Histogram


@dataclass(frozen=True)
class Comparison:
    """A method against the best one, on the same events.

    Parameters
    ----------
    reference
        The best method.
    difference
        AUC of the reference minus AUC of this method, with the error of the paired difference.
    p_value, p_corrected
        Probability of such a difference by chance; corrected (Holm) for the number of methods.
    sentence
        ``"BDT is better than MLP by 0.006 ± 0.002"``.
    """

    reference: str
    difference: Number
    p_value: float
    p_corrected: float
    sentence: str


@dataclass(frozen=True)
class Timing:
    """Times, which differ from run to run."""

    train_s: float
    apply_us_per_event: float
    shap_s: float | None = None


@dataclass(frozen=True)
class TrainingCurves:
    """See ``umva.methods.Curves``."""

    step: str
    quantity: str
    values: Mapping[str, tuple[float, ...]]
    best: int | None = None


@dataclass(frozen=True)
class MethodResult:
    """All that is known of one method. A method that did not finish has a status, a reason and its options only.

    Parameters
    ----------
    name, method, title
        The booked name, the registered name, and the first line of its documentation.
    status
        ``"ok"``, ``"failed"`` or ``"skipped"``.
    reason, traceback
        Why it failed or was skipped.
    options, transform
        As resolved, and the input transformation.
    notes
        Sentences for the reader: events left out for negative weights, early stop, ...
    auc, separation, significance
        Separation and significance as TMVA defines them.
    signal_efficiency
        Keys ``"0.01"``, ``"0.10"``, ``"0.30"``: the background efficiency it is read at.
    shap, shap_note
        Mean absolute Shapley value by variable as a share of their sum, largest first, and how it was found.
    """

    name: str
    method: str
    title: str
    status: str
    options: Mapping[str, Any] = field(default_factory=dict)
    transform: str = "I"
    reason: str | None = None
    traceback: str | None = None
    notes: tuple[str, ...] = ()
    auc: TrainTest | None = None
    signal_efficiency: Mapping[str, TrainTest] = field(default_factory=dict)
    separation: Number | None = None
    significance: Number | None = None
    roc: RocCurve | None = None
    response: ResponsePlot | None = None
    overtraining: Overtraining | None = None
    comparison: Comparison | None = None
    shap: Mapping[str, Number] = field(default_factory=dict)
    shap_note: str | None = None
    curves: TrainingCurves | None = None
    time: Timing | None = None


@dataclass(frozen=True)
class VariableSummary:
    """An input variable; ``rank`` 1 separates best by itself (TMVA's method-unspecific ranking)."""

    name: str
    expression: str
    title: str
    unit: str
    rank: int
    separation: Number
    signal: Histogram
    background: Histogram


@dataclass(frozen=True)
class ClassCount:
    """Events of one class in one part; ``n_eff`` is (sum w)^2 / sum w^2."""

    n_events: int
    sum_weights: float
    n_eff: float
    n_negative: int


@dataclass(frozen=True)
class InputFile:
    """Where events came from."""

    label: str
    sample: str
    n_entries: int
    n_selected: int
    bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class DatasetSummary:
    """The sample that all methods shared.

    Parameters
    ----------
    n_events
        Events in all parts.
    counts
        By class, then by part: ``counts["signal"]["train"]``.
    variables
        In the order of booking.
    correlation
        By class: rows of the weighted linear correlation matrix of the variables, in percent of 1 (-1 to 1).
    split_sha256
        Fingerprint of which event went where.
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
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Results:
    """A whole comparison. ``methods`` is ordered by falling test AUC, methods without one last."""

    title: str
    seed: int
    verdict: str
    dataset: DatasetSummary
    methods: Mapping[str, MethodResult]
    provenance: Mapping[str, Any]
    schema_version: int = SCHEMA_VERSION

    def report(self, path: str | Path, *, figures: str | Path | None = None) -> Path:
        """Write the page, one HTML file, and return its path.

        Parameters
        ----------
        path
            Of the HTML file; its folder is made if it is not there.
        figures
            A folder for the same figures as PDF files, if they are wanted.

        Raises
        ------
        ReportError
            If something cannot be written there.
        """
        from umva.reports.figures import draw_all, write_figures
        from umva.reports.page import render

        target = Path(path)
        fresh = target.with_name(f".{target.name}.new")
        drawings = draw_all(self)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(render(self, drawings=drawings), encoding="utf-8")
            fresh.replace(target)
            if figures is not None:
                write_figures(self, Path(figures), drawings=drawings)
        except OSError as error:
            msg = f"{target}: cannot write the report there ({error.strerror})"
            raise ReportError(msg) from error
        return target
