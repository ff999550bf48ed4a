"""What a user declares about the events: variables, samples, weights, cuts, split. Nothing is read here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from umva.errors import DataError, did_you_mean
from umva.methods.problem import Problem
from umva.reports.material import Input
from umva.reports.results import Expected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from umva.factory.data.split_plan import SplitPlan
    from umva.factory.data.variations import VariationSpec

__all__ = ["NORM_MODES", "PARTS", "REGRESSION", "Declaration", "SampleSpec", "VariableSpec"]

PARTS = ("train", "validation", "test")
NORM_MODES = ("None", "NumEvents", "EqualNumEvents")
REGRESSION = "Regression"
"""The label of events that have targets and no class; TMVA's."""


@dataclass(frozen=True)
class VariableSpec:
    """A variable as written, ``"name := expression"`` or an expression alone, with its axis title and unit."""

    text: str
    title: str = ""
    unit: str = ""

    @property
    def name(self) -> str:
        """What stands before ``:=``, or else the expression."""
        return self.text.partition(":=")[0].strip()

    @property
    def expression(self) -> str:
        """What stands after ``:=``."""
        name, named, expression = self.text.partition(":=")
        return (expression if named else name).strip()

    @property
    def input(self) -> Input:
        """As the reports know it."""
        return Input(self.name, self.expression, self.title, self.unit)


@dataclass(frozen=True)
class SampleSpec:
    """Events of one class.

    Parameters
    ----------
    source
        Anything that ``open_sources`` takes.
    label
        Their class.
    weight
        A factor on the weight of each of these events.
    cut
        A cut on these events alone, besides the common ones.
    part
        The part that all of them go to, with ``mode="given"``.
    cross_section
        Of what was generated, in pb: what the weights of all events, before the cuts, are made to sum to, times luminosity.
    """

    source: Any
    label: str
    weight: float = 1.0
    cut: str | None = None
    part: str | None = None
    cross_section: float | None = None


