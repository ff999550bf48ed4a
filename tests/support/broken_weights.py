"""Methods that each break one thing of what is promised of weights."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from sound_methods import Sound

from umva.methods import Context, Events, Repetition


class Weightless(Sound):
    """A method that says it honours weights, and does not."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        return super().fit(Events(train.X, train.y, np.ones(train.n_events)), validation, context=context)


class Positive(Sound):
    """A method that takes the negative weights for very large positive ones."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        y = np.where(train.weight < 0, 1 - train.y, train.y).astype(np.int8)
        weight = np.where(train.weight < 0, 1e3, train.weight)
        return super().fit(Events(train.X, y, weight), validation, context=context)


class Vague(Sound):
    """A method that states a tolerance and no reason."""

    repetition: ClassVar[Repetition] = Repetition(0.5)
