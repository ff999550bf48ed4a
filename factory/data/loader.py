"""The ``DataLoader``: where a user says which events there are and what to take from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from umva.errors import DataError, did_you_mean
from umva.factory.data.arguments import append, given_file, part_formulas, said_text, several
from umva.factory.data.declaration import NORM_MODES, PARTS, REGRESSION, Declaration, SampleSpec, VariableSpec
from umva.factory.data.expected import positive
from umva.factory.data.outlook import Outlook
from umva.factory.data.split_plan import SplitPlan, is_number
from umva.methods.problem import TASKS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from umva.factory.data.dataset import Dataset

__all__ = ["DataLoader"]


class DataLoader(Outlook):
    """Declares variables, samples, weights, cuts and the split; reads nothing before :meth:`dataset` or a run.

    Every method returns the loader, so that calls can be chained.

    Parameters
    ----------
    name
        Name of the dataset, used in files and titles.
    task
        ``"classification"``, ``"multiclass"`` or ``"regression"``, to be held to it; by default it follows from what is
        declared: two classes, several, or targets.

    Raises
    ------
    DataError
        If the task is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> signal = {"x": np.array([1.0, 2.0, 3.0, 4.0])}
    >>> background = {"x": np.array([-1.0, -2.0, -3.0, -4.0])}
    >>> loader = DataLoader("toy").add_variable("x2 := x*abs(x)")
    >>> loader = loader.add_sample(signal, label="signal").add_sample(background, label="background")
    >>> loader.split(train=0.5, mode="block").dataset().part("train").X.ravel()
    array([ 1.,  4., -1., -4.], dtype=float32)
    """

    def __init__(self, name: str = "dataset", *, task: str | None = None) -> None:
        if task is not None and task not in TASKS:
            msg = f"unknown task {task!r}: {did_you_mean(task, TASKS)}"
            raise DataError(msg)
        super().__init__()
        self.name = name
        self._task = task
        self._targets: list[VariableSpec] = []
        self._missing: tuple[float, ...] | None = None
        self._variables: list[VariableSpec] = []
        self._spectators: list[VariableSpec] = []
        self._samples: list[SampleSpec] = []
        self._weights: dict[str | None, str] = {}
        self._cuts: dict[str | None, tuple[str, ...]] = {}
        self._plan = SplitPlan()
        self._given: Any = None
        self._norm_mode = "EqualNumEvents"

    def add_variable(self, expression: str, *, title: str = "", unit: str = "") -> Self:
        """Add an input of the methods.

        Parameters
        ----------
        expression
            A formula of branches in ROOT's syntax, named by ``"name := formula"`` or by itself.
        title, unit
            For the axis of its plots.

        Raises
        ------
        DataError
            If it is no text, or the same variable is there already.
        """
        append(self._variables, VariableSpec(said_text(expression, "a variable"), title, unit), "variable")
        return self

    def add_variables(self, expressions: Iterable[str]) -> Self:
        """Add several inputs, see :meth:`add_variable`."""
        for each in several(expressions, "variables"):
            self.add_variable(each)
        return self

    def add_spectator(self, expression: str, *, title: str = "", unit: str = "") -> Self:
        """Add a quantity that is kept beside the scores but not used in the training, for instance a mass; it may be NaN."""
        append(self._spectators, VariableSpec(said_text(expression, "a spectator"), title, unit), "spectator")
        return self

    def add_spectators(self, expressions: Iterable[str]) -> Self:
        """Add several spectators, see :meth:`add_spectator`."""
        for each in several(expressions, "spectators"):
            self.add_spectator(each)
        return self

    def add_target(self, expression: str, *, title: str = "", unit: str = "") -> Self:
        """Add a number to estimate, a formula: the task then is a regression, and samples need no label."""
        append(self._targets, VariableSpec(said_text(expression, "a target"), title, unit), "target")
        return self

    def add_targets(self, expressions: Iterable[str]) -> Self:
        """Add several targets, see :meth:`add_target`."""
        for each in several(expressions, "targets"):
            self.add_target(each)
        return self

    def add_sample(
        self,
        source: Any,
        *,
        label: str = REGRESSION,
        weight: float = 1.0,
        cut: str | None = None,
        part: str | None = None,
        cross_section: float | None = None,
    ) -> Self:
        """Add events of one class, or of a regression; several samples of a class are read one after the other.

        Parameters
        ----------
        source
            ``"file.root:dir/tree"`` (TTree or RNTuple), ``"file.h5:group"``, a CSV or Parquet file, a glob, a list of
            these; a DataFrame, a dict of arrays, an awkward array.
        label
            The class: ``"signal"`` or ``"background"``. Of two other labels the first one declared is the signal; with
            more than two the task is multiclass. Events of a regression need none.
        weight
            Factor on the event weights, for instance cross section times luminosity over number of generated events.
        cut
            A cut on these events alone.
        part
            ``"train"``, ``"validation"`` or ``"test"``: where all of them go, with ``split(mode="given")``.
        cross_section
            Of the process that was generated, in pb, with :meth:`luminosity`. In place of a factor: the weights are scaled
            so that those of all events that are read, before any cut, sum to cross-section times luminosity. If the files
            hold only a part of what was generated, its share belongs to the cross-section. Like a factor it acts on all
            weights, those of the training too, where it mixes the samples of a class as nature does; the classes
            are weighed against each other by :meth:`normalise`.

        Raises
        ------
        DataError
            If the weight is no number, zero or not finite, or the part unknown; if the cross-section is not above 0, or there
            is a weight besides.
        """
        said_text(label, "the label of a sample")
        if not is_number(weight) or not np.isfinite(weight) or weight == 0:
            msg = (
                f"the weight of a {label!r} sample must be a finite number other than 0, got {weight!r}; "
                "set_weight takes expressions"
            )
            raise DataError(msg)
        if part is not None and part not in PARTS:
            msg = f"a {label!r} sample is given to part {part!r}: {did_you_mean(part, PARTS)}"
            raise DataError(msg)
        if cut is not None:
            said_text(cut, f"the cut of a {label!r} sample")
        if cross_section is not None:
            cross_section = positive(cross_section, f"the cross-section of a {label!r} sample")
            if weight != 1.0:
                msg = f"a {label!r} sample has a weight and a cross-section; the cross-section takes the place of the weight"
                raise DataError(msg)
        self._samples.append(SampleSpec(source, label, float(weight), cut, part, cross_section))
        return self

    def set_weight(self, expression: str, *, label: str | None = None) -> Self:
        """Set the event weight, a formula; with a label for that class alone, in place of the common one.

        An empty one weighs all events the same.
        """
        self._weights[label] = said_text(expression, "a weight", empty=True)
        return self

    def cut(self, expression: str, *, label: str | None = None) -> Self:
        """Keep only events that pass; cuts add up; with a label the cut holds for that class alone."""
        if said_text(expression, "a cut", empty=True):
            self._cuts[label] = (*self._cuts.get(label, ()), expression)
        return self

    def split(
        self,
        train: Any = None,
        validation: Any = 0,
        *,
        test: Any = None,
        mode: str = "random",
        seed: int = 100,
        given: str | Path | None = None,
    ) -> Self:
        """Say how the events of each class are divided into training, validation and test.

        Parameters
        ----------
        train, validation, test
            A fraction (below 1, of all events of a class that pass the cuts) or a number of events of each class, or a
            mapping from label to one; they can be mixed. None: half the events for the training, and all others for the
            test. With ``mode="expression"`` a formula each: the first of
            train, validation, test that is true decides; without a test formula all other events are test events.
        mode
            ``"random"`` (TMVA's own events for the same seed), ``"block"``, ``"alternate"``, ``"expression"``, or
            ``"given"``: by the samples' ``part``, or as in the ``split.npz`` of an earlier run.
        seed
            Seed of the random split, and of the order inside the parts.
        given
            Path of a ``split.npz``, with ``mode="given"``.

        Raises
        ------
        DataError
            If the mode is unknown, or sizes, formulas or ``given`` do not fit it.
        """
        sizes = {"train": train, "validation": validation, "test": test}
        if given is not None and mode != "given":
            msg = f"split(given=...) needs mode='given', got mode={mode!r}"
            raise DataError(msg)
        if mode == "expression":
            self._given = part_formulas(sizes)
        elif mode == "given":
            self._given = given_file(given, sizes)
        sizes = {} if mode in {"expression", "given"} else sizes
        self._plan = SplitPlan(mode=mode, seed=seed, **sizes)
        return self

    def normalise(self, mode: str = "EqualNumEvents") -> Self:
        """Choose how training weights are scaled class by class: TMVA's NormMode.

        ``"None"`` leaves them; ``"NumEvents"`` makes them sum to the class's number of training events;
        ``"EqualNumEvents"`` makes all classes sum to the number of training events of the signal, or of the first of
        several classes. Test events keep the weights that were declared, and so do all measures.
        """
        if mode not in NORM_MODES:
            msg = f"unknown NormMode {mode!r}: {did_you_mean(mode, NORM_MODES)}"
            raise DataError(msg)
        self._norm_mode = mode
        return self

    def missing(self, *values: float) -> Self:
        """Allow inputs to be missing: NaN, and these values, ``missing(-999)``.

        Methods that can, take such events as they are; for the others the missing input is replaced by the median of the
        training events, and whether it was missing becomes an input of its own.

        Raises
        ------
        DataError
            If a value is no number.
        """
        for each in values:
            if not is_number(each):
                msg = f"a value that stands for a missing input must be a number, got {each!r}"
                raise DataError(msg)
        self._missing = (*(self._missing or ()), *(float(each) for each in values))
        return self

    def declaration(self) -> Declaration:
        """Return all that was declared.

        Raises
        ------
        DataError
            If it does not fit together; see :class:`umva.factory.data.declaration.Declaration`.
        """
        return Declaration(
            name=self.name,
            variables=tuple(self._variables),
            spectators=tuple(self._spectators),
            samples=tuple(self._samples),
            targets=tuple(self._targets),
            plan=self._plan,
            weights=dict(self._weights),
            cuts=dict(self._cuts),
            given=self._given,
            norm_mode=self._norm_mode,
            missing=self._missing,
            variations=tuple(self._variations.values()),
            expected=self._expected,
            luminosity=self._luminosity,
            stated=self._task,
        )

    def dataset(self, folder: Path | None = None) -> Dataset:
        """Read the events and return the dataset, its arrays in ``folder`` if one is named, else in memory."""
        from umva.factory.data.reading import read

        return read(self.declaration(), folder)
