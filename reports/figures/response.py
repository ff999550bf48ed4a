"""The response of one method on train and test: TMVA's overtraining plot, with the pull of each bin below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullFormatter

from umva.errors import ReportError
from umva.reports.digits import measured, probability
from umva.reports.figures.histogram import centers, draw_points, draw_steps, limits, log_limits
from umva.reports.figures.style import LIGHT, caption, frame, styled, tame_numbers, write_at
from umva.reports.figures.text import axis_title, plain, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from umva.reports.results import Histogram, MethodResult, ResponsePlot

__all__ = ["is_peaked", "plot_response", "pulls"]

PULL_LIMIT = 4.0
PEAK = 12.0
WIDTH, HEIGHT = 4.4, 4.1


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


@styled
def plot_response(method: MethodResult, *, axes: Sequence[Axes] | None = None) -> Figure:
    """Draw test as histograms and train as points above, their pulls below.

    Parameters
    ----------
    method
        A method that has a response.
    axes
        The upper and the lower frame; a new figure by default.

    Raises
    ------
    ReportError
        If the method has no response.
    """
    if method.response is None:
        msg = f"method '{method.name}' has no response to draw (status '{method.status}')"
        raise ReportError(msg)
    upper, lower = axes or _panels()
    _draw_densities(upper, method.response)
    _write_numbers(upper, method)
    _draw_pulls(lower, method.response)
    powers = tame_numbers(lower.xaxis), tame_numbers(upper.yaxis) if upper.get_yscale() == "linear" else ""
    upper.xaxis.set_major_formatter(NullFormatter())
    caption(upper, plain(shorten(method.name, 38)))
    upper.set_ylabel(axis_title("(1/N) dN/dx", power=powers[1]))
    return frame(lower, x=axis_title(f"{shorten(method.name, 28)} response x", power=powers[0]), y="pull")


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


def _panels() -> tuple[Axes, Axes]:
    """Return an upper and a lower frame with a common abscissa."""
    figure = Figure(figsize=(WIDTH, HEIGHT))
    left, right = 0.64 / WIDTH, 1 - 0.12 / WIDTH
    upper = figure.add_axes((left, 1.42 / HEIGHT, right - left, (HEIGHT - 1.42 - 0.28) / HEIGHT))
    lower = figure.add_axes((left, 0.44 / HEIGHT, right - left, 0.9 / HEIGHT))
    return upper, lower


def _draw_densities(axes: Axes, response: ResponsePlot) -> None:
    """Draw the four densities, with room for the legend above them."""
    draw_steps(axes, response.test_signal, "signal", "signal, test")
    draw_points(axes, response.train_signal, "signal", "signal, train")
    draw_steps(axes, response.test_background, "background", "background, test")
    draw_points(axes, response.train_background, "background", "background, train")
    histograms = (response.test_signal, response.train_signal, response.test_background, response.train_background)
    edges = response.test_signal.edges
    axes.set(xlim=(edges[0], edges[-1]), ylim=limits(*histograms, headroom=0.55))
    if any(is_peaked(each) for each in histograms):
        axes.set(yscale="log", ylim=log_limits(*histograms, headroom=0.55))
    else:
        axes.yaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], prune="lower"))
    axes.legend(loc="upper left", ncols=2)


def _write_numbers(axes: Axes, method: MethodResult) -> None:
    """Write the tests and the areas under the legend."""
    lines = []
    if method.overtraining:
        signal, background = method.overtraining.ks_signal, method.overtraining.ks_background
        lines.append(f"KS  p = {probability(signal.p_value)} (S)   {probability(background.p_value)} (B)")
    if method.auc:
        lines.append(f"AUC  test {measured(method.auc.test)}   train {measured(method.auc.train)}")
    looks = {"va": "top", "fontsize": 8.5, "linespacing": 1.35, "color": LIGHT["muted"]}
    write_at(axes, "\n".join(lines), (0, 1), (7, -34), **looks)


def _draw_pulls(axes: Axes, response: ResponsePlot) -> None:
    """Draw the pulls; those beyond the frame stand as triangles at its edge."""
    edges = response.test_signal.edges
    axes.axhspan(-1, 1, color=LIGHT["grid"], alpha=0.55, linewidth=0)
    axes.axhline(0, color=LIGHT["muted"], linewidth=0.7)
    for role, train, test in (
        ("signal", response.train_signal, response.test_signal),
        ("background", response.train_background, response.test_background),
    ):
        x, y = centers(test), pulls(train, test)
        inside = np.abs(y) <= PULL_LIMIT
        style: dict[str, Any] = {
            "linestyle": "none",
            "markersize": 3,
            "color": LIGHT[role],
            "markeredgewidth": 0.8,
            "markerfacecolor": LIGHT[role if role == "signal" else "paper"],
        }
        axes.plot(x[inside], y[inside], marker="o" if role == "signal" else "s", **style)
        for sign, marker in ((1, "^"), (-1, "v")):
            beyond = sign * y > PULL_LIMIT
            axes.plot(x[beyond], np.full(beyond.sum(), sign * (PULL_LIMIT - 0.35)), marker=marker, **style)
    axes.set(xlim=(edges[0], edges[-1]), ylim=(-PULL_LIMIT, PULL_LIMIT))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
