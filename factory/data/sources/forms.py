"""From awkward types to columns: which leaves a nested type has, and arrays as plain as they can be.

Loaded only together with a reader that needs awkward.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import awkward as ak
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from umva.factory.data.sources.base import Array

__all__ = ["Leaf", "leaves", "plain"]

_NUMBERS = ("bool", "int", "uint", "float")


@dataclass(frozen=True)
class Leaf:
    """An end of a nested type.

    Parameters
    ----------
    steps
        Names of the fields that lead to it, outermost first.
    dtype
        As in :class:`umva.factory.data.sources.base.Column`.
    reason
        Why no column can be made of it, or None.
    """

    steps: tuple[str, ...]
    dtype: str
    reason: str | None = None


def leaves(kind: Any) -> Iterator[Leaf]:
    """Give the leaves of an awkward type, records opened, lists kept.

    Examples
    --------
    >>> [(leaf.steps, leaf.dtype) for leaf in leaves(ak.Array([[{"pt": 1.0, "id": 3}]]).type.content)]
    [(('pt',), 'var * float64'), (('id',), 'var * int64')]
    """
    parameter = kind.parameters.get("__array__")
    if parameter == "string":
        yield Leaf((), "string")
    elif isinstance(kind, ak.types.NumpyType) and kind.primitive.startswith(_NUMBERS):
        yield Leaf((), kind.primitive)
    elif isinstance(kind, ak.types.OptionType):
        yield from leaves(kind.content)
    elif isinstance(kind, ak.types.ListType | ak.types.RegularType) and parameter not in ("sorted_map", "bytestring"):
        size = kind.size if isinstance(kind, ak.types.RegularType) else "var"
        for leaf in leaves(kind.content):
            yield Leaf(leaf.steps, f"{size} * {leaf.dtype}", leaf.reason)
    elif isinstance(kind, ak.types.RecordType) and not kind.is_tuple:
        for name, content in zip(kind.fields, kind.contents, strict=True):
            for leaf in leaves(content):
                yield Leaf((name, *leaf.steps), leaf.dtype, leaf.reason)
    else:
        text = "map" if parameter == "sorted_map" else str(kind)
        yield Leaf((), text, f"values of type {text} are neither numbers, strings nor lists of them")


def plain(array: Any) -> Array:
    """Return numbers and fixed-size arrays as numpy, strings as objects, anything jagged as awkward.

    Missing numbers become NaN, missing strings empty.

    Examples
    --------
    >>> plain(ak.Array([1.0, None, 3.0]))
    array([ 1., nan,  3.])
    >>> plain(ak.Array(["s", "b"]))
    array(['s', 'b'], dtype=object)
    """
    kind, jagged, optional = array.type.content, False, False
    if isinstance(kind, ak.types.OptionType) and not _is_end(kind.content):
        array = ak.fill_none(array, [], axis=0)
    while not _is_end(kind):
        optional |= isinstance(kind, ak.types.OptionType)
        jagged |= isinstance(kind, ak.types.ListType)
        kind = kind.content
    if optional:
        array = _filled(array, kind)
    if jagged:
        return array
    return np.asarray(ak.to_numpy(array)) if isinstance(kind, ak.types.NumpyType) else _objects(array)


def _is_end(kind: Any) -> bool:
    return isinstance(kind, ak.types.NumpyType) or kind.parameters.get("__array__") == "string"


def _filled(array: Any, kind: Any) -> Any:
    """Return ``array`` without missing values; integers stay integers where none is missing."""
    if not isinstance(kind, ak.types.NumpyType):
        return ak.fill_none(array, "", axis=-1)
    if not ak.any(ak.is_none(array, axis=-1), axis=None):
        return ak.fill_none(array, np.zeros((), dtype=kind.primitive)[()], axis=-1)
    return ak.fill_none(ak.values_astype(array, np.float64), np.nan, axis=-1)


def _objects(array: Any) -> Array:
    """Return strings (or fixed-size lists of them) as an object array."""
    return np.array(ak.to_list(array), dtype=object)
