"""The compiled loop of a gradient-directed path; imported only when a path is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import types

from umva.methods.compiled import F8, I8, INPUTS, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]

__all__ = ["descend"]

_FLAT = 1e-9


@compiled(types.void(INPUTS, F8, types.float64, types.float64[::1]))
def _add(terms: Singles, change: Floats, constant: float, response: Floats) -> None:
    """Add to the response of each event what changed coefficients and constant add to it."""
    for event in range(response.size):
        response[event] += constant
    for k in range(terms.shape[0]):
        factor = change[k]
        if factor != 0.0:
            for event in range(response.size):
                response[event] += factor * terms[k, event]


@compiled(types.float64(F8, F8, F8))
def _risk(response: Floats, truth: Floats, weight: Floats) -> float:
    """Return the weighted mean squared error of the response, clipped to -1 and 1."""
    total = 0.0
    for event in range(response.size):
        off = truth[event] - min(max(response[event], -1.0), 1.0)
        total += weight[event] * off * off
    return total


@compiled(types.void(INPUTS, F8, F8, types.boolean[::1], F8, types.float64[:, ::1], types.float64[::1]))
def _board(
    terms: Singles,
    truth: Floats,
    weight: Floats,
    on_ramp: NDArray[np.bool_],
    response: Floats,
    matrix: Floats,
    target: Floats,
) -> None:
    """Count events in or out of the sums over those on the ramp, where the response is between -1 and 1."""
    size = target.size
    values = np.ones(size)
    for event in range(response.size):
        inside = abs(response[event]) < 1.0
        if inside == on_ramp[event]:
            continue
        on_ramp[event] = inside
        counted = weight[event] if inside else -weight[event]
        for i in range(1, size):
            values[i] = terms[i - 1, event]
        for i in range(size):
            product = counted * values[i]
            target[i] += product * truth[event]
            for j in range(i + 1):
                matrix[i, j] += product * values[j]
    for i in range(size):
        for j in range(i):
            matrix[j, i] = matrix[i, j]


@compiled(types.void(types.float64[:, ::1], types.float64[::1], types.float64[::1], types.float64[::1]))
def _differentiate(matrix: Floats, target: Floats, coefficients: Floats, gradient: Floats) -> None:
    """Write ``target - matrix @ coefficients`` into ``gradient``."""
    gradient[:] = target
    for k in range(coefficients.size):
        factor = coefficients[k]
        if factor != 0.0:
            for j in range(gradient.size):
                gradient[j] -= factor * matrix[k, j]


@compiled(
    types.int64(
        INPUTS, F8, F8, INPUTS, F8, F8, types.float64[:, ::1], types.float64[::1], types.float64, types.float64,
        I8, types.float64, types.float64[::1], types.float64[:, ::1]
    )
)  # fmt: skip
def descend(
    terms: Singles,
    truth: Floats,
    weight: Floats,
    watched_terms: Singles,
    watched_truth: Floats,
    watched_weight: Floats,
    matrix: Floats,
    target: Floats,
    tau: float,
    step: float,
    looks: NDArray[np.int64],
    error_scale: float,
    best: Floats,
    risks: Floats,
) -> int:
    """Follow the path and return how many risks were noted, one after each of the numbers of steps in ``looks``.

    ``matrix`` and ``target`` are the sums over all events of ``w x x`` and ``w x y``, the first ``x`` being 1; both are changed,
    as events leave the ramp. ``best`` receives the coefficients, the constant first, at the least risk of the watched events;
    ``risks[:, 0]`` those of the events followed, ``risks[:, 1]`` of those watched.
    """
    size = target.size
    coefficients, before, gradient = np.zeros(size), np.zeros(size), np.empty(size)
    response, watched = np.zeros(truth.size), np.zeros(watched_truth.size)
    on_ramp = np.ones(truth.size, np.bool_)
    least, noted = np.inf, 0
    _differentiate(matrix, target, coefficients, gradient)
    done = 0
    for look in range(looks.size):
        largest = 0.0
        for _ in range(looks[look] - done):
            largest = 0.0
            for k in range(1, size):
                largest = max(largest, abs(gradient[k]))
            threshold = tau * largest
            moves = gradient.copy()
            for k in range(1, size):
                if abs(moves[k]) >= threshold:
                    move = step * moves[k]
                    coefficients[k] += move
                    for j in range(size):
                        gradient[j] -= move * matrix[k, j]
        done = looks[look]
        change = coefficients - before
        _add(terms, change[1:], change[0], response)
        _add(watched_terms, change[1:], change[0], watched)
        _board(terms, truth, weight, on_ramp, response, matrix, target)
        before[:] = coefficients
        _differentiate(matrix, target, coefficients, gradient)
        if not matrix[0, 0] > _FLAT:
            break
        coefficients[0] += gradient[0] / matrix[0, 0]
        _differentiate(matrix, target, coefficients, gradient)
        constant = coefficients[0] - before[0]
        risks[look, 0] = _risk(response + constant, truth, weight)
        risks[look, 1] = _risk(watched + constant, watched_truth, watched_weight)
        noted = look + 1
        if risks[look, 1] < least:
            least = risks[look, 1]
            best[:] = coefficients
        elif risks[look, 1] > error_scale * least:
            break
        if largest < _FLAT:
            break
    return noted
