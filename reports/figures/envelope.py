"""How far systematic variations move the ROC curves: background efficiency in units of that of the declared events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.reports.figures.legend import foot_legend, foot_panel, legend_name
from umva.reports.figures.roc import SIGNAL_AXIS
from umva.reports.figures.style import LIGHT, caption, frame, series, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from umva.reports.results import Envelope, Results

__all__ = ["envelope_in_words", "envelopes", "plot_envelope"]

LEAST = 0.1
"""Signal efficiency below which so few background events pass that the ratio is noise."""


def envelopes(results: Results) -> list[tuple[int, str, Envelope]]:
    """Return place, name and envelope of all methods that have one."""
    return [
        (place, each.name, each.systematics.envelope)
        for place, each in enumerate(results.methods.values())
        if each.systematics and each.systematics.envelope
    ]


@styled
def plot_envelope(results: Results, *, axes: Axes | None = None) -> Figure:
    """Draw, for each method, the band between the smallest and the largest background efficiency of all variations.

    Parameters
    ----------
    results
        The comparison; methods without variations are left out.
    axes
        Where to draw; a new figure by default.
    """
    found = envelopes(results)
    axes = axes or foot_panel(len(found))
    reach = 0.02
    for place, name, each in found:
        x, low, high = _ratios(each)
        look = series(place)
        axes.fill_between(x, low, high, color=look.color, alpha=0.14, linewidth=0, gid=f"method-{place}")
        for edge, label in ((high, legend_name(name, len(found))), (low, None)):
            axes.plot(
                x, edge, color=look.color, linestyle=look.linestyle, linewidth=1, label=label, gid=f"method-{place}"
            )
        reach = max(reach, *np.abs(np.concatenate([low, high])[np.tile(x > 2 * LEAST, 2)] - 1).tolist())
    axes.axhline(1, color=LIGHT["muted"], linewidth=0.8)
    axes.set(xlim=(0, 1), ylim=(max(1 - 1.15 * reach, 0), 1 + 1.15 * reach))
    foot_legend(axes)
    caption(axes, "Envelope of all variations", "test part")
    return frame(axes, x=SIGNAL_AXIS, y=r"$\varepsilon_\mathrm{B}$ varied / declared")


def envelope_in_words(results: Results) -> str:
    """Describe the envelopes, at a signal efficiency of one half."""
    said = []
    for _, name, each in envelopes(results):
        x, low, high = _ratios(each)
        said.append(f"{name} {np.interp(0.5, x, low):.2f} to {np.interp(0.5, x, high):.2f}")
    what = "Background efficiency at equal signal efficiency, over all systematic variations, relative to the declared events"
    return f"{what}. At 50 % signal: {', '.join(said)}."


def _ratios(each: Envelope) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return signal efficiencies and the edges of the band, where there is background to compare with."""
    x, nominal, low, high = (
        np.asarray(column) for column in (each.signal_efficiency, each.nominal, each.low, each.high)
    )
    known = (nominal > 0) & (x >= LEAST)
    return x[known], low[known] / nominal[known], high[known] / nominal[known]
