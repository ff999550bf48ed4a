"""The compiled loops of multilayer perceptrons; this module alone of its folder knows numba, and is imported when used.

All loops take one event after the other and go over the neurons of a layer side by side, so that an event is answered alike
in any company. They hold no lock (``nogil``): callers may run them in threads on different events.

A network is ``sizes``, the neurons of each layer from the inputs on; ``form``, five codes (see the constants): the activation
of hidden neurons, how hidden and output neurons combine what they get, the link of the outputs, the estimator; and
``weights``, layer by layer a matrix of shape ``(n_in + 1, n_out)``, row by row, whose last row belongs to the bias. The loops
over events see them in a table, ``(n_layers, widest + 1, widest)``: plain indices are what the compiler makes fast code of.
What neurons hold, and its derivatives, are tables ``(n_layers + 1, widest + 1)``; behind each layer stands the bias, 1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeVar

import numba
import numpy as np
from numba import types

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Singles = NDArray[np.float32]
    Floats = NDArray[np.float64]
    Longs = NDArray[np.int64]

__all__ = ["gradient", "jacobian", "learn", "losses", "respond"]

ACTIVATION, HIDDEN, OUTPUT, LINK, ESTIMATOR = range(5)
LINEAR, SIGMOID, TANH, RELU, RADIAL, FAST_TANH = range(6)
SUM, SQUARES, ABSOLUTES = range(3)
IDENTITY, LOGISTIC, SOFTMAX, HYPERBOLIC = range(4)
SQUARED_ERROR, CROSS_ENTROPY = range(2)

_X = types.Array(types.float32, 2, "C", readonly=True)
_LONGS = types.Array(types.int64, 1, "C", readonly=True)
_READ = types.Array(types.float64, 1, "C", readonly=True)
_TABLE = types.Array(types.float64, 2, "C", readonly=True)
_WRITE, _WRITE_TABLE = types.float64[::1], types.float64[:, ::1]

F = TypeVar("F", bound="Callable[..., Any]")


def _compiled(signature: Any = None, *, any_order: bool = False) -> Callable[[F], F]:
    """Compile; sums may be taken in any order, the same each time, only where that is said."""
    compiled: Callable[[F], F] = numba.njit(
        signature, cache=True, nogil=True, error_model="numpy", fastmath={"reassoc"} if any_order else False
    )
    return compiled


@_compiled()
def _logistic(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z))


@_compiled()
def _tanh(z: float) -> float:
    return 2.0 / (1.0 + math.exp(-2.0 * z)) - 1.0


@_compiled()
def _fast_tanh(z: float) -> float:
    square = np.float32(z * z)
    above = np.float32(z) * (np.float32(135135) + square * (np.float32(17325) + square * (np.float32(378) + square)))
    below = np.float32(135135) + square * (np.float32(62370) + square * (np.float32(3150) + square * np.float32(28)))
    return float(above / below)


@_compiled()
def _tables(sizes: Longs) -> Floats:
    """Return room for what neurons hold, for slopes and for the loss's derivatives."""
    tables = np.zeros((3, sizes.size, sizes.max() + 1))
    for layer in range(sizes.size):
        tables[0, layer, sizes[layer]] = 1.0
    return tables


@_compiled()
def _unfold(sizes: Longs, weights: Floats) -> Floats:
    """Return the weights as a table."""
    widest, at = sizes.max(), 0
    table = np.zeros((sizes.size - 1, widest + 1, widest))
    for layer in range(sizes.size - 1):
        for i in range(sizes[layer] + 1):
            for j in range(sizes[layer + 1]):
                table[layer, i, j] = weights[at]
                at += 1
    return table


@_compiled()
def _fold(sizes: Longs, table: Floats, weights: Floats) -> None:
    """Write the table into the weights."""
    at = 0
    for layer in range(sizes.size - 1):
        for i in range(sizes[layer] + 1):
            for j in range(sizes[layer + 1]):
                weights[at] = table[layer, i, j]
                at += 1


@_compiled()
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


@_compiled()
def _forward(X: Singles, row: int, sizes: Longs, form: Longs, table: Floats, act: Floats, slope: Floats) -> None:
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


@_compiled()
def _link(kind: int, n: int, act: Floats) -> None:
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


@_compiled()
def _entropy(kind: int, n: int, act: Floats, target: Floats, row: int) -> float:
    """Return the cross entropy of the sums of the output neurons: over the classes, or of each output by itself."""
    last, total = act.shape[0] - 1, 0.0
    if kind == SOFTMAX:
        largest, odds = act[last, 0], 0.0
        for k in range(1, n):
            largest = max(largest, act[last, k])
        for k in range(n):
            odds += math.exp(act[last, k] - largest)
        for k in range(n):
            total += target[row, k] * (math.log(odds) + largest - act[last, k])
        return total
    for k in range(n):
        z = act[last, k]
        total += max(z, 0.0) - target[row, k] * z + math.log1p(math.exp(-abs(z)))
    return total


@_compiled()
def _judge(form: Longs, n: int, act: Floats, target: Floats, row: int, delta: Floats) -> float:
    """Return the loss of one event, and write its derivatives with respect to the outputs' sums into ``delta``."""
    kind, last = form[LINK], act.shape[0] - 1
    if form[ESTIMATOR] == CROSS_ENTROPY:
        loss = _entropy(kind, n, act, target, row)
        _link(kind, n, act)
        for k in range(n):
            delta[last, k] = act[last, k] - target[row, k]
        return loss
    _link(kind, n, act)
    loss, common = 0.0, 0.0
    for k in range(n):
        off = act[last, k] - target[row, k]
        loss += 0.5 * off * off
        common += off * act[last, k]
    for k in range(n):
        value = act[last, k]
        off = value - target[row, k]
        if kind == LOGISTIC:
            off *= value * (1.0 - value)
        elif kind == HYPERBOLIC:
            off *= 1.0 - value * value
        elif kind == SOFTMAX:
            off = value * (off - common)
        delta[last, k] = off
    return loss


