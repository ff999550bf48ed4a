"""What a fit has found, in sentences for the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.methods.optimisers.minuit import Descent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from umva.methods.optimisers import Optimum

__all__ = ["told"]

_MANY = 30
_NEAR = 1e-3  # of a range


def told(
    parameters: Sequence[int], outputs: Sequence[str], fits: Sequence[Optimum], ranges: Sequence[NDArray[np.float64]]
) -> tuple[str, ...]:
    """Return a sentence for each output with its parameters, unless they are many, and what went wrong.

    Parameters
    ----------
    parameters
        Their numbers.
    outputs
        Names of classes or targets; none for two classes.
    fits
        One for all outputs together, or one for each.
    ranges
        Those of each fit, shape ``(n_parameters, 2)``.

    Examples
    --------
    >>> from umva.methods.optimisers import Optimum
    >>> told([0, 1], [], [Optimum(np.array([0.5, 2.0]), 0.25, 10)], [np.array([[0.0, 1.0], [0.0, 2.0]])])
    ('Fitted (0) = 0.5, (1) = 2.', '1 of 2 parameters ended at the end of their ranges (ParRanges).')
    """
    values = [text for fit in fits for text in _values(fit)]
    n_parameters = len(parameters)
    sentences = []
    for k, name in enumerate(outputs or [""]):
        own = values[k * n_parameters : (k + 1) * n_parameters]
        listed = ", ".join(f"({number}) = {value}" for number, value in zip(parameters, own, strict=True))
        sentences.append(f"Fitted {f'{name}: ' if name else ''}{listed}.")
    complaints = [each for fit in fits if isinstance(fit, Descent) for each in fit.notes]
    stopped = sum(_stopped(fit.x, each) for fit, each in zip(fits, ranges, strict=True))
    if stopped:
        complaints.append(f"{stopped} of {len(values)} parameters ended at the end of their ranges (ParRanges).")
    return (*(sentences if len(values) <= _MANY else ()), *dict.fromkeys(complaints))


def _stopped(x: NDArray[np.float64], ranges: NDArray[np.float64]) -> int:
    """Return how many parameters lie at an end of their range."""
    nearest = np.abs(ranges - x[:, None]).min(axis=1)
    return int((nearest < _NEAR * np.ptp(ranges, axis=1)).sum())


def _values(fit: Optimum) -> list[str]:
    """Return each parameter as text, with what MINUIT or MINOS say of its error."""
    texts = [f"{value:.4g}" for value in fit.x]
    if not isinstance(fit, Descent):
        return texts
    if fit.intervals is not None:
        return [
            f"{text} {up:+.2g} {down:+.2g}" if np.isfinite(up - down) else text
            for text, (down, up) in zip(texts, fit.intervals, strict=True)
        ]
    return [
        f"{text} ± {error:.2g}" if np.isfinite(error) else text for text, error in zip(texts, fit.errors, strict=True)
    ]
