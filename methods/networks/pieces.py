"""Pieces of an option string: each knows where it stands, so that an error can point at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from umva.errors import OptionError, did_you_mean
from umva.methods.options import flag

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["Piece"]


@dataclass(frozen=True)
class Piece:
    """A part of an option string, without the blanks around it.

    Parameters
    ----------
    option
        TMVA's name of the option.
    whole
        Its value.
    start, stop
        Where the part lies in it.

    Examples
    --------
    >>> [each.text for each in Piece.all_of("Layout", "TANH|128, LINEAR").split(",")]
    ['TANH|128', 'LINEAR']
    >>> Piece.all_of("InputLayout", "1|x").split("|")[1].count("a width")
    Traceback (most recent call last):
    umva.errors.OptionError: InputLayout '1|x', character 3: expected a width, a whole number from 1 to 1000000, found 'x'
    """

    option: str
    whole: str
    start: int
    stop: int

    @classmethod
    def all_of(cls, option: str, text: str) -> Piece:
        """Return all of an option's value as one piece."""
        return cls(option, text, 0, len(text))._bare()

    @property
    def text(self) -> str:
        """What stands there."""
        return self.whole[self.start : self.stop]

    def split(self, sign: str, *, once: bool = False) -> list[Piece]:
        """Return the pieces between the signs, or before and behind the first one."""
        found, start = [], self.start
        for part in self.text.split(sign, 1 if once else -1):
            found.append(Piece(self.option, self.whole, start, start + len(part))._bare())
            start += len(part) + len(sign)
        return found

    def word(self, known: Collection[str], what: str) -> str:
        """Return it as one of the words ``known``, whatever the case of its letters."""
        by_fold = {each.lower(): each for each in known}
        if self.text.lower() not in by_fold:
            self.refuse(f"there is no {what} {self.text!r}: {did_you_mean(self.text, known)}")
        return by_fold[self.text.lower()]

    def count(self, what: str, *, low: int = 1) -> int:
        """Return it as a whole number."""
        text = self.text
        if not (text.isascii() and text.isdigit() and len(text) <= 7 and low <= int(text) <= 1_000_000):
            self.refuse(f"expected {what}, a whole number from {low} to 1000000, found {text!r}")
        return int(text)

    def number(self, what: str, *, low: float = 0.0, high: float = 1e6) -> float:
        """Return it as a number."""
        try:
            value = float(self.text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            self.refuse(f"expected {what}, a number from {low:g} to {high:g}, found {self.text!r}")
        return value

    def flag(self, what: str) -> bool:
        """Return it as a switch: 0, 1, True, F, ..."""
        try:
            return flag(self.text)
        except ValueError:
            self.refuse(f"expected {what}, 0 or 1, found {self.text!r}")

    def refuse(self, why: str) -> NoReturn:
        """Raise OptionError at this place."""
        msg = f"{self.option} {self.whole!r}, character {self.start + 1}: {why}"
        raise OptionError(msg)

    def _bare(self) -> Piece:
        left = len(self.text) - len(self.text.lstrip())
        start = min(self.start + left, self.stop)
        return Piece(self.option, self.whole, start, start + len(self.text.strip()))
