"""The response of one method on train and test: TMVA's overtraining plot, of two classes or of one against the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import NullFormatter

from umva.errors import ReportError
from umva.reports.digits import measured, probability
from umva.reports.figures.looks import against_rest
from umva.reports.figures.style import LIGHT, caption, frame, styled, tame_numbers, write_at
from umva.reports.figures.text import axis_title, plain, shorten
from umva.reports.figures.train_test import Side, draw_densities, draw_pulls, frames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from umva.reports.results import MethodResult, ResponsePlot
    from umva.reports.results.discrimination import Discrimination

__all__ = ["plot_response"]


@styled
def plot_response(method: MethodResult, label: str = "", *, axes: Sequence[Axes] | None = None) -> Figure:
    """Draw test as histograms and train as points above, their pulls below.

    Parameters
    ----------
    method
        A method that has a response.
    label
        Of several classes, the one that is drawn against the rest.
    axes
        The upper and the lower frame, or the upper one alone; a new figure of both by default.

    Raises
    ------
    ReportError
        If the method has no response.
    """
    found = method.classes.get(label) if label else method
    if found is None or found.response is None:
        of_class = f" of class '{label}'" if label else ""
        msg = f"method '{method.name}' has no response{of_class} to draw (status '{method.status}')"
        raise ReportError(msg)
    upper, *lower = axes or frames()
    sides = _sides(found.response, label, list(method.classes))
    draw_densities(upper, sides)
    power = tame_numbers(upper.yaxis) if upper.get_yscale() == "linear" else ""
    upper.set_ylabel(axis_title("(1/N) dN/dx", power=power))
    x = f"probability of {shorten(label, 24)}" if label else f"{shorten(method.name, 28)} response"
    if not lower:
        _write_briefly(upper, found)
        caption(upper, plain(shorten(label or method.name, 20)), _area(found))
        return frame(upper, x=axis_title(f"{x} x", power=tame_numbers(upper.xaxis)), y=upper.get_ylabel())
    _write_numbers(upper, found, [side.name for side in sides])
    caption(upper, plain(shorten(method.name, 38)), plain(shorten(label, 24)))
    draw_pulls(lower[0], sides)
    upper.xaxis.set_major_formatter(NullFormatter())
    return frame(lower[0], x=axis_title(f"{x} x", power=tame_numbers(lower[0].xaxis)), y="pull")


def _sides(response: ResponsePlot, label: str, labels: Sequence[str]) -> list[Side]:
    """Return the densities of the class in question and of what it is told from."""
    histograms = (
        (response.test_signal, response.train_signal),
        (response.test_background, response.train_background),
    )
    looks = against_rest(label, labels).items()
    return [
        Side(plain(shorten(name, 14)), look, test, train)
        for (name, look), (test, train) in zip(looks, histograms, strict=True)
    ]


def _write_numbers(axes: Axes, found: Discrimination, names: Sequence[str]) -> None:
    """Write legend, tests and areas."""
    axes.legend(loc="upper left", ncols=2)
    lines = []
    if found.overtraining:
        signal, background = found.overtraining.ks_signal, found.overtraining.ks_background
        short = ["S", "B"] if names == ["signal", "background"] else names
        lines.append(
            f"KS  p = {probability(signal.p_value)} ({short[0]})   {probability(background.p_value)} ({short[1]})"
        )
    if found.auc:
        lines.append(f"AUC  test {measured(found.auc.test)}   train {measured(found.auc.train)}")
    looks = {"va": "top", "fontsize": 8.5, "linespacing": 1.35, "color": LIGHT["muted"]}
    write_at(axes, "\n".join(lines), (0, 1), (7, -34), **looks)


def _write_briefly(axes: Axes, found: Discrimination) -> None:
    """Write the legend of a small frame, where histograms are known to be test and points train, and the tests."""
    handles, labels = axes.get_legend_handles_labels()
    shown = [(each, text.removesuffix(", test")) for each, text in zip(handles, labels, strict=True)]
    steps = [(each, text) for each, text in shown if not text.endswith(", train")]
    axes.legend(*zip(*steps, strict=True), loc="upper left", ncols=2, fontsize=8)
    if found.overtraining:
        signal, background = found.overtraining.ks_signal, found.overtraining.ks_background
        text = f"KS  p = {probability(signal.p_value)}   {probability(background.p_value)}"
        write_at(axes, text, (0, 1), (7, -20), va="top", fontsize=8, color=LIGHT["muted"])


def _area(found: Discrimination) -> str:
    """Return the area on test, if it is known."""
    return f"AUC {measured(found.auc.test)}" if found.auc else ""
