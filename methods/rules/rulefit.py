"""RuleFit: rules from small trees, and linear terms, weighted so that few of them tell as much as they can.

Where this differs from TMVA 4.2: trees are grown on the events whose gradient is followed only, so that those watched can tell
which rules are worth nothing: that leaves a fifth of the rules, which tell more. Linear terms are decorrelated before the fit (see
:mod:`umva.methods.rules.lines`). Both classes weigh the same in the fit, as TMVA's factory does by default; followed and watched
events are drawn at random of each class, not taken in their order; a rule that parts the training events as another does, or
as its opposite, is left out whatever its cuts.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from umva.errors import OptionError, RunError
from umva.methods.base import Capabilities, Context, Curves, Events, Method
from umva.methods.inputs import require_inputs
from umva.methods.options import option
from umva.methods.ranking import Ranking
from umva.methods.registry import register
from umva.methods.repetition import Repetition
from umva.methods.rules.boxes import Boxes
from umva.methods.rules.ensemble import Ensemble, Rule
from umva.methods.rules.lines import Lines
from umva.methods.rules.path import BETWEEN, Path, Plan, Terms, find_path
from umva.methods.sampling import draw_events
from umva.methods.trees.weighting import balanced, treated

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from umva.methods.problem import Problem

    Floats = NDArray[np.float64]

__all__ = ["Rule", "RuleFit"]

_TOLD = 5


@register("RuleFit", tmva="kRuleFit")
@dataclass(kw_only=True, eq=False)
class RuleFit(Method):
    """Rules and linear terms: a weighted sum of a few dozen simple cuts, and of the inputs, that can be read.

    Use it where a selection must be understood and a table of cuts is too coarse: :meth:`rules` lists what it asks, most
    important first. The nodes of a forest of small trees are the rules; their coefficients and those of the inputs, clipped in
    their tails, are found by a gradient-directed path (:mod:`umva.methods.rules.path`). The response is the constant plus the
    coefficients of the rules that an event fulfils plus the linear terms, unbounded, about -2 to 2. Inputs are ranked by the
    importance of their linear term plus that of their rules, each rule shared by its inputs (Friedman and Popescu, section 7).
    Weights count as repetitions in trees and risk; both classes weigh the same; negative weights cannot be learnt from. Rules
    are in the inputs as the method gets them, after the input transformation. (Friedman and Popescu, Ann. Appl. Stat. 2 (2008)
    916; TMVA Users Guide, arXiv:physics/0703039, section 8.13.)

    Attributes
    ----------
    lower_, upper_
        The rules, most important first: ``lower <= x < upper``, shape ``(n_rules, n_variables)``.
    coefficients_, support_, importance_
        Of the rules, shape ``(n_rules,)``; see :class:`Rule`.
    slopes_, linear_importance_
        Of the linear terms, shape ``(n_variables,)``, for one unit of the input; 0 where there is none.
    low_, high_
        Where the linear terms are clipped, shape ``(n_variables,)``.
    offset_
        The constant.

    Examples
    --------
    >>> x = np.linspace(0, 1, 200, dtype=np.float32)
    >>> train = Events(x[:, None], ((x > 0.3) & (x < 0.6)).astype(np.int8), np.ones(200))
    >>> found = RuleFit(model="ModRule").fit(train)
    >>> np.sign(found.score(np.array([[0.1], [0.45], [0.9]], np.float32))).tolist()
    [-1.0, 1.0, -1.0]
    """

    capabilities: ClassVar[Capabilities] = Capabilities()
    cost: ClassVar[float] = 2.0
    repetition: ClassVar[Repetition] = Repetition(
        options={
            "path_fraction": 1.0,
            "validation_fraction": 1.0,
            "min_fraction": 0.0,
            "max_fraction": 0.0,
            "n_trees": 3,
        }
    )
    refused: ClassVar[Mapping[str, str]] = {
        "RuleFitModule=RFTMVA": "Friedman's external program (RFFriedman) is not run; leave the option out",
        "RFWorkDir=*": "there is no external program to work in a folder",
        "RFNendnodes=*": "trees are as large as fEventsMin and fEventsMax make them",
    }
    state: ClassVar[tuple[str, ...]] = tuple(f"{name}_" for name in Ensemble._fields)

    model: str = option(
        "ModRuleLinear",
        tmva="Model",
        choices=("ModRule", "ModRuleLinear", "ModLinear"),
        help="rules (ModRule), linear terms (ModLinear), or both",
    )
    n_trees: int = option(20, tmva="nTrees", low=1, help="trees that rules are taken from")
    forest: str = option(
        "AdaBoost",
        tmva="ForestType",
        choices=("AdaBoost", "Random"),
        help="trees learn from each other's mistakes (AdaBoost), or have random samples of their own",
    )
    min_fraction: float = option(
        0.1,
        tmva="fEventsMin",
        low=0.0,
        high=1.0,
        help="the least share of the events in a leaf is drawn between this ...",
    )
    max_fraction: float = option(
        0.9,
        tmva="fEventsMax",
        low=0.0,
        high=1.0,
        help="... and half of this, anew for each tree: smaller makes longer rules",
    )
    max_rules: int = option(2000, tmva="RFNrules", low=1, help="take the rules of the first trees if there are more")
    min_distance: float = option(
        0.001, tmva="RuleMinDist", low=0.0, help="rules whose cuts differ by less, in standard deviations, are one"
    )
    min_importance: float = option(
        0.01,
        tmva="MinImp",
        low=0.0,
        high=1.0,
        help="drop rules and linear terms of less importance than this, the largest being 1",
    )
    linear_quantile: float = option(
        0.025,
        tmva="LinQuantile",
        low=0.0,
        high=0.49,
        help="share of the events on each side where linear terms are constant",
    )
    tau: float = option(
        -1.0,
        tmva="GDTau",
        high=1.0,
        help="terms move whose gradient is this share of the largest; below 0: search the best",
    )
    tau_step: float = option(0.01, tmva="GDTauPrec", low=1e-4, high=1.0, help="precision of that search")
    step: float = option(0.01, tmva="GDStep", low=1e-9, high=1.0, help="length of a step, in units of the gradient")
    n_steps: int = option(10000, tmva="GDNSteps", low=1, help="steps at most")
    error_scale: float = option(
        1.1, tmva="GDErrScale", low=1.0, help="stop when the error exceeds its least value by this factor"
    )
    path_fraction: float = option(
        0.5, tmva="GDPathEveFrac", low=1e-3, high=1.0, help="share of the events whose gradient is followed"
    )
    validation_fraction: float = option(
        0.5,
        tmva="GDValidEveFrac",
        low=1e-3,
        high=1.0,
        help="share of the events that tell where to stop, the others first",
    )
    max_events: int = option(20_000, low=10, help="train on a random sample of so many events if there are more")

    lower_: NDArray[np.float32] = field(init=False, repr=False)
    upper_: NDArray[np.float32] = field(init=False, repr=False)
    coefficients_: Floats = field(init=False, repr=False)
    support_: Floats = field(init=False, repr=False)
    importance_: Floats = field(init=False, repr=False)
    slopes_: Floats = field(init=False, repr=False)
    linear_importance_: Floats = field(init=False, repr=False)
    low_: Floats = field(init=False, repr=False)
    high_: Floats = field(init=False, repr=False)
    offset_: float = field(init=False, repr=False)
    _columns: tuple[str, ...] = field(default=(), init=False, repr=False)

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Refuse an empty range of fractions, and keep the names of the variables for the rules."""
        del problem
        if self.min_fraction > self.max_fraction:
            msg = (
                f"{self.name}: option min_fraction (fEventsMin) must be at most max_fraction (fEventsMax), "
                f"got {self.min_fraction:g} and {self.max_fraction:g}"
            )
            raise OptionError(msg)
        self._columns = columns

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Grow trees, take their rules, and fit coefficients; see :meth:`umva.methods.Method.fit`.

        Raises
        ------
        MethodError
            If a class has no weight, or there are negative weights.
        OptionError
            If the fractions exclude each other.
        """
        del validation
        self.bind(self._columns, train.problem)
        train, _ = treated(train, "NoNegWeightsInTraining", method=self.name)
        rows, notes = draw_events(train, train.weight > 0, self.max_events, seed=context.seed)
        sample = train.select(rows)
        weight = balanced(sample)
        lines = Lines.of(sample.X, weight, self.linear_quantile, wanted=self.model != "ModRule")
        followed, watched = self._parts(sample.y, context.seed)
        boxes, said = self._boxes(sample, followed, lines.spread, context)
        terms = Terms(_values(boxes, lines, sample.X), 2.0 * sample.y - 1.0, weight / weight.sum())
        plan = Plan(self.tau, self.tau_step, self.step, self.n_steps, self.error_scale)
        path = find_path(terms.select(followed), terms.select(watched), plan)
        self.ensemble = Ensemble.of(path, boxes, lines, terms.means()[: boxes.n_rules], self.min_importance)
        self.ranking_ = Ranking("Importance", self.ensemble.variable_importance())
        self.curves_ = _curves(path)
        self.notes_ = (*notes, *said, *self._summary(boxes.n_rules, path.tau))
        context.progress(1.0)
        return self

    def _boxes(
        self, sample: Events, followed: NDArray[np.bool_], unit: Floats, context: Context
    ) -> tuple[Boxes, tuple[str, ...]]:
        """Return the rules to choose from, and a sentence if these are not all."""
        n_variables = sample.X.shape[1]
        if self.model == "ModLinear":
            return Boxes.of([], n_variables), ()
        from umva.methods.rules.growing import grow_trees

        draw = np.random.default_rng([context.seed, 1]).random(self.n_trees)
        shares = self.min_fraction + draw * (0.5 * self.max_fraction - self.min_fraction)
        trees = grow_trees(sample.select(followed), shares.tolist(), boosted=self.forest == "AdaBoost", context=context)
        boxes = Boxes.of(trees, n_variables).apart(self.min_distance, unit).distinct(sample.X)
        if boxes.n_rules <= self.max_rules:
            return boxes, ()
        note = f"Took the first {self.max_rules} of {boxes.n_rules} rules (max_rules)."
        return boxes.select(np.arange(self.max_rules)), (note,)

    def _summary(self, n_rules: int, tau: float) -> tuple[str, ...]:
        """Return sentences about what was found."""
        rules, n_lines = self.rules(), np.count_nonzero(self.slopes_)
        kept = f"Kept {len(rules)} of {n_rules} rules and {n_lines} of {len(self.slopes_)} linear terms; tau = {tau:g}."
        return (
            kept,
            *(f"{each.text}: adds {each.coefficient:+.3f}, importance {each.importance:.2f}" for each in rules[:_TOLD]),
        )

    def _parts(self, y: NDArray[np.int8], seed: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which events are followed and which are watched: of each class the first and the last in a random order."""
        rng = np.random.default_rng([seed, 2])
        followed, watched = np.zeros((2, len(y)), bool)
        for label in (0, 1):
            rows = rng.permutation(np.flatnonzero(y == label))
            followed[rows[: math.ceil(self.path_fraction * len(rows))]] = True
            watched[rows[-max(1, int(self.validation_fraction * len(rows))) :]] = True
        return followed, watched

    @property
    def ensemble(self) -> Ensemble:
        """Rules and linear terms together."""
        return Ensemble(*(getattr(self, name) for name in self.state))

    @ensemble.setter
    def ensemble(self, found: Ensemble) -> None:
        for name, value in zip(self.state, found, strict=True):
            setattr(self, name, value)

    def score(self, X: NDArray[np.float32]) -> Floats:
        """Return the constant plus the coefficients of the rules fulfilled plus the linear terms."""
        require_inputs(X, len(self.slopes_), method=self.name)
        return self.ensemble.response(X)

    def rules(self) -> list[Rule]:
        """Return the rules that were kept, most important first."""
        n_variables = len(self.slopes_)
        names = self._columns if len(self._columns) == n_variables else [f"x{place}" for place in range(n_variables)]
        return self.ensemble.rules(names)

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> Floats:
        """Return exact Shapley values of the response; see :meth:`umva.methods.rules.ensemble.Ensemble.shap`."""
        return self.ensemble.shap(X, background)

    def write(self, folder: pathlib.Path) -> None:
        """Write what was learnt, and the names in the rules."""
        super().write(folder)
        (folder / "columns.json").write_text(json.dumps(self._columns), encoding="utf-8")

    def read(self, folder: pathlib.Path) -> None:
        """Read back what :meth:`write` wrote."""
        super().read(folder)
        path = folder / "columns.json"
        try:
            self.ensemble.require_sound()
            self._columns = tuple(map(str, json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError) as error:
            msg = f"{folder}: cannot be read as a trained {self.name} ({error})"
            raise RunError(msg) from error


def _values(boxes: Boxes, lines: Lines, X: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return all terms of some events: the rules as 0 and 1, then the linear ones."""
    values = np.empty((boxes.n_rules + len(lines.mixing), len(X)), np.float32)
    for row, inside in enumerate(boxes.passed(X)):
        values[row] = inside
    values[boxes.n_rules :] = lines.terms(X)
    return values


def _curves(path: Path) -> Curves:
    """Return the risks along the path, every tenth step, with straight lines between those that were noted."""
    every = np.arange(BETWEEN, max(path.steps[-1], BETWEEN) + 1, BETWEEN)
    risks = {
        part: np.interp(every, path.steps, risk)
        for part, risk in zip(("train", "validation"), path.risks.T, strict=True)
    }
    return Curves(f"{BETWEEN} steps", "squared error on the ramp", risks, max(1, int(path.steps[path.best]) // BETWEEN))
