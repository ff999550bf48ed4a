"""All figures of a comparison: drawn once, described in words, saved as files."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

from umva.errors import ReportError
from umva.reports.figures.experiment import add_label, worn
from umva.reports.figures.families import FAMILIES
from umva.reports.figures.frames import numbers_of
from umva.reports.figures.style import settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from umva.reports.figures.drawing import Drawing, Key
    from umva.reports.results import Results
    from umva.reports.style import Style


__all__ = ["draw_all", "drawings_of", "require_formats", "write_figures"]

FORMATS = ("pdf", "png", "svg", "eps")
METADATA = {
    "pdf": {"Creator": "umva", "Producer": "matplotlib", "CreationDate": None},
    "svg": {"Date": None, "Creator": None},
}


def draw_all(results: Results, *, style: Style | None = None) -> dict[Key, Drawing]:
    """Draw every figure that there are numbers for.

    Parameters
    ----------
    results
        The comparison.
    style
        The experiment whose label and typeface they have.

    Returns
    -------
    dict
        Drawings in the order of the page; keys name kind (``roc``, ``rejection``, ``significance``, ``purity``, ``cuts``, ``response``, ``confusion``,
        ``deviations``, ``deviation``, ``profile``, ``target``, ``variable``, ``correlation``, ``importance``,
        ``training``) and subjects, such as method and class.
    """
    with worn(style), settings():
        drawings = dict(drawings_of(results))
        for each in drawings.values():
            add_label(each.figure, style)
    return drawings


def write_figures(
    results: Results,
    folder: Path,
    formats: Sequence[str] = ("pdf",),
    *,
    drawings: Mapping[Key, Drawing] | None = None,
    numbers: bool = False,
) -> list[Path]:
    """Write every figure into a folder, which is made if it is not there.

    Parameters
    ----------
    results
        The comparison.
    folder
        Where the files go: ``roc.pdf``, ``response_BDT.pdf``, ...; files of the same names are overwritten.
    formats
        Any of ``pdf``, ``png``, ``svg``, ``eps``.
    drawings
        What :func:`draw_all` gave for these results, to save drawing them again.
    numbers
        Whether the numbers of each figure are written beside it, as CSV.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    ReportError
        If a format is not known.
    """
    require_formats(formats)
    drawings = draw_all(results) if drawings is None else drawings
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    with settings(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        for stem, drawing in zip(_file_stems(drawings), drawings.values(), strict=True):
            for each in formats:
                path = folder / f"{stem}.{each}"
                drawing.figure.savefig(path, format=each, metadata=METADATA.get(each), dpi=200)
                paths.append(path)
            if numbers:
                paths.append(folder / f"{stem}.csv")
                drawing.frame().to_csv(paths[-1], index=False)
    return paths


def require_formats(formats: Sequence[str]) -> None:
    """Raise ReportError unless figures can be written in these formats."""
    for each in formats:
        if each not in FORMATS:
            msg = f"figures cannot be written as '{each}', only as {', '.join(FORMATS)}"
            raise ReportError(msg)


def drawings_of(results: Results) -> Iterator[tuple[Key, Drawing]]:
    """Draw one figure after the other, family by family, with its numbers."""
    for family in FAMILIES:
        for key, each in family(results):
            yield key, replace(each, numbers=each.numbers or numbers_of(results, key))


def _file_stems(drawings: Mapping[Key, Drawing]) -> list[str]:
    """Return a file name without ending for each drawing: letters, digits, dots and dashes, all different."""
    stems: list[str] = []
    taken: set[str] = set()
    for key in drawings:
        stem = re.sub(r"[^\w.-]+", "_", "_".join(key)).strip("_")[:80]
        candidates = (stem if i == 1 else f"{stem}_{i}" for i in range(1, len(drawings) + 2))
        free = next(each for each in candidates if each.lower() not in taken)
        taken.add(free.lower())
        stems.append(free)
    return stems
