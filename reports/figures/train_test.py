"""Train against test in two frames: TMVA's overtraining plot, with the pull of each bin below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from umva.reports.figures.histogram import centers, draw_points, draw_steps, limits, log_limits, markers, pulls
from umva.reports.figures.style import LIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from umva.reports.figures.looks import Look
    from umva.reports.results import Histogram

__all__ = ["Side", "draw_densities", "draw_pulls", "frames", "is_peaked"]

PULL_LIMIT = 4.0
PEAK = 12.0
WIDTH, HEIGHT = 4.4, 4.1


@dataclass(frozen=True)
class Side:
    """The events of one kind: what they are called, how they look, their densities on test and train."""

    name: str
    look: Look
    test: Histogram
    train: Histogram


def frames() -> tuple[Axes, Axes]:
    """Return an upper and a lower frame with a common abscissa."""
    figure = Figure(figsize=(WIDTH, HEIGHT))
    left, right = 0.64 / WIDTH, 1 - 0.12 / WIDTH
    upper = figure.add_axes((left, 1.42 / HEIGHT, right - left, (HEIGHT - 1.42 - 0.28) / HEIGHT))
    lower = figure.add_axes((left, 0.44 / HEIGHT, right - left, 0.9 / HEIGHT))
    return upper, lower


def is_peaked(histogram: Histogram) -> bool:
    """Tell whether a few of many bins hold so much that the others could not be read on a linear axis.

    That is said where one bin is :data:`PEAK` times as high as bins are on average.

    Examples
    --------
    >>> from umva.reports.results import Histogram
    >>> is_peaked(Histogram(tuple(range(41)), (0.7, *[0.3 / 39] * 39), (0.0,) * 40))
    True
    """
    return max(histogram.values) * (histogram.edges[-1] - histogram.edges[0]) > PEAK


def draw_densities(axes: Axes, sides: Sequence[Side], *, headroom: float = 0.55) -> None:
    """Draw test as histograms and train as points, with room for a legend above them."""
    for side in sides:
        draw_steps(axes, side.test, side.look, f"{side.name}, test".removeprefix(", "))
        draw_points(axes, side.train, side.look, f"{side.name}, train".removeprefix(", "))
    histograms = [each for side in sides for each in (side.test, side.train)]
    edges = sides[0].test.edges
    axes.set(xlim=(edges[0], edges[-1]), ylim=limits(*histograms, headroom=headroom))
    if any(is_peaked(each) for each in histograms):
        axes.set(yscale="log", ylim=log_limits(*histograms, headroom=headroom))
    else:
        axes.yaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], prune="lower"))


def draw_pulls(axes: Axes, sides: Sequence[Side]) -> None:
    """Draw the pulls; those beyond the frame stand as triangles at its edge."""
    edges = sides[0].test.edges
    axes.axhspan(-1, 1, color=LIGHT["grid"], alpha=0.55, linewidth=0)
    axes.axhline(0, color=LIGHT["muted"], linewidth=0.7)
    for side in sides:
        x, y = centers(side.test), pulls(side.train, side.test)
        inside, style = np.abs(y) <= PULL_LIMIT, markers(side.look)
        axes.plot(x[inside], y[inside], **style)
        for sign, marker in ((1, "^"), (-1, "v")):
            beyond = sign * y > PULL_LIMIT
            axes.plot(x[beyond], np.full(beyond.sum(), sign * (PULL_LIMIT - 0.35)), **{**style, "marker": marker})
    axes.set(xlim=(edges[0], edges[-1]), ylim=(-PULL_LIMIT, PULL_LIMIT), ylabel="pull")
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
