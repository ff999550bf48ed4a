"""A whole comparison, and the root of ``results.json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence  # noqa: TC003 - results.json is read by these annotations
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from umva.reports.results.against import Against  # noqa: TC001 - as above
from umva.reports.results.checks import Check  # noqa: TC001 - as above
from umva.reports.results.dataset import DatasetSummary  # noqa: TC001 - as above
from umva.reports.results.expectation import Expectation  # noqa: TC001 - as above
from umva.reports.results.method import Comparison, MethodResult  # noqa: TC001 - as above
from umva.reports.results.notebook import Notebook
from umva.reports.results.relations import Agreement, RankingAgreement  # noqa: TC001 - as above
from umva.reports.results.studies import VariationSummary  # noqa: TC001 - as above

if TYPE_CHECKING:
    from umva.reports.style import Style

__all__ = ["SCHEMA_VERSION", "Results"]

SCHEMA_VERSION = 2


@dataclass(frozen=True)
class Results(Notebook):
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
    checks
        What is to be known before numbers are quoted.
    expectations
        What an experiment expects, ``"signal"`` against background, or by label each of several classes against the rest.
    differences
        Each of the best 15 methods against each better one: ``differences["MLP"]["BDT"]``; probabilities are corrected
        for the number of all these pairs.
    agreement, importance_agreement
        How alike these methods answer, and how alike they order the variables.
    variations
        The systematic variations that were declared, side by side.
    against
        What has changed since an earlier run, if one was given to :meth:`report`.
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
    checks: tuple[Check, ...] = ()
    expectations: Mapping[str, Expectation] = field(default_factory=dict)
    differences: Mapping[str, Mapping[str, Comparison]] = field(default_factory=dict)
    agreement: Agreement | None = None
    importance_agreement: RankingAgreement | None = None
    variations: tuple[VariationSummary, ...] = ()
    against: Against | None = None
    schema_version: int = SCHEMA_VERSION

    def report(
        self,
        path: str | Path,
        *,
        figures: str | Path | None = None,
        formats: Sequence[str] = ("pdf",),
        numbers: bool = False,
        pdf: str | Path | None = None,
        tables: str | Path | None = None,
        style: Style | None = None,
        against: Results | str | Path | None = None,
    ) -> Path:
        """Write the page, one HTML file, and return its path.

        Parameters
        ----------
        path
            Of the HTML file; its folder is made if it is not there.
        figures, formats
            A folder for the same figures as files, if they are wanted: ``"pdf"``, ``"png"``, ``"svg"``, ``"eps"``.
        numbers
            Whether the numbers of each figure are written beside it, as CSV.
        pdf
            Path of one PDF with verdict, leaderboard and all figures.
        tables
            A folder for tables in LaTeX (booktabs): ``leaderboard.tex``, ...
        style
            The experiment whose label and typeface the figures have: ``umva.Style("CMS", label="Preliminary")``.
        against
            An earlier run, its folder or its results: a chapter says what has changed since. Changes are paired event by
            event where ``scores.h5`` of both runs is at hand, of this one beside the page.

        Raises
        ------
        ReportError
            If something cannot be written there, a format is not known, or the runs have nothing in common.
        RunError
            If the earlier run cannot be read.
        """
        from umva.reports.outputs.writing import write_report

        return write_report(
            self,
            Path(path),
            figures=None if figures is None else Path(figures),
            formats=formats,
            numbers=numbers,
            pdf=None if pdf is None else Path(pdf),
            tables=None if tables is None else Path(tables),
            style=style,
            against=Path(against) if isinstance(against, str) else against,
        )
