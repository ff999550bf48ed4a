"""How well a number is estimated: what a regression is judged by."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - results.json is read by these annotations
from dataclasses import dataclass, field

from umva.reports.results.quantities import Histogram, HypothesisTest, Number, Profile, TrainTest  # noqa: TC001 - as above
from umva.reports.results.slices import Sliced, WeakSlice  # noqa: TC001 - as above

__all__ = ["Estimation", "Overfitting"]


@dataclass(frozen=True)
class Overfitting:
    """Whether the method knows the targets of its training events better than those of new ones, and if it matters.

    Parameters
    ----------
    verdict
        ``"none"``, ``"mild"`` or ``"strong"``; the thresholds stand in ``umva.reports.measures.overfitting``.
    sentence
        What it means, for a reader in a hurry.
    rmse_gap
        Root mean squared deviation on test minus that on train.
    ks, ad
        Unbinned weighted Kolmogorov-Smirnov and Anderson-Darling tests of train against test deviations.
    """

    verdict: str
    sentence: str
    rmse_gap: Number
    ks: HypothesisTest
    ad: HypothesisTest | None = None


@dataclass(frozen=True)
class Estimation:
    """Estimates of one target against its true values. A deviation is estimate minus truth, in the target's unit.

    Parameters
    ----------
    mse, rmse, mae
        Weighted mean squared deviation, its root, and mean absolute deviation.
    r2
        1 minus ``mse`` over the variance of the truth.
    bias, resolution
        Weighted mean of the deviation, and its spread around that mean (TMVA's Bias and RMS).
    bias_truncated, resolution_truncated
        The same without events that deviate by more than twice the resolution from the bias (TMVA's Bias_T and RMS_T).
    mutual_information, mutual_information_truncated
        Of estimate and truth, in nats, from TMVA's bins; of all events, and without those that deviate most.
    quantiles
        Of the absolute deviation on the test part; keys ``"0.50"``, ``"0.68"``, ``"0.90"``, ``"0.95"``, ``"0.99"``.
    train_deviation, test_deviation
        Densities of the deviation, with the same edges.
    against_target
        Deviation in bins of the true value, test part.
    against_variables
        The same in bins of each input variable.
    overtraining
        Whether all this holds for new events, too.
    shap
        Mean absolute Shapley value by variable as a share of their sum, largest first.
    slices, weakest
        How good the estimates are in slices of each variable and spectator, and the slices where they are worst.
    """

    mse: TrainTest
    rmse: TrainTest
    mae: TrainTest
    r2: TrainTest
    bias: TrainTest
    resolution: TrainTest
    bias_truncated: TrainTest
    resolution_truncated: TrainTest
    mutual_information: TrainTest
    mutual_information_truncated: TrainTest
    quantiles: Mapping[str, Number]
    train_deviation: Histogram
    test_deviation: Histogram
    against_target: Profile
    against_variables: Mapping[str, Profile]
    overtraining: Overfitting
    shap: Mapping[str, Number] = field(default_factory=dict)
    slices: Mapping[str, Sliced] = field(default_factory=dict)
    weakest: tuple[WeakSlice, ...] = ()
