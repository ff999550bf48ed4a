"""Systematic shifts of one method as a tornado: a row for each source, the largest on top, up filled and down hollow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from umva.errors import ReportError
from umva.reports.digits import SIGMA, measured, scaled
from umva.reports.figures.style import LIGHT, caption, series, styled, tame_numbers
from umva.reports.figures.text import plain, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.axes import Axes

    from umva.reports.results import MethodResult, Number, Shift

    Read = Callable[[Shift], Number | None]

__all__ = ["POINT", "plot_tornado", "quantities", "sources", "tornado_in_words"]

POINT = "0.10"
"""The cut whose shifts are drawn, by the background efficiency that it is meant for."""

MOST = 12
"""Sources that are drawn, the largest; all stand in the table."""

ROW, WIDTH, LEFT, GAP, TOP, BOTTOM = 0.34, 4.4, 1.05, 0.2, 0.32, 0.62


def quantities(method: MethodResult) -> list[tuple[str, Read]]:
    """Return what is drawn of a method, the last deciding which source is largest: titles, and how to read each off a shift.

    Efficiencies and yields of two classes are in percent, areas and deviations in thousandths, biases in their own unit.
    """
    if method.systematics and method.systematics.cuts:
        return [
            ("signal efficiency [%]", lambda shift: scaled(shift.points[POINT].signal_efficiency, -2)),
            ("background yield [%]", lambda shift: scaled(shift.points[POINT].background_yield, -2)),
        ]
    if method.targets:
        first = next(iter(method.targets))
        return [
            (f"bias of {first}" if len(method.targets) > 1 else "bias", lambda shift: shift.outputs.get(first)),
            (r"RMSE [$10^{-3}\,\sigma$]", lambda shift: scaled(shift.score, -3)),
        ]
    return [("mean AUC [$10^{-3}$]", lambda shift: scaled(shift.score, -3))]


def sources(method: MethodResult) -> list[str]:
    """Return the names of the sources, the one with the largest effect first."""
    shifts = method.systematics.shifts if method.systematics else {}
    read = quantities(method)[-1][1]
    largest = {name: max(abs(number.value) for number in _numbers(sides, read)) for name, sides in shifts.items()}
    return sorted(shifts, key=lambda name: -largest[name])


@styled
def plot_tornado(method: MethodResult, place: int = 0) -> Figure:
    """Draw the shifts of one method, a frame for each quantity, statistical errors as thin lines.

    Parameters
    ----------
    method
        A method that was applied to varied events.
    place
        Its place among the methods, which gives it its colour.

    Raises
    ------
    ReportError
        If it was not.
    """
    if method.systematics is None or not method.systematics.shifts:
        msg = f"method '{method.name}' was not applied to varied events"
        raise ReportError(msg)
    names, drawn = sources(method)[:MOST], quantities(method)
    frames = _frames(len(names), len(drawn))
    for axes, (title, read) in zip(frames, drawn, strict=True):
        for row, name in enumerate(names):
            _draw(axes, row, method.systematics.shifts[name], read, series(place).color)
        axes.axvline(0, color=LIGHT["ink"], linewidth=0.8)
        axes.margins(x=0.08)
        axes.autoscale_view(scaley=False)
        reach = max(map(abs, axes.get_xlim())) or 1.0
        axes.set(xlim=(-reach, reach), ylim=(len(names) - 0.5, -0.5), yticks=[])
        axes.minorticks_off()
        power = tame_numbers(axes.xaxis)
        axes.set_xlabel(f"{plain(title) if '$' not in title else title} {power}".strip())
    frames[0].set_yticks(range(len(names)), [plain(shorten(name, 15)) for name in names])
    frames[0].tick_params(axis="y", length=0)
    caption(frames[0], plain(shorten(method.name, 28)))
    _legend(frames[-1], series(place).color)
    return frames[0].get_figure(root=True)  # type: ignore[return-value]


def tornado_in_words(method: MethodResult) -> str:
    """Describe the tornado of a method: its largest source."""
    names = sources(method)
    if method.systematics is None or not names:
        return f"{method.name}: no systematic shifts."
    title, read = quantities(method)[-1]
    sides = method.systematics.shifts[names[0]]
    found = [f"{side} {measured(number)}" for side, shift in sides.items() if (number := read(shift)) is not None]
    plainly = title.replace("$", "").replace(r"\,", " ").replace("^{-3}", "⁻³").replace(r"\sigma", SIGMA)
    return f"Systematic shifts of {method.name}, {len(names)} sources. Largest in {plainly}: {names[0]}, {', '.join(found)}."


def _draw(axes: Axes, row: int, sides: Mapping[str, Shift], read: Read, color: str) -> None:
    """Draw one source: up in the upper half of its row, down in the lower."""
    looks: tuple[tuple[str, float, dict[str, Any]], ...] = (
        ("up", -0.19, {"color": color, "alpha": 0.55}),
        ("down", 0.19, {"facecolor": "none", "edgecolor": color, "linewidth": 0.9, "hatch": "////"}),
    )
    for side, at, look in looks:
        number = read(sides[side]) if side in sides else None
        if number is not None:
            axes.barh(row + at, number.value, height=0.34, **look)
            axes.errorbar(
                number.value, row + at, xerr=number.error or 0.0, fmt="none", ecolor=LIGHT["ink"], elinewidth=0.8
            )


def _legend(axes: Axes, color: str) -> None:
    handles = [
        Patch(color=color, alpha=0.55, label="up"),
        Patch(facecolor="none", edgecolor=color, hatch="////", label="down"),
    ]
    axes.legend(handles=handles, loc="lower right", bbox_to_anchor=(1.02, 0.99), ncols=2, borderaxespad=0, fontsize=8)


def _frames(n_rows: int, n_frames: int) -> Sequence[Axes]:
    """Return axes side by side, with room for the names on the left."""
    height = ROW * max(n_rows, 2) + TOP + BOTTOM
    figure = Figure(figsize=(WIDTH, height))
    width = (WIDTH - LEFT - 0.15 - GAP * (n_frames - 1)) / n_frames
    return [
        figure.add_axes(
            (
                (LEFT + k * (width + GAP)) / WIDTH,
                BOTTOM / height,
                width / WIDTH,
                1 - (TOP + BOTTOM) / height,
            )
        )
        for k in range(n_frames)
    ]


def _numbers(sides: Mapping[str, Shift], read: Read) -> list[Number]:
    return [number for shift in sides.values() if (number := read(shift)) is not None]
