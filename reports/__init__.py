"""Measures, figures, the HTML page and results.json: arrays in, numbers and pictures out."""

from __future__ import annotations
