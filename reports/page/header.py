"""The head of a report: what was compared, on which events, when and by which command."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from umva.reports.digits import count
from umva.reports.figures.text import shorten

if TYPE_CHECKING:
    from umva.reports.page.view import View
    from umva.reports.results import InputFile

__all__ = ["date", "facts"]

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
LETTERS = 140
"""At most so much of the command is shown; all of it stands in the last chapter."""

NAMED = 4
"""At most so many input files are named; all of them stand in the chapter on the events."""


def facts(view: View) -> list[tuple[str, str]]:
    """Return what the head of a report says about the run: names and values, those that are not known left out."""
    results, dataset = view.results, view.results.dataset
    parts: dict[str, int] = {}
    for counts in dataset.counts.values():
        for part, each in counts.items():
            parts[part] = parts.get(part, 0) + each.n_events
    shown = ", ".join(f"{count(n)} {part}" for part, n in parts.items())
    known = [
        _subject(view),
        ("events", f"{count(dataset.n_events)} ({shown})" if shown else count(dataset.n_events)),
        ("variables", str(len(dataset.variables))),
        ("methods", str(len(results.methods))),
        ("seed", str(results.seed)),
        ("split", dataset.split_sha256[:12]),
        ("umva", _found(results.provenance, "umva")),
        ("git", _found(results.provenance, "git")),
        ("date", date(_found(results.provenance, "finished"))),
        ("input", _sources(dataset.files)),
        ("command", shorten(_found(results.provenance, "command"), LETTERS)),
    ]
    return [(key, value) for key, value in known if value]


def _subject(view: View) -> tuple[str, str]:
    """Return what is told apart or estimated."""
    dataset = view.results.dataset
    if view.results.task == "regression":
        names = [each.name for each in dataset.targets]
        return "target" if len(names) == 1 else "targets", ", ".join(names)
    classes = [view.class_name(role) for role in dataset.counts]
    return "classes", (" against " if len(classes) == 2 else ", ").join(classes)


def _sources(files: tuple[InputFile, ...]) -> str:
    """Return the names of the files without their folders, each once.

    Examples
    --------
    >>> from umva.reports.results import InputFile
    >>> _sources((InputFile("a/higgs.root:sig", "signal", 9, 9), InputFile("a/higgs.root:bkg", "background", 9, 9)))
    'higgs.root:sig, higgs.root:bkg'
    """
    names = list(dict.fromkeys(PurePath(each.source).name for each in files))
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _found(facts: Mapping[str, Any], name: str) -> str:
    """Return the first fact of this name, wherever it stands."""
    for key, value in facts.items():
        if isinstance(value, Mapping):
            if found := _found(value, name):
                return found
        elif key == name:
            return str(value)
    return ""


def date(text: str) -> str:
    """Return an ISO time as a reader would write it, other text as it is.

    Examples
    --------
    >>> date("2026-11-21T08:16:46+00:00"), date("yesterday")
    ('21 November 2026, 08:16 UTC', 'yesterday')
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{time.day} {MONTHS[time.month - 1]} {time:%Y, %H:%M %Z}".rstrip()
