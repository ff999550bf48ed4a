"""The measures: weighted statistics of responses and variables, each with its error, each in a file of its own.

All take event weights, negative ones included, and none is slower than a sort. Start from :func:`rank`, which sorts the
responses of one method and part once; the ROC curve, the area, the efficiencies and the tests are read from its result.
Estimates of a regression start from :func:`deviations`.
"""

from __future__ import annotations

from umva.reports.measures.auc import area, auc, auc_difference, mean_area
from umva.reports.measures.bootstrap import auc_bootstrap
from umva.reports.measures.calibration import calibration
from umva.reports.measures.common_cuts import CommonCuts, common_cuts
from umva.reports.measures.comparison import against_best, each_against_each, hardly_matters, holm
from umva.reports.measures.confusion import confusion
from umva.reports.measures.correlation import correlation, correlations
from umva.reports.measures.deviation import deviations, truncated
from umva.reports.measures.efficiency import REJECTION_POINTS, WORKING_POINTS, rejection, signal_efficiency
from umva.reports.measures.flatness import Cuts, Spectated, cuts_at, selections, spectated
from umva.reports.measures.histogram import Binning, Contents, density, fill
from umva.reports.measures.homogeneity import ad_test, chi2_test, ks_test
from umva.reports.measures.importance import shap_shares
from umva.reports.measures.influence import Measured, combined, mean_of, p_value
from umva.reports.measures.merit import MERITS, ams, asimov, merits, s_over_root_b, s_over_root_s_plus_b
from umva.reports.measures.merit_scan import MeritScan, merit_scan
from umva.reports.measures.mutual import mutual_information
from umva.reports.measures.optimum import best_cuts
from umva.reports.measures.overfitting import overfitting
from umva.reports.measures.overlap import jaccard, shared
from umva.reports.measures.overtraining import overtraining
from umva.reports.measures.partial_area import partial_area
from umva.reports.measures.permutation import permutation_importance
from umva.reports.measures.profile import Places, places, profile
from umva.reports.measures.quality import quality
from umva.reports.measures.quantile_bins import QuantileBins, quantile_bins
from umva.reports.measures.quantiles import QUANTILES, quantiles
from umva.reports.measures.ranges import on_steps, robust_binning, tmva_response_binning, tmva_variable_binning
from umva.reports.measures.rank_agreement import rank_agreement, weighted_tau
from umva.reports.measures.rank_correlation import rank_correlation
from umva.reports.measures.ranked import Ranked, rank
from umva.reports.measures.recalibration import recalibrated
from umva.reports.measures.reliability import calibration_test, reliability
from umva.reports.measures.roc import FullRoc, decimate, full_roc
from umva.reports.measures.roc_ratio import roc_ratio
from umva.reports.measures.scan import cut_scan
from umva.reports.measures.sculpting import sculpting
from umva.reports.measures.separation import separation, significance
from umva.reports.measures.share import share_of
from umva.reports.measures.shift import CommonEvents, cut_for, in_quadrature, relative_change
from umva.reports.measures.slices import sliced_area, sliced_rmse, weakest
from umva.reports.measures.tmva_curves import TmvaRange, tmva_efficiency, tmva_range, tmva_roc
from umva.reports.measures.tmva_evaluation import TmvaEvaluation, tmva_evaluation
from umva.reports.measures.tmva_kolmogorov import tmva_kolmogorov
from umva.reports.measures.uniformity import cvm_flatness, sde

__all__ = [
    "MERITS",
    "QUANTILES",
    "REJECTION_POINTS",
    "WORKING_POINTS",
    "Binning",
    "CommonCuts",
    "CommonEvents",
    "Contents",
    "Cuts",
    "FullRoc",
    "Measured",
    "MeritScan",
    "Places",
    "QuantileBins",
    "Ranked",
    "Spectated",
    "TmvaEvaluation",
    "TmvaRange",
    "ad_test",
    "against_best",
    "ams",
    "area",
    "asimov",
    "auc",
    "auc_bootstrap",
    "auc_difference",
    "best_cuts",
    "calibration",
    "calibration_test",
    "chi2_test",
    "combined",
    "common_cuts",
    "confusion",
    "correlation",
    "correlations",
    "cut_for",
    "cut_scan",
    "cuts_at",
    "cvm_flatness",
    "decimate",
    "density",
    "deviations",
    "each_against_each",
    "fill",
    "full_roc",
    "hardly_matters",
    "holm",
    "in_quadrature",
    "jaccard",
    "ks_test",
    "mean_area",
    "mean_of",
    "merit_scan",
    "merits",
    "mutual_information",
    "on_steps",
    "overfitting",
    "overtraining",
    "p_value",
    "partial_area",
    "permutation_importance",
    "places",
    "profile",
    "quality",
    "quantile_bins",
    "quantiles",
    "rank",
    "rank_agreement",
    "rank_correlation",
    "recalibrated",
    "rejection",
    "relative_change",
    "reliability",
    "robust_binning",
    "roc_ratio",
    "s_over_root_b",
    "s_over_root_s_plus_b",
    "sculpting",
    "sde",
    "selections",
    "separation",
    "shap_shares",
    "share_of",
    "shared",
    "signal_efficiency",
    "significance",
    "sliced_area",
    "sliced_rmse",
    "spectated",
    "tmva_efficiency",
    "tmva_evaluation",
    "tmva_kolmogorov",
    "tmva_range",
    "tmva_response_binning",
    "tmva_roc",
    "tmva_variable_binning",
    "truncated",
    "weakest",
    "weighted_tau",
]
