"""Names and titles of the user, made fit to be drawn: a bad formula is shown as it stands, never an error."""

from __future__ import annotations

import functools
import re

from matplotlib.mathtext import MathTextParser

__all__ = ["axis_title", "plain", "shorten", "title"]

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
LATEX_MARK = re.compile(r"[_^]\{|\\[A-Za-z]|#[A-Za-z]")


def plain(text: str) -> str:
    r"""Return text that is drawn letter by letter: no formulas, no control characters.

    Examples
    --------
    >>> plain("cost in $")
    'cost in \\$'
    """
    return CONTROL.sub(" ", text).replace("$", r"\$")


def shorten(text: str, length: int = 24) -> str:
    """Return the text, or its beginning and an ellipsis.

    Examples
    --------
    >>> shorten("RandomForest", 8)
    'RandomF…'
    """
    return text if len(text) <= length else f"{text[: length - 1]}…"


@functools.cache
def title(text: str) -> str:
    r"""Return a title for matplotlib: formulas between dollars, or ROOT's ``p_{T}`` and ``#mu``, where they can be read.

    Examples
    --------
    >>> title("p_{T}^{#mu} + 1")
    '$p_{T}^{\\mu}\\ +\\ 1$'
    >>> title("m_bb"), title(r"$\frac{1$")
    ('m_bb', '\\$\\frac{1\\$')
    """
    text = CONTROL.sub(" ", text)
    if "$" not in text and LATEX_MARK.search(text):
        formula = text.replace("#", "\\").replace(" ", r"\ ").replace("%", r"\%")
        text_as_formula = f"${formula}$"
        return text_as_formula if _readable(text_as_formula) else plain(text)
    return text if _readable(text) else plain(text)


def axis_title(name: str, text: str = "", unit: str = "", power: str = "") -> str:
    """Return the title of a variable's axis: its title or else its name, power of ten and unit in brackets.

    Examples
    --------
    >>> axis_title("m_bb", "", "GeV")
    'm_bb [GeV]'
    >>> axis_title("m_bb", "", "", "$10^{5}$")
    'm_bb [$10^{5}$]'
    """
    shown = title(shorten(text, 60)) if text else plain(shorten(name, 40))
    bracket = " ".join(each for each in (power, title(unit)) if each)
    return f"{shown} [{bracket}]" if bracket else shown


def _readable(text: str) -> bool:
    """Tell whether matplotlib can set the formulas of a text."""
    if text.count("$") % 2:
        return False
    try:
        MathTextParser("path").parse(text)
    except ValueError:
        return False
    return True
