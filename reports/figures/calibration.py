"""Reliability curves: the share of signal that is found against the probability that is given, all methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.reports.figures.histogram import draw_error_bars
from umva.reports.figures.legend import foot_legend, foot_panel, legend_name
from umva.reports.figures.style import LIGHT, caption, frame, series, styled
from umva.reports.figures.text import plain, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from umva.reports.results import Reliability, Results

__all__ = ["plot_reliability", "reliabilities"]


@styled
def plot_reliability(
    results: Results, label: str = "", *, recalibrated: bool = False, axes: Axes | None = None
) -> Figure:
    """Draw the share of signal in bins of the probability against the mean probability there, with errors; test part.

    Parameters
    ----------
    results
        The comparison; methods whose responses are no probabilities are left out.
    label
        Of several classes, the one in question.
    recalibrated
        The same after recalibration, then of all methods.
    axes
        Where to draw; a new figure by default.
    """
    found = list(reliabilities(results, label, recalibrated=recalibrated))
    axes = axes or foot_panel(len(found))
    axes.plot([0, 1], [0, 1], color=LIGHT["muted"], linewidth=0.8, label="_")
    for place, name, each in found:
        look = series(place)
        x, y, error = (np.asarray(column) for column in (each.predicted, each.observed, each.errors))
        text = f"{legend_name(name, len(found))}  {100 * each.ece.value:.1f} %"
        axes.plot(x, y, color=look.color, linestyle=look.linestyle, label=text, gid=f"method-{place}")
        draw_error_bars(axes, x, y, error, look.color)
    axes.set(xlim=(0, 1), ylim=(0, 1.03))
    foot_legend(axes, title="mean absolute error")
    heading = plain(shorten(label, 24)) or ("After recalibration" if recalibrated else "As given")
    caption(axes, heading, "after recalibration" if recalibrated and label else "test part")
    what = f"share of {plain(shorten(label, 18))}" if label else "share of signal"
    return frame(axes, x="probability", y=what)


def reliabilities(
    results: Results, label: str = "", *, recalibrated: bool = False
) -> Iterator[tuple[int, str, Reliability]]:
    """Return place, name and curve of each method that has one."""
    for place, each in enumerate(results.methods.values()):
        source = each.classes.get(label) if label else each
        if source is None or source.calibration is None:
            continue
        curve = source.calibration.recalibrated if recalibrated else source.calibration.given
        if curve is not None:
            yield place, each.name, curve
