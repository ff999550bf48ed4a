"""An expression of plain numbers: names stand for arrays of any shapes that numpy can combine, not for branches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.errors import FormulaError
from umva.formula.nodes import Element, Entry, Events, Text, branches, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from umva.formula.nodes import Node

__all__ = ["Expression"]


class Expression:
    """An expression in ROOT's formula language, evaluated for many values of its parameters at once.

    Parameters
    ----------
    text
        The expression.
    names
        What may occur in it; any characters will do, such as ``"(0)"``.

    Raises
    ------
    FormulaError
        The expression cannot be understood, or asks for elements of arrays, entry numbers or text.
    ColumnError
        A name in it is none of ``names``.

    Examples
    --------
    >>> line = Expression("(0) + (1) * x", names=["x", "(0)", "(1)"])
    >>> line.names
    ('(0)', '(1)', 'x')
    >>> slopes = np.array([[2.0], [3.0]])
    >>> line({"(0)": np.float64(1), "(1)": slopes, "x": np.array([0.0, 10.0, 20.0])}).tolist()
    [[1.0, 21.0, 41.0], [1.0, 31.0, 61.0]]
    """

    __slots__ = ("names", "text", "tree")

    text: str
    """The expression as written."""
    names: tuple[str, ...]
    """The names that occur, in order of first use."""
    tree: Node
    """What it was compiled to."""

    def __init__(self, text: str, *, names: Iterable[str]) -> None:
        from umva.formula.parse import parse  # lark is imported when the first expression is

        self.text = text
        self.tree = parse(text.strip(), tuple(names))
        self.names = branches(self.tree)
        for kind, what in {Element: "an element such as x[0]", Entry: "Entry$", Text: "text"}.items():
            if any(isinstance(node, kind) for node in walk(self.tree)):
                msg = f"{text!r} must be made of numbers, not of {what}"
                raise FormulaError(msg)

    def __call__(self, values: Mapping[str, NDArray[np.float64] | np.float64]) -> NDArray[np.float64]:
        """Return the expression of these values, float64, in the shape that those of its names broadcast to.

        Where the mathematics has no answer, the result is NaN or infinite.
        """
        with np.errstate(all="ignore"):
            found: NDArray[np.float64] = self.tree.evaluate(Events(values, 0, 0, plain=True))
        return found

    def __repr__(self) -> str:
        """Return how to write the expression."""
        return f"Expression({self.text!r}, names={list(self.names)!r})"

    def __reduce__(self) -> tuple[object, ...]:
        """Return how to build the expression again: from its text, in another process."""
        return _rebuilt, (self.text, self.names)


def _rebuilt(text: str, names: tuple[str, ...]) -> Expression:
    return Expression(text, names=names)