@_compiled()
def _sign(z: float) -> float:
    return 1.0 if z >= 0.0 else -1.0


@_compiled(any_order=True)
def _dot(n: int, table: Floats, layer: int, i: int, delta: Floats) -> float:
    total = 0.0
    for j in range(n):
        total += table[layer, i, j] * delta[layer + 1, j]
    return total


@_compiled()
def _add(n: int, into: Floats, layer: int, i: int, delta: Floats, factor: float) -> None:
    for j in range(n):
        into[layer, i, j] += factor * delta[layer + 1, j]


@_compiled()
def _bent(
    how: int, n: int, table: Floats, layer: int, i: int, value: float, delta: Floats, into: Floats, step: float
) -> float:
    """Do for squares and magnitudes what :func:`_dot` and :func:`_add` do for sums."""
    total = 0.0
    for j in range(n):
        w, d = table[layer, i, j], delta[layer + 1, j]
        sent = 2.0 * w * value if how == SQUARES else _sign(w * value)
        total += sent * w * d
        into[layer, i, j] += step * sent * value * d
    return total


@_compiled()
def _backward(
    sizes: Longs, form: Longs, table: Floats, act: Floats, slope: Floats, delta: Floats, into: Floats, step: float
) -> None:
    """Add ``step`` times the gradient to ``into``, which may be the table itself: a weight is changed after its last use."""
    for layer in range(sizes.size - 2, -1, -1):
        n_out = sizes[layer + 1]
        how = form[OUTPUT] if layer == sizes.size - 2 else form[HIDDEN]
        for i in range(sizes[layer] + 1):
            value = act[layer, i]
            if how == SUM:
                if layer > 0 and i < sizes[layer]:
                    delta[layer, i] = _dot(n_out, table, layer, i, delta) * slope[layer, i]
                _add(n_out, into, layer, i, delta, step * value)
            else:
                delta[layer, i] = _bent(how, n_out, table, layer, i, value, delta, into, step) * slope[layer, i]


@_compiled(types.void(_X, _LONGS, _LONGS, _READ, _WRITE_TABLE))
def respond(X: Singles, sizes: Longs, form: Longs, weights: Floats, out: Floats) -> None:
    """Write the outputs for each event into ``out``."""
    act, slope, _ = _tables(sizes)
    table, n_out = _unfold(sizes, weights), sizes[-1]
    for row in range(X.shape[0]):
        _forward(X, row, sizes, form, table, act, slope)
        _link(form[LINK], n_out, act)
        for k in range(n_out):
            out[row, k] = act[sizes.size - 1, k]


@_compiled(types.void(_X, _TABLE, _LONGS, _LONGS, _READ, _WRITE))
def losses(X: Singles, target: Floats, sizes: Longs, form: Longs, weights: Floats, out: Floats) -> None:
    """Write each event's loss into ``out``."""
    act, slope, delta = _tables(sizes)
    table, n_out = _unfold(sizes, weights), sizes[-1]
    for row in range(X.shape[0]):
        _forward(X, row, sizes, form, table, act, slope)
        out[row] = _judge(form, n_out, act, target, row, delta)


@_compiled(types.float64(_X, _TABLE, _READ, _LONGS, _LONGS, _READ, _WRITE))
def gradient(
    X: Singles, target: Floats, weight: Floats, sizes: Longs, form: Longs, weights: Floats, into: Floats
) -> float:
    """Write the gradient of the weighted sum of losses into ``into`` and return that sum."""
    act, slope, delta = _tables(sizes)
    table, n_out = _unfold(sizes, weights), sizes[-1]
    sums, total = np.zeros_like(table), 0.0
    for row in range(X.shape[0]):
        if weight[row] != 0.0:
            _forward(X, row, sizes, form, table, act, slope)
            total += weight[row] * _judge(form, n_out, act, target, row, delta)
            _backward(sizes, form, table, act, slope, delta, sums, weight[row])
    _fold(sizes, sums, into)
    return total


@_compiled(types.void(_X, _TABLE, _READ, _LONGS, types.int64, types.float64, _LONGS, _LONGS, _WRITE))
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
    act, slope, delta = _tables(sizes)
    table, n_out = _unfold(sizes, weights), sizes[-1]
    sums = np.zeros_like(table)
    for start in range(0, order.size, batch):
        stop = min(start + batch, order.size)
        for place in range(start, stop):
            row = order[place]
            if weight[row] != 0.0:
                _forward(X, row, sizes, form, table, act, slope)
                _judge(form, n_out, act, target, row, delta)
                _backward(
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
    _fold(sizes, table, weights)


@_compiled(types.void(_X, _LONGS, _LONGS, _READ, types.int64, _WRITE_TABLE))
def jacobian(X: Singles, sizes: Longs, form: Longs, weights: Floats, output: int, into: Floats) -> None:
    """Write the derivatives of the sum of one output neuron with respect to the weights, a row an event."""
    act, slope, delta = _tables(sizes)
    table = _unfold(sizes, weights)
    sums = np.zeros_like(table)
    delta[sizes.size - 1, output] = 1.0
    for row in range(X.shape[0]):
        _forward(X, row, sizes, form, table, act, slope)
        sums[:] = 0.0
        _backward(sizes, form, table, act, slope, delta, sums, 1.0)
        _fold(sizes, sums, into[row])
