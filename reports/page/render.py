"""The page: all numbers and figures of a comparison in one HTML file that needs nothing else.

No script is needed to read it; the one there is switches light and dark and marks the chapter in view. The page forbids
its reader's browser to load anything or to run any other script, so that no text from the data can do harm.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from umva.reports.digits import count
from umva.reports.figures.gallery import draw_all
from umva.reports.figures.style import DARK, LIGHT
from umva.reports.page.chapters import CHAPTERS
from umva.reports.page.view import View

if TYPE_CHECKING:
    from umva.reports.figures.gallery import Drawing, Key
    from umva.reports.results import Results

__all__ = ["render"]

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
SHORT = 16
"""Names of at most so many letters stay on one line."""


def render(results: Results, *, drawings: Mapping[Key, Drawing] | None = None) -> str:
    """Return the page of a comparison.

    Parameters
    ----------
    results
        The comparison; whatever it lacks is left out, with the reason where it is known.
    drawings
        What :func:`umva.reports.figures.draw_all` gave for these results, to save drawing them again.

    Returns
    -------
    str
        One HTML document without reference to any other file or address.
    """
    view = View(results, draw_all(results) if drawings is None else drawings)
    environment = _environment()
    script = _source("script.js")
    chapters = [
        (each, Markup(environment.get_template(f"{each.key}.html").render(view=view, **each.prepare(view))))
        for each in CHAPTERS
        if results.task in each.tasks
    ]
    return environment.get_template("page.html").render(
        results=results,
        chapters=chapters,
        facts=_facts(view),
        style=Markup(_source("style.css")),
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        light=LIGHT,
        dark=DARK,
    )


@functools.cache
def _environment() -> Environment:
    """Return the templates, which escape whatever they show."""
    environment = Environment(
        loader=PackageLoader("umva.reports.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["soft"] = _soft
    return environment


def _soft(name: str) -> Markup:
    """Return a name that may be broken, if it is long: after punctuation, and anywhere in a long word.

    Examples
    --------
    >>> _soft("m_bb<"), _soft("transverse_momentum")
    (Markup('m_bb&lt;'), Markup('transverse_<wbr>momentum'))
    """
    if len(name) <= SHORT:
        return escape(name)
    return Markup("<wbr>").join(escape(each) for each in re.findall(r".{,20}?[_./:,-]+|.{1,20}", name, re.DOTALL))


def _source(name: str) -> str:
    """Return one of our own files as it stands."""
    environment = _environment()
    if environment.loader is None:
        return ""
    return environment.loader.get_source(environment, name)[0].strip()


def _facts(view: View) -> list[tuple[str, str]]:
    """Return what the header says about the run."""
    results, dataset = view.results, view.results.dataset
    parts: dict[str, int] = {}
    for counts in dataset.counts.values():
        for part, each in counts.items():
            parts[part] = parts.get(part, 0) + each.n_events
    shown = ", ".join(f"{count(n)} {part}" for part, n in parts.items())
    facts = [
        _subject(view),
        ("events", f"{count(dataset.n_events)} ({shown})" if shown else count(dataset.n_events)),
        ("variables", str(len(dataset.variables))),
        ("methods", str(len(results.methods))),
        ("seed", str(results.seed)),
        ("split", dataset.split_sha256[:12]),
        ("umva", _found(results.provenance, "umva")),
        ("date", _date(_found(results.provenance, "finished"))),
    ]
    return [(key, value) for key, value in facts if value]


def _subject(view: View) -> tuple[str, str]:
    """Return what is told apart or estimated."""
    dataset = view.results.dataset
    if view.results.task == "regression":
        names = [each.name for each in dataset.targets]
        return "target" if len(names) == 1 else "targets", ", ".join(names)
    classes = [view.class_name(role) for role in dataset.counts]
    return "classes", (" against " if len(classes) == 2 else ", ").join(classes)


def _found(facts: Mapping[str, Any], name: str) -> str:
    """Return the first fact of this name, wherever it stands."""
    for key, value in facts.items():
        if isinstance(value, Mapping):
            if found := _found(value, name):
                return found
        elif key == name:
            return str(value)
    return ""


def _date(text: str) -> str:
    """Return an ISO time as a reader would write it, other text as it is.

    Examples
    --------
    >>> _date("2026-11-21T08:16:46+00:00"), _date("yesterday")
    ('21 November 2026, 08:16 UTC', 'yesterday')
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{time.day} {MONTHS[time.month - 1]} {time:%Y, %H:%M %Z}".rstrip()
