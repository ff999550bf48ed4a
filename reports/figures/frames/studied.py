"""The numbers behind the figures of studies: systematic variations, and trainings on fewer events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.reports.figures.frames.rows import Rows, columns, named, number

if TYPE_CHECKING:
    from collections.abc import Callable

    from umva.reports.results import Results

__all__ = ["KINDS"]


def _tornado(results: Results, method: str) -> Rows:
    """Return the shift of the score, and those at each working point in columns that name it."""
    found = results.methods[method].systematics
    if found is None:
        return []
    rows: Rows = []
    for source, sides in found.shifts.items():
        for direction, shift in sides.items():
            row = {"source": source, "direction": direction, **number("score", shift.score)}
            for point, each in shift.points.items():
                for quantity in ("signal_efficiency", "background_efficiency", "signal_yield", "background_yield"):
                    row |= number(f"{quantity}_at_{point}", getattr(each, quantity))
            for output, value in shift.outputs.items():
                row |= number(output, value)
            rows.append(row)
    return rows


def _envelope(results: Results) -> Rows:
    found = [(each.name, each.systematics.envelope) for each in results.methods.values() if each.systematics]
    names = ("signal_efficiency", "nominal", "low", "high")
    return [row for name, each in found if each for row in named(columns(each, *names), method=name)]


def _learning(results: Results) -> Rows:
    return [
        {
            "method": method.name,
            "fraction": each.fraction,
            "n_events": each.n_events,
            **number("train", each.train),
            **number("test", each.test),
        }
        for method in results.methods.values()
        for each in method.learning
        if each.train and each.test
    ]


KINDS: dict[str, Callable[..., Rows]] = {"tornado": _tornado, "envelope": _envelope, "learning": _learning}
