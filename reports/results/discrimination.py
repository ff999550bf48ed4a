"""How well events are told apart, in numbers: signal from background, or one class of several from the rest."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - results.json is read by these annotations
from dataclasses import dataclass, field

from umva.reports.results.calibration import Calibration  # noqa: TC001 - as above
from umva.reports.results.flatness import Flatness  # noqa: TC001 - as above
from umva.reports.results.kolmogorov import TmvaKolmogorov  # noqa: TC001 - as above
from umva.reports.results.quantities import Histogram, HypothesisTest, Number, RocCurve, TrainTest  # noqa: TC001 - as above
from umva.reports.results.relations import RocRatio  # noqa: TC001 - as above

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
    ad_signal, ad_background
        Unbinned weighted Anderson-Darling tests of the same.
    tmva_signal, tmva_background
        Kolmogorov's test as TMVA makes it.
    """

    verdict: str
    sentence: str
    ks_signal: HypothesisTest
    ks_background: HypothesisTest
    chi2_signal: HypothesisTest
    chi2_background: HypothesisTest
    auc_gap: Number
    ad_signal: HypothesisTest | None = None
    ad_background: HypothesisTest | None = None
    tmva_signal: TmvaKolmogorov | None = None
    tmva_background: TmvaKolmogorov | None = None


@dataclass(frozen=True)
class ResponsePlot:
    """Densities of the response, all with the same edges."""

    train_signal: Histogram
    train_background: Histogram
    test_signal: Histogram
    test_background: Histogram


@dataclass(frozen=True)
class Optimum:
    """The cut on the response where a figure of merit is largest, on the test part scaled to what is expected.

    Parameters
    ----------
    value
        The figure of merit there.
    cut
        Events with at least this response are selected.
    signal, background
        Expected numbers of selected events.
    cut_error
        Of the position of the cut, one standard deviation.
    optimism
        By how much the value is too large, in the mean, because it is the largest of many.
    signal_efficiency, background_efficiency, purity
        Shares of signal and background that are selected; share of signal in what is selected.
    n_signal, n_background
        Numbers of selected test events, not weighted.
    warning
        Why the cut should not be used as it is; empty if it may.
    """

    value: Number
    cut: float
    signal: Number
    background: Number
    cut_error: float | None = None
    optimism: float | None = None
    signal_efficiency: Number | None = None
    background_efficiency: Number | None = None
    purity: Number | None = None
    n_signal: int | None = None
    n_background: int | None = None
    warning: str = ""


@dataclass(frozen=True)
class CutScan:
    """What passes a cut on the response, test part; at most 200 cuts, rising.

    Of several classes the rest of them are mixed as they are expected.

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
    auc_bootstrap
        The area on test with error and interval from resampled events, without any formula.
    partial_auc
        Mean signal efficiency below 10 % background, test part: the partial area over 0.1.
    roc_ratio
        Background against that of the best method; the best method has none.
    signal_efficiency
        Keys ``"0.01"``, ``"0.10"``, ``"0.30"``: the background efficiency it is read at.
    rejection
        1 / background efficiency. Keys ``"0.50"``, ``"0.70"``, ``"0.90"``: the signal efficiency it is read at.
    ams, efficiency_times_purity
        Where the approximate median significance is largest, background uncertainty term 10 (HiggsML 2014), and where
        the product of signal efficiency and purity is, which TMVA lists for several classes.
    optima
        The best cuts by other figures of merit, by the names in ``umva.reports.measures.MERITS``.
    scan
        What passes, cut by cut; test part.
    shap
        Mean absolute Shapley value by variable as a share of their sum, largest first.
    flatness
        Whether cuts sculpt a spectator, by its name.
    calibration
        How far the response can be read as a probability.
    """

    auc: TrainTest | None = None
    auc_bootstrap: Number | None = None
    signal_efficiency: Mapping[str, TrainTest] = field(default_factory=dict)
    rejection: Mapping[str, TrainTest] = field(default_factory=dict)
    separation: Number | None = None
    significance: Number | None = None
    ams: Optimum | None = None
    efficiency_times_purity: Optimum | None = None
    optima: Mapping[str, Optimum] = field(default_factory=dict)
    partial_auc: Number | None = None
    roc: RocCurve | None = None
    roc_ratio: RocRatio | None = None
    scan: CutScan | None = None
    response: ResponsePlot | None = None
    overtraining: Overtraining | None = None
    shap: Mapping[str, Number] = field(default_factory=dict)
    flatness: Mapping[str, Flatness] = field(default_factory=dict)
    calibration: Calibration | None = None

    def best_cut(self, merit: str) -> Optimum | None:
        """Return the best cut by a figure of merit, by its name in ``umva.reports.measures.MERITS``."""
        return self.ams if merit == "AMS" else self.optima.get(merit)


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
