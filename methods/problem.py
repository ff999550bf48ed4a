"""What is to be learnt from events: to tell two classes apart, to tell several apart, or to estimate numbers."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BINARY", "TASKS", "Problem"]

TASKS = ("classification", "multiclass", "regression")


@dataclass(frozen=True)
class Problem:
    """The task of a training, and what its columns mean.

    Parameters
    ----------
    classes
        Labels: class ``k`` has ``y == k``. Two are background and signal, in this order; empty for a regression.
    targets
        Names of the numbers to estimate, the columns of ``y``; empty unless for a regression.
    spectators
        Names of the columns of ``Events.spectators``.

    Examples
    --------
    >>> Problem().task
    'classification'
    >>> Problem(classes=("prompt", "feed-down", "background")).outputs
    ('prompt', 'feed-down', 'background')
    >>> Problem(classes=(), targets=("energy",)).task
    'regression'
    """

    classes: tuple[str, ...] = ("background", "signal")
    targets: tuple[str, ...] = ()
    spectators: tuple[str, ...] = ()

    @property
    def task(self) -> str:
        """``"classification"`` (of two classes), ``"multiclass"`` or ``"regression"``."""
        if self.targets:
            return "regression"
        return "classification" if len(self.classes) == 2 else "multiclass"

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the columns of a response: the classes of many or the targets; none for two classes, whose is flat."""
        return {"classification": (), "multiclass": self.classes, "regression": self.targets}[self.task]


BINARY = Problem()
"""Signal against background."""
