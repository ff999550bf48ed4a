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
from umva.reports.dataset import ClassCount, DatasetSummary, InputFile, VariableSummary
from umva.reports.quantities import Histogram, HypothesisTest, Number, RocCurve, TrainTest

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
    """Times by the clock, which differ from run to run; each was taken once and has no error.

    Parameters
    ----------
    train_s
        Of the training, in seconds.
    apply_us_per_event
        Of the response to one event, in microseconds, averaged over many events at once.
    shap_s
        Of the Shapley values, in seconds.
    """

    train_s: float
    apply_us_per_event: float
    shap_s: float | None = None


@dataclass(frozen=True)
class TrainingCurves:
    """What was followed during the training, step by step.

    Parameters
    ----------
    step
        What a step is: ``"epoch"``, ``"tree"``.
    quantity
        What was measured after each step, such as ``"log loss"``.
    values
        By part of the events (``"train"``, ``"validation"``): one value a step.
    best
        The step that was kept, counted from 1.
    """

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
class Results:
    """A whole comparison, and the root of ``results.json``.

    Parameters
    ----------
    title, seed
        As given by the user.
    verdict
        How the comparison came out, in a few sentences.
    dataset
        The sample.
    methods
        By booked name, ordered by falling test AUC, methods without one last.
    provenance
        Facts by kind: ``versions`` of packages, ``classes`` as the user calls signal and background, ``time`` (when
        and by which command; the only entries that differ between runs with one seed, besides those of methods).
    schema_version
        Of this file.
    """

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
