"""Trees that rules are taken from: each has leaves of another least size, so that rules are simple and complex."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.methods.trees.adaboost import AdaBoost
from umva.methods.trees.boosters import Learning
from umva.methods.trees.crew import hire
from umva.methods.trees.forest import as_inputs
from umva.methods.trees.grow import Rules, Sample, Structure, grow
from umva.methods.trees.weighting import balanced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from umva.methods.base import Context, Events

__all__ = ["grow_trees"]

_DEEPEST = 60
_N_CUTS = 20


def grow_trees(train: Events, leaf_shares: Sequence[float], *, boosted: bool, context: Context) -> list[Structure]:
    """Grow a tree for each entry of ``leaf_shares``, the least share of the events in a leaf.

    Boosted, each tree learns most from the events that the one before got wrong (AdaBoost with an exponent of 1); otherwise
    each has a random sample of its own, of ``min(n / 2, 100 + 6 sqrt(n))`` events (Friedman and Popescu, section 3).
    """
    rng = np.random.default_rng(context.seed)
    X, n_events = as_inputs(train.X), train.n_events
    n_drawn = n_events if boosted else max(2, int(min(0.5 * n_events, 100.0 + 6.0 * np.sqrt(n_events))))
    booster = AdaBoost(train.y, balanced(train), Learning(beta=1.0))
    trees = []
    with hire(context.n_threads) as crew:
        booster.crew = crew
        for number, share in enumerate(leaf_shares, start=1):
            copies = np.ones(n_events, np.int32)
            copies[rng.permutation(n_events)[n_drawn:]] = 0
            events, target = booster.lesson(0, copies)
            tree = grow(Sample(X, copies, events, target), Rules("GiniIndex", _DEEPEST, share, _N_CUTS), rng, crew)
            if boosted:
                value = booster.answers(0, tree.leaves, copies, len(tree.feature))
                booster.learn(0, value, tree.leaves)
            trees.append(tree)
            context.progress(0.5 * number / len(leaf_shares))
    return trees
