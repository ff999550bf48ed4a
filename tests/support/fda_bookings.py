"""FDA as TMVA's option string, and as native options book it."""

from __future__ import annotations

from typing import Any

from umva.methods import get, parse_string, resolve
from umva.methods.fda.fda import FDA

__all__ = ["booked", "fda"]


def booked(options: str) -> FDA:
    cls = get("kFDA")
    method = cls(**resolve(cls, "FDA", parse_string(options), refused=cls.refused))
    assert isinstance(method, FDA)
    return method


def fda(**options: Any) -> FDA:
    return FDA(**resolve(FDA, "FDA", options))
