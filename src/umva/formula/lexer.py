"""From text to tokens, knowing the names of the branches.

Branch names need not be identifiers: ``jet1_b-tag``, ``muon.pt``, ``#jets`` are names if such branches exist. Where a value
may stand, the longest name that stands there whole is taken; everything else is cut by the terminals of the grammar. Like ``parse``, this is imported by the first formula.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lark import Token
from lark.lexer import Lexer

from umva.errors import ColumnError, FormulaError, did_you_mean
from umva.formula.functions import CONSTANTS, FUNCTIONS, REFUSED
from umva.formula.places import pointed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lark.common import LexerConf

__all__ = ["BranchLexer"]

# after these a value is complete: an operator follows, not a name
_COMPLETE = frozenset({"BRANCH", "CONSTANT", "ENTRY", "NUMBER", "RPAR", "RSQB", "SIZE", "TEXT"})
_CALLED = re.compile(r"\s*\(")
_GOES_ON = re.compile(r"\w|\.(?!size\s*\()[A-Za-z_]|::")
_NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_BLANK = re.compile(r"(\s|\\\n)+")


class BranchLexer(Lexer):
    """Lexer for lark: takes ``(text, names)`` and gives the tokens of the grammar.

    Raises
    ------
    ColumnError
        A name is no branch.
    FormulaError
        A function is not known, or a character has no meaning.
    """

    def __init__(self, lexer_conf: LexerConf) -> None:
        self._terminals = {each.name: re.compile(each.pattern.to_regexp()) for each in lexer_conf.terminals}

    def lex(self, data: tuple[str, Sequence[str]]) -> Iterator[Token]:  # type: ignore[override]
        """Yield the tokens of a text."""
        text, names = data
        position, complete = _skip_blanks(text, 0), False
        while position < len(text):
            name = None if complete else _branch(text, position, names)
            kind, value = ("BRANCH", name) if name else self._longest(text, position)
            if kind == "FUNCTION" and not complete:
                kind = _word(text, position, value, names)
            yield Token(kind, value, start_pos=position, end_pos=position + len(value))
            complete = kind in _COMPLETE
            position = _skip_blanks(text, position + len(value))

    def _longest(self, text: str, position: int) -> tuple[str, str]:
        """Return kind and text of the longest terminal that stands at a place."""
        matches = {
            kind: match.group() for kind, each in self._terminals.items() if (match := each.match(text, position))
        }
        if not matches:
            hint = "; equality is written ==" if text[position] == "=" else ""
            msg = pointed(f"{text[position]!r} has no meaning here{hint}", text, position)
            raise FormulaError(msg)
        return max(matches.items(), key=lambda item: len(item[1]))


def _skip_blanks(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position


def _branch(text: str, position: int, names: Sequence[str]) -> str | None:
    """Return the longest branch name that stands whole at a place."""
    here = [name for name in names if name and text.startswith(name, position)]
    for name in sorted(here, key=len, reverse=True):
        end = position + len(name)
        cut_short = (name[-1].isalnum() or name[-1] == "_") and _GOES_ON.match(text, end)
        called = name in FUNCTIONS and _CALLED.match(text, end)
        if not (cut_short or called or _NUMBER.fullmatch(name)):
            return name
    return None


def _word(text: str, position: int, word: str, names: Sequence[str]) -> str:
    """Return the kind of a word that is no branch, or raise because it is nothing at all."""
    width = len(word)
    if word in REFUSED and not (word in FUNCTIONS and _CALLED.match(text, position + width)):
        msg = pointed(f"{word} is not available: {REFUSED[word]}", text, position, width=width)
        raise FormulaError(msg)
    if _CALLED.match(text, position + width):
        plain = word.removeprefix("std::")
        if plain in FUNCTIONS:
            return "FUNCTION"
        msg = pointed(f"no function {word!r}, {did_you_mean(plain, FUNCTIONS)}", text, position, width=width)
        raise FormulaError(msg)
    if word == "Entry$":
        return "ENTRY"
    if word in CONSTANTS:
        return "CONSTANT"
    msg = pointed(f"no branch {word!r}, {did_you_mean(word, names)}", text, position, width=width)
    raise ColumnError(msg)
