"""What the chapters of the page are written from: the results, the drawings, and numbers made ready for a table."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from umva.reports.digits import measured
from umva.reports.figures.looks import class_looks
from umva.reports.figures.style import DASHES, N_SERIES
from umva.reports.page.svg import inline_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from umva.reports.figures.drawing import Drawing, Key
    from umva.reports.results import Number, Results

__all__ = ["Cell", "Chapter", "Footnotes", "Swatch", "View", "as_text"]

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Cell:
    """A number in a table.

    Parameters
    ----------
    text
        As it is shown; a dash says that there is none.
    value
        As it was measured; stands in the page for whoever reads it by program.
    small
        Further lines in small print.
    mark
        Letter of its footnote.
    shade
        Class of its colour, where the number is to be seen at a glance.
    verdict
        ``"none"``, ``"mild"`` or ``"strong"``, shown as such in place of the text.
    """

    text: str = "\N{EN DASH}"
    value: float | None = None
    small: tuple[str, ...] = ()
    mark: str = ""
    shade: str = ""
    verdict: str = ""


@dataclass
class Footnotes:
    """Remarks under one table, one letter for each different remark."""

    remarks: list[str] = field(default_factory=list)

    def mark(self, remark: str) -> str:
        """Return the letter of a remark."""
        if remark not in self.remarks:
            self.remarks.append(remark)
        place = self.remarks.index(remark)
        return LETTERS[place % 26] * (1 + place // 26)

    def cell(self, number: Number | None, *small: str) -> Cell:
        """Return a measured number with its error, or with a remark why it has none."""
        if number is None:
            return Cell()
        remark = number.note or ("no error is given" if number.error is None else "")
        return Cell(measured(number), number.value, small, self.mark(remark) if remark else "")

    def listed(self) -> list[tuple[str, str]]:
        """Return letters and remarks."""
        return [(self.mark(each), each) for each in self.remarks]


@dataclass(frozen=True)
class Swatch:
    """What stands for a method or a class: the name of its colour; the dash pattern of a line as SVG writes it.

    That of a method has its place among them, by which the script finds what to hide with it.
    """

    role: str
    dash: str = ""
    place: int | None = None


@dataclass(frozen=True)
class View:
    """The results and their drawings.

    Parameters
    ----------
    results
        The comparison.
    drawings
        What :func:`umva.reports.figures.draw_all` gave for it.
    """

    results: Results
    drawings: Mapping[Key, Drawing]

    def label(self, role: str) -> str:
        """Return what the user calls the class that is ``"signal"`` or ``"background"``."""
        classes = self.results.provenance.get("classes")
        return str(classes.get(role, role)) if isinstance(classes, dict) else role

    def class_name(self, role: str) -> str:
        """Return signal or background, with what the user calls it where that is another word."""
        label = self.label(role)
        return role if label.lower() == role.lower() else f"{role} ({label})"

    @property
    def classes(self) -> dict[str, Swatch]:
        """The classes as they are called in the results, and what stands for them."""
        return {label: Swatch(look.role) for label, look in class_looks(self.results.dataset.counts).items()}

    def figure(self, *key: str) -> Markup:
        """Return a drawing as SVG for the page, empty if there is none."""
        drawing = self.drawings.get(key)
        if drawing is None:
            return Markup("")
        place = list(self.drawings).index(key)
        kind, *subjects = key
        data = {"kind": kind, "label": subjects[0] if subjects else "", "owner": self._owner(key)}
        return Markup(inline_svg(drawing.figure, prefix=f"f{place}", alt=drawing.alt, data=data))

    def swatch(self, method: str) -> Swatch:
        """Return colour and dash of a method."""
        place = list(self.results.methods).index(method)
        return Swatch(f"series-{place % N_SERIES + 1}", " ".join(map(str, DASHES[place % len(DASHES)])), place)

    def _owner(self, key: Key) -> str:
        """Return the place of the method that a drawing is about; none if the name could be that of something else."""
        dataset = self.results.dataset
        others = {each.name for each in (*dataset.variables, *dataset.targets)} | {*dataset.counts, *dataset.spectators}
        name = next((each for each in key[1:] if each in self.results.methods and each not in others), None)
        return "" if name is None else str(list(self.results.methods).index(name))


@dataclass(frozen=True)
class Chapter:
    """One chapter of the page.

    Parameters
    ----------
    key
        Its anchor, and the name of its template.
    title, short
        Its heading, and its name in the navigation.
    prepare
        Returns what the template needs.
    tasks
        The tasks whose pages have it.
    exists
        Whether a page of these tasks has it, given its results.
    """

    key: str
    title: str
    short: str
    prepare: Callable[[View], dict[str, Any]]
    tasks: tuple[str, ...] = ("classification", "multiclass", "regression")
    exists: Callable[[View], bool] = lambda _: True


def as_text(value: object) -> str:
    """Return an option or fact as a reader would write it.

    Examples
    --------
    >>> as_text([64, 64]), as_text(None), as_text(True), as_text("G,N"), as_text(0.1)
    ('[64, 64]', 'none', 'true', 'G,N', '0.1')
    """
    if value is None:
        return "none"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
