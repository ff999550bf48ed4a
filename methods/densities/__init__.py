"""Densities of one variable, estimated from events, and what is made of them."""

from __future__ import annotations
