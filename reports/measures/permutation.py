"""How much worse a method is when one variable tells it nothing: permutation importance, with errors.

One variable is shuffled among the events, signal and background alike, while all else stays; what the method loses on these
events it had from this variable (Breiman, Machine Learning 45 (2001) 5, section 10; Fisher, Rudin and Dominici, JMLR 20
(2019) 177). What two variables both tell is lost with neither: of strongly correlated ones each may seem unimportant.
Unlike Shapley values, which say what an answer is made of, it says what makes the answer right.

The loss is measured on the very events of the unshuffled score, so that their fluctuations cancel as between two methods;
its error contains the events and the luck of the shuffles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.influence import combined
from umva.reports.measures.quality import quality
from umva.reports.results import PermutationImportance

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from umva.reports.results import Number

__all__ = ["permutation_importance"]

QUANTITIES = {"classification": "AUC", "multiclass": "mean AUC", "regression": "RMSE / \N{GREEK SMALL LETTER SIGMA}"}
"""What the methods of each task are ranked by."""


def permutation_importance(
    score: Callable[[NDArray[np.float32]], NDArray[np.float64]],
    X: NDArray[np.float32],
    y: NDArray[np.generic],
    weight: NDArray[np.float64],
    *,
    names: Sequence[str],
    task: str,
    n_shuffles: int,
    rng: np.random.Generator,
) -> PermutationImportance:
    """Return how much worse a response is on the same events with one variable shuffled, for each variable.

    Parameters
    ----------
    score
        The response, ``(n_events, n_columns)`` to ``(n_events,)`` or ``(n_events, n_outputs)``.
    X, y, weight
        Events that the method was not trained on; classes or targets as :func:`umva.reports.measures.quality` takes
        them. Weights, negative ones included, stay with their event, as in the score; the shuffle itself is blind to them.
    names
        The variables, the first columns of ``X``; further columns are left alone.
    task
        ``"classification"``, ``"multiclass"`` or ``"regression"``.
    n_shuffles
        So often each variable is shuffled; the mean is taken.
    rng
        Randomness. With the same one, methods are measured on the same shuffles.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> y = rng.integers(0, 2, 500)
    >>> X = rng.normal(size=(500, 2)) + np.outer(y, [2.0, 0.0])
    >>> found = permutation_importance(
    ...     lambda x: x[:, 0], X, y, np.ones(500), names=["a", "b"], task="classification", n_shuffles=3, rng=rng
    ... )
    >>> {name: round(each.value, 2) for name, each in found.values.items()}
    {'a': 0.45, 'b': 0.0}
    """
    worse = -1.0 if task == "regression" else 1.0
    as_it_is = quality(score(X), y, weight, task=task)
    values: dict[str, Number] = {}
    mixed = np.array(X)
    for column, name in enumerate(names):
        lost = []
        for _ in range(n_shuffles):
            mixed[:, column] = rng.permutation(X[:, column])
            shuffled = quality(score(mixed), y, weight, task=task)
            lost.append(combined(worse * (as_it_is.value - shuffled.value), [(worse, as_it_is), (-worse, shuffled)]))
        mixed[:, column] = X[:, column]
        mean = float(np.mean([each.value for each in lost]))
        values[name] = combined(mean, [(1.0 / n_shuffles, each) for each in lost]).number
    ordered = dict(sorted(values.items(), key=lambda item: -item[1].value))
    return PermutationImportance(QUANTITIES[task], as_it_is.number, ordered, len(X), n_shuffles)
