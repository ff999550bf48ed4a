"""Kinds of parameters that several commands take."""

from __future__ import annotations

import click

__all__ = ["LARGEST_SEED", "SEED"]

LARGEST_SEED = 2**31 - 1
"""XGBoost's seeds are signed 32-bit integers; all others may be larger."""

SEED = click.IntRange(0, LARGEST_SEED)
"""A seed that all methods take."""
