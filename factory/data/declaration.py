"""What a user declares about the events: variables, samples, weights, cuts, split. Nothing is read here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from umva.errors import DataError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from umva.factory.data.split_plan import SplitPlan

__all__ = ["NORM_MODES", "PARTS", "Declaration", "SampleSpec", "VariableSpec"]

PARTS = ("train", "validation", "test")
NORM_MODES = ("None", "NumEvents", "EqualNumEvents")


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
    """

    source: Any
    label: str
    weight: float = 1.0
    cut: str | None = None
    part: str | None = None


@dataclass(frozen=True)
class Declaration:
    """All that defines a dataset.

    Parameters
    ----------
    name
        Name of the dataset.
    variables, spectators
        Inputs of the methods; quantities that travel along without being used in the training.
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

    Raises
    ------
    DataError
        If there is no variable, or not two classes, or a weight or cut is for a class that has no sample, or some but
        not all parts are given.
    """

    name: str
    variables: tuple[VariableSpec, ...]
    spectators: tuple[VariableSpec, ...]
    samples: tuple[SampleSpec, ...]
    plan: SplitPlan
    weights: Mapping[str | None, str] = field(default_factory=dict)
    cuts: Mapping[str | None, tuple[str, ...]] = field(default_factory=dict)
    given: Any = None
    norm_mode: str = "EqualNumEvents"

    def __post_init__(self) -> None:
        """Refuse what can be seen to be wrong before any event is read."""
        if not self.variables:
            msg = f"dataset {self.name!r} has no variables: add_variable('m_bb')"
            raise DataError(msg)
        labels = self._labels
        if len(labels) != 2:  # signal and background
            msg = f"dataset {self.name!r} needs samples of two classes, signal and background, got {labels}"
            raise DataError(msg)
        for label in [each for each in (*self.weights, *self.cuts) if each is not None]:
            if label not in labels:
                msg = f"a weight or cut is set for class {label!r}, which has no sample: {did_you_mean(label, labels)}"
                raise DataError(msg)
        self._check_parts()

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

    @property
    def _labels(self) -> list[str]:
        """The labels of the samples, each once."""
        return list(dict.fromkeys(each.label for each in self.samples))

    @property
    def classes(self) -> tuple[str, str]:
        """The labels, background first: class ``k`` has ``y == k``."""
        labels = self._labels
        signal = next((each for each in labels if each.lower() in {"signal", "sig", "s"}), labels[0])
        background = next(each for each in labels if each != signal)
        return background, signal
