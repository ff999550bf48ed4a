"""Function discriminant analysis: a formula of one's own, fitted to the events.

The formula has parameters ``(0)``, ``(1)`` ... and inputs ``x0``, ``x1`` ..., as TMVA writes them; the parameters are those that
bring its value closest to 1 for signal and 0 for background, or to the targets. With several classes there is one set of
parameters a class, and the response is the softmax of the values. The parameters are looked for by Monte Carlo (MC), a
genetic algorithm (GA), simulated annealing (SA) or MINUIT, or by MINUIT from where one of the others ended.

Where this differs from TMVA 4.2: there MINUIT never sees the inputs, and its fits are worth nothing; here it sees them. With
several classes TMVA minimises the logarithm of the true class's share, so that the classes come out confounded; here it is
maximised. TMVA runs MINUIT for each point that a search with ``Converger=MINUIT`` comes by, here from the best of them when
the search is over. Targets are fitted one after the other, not together, which has the same minimum.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from umva.errors import MethodError, OptionError, RunError
from umva.methods.base import Capabilities, Context, Events, Method
from umva.methods.chunks import chunks
from umva.methods.fda.fitting import FitOptions, fitted
from umva.methods.fda.notes import told
from umva.methods.fda.objectives import CrossEntropy, Squares, least_squares
from umva.methods.fda.parametric import ParametricFormula
from umva.methods.fda.ranges import Ranges, usual_ranges
from umva.methods.inputs import require_inputs
from umva.methods.linear.moments import class_sums
from umva.methods.links import probability
from umva.methods.optimisers.minuit import Descent
from umva.methods.options import option
from umva.methods.problem import TASKS
from umva.methods.registry import register
from umva.methods.repetition import Repetition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.methods.fda.objectives import Objective
    from umva.methods.optimisers import Optimum
    from umva.methods.problem import Problem

__all__ = ["FDA"]


@register("FDA", tmva="kFDA")
@dataclass(kw_only=True, eq=False)
class FDA(FitOptions, Method):
    """Function discriminant analysis: a formula of your own whose parameters are fitted to the events.

    Use it where physics suggests the form of the response and a few parameters remain, or to see how far a simple
    formula goes. Each class has the same weight in the sum of squares, whatever the sum of its events' weights; several
    classes, and the events of a regression, count with their weights. Without a formula a linear one is fitted. A search
    in wide ranges finds poor minima: follow it with MINUIT. (TMVA Users Guide, arXiv:physics/0703039, section 8.9.)

    Attributes
    ----------
    parameters_
        Shape ``(n_outputs, n_parameters)``: one row for two classes, else one a class or target.
    errors_
        One standard deviation of each, as MINUIT finds it, in the same shape; NaN without MINUIT.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]], np.float32)
    >>> train = Events(X, np.array([0, 0, 1, 1], np.int8), np.ones(4))
    >>> step = FDA(formula="0.5 + 0.5 * tanh((0) * (x0 - (1)))", ranges=[(0, 5), (0, 3)])
    >>> step.fit(train).score(X).round(1).tolist()
    [0.0, 0.0, 1.0, 1.0]
    >>> float(step.parameters_[0, 1].round(1))
    1.5
    """

    capabilities: ClassVar[Capabilities] = Capabilities(TASKS)
    repetition: ClassVar[Repetition] = Repetition(1e-4, options={"strategy": 2, "tolerance": 1e-4})
    quick_options: ClassVar[Mapping[str, object]] = {"strategy": 0, "improve": False, "minos": False}
    refused: ClassVar[Mapping[str, str]] = {
        "PrintLevel=-1": "nothing is printed; what MINUIT has to say stands in the notes of the report",
        "PrintWarnings=*": "what MINUIT complains of always stands in the notes",
        "SetBatch=*": "there is nothing to interact with",
    }

    formula: str | None = option(
        None,
        tmva="Formula",
        help="parameters (0), (1), inputs x0, x1 or by name: (0) + (1)*x0; by default linear in all",
    )
    ranges: Ranges = option(  # noqa: RUF009
        Ranges(), tmva="ParRanges", help="least and largest value of each parameter: [[-1, 1], [0, 5]] or (-1,1);(0,5)"
    )

    parameters_: NDArray[np.float64] = field(init=False, repr=False)
    errors_: NDArray[np.float64] = field(init=False, repr=False)
    columns_: tuple[str, ...] = field(default=(), init=False, repr=False)
    _formula: ParametricFormula = field(init=False, repr=False)

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Read the formula and hold the ranges against it.

        Raises
        ------
        FormulaError, ColumnError
            If the formula cannot be understood, or names an input that there is not.
        OptionError
            If a parameter has no range, or one whose ends are the wrong way round.
        """
        del problem
        self.columns_ = columns
        self._formula = ParametricFormula(self.formula or _linear(len(columns)), columns, method=self.name)
        self._read_ranges()

    def _read_ranges(self) -> NDArray[np.float64] | None:
        """Return the ranges of the formula's parameters, ``(n_parameters, 2)``; None if they are left to the events."""
        try:
            given = Ranges(self.ranges)
        except (TypeError, ValueError):
            msg = f"{self.name}: option ranges (ParRanges) must be pairs of finite numbers, got {self.ranges!r}"
            raise OptionError(msg) from None
        if self.formula is None and not given:
            return None
        for number, (low, high) in enumerate(given):
            if low > high:
                msg = f"{self.name}: the range of parameter ({number}) must rise, got ({low:g}, {high:g}) (ParRanges)"
                raise OptionError(msg)
        if lacking := [each for each in self._formula.parameters if each >= len(given)]:
            msg = f"{self.name}: parameter ({lacking[0]}) has no range: option ranges (ParRanges) has {len(given)}"
            raise OptionError(msg)
        return np.array([given[each] for each in self._formula.parameters])

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Fit the parameters; see :meth:`umva.methods.Method.fit`.

        Raises
        ------
        MethodError
            If the weights of a class do not sum to more than zero, or the formula has no finite value for all events,
            whatever the parameters.
        """
        del validation
        self.problem_ = train.problem
        if len(self.columns_) != train.X.shape[1]:
            self.bind(tuple(f"x{each}" for each in range(train.X.shape[1])), train.problem)
        objectives = self._objectives(train)
        ranges = [self._search_ranges(train, k) for k in range(len(objectives))]
        fits = []
        for k, objective in enumerate(objectives):
            found = fitted(
                objective,
                ranges[k],
                self,
                seed=context.seed + k,
                progress=context.part(k, len(objectives)).progress,
                linear=self._formula.linear,
            )
            if not np.isfinite(found.value):
                msg = f"{self.name}: the formula has no finite value for all events wherever its parameters were tried"
                raise MethodError(msg)
            fits.append(found)
        self._keep(fits)
        self.notes_ = (*self._surplus(), *told(self._formula.parameters, train.problem.outputs, fits, ranges))
        context.progress(1.0)
        return self

    def _surplus(self) -> tuple[str, ...]:
        """Return a sentence if there are more ranges than parameters, as TMVA lets pass."""
        given, used = len(Ranges(self.ranges)), max(self._formula.parameters) + 1
        return (f"The formula has {used} parameters, the last {given - used} of {given} ranges are not used.",) * (
            given > used
        )

    def _objectives(self, train: Events) -> list[Objective]:
        """Return what is minimised: one objective, or one a target."""
        columns = np.ascontiguousarray(train.X.T, dtype=np.float64)
        if train.problem.task == "classification":
            weight = train.weight / class_sums(train, method=self.name)[train.y]
            target = train.y.astype(np.float64)[:, None]
        else:
            total = train.weight.sum()
            if not total > 0:
                msg = f"{self.name}: the training weights sum to {total:g}, expected more than 0"
                raise MethodError(msg)
            weight, target = train.weight / total, train.y
        n_effective = float(weight.sum() ** 2 / np.square(weight).sum())
        if train.problem.task == "multiclass":
            return [CrossEntropy(self._formula, columns, train.y, weight, len(train.problem.classes), n_effective)]
        each = (Squares(self._formula, columns, one, weight, n_effective) for one in target.T)
        return [least_squares(one) for one in each]

    def _search_ranges(self, train: Events, target: int) -> NDArray[np.float64]:
        """Return the ranges of all parameters of an objective, ``(n_parameters, 2)``."""
        ranges = self._read_ranges()
        if ranges is None:
            ranges = usual_ranges(train, target, method=self.name)
        return np.tile(ranges, (len(train.problem.classes), 1)) if train.problem.task == "multiclass" else ranges

    def _keep(self, fits: Sequence[Optimum]) -> None:
        """Keep what was found, one row of parameters an output."""
        shape = len(self.problem_.outputs) or 1, len(self._formula.parameters)
        errors = [each.errors if isinstance(each, Descent) else np.full(len(each.x), np.nan) for each in fits]
        self.parameters_ = np.concatenate([each.x for each in fits]).reshape(shape)
        self.errors_ = np.concatenate(errors).reshape(shape)

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the formula's value, unbounded, or for several classes the softmax of their values."""
        require_inputs(X, len(self.columns_), method=self.name)
        response = np.empty((len(X), len(self.parameters_)))
        for rows in chunks(len(X)):
            response[rows] = self._formula(self.parameters_, X[rows].T.astype(np.float64)).T
        if self.problem_.task == "multiclass":
            return probability(response)
        return response if self.problem_.task == "regression" else response[:, 0]

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.float64] | None:
        """Return each input's own term less its mean over the background, if the formula is a sum of such terms.

        Shape ``(n_events, n_variables)``, with a third axis for several outputs; of several classes it is the formula's value
        that is shared out, not its softmax. (Lundberg and Lee, NIPS 2017, arXiv:1705.07874, section 4.)
        """
        if not self._formula.additive:
            return None
        elsewhere = list(background.mean(axis=0, dtype=np.float64))
        values = np.empty((len(X), X.shape[1], len(self.parameters_)))
        for k in range(X.shape[1]):
            of_events, of_background = (
                self._formula(self.parameters_, [*elsewhere[:k], each[:, k].astype(np.float64), *elsewhere[k + 1 :]])
                for each in (X, background)
            )
            values[:, k] = (of_events - of_background.mean(axis=1, keepdims=True)).T
        return values if self.problem_.outputs else values[:, :, 0]

    def write(self, folder: Path) -> None:
        """Write formula and parameters as JSON."""
        record = {
            "formula": self._formula.text,
            "inputs": self.columns_,
            "parameters": self.parameters_.tolist(),
            "errors": self.errors_.tolist(),
        }
        (folder / "fda.json").write_text(json.dumps(record, indent=2), encoding="utf-8")

    def read(self, folder: Path) -> None:
        """Read back what :meth:`write` wrote."""
        path = folder / "fda.json"
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            self.columns_ = tuple(map(str, record["inputs"]))
            self._formula = ParametricFormula(record["formula"], self.columns_, method=self.name)
            shape = len(self.problem_.outputs) or 1, len(self._formula.parameters)
            self.parameters_, self.errors_ = (
                np.array(record[key], np.float64).reshape(shape) for key in ("parameters", "errors")
            )
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            msg = f"{path}: cannot be read as a trained {self.name} ({error})"
            raise RunError(msg) from error


def _linear(n_inputs: int) -> str:
    """Return the formula that is linear in all inputs, a constant included."""
    return "+".join(["(0)", *(f"({each + 1})*x{each}" for each in range(n_inputs))])
