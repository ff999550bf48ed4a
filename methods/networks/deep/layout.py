"""TMVA's Layout and InputLayout: the layers of a network and the shape of an event, read but not yet built.

==========================================================================  =================================================
written                                                                     layer
==========================================================================  =================================================
``DENSE|64|TANH``  ``TANH|64``                                              64 units; the second is the form of kDNN
``DENSE|(N+100)*2|SOFTSIGN``                                                a formula of N, the number of inputs
``LINEAR``  ``DENSE|1|LINEAR``                                              the last layer, whose units are the outputs
``CONV|12|3|3|1|1|1|1|RELU``                                                12 filters of 3 rows and 3 columns; steps and
                                                                            padding, rows first
``MAXPOOL|2|2|2|2``                                                         the largest of 2 rows and 2 columns; steps
``RESHAPE|FLAT``  ``RESHAPE|4|8|8``                                         a row of numbers; channels, rows, columns
``BNORM``  ``BNORM|0.99|0.001``                                             standardise over the batch; momentum, epsilon
``RNN|12|3|10|0|1``  ``LSTM|12|3|10|0|1``  ``GRU|12|3|10|0|1|0``            12 units over 10 steps of 3 inputs; remember,
                                                                            all states or the last, reset after the product
==========================================================================  =================================================

An InputLayout is ``channels|rows|columns`` of an image, ``steps|inputs`` of a sequence, or ``1|1|inputs``; zeros say nothing.
(TMVA Users Guide, chapter on deep learning.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.errors import UmvaError
from umva.methods.networks.layers import Layer
from umva.methods.networks.pieces import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ACTIVATIONS", "RECURRENT", "parse_input_layout", "parse_layout"]

ACTIVATIONS = ("LINEAR", "IDENTITY", "RELU", "TANH", "FTANH", "SIGMOID", "SOFTSIGN", "SYMMRELU", "GAUSS")
RECURRENT = ("RNN", "LSTM", "GRU")

_SIZES = {
    "CONV": ("filters", "rows of a filter", "columns of a filter", "a step of rows", "a step of columns"),
    "MAXPOOL": ("rows", "columns", "a step of rows", "a step of columns"),
    "RESHAPE": ("channels", "rows", "columns"),
    **dict.fromkeys(RECURRENT, ("units", "inputs", "steps")),
}
_SWITCHES = {"RNN": 2, "LSTM": 2, "GRU": 3}
_KNOWN = ("DENSE", "BNORM", *_SIZES)


def parse_layout(text: str, n_variables: int | None) -> tuple[Layer, ...]:
    """Return the layers that a Layout names; the last is dense, and has 0 units where they are the outputs.

    Parameters
    ----------
    text
        The Layout.
    n_variables
        What N in it stands for; None if it is not known, and formulas of N are read as 1 unit.

    Raises
    ------
    OptionError
        If it cannot be understood; says where, and what is nearest to an unknown word.

    Examples
    --------
    >>> [str(each) for each in parse_layout("TANH|N+5, DENSE|8, LINEAR", 4)]
    ['DENSE(9, TANH)', 'DENSE(8, TANH)', 'DENSE(0, LINEAR)']
    >>> parse_layout("DENS|64|TANH,LINEAR", 4)
    Traceback (most recent call last):
    umva.errors.OptionError: Layout 'DENS|64|TANH,LINEAR', character 1: there is no layer 'DENS': did you mean 'DENSE'?
    """
    pieces = Piece.all_of("Layout", text).split(",")
    layers = tuple(_layer(each, n_variables, last=each is pieces[-1]) for each in pieces)
    if layers[-1].name != "DENSE":
        pieces[-1].refuse("the last layer must be dense, as LINEAR is")
    return layers


def parse_input_layout(text: str, n_variables: int | None) -> tuple[int, ...]:
    """Return the shape of an event, empty if nothing is said of it.

    Parameters
    ----------
    text
        The InputLayout.
    n_variables
        Number of inputs, which the shape must hold; None if it is not known.

    Raises
    ------
    OptionError
        If it cannot be understood, or does not hold the inputs.

    Examples
    --------
    >>> parse_input_layout("1|8|8", 64), parse_input_layout("10|3", 30), parse_input_layout("0|0|0", 4)
    ((1, 8, 8), (10, 3), ())
    """
    whole = Piece.all_of("InputLayout", text)
    sizes = tuple(each.count("a size", low=0) for each in whole.split("|"))
    if len(sizes) > 3:
        whole.refuse(f"expected at most 3 sizes, found {len(sizes)}")
    if not any(sizes):
        return ()
    if n_variables is not None and int(np.prod(sizes)) != n_variables:
        whole.refuse(f"holds {int(np.prod(sizes))} inputs, the data have {n_variables}")
    return sizes


def _layer(piece: Piece, n_variables: int | None, *, last: bool) -> Layer:
    """Read one layer."""
    head, *rest = piece.split("|")
    if head.text.upper() in ACTIVATIONS:
        return _dense(piece, [head, *rest], n_variables, last=last)
    name = head.word([*_KNOWN, *ACTIVATIONS], "layer")
    if name == "DENSE":
        return _dense(piece, rest, n_variables, last=last)
    if name == "RESHAPE" and rest and rest[-1].text.upper() == "FLAT":
        return Layer(name, (), head.start + 1)
    if name == "BNORM":
        return Layer(name, _batch_norm(piece, rest), head.start + 1)
    sizes = _SIZES[name]
    most = len(sizes) + (3 if name == "CONV" else _SWITCHES.get(name, 0))
    least = len(sizes) + 2 * (name == "CONV")
    if not least <= len(rest) <= most:
        takes = f"{least} to {most}" if most > least else f"{least}"
        piece.refuse(f"{name} takes {takes} settings ({', '.join(sizes)}, ...), got {len(rest)}")
    found = [each.count(what) for each, what in zip(rest, sizes, strict=False)]
    return Layer(name, (*found, *_settings(name, rest[len(sizes) :])), head.start + 1)


def _settings(name: str, rest: Sequence[Piece]) -> tuple[int | str, ...]:
    """Read what stands behind the sizes: padding and activation, or switches."""
    if name != "CONV":
        return tuple(int(each.flag("a switch")) for each in rest)
    padding = tuple(each.count("a padding", low=0) for each in rest[:2])
    return (*padding, *_activation(rest[2:]))


def _dense(piece: Piece, rest: Sequence[Piece], n_variables: int | None, *, last: bool) -> Layer:
    """Read units and activation, in any order."""
    words = [each for each in rest if each.text.isalpha() and each.text.upper() != "N"]
    units = [each for each in rest if each not in words]
    if len(words) > 1 or len(units) > 1:
        piece.refuse(f"expected units and an activation, got {len(rest)} settings; known activations are {ACTIVATIONS}")
    width = _units(units[0], n_variables, low=0 if last else 1) if units else 0
    if not (width or last):
        piece.refuse("expected units: only the last layer takes them from the outputs")
    return Layer("DENSE", (width, *_activation(words)), piece.start + 1)


def _units(piece: Piece, n_variables: int | None, *, low: int) -> int:
    """Read a number of units, or a formula of N."""
    from umva.formula import Expression  # which few layouts need

    if piece.text.isdigit():
        return piece.count("units", low=low)
    try:
        width = float(Expression(piece.text, names=["N", "n"])(dict.fromkeys("Nn", np.float64(n_variables or 1))))
    except UmvaError as error:
        piece.refuse(f"expected units, a number or a formula of N, found {piece.text!r} ({_first_line(error)})")
    if n_variables is None:
        return 1
    if not low <= width <= 1_000_000:
        piece.refuse(f"{piece.text!r} makes {width:g} units of N = {n_variables}")
    return int(width)


def _activation(rest: Sequence[Piece]) -> tuple[str, ...]:
    """Read the activation, TMVA's tanh if there is none."""
    return (rest[0].word(ACTIVATIONS, "activation") if rest else "TANH",)


def _batch_norm(piece: Piece, rest: Sequence[Piece]) -> tuple[float, ...]:
    """Read momentum and epsilon."""
    if len(rest) > 2:
        piece.refuse(f"BNORM takes a momentum and an epsilon, got {len(rest)} settings")
    names = ("a momentum", "an epsilon")
    return tuple(each.number(what, high=1.0) for each, what in zip(rest, names, strict=False))


def _first_line(error: UmvaError) -> str:
    return str(error).strip().partition("\n")[0]
