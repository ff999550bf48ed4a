"""Histograms as particle physicists draw them: filled or hatched steps, lines, points with error bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from umva.reports.figures.style import LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from umva.reports.figures.looks import Look
    from umva.reports.figures.style import Line
    from umva.reports.results import Histogram

__all__ = [
    "centers",
    "draw_error_bars",
    "draw_outline",
    "draw_points",
    "draw_steps",
    "limits",
    "log_limits",
    "markers",
    "pulls",
]


def centers(histogram: Histogram) -> NDArray[np.float64]:
    """Return the middle of each bin."""
    edges = np.asarray(histogram.edges, dtype=np.float64)
    return np.asarray((edges[1:] + edges[:-1]) / 2)


def limits(*histograms: Histogram, headroom: float) -> tuple[float, float]:
    """Return limits of the ordinate: room for a legend on top, and for bins that negative weights pull below zero.

    Examples
    --------
    >>> from umva.reports.results import Histogram
    >>> limits(Histogram((0, 1, 2), (0.5, 0.25), (0.5, 0.25)), headroom=0.5)
    (0.0, 1.5)
    """
    highest = max(float(np.max(np.add(each.values, each.errors))) for each in histograms)
    lowest = min(float(np.min(each.values)) for each in histograms)
    return 1.2 * min(lowest, 0.0), highest * (1 + headroom) if highest > 0 else 1.0


def log_limits(*histograms: Histogram, headroom: float) -> tuple[float, float]:
    """Return limits of a logarithmic ordinate: from half the lowest filled bin, at most five decades down, to the top.

    Examples
    --------
    >>> from umva.reports.results import Histogram
    >>> low, high = log_limits(Histogram((0, 1, 2), (1.0, 0.02), (0.0, 0.0)), headroom=0.5)
    >>> round(low, 6), round(high, 6)
    (0.01, 10.0)
    """
    values = np.concatenate([each.values for each in histograms])
    highest = float(values.max())
    if highest <= 0:
        return 0.1, 1.0
    lowest = max(0.5 * float(values[values > 0].min()), 1e-5 * highest)
    return lowest, highest * (highest / lowest) ** headroom


def pulls(train: Histogram, test: Histogram) -> NDArray[np.float64]:
    r"""Return (train - test) / sqrt(error_train^2 + error_test^2) of each bin, NaN where both are empty.

    Examples
    --------
    >>> from umva.reports.results import Histogram
    >>> pulls(Histogram((0, 1, 2), (0.5, 0), (0.3, 0)), Histogram((0, 1, 2), (0.1, 0), (0.4, 0)))
    array([0.8, nan])
    """
    error = np.hypot(train.errors, test.errors)
    difference = np.asarray(train.values) - np.asarray(test.values)
    return np.asarray(np.divide(difference, error, out=np.full_like(error, np.nan), where=error > 0))


def draw_steps(axes: Axes, histogram: Histogram, look: Look, label: str) -> None:
    """Draw a histogram as filled or hatched steps."""
    axes.stairs(
        np.asarray(histogram.values),
        np.asarray(histogram.edges),
        fill=True,
        facecolor="none" if look.hollow else (look.color, 0.28),
        edgecolor=look.color,
        hatch="/////" if look.hollow else None,
        linewidth=1.1,
        label=label,
    )


def draw_outline(axes: Axes, histogram: Histogram, look: Look | Line, label: str, *, gid: str | None = None) -> None:
    """Draw a histogram as a line, which leaves room for many in one frame."""
    edges, values = np.asarray(histogram.edges), np.asarray(histogram.values)
    axes.plot(
        np.repeat(edges, 2),
        np.concatenate([[0.0], np.repeat(values, 2), [0.0]]),
        color=look.color,
        linestyle=(0, look.dash or None),
        linewidth=1.3,
        label=label,
        gid=gid,
    )


def draw_error_bars(
    axes: Axes, x: NDArray[np.float64], y: NDArray[np.float64], error: NDArray[np.float64], color: str
) -> None:
    """Draw vertical error bars as one broken line, which is many times smaller in a file than one line each."""
    gap = np.full_like(x, np.nan)
    axes.plot(
        np.column_stack([x, x, gap]).ravel(),
        np.column_stack([y - error, y + error, gap]).ravel(),
        color=color,
        linewidth=0.9,
        label="_",
    )


def draw_points(axes: Axes, histogram: Histogram, look: Look, label: str) -> None:
    """Draw a histogram as points with error bars, empty bins left out: full discs, or open squares where hollow."""
    x, y, error = centers(histogram), np.asarray(histogram.values), np.asarray(histogram.errors)
    seen = error > 0
    draw_error_bars(axes, x[seen], y[seen], error[seen], look.color)
    axes.plot(x[seen], y[seen], label=label, **markers(look))


def markers(look: Look) -> dict[str, Any]:
    """Return the style of points: full discs, or open squares where hollow."""
    return {
        "linestyle": "none",
        "marker": "s" if look.hollow else "o",
        "markersize": 3,
        "markeredgewidth": 0.8,
        "color": look.color,
        "markerfacecolor": LIGHT["paper"] if look.hollow else look.color,
    }
