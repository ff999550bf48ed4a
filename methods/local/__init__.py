"""Methods that ask what the training events around an event were: kernels in volumes, nearest neighbours, cells."""

from __future__ import annotations
