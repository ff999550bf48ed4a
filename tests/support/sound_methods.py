"""Methods that keep their promises; others break one of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from umva.errors import MethodError
from umva.methods import Capabilities, Context, Events, Method, option
from umva.methods.linear.discriminants import LD

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(kw_only=True, eq=False)
class Sound(LD):
    """A method that keeps its promises.

    Use it to break one of them.
    """

    capabilities: ClassVar[Capabilities] = Capabilities(negative_weights=True)

    spoil: float = option(0.0, help="a number")


@dataclass(kw_only=True, eq=False)
class Distance(Method):
    """Distance from the background, in units of its spread.

    Use it to look for what is not background.
    """

    capabilities: ClassVar[Capabilities] = Capabilities(supervised=False)
    state: ClassVar[tuple[str, ...]] = ("mean_", "spread_")

    mean_: NDArray[np.float64] = field(init=False, repr=False)
    spread_: NDArray[np.float64] = field(init=False, repr=False)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        del validation, context
        background = train.select(train.y == 0)
        weight = background.weight
        self.mean_ = np.average(background.X, axis=0, weights=weight)
        self.spread_ = np.sqrt(np.average((background.X - self.mean_) ** 2, axis=0, weights=weight)) + 1e-3
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        if X.shape[1] != len(self.mean_):
            msg = "wrong number of inputs"
            raise MethodError(msg)
        distance: NDArray[np.float64] = np.square((X - self.mean_) / self.spread_).sum(axis=1)
        return distance
