"""Options and facts as plain JSON values, so that results are the same before writing and after reading."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["plain"]


def plain(value: object) -> Any:
    """Return ``value`` as what JSON can hold: None, bool, int, float, str, list or dict with text keys.

    Tuples, sets and arrays become lists, numpy scalars Python ones, numbers that are not finite None, and anything else
    the text that ``str`` gives.

    Examples
    --------
    >>> plain({"layers": (64, np.int64(64)), "rate": np.float32(0.5), "limit": float("inf"), 1: None})
    {'layers': [64, 64], 'rate': 0.5, 'limit': None, '1': None}
    """
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(each) for each in value), key=str)
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return str(value)
