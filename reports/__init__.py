"""Measures, figures, the HTML page and results.json: arrays in, numbers and pictures out."""

from __future__ import annotations

from umva.reports.material import Input, Material, Outcome, Part
from umva.reports.measure import measure
from umva.reports.outputs.leaderboard import leaderboard, write_leaderboard
from umva.reports.outputs.store import read_results, write_results
from umva.reports.results import Results
from umva.reports.style import Style

__all__ = [
    "Input",
    "Material",
    "Outcome",
    "Part",
    "Results",
    "Style",
    "leaderboard",
    "measure",
    "read_results",
    "write_leaderboard",
    "write_results",
]
