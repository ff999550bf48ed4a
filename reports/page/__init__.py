"""The page: one HTML file with everything in it."""

from __future__ import annotations

from umva.reports.page.render import render

__all__ = ["render"]
