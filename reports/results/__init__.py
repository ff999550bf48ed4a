"""Every number of a comparison: plain frozen dataclasses, and ``results.json``, which mirrors them field by field.

The page, the tables and the figures are made from these alone; no event is needed to draw them again. The file carries
``schema_version``; it grows by new fields, and a field that changes its meaning raises the version.
"""

from __future__ import annotations

from umva.reports.results.against import Against, Change, Fact
from umva.reports.results.calibration import Calibration, Reliability
from umva.reports.results.checks import SEVERITIES, VERDICTS, Check
from umva.reports.results.dataset import ClassCount, DatasetSummary, InputFile, VariableSummary
from umva.reports.results.discrimination import Confusion, CutScan, Discrimination, Optimum, Overtraining, ResponsePlot
from umva.reports.results.estimation import Estimation, Overfitting
from umva.reports.results.expectation import Expectation, Expected
from umva.reports.results.flatness import Flatness, Selection, Uniformity
from umva.reports.results.importance import PermutationImportance
from umva.reports.results.kolmogorov import TmvaKolmogorov
from umva.reports.results.method import (
    Comparison,
    MethodFacts,
    MethodResult,
    OwnRanking,
    Parity,
    Timing,
    TrainingCurves,
)
from umva.reports.results.quantities import Histogram, HypothesisTest, Number, Profile, RocCurve, TrainTest
from umva.reports.results.relations import Agreement, Overlap, Pairs, RankingAgreement, RocRatio
from umva.reports.results.results import SCHEMA_VERSION, Results
from umva.reports.results.slices import Sliced, WeakSlice
from umva.reports.results.studies import (
    Envelope,
    FixedCut,
    LearningPoint,
    LeftOut,
    PointShift,
    Shift,
    Systematics,
    VariationSummary,
)

__all__ = [
    "SCHEMA_VERSION",
    "SEVERITIES",
    "VERDICTS",
    "Against",
    "Agreement",
    "Calibration",
    "Change",
    "Check",
    "ClassCount",
    "Comparison",
    "Confusion",
    "CutScan",
    "DatasetSummary",
    "Discrimination",
    "Envelope",
    "Estimation",
    "Expectation",
    "Expected",
    "Fact",
    "FixedCut",
    "Flatness",
    "Histogram",
    "HypothesisTest",
    "InputFile",
    "LearningPoint",
    "LeftOut",
    "MethodFacts",
    "MethodResult",
    "Number",
    "Optimum",
    "Overfitting",
    "Overlap",
    "Overtraining",
    "OwnRanking",
    "Pairs",
    "Parity",
    "PermutationImportance",
    "PointShift",
    "Profile",
    "RankingAgreement",
    "Reliability",
    "ResponsePlot",
    "Results",
    "RocCurve",
    "RocRatio",
    "Selection",
    "Shift",
    "Sliced",
    "Systematics",
    "Timing",
    "TmvaKolmogorov",
    "TrainTest",
    "TrainingCurves",
    "Uniformity",
    "VariableSummary",
    "VariationSummary",
    "WeakSlice",
]
