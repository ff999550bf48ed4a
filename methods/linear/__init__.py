"""Linear methods: the response is a weighted sum of the inputs, or a function of one."""

from __future__ import annotations
