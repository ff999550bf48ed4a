"""Permutation importance of a trained model, within a budget of responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.permutation import permutation_importance

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from umva.factory.data.dataset import Dataset
    from umva.factory.model import Model
    from umva.reports.results import PermutationImportance

__all__ = ["permuted"]

N_EVENTS = 5000
"""Test events that are used at most, the same for all methods."""

N_EVALUATIONS = 200_000
"""Responses computed at most; a number, not a time, so that results are reproducible."""

SHUFFLES = (3, 10)
"""Shuffles of a variable, at least and at most."""

FEWEST = 100
"""Events below which there would be nothing to see; then the budget is exceeded."""

STREAM = 1
"""Tells these random numbers from others of the same seed."""


def permuted(
    model: Model,
    dataset: Dataset,
    inputs: Callable[[NDArray[np.int64]], NDArray[np.float32]],
    *,
    seed: int,
) -> PermutationImportance:
    """Return how much worse a model is on test events among which one variable has been shuffled.

    At most 5000 test events are used and 200 000 responses computed: each variable is shuffled 3 to 10 times, and where
    the budget does not allow 3 times, fewer events are used.

    Parameters
    ----------
    model
        A trained model.
    dataset
        The sample; the weights are those declared.
    inputs
        Returns the columns that the model is given of these rows.
    seed
        Of the choice of the events and of the shuffles, which are the same for all methods of a run.
    """
    rng = np.random.default_rng([seed, STREAM])
    names = [each.name for each in dataset.facts.inputs]
    n_events, n_shuffles = budget(len(names), dataset.facts.sizes[2])
    test = dataset.rows("test")
    chosen = np.sort(rng.choice(test.stop - test.start, size=n_events, replace=False))
    rows: NDArray[np.int64] = test.start + chosen
    return permutation_importance(
        model.score,
        inputs(rows),
        np.asarray(dataset.y[rows]),
        np.asarray(dataset.weight[rows]),
        names=names,
        task=dataset.facts.problem.task,
        n_shuffles=n_shuffles,
        rng=rng,
    )


def budget(n_variables: int, n_test: int) -> tuple[int, int]:
    """Return how many events are used and how often each variable is shuffled.

    Examples
    --------
    >>> budget(4, 100_000), budget(28, 100_000), budget(28, 1000)
    ((5000, 10), (2380, 3), (1000, 7))
    """
    fewest, most = SHUFFLES
    n_events = min(N_EVENTS, n_test, max(N_EVALUATIONS // (fewest * n_variables), FEWEST))
    return n_events, min(max(N_EVALUATIONS // (n_events * n_variables), fewest), most)