@dataclass(frozen=True)
class Declaration:
    """All that defines a dataset.

    Parameters
    ----------
    name
        Name of the dataset.
    variables, spectators
        Inputs of the methods; quantities that travel along and are no inputs.
    targets
        What a regression estimates.
    samples
        In the order of their declaration.
    weights, cuts
        Expressions by class label; key None holds for all classes. A class's own weight replaces the common one, its cuts
        come on top of the common ones.
    plan
        How events are divided into training, validation and test.
    given
        Part of every event (``mode="given"``), or expressions by part (``mode="expression"``).
    norm_mode
        TMVA's NormMode: how training weights are scaled class by class.
    missing
        Values of an input that stand for one that is missing, as NaN does; None if none may be missing.
    stated
        The task, if the user states it; otherwise it follows from classes and targets.
    variations
        What else the events might be.
    expected
        What the user says of expected numbers of events, by label or as ``"signal"`` and ``"background"``.
    luminosity
        In 1/pb.

    Raises
    ------
    DataError
        If there is no variable, or the classes and targets do not make a task, or not the one stated, or a weight or cut
        is for a class that has no sample, or some but not all parts are given.
    """

    name: str
    variables: tuple[VariableSpec, ...]
    spectators: tuple[VariableSpec, ...]
    samples: tuple[SampleSpec, ...]
    plan: SplitPlan
    targets: tuple[VariableSpec, ...] = ()
    weights: Mapping[str | None, str] = field(default_factory=dict)
    cuts: Mapping[str | None, tuple[str, ...]] = field(default_factory=dict)
    given: Any = None
    norm_mode: str = "EqualNumEvents"
    missing: tuple[float, ...] | None = None
    stated: str | None = None
    variations: tuple[VariationSpec, ...] = ()
    expected: Expected = field(default_factory=Expected)
    luminosity: float | None = None

    def __post_init__(self) -> None:
        """Refuse what can be seen to be wrong before any event is read."""
        if not self.variables:
            msg = f"dataset {self.name!r} has no variables: add_variable('m_bb')"
            raise DataError(msg)
        self._check_task()
        self._check_targets()
        labels = self.labels
        for label in [each for each in (*self.weights, *self.cuts) if each is not None]:
            if label not in labels:
                msg = f"a weight or cut is set for class {label!r}, which has no sample: {did_you_mean(label, labels)}"
                raise DataError(msg)
        self._check_parts()
        self._check_expected()

    def _check_task(self) -> None:
        """Refuse classes and targets that make no task, or not the stated one."""
        labels = list(self.labels)
        if self.targets and len(labels) > 1:
            msg = f"dataset {self.name!r} has targets, as for a regression, and {len(labels)} classes {labels}: leave out the"
            msg += " labels, or the targets"
            raise DataError(msg)
        if not self.targets and REGRESSION in labels:
            msg = f"dataset {self.name!r} has a sample without label, as for a regression, and no target: "
            msg += "add_sample(..., label='signal') or add_target('energy')"
            raise DataError(msg)
        if not self.targets and len(labels) < 2:
            msg = (
                f"dataset {self.name!r} needs samples of two classes, signal and background, got {labels}; a regression"
            )
            msg += " needs add_target('energy')"
            raise DataError(msg)
        if self.stated is not None and self.stated != self.problem.task:
            msg = f"dataset {self.name!r}: task {self.stated!r} is stated, but {self._found()} make it {self.problem.task!r}"
            raise DataError(msg)

    def _check_targets(self) -> None:
        """Refuse a target that is an input: nothing would be left to estimate."""
        inputs = {each.input.expression for each in self.variables}
        for each in self.targets:
            if each.input.expression in inputs:
                msg = f"dataset {self.name!r}: target {each.input.name!r} is a variable, too; leave it out of the variables"
                raise DataError(msg)

    def _found(self) -> str:
        """Say what the task follows from."""
        if self.targets:
            return f"the targets {[each.name for each in self.targets]}"
        return f"{len(self.labels)} classes {list(self.labels)}"

    def _check_parts(self) -> None:
        """Refuse samples whose part would not count, and a given split that knows no part for a sample."""
        n_given = sum(each.part is not None for each in self.samples)
        by_sample = self.plan.mode == "given" and self.given is None
        if by_sample and n_given < len(self.samples):
            msg = (
                "split(mode='given') needs a part for every sample, add_sample(..., part='train'), or given='split.npz'"
            )
            raise DataError(msg)
        if n_given and not by_sample:
            msg = "the parts of samples count with split(mode='given') alone, and without given='split.npz'"
            raise DataError(msg)

    def _check_expected(self) -> None:
        """Refuse yields of classes that are not there, and a cross-section or luminosity that lacks the other."""
        names = self.result_names
        for name in self.expected.yields:
            if name not in {*names, *names.values()}:
                near = (
                    did_you_mean(name, dict.fromkeys([*names, *names.values()]))
                    if names
                    else "a regression has no classes"
                )
                msg = f"events are expected of class {name!r}, which has no sample: {near}"
                raise DataError(msg)
        with_section = [each.label for each in self.samples if each.cross_section is not None]
        if with_section and self.luminosity is None:
            msg = f"a {with_section[0]!r} sample has a cross-section, but there is no luminosity: luminosity(138e3), in 1/pb"
            raise DataError(msg)
        if self.luminosity is not None and not with_section:
            msg = "a luminosity counts with cross-sections alone: add_sample(..., cross_section=0.5), in pb"
            raise DataError(msg)

    @property
    def result_names(self) -> dict[str, str]:
        """What results call the class of each label: signal and background, several by their labels; none of a regression."""
        if self.targets:
            return {}
        return dict(zip(self.labels, ("signal", "background") if len(self.labels) == 2 else self.labels, strict=True))

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The variables, as the reports know them."""
        return tuple(each.input for each in self.variables)

    @property
    def carried(self) -> tuple[Input, ...]:
        """The spectators, likewise."""
        return tuple(each.input for each in self.spectators)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the samples in the order of reading: signal first, of several classes as they were declared."""
        labels = tuple(dict.fromkeys(each.label for each in self.samples))
        if len(labels) != 2:
            return labels
        signal = next((each for each in labels if each.lower() in {"signal", "sig", "s"}), labels[0])
        return signal, next(each for each in labels if each != signal)

    @property
    def problem(self) -> Problem:
        """The task: of two classes background is the first, class 0, and signal class 1; several count as declared."""
        spectators = tuple(each.name for each in self.spectators)
        if self.targets:
            return Problem((), tuple(each.name for each in self.targets), spectators)
        return Problem(self.labels[::-1] if len(self.labels) == 2 else self.labels, spectators=spectators)
