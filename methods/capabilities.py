"""What a method can do: which tasks it knows, what it makes of weights, missing values and spectators."""

from __future__ import annotations

from dataclasses import dataclass

from umva.methods.problem import TASKS

__all__ = ["Capabilities"]


@dataclass(frozen=True)
class Capabilities:
    """What a method can do; checked at booking, before anything is trained.

    Parameters
    ----------
    tasks
        Of ``"classification"`` (two classes), ``"multiclass"`` and ``"regression"``.
    weights
        ``fit`` honours event weights: an event of weight 2 counts as two events.
    negative_weights
        ``fit`` takes negative weights as they are; otherwise it never sees one.
    missing_values
        Takes NaN among the inputs; otherwise it never sees one.
    validation
        Uses the validation part, for instance to stop early.
    spectators
        ``fit`` looks at the spectators, for instance to make the response independent of one.
    spectators_as_inputs
        ``X`` has the spectators as further columns after the variables, in ``fit`` and in ``score``.
    several_targets
        Estimates more than one target at once.
    supervised
        Learns from the classes; otherwise it learns what background looks like, and finds what does not.

    Raises
    ------
    ValueError
        If a task is unknown.
    """

    tasks: tuple[str, ...] = ("classification",)
    weights: bool = True
    negative_weights: bool = False
    missing_values: bool = False
    validation: bool = False
    spectators: bool = False
    spectators_as_inputs: bool = False
    several_targets: bool = True
    supervised: bool = True

    def __post_init__(self) -> None:
        """Refuse a misspelt task."""
        unknown = set(self.tasks) - set(TASKS)
        if unknown or not self.tasks:
            msg = f"tasks must be some of {TASKS}, got {self.tasks}"
            raise ValueError(msg)
