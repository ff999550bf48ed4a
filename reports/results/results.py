"""A whole comparison, and the root of ``results.json``."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - results.json is read by these annotations
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from umva.errors import ReportError
from umva.reports.results.dataset import DatasetSummary  # noqa: TC001 - as above
from umva.reports.results.method import MethodResult  # noqa: TC001 - as above

__all__ = ["SCHEMA_VERSION", "Results"]

SCHEMA_VERSION = 2


@dataclass(frozen=True)
class Results:
    """A whole comparison, and the root of ``results.json``.

    Parameters
    ----------
    title, seed
        As given by the user.
    task
        ``"classification"``, ``"multiclass"`` or ``"regression"``.
    verdict
        How the comparison came out, in a few sentences.
    dataset
        The sample.
    methods
        By booked name, the best first, methods that were not measured last.
    provenance
        Facts by kind: ``versions`` of packages, ``classes`` as the user calls signal and background, ``time`` (when
        and by which command; the only entries that differ between runs with one seed, besides those of methods).
    schema_version
        Of this file.
    """

    title: str
    seed: int
    verdict: str
    dataset: DatasetSummary
    methods: Mapping[str, MethodResult]
    provenance: Mapping[str, Any]
    task: str = "classification"
    schema_version: int = SCHEMA_VERSION

    def report(self, path: str | Path, *, figures: str | Path | None = None) -> Path:
        """Write the page, one HTML file, and return its path.

        Parameters
        ----------
        path
            Of the HTML file; its folder is made if it is not there.
        figures
            A folder for the same figures as PDF files, if they are wanted.

        Raises
        ------
        ReportError
            If something cannot be written there.
        """
        from umva.reports.figures import draw_all, write_figures
        from umva.reports.page import render

        target = Path(path)
        fresh = target.with_name(f".{target.name}.new")
        drawings = draw_all(self)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(render(self, drawings=drawings), encoding="utf-8")
            fresh.replace(target)
            if figures is not None:
                write_figures(self, Path(figures), drawings=drawings)
        except OSError as error:
            msg = f"{target}: cannot write the report there ({error.strerror})"
            raise ReportError(msg) from error
        return target
