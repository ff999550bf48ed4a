"""The ``DataLoader``: where a user says which events there are and what to take from them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from umva.errors import DataError, did_you_mean
from umva.factory.data.declaration import NORM_MODES, PARTS, REGRESSION, Declaration, SampleSpec, VariableSpec
from umva.factory.data.split_plan import SplitPlan, is_number
from umva.methods.problem import TASKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from umva.factory.data.dataset import Dataset

__all__ = ["DataLoader"]


class DataLoader:
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
        _add(self._variables, VariableSpec(_text(expression, "a variable"), title, unit), "variable")
        return self

    def add_variables(self, expressions: Iterable[str]) -> Self:
        """Add several inputs, see :meth:`add_variable`."""
        for each in _several(expressions, "variables"):
            self.add_variable(each)
        return self

    def add_spectator(self, expression: str, *, title: str = "", unit: str = "") -> Self:
        """Add a quantity that is kept beside the scores but not used in the training, for instance a mass; it may be NaN."""
        _add(self._spectators, VariableSpec(_text(expression, "a spectator"), title, unit), "spectator")
        return self

    def add_spectators(self, expressions: Iterable[str]) -> Self:
        """Add several spectators, see :meth:`add_spectator`."""
        for each in _several(expressions, "spectators"):
            self.add_spectator(each)
        return self

    def add_target(self, expression: str, *, title: str = "", unit: str = "") -> Self:
        """Add a number to estimate, a formula: the task then is a regression, and samples need no label."""
        _add(self._targets, VariableSpec(_text(expression, "a target"), title, unit), "target")
        return self

    def add_targets(self, expressions: Iterable[str]) -> Self:
        """Add several targets, see :meth:`add_target`."""
        for each in _several(expressions, "targets"):
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

        Raises
        ------
        DataError
            If the weight is no number, zero or not finite, or the part unknown.
        """
        _text(label, "the label of a sample")
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
            _text(cut, f"the cut of a {label!r} sample")
        self._samples.append(SampleSpec(source, label, float(weight), cut, part))
        return self

    def set_weight(self, expression: str, *, label: str | None = None) -> Self:
        """Set the event weight, a formula; with a label for that class alone, in place of the common one.

        An empty one weighs all events the same.
        """
        self._weights[label] = _text(expression, "a weight", empty=True)
        return self

    def cut(self, expression: str, *, label: str | None = None) -> Self:
        """Keep only events that pass; cuts add up; with a label the cut holds for that class alone."""
        if _text(expression, "a cut", empty=True):
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
            self._given = _part_formulas(sizes)
        elif mode == "given":
            self._given = _given_file(given, sizes)
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
            stated=self._task,
        )

    def dataset(self, folder: Path | None = None) -> Dataset:
        """Read the events and return the dataset, its arrays in ``folder`` if one is named, else in memory."""
        from umva.factory.data.reading import read

        return read(self.declaration(), folder)


def _text(value: object, what: str, *, empty: bool = False) -> str:
    """Return a text without blanks around it, or raise DataError if it is none."""
    if not isinstance(value, str) or not (empty or value.strip()):
        msg = f"{what} must be {'a' if empty else 'a non-empty'} string, got {value!r}"
        raise DataError(msg)
    return value.strip()


def _several(expressions: Iterable[str], what: str) -> Iterable[str]:
    """Return a list of texts; one text alone would be taken letter by letter."""
    if isinstance(expressions, str):
        msg = f"add_{what} takes a list of strings, got the string {expressions!r}; add_{what[:-1]} takes one"
        raise DataError(msg)
    return expressions


def _add(where: list[VariableSpec], spec: VariableSpec, kind: str) -> None:
    """Append a variable unless one of the same name or formula, blanks apart, is there."""
    for each in where:
        if _bare(spec.expression) == _bare(each.expression) or _bare(spec.name) == _bare(each.name):
            msg = f"{kind} {spec.text!r} is already there, as {each.text!r}"
            raise DataError(msg)
    where.append(spec)


def _bare(text: str) -> str:
    return "".join(text.split())


def _part_formulas(sizes: Mapping[str, Any]) -> dict[str, str]:
    """Return the formulas of the parts that have one."""
    formulas = {part: text for part, text in sizes.items() if text}
    for part, text in formulas.items():
        if not isinstance(text, str):
            msg = f"split(mode='expression') needs formulas, got {part}={text!r}"
            raise DataError(msg)
    if "train" not in formulas:
        msg = "split(mode='expression') needs a formula for train"
        raise DataError(msg)
    return formulas


def _given_file(given: object, sizes: Mapping[str, Any]) -> Path | None:
    """Return the path of the file that holds the split, if one is given."""
    for part, size in sizes.items():
        if size:
            msg = f"split(mode='given') takes no sizes, got {part}={size!r}"
            raise DataError(msg)
    if given is not None and not isinstance(given, str | os.PathLike):
        msg = f"split(given=...) must be the path of a split.npz, got {given!r}"
        raise DataError(msg)
    return None if given is None else Path(given).expanduser()
