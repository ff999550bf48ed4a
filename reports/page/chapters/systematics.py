"""What systematic variations do to the methods: their sum in one line, tornado and table of each, the envelope of ROC curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from umva.reports.digits import MINUS, SIGMA, count, measured, scaled
from umva.reports.figures.tornado import POINT, sources
from umva.reports.measures.shift import in_quadrature
from umva.reports.page.table import Column, Table, tabulate
from umva.reports.page.view import Cell, Chapter, Footnotes

if TYPE_CHECKING:
    from collections.abc import Callable

    from umva.reports.page.view import Swatch, View
    from umva.reports.results import MethodResult, Number, Shift, VariationSummary

__all__ = ["CHAPTER"]


SCORES = {"classification": "AUC", "multiclass": "mean AUC", "regression": f"RMSE / {SIGMA}"}
"""What methods are ranked by."""

TIMES = "\N{MULTIPLICATION SIGN} 10⁻³"


@dataclass(frozen=True)
class Quantity:
    """A number of each shift: its title, the power of ten that it is given in, and how it is read."""

    title: str
    exponent: int
    read: Callable[[Shift], Number | None]


@dataclass(frozen=True)
class Shifts:
    """The table of one method: what stands for it, titles of the columns, rows, footnotes."""

    method: MethodResult
    swatch: Swatch
    titles: list[str]
    rows: list[tuple[str, str, list[Cell]]]
    footnotes: list[tuple[str, str]]


def _prepare(view: View) -> dict[str, Any]:
    """Return what was varied, the sums of all sources, the shifts of each method."""
    methods = [each for each in view.results.methods.values() if each.systematics and each.systematics.shifts]
    return {
        "task": view.results.task,
        "point": _percent(POINT),
        "lead": _lead(view, methods[0]) if methods else "",
        "variations": [(name, [_described(each) for each in sides]) for name, sides in _by_source(view).items()],
        "sums": _sums(view, methods) if methods else None,
        "shown": [(each, _largest(each)) for each in methods],
        "tables": [_shifts(view, each) for each in methods],
        "missing": [
            (each.name, each.systematics.reason if each.systematics else each.reason or each.status)
            for each in view.results.methods.values()
            if each not in methods
        ],
    }


def _by_source(view: View) -> dict[str, list[VariationSummary]]:
    found: dict[str, list[VariationSummary]] = {}
    for each in view.results.variations:
        found.setdefault(each.source, []).append(each)
    return found


def _described(each: VariationSummary) -> tuple[str, str, str]:
    """Return direction, what is different, and which events they are."""
    if each.n_shared == each.n_events:
        return each.direction, each.words, "the same events"
    return each.direction, each.words, f"{count(each.n_events - each.n_shared)} other events"


def _quantities(view: View, *, every: bool = False) -> list[Quantity]:
    """Return what a table has of each shift; ``every`` cut, or that of the tornados alone."""
    results = view.results
    found = [Quantity(SCORES[results.task], -3, lambda shift: shift.score)]
    if results.task == "classification":
        cuts = next((each.systematics.cuts for each in results.methods.values() if each.systematics), {})
        for key in cuts if every else [POINT]:
            found += _at_cut(key, f" at {_percent(key)}" if every else "")
        return found
    for name in results.dataset.counts if results.task == "multiclass" else [e.name for e in results.dataset.targets]:
        title, exponent = (f"AUC of {name}", -3) if results.task == "multiclass" else (f"bias of {name}", 0)
        found.append(Quantity(title, exponent, lambda shift, name=name: shift.outputs.get(name)))  # type: ignore[misc]
    return found


def _at_cut(key: str, where: str) -> list[Quantity]:
    """Return efficiency and yields at one cut, in percent."""
    return [
        Quantity(f"εₛ{where}", -2, lambda shift: shift.points[key].signal_efficiency),
        Quantity(f"S{where}", -2, lambda shift: shift.points[key].signal_yield),
        Quantity(f"B{where}", -2, lambda shift: shift.points[key].background_yield),
    ]


def _sums(view: View, methods: list[MethodResult]) -> Table:
    """Return the sums in quadrature over sources, rising and falling shifts apart, and the largest source."""

    def column(quantity: Quantity) -> Column[MethodResult]:
        def cell(method: MethodResult, notes: Footnotes) -> Cell:
            rise, fall = (_sum(method, quantity, sign) for sign in (1.0, -1.0))
            small = (f"{MINUS}{measured(fall)}",) if fall else ()
            if rise is None:
                return Cell(small=small)
            return Cell(f"+{measured(rise)}", rise.value, small, notes.mark(rise.note) if rise.note else "")

        return Column(_titled(quantity), cell)

    columns = [column(each) for each in _quantities(view)]
    columns.append(Column("Largest source", lambda method, _: Cell(sources(method)[0])))
    return tabulate(view, columns, [(each, each) for each in methods])


def _sum(method: MethodResult, quantity: Quantity, sign: float) -> Number | None:
    """Return the shifts of one sign in quadrature, of each source the larger one; None if there are none."""
    largest = []
    for sides in method.systematics.shifts.values() if method.systematics else ():
        numbers = [number for shift in sides.values() if (number := quantity.read(shift)) is not None]
        of_sign = [each for each in numbers if sign * each.value > 0]
        if of_sign:
            largest.append(max(of_sign, key=lambda each: abs(each.value)))
    return scaled(in_quadrature(largest), quantity.exponent) if largest else None


def _lead(view: View, best: MethodResult) -> str:
    """Say in one sentence what all sources together do to the best method, and which of them most."""
    quantity = _quantities(view)[-1] if view.results.task == "classification" else _quantities(view)[0]
    what = "background yield" if view.results.task == "classification" else quantity.title
    unit = "%" if quantity.exponent == -2 else TIMES
    moves = [
        f"{sign_of}{measured(total)} {unit}"
        for sign_of, sign in (("+", 1.0), (MINUS, -1.0))
        if (total := _sum(best, quantity, sign)) is not None
    ]
    if not moves:
        return f"Nothing that was varied moves the {what} of {best.name}."
    return f"All sources together move the {what} of {best.name} by {' and '.join(moves)}; {sources(best)[0]} moves it most."


def _largest(method: MethodResult) -> str:
    """Say which source is largest and what it does."""
    if not method.systematics:
        return ""
    name = sources(method)[0]
    what, unit = (
        ("background", "%")
        if method.systematics.cuts
        else (SCORES["regression" if method.targets else "multiclass"], TIMES)
    )
    said = []
    for side, shift in method.systematics.shifts[name].items():
        found = scaled(shift.points[POINT].background_yield, -2) if shift.points else scaled(shift.score, -3)
        said.append(f"{_signed(found)} {unit} {side}")
    return f"{name} is largest: {what} {', '.join(said)}."


def _shifts(view: View, method: MethodResult) -> Shifts:
    """Return all shifts of one method."""
    quantities, notes = _quantities(view, every=True), Footnotes()
    rows = []
    for name in sources(method):
        for side, shift in method.systematics.shifts[name].items() if method.systematics else ():
            rows.append((name, side, [_cell(each.read(shift), each.exponent, notes) for each in quantities]))
    return Shifts(method, view.swatch(method.name), [_titled(each) for each in quantities], rows, notes.listed())


def _cell(number: Number | None, exponent: int, notes: Footnotes) -> Cell:
    """Return a change in its unit, with its sign."""
    if number is None:
        return Cell()
    shown = _signed(scaled(number, exponent))
    return Cell(shown, number.value, (), notes.mark(number.note) if number.note else "")


def _signed(number: Number) -> str:
    """Return a change with its sign."""
    return f"+{measured(number)}" if number.value > 0 else measured(number)


def _titled(quantity: Quantity) -> str:
    unit = {-2: " [%]", -3: " [10⁻³]"}.get(quantity.exponent, "")
    return f"Δ{quantity.title}{unit}"


def _percent(key: str) -> str:
    """Return a share as it is said: ``"0.10"`` is ``"10 %"``."""
    return f"{100 * float(key):g} %"


CHAPTER = Chapter(
    "systematics", "Systematic variations", "Systematics", _prepare, exists=lambda view: bool(view.results.variations)
)
