"""Random samples for bagging: how often each event is in the sample of a tree.

Each tree has a Mersenne twister of its own, as in TMVA (``TRandom3(100 * tree + 1234)``); with seed 1 the samples are
TMVA's very samples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.methods.trees import boosting_loops

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["draw_sample"]


def draw_sample(n_events: int, mean: float, *, tree: int, seed: int) -> NDArray[np.int32]:
    """Return how often each event is drawn, a Poisson number, int32, shape ``(n_events,)``.

    Parameters
    ----------
    n_events
        Events to draw from.
    mean
        Mean of the Poisson number.
    tree
        Number of the tree, from 0.
    seed
        Seed of the forest.

    Examples
    --------
    >>> draw_sample(8, 0.5, tree=0, seed=1).tolist()
    [0, 0, 1, 0, 1, 1, 1, 0]
    """
    generator = np.random.RandomState((1234 + 100 * tree + 1_000_003 * (seed - 1)) % 2**32)
    copies = np.empty(n_events, np.int32)
    words = np.empty(0, np.uint32)
    n_drawn = 0
    while n_drawn < n_events:
        n_words = int(1.2 * (1.0 + mean) * (n_events - n_drawn)) + 100
        words = np.concatenate([words, generator.randint(0, 2**32, n_words, np.uint32)])
        n_drawn = boosting_loops.draw_copies(words, mean, copies)
    return copies
