"""The page: all numbers and figures of a comparison in one HTML file that needs nothing else.

No script is needed to read it; the one there is (:mod:`umva.reports.page.script`) adds what a reader can do with it. The
page forbids its reader's browser to load anything or to run any other script, so that no text from the data can do harm.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from umva.reports.figures.experiment import family
from umva.reports.figures.gallery import draw_all
from umva.reports.figures.style import DARK, LIGHT
from umva.reports.page.chapters import CHAPTERS
from umva.reports.page.header import facts
from umva.reports.page.numbers import numbers
from umva.reports.page.script import hash_of, joined
from umva.reports.page.view import View
from umva.reports.style import Style

if TYPE_CHECKING:
    from collections.abc import Mapping

    from umva.reports.figures.drawing import Drawing, Key
    from umva.reports.results import Results

__all__ = ["render"]

SHORT = 16
"""Names of at most so many letters stay on one line."""


def render(results: Results, *, drawings: Mapping[Key, Drawing] | None = None, style: Style | None = None) -> str:
    """Return the page of a comparison.

    Parameters
    ----------
    results
        The comparison; whatever it lacks is left out, with the reason where it is known.
    drawings
        What :func:`umva.reports.figures.draw_all` gave for these results and this style, to save drawing them again.
    style
        The experiment whose label stands at the head of the page and on every figure.

    Returns
    -------
    str
        One HTML document without reference to any other file or address.
    """
    view = View(results, draw_all(results, style=style) if drawings is None else drawings)
    environment = _environment()
    script = joined(_source)
    chosen = [each for each in CHAPTERS if results.task in each.tasks and each.exists(view)]
    present = {each.key for each in chosen}
    chapters = [
        (
            each,
            Markup(
                environment.get_template(f"{each.key}.html").render(view=view, present=present, **each.prepare(view))
            ),
        )
        for each in chosen
    ]
    return environment.get_template("page.html").render(
        results=results,
        chapters=chapters,
        facts=facts(view),
        experiment=style or Style(),
        typeface=family(style),
        style=Markup("\n".join(map(_source, ("style.css", "controls.css")))),
        script=Markup(script),
        script_hash=hash_of(script),
        boxes=[
            (place, each.name, view.swatch(each.name))
            for place, each in enumerate(results.methods.values())
            if each.status == "ok"
        ],
        numbers=numbers(results),
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
