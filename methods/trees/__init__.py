"""Decision trees: growing them, boosting them, forests of them. Compiled; imported by methods only when they run."""

from __future__ import annotations
