"""How well events are told apart, in numbers: signal from background, or one class of several from the rest."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - results.json is read by these annotations
from dataclasses import dataclass, field

from umva.reports.results.quantities import Histogram, HypothesisTest, Number, RocCurve, TrainTest  # noqa: TC001 - as above

__all__ = ["Confusion", "CutScan", "Discrimination", "Optimum", "Overtraining", "ResponsePlot"]


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
class Optimum:
    """The cut on the response where a figure of merit is largest, on the test part scaled to the whole sample.

    Parameters
    ----------
    value
        The figure of merit there.
    cut
        Events with at least this response are selected.
    signal, background
        Weighted numbers of selected events.
    """

    value: Number
    cut: float
    signal: Number
    background: Number


@dataclass(frozen=True)
class CutScan:
    """What passes a cut on the response, test part; at most 200 cuts, rising.

    Parameters
    ----------
    cut
        Events with at least this response pass.
    signal_efficiency, background_efficiency
        Weighted shares that pass, falling from 1.
    signal_error, background_error
        Their errors, one standard deviation.
    n_signal, n_background
        Numbers of events that pass, not weighted.
    """

    cut: tuple[float, ...]
    signal_efficiency: tuple[float, ...]
    signal_error: tuple[float, ...]
    background_efficiency: tuple[float, ...]
    background_error: tuple[float, ...]
    n_signal: tuple[int, ...]
    n_background: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Discrimination:
    """How well one class is told from the others, by one response. Of several classes, "signal" is the class in question.

    Parameters
    ----------
    auc, separation, significance
        Area under the ROC curve; separation and significance as TMVA defines them.
    signal_efficiency
        Keys ``"0.01"``, ``"0.10"``, ``"0.30"``: the background efficiency it is read at.
    ams, efficiency_times_purity
        Where the approximate median significance is largest, background uncertainty term 10 (HiggsML 2014), and where
        the product of signal efficiency and purity is, which TMVA lists for several classes.
    shap
        Mean absolute Shapley value by variable as a share of their sum, largest first.
    """

    auc: TrainTest | None = None
    signal_efficiency: Mapping[str, TrainTest] = field(default_factory=dict)
    separation: Number | None = None
    significance: Number | None = None
    ams: Optimum | None = None
    efficiency_times_purity: Optimum | None = None
    roc: RocCurve | None = None
    response: ResponsePlot | None = None
    overtraining: Overtraining | None = None
    shap: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True)
class Confusion:
    """What becomes of the events of each class when every event is given to its likeliest class; test part.

    Parameters
    ----------
    labels
        The classes, in the order of rows and columns.
    shares
        Row by row: weighted share of the events of this true class that are taken for each class.
    accuracy
        Weighted share of all events that are taken for what they are.
    """

    labels: tuple[str, ...]
    shares: tuple[tuple[Number, ...], ...]
    accuracy: Number
