"""The ``DataLoader``: where a user says which events there are and what to take from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from umva.errors import DataError, did_you_mean
from umva.factory.data.declaration import NORM_MODES, PARTS, Declaration, SampleSpec, VariableSpec
from umva.factory.data.split import SplitPlan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from umva.factory.data.dataset import Dataset

__all__ = ["DataLoader"]


class DataLoader:
    """Declares variables, samples, weights, cuts and the split; reads nothing before :meth:`dataset` or a run.

    Every method returns the loader, so that calls can be chained.

    Parameters
    ----------
    name
        Name of the dataset, used in files and titles.

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

    def __init__(self, name: str = "dataset") -> None:
        self.name = name
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
            If the same variable is there already.
        """
        self._add(self._variables, VariableSpec(expression.strip(), title, unit), "variable")
        return self

    def add_variables(self, expressions: Iterable[str]) -> Self:
        """Add several inputs, see :meth:`add_variable`."""
        for each in expressions:
            self.add_variable(each)
        return self

    def add_spectator(self, expression: str, *, title: str = "", unit: str = "") -> Self:
        """Add a quantity that is kept beside the scores but not used in the training, for instance a mass."""
        self._add(self._spectators, VariableSpec(expression.strip(), title, unit), "spectator")
        return self

    def add_spectators(self, expressions: Iterable[str]) -> Self:
        """Add several spectators, see :meth:`add_spectator`."""
        for each in expressions:
            self.add_spectator(each)
        return self

    def add_sample(
        self, source: Any, *, label: str, weight: float = 1.0, cut: str | None = None, part: str | None = None
    ) -> Self:
        """Add events of one class; several samples of a class are read one after the other.

        Parameters
        ----------
        source
            ``"file.root:dir/tree"`` (TTree or RNTuple), ``"file.h5:group"``, a CSV or Parquet file, a glob, a list of
            these; a DataFrame, a dict of arrays, an awkward array.
        label
            The class: ``"signal"`` or ``"background"``. With other labels the first one declared is the signal.
        weight
            Factor on the event weights, for instance cross section times luminosity over number of generated events.
        cut
            A cut on these events alone.
        part
            ``"train"``, ``"validation"`` or ``"test"``: where all of them go, with ``split(mode="given")``.

        Raises
        ------
        DataError
            If the weight is zero or not finite, or the part unknown.
        """
        if not np.isfinite(weight) or weight == 0:
            msg = f"the weight of a {label!r} sample must be finite and not zero, got {weight!r}"
            raise DataError(msg)
        if part is not None and part not in PARTS:
            msg = f"a {label!r} sample is given to part {part!r}: {did_you_mean(part, PARTS)}"
            raise DataError(msg)
        self._samples.append(SampleSpec(source, label, float(weight), cut, part))
        return self

    def set_weight(self, expression: str, *, label: str | None = None) -> Self:
        """Set the event weight, a formula; with a label for that class alone, in place of the common one."""
        self._weights[label] = expression
        return self

    def cut(self, expression: str, *, label: str | None = None) -> Self:
        """Keep only events that pass; cuts add up; with a label the cut holds for that class alone."""
        if expression.strip():
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
            A fraction (below 1) or a number of events of each class, or a mapping from label to one. None: half the
            events for the training, and all others for the test. With ``mode="expression"`` a formula each: the first of
            train, validation, test that is true decides; without a test formula all other events are test events.
        mode
            ``"random"`` (TMVA's own events for the same seed), ``"block"``, ``"alternate"``, ``"expression"``, or
            ``"given"``: by the samples' ``part``, or as in the ``split.npz`` of an earlier run.
        seed
            Seed of the random split.
        given
            Path of a ``split.npz``, with ``mode="given"``.
        """
        if mode == "expression":
            if not isinstance(train, str) or (validation and not isinstance(validation, str)):
                msg = f"split(mode='expression') needs a formula for train, got {train!r}"
                raise DataError(msg)
            self._given = {"train": train, "validation": validation or None, "test": test}
            self._plan = SplitPlan(mode=mode)
        else:
            self._given = given
            self._plan = SplitPlan(mode=mode, train=train, validation=validation, test=test, seed=seed)
        return self

    def normalise(self, mode: str = "EqualNumEvents") -> Self:
        """Choose how training weights are scaled class by class: TMVA's NormMode.

        ``"None"`` leaves them; ``"NumEvents"`` makes them sum to the class's number of training events;
        ``"EqualNumEvents"`` makes both classes sum to the number of signal training events.
        """
        if mode not in NORM_MODES:
            msg = f"unknown NormMode {mode!r}: {did_you_mean(mode, NORM_MODES)}"
            raise DataError(msg)
        self._norm_mode = mode
        return self

    def declaration(self) -> Declaration:
        """Return all that was declared.

        Raises
        ------
        DataError
            If there is no variable, or not two classes, or a weight or cut is for a class that has no sample.
        """
        labels = list(dict.fromkeys(each.label for each in self._samples))
        if not self._variables:
            msg = f"dataset {self.name!r} has no variables: add_variable('m_bb')"
            raise DataError(msg)
        if len(labels) != 2:  # signal and background
            msg = f"dataset {self.name!r} needs samples of two classes, signal and background, got {labels}"
            raise DataError(msg)
        for label in [each for each in (*self._weights, *self._cuts) if each is not None]:
            if label not in labels:
                msg = f"a weight or cut is set for class {label!r}, which has no sample: {did_you_mean(label, labels)}"
                raise DataError(msg)
        return Declaration(
            name=self.name,
            variables=tuple(self._variables),
            spectators=tuple(self._spectators),
            samples=tuple(self._samples),
            plan=self._plan,
            weights=dict(self._weights),
            cuts=dict(self._cuts),
            given=self._given,
            norm_mode=self._norm_mode,
        )

    def dataset(self, folder: Path | None = None) -> Dataset:
        """Read the events and return the dataset, its arrays in ``folder`` if one is named, else in memory."""
        from umva.factory.data.reading import read

        return read(self.declaration(), folder)

    def _add(self, where: list[VariableSpec], spec: VariableSpec, kind: str) -> None:
        name, _, formula = spec.text.rpartition(":=")
        for each in where:
            other_name, _, other_formula = each.text.rpartition(":=")
            if (
                formula.split() == other_formula.split()
                or (name or formula).split() == (other_name or other_formula).split()
            ):
                msg = f"{kind} {spec.text!r} is already there, as {each.text!r}"
                raise DataError(msg)
        where.append(spec)
