"""What a report consists of, as files: the page, and on request figures, their numbers, a PDF and tables for LaTeX."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from umva.errors import ReportError
from umva.reports.figures import draw_all, write_figures
from umva.reports.figures.experiment import worn
from umva.reports.outputs.booklet import booklet
from umva.reports.outputs.latex import latex_tables
from umva.reports.page.render import render
from umva.reports.runs.against import compared_with

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from umva.reports.results import Against, Results
    from umva.reports.style import Style

__all__ = ["write_report"]


def write_report(
    results: Results,
    path: Path,
    *,
    figures: Path | None = None,
    formats: Sequence[str] = ("pdf",),
    numbers: bool = False,
    pdf: Path | None = None,
    tables: Path | None = None,
    style: Style | None = None,
    against: Results | Path | None = None,
) -> Path:
    """Write the page and what else is asked for; see :meth:`umva.reports.Results.report`.

    Raises
    ------
    ReportError
        If something cannot be written, a format is not known, or the two runs have no method or task in common.
    RunError
        If the earlier run cannot be read.
    """
    if against is not None:
        results = replace(results, against=compared_with(results, against, folder=path.parent))
    try:
        with worn(style):
            drawings = draw_all(results, style=style)
            _replace(path, render(results, drawings=drawings, style=style).encode())
            if results.against is not None:
                _replace(path.with_name("against.json"), _as_json(results.against))
            if figures is not None:
                write_figures(results, figures, formats, drawings=drawings, numbers=numbers)
            if pdf is not None:
                _replace(pdf, booklet(results, drawings, style=style))
        if tables is not None:
            for name, text in latex_tables(results).items():
                _replace(tables / f"{name}.tex", text.encode())
    except OSError as error:
        msg = f"{error.filename or path}: cannot write the report there ({error.strerror})"
        raise ReportError(msg) from error
    return path


def _as_json(against: Against) -> bytes:
    """Return the numbers of the chapter on an earlier run, which ``results.json`` does not have."""
    import cattrs

    return json.dumps(cattrs.unstructure(against), indent=1, ensure_ascii=False, allow_nan=False).encode()


def _replace(path: Path, content: bytes) -> None:
    """Write a file that is complete or not there; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)
