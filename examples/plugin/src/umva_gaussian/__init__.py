"""A method for umva in a package of its own: the entry point in ``pyproject.toml`` makes umva import this module."""

from __future__ import annotations

from umva_gaussian.gaussian import Gaussian

__all__ = ["Gaussian"]
