"""What users hand to a loader, looked at before it is kept."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from umva.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from umva.factory.data.declaration import VariableSpec

__all__ = ["append", "given_file", "part_formulas", "said_text", "several"]


def said_text(value: object, what: str, *, empty: bool = False) -> str:
    """Return a text without blanks around it, or raise DataError if it is none."""
    if not isinstance(value, str) or not (empty or value.strip()):
        msg = f"{what} must be {'a' if empty else 'a non-empty'} string, got {value!r}"
        raise DataError(msg)
    return value.strip()


def several(expressions: Iterable[str], what: str) -> Iterable[str]:
    """Return a list of texts; one text alone would be taken letter by letter."""
    if isinstance(expressions, str):
        msg = f"add_{what} takes a list of strings, got the string {expressions!r}; add_{what[:-1]} takes one"
        raise DataError(msg)
    return expressions


def append(where: list[VariableSpec], spec: VariableSpec, kind: str) -> None:
    """Append a variable unless one of the same name or formula, blanks apart, is there."""
    for each in where:
        if _bare(spec.expression) == _bare(each.expression) or _bare(spec.name) == _bare(each.name):
            msg = f"{kind} {spec.text!r} is already there, as {each.text!r}"
            raise DataError(msg)
    where.append(spec)


def _bare(text: str) -> str:
    return "".join(text.split())


def part_formulas(sizes: Mapping[str, Any]) -> dict[str, str]:
    """Return the formulas of the parts that have one."""
    formulas = {part: text for part, text in sizes.items() if text}
    for part, text in formulas.items():
        if not isinstance(text, str):
            msg = f"split(mode='expression') needs formulas, got {part}={text!r}"
            raise DataError(msg)
    if "train" not in formulas:
        msg = "split(mode='expression') needs a formula for train"
        raise DataError(msg)
    return formulas


def given_file(given: object, sizes: Mapping[str, Any]) -> Path | None:
    """Return the path of the file that holds the split, if one is given."""
    for part, size in sizes.items():
        if size:
            msg = f"split(mode='given') takes no sizes, got {part}={size!r}"
            raise DataError(msg)
    if given is not None and not isinstance(given, str | os.PathLike):
        msg = f"split(given=...) must be the path of a split.npz, got {given!r}"
        raise DataError(msg)
    return None if given is None else Path(given).expanduser()
