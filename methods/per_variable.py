"""Options with a value for each variable: ``cut_min={"pt": 20}``, in TMVA's words ``CutRangeMin[0]=20``.

Such an option is kept as a mapping whose keys are names of variables, their numbers from 0 as text, or ``"*"`` for all that
are not named.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from umva.errors import OptionError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["EVERY", "as_mapping", "split_index", "spread"]

EVERY = "*"
"""The key of all variables that are not named."""

T = TypeVar("T")

_INDEXED = re.compile(r"(.+?)\s*\[\s*(\d+)\s*\]")


def split_index(key: str) -> tuple[str, str]:
    """Return the name of an option and the variable's number in brackets behind it, :data:`EVERY` if there is none.

    Examples
    --------
    >>> split_index("NSmoothSig[0]"), split_index("NSmooth")
    (('NSmoothSig', '0'), ('NSmooth', '*'))
    """
    found = _INDEXED.fullmatch(key.strip())
    return (found[1], str(int(found[2]))) if found else (key, EVERY)


def as_mapping(value: Any) -> dict[str, Any]:
    """Return what a user gives as a mapping: a value for all, a list with one for each, or a mapping already.

    Examples
    --------
    >>> as_mapping(3), as_mapping([1, 2]), as_mapping({"pt": 5, 1: 2})
    ({'*': 3}, {'0': 1, '1': 2}, {'pt': 5, '1': 2})
    """
    if isinstance(value, dict):
        return {str(key): each for key, each in value.items()}
    if isinstance(value, list | tuple):
        return {str(place): each for place, each in enumerate(value)}
    return {EVERY: value}


def spread(values: Mapping[str, T] | Sequence[T] | T, columns: Sequence[str], default: T, where: str) -> list[T]:
    """Return one value a column.

    Parameters
    ----------
    values
        The option, or what :func:`as_mapping` takes; a name goes before a number, and both before :data:`EVERY`.
    columns
        Names of the variables.
    default
        For variables that nothing is said of.
    where
        Method and option, for the error.

    Raises
    ------
    OptionError
        If a key is neither a variable nor the number of one.

    Examples
    --------
    >>> spread({"*": 1.0, "eta": 2.0, "0": 3.0}, ["pt", "eta", "phi"], 0.0, "Cuts: cut_min")
    [3.0, 2.0, 1.0]
    """
    said: dict[str, T] = as_mapping(values)
    allowed = {EVERY, *columns, *map(str, range(len(columns)))}
    for key in said:
        if key not in allowed:
            expected = f"a variable or its number, 0 to {len(columns) - 1}"
            msg = f"{where}: {key!r} is not {expected}: {did_you_mean(key, columns)}"
            raise OptionError(msg)
    rest = said.get(EVERY, default)
    return [said.get(name, said.get(str(place), rest)) for place, name in enumerate(columns)]
