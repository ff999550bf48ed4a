"""Cuts: windows on the inputs, optimised for each signal efficiency.

For each per cent of signal efficiency a search (genetic algorithm, simulated annealing or random points) looks for the lower
and upper cuts that leave the least background. The result is a table that can be read, printed and put into an analysis.

Where this differs from TMVA 4.2: there the cuts of one efficiency have nothing to do with those of the next, the response
needs an efficiency and is 0 without one. Here the windows are nested (see :mod:`umva.methods.cuts.nesting`), so that one
number tells which of them an event passes, and ROC curve and AUC are those of the table. The search moves the share of the
signal that an edge cuts away instead of the edge itself, and needs a tenth of the points. Row ``ibin`` of TMVA's table begins at
efficiency ``(ibin - 1)/100``, and its Reader takes the row after the one it should; here the tightest row that keeps what is
asked for is taken.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Self

import numpy as np

from umva.errors import MethodError, RunError
from umva.methods.base import Capabilities, Context, Events, Method
from umva.methods.cuts.boxes import Boxes
from umva.methods.cuts.edges import FORMS, Edges
from umva.methods.cuts.front import N_ROWS, Front, area_beside
from umva.methods.cuts.nesting import nested
from umva.methods.inputs import require_inputs
from umva.methods.optimisers import FIT_METHODS, SearchOptions, minimise
from umva.methods.options import option
from umva.methods.per_variable import spread
from umva.methods.registry import register
from umva.methods.repetition import Repetition

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.methods.problem import Problem

__all__ = ["Cuts", "CutsRow"]

_TOLD = (0.1, 0.3, 0.5, 0.7, 0.9)  # signal efficiencies whose cuts stand in the notes
_MANY = 10


class CutsRow(NamedTuple):
    """One row of the table of cuts: an event passes if ``lower < x <= upper`` in all variables.

    ``signal`` and ``background`` are its efficiencies on the training events; ``lower`` and ``upper`` have one element a
    variable, infinite where nothing is cut; ``names`` are those of the variables. With an input transformation the cuts are
    on what comes out of it, in the same order.
    """

    signal: float
    background: float
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    names: tuple[str, ...]

    @property
    def windows(self) -> dict[str, tuple[float, float]]:
        """The lower and the upper cut of each variable by its name."""
        edges = zip(self.lower.tolist(), self.upper.tolist(), strict=True)
        return dict(zip(self.names, edges, strict=True))


@register("Cuts", tmva="kCuts")
@dataclass(kw_only=True, eq=False)
class Cuts(SearchOptions, Method):
    """Rectangular cuts: of each input a window, optimised for every signal efficiency.

    Use it where the selection must be explained on a slide, and as what any classifier must beat. The response is 1 less
    the largest signal efficiency, of 1 %, 2 % ... 100 %, whose cuts the event fails: those above 0.7 pass the cuts of 30 %. Boxes
    cannot follow correlations; the input transformation ``"D"`` often helps, at the price of cuts on combinations of inputs.
    Weights count as repetitions. (TMVA Users Guide, arXiv:physics/0703039, section 8.1.)

    Attributes
    ----------
    lower_, upper_
        The table, row ``k`` for a signal efficiency of ``(k + 1) / 100``, shape ``(100, n_variables)``.
    signal_, background_
        Efficiencies of the rows on the training events, shape ``(100,)``.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]], np.float32)
    >>> train = Events(X, np.array([0, 0, 1, 1], np.int8), np.ones(4))
    >>> cuts = Cuts(fit_method="MC", sample_size=200).fit(train)
    >>> cuts.passes(X, 1.0).tolist(), cuts.score(X).round(2).tolist()[:2]
    ([False, False, True, True], [0.0, 0.0])
    >>> cuts.cuts(1.0).windows
    {'0': (1.5, inf)}
    """

    capabilities: ClassVar[Capabilities] = Capabilities()
    repetition: ClassVar[Repetition] = Repetition(1e-6)
    cost: ClassVar[float] = 1.0
    quick_options: ClassVar[Mapping[str, object]] = {"fit_method": "MC", "sample_size": 5000}
    state: ClassVar[tuple[str, ...]] = ("lower_", "upper_", "signal_", "background_")
    refused: ClassVar[Mapping[str, str]] = {
        "EffMethod=EffSel": "events are counted (EffSel); densities of single inputs ignore correlations",
        "EffSel=True": "events are always counted",
        "EffPDF=False": "events are counted (EffSel); densities of single inputs ignore correlations",
    }

    fit_method: str = option(
        "GA",
        tmva="FitMethod",
        choices=FIT_METHODS,
        help="genetic algorithm (GA), annealing (SA), random points (MC); counts have no slope for MINUIT",
    )
    cut_min: Mapping[str, float] = option(
        {}, per_variable=True, tmva="CutRangeMin", help="least value of a cut; with cut_max -1 as well: any"
    )
    cut_max: Mapping[str, float] = option(
        {}, per_variable=True, tmva="CutRangeMax", help="largest value of a cut; with cut_min -1 as well: any"
    )
    form: Mapping[str, str] = option(
        {},
        per_variable=True,
        tmva="VarProp",
        choices=FORMS,
        help="window (NotEnforced), only x > cut (FMax), only x <= cut (FMin), the one towards the signal's mean (FSmart)",
    )

    lower_: NDArray[np.float64] = field(init=False, repr=False)
    upper_: NDArray[np.float64] = field(init=False, repr=False)
    signal_: NDArray[np.float64] = field(init=False, repr=False)
    background_: NDArray[np.float64] = field(init=False, repr=False)
    _columns: tuple[str, ...] = field(default=(), init=False, repr=False)

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Refuse options for variables that there are not, and keep the names of those that there are."""
        del problem
        self._columns = columns
        self._edges(np.ones(len(columns), bool))

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Search for the best cuts and nest them; see :meth:`umva.methods.Method.fit`.

        Raises
        ------
        MethodError
            If a class has no weight, or no signal lies in the ranges of the cuts.
        """
        del validation
        boxes = Boxes(train, self._edges(_signal_above(train)), n_threads=context.n_threads, method=self.name)
        front = Front(boxes)
        front.descend(boxes.n_free)
        ranges = np.tile([0.0, 1.0], (boxes.n_free, 1))
        minimise(self.fit_method, front, ranges, self, seed=context.seed, progress=context.progress)
        low, high = nested(front, boxes)
        self.signal_, self.background_ = boxes.efficiencies(low, high)
        self.lower_, self.upper_ = boxes.cuts(low, high)
        found = np.isfinite(front.background)
        free = area_beside(front.signal[found], front.background[found])
        chained = area_beside(self.signal_, self.background_)
        self.notes_ = (
            f"Nesting the cuts brings their AUC on the training events from {free:.4f} to {chained:.4f}.",
            *(_told(self.cuts(efficiency), efficiency) for efficiency in _TOLD),
        )
        return self

    def write(self, folder: Path) -> None:
        """Write the table, and the names of the variables as JSON."""
        super().write(folder)
        (folder / "columns.json").write_text(json.dumps(self._names(self.lower_.shape[1])), encoding="utf-8")

    def read(self, folder: Path) -> None:
        """Read back what :meth:`write` wrote."""
        super().read(folder)
        path = folder / "columns.json"
        try:
            names = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            msg = f"{path}: cannot be read as the names of the variables ({error})"
            raise RunError(msg) from error
        if not (isinstance(names, list) and all(isinstance(each, str) for each in names)):
            msg = f"{path}: expected a list of names, got {type(names).__name__}"
            raise RunError(msg)
        self._columns = tuple(names)

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return 1 less the largest signal efficiency whose cuts an event fails, 0 to 1 in steps of 0.01."""
        require_inputs(X, self.lower_.shape[1], method=self.name)
        failed = np.zeros(len(X), np.int64)
        for x, lower, upper in zip(X.T, self.lower_.T, self.upper_.T, strict=True):
            too_low = N_ROWS - np.searchsorted(lower[::-1], x, "left")
            failed = np.maximum(failed, np.maximum(too_low, np.searchsorted(upper, x, "left")))
        return 1 - failed / N_ROWS

    def cuts(self, efficiency: float) -> CutsRow:
        """Return the tightest cuts of the table that keep this share of the signal.

        Raises
        ------
        MethodError
            If it is not above 0 and at most 1.
        """
        row = self._row(efficiency)
        names = self._names(self.lower_.shape[1])
        return CutsRow(
            float(self.signal_[row]), float(self.background_[row]), self.lower_[row], self.upper_[row], names
        )

    def passes(self, X: NDArray[np.float32], efficiency: float) -> NDArray[np.bool_]:
        """Return which events pass :meth:`cuts`."""
        passed: NDArray[np.bool_] = self.score(X) > 1 - (self._row(efficiency) + 0.5) / N_ROWS
        return passed

    def _row(self, efficiency: float) -> int:
        if not 0 < efficiency <= 1:
            msg = f"{self.name}: a signal efficiency must be above 0 and at most 1, got {efficiency:g}"
            raise MethodError(msg)
        return max(math.ceil(efficiency * N_ROWS - 1e-9) - 1, 0)

    def _names(self, n_variables: int) -> tuple[str, ...]:
        """Return what the variables are called; those that have no names have numbers."""
        return self._columns if len(self._columns) == n_variables else tuple(map(str, range(n_variables)))

    def _edges(self, signal_above: NDArray[np.bool_]) -> Edges:
        """Return what the options allow."""
        columns = self._names(len(signal_above))
        return Edges.of(
            spread(self.cut_min, columns, math.nan, f"{self.name}: cut_min"),
            spread(self.cut_max, columns, math.nan, f"{self.name}: cut_max"),
            spread(self.form, columns, "NotEnforced", f"{self.name}: form"),
            signal_above=signal_above,
            method=self.name,
        )


def _told(row: CutsRow, efficiency: float) -> str:
    """Return a row of the table as a sentence, of many variables without its cuts."""
    cuts = []
    for name, (lower, upper) in row.windows.items():
        below, above = (
            (f"{lower:.4g} < " if lower > -math.inf else ""),
            (f" <= {upper:.4g}" if upper < math.inf else ""),
        )
        if below or above:
            cuts.append(f"{below}{name}{above}")
    listed = f": {', '.join(cuts)}" if 0 < len(cuts) <= _MANY else ""
    return f"Cuts of {efficiency:.0%} signal efficiency leave {row.background:.2%} of the background{listed}."


def _signal_above(train: Events) -> NDArray[np.bool_]:
    """Return of which variables the signal has the larger mean."""
    for label, what in ((1, "signal"), (0, "background")):
        if not train.weight[train.y == label].sum() > 0:
            msg = f"Cuts: the weights of the {what} must sum to more than 0"
            raise MethodError(msg)
    means = [np.average(train.X[train.y == k], axis=0, weights=train.weight[train.y == k]) for k in (0, 1)]
    above: NDArray[np.bool_] = means[1] > means[0]
    return above
