"""What each method loses without each variable, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.reports.digits import measured
from umva.reports.figures.importance import draw_bars
from umva.reports.figures.style import caption, figure_of, styled
from umva.reports.figures.text import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from umva.reports.results import MethodResult, Number, Results

__all__ = ["permutation_in_words", "permutation_order", "permuted", "plot_permutation"]


def permuted(results: Results) -> list[tuple[int, MethodResult, Mapping[str, Number]]]:
    """Return place, method and losses of all methods that have been measured with shuffled variables."""
    return [
        (place, each, each.permutation.values)
        for place, each in enumerate(results.methods.values())
        if each.permutation is not None
    ]


def permutation_order(results: Results) -> list[str]:
    """Return the variables, that with the largest mean loss first."""
    columns = [values for _, _, values in permuted(results)]
    means: dict[str, float] = {}
    for values in columns:
        for name, each in values.items():
            means[name] = means.get(name, 0.0) + each.value / len(columns)
    return sorted(means, key=lambda name: -means[name])


@styled
def plot_permutation(results: Results, *, axes: Axes | None = None) -> Figure:
    """Draw a bar for the loss of each method (column) when each variable (row) is shuffled, all on one scale.

    Parameters
    ----------
    results
        The comparison; methods that were not measured so are left out.
    axes
        Where to draw; a new figure, growing with methods and variables, by default.
    """
    methods = permuted(results)
    axes = draw_bars(methods, permutation_order(results), lambda lost: f"{100 * lost:.2f}", axes)
    quantity = next((method.permutation.quantity for _, method, _ in methods if method.permutation), "")
    caption(axes, "What a variable is worth", f"{plain(quantity)} \N{MULTIPLICATION SIGN} 100")
    return figure_of(axes)


def permutation_in_words(results: Results) -> str:
    """Describe the losses: of each method the variable that it misses most."""
    found = [
        f"{method.name} {name} {measured(values[name])}"
        for _, method, values in permuted(results)
        for name in list(values)[:1]
    ]
    return f"What each method loses when a variable is shuffled. Most: {', '.join(found)}."
