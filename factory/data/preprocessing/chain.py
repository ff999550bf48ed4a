"""A chain of transformations, fitted to the training events and applied to any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from umva.errors import DataError
from umva.factory.data.preprocessing.grammar import Step, parse
from umva.factory.data.preprocessing.ranges import Normalise
from umva.factory.data.preprocessing.storage import Record, read, write
from umva.factory.data.preprocessing.transformation import Sample

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.factory.data.preprocessing.transformation import Transformation

__all__ = ["Chain"]

_CHUNK = 16384  # events transformed at once: temporary arrays stay in the processor's cache


class Chain:
    """Transformations applied one after the other.

    An event whose class is not known, and that is every event for most methods, gets transformations fitted to all events.
    Methods that compare hypotheses (Likelihood, HMatrix) ask for a set fitted to each class besides.

    A step with a class suffix (``D_Signal``) is fitted to that class's events, and this one set is used everywhere, in
    training and application. (TMVA trains on it and applies the set of all classes: a fault that is not repeated.)

    Parameters
    ----------
    steps
        What to do; none for the identity.
    variables
        Names of the inputs.
    classes
        Labels: ``classes[k]`` is the class with ``y == k``.

    Examples
    --------
    >>> X = np.array([[1, 5], [2, 7], [3, 9]], dtype=np.float32)
    >>> chain = Chain.parse("N(a)", variables=("a", "b"), classes=("background", "signal"))
    >>> chain.fit(X, np.array([0, 1, 1], dtype=np.int8), np.ones(3)).apply(X).tolist()
    [[-1.0, 5.0], [0.0, 7.0], [1.0, 9.0]]
    """

    def __init__(self, steps: Sequence[Step], variables: Sequence[str], classes: Sequence[str]) -> None:
        self.steps = tuple(steps)
        self.variables = tuple(variables)
        self.classes = tuple(classes)
        self.sets_: tuple[tuple[Transformation, ...], ...] = ()
        """Fitted transformations: a set for each class if asked for, and last that of all events."""

    @classmethod
    def parse(cls, text: str, *, variables: Sequence[str], classes: Sequence[str]) -> Self:
        """Return the chain that a text like TMVA's VarTransform describes.

        Parameters
        ----------
        text
            ``"I"``, ``"N"``, ``"G,D"``, ``"N(a,b),P"``, ``"D_Signal"``, ``"Gauss+Decorrelate"``: letters I (identity), N
            (normalise), D (decorrelate), P (principal components), U (uniform), G (Gaussian), or their words.
        variables, classes
            See :class:`Chain`.

        Raises
        ------
        DataError
            The text cannot be read, or a variable or class is unknown.
        """
        return cls(parse(text, variables, classes), variables, classes)

    def __str__(self) -> str:
        """Return the chain as a user would write it; ``"I"`` for the identity."""
        return ",".join(step.text(self.variables, self.classes) for step in self.steps) or "I"

    @property
    def is_identity(self) -> bool:
        """Nothing is done."""
        return not self.steps

    @property
    def normalises(self) -> bool:
        """All variables of all classes are normalised (N) at some step; TMVA's then normalises targets too."""
        everything = tuple(range(len(self.variables)))
        return any(
            step.kind is Normalise and step.columns == everything and step.class_index is None for step in self.steps
        )

    @property
    def mixes(self) -> bool:
        """An output depends on several inputs, so that it cannot be named after one of them."""
        return any(step.kind.mixes and len(step.columns) > 1 for step in self.steps)

    @property
    def output_names(self) -> tuple[str, ...]:
        """Names of what comes out: an input's name, ``D(name)``, or ``PC1`` and so on."""
        names = list(self.variables)
        for step in self.steps:
            outputs = step.kind.output_names([names[column] for column in step.columns])
            for column, name in zip(step.columns, outputs, strict=True):
                names[column] = name
        return tuple(names)

    def fit(
        self,
        X: NDArray[np.float32],
        y: NDArray[np.int8],
        weight: NDArray[np.float64],
        *,
        each_class: bool = False,
    ) -> Self:
        """Fit to training events.

        A chain of one step makes no copy of more than a class's events; a longer one makes one copy of all.

        Parameters
        ----------
        X
            Shape ``(n_events, n_variables)``; NaN where a value is missing. Never changed.
        y
            Class of each event, shape ``(n_events,)``: a position in ``classes``.
        weight
            Training weights, shape ``(n_events,)``, after normalisation (NormMode). What negative ones do, each
            transformation says: they count with their sign for D, P, U and G, and as any other for N.
        each_class
            Whether each class gets a set of its own, too.

        Raises
        ------
        DataError
            The events of all classes, or of a class by itself where it counts, determine no transformation: a constant
            variable (N, U, G), a singular covariance matrix (D), a sum of weights that is not positive.
        """
        self._check(X)
        wanted = (*(range(len(self.classes)) if each_class else ()), None)
        self.sets_ = tuple(self._fit_set(X, y, weight, each) for each in wanted)
        return self

    def _fit_set(
        self, X: NDArray[np.float32], y: NDArray[np.int8], weight: NDArray[np.float64], class_index: int | None
    ) -> tuple[Transformation, ...]:
        """Return the transformations for a hypothesis, each fitted to events that its predecessors have transformed."""
        fitted: list[Transformation] = []
        needs_all = class_index is None or any(step.class_index is not None for step in self.steps)
        if not needs_all:
            of_class = y == class_index
            X, y, weight = X[of_class], y[of_class], weight[of_class]
        for step in self.steps:
            wanted = class_index if step.class_index is None else step.class_index
            transformed = self._run(X, fitted)
            rows = y == wanted if needs_all and wanted is not None else slice(None)
            columns = transformed[rows][:, step.selection(len(self.variables))]
            fitted.append(step.kind.fit(Sample(columns, weight[rows], self._names(step), self._events(wanted))))
        return tuple(fitted)

    def _names(self, step: Step) -> list[str]:
        return [self.variables[column] for column in step.columns]

    def _events(self, class_index: int | None) -> str:
        of_class = "" if class_index is None else f" of class {self.classes[class_index]!r}"
        return f"the training events{of_class}"

    def apply(self, X: NDArray[np.float32], *, class_index: int | None = None) -> NDArray[np.float32]:
        """Return the transformed events, float32, a new array of the shape of ``X``.

        Parameters
        ----------
        X
            Shape ``(n_events, n_variables)``; may be a memory map. What is NaN stays NaN; with D and P a missing value
            makes all outputs of that step NaN.
        class_index
            Use the set of this class. None: that of all classes.

        Raises
        ------
        DataError
            The chain has not been fitted, ``X`` has another number of variables, or the classes have no sets.
        """
        self._check(X)
        if self.is_identity:
            return np.array(X, dtype=np.float32)
        if not self.sets_:
            msg = f"transformation {self} has not been fitted"
            raise DataError(msg)
        if class_index is not None and len(self.sets_) == 1:
            msg = f"transformation {self} has not been fitted to {self._events(class_index)} by themselves"
            raise DataError(msg)
        return self._run(X, self.sets_[-1 if class_index is None else class_index])

    def _run(self, X: NDArray[np.float32], fitted: Sequence[Transformation]) -> NDArray[np.float32]:
        """Return the events after the first steps; ``X`` itself if there is none."""
        if not fitted:
            return X
        transformed = np.empty(X.shape, dtype=np.float32)
        for start in range(0, len(X), _CHUNK):
            chunk = np.array(X[start : start + _CHUNK], dtype=np.float32)
            for step, transformation in zip(self.steps, fitted, strict=False):
                columns = step.selection(len(self.variables))
                chunk[:, columns] = transformation.apply(chunk[:, columns])
            transformed[start : start + _CHUNK] = chunk
        return transformed

    def _check(self, X: NDArray[np.float32]) -> None:
        if X.ndim != 2 or X.shape[1] != len(self.variables):
            msg = f"transformation {self} is one of {len(self.variables)} variables, found an array of shape {X.shape}"
            raise DataError(msg)

    def save(self, folder: Path) -> None:
        """Write ``transform.json`` (what it is, readable) and ``transform.npz`` (its arrays) into ``folder``."""
        write(Record(self.steps, self.variables, self.classes, self.sets_), folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the chain that :meth:`save` wrote; nothing that the files contain is executed.

        Raises
        ------
        RunError
            The files cannot be read or do not fit each other.
        """
        record = read(folder)
        chain = cls(record.steps, record.variables, record.classes)
        chain.sets_ = record.sets
        return chain
