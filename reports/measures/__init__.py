"""The measures: weighted statistics of responses and variables, each with its error, each in a file of its own.

All take event weights, negative ones included, and none is slower than a sort. Start from :func:`rank`, which sorts the
responses of one method and part once; the ROC curve, the area, the efficiencies and the tests are read from its result.
Estimates of a regression start from :func:`deviations`.
"""

from __future__ import annotations

from umva.reports.measures.auc import area, auc, auc_difference, mean_area
from umva.reports.measures.comparison import against_best, holm
from umva.reports.measures.confusion import confusion
from umva.reports.measures.correlation import correlation, correlations
from umva.reports.measures.deviation import deviations, truncated
from umva.reports.measures.efficiency import WORKING_POINTS, signal_efficiency
from umva.reports.measures.histogram import Binning, Contents, density, fill
from umva.reports.measures.homogeneity import chi2_test, ks_test
from umva.reports.measures.importance import shap_shares
from umva.reports.measures.influence import Measured, combined, mean_of, p_value
from umva.reports.measures.mutual import mutual_information
from umva.reports.measures.optimum import ams, best_ams, best_efficiency_times_purity
from umva.reports.measures.overfitting import overfitting
from umva.reports.measures.overtraining import overtraining
from umva.reports.measures.profile import Places, places, profile
from umva.reports.measures.quantiles import QUANTILES, quantiles
from umva.reports.measures.ranges import on_steps, robust_binning, tmva_response_binning, tmva_variable_binning
from umva.reports.measures.ranked import Ranked, rank
from umva.reports.measures.roc import FullRoc, decimate, full_roc
from umva.reports.measures.separation import separation, significance
from umva.reports.measures.share import share_of

__all__ = [
    "QUANTILES",
    "WORKING_POINTS",
    "Binning",
    "Contents",
    "FullRoc",
    "Measured",
    "Places",
    "Ranked",
    "against_best",
    "ams",
    "area",
    "auc",
    "auc_difference",
    "best_ams",
    "best_efficiency_times_purity",
    "chi2_test",
    "combined",
    "confusion",
    "correlation",
    "correlations",
    "decimate",
    "density",
    "deviations",
    "fill",
    "full_roc",
    "holm",
    "ks_test",
    "mean_area",
    "mean_of",
    "mutual_information",
    "on_steps",
    "overfitting",
    "overtraining",
    "p_value",
    "places",
    "profile",
    "quantiles",
    "rank",
    "robust_binning",
    "separation",
    "shap_shares",
    "share_of",
    "signal_efficiency",
    "significance",
    "tmva_response_binning",
    "tmva_variable_binning",
    "truncated",
]
