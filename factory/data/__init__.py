"""From files to a dataset: sources, formulas, samples, split, preprocessing."""

from __future__ import annotations
