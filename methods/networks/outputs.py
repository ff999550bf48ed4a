"""What a network's outputs mean: how many there are, and how they become probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.errors import MethodError
from umva.methods.links import probability

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.problem import Problem

__all__ = ["n_outputs", "probabilities", "require_outputs"]


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
    if not logits:
        return outputs / outputs.sum(axis=1, keepdims=True) if problem.task == "multiclass" else outputs[:, -1]
    if problem.task == "multiclass":
        return probability(outputs)
    background = outputs[:, 0] if outputs.shape[1] == 2 else np.zeros(len(outputs))
    return probability(outputs[:, -1] - background)
