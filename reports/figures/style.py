"""How figures look: colours of the light and the dark page, dashes, axes in the manner of particle physics.

Figures are drawn in the colours of the light page. Each role has a colour of its own, so that the page can find it in a
drawing and put the name of the role in its place; the reader's browser then fills in light or dark. The colours of
methods (``series``) and of classes keep a contrast of 3 to the paper (WCAG 2.2, 1.4.11) and each set stays apart for
protanopes and deuteranopes; dash patterns and markers tell the same besides.

No figure touches ``matplotlib.pyplot`` or the user's settings: :func:`styled` draws under our own.
"""

from __future__ import annotations

import functools
import math
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import matplotlib.style
import mplhep as _fonts  # noqa: F401  registers TeX Gyre Heros, whose widths browsers' Helvetica and Arial share
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, ScalarFormatter

from umva.reports.digits import minus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

__all__ = [
    "DARK",
    "LIGHT",
    "SANS",
    "SERIF",
    "Line",
    "caption",
    "figure_of",
    "frame",
    "panel",
    "series",
    "settings",
    "styled",
    "tame_numbers",
    "typeface",
    "write_at",
]

P = ParamSpec("P")
R = TypeVar("R")

LIGHT = {
    "paper": "#ffffff",
    "ink": "#1b1f26",
    "muted": "#596270",
    "grid": "#d8dce2",
    "signal": "#1d64b4",
    "background": "#c62f2b",
    "series-1": "#0951a0",
    "series-2": "#ef4a00",
    "series-3": "#1ca671",
    "series-4": "#ac307b",
    "series-5": "#736ade",
    "series-6": "#663c12",
    "series-7": "#2a9fc9",
    "series-8": "#bd4846",
    "series-9": "#3a3f47",
    "series-10": "#5fa633",
    "class-1": "#0a5cdb",
    "class-2": "#b62511",
    "class-3": "#dc7900",
    "class-4": "#711387",
    "class-5": "#38a263",
    "class-6": "#67342c",
    "class-7": "#1e2f43",
    "class-8": "#e343a4",
}
DARK = {
    "paper": "#171a20",
    "ink": "#e6e9ee",
    "muted": "#a3acb9",
    "grid": "#363c46",
    "signal": "#6fb1ff",
    "background": "#ff7f73",
    "series-1": "#3c8bff",
    "series-2": "#f6ac2d",
    "series-3": "#2dd6a3",
    "series-4": "#d05e98",
    "series-5": "#9e84d2",
    "series-6": "#aa8734",
    "series-7": "#91d5ff",
    "series-8": "#fd7778",
    "series-9": "#d5f8ea",
    "series-10": "#98ed75",
    "class-1": "#40baff",
    "class-2": "#f6724e",
    "class-3": "#ffc24d",
    "class-4": "#d05ec3",
    "class-5": "#18ffc1",
    "class-6": "#c08678",
    "class-7": "#c8edff",
    "class-8": "#de8bb7",
}
DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (5, 1.6),
    (1.4, 1.4),
    (7, 1.6, 1.4, 1.6),
    (3, 1.2),
    (9, 2.4),
    (5, 1.2, 1, 1.2, 1, 1.2),
)
N_SERIES = 10
SANS, SERIF = "TeX Gyre Heros", "TeX Gyre Termes"
typeface: ContextVar[str] = ContextVar("typeface", default=SANS)
"""Of all figures that are being drawn: that of the experiment, see :mod:`umva.reports.figures.experiment`."""

SETTINGS = {
    "font.size": 9.5,
    "mathtext.fontset": "custom",
    "mathtext.default": "regular",
    "mathtext.fallback": "stix",
    "text.color": LIGHT["ink"],
    "text.parse_math": True,
    "axes.edgecolor": LIGHT["ink"],
    "axes.labelcolor": LIGHT["ink"],
    "axes.facecolor": "none",
    "axes.linewidth": 0.8,
    "axes.labelpad": 3,
    "xaxis.labellocation": "right",
    "yaxis.labellocation": "top",
    "figure.facecolor": LIGHT["paper"],
    "legend.frameon": False,
    "legend.fontsize": 9,
    "legend.handlelength": 1.9,
    "legend.handletextpad": 0.6,
    "legend.labelspacing": 0.3,
    "legend.borderaxespad": 0.6,
    "legend.columnspacing": 1.2,
    "lines.linewidth": 1.4,
    "lines.scale_dashes": False,
    "hatch.linewidth": 0.7,
    "path.simplify_threshold": 0.2,
    "svg.fonttype": "none",
    "svg.hashsalt": "umva",
    **{
        f"{axis}tick.{key}": value
        for axis in ("x", "y")
        for key, value in {
            "direction": "in",
            "color": LIGHT["ink"],
            "labelsize": 9,
            "major.size": 5,
            "minor.size": 2.5,
            "major.width": 0.7,
            "minor.width": 0.5,
            "minor.visible": True,
        }.items()
    },
    "xtick.top": True,
    "ytick.right": True,
}


