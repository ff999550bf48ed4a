"""What a support vector machine is to reach: signs for classes, scaled targets for a regression, and what each event costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import MethodError
from umva.methods.linear.moments import class_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.base import Events

__all__ = ["Goals"]


@dataclass(frozen=True)
class Goals:
    """One column for two classes, one a class for several (that class against the rest), one a target.

    Parameters
    ----------
    target
        1 and -1, or targets of mean 0 and spread 1; shape ``(n_events, n_outputs)``.
    weight
        Weights of mean 1, shape ``(n_events, n_outputs)``: both sides weigh the same, and among the rest each class.
    mean, spread
        Of the targets, shape ``(n_outputs,)``; 0 and 1 for classes.
    """

    target: NDArray[np.float64]
    weight: NDArray[np.float64]
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]

    @classmethod
    def of(cls, train: Events, *, method: str) -> Goals:
        """Read the goals off the events.

        Raises
        ------
        MethodError
            If the weights (of a class) do not sum to more than zero.

        Examples
        --------
        >>> from umva.methods.base import Events
        >>> train = Events(np.zeros((3, 1), np.float32), np.array([0, 0, 1], np.int8), np.array([1.0, 2.0, 5.0]))
        >>> goals = Goals.of(train, method="SVM")
        >>> goals.target[:, 0].tolist(), goals.weight[:, 0].tolist()
        ([-1.0, -1.0, 1.0], [0.5, 1.0, 1.5])
        """
        if train.problem.task == "regression":
            total = float(train.weight.sum())
            if not total > 0:
                msg = f"{method}: the training weights sum to {total:g}, expected more than 0"
                raise MethodError(msg)
            return cls._of_targets(train.y, train.weight * (train.n_events / total))
        n_classes = len(train.problem.classes)
        share = train.weight / class_sums(train, method=method)[train.y]
        labels = np.array([1]) if n_classes == 2 else np.arange(n_classes)
        chosen = train.y[:, None] == labels
        side = np.where(chosen, 0.5, 0.5 / (n_classes - 1))
        outputs = np.zeros(len(labels))
        return cls(np.where(chosen, 1.0, -1.0), train.n_events * share[:, None] * side, outputs, outputs + 1.0)

    @classmethod
    def _of_targets(cls, y: NDArray[np.float64], weight: NDArray[np.float64]) -> Goals:
        mean = np.average(y, axis=0, weights=weight)
        spread = np.sqrt(np.average((y - mean) ** 2, axis=0, weights=weight))
        spread[spread == 0] = 1.0
        return cls((y - mean) / spread, np.repeat(weight[:, None], y.shape[1], axis=1), mean, spread)
