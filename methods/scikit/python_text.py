"""Words of Python among the options of TMVA's interfaces to scikit-learn: ``'gini'``, ``"gini"``, ```gini```, ``gini``."""

from __future__ import annotations

from typing import Self

__all__ = ["PythonText"]


class PythonText(str):
    """A word as TMVA's users write it, without the quotes that Python would want.

    Examples
    --------
    >>> PythonText("'gini'"), PythonText("`gini`"), PythonText(None), PythonText(0.5)
    ('gini', 'gini', 'None', '0.5')
    """

    __slots__ = ()

    def __new__(cls, written: object) -> Self:
        """Return the word."""
        text = str(written).strip()
        quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\"`"
        return super().__new__(cls, text[1:-1] if quoted else text)
