"""The errors of umva: all in one tree, each also of the built-in kind one would expect.

::

    UmvaError
    ├── DataError         (ValueError)    the events: files, columns, cuts, weights, split
    │   ├── SourceError   (OSError)       a file or tree that cannot be opened or read
    │   ├── ColumnError   (LookupError)   a branch or column that is not there
    │   └── FormulaError                  an expression that cannot be understood
    ├── MethodError       (ValueError)    a method that cannot do what was asked
    │   ├── UnknownMethodError (LookupError)
    │   └── OptionError                   an option or value that the method does not take
    ├── ReportError       (ValueError)    numbers that cannot be measured or drawn
    └── RunError          (RuntimeError)  a run folder or model that cannot be written or read

This module is the one thing that every part of umva may import; it imports none of them.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "ColumnError",
    "DataError",
    "FormulaError",
    "MethodError",
    "OptionError",
    "ReportError",
    "RunError",
    "SourceError",
    "UmvaError",
    "UnknownMethodError",
    "did_you_mean",
]


class UmvaError(Exception):
    """Anything that umva reports to its user in one clear sentence."""


class DataError(UmvaError, ValueError):
    """The events cannot be used: no events, NaN, zero weights, an impossible split."""


class SourceError(DataError, OSError):
    """A file, tree or table cannot be opened or read."""


class ColumnError(DataError, LookupError):
    """A branch or column is not in the source."""


class FormulaError(DataError):
    """An expression cannot be parsed or evaluated; the message points at the place."""


class MethodError(UmvaError, ValueError):
    """A method cannot do what it was booked for."""


class UnknownMethodError(MethodError, LookupError):
    """No method has this name."""


class OptionError(MethodError):
    """A method has no such option, or not with this value."""


class ReportError(UmvaError, ValueError):
    """Numbers cannot be measured or drawn."""


class RunError(UmvaError, RuntimeError):
    """A run folder or a saved model cannot be written or read."""


def did_you_mean(name: object, known: Iterable[str], *, limit: int = 3) -> str:
    """Return a clause that names what is nearest to ``name``, or all that is known.

    Parameters
    ----------
    name
        What the user wrote.
    known
        What there is. Letters' case is ignored in the comparison.
    limit
        At most so many near names are given.

    Examples
    --------
    >>> did_you_mean("m_bbb", ["m_bb", "m_jj"])
    "did you mean 'm_bb'?"
    >>> did_you_mean("xyz", ["m_bb", "m_jj"])
    "known are 'm_bb', 'm_jj'"
    """
    names = list(dict.fromkeys(known))
    folded = {each.lower(): each for each in reversed(names)}
    near = difflib.get_close_matches(str(name).lower(), folded, n=limit, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(repr(folded[each]) for each in near)}?"
    if not names:
        return "there are none"
    shown = ", ".join(repr(each) for each in names[:12])
    return f"known are {shown}{', ...' if len(names) > 12 else ''}"
