"""Rules: cuts that are joined by "and", and a weighted sum of them that can be read."""

from __future__ import annotations
