"""What the neurons of a perceptron hold for an event, compiled: from the inputs forward to the outputs.

A layer's neurons are gone over side by side, so that an event is answered alike in any company.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from umva.methods.compiled import compiled
from umva.methods.networks.perceptron.network import (
    ACTIVATION,
    FAST_TANH,
    HIDDEN,
    IDENTITY,
    LOGISTIC,
    OUTPUT,
    RADIAL,
    RELU,
    SIGMOID,
    SOFTMAX,
    SQUARES,
    SUM,
    TANH,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Singles = NDArray[np.float32]
    Floats = NDArray[np.float64]
    Longs = NDArray[np.int64]

__all__ = ["forward", "link"]


@compiled()
def _logistic(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z))


@compiled()
def _tanh(z: float) -> float:
    return 2.0 / (1.0 + math.exp(-2.0 * z)) - 1.0


@compiled()
def _fast_tanh(z: float) -> float:
    square = np.float32(z * z)
    above = np.float32(z) * (np.float32(135135) + square * (np.float32(17325) + square * (np.float32(378) + square)))
    below = np.float32(135135) + square * (np.float32(62370) + square * (np.float32(3150) + square * np.float32(28)))
    return float(above / below)


@compiled()
def _bend(kind: int, n: int, act: Floats, slope: Floats, layer: int) -> None:
    """Replace the sums of a layer by activations and write the derivatives into ``slope``."""
    for j in range(n):
        z = act[layer, j]
        value, derivative = z, 1.0
        if kind == TANH:
            value = _tanh(z)
            derivative = 1.0 - value * value
        elif kind == SIGMOID:
            value = _logistic(z)
            derivative = value * (1.0 - value)
        elif kind == RELU:
            value = max(0.0, z)
            derivative = 1.0 if z > 0.0 else 0.0
        elif kind == RADIAL:
            value = math.exp(-0.5 * z * z)
            derivative = -z * value
        elif kind == FAST_TANH:
            value = _fast_tanh(z)
            derivative = 1.0 - value * value
        act[layer, j], slope[layer, j] = value, derivative


@compiled()
def forward(X: Singles, row: int, sizes: Longs, form: Longs, table: Floats, act: Floats, slope: Floats) -> None:
    """Fill ``act`` with what all neurons hold, the outputs before their link, and ``slope`` with the derivatives."""
    for i in range(sizes[0]):
        act[0, i] = X[row, i]
    for layer in range(sizes.size - 1):
        n_out = sizes[layer + 1]
        last = layer == sizes.size - 2
        how = form[OUTPUT] if last else form[HIDDEN]
        for j in range(n_out):
            act[layer + 1, j] = 0.0
        for i in range(sizes[layer] + 1):
            value = act[layer, i]
            if how == SUM:
                for j in range(n_out):
                    act[layer + 1, j] += table[layer, i, j] * value
            else:
                for j in range(n_out):
                    part = table[layer, i, j] * value
                    act[layer + 1, j] += part * part if how == SQUARES else abs(part)
        if not last:
            _bend(form[ACTIVATION], n_out, act, slope, layer + 1)


@compiled()
def link(kind: int, n: int, act: Floats) -> None:
    """Replace the sums of the output neurons by the outputs."""
    last = act.shape[0] - 1
    if kind == SOFTMAX:
        largest, total = act[last, 0], 0.0
        for k in range(1, n):
            largest = max(largest, act[last, k])
        for k in range(n):
            act[last, k] = math.exp(act[last, k] - largest)
            total += act[last, k]
        for k in range(n):
            act[last, k] /= total
    elif kind != IDENTITY:
        for k in range(n):
            act[last, k] = _logistic(act[last, k]) if kind == LOGISTIC else _tanh(act[last, k])
