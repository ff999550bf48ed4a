"""The loss of an event and its derivatives, compiled: from the outputs back to the weights."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from umva.methods.compiled import compiled
from umva.methods.networks.perceptron.network import (
    CROSS_ENTROPY,
    ESTIMATOR,
    HIDDEN,
    HYPERBOLIC,
    LINK,
    LOGISTIC,
    OUTPUT,
    SOFTMAX,
    SQUARES,
    SUM,
)
from umva.methods.networks.perceptron.neurons import link

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Longs = NDArray[np.int64]

__all__ = ["backward", "judge"]


@compiled()
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


@compiled()
def judge(form: Longs, n: int, act: Floats, target: Floats, row: int, delta: Floats) -> float:
    """Return the loss of one event, and write its derivatives with respect to the outputs' sums into ``delta``."""
    kind, last = form[LINK], act.shape[0] - 1
    if form[ESTIMATOR] == CROSS_ENTROPY:
        loss = _entropy(kind, n, act, target, row)
        link(kind, n, act)
        for k in range(n):
            delta[last, k] = act[last, k] - target[row, k]
        return loss
    link(kind, n, act)
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


@compiled()
def _sign(z: float) -> float:
    return 1.0 if z >= 0.0 else -1.0


@compiled(any_order=True)
def _dot(n: int, table: Floats, layer: int, i: int, delta: Floats) -> float:
    total = 0.0
    for j in range(n):
        total += table[layer, i, j] * delta[layer + 1, j]
    return total


@compiled()
def _add(n: int, into: Floats, layer: int, i: int, delta: Floats, factor: float) -> None:
    for j in range(n):
        into[layer, i, j] += factor * delta[layer + 1, j]


@compiled()
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


@compiled()
def backward(
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
