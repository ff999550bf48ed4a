"""Errors that point at a place of an expression."""

from __future__ import annotations

__all__ = ["MisplacedError", "pointed"]


class MisplacedError(Exception):
    """Something is wrong at one place; whoever knows the whole text turns this into a FormulaError."""

    def __init__(self, message: str, position: int, width: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.width = width


def pointed(message: str, text: str, position: int, *, width: int = 1) -> str:
    """Return the message, the expression below it, and a caret under each character meant.

    Examples
    --------
    >>> print(pointed("no branch 'b'", "a + b", 4))
    no branch 'b'
        a + b
            ^
    """
    line = "".join(character if character.isprintable() else " " for character in text)
    carets = "^" * max(1, min(width, len(line) - position))
    return f"{message}\n    {line}\n    {' ' * position}{carets}"
