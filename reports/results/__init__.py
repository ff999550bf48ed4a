"""Every number of a comparison: plain frozen dataclasses, and ``results.json``, which mirrors them field by field.

The page, the tables and the figures are made from these alone; no event is needed to draw them again. The file carries
``schema_version``; it grows by new fields, and a field that changes its meaning raises the version.
"""

from __future__ import annotations

from umva.reports.results.dataset import ClassCount, DatasetSummary, InputFile, VariableSummary
from umva.reports.results.discrimination import Confusion, CutScan, Discrimination, Optimum, Overtraining, ResponsePlot
from umva.reports.results.estimation import Estimation, Overfitting
from umva.reports.results.method import Comparison, MethodResult, OwnRanking, Timing, TrainingCurves
from umva.reports.results.quantities import Histogram, HypothesisTest, Number, Profile, RocCurve, TrainTest
from umva.reports.results.results import SCHEMA_VERSION, Results

__all__ = [
    "SCHEMA_VERSION",
    "ClassCount",
    "Comparison",
    "Confusion",
    "CutScan",
    "DatasetSummary",
    "Discrimination",
    "Estimation",
    "Histogram",
    "HypothesisTest",
    "InputFile",
    "MethodResult",
    "Number",
    "Optimum",
    "Overfitting",
    "Overtraining",
    "OwnRanking",
    "Profile",
    "ResponsePlot",
    "Results",
    "RocCurve",
    "Timing",
    "TrainTest",
    "TrainingCurves",
    "VariableSummary",
]
