"""What a user asks for besides the trainings themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from umva.errors import DataError
from umva.factory.data.split_plan import is_number

__all__ = ["FRACTIONS", "Retraining", "StudyPlan"]

FRACTIONS = (0.125, 0.25, 0.5, 1.0)
"""Parts of the training events that a learning curve is made of if nothing is said."""


@dataclass(frozen=True)
class Retraining:
    """A training of a method on less than there is.

    Parameters
    ----------
    without
        The variable that is left out; none if empty.
    fraction
        The part of the training events of each class that is used.
    """

    without: str = ""
    fraction: float = 1.0


@dataclass(frozen=True)
class StudyPlan:
    """The studies of a run.

    Parameters
    ----------
    leave_one_out
        Whether every method is trained again without each of the variables.
    fractions
        Parts of the training events that every method is trained on again, rising; none for no learning curve.
    """

    leave_one_out: bool = False
    fractions: tuple[float, ...] = ()

    @classmethod
    def of(cls, *, leave_one_out: bool, learning_curve: Any) -> StudyPlan:
        """Return what is asked for; ``learning_curve`` may be true, or the fractions.

        Raises
        ------
        DataError
            If a fraction is not above 0 and at most 1.

        Examples
        --------
        >>> StudyPlan.of(leave_one_out=False, learning_curve=[0.5, 0.1]).fractions
        (0.1, 0.5)
        """
        if not isinstance(learning_curve, Iterable):
            return cls(leave_one_out, FRACTIONS if learning_curve else ())
        fractions = list(learning_curve)
        for each in fractions:
            if not is_number(each) or not 0 < each <= 1:
                msg = (
                    f"a learning curve is made of fractions of the training events, above 0 and at most 1; got {each!r}"
                )
                raise DataError(msg)
        return cls(leave_one_out, tuple(sorted({float(each) for each in fractions})))

    def retrainings(self, variables: Iterable[str]) -> list[Retraining]:
        """Return the trainings that this needs of each method; that on all events of all variables is there already."""
        names = list(variables) if self.leave_one_out else []
        left_out = [Retraining(without=each) for each in names if len(names) > 1]
        return left_out + [Retraining(fraction=each) for each in self.fractions if each < 1]
