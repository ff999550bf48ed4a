"""Methods that hold an event against two hypotheses, signal and background, each with its own view of the inputs."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from umva.methods.base import Context, Events, Method

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["ComparesHypotheses"]


@dataclass(kw_only=True, eq=False)
class ComparesHypotheses(Method):
    """A method that asks how well an event fits to each class by itself.

    An input transformation that is fitted to the signal gives the event as the signal hypothesis sees it, one that is
    fitted to the background gives another view; such a method takes both. Whoever has but one set of inputs calls ``fit``
    and ``score`` as with any other method.
    """

    @abstractmethod
    def learn(self, as_background: Events, as_signal: Events, *, context: Context) -> None:
        """Learn from training events.

        Parameters
        ----------
        as_background, as_signal
            The same events in the same order, with inputs as each hypothesis sees them.
        context
            Seed, threads and progress.
        """

    @abstractmethod
    def compare(self, as_background: NDArray[np.float32], as_signal: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the response, float64, shape ``(n_events,)``, to inputs as each hypothesis sees them."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Learn from events that both hypotheses see alike; see :meth:`umva.methods.Method.fit`."""
        del validation
        self.learn(train, train, context=context)
        context.progress(1.0)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the response to inputs that both hypotheses see alike."""
        return self.compare(X, X)
