"""The compiled loops over the events of a perceptron: answers, losses, gradients, learning.

What the arguments are stands in :mod:`umva.methods.networks.perceptron.network`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import types

from umva.methods.compiled import F8, F8_2, I8, INPUTS, compiled
from umva.methods.networks.perceptron.network import LINK, WRITE, WRITE_TABLE, fold, tables, unfold
from umva.methods.networks.perceptron.neurons import forward, link
from umva.methods.networks.perceptron.teaching import backward, judge

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Singles = NDArray[np.float32]
    Floats = NDArray[np.float64]
    Longs = NDArray[np.int64]

__all__ = ["gradient", "jacobian", "learn", "losses", "respond"]


@compiled(types.void(INPUTS, I8, I8, F8, WRITE_TABLE))
def respond(X: Singles, sizes: Longs, form: Longs, weights: Floats, out: Floats) -> None:
    """Write the outputs for each event into ``out``."""
    act, slope, _ = tables(sizes)
    table, n_out = unfold(sizes, weights), sizes[-1]
    for row in range(X.shape[0]):
        forward(X, row, sizes, form, table, act, slope)
        link(form[LINK], n_out, act)
        for k in range(n_out):
            out[row, k] = act[sizes.size - 1, k]


@compiled(types.void(INPUTS, F8_2, I8, I8, F8, WRITE))
def losses(X: Singles, target: Floats, sizes: Longs, form: Longs, weights: Floats, out: Floats) -> None:
    """Write each event's loss into ``out``."""
    act, slope, delta = tables(sizes)
    table, n_out = unfold(sizes, weights), sizes[-1]
    for row in range(X.shape[0]):
        forward(X, row, sizes, form, table, act, slope)
        out[row] = judge(form, n_out, act, target, row, delta)


@compiled(types.float64(INPUTS, F8_2, F8, I8, I8, F8, WRITE))
def gradient(
    X: Singles, target: Floats, weight: Floats, sizes: Longs, form: Longs, weights: Floats, into: Floats
) -> float:
    """Write the gradient of the weighted sum of losses into ``into`` and return that sum."""
    act, slope, delta = tables(sizes)
    table, n_out = unfold(sizes, weights), sizes[-1]
    sums, total = np.zeros_like(table), 0.0
    for row in range(X.shape[0]):
        if weight[row] != 0.0:
            forward(X, row, sizes, form, table, act, slope)
            total += weight[row] * judge(form, n_out, act, target, row, delta)
            backward(sizes, form, table, act, slope, delta, sums, weight[row])
    fold(sizes, sums, into)
    return total


@compiled(types.void(INPUTS, F8_2, F8, I8, types.int64, types.float64, I8, I8, WRITE))
def learn(
    X: Singles,
    target: Floats,
    weight: Floats,
    order: Longs,
    batch: int,
    rate: float,
    sizes: Longs,
    form: Longs,
    weights: Floats,
) -> None:
    """Correct ``weights`` after every ``batch`` of events by ``rate`` times their mean gradient, going through ``order``."""
    act, slope, delta = tables(sizes)
    table, n_out = unfold(sizes, weights), sizes[-1]
    sums = np.zeros_like(table)
    for start in range(0, order.size, batch):
        stop = min(start + batch, order.size)
        for place in range(start, stop):
            row = order[place]
            if weight[row] != 0.0:
                forward(X, row, sizes, form, table, act, slope)
                judge(form, n_out, act, target, row, delta)
                backward(
                    sizes,
                    form,
                    table,
                    act,
                    slope,
                    delta,
                    table if batch == 1 else sums,
                    -rate * weight[row] / (stop - start),
                )
        if batch > 1:
            table += sums
            sums[:] = 0.0
    fold(sizes, table, weights)


@compiled(types.void(INPUTS, I8, I8, F8, types.int64, WRITE_TABLE))
def jacobian(X: Singles, sizes: Longs, form: Longs, weights: Floats, output: int, into: Floats) -> None:
    """Write the derivatives of the sum of one output neuron with respect to the weights, a row an event."""
    act, slope, delta = tables(sizes)
    table = unfold(sizes, weights)
    sums = np.zeros_like(table)
    delta[sizes.size - 1, output] = 1.0
    for row in range(X.shape[0]):
        forward(X, row, sizes, form, table, act, slope)
        sums[:] = 0.0
        backward(sizes, form, table, act, slope, delta, sums, 1.0)
        fold(sizes, sums, into[row])
