"""Figures: numbers of :mod:`umva.reports.results` in, matplotlib figures out.

Nothing is computed from events here. matplotlib is imported with this package, which is itself imported when figures are
wanted.
"""

from __future__ import annotations

from umva.reports.figures.confusion import plot_confusion
from umva.reports.figures.correlation import plot_correlation
from umva.reports.figures.deviation import plot_deviation, plot_deviations
from umva.reports.figures.drawing import Drawing
from umva.reports.figures.envelope import plot_envelope
from umva.reports.figures.gallery import draw_all, write_figures
from umva.reports.figures.importance import plot_importance
from umva.reports.figures.learning import plot_learning
from umva.reports.figures.permutation import plot_permutation
from umva.reports.figures.profile import plot_profile
from umva.reports.figures.ratio import plot_ratio
from umva.reports.figures.response import plot_response
from umva.reports.figures.roc import plot_rejection, plot_roc
from umva.reports.figures.tornado import plot_tornado
from umva.reports.figures.training import plot_training
from umva.reports.figures.variables import plot_variable

__all__ = [
    "Drawing",
    "draw_all",
    "plot_confusion",
    "plot_correlation",
    "plot_deviation",
    "plot_deviations",
    "plot_envelope",
    "plot_importance",
    "plot_learning",
    "plot_permutation",
    "plot_profile",
    "plot_ratio",
    "plot_rejection",
    "plot_response",
    "plot_roc",
    "plot_tornado",
    "plot_training",
    "plot_variable",
    "write_figures",
]
