"""Hard events, as users have them: every method gives sensible answers, also where several troubles meet.

``umva.testing`` has a check for each of them alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from umva.methods import Context, available, get
from umva.testing import toys
from umva.testing.quality import auc
from umva.testing.toys import reweighted, with_inputs

if TYPE_CHECKING:
    from collections.abc import Callable

    from umva.methods import Events

QUICK = [(each, task) for each in available() if get(each).cost < 1 for task in get(each).capabilities.tasks]


def all_at_once(train: Events) -> Events:
    """Return events with everything that is hard: a constant, a copied and a useless input, doubles, and tiny weights."""
    useless = np.random.default_rng(1).normal(size=train.n_events)
    harder = with_inputs(train, np.column_stack([np.full(train.n_events, 7.0), train.X[:, 0], useless]))
    return reweighted(harder.select(np.repeat(np.arange(train.n_events), 2)), 1e-9)


def extreme(train: Events) -> Events:
    """Return events with one input in MeV instead of GeV, and one far off zero."""
    return replace(train, X=(train.X * [1e3, 1, 1, 1] + [0, 1e3, 0, 0]).astype(np.float32))


@pytest.mark.parametrize("harder", [all_at_once, extreme])
@pytest.mark.parametrize(("name", "task"), QUICK)
def test_quick_methods_survive_what_comes_together(name: str, task: str, harder: Callable[[Events], Events]) -> None:
    cls = get(name)
    train, validation, test = (harder(toys(seed=seed, task=task)) for seed in (1, 2, 3))
    method = cls(**cls.quick_options).fit(train, validation, context=Context(seed=1))
    easy = cls(**cls.quick_options).fit(toys(task=task), toys(seed=2, task=task), context=Context(seed=1))
    plain = toys(seed=3, task=task)
    lost = auc(easy.score(plain.X), plain) - auc(method.score(test.X), reweighted(test, 1.0))
    assert lost < 0.03
