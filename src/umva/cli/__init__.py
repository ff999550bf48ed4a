"""The command line: thin commands over the same Factory."""

from __future__ import annotations

from umva.cli.main import main

__all__ = ["main"]
