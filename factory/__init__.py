"""Data, booking, training, application."""

from __future__ import annotations
