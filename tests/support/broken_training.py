"""Methods that each break one thing of what is promised of training."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sound_methods import Distance, Sound

from umva.methods import BINARY, Capabilities, Context, Curves, Events
from umva.methods.linear.discriminants import LD

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Blind(Sound):
    """A method that guesses."""

    def score(self, X: NDArray[np.float32]) -> NDArray[Any]:
        score: NDArray[np.float64] = np.cos(1e4 * X[:, 0].astype(np.float64))
        return score


class Other(Sound):
    """A method whose fit returns another one."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        return type(self)()


class Needy(Sound):
    """A method that needs validation events."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        if validation is None:
            msg = "no validation events"
            raise ValueError(msg)
        return super().fit(train, validation, context=context)


class Talkative(Sound):
    """A method that prints, past Python."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        os.write(1, b"epoch 1")
        return super().fit(train, validation, context=context)


class Alarmed(Sound):
    """A method that warns."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        warnings.warn("not converged", UserWarning, stacklevel=1)
        return super().fit(train, validation, context=context)


class Vandal(Sound):
    """A method that scales its inputs in place."""

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        X *= 0.5
        return super().score(X)


class Moody(Sound):
    """A method that differs from training to training."""

    trained: ClassVar[int] = 0

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        Moody.trained += 1
        self.offset_ += Moody.trained
        return self


class Retreating(Sound):
    """A method whose progress falls back."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        context.progress(0.2)
        return self


class Excessive(Sound):
    """A method that makes more than all the progress."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        context.progress(100.0)
        return self


class Growing(Sound):
    """A method whose options grow in training."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        self.offset_ += self.spoil
        self.spoil += 1.0
        return self


class Unseeing(Sound):
    """A method that says it looks at spectators, and does not."""

    capabilities: ClassVar[Capabilities] = Capabilities(spectators=True)


class Scaled(LD):
    """A method that estimates in other units."""

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        return 2 * super().score(X)


class Flat(LD):
    """A method that gives a target without a column."""

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        score = super().score(X)
        return score[:, 0] if score.shape[1:] == (1,) else score


class Oblivious(LD):
    """A method that forgets what it was trained for."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        self.problem_ = BINARY
        return self


class Informed(Distance):
    """A method that says it learns from background alone, and looks at the signal."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        if train.X[train.y == 1].std() < 2 * train.X[train.y == 0].std():
            self.spread_ = np.full_like(self.spread_, np.inf)
        return self


class Ragged(Sound):
    """A method with training curves of several lengths."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        self.curves_ = Curves("tree", "loss", {"train": np.zeros(3), "validation": np.zeros(2)})
        return self


class Laconic(Sound):
    """A method whose notes are one string."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        self.notes_ = "fine"  # type: ignore[assignment]
        return self
