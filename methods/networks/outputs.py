"""What a network's outputs mean: log odds or probabilities of classes, or targets in units of their spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.errors import MethodError
from umva.methods.networks.network import standard

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.base import Events
    from umva.methods.problem import Problem

__all__ = ["Scale", "n_outputs", "probabilities", "require_outputs"]


def n_outputs(problem: Problem) -> int:
    """Return how many outputs a network needs: one for two classes, else one for each class or target.

    Examples
    --------
    >>> from umva.methods.problem import BINARY, Problem
    >>> n_outputs(BINARY), n_outputs(Problem(classes=("b", "c", "light"))), n_outputs(Problem((), ("energy",)))
    (1, 3, 1)
    """
    return len(problem.outputs) or 1


def require_outputs(model: str, found: int, problem: Problem) -> None:
    """Refuse a network of the user's whose outputs do not fit the task; two classes may have two.

    Parameters
    ----------
    model
        What to call it in the message.

    Raises
    ------
    MethodError
        If there are too many or too few.
    """
    if found == n_outputs(problem) or (problem.task == "classification" and found == 2):
        return
    expected = {
        "classification": "1 or 2 to tell two classes apart",
        "multiclass": f"{n_outputs(problem)}, one for each of the classes {', '.join(problem.classes)}",
        "regression": f"{n_outputs(problem)}, one for each of the targets {', '.join(problem.targets)}",
    }[problem.task]
    msg = f"{model} gives {found} output{'s' if found != 1 else ''}, expected {expected}"
    raise MethodError(msg)


def probabilities(outputs: NDArray[np.float64], problem: Problem, *, logits: bool) -> NDArray[np.float64]:
    """Return class probabilities in the shape of a response.

    Parameters
    ----------
    outputs
        Shape ``(n_events, n_outputs)``.
    problem
        Two classes or more.
    logits
        Outputs are log odds, or logarithms of probabilities up to a constant; otherwise they are probabilities.

    Returns
    -------
    Of two classes the signal probability, shape ``(n_events,)``; of more ``(n_events, n_classes)``, summing to 1.

    Examples
    --------
    >>> from umva.methods.problem import BINARY, Problem
    >>> probabilities(np.array([[0.0, np.log(3.0)]]), BINARY, logits=True).round(3).tolist()
    [0.75]
    >>> probabilities(np.array([[1.0, 1.0, 2.0]]), Problem(("b", "c", "light")), logits=False).tolist()
    [[0.25, 0.25, 0.5]]
    """
    from scipy.special import expit, softmax

    response: NDArray[np.float64]
    if problem.task == "multiclass":
        response = softmax(outputs, axis=1) if logits else outputs / outputs.sum(axis=1, keepdims=True)
    elif logits:
        response = expit(outputs[:, -1] - (outputs[:, 0] if outputs.shape[1] == 2 else 0.0))
    else:
        response = outputs[:, -1]
    return response


@dataclass(frozen=True)
class Scale:
    """Targets in units of their spread about their mean, so that any unit is learnt alike.

    Parameters
    ----------
    mean, spread
        Of each target, shape ``(n_targets,)``.

    Examples
    --------
    >>> scale = Scale(np.array([100.0]), np.array([10.0]))
    >>> scale.shrink(np.array([[120.0]])).tolist(), scale.stretch(np.array([[2.0]])).tolist()
    ([[2.0]], [[120.0]])
    """

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]

    @classmethod
    def of(cls, train: Events) -> Scale:
        """Return the scale of these events' targets, with their weights."""
        return cls(*standard(train.y, train.weight))

    @classmethod
    def unit(cls, n_targets: int) -> Scale:
        """Return the scale that changes nothing."""
        return cls(np.zeros(n_targets), np.ones(n_targets))

    def shrink(self, y: NDArray[Any]) -> NDArray[np.float32]:
        """Return targets as a network learns them."""
        small: NDArray[np.float64] = (y - self.mean) / self.spread
        return small.astype(np.float32)

    def stretch(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a network's outputs as targets."""
        return outputs * self.spread + self.mean
