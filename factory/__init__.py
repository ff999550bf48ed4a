"""Books, trains, tests and applies methods; the orchestrator."""

from __future__ import annotations

from umva.factory.data.loader import DataLoader
from umva.factory.factory import Factory
from umva.factory.model import Model, load, load_run

__all__ = ["DataLoader", "Factory", "Model", "load", "load_run"]
