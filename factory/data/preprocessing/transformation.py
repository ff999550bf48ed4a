"""What one fitted transformation is: a few arrays that map some columns to as many columns."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from umva.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Sample", "Transformation"]


@dataclass(frozen=True)
class Sample:
    """The training events that a transformation is fitted to.

    Parameters
    ----------
    X
        Inputs, shape ``(n_events, n_columns)``; NaN where a value is missing.
    weight
        Shape ``(n_events,)``.
    names
        Names of the columns.
    events
        Which events they are, for messages: ``"the training events of class 'signal'"``.
    """

    X: NDArray[np.float32]
    weight: NDArray[np.float64]
    names: Sequence[str]
    events: str

    def check_weights(self) -> None:
        """Raise DataError unless the weights sum to more than zero."""
        total = float(self.weight.sum())
        if not total > 0:
            msg = f"the weights of {self.events} sum to {total:g}, expected more than 0"
            raise DataError(msg)


class Transformation(ABC):
    """A transformation fitted to one set of events.

    Its fields are arrays, which is all that is saved.
    """

    letter: ClassVar[str]
    words: ClassVar[tuple[str, ...]]
    """Other spellings, in lower case."""
    mixes: ClassVar[bool] = False
    """An output depends on several inputs."""

    @classmethod
    @abstractmethod
    def fit(cls, sample: Sample) -> Self:
        """Return the transformation of these events.

        Raises
        ------
        DataError
            The events determine none: constant variables, for instance.
        """

    @property
    @abstractmethod
    def n_columns(self) -> int:
        """Number of columns that it takes and gives."""

    @abstractmethod
    def apply(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the transformed events, shape ``(n_events, n_columns)``; NaN remains NaN."""

    @classmethod
    def output_names(cls, names: Sequence[str]) -> tuple[str, ...]:
        """Return the names of what comes out."""
        return tuple(names)
