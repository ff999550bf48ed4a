"""The layer language: hidden layers in words, from the input on, ``"dense(64, relu), dropout(0.2), residual(64)"``.

==============================  ==========================================================================================
written                         layer
==============================  ==========================================================================================
``64``                          dense, dressed as the options say: batch normalisation, activation, dropout
``dense(64, relu)``             dense; the activation may be left out
``residual(64, relu)``          two dense layers and a way round them (He et al., CVPR 2016, arXiv:1512.03385)
``batchnorm`` ``layernorm``     standardise over the batch (Ioffe and Szegedy, ICML 2015) or over the units of each event
``dropout(0.2)``                switch this share of the units off at each step of the training
``activation(relu)``            bend what comes
``reshape(4, 7)`` ``flatten``   28 numbers as a sequence of 4 times 7, and back to a row
``conv1d(16, 3, relu)``         16 filters over 3 neighbours of a sequence
``conv2d(16, 3, relu)``         16 filters over 3 by 3 neighbours of an image, as of ``reshape(8, 8)``
``maxpool(2)`` ``avgpool(2)``   the largest or the mean of 2 neighbours (of an image 2 by 2)
``globalpool``                  the mean of the whole sequence or image
``lstm(32)`` ``gru(32)``        recurrent, over a sequence; the last state, or all of them if a layer over sequences follows
==============================  ==========================================================================================

A layer over sequences takes a row of numbers as a sequence of single ones. What stands here is only read; see
:mod:`umva.methods.networks.layer_building` for the network.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, Self

from umva.errors import OptionError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ACTIVATIONS", "KEEP_SHAPE", "OVER_SEQUENCES", "Layer", "Layers", "parse"]

ACTIVATIONS = ("relu", "elu", "gelu", "leaky_relu", "linear", "selu", "sigmoid", "silu", "softplus", "tanh")

_ARGUMENTS = {
    "dense": "units activation?",
    "residual": "units activation?",
    "batchnorm": "",
    "layernorm": "",
    "dropout": "share",
    "activation": "activation",
    "reshape": "size+",
    "flatten": "",
    "conv1d": "filters size activation?",
    "conv2d": "filters size activation?",
    "maxpool": "size",
    "avgpool": "size",
    "globalpool": "",
    "lstm": "units",
    "gru": "units",
}
KEEP_SHAPE = ("batchnorm", "layernorm", "dropout", "activation")
OVER_SEQUENCES = ("conv1d", "maxpool", "avgpool", "globalpool", "lstm", "gru")
_TOKEN = re.compile(r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(?P<word>[A-Za-z]\w*)|(?P<sign>[(),]))")


class Layers(str):
    """Layers in words, or a sequence of words and of numbers of units, as the text that says the same.

    Examples
    --------
    >>> Layers([64, "dropout(0.2)", 32])
    '64, dropout(0.2), 32'
    """

    __slots__ = ()

    def __new__(cls, written: str | Iterable[object]) -> Self:
        """Return the text."""
        return super().__new__(cls, written if isinstance(written, str) else ", ".join(map(str, written)))


@dataclass(frozen=True)
class Layer:
    """One layer as written.

    Parameters
    ----------
    name
        What it is: ``"dense"``.
    arguments
        What stands in its brackets.
    place
        Where it begins in the text, the first character being 1.
    bare
        Written as a number alone.
    """

    name: str
    arguments: tuple[int | float | str, ...]
    place: int
    bare: bool = False

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.name}({', '.join(map(str, self.arguments))})" if self.arguments else self.name


def parse(text: str) -> tuple[Layer, ...]:
    """Return the layers that ``text`` names, one or more.

    Raises
    ------
    OptionError
        If it cannot be understood; says where, and what is nearest to an unknown word.

    Examples
    --------
    >>> [str(each) for each in parse("64, dropout(.2), flatten")]
    ['dense(64)', 'dropout(0.2)', 'flatten']
    >>> parse("64, drop(0.2)")
    Traceback (most recent call last):
    umva.errors.OptionError: layers '64, drop(0.2)', character 5: there is no layer 'drop': did you mean 'dropout'?
    """
    return _Parser(text).layers()


class _Parser:
    """Reads ``layer {"," layer}``, where a layer is a number or ``name ["(" [argument {"," argument}] ")"]``."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._tokens()
        self.at = 0

    def layers(self) -> tuple[Layer, ...]:
        """Read all of the text."""
        found = [self._layer()]
        while self._kind() != "end":
            self._take(",")
            found.append(self._layer())
        return tuple(found)

    def _tokens(self) -> list[tuple[str, str, int]]:
        """Return kind, text and place of each token, and one for the end."""
        tokens, at = [], 0
        while self.text[at:].strip():
            match = _TOKEN.match(self.text, at)
            if match is None:
                start = at + len(self.text[at:]) - len(self.text[at:].lstrip())
                self._refuse(start, f"{self.text[start]!r} has no meaning here")
            kind = match.lastgroup or ""
            tokens.append((kind, match[kind], match.start(kind)))
            at = match.end()
        return [*tokens, ("end", "the end", len(self.text))]

    def _kind(self) -> str:
        return self.tokens[self.at][0]

    def _next(self) -> tuple[str, str, int]:
        self.at += 1
        return self.tokens[self.at - 1]

    def _take(self, sign: str) -> None:
        _, text, place = self._next()
        if text != sign:
            self._refuse(place, f"expected {sign!r}, found {text!r}")

    def _layer(self) -> Layer:
        kind, text, place = self._next()
        if kind == "number":
            return Layer("dense", (self._count(text, place),), place + 1, bare=True)
        if kind != "word":
            self._refuse(place, f"expected a layer or a number of units, found {text!r}")
        name = text.lower()
        if name not in _ARGUMENTS:
            self._refuse(place, f"there is no layer {text!r}: {did_you_mean(name, _ARGUMENTS)}")
        return Layer(name, self._arguments(name, place), place + 1)

    def _arguments(self, name: str, place: int) -> tuple[int | float | str, ...]:
        """Read what stands in brackets and compare it with what the layer takes."""
        given: list[tuple[str, str, int]] = []
        if self.tokens[self.at][1] == "(":
            self._take("(")
            while self.tokens[self.at][1] != ")":
                if given:
                    self._take(",")
                given.append(self._next())
            self._take(")")
        wanted = _ARGUMENTS[name].split()
        if wanted[-1:] == ["size+"]:
            wanted = ["size"] * max(1, len(given))
        if not len([each for each in wanted if not each.endswith("?")]) <= len(given) <= len(wanted):
            takes = _ARGUMENTS[name].replace(" ", ", ").replace("+", ", ...") or "nothing"
            self._refuse(place, f"{name} takes {takes} in brackets, got {len(given)} of them")
        return tuple(self._argument(each.rstrip("?"), token) for each, token in zip(wanted, given, strict=False))

    def _argument(self, what: str, token: tuple[str, str, int]) -> int | float | str:
        kind, text, place = token
        if what == "activation":
            if text.lower() not in ACTIVATIONS:
                self._refuse(place, f"there is no activation {text!r}: {did_you_mean(text, ACTIVATIONS)}")
            return text.lower()
        if what == "share":
            if kind != "number" or not float(text) < 1:
                self._refuse(place, f"expected a share, from 0 to below 1, found {text!r}")
            return float(text)
        return self._count(text, place)

    def _count(self, text: str, place: int) -> int:
        if not text.isdigit() or not 0 < int(text) <= 1_000_000:
            self._refuse(place, f"expected a whole number from 1 to 1000000, found {text!r}")
        return int(text)

    def _refuse(self, place: int, why: str) -> NoReturn:
        msg = f"layers {self.text!r}, character {place + 1}: {why}"
        raise OptionError(msg)
