"""umva: compare classifiers on equal terms."""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
