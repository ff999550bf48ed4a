"""``results.json``: every number of a comparison in one file, written and read back exactly.

The file mirrors :class:`umva.reports.results.Results` field by field: ``methods.BDT.auc.test.value``. Floats have all
their digits; a number that could not be measured is null or has a ``note``, never NaN. Keys stand in the order of the
fields, methods in that of their rank. Everything but the entries called ``time`` is the same for equal input and seed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from umva.errors import RunError
from umva.reports.results import SCHEMA_VERSION, Results

if TYPE_CHECKING:
    import os

__all__ = ["read_results", "write_results"]

OLDEST = 2
"""The first schema version of which every field still means the same."""

ROW_OF_NUMBERS = re.compile(r'\[\n\s+([^\[\]{}"]*?)\n\s*\]')
"""A list of bare values as ``json`` indents it; strings cannot look like it, for they hold no line break."""


def write_results(results: Results, path: str | os.PathLike[str]) -> None:
    """Write ``results.json``; the file is complete or not there.

    Parameters
    ----------
    results
        What :func:`umva.reports.measure.measure` found.
    path
        File to write; an existing one is replaced.

    Raises
    ------
    RunError
        If a number is NaN or infinite, or the file cannot be written.
    """
    import cattrs

    target = Path(path)
    try:
        text = json.dumps(cattrs.unstructure(results), indent=1, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        msg = f"{target}: results cannot be written as JSON ({error})"
        raise RunError(msg) from error
    text = ROW_OF_NUMBERS.sub(lambda found: "[" + re.sub(r",\n\s+", ", ", found[1]) + "]", text)
    part = target.with_name(target.name + ".part")
    try:
        part.write_text(text + "\n", encoding="utf-8")
        part.replace(target)
    except OSError as error:
        msg = f"{target}: results cannot be written ({error})"
        raise RunError(msg) from error


def read_results(path: str | os.PathLike[str]) -> Results:
    """Read ``results.json`` back.

    Fields that this version does not know are passed over, as long as the file's ``schema_version`` is not newer.

    Raises
    ------
    RunError
        If the file cannot be read, is not a results file, or has a schema version that is newer, or older than
        any that is still understood.
    """
    import cattrs

    source = Path(path)
    try:
        record: Any = json.loads(source.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{source}: cannot be read as results ({getattr(error, 'strerror', None) or error})"
        raise RunError(msg) from error
    version = record.get("schema_version") if isinstance(record, dict) else None
    if not isinstance(version, int):
        msg = f"{source}: is not a results file; it has no schema_version"
        raise RunError(msg)
    if version > SCHEMA_VERSION:
        msg = f"{source}: has schema version {version}, but this umva reads up to {SCHEMA_VERSION}; use a newer umva"
        raise RunError(msg)
    if version < OLDEST:
        msg = f"{source}: has schema version {version}, which this umva no longer reads; measure the run again"
        raise RunError(msg)
    try:
        return cattrs.structure(record, Results)
    except (cattrs.BaseValidationError, KeyError, TypeError, ValueError) as error:
        wrong = (
            "; ".join(cattrs.transform_error(error)) if isinstance(error, cattrs.BaseValidationError) else str(error)
        )
        msg = f"{source}: is not a complete results file ({wrong})"
        raise RunError(msg) from error
