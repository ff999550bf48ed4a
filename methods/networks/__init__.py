"""Neural networks: those of Keras and PyTorch, spelt in options or built by the user."""

from __future__ import annotations
