"""Support vector machines: the boundary is set by the events near it."""

from __future__ import annotations
