"""What the commands write besides the page, and in which style: flags of ``umva compare`` and ``umva report``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from umva.errors import ReportError
from umva.factory.data.lists import items
from umva.reports.style import Style

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from umva.reports import Results

__all__ = ["Pages", "page_flags"]


def _style(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Style | None:
    """Read a style."""
    if value is None:
        return None
    try:
        return Style.parse(value)
    except ReportError as error:
        raise click.BadParameter(str(error)) from error


@dataclass(frozen=True)
class Pages:
    """What a command writes into the run folder; fields as in :meth:`umva.reports.Results.report`."""

    style: Style | None = None
    formats: tuple[str, ...] = ("pdf",)
    numbers: bool = False
    pdf: bool = False
    tables: bool = False
    against: Path | None = None

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Self:
        """Return what the table ``[report]`` of an analysis file says."""
        said = dict(table)
        if "style" in said:
            said["style"] = Style.parse(said["style"]) if isinstance(said["style"], str) else Style.of(said["style"])
        if "formats" in said:
            said["formats"] = tuple(said["formats"])
        if "against" in said:
            said["against"] = Path(said["against"]).expanduser()
        return cls(**said)

    def with_flags(self, flags: dict[str, Any]) -> Self:
        """Return what is said with what flags say put in place; they are taken out of ``flags``."""
        said = {name: flags.pop(name) for name in _FLAGS}
        if said["formats"] is not None:
            said["formats"] = tuple(filter(None, items(said["formats"])))
        return replace(
            self, **{name: value for name, value in said.items() if value is not None and value is not False}
        )

    def require(self) -> None:
        """Raise what can be seen to be wrong before any training: an unknown format, an earlier run that cannot be read.

        Raises
        ------
        ReportError, RunError
            As :meth:`umva.reports.Results.report` does.
        """
        from umva.reports import read_results
        from umva.reports.figures.gallery import require_formats

        require_formats(self.formats)
        if self.against is not None:
            read_results(self.against / "results.json" if self.against.is_dir() else self.against)

    def write(self, results: Results, run: Path, *, output: Path | None = None) -> Path:
        """Write page, figures and what else is wanted, and return the path of the page.

        Parameters
        ----------
        results
            The comparison.
        run
            Its run folder.
        output
            Where it is written; the run folder if None.
        """
        from umva.reports.runs.against import compared_with

        if self.against is not None:
            results = replace(results, against=compared_with(results, self.against, folder=run))
        folder = run if output is None else output
        return results.report(
            folder / "report.html",
            figures=folder / "figures",
            formats=self.formats,
            numbers=self.numbers,
            pdf=folder / "report.pdf" if self.pdf else None,
            tables=folder / "tables" if self.tables else None,
            style=self.style,
        )


_OPTIONS = (
    click.option(
        "--style",
        callback=_style,
        metavar="TEXT",
        help='Label and typeface of an experiment: "CMS, label=Preliminary, sqrt_s=13, luminosity=138".',
    ),
    click.option("--formats", metavar="LIST", help="Files of the figures: pdf,png,svg,eps.  [default: pdf]"),
    click.option("--numbers", is_flag=True, help="Write the numbers of each figure beside it, as CSV."),
    click.option("--pdf", is_flag=True, help="Write report.pdf too: verdict, leaderboard and all figures."),
    click.option("--tables", is_flag=True, help="Write the tables in LaTeX too, into the folder tables."),
    click.option(
        "--against",
        type=click.Path(path_type=Path, exists=True),
        metavar="EARLIER",
        help="Say what has changed since an earlier run.",
    ),
)
_FLAGS = ("style", "formats", "numbers", "pdf", "tables", "against")


def page_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the flags to a command."""
    for each in reversed(_OPTIONS):
        command = each(command)
    return command
