"""What a formula computes with: numbers, one number an event, or an array an event; and what is missing.

A value is a numpy scalar (the same for all events), a float64 array ``(n_events,)``, or an awkward array: several numbers
an event, or one that some events lack. Element 3 of an array of 2 is *missing*: awkward's None, which is not NaN and
passes through all operators. awkward is imported for such values only.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = [
    "Value",
    "alternative",
    "cast",
    "choose",
    "element",
    "filled",
    "is_awkward",
    "is_numeric",
    "length",
    "per_event",
    "reduced",
]

Value = Any  # np.float64 | NDArray[np.float64] | ak.Array; awkward has no types for mypy


def is_awkward(value: object) -> bool:
    """Return whether the value is an awkward array, without importing awkward."""
    return type(value).__module__.partition(".")[0] == "awkward"


def is_numeric(column: Any) -> bool:
    """Return whether a column holds numbers or truth values, one or several an event."""
    if is_awkward(column):
        return not column.fields and "string" not in str(column.type)
    return np.asarray(column).dtype.kind in "biuf"


def per_event(column: Any) -> Value:
    """Return a numeric column as a value: float64, two and more dimensions as arrays of each event."""
    if is_awkward(column):
        import awkward as ak

        if column.ndim == 1 and not ak.any(ak.is_none(column)):
            return ak.to_numpy(column).astype(np.float64)
        return ak.values_astype(ak.from_regular(column, axis=None), np.float64)
    flat = np.asarray(column).astype(np.float64)
    if flat.ndim < 2:
        return flat
    import awkward as ak

    return ak.from_regular(ak.from_numpy(flat), axis=None)


def cast(value: Value, kind: type[np.generic]) -> Value:
    """Return the value as numbers of another kind, as a C cast does."""
    if not is_awkward(value):
        return value.astype(kind)
    import awkward as ak

    return ak.values_astype(value, kind)


def element(values: Value, index: Value) -> Value:
    """Return the element of each event at an index (one for all, one an event, or an array an event), else missing."""
    import awkward as ak

    values = ak.fill_none(values, [], axis=0)
    several = is_awkward(index) and index.ndim > 1
    wanted = np.trunc(index if several else ak.from_numpy(np.broadcast_to(filled(index), len(values))))
    wanted = wanted if several else ak.unflatten(wanted, np.ones(len(wanted), dtype=np.int64))
    present = (wanted >= 0) & (wanted < ak.num(values, axis=1))
    places = ak.values_astype(ak.fill_none(ak.where(present, wanted, 0), 0), np.int64)
    found = values[ak.mask(places, ak.fill_none(present, value=False))]
    return found if several else found[:, 0]


def choose(condition: Value, yes: Value, no: Value) -> Value:
    """Return ``yes`` where the condition is not 0 and ``no`` elsewhere; missing where the condition is."""
    if not any(map(is_awkward, (condition, yes, no))):
        return np.where(condition != 0, yes, no)
    import awkward as ak

    condition, yes, no = _alike(condition, yes, no)
    return ak.where(condition != 0, yes, no)


def _alike(*values: Value) -> list[Value]:
    """Return all values in the form of the deepest one; what is missing in one is not missing in the others."""
    import awkward as ak

    form = ak.fill_none(max(filter(is_awkward, values), key=lambda each: each.ndim), 0.0, axis=-1)
    return [ak.broadcast_arrays(each, form)[0] for each in values]


def alternative(value: Value, other: Value) -> Value:
    """Return the value, or the other one where it is missing (ROOT's ``Alt$``)."""
    if not is_awkward(value):
        return value
    import awkward as ak

    missing, other = ak.broadcast_arrays(ak.is_none(value, axis=-1), other)
    return ak.where(missing, other, value)


def _inner(value: Value) -> Value:
    """Return the numbers of each event in one list, without the missing ones."""
    import awkward as ak

    if value.ndim == 1:
        value = ak.from_regular(value[:, np.newaxis])
    while value.ndim > 2:
        value = ak.flatten(value, axis=2)
    return ak.drop_none(ak.fill_none(value, [], axis=0), axis=1)


def length(value: Value) -> Value:
    """Return how many numbers there are in each event (``Length$``)."""
    if not is_awkward(value):
        return np.ones_like(value)
    import awkward as ak

    return ak.to_numpy(ak.num(_inner(value), axis=1)).astype(np.float64)


def reduced(name: str, value: Value, condition: Value = None) -> Value:
    """Return ``sum``, ``min`` or ``max`` of each event, of the numbers where the condition holds; 0 of none at all."""
    if condition is not None:
        if not is_awkward(value) and not is_awkward(condition):
            return choose(condition, value, np.float64(0))
        import awkward as ak

        value, condition = _alike(value, condition)
        value = ak.mask(value, ak.fill_none(condition != 0, value=False))
    if not is_awkward(value):
        return value
    import awkward as ak

    return filled(getattr(ak, name)(_inner(value), axis=1), missing=0.0)


def filled(value: Value, *, missing: float = np.nan) -> Value:
    """Return a value of one number an event as numpy has it, with a number where it is missing."""
    if not is_awkward(value):
        return value
    import awkward as ak

    return ak.to_numpy(ak.fill_none(value, missing)).astype(np.float64)
