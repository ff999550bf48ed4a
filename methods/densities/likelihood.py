"""Likelihood: the ratio of the products of each variable's densities ("naive Bayes").

Where it differs from TMVA's Likelihood, and why:

* An input whose training values are whole numbers, fewer than there would be bins, gets a bin for each number and is not
  interpolated between them. TMVA has such bins for variables declared ``'I'``, and then reads a number's density half way to
  the bin below.
* Products of densities cannot underflow: TMVA answers 0.5 where both fall below 1e-305.
* The ranking is that of the likelihood ratio also with ``transform_output``: TMVA fills the transformed response into a
  histogram from 0 to 1, and so loses all events that look like background.
* At least five bins, so that small samples can be trained on.
* See :mod:`umva.methods.densities.kernels` for what happens at the upper edge with ``PDFInterpol=KDE``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from umva.methods.base import Capabilities, Context, Events
from umva.methods.chunks import chunks
from umva.methods.densities.per_class import recipes, with_recipes
from umva.methods.densities.sample import BinnedSample, ends
from umva.methods.densities.separation import delta_separation
from umva.methods.densities.table import Table
from umva.methods.hypotheses import ComparesHypotheses
from umva.methods.inputs import require_inputs
from umva.methods.linear.moments import class_sums
from umva.methods.options import option
from umva.methods.ranking import Ranking
from umva.methods.registry import register
from umva.methods.repetition import Repetition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from umva.methods.densities.recipe import Recipe
    from umva.methods.problem import Problem

__all__ = ["Likelihood"]

_TINY = 1e3 * np.finfo(np.float64).tiny  # TMVA's epsilon
_CERTAIN = 1.0 - 1e-15
_TAU = 15.0
_FEW = 10  # different numbers that are always worth a bin each
_EVENTS_PER_NUMBER = 50


@register("Likelihood", tmva="kLikelihood")
@dataclass(kw_only=True, eq=False)
@with_recipes
class Likelihood(ComparesHypotheses):
    """Projective likelihood: ratio of the products of the variables' densities in signal and background.

    Use it with inputs that are nearly uncorrelated in each class, or made so with the transformation ``"D"`` or ``"P"``: then
    nothing is better, and the densities can be looked at one by one. The response is ``p_S / (p_S + p_B)``, from 0 to 1, with
    ``p`` the product of the densities of one class. A transformation of the inputs is that of each class for its own
    densities. Outside the training range the nearest edge counts. Each option may have a value for each variable, and for
    signal and background: ``smoothing_signal={"m_bb": 20}``.

    Weights are filled into the histograms, negative ones with their sign; where a density comes out negative it is tiny
    instead. (TMVA Users Guide, arXiv:physics/0703039, section 8.2.)

    Attributes
    ----------
    low_, high_
        Training range of each variable, shape ``(n_variables,)``.
    n_bins_
        Number of bins of the densities of background and signal, shape ``(2, n_variables)``.
    values_
        Their densities, one after the other, those of the background first.
    stepped_
        Whether a density is constant in its bins, shape ``(2, n_variables)``.

    Examples
    --------
    >>> x = np.concatenate([np.linspace(0, 1, 500), np.linspace(0.5, 1.5, 500)])
    >>> train = Events(x[:, None].astype(np.float32), np.repeat([0, 1], 500).astype(np.int8), np.ones(1000))
    >>> Likelihood(interpolation={"*": "Spline0"}).fit(train).score(np.array([[0.2], [0.6], [1.4]], np.float32)).round(2)
    array([0. , 0.5, 1. ])
    """

    capabilities: ClassVar[Capabilities] = Capabilities(negative_weights=True)
    cost: ClassVar[float] = 0.1
    repetition: ClassVar[Repetition] = Repetition(options={"n_bins": {"*": 20}})
    state: ClassVar[tuple[str, ...]] = ("low_", "high_", "n_bins_", "values_", "stepped_")

    transform_output: bool = option(False, tmva="TransformOutput", help="respond with -ln(1/ratio - 1) / 15, unbounded")

    low_: NDArray[np.float64] = field(init=False, repr=False)
    high_: NDArray[np.float64] = field(init=False, repr=False)
    n_bins_: NDArray[np.int64] = field(init=False, repr=False)
    values_: NDArray[np.float32] = field(init=False, repr=False)
    stepped_: NDArray[np.bool] = field(init=False, repr=False)

    _columns: tuple[str, ...] = field(default=(), init=False, repr=False)

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Refuse options of variables that are not there; see :meth:`umva.methods.Method.bind`."""
        super().bind(columns, problem)
        recipes(self, columns)
        self._columns = columns

    def learn(self, as_background: Events, as_signal: Events, *, context: Context) -> None:
        """Make the densities; see :meth:`ComparesHypotheses.learn`.

        Raises
        ------
        MethodError
            If the weights of a class do not sum to more than zero.
        OptionError
            If an option is for a variable that is not there.
        """
        class_sums(as_signal, method=self.name)
        n_variables = as_signal.X.shape[1]
        of_background, of_signal = recipes(self, self._names(n_variables))
        smaller = int(np.bincount(as_signal.y, minlength=2).min())
        tables: list[tuple[Table, Table]] = []
        notes: list[str | None] = []
        for column in range(n_variables):
            views = (as_background.X[:, column], as_signal.X[:, column])
            binning = _Binning.of(views, smaller)
            pair = []
            for k, recipe in enumerate((of_background[column], of_signal[column])):
                of_class = as_signal.y == k
                sample = binning.fill(views[k][of_class], as_signal.weight[of_class], recipe)
                what = f"input {column + 1} in {as_signal.problem.classes[k]}"
                pair.append(binning.recipe(recipe).density(sample, f"{self.name}, {what}"))
                notes.append(recipe.note(sample, what))
            tables.append((pair[0], pair[1]))
            context.progress((column + 1) / (n_variables + 1))
        self._keep(tables)
        self.notes_ = tuple(filter(None, notes))
        self.ranking_ = Ranking("Delta Separation", delta_separation(self._logs(as_background, as_signal)))

    def _names(self, n_variables: int) -> tuple[str, ...]:
        """Return the names of the inputs; those that nobody named can be told by their number only."""
        return (*self._columns, *(f"x{place}" for place in range(len(self._columns), n_variables)))[:n_variables]

    def _keep(self, tables: list[tuple[Table, Table]]) -> None:
        """Keep the densities of all variables, of background and signal, as arrays."""
        self.low_ = np.array([each.low for each, _ in tables])
        self.high_ = np.array([each.high for each, _ in tables])
        ordered = [pair[k] for k in (0, 1) for pair in tables]
        self.n_bins_ = np.array([len(each.values) for each in ordered]).reshape(2, -1)
        self.stepped_ = np.array([each.stepped for each in ordered]).reshape(2, -1)
        self.values_ = np.concatenate([each.values for each in ordered])
        self.__dict__.pop("_tables", None)  # of an earlier training

    @cached_property
    def _tables(self) -> tuple[list[Table], list[Table]]:
        """The densities of background and signal."""
        values = np.split(self.values_, np.cumsum(self.n_bins_.ravel())[:-1])
        stepped = self.stepped_.ravel()
        limits = [*zip(self.low_, self.high_, strict=True)] * 2
        tables = [
            Table(float(low), float(high), each, bool(steps))
            for (low, high), each, steps in zip(limits, values, stepped, strict=True)
        ]
        return tables[: len(self.low_)], tables[len(self.low_) :]

    def _density(self, k: int, column: int, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the density of one variable in class ``k``, shape ``(n_events,)``."""
        table = self._tables[k][column]
        return np.maximum(table(np.clip(X[:, column].astype(np.float64), table.low, table.high)), _TINY)

    def _logs(
        self, as_background: Events, as_signal: Events
    ) -> Iterator[tuple[NDArray[np.float64], NDArray[np.int8], NDArray[np.float64]]]:
        """Yield events in pieces, with the logarithm of the ratio of the densities of each variable."""
        for part in chunks(as_signal.n_events):
            signal, background = as_signal.X[part], as_background.X[part]
            logs = [
                np.log(self._density(1, column, signal)) - np.log(self._density(0, column, background))
                for column in range(len(self.low_))
            ]
            yield np.column_stack(logs), as_signal.y[part], as_signal.weight[part]

    def compare(self, as_background: NDArray[np.float32], as_signal: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the likelihood ratio, from 0 to 1, or what ``transform_output`` makes of it; larger for signal."""
        require_inputs(as_signal, len(self.low_), method=self.name)
        signal, background = np.ones(len(as_signal)), np.ones(len(as_signal))
        for column in range(len(self.low_)):
            signal *= self._density(1, column, as_signal)
            background *= self._density(0, column, as_background)
            _, exponent = np.frexp(np.maximum(signal, background))  # powers of 2: exact, and nothing underflows
            signal, background = np.ldexp(signal, -exponent), np.ldexp(background, -exponent)
        signal, background = np.maximum(signal, _TINY), np.maximum(background, _TINY)
        ratio = signal / (signal + background)
        ratio[ratio >= 1.0] = _CERTAIN
        return -np.log(1.0 / ratio - 1.0) / _TAU if self.transform_output else ratio


@dataclass(frozen=True)
class _Binning:
    """Range of a variable in both views of all events, and the number of events that decides about bins."""

    low: float
    high: float
    whole: bool
    n_events: int

    @classmethod
    def of(cls, views: tuple[NDArray[np.float32], NDArray[np.float32]], n_events: int) -> Self:
        """Return the binning; ``n_events`` is the number of events of the smaller class."""
        low, high = (float(extreme(views)) for extreme in (np.min, np.max))
        n_numbers = high - low + 1
        few = n_numbers <= max(_FEW, n_events / _EVENTS_PER_NUMBER)
        if few and all(np.array_equal(each, np.floor(each)) for each in views):
            return cls(low - 0.5, high + 0.5, True, n_events)
        return cls(*ends(np.array([low, high])), False, n_events)

    def fill(self, x: NDArray[np.float32], weight: NDArray[np.float64], recipe: Recipe) -> BinnedSample:
        """Return the histogram of a class."""
        n_bins = round(self.high - self.low) if self.whole else recipe.bins(self.n_events)
        return BinnedSample.fill(x, weight, low=self.low, high=self.high, n_bins=n_bins)

    def recipe(self, recipe: Recipe) -> Recipe:
        """Return what is made of the histogram: nothing lies between whole numbers."""
        return replace(recipe, interpolation="Spline0") if self.whole else recipe
