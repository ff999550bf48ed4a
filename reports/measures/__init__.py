"""The measures: weighted statistics of responses and variables, each with its error, each in a file of its own.

All take event weights, negative ones included, and none is slower than a sort. Start from :func:`rank`, which sorts the
responses of one method and part once; the ROC curve, the area, the efficiencies and the tests are read from its result.
"""

from __future__ import annotations

from umva.reports.measures.auc import auc, auc_difference, p_value
from umva.reports.measures.comparison import against_best, holm
from umva.reports.measures.correlation import correlations
from umva.reports.measures.efficiency import WORKING_POINTS, signal_efficiency
from umva.reports.measures.histogram import Binning, Contents, density, fill
from umva.reports.measures.homogeneity import chi2_test, ks_test
from umva.reports.measures.importance import shap_shares
from umva.reports.measures.overtraining import overtraining
from umva.reports.measures.ranges import on_steps, robust_binning, tmva_response_binning, tmva_variable_binning
from umva.reports.measures.ranked import Ranked, rank
from umva.reports.measures.roc import FullRoc, decimate, full_roc
from umva.reports.measures.separation import separation, significance

__all__ = [
    "WORKING_POINTS",
    "Binning",
    "Contents",
    "FullRoc",
    "Ranked",
    "against_best",
    "auc",
    "auc_difference",
    "chi2_test",
    "correlations",
    "decimate",
    "density",
    "fill",
    "full_roc",
    "holm",
    "ks_test",
    "on_steps",
    "overtraining",
    "p_value",
    "rank",
    "robust_binning",
    "separation",
    "shap_shares",
    "signal_efficiency",
    "significance",
    "tmva_response_binning",
    "tmva_variable_binning",
]
