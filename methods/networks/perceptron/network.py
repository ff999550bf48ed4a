"""What the compiled loops of multilayer perceptrons share: how they see a network, codes, tables.

A network is ``sizes``, the neurons of each layer from the inputs on; ``form``, five codes (see the constants): the activation
of hidden neurons, how hidden and output neurons combine what they get, the link of the outputs, the estimator; and
``weights``, layer by layer a matrix of shape ``(n_in + 1, n_out)``, row by row, whose last row belongs to the bias. The loops
over events see them in a table, ``(n_layers, widest + 1, widest)``: plain indices are what the compiler makes fast code of.
What neurons hold, and its derivatives, are tables ``(n_layers + 1, widest + 1)``; behind each layer stands the bias, 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import types

from umva.methods.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Longs = NDArray[np.int64]

__all__ = ["fold", "tables", "unfold"]

ACTIVATION, HIDDEN, OUTPUT, LINK, ESTIMATOR = range(5)
LINEAR, SIGMOID, TANH, RELU, RADIAL, FAST_TANH = range(6)
SUM, SQUARES, ABSOLUTES = range(3)
IDENTITY, LOGISTIC, SOFTMAX, HYPERBOLIC = range(4)
SQUARED_ERROR, CROSS_ENTROPY = range(2)

WRITE, WRITE_TABLE = types.float64[::1], types.float64[:, ::1]


@compiled()
def tables(sizes: Longs) -> Floats:
    """Return room for what neurons hold, for slopes and for the loss's derivatives."""
    tables = np.zeros((3, sizes.size, sizes.max() + 1))
    for layer in range(sizes.size):
        tables[0, layer, sizes[layer]] = 1.0
    return tables


@compiled()
def unfold(sizes: Longs, weights: Floats) -> Floats:
    """Return the weights as a table."""
    widest, at = sizes.max(), 0
    table = np.zeros((sizes.size - 1, widest + 1, widest))
    for layer in range(sizes.size - 1):
        for i in range(sizes[layer] + 1):
            for j in range(sizes[layer + 1]):
                table[layer, i, j] = weights[at]
                at += 1
    return table


@compiled()
def fold(sizes: Longs, table: Floats, weights: Floats) -> None:
    """Write the table into the weights."""
    at = 0
    for layer in range(sizes.size - 1):
        for i in range(sizes[layer] + 1):
            for j in range(sizes[layer + 1]):
                weights[at] = table[layer, i, j]
                at += 1