@dataclass(frozen=True)
class Line:
    """How the curves of one method are drawn, everywhere."""

    color: str
    dash: tuple[float, ...]

    @property
    def linestyle(self) -> tuple[int, tuple[float, ...] | None]:
        """The dash pattern as matplotlib takes it."""
        return (0, self.dash or None)


def series(index: int) -> Line:
    """Return colour and dash of the method with this place in ``Results.methods``, counted from 0.

    Colours come again after ten methods, dashes after seven, both together after seventy.

    Examples
    --------
    >>> series(0)
    Line(color='#0951a0', dash=())
    >>> series(10).color == series(0).color, series(10).dash == series(0).dash
    (True, False)
    """
    return Line(LIGHT[f"series-{index % N_SERIES + 1}"], DASHES[index % len(DASHES)])


@contextmanager
def settings() -> Iterator[None]:
    """Draw or save under our settings, whatever the user's are."""
    with matplotlib.style.context(SETTINGS | _letters(typeface.get()), after_reset=True):
        yield


def _letters(face: str) -> dict[str, Any]:
    """Return the settings of a typeface, for text and for formulas."""
    return {
        "font.family": [face, "DejaVu Sans"],
        **{f"mathtext.{each}": face for each in ("rm", "tt", "cal", "sf")},
        "mathtext.it": f"{face}:italic",
        "mathtext.bf": f"{face}:bold",
        "mathtext.bfit": f"{face}:italic:bold",
    }


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Let a function draw under our settings."""

    @functools.wraps(draw)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        with settings():
            return draw(*args, **kwargs)

    return wrapper


def panel(width: float = 4.4, height: float = 3.5, *, below: float = 0.0) -> Axes:
    """Return the axes of a new figure, sizes in inches; a phone shows 4.4 in across its whole width.

    Parameters
    ----------
    width, height
        Size of the figure.
    below
        Further height below the axes, for a long legend.
    """
    left, right, bottom, top = 0.64, 0.14, 0.44 + below, 0.28
    height += below
    figure = Figure(figsize=(width, height))
    return figure.add_axes((left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height))


def figure_of(axes: Axes) -> Figure:
    """Return the figure that the axes are in."""
    return axes.get_figure(root=True)  # type: ignore[return-value]


def frame(axes: Axes, *, x: str, y: str) -> Figure:
    """Label the axes and return their figure."""
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    return figure_of(axes)


def tame_numbers(axis: Axis) -> str:
    """Write plain tick labels on a linear axis whose limits are set, and return the power of ten that they lack.

    Examples
    --------
    >>> axes = panel()
    >>> axes.set(xlim=(0, 250), ylim=(0, 3e-5)) and None
    >>> tame_numbers(axes.xaxis), tame_numbers(axes.yaxis)
    ('', '$10^{-5}$')
    """
    largest = max(map(abs, axis.get_view_interval()))
    exponent = math.floor(math.log10(largest)) if largest > 0 else 0
    if -2 <= exponent < 5:
        formatter = ScalarFormatter(useOffset=False)
        formatter.set_scientific(False)
        axis.set_major_formatter(formatter)
        return ""
    scale = 10.0**exponent
    axis.set_major_formatter(FuncFormatter(lambda value, _place: minus(f"{value / scale:g}")))
    return f"$10^{{{exponent}}}$"


def caption(axes: Axes, left: str, right: str = "") -> None:
    """Write above the frame: what is shown in bold on the left, a fact on the right."""
    write_at(axes, left, (0, 1), (0, 4), weight="bold")
    if right:
        write_at(axes, right, (1, 1), (0, 4), ha="right", fontsize=9, color=LIGHT["muted"])


def write_at(axes: Axes, text: str, place: tuple[float, float], offset: tuple[float, float], **looks: Any) -> None:
    """Write a text at a place in the frame, 0 to 1, moved by so many points."""
    axes.annotate(text, place, offset, xycoords="axes fraction", textcoords="offset points", **looks)
