"""The two layouts of ``DataFrame.to_hdf``, read without pandas, PyTables or unpickling. Loaded only with h5py.

The fixed layout keeps columns of one type in ``blockN_values`` and their names in ``blockN_items``. The table layout
keeps them in fields ``values_block_N`` of one compound dataset, and their names in its attributes, which PyTables has
pickled. A pickle can run any code when it is loaded, so it never is: its instructions are listed, and strings are taken
from those which do nothing but build a list of them.

Sources: pandas, ``pandas/io/pytables.py`` (classes ``BlockManagerFixed``, ``AppendableFrameTable``); Python library
reference, ``pickletools``.
"""

from __future__ import annotations

import pickletools
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

from umva.errors import SourceError
from umva.factory.data.sources.base import Column
from umva.factory.data.sources.hdf5_layout import Layout, Place, column_at, members

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["is_store", "layout", "pickled_names"]

_NAMES = frozenset(
    {"UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1"}
)
_LISTING = frozenset(
    {"PROTO", "FRAME", "MARK", "LIST", "EMPTY_LIST", "TUPLE", "TUPLE1", "TUPLE2", "EMPTY_TUPLE", "APPEND", "APPENDS"}
    | {"PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE", "STOP"}
)


def is_store(node: Any) -> bool:
    """Whether ``node`` is a group that pandas wrote."""
    return isinstance(node, h5py.Group) and "pandas_type" in node.attrs


def layout(group: Any, where: str) -> Layout:
    """Return the columns of a stored DataFrame.

    Raises
    ------
    SourceError
        If it is no plain DataFrame, or its names cannot be read.
    """
    kind = _text(group.attrs["pandas_type"])
    if kind == "frame":
        found = list(_fixed(group, where))
        n_entries = 0 if "shape" in group["axis1"].attrs else len(group["axis1"])
    elif kind == "frame_table":
        order = pickled_names(bytes(group.attrs["non_index_axes"]), where)
        places = {name: order.index(name) for name in order}
        found = sorted(_table(group["table"], where), key=lambda pair: places.get(pair[0].name, len(order)))
        n_entries = len(group["table"])
    else:
        msg = f"{where} is a pandas store of kind {kind!r}; only DataFrames are understood"
        raise SourceError(msg)
    return Layout(n_entries, tuple(column for column, _ in found), {column.name: place for column, place in found})


def pickled_names(pickle: bytes, where: str) -> tuple[str, ...]:
    r"""Return the names in the pickle of a list or tuple, without loading it.

    Raises
    ------
    SourceError
        If the pickle is anything else.

    Examples
    --------
    >>> pickled_names(b"(lp0\nVm_bb\np1\naVm_jj\np2\na.", "a.h5")
    ('m_bb', 'm_jj')
    >>> pickled_names(b"cos\nsystem\n(Vls\ntR.", "a.h5")
    Traceback (most recent call last):
    umva.errors.SourceError: a.h5: the column names are pickled as more than a list of strings (GLOBAL)
    """
    try:
        instructions = [(instruction.name, argument) for instruction, argument, _ in pickletools.genops(pickle)]
    except ValueError as error:
        msg = f"{where}: the column names are no readable pickle ({error})"
        raise SourceError(msg) from error
    for name, _ in instructions:
        if name not in _NAMES | _LISTING:
            msg = f"{where}: the column names are pickled as more than a list of strings ({name})"
            raise SourceError(msg)
    return tuple(str(argument) for name, argument in instructions if name in _NAMES)


def _fixed(group: Any, where: str) -> Iterator[tuple[Column, Place]]:
    if _text(group.attrs.get("axis0_variety")) != "regular":
        msg = f"{where}: column names of several levels are not understood"
        raise SourceError(msg)
    blocks = {}
    for number in range(int(group.attrs["nblocks"])):
        values = group[f"block{number}_values"]
        for item, name in enumerate(group[f"block{number}_items"][:]):
            blocks[_text(name)] = _in_block(_text(name), values, item)
    yield from (blocks[_text(name)] for name in group["axis0"][:])
    index = column_at("index", group["axis1"].dtype, group["axis1"].id.get_type())
    if "index" not in blocks and index.readable:
        yield index, Place(group["axis1"].name, index.dtype)


def _in_block(name: str, values: Any, item: int) -> tuple[Column, Place]:
    """Describe one column of a block; an empty block names its type in an attribute."""
    kind = _text(values.attrs.get("value_type"))
    if values.attrs.get("CLASS") == b"VLARRAY":
        column = Column(name, "object", readable=False, reason="pandas stored it as a pickle; use format='table'")
    elif kind.startswith(("datetime", "timedelta")):
        column = Column(name, kind, readable=False, reason="dates and times are no numbers")
    elif "shape" in values.attrs:
        column = Column(name, kind)
    else:
        column = column_at(name, values.dtype, values.id.get_type())
    return column, Place(values.name, column.dtype, item=item)


def _table(table: Any, where: str) -> Iterator[tuple[Column, Place]]:
    for steps, dtype, kind in members(table.dtype, table.id.get_type()):
        field = steps[0]
        names = (field,) if field == "index" else pickled_names(bytes(table.attrs[f"{field}_kind"]), where)
        for item, name in enumerate(names):
            column = _in_table(name, field, table, np.dtype(dtype.base), kind)
            yield column, Place(table.name, column.dtype, steps, item if dtype.shape else None)


def _in_table(name: str, field: str, table: Any, dtype: np.dtype[Any], kind: Any) -> Column:
    stored = _text(table.attrs.get(f"{field}_dtype"))
    if _text(table.attrs.get(f"{field}_meta")) == "category":
        return Column(name, "category", readable=False, reason="pandas stored categories; store the values instead")
    if stored.startswith(("datetime", "timedelta")):
        return Column(name, stored, readable=False, reason="dates and times are no numbers")
    return column_at(name, dtype, kind)


def _text(value: object) -> str:
    """Return an attribute or a name as text, empty if it is neither text nor number."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value) if isinstance(value, str | int | float | np.generic) else ""
