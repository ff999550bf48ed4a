"""Methods that each break one thing of what is promised of documentation and options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sound_methods import Sound

from umva.methods import option

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Undocumented(Sound):
    __doc__ = ""


@dataclass(kw_only=True, eq=False)
class Unhelpful(Sound):
    """A method with an option nobody understands.

    Use it never.
    """

    spoil: float = option(0.0, help="")


@dataclass(kw_only=True, eq=False)
class Unserialisable(Sound):
    """A method whose options do not survive JSON."""

    spoil: float = option(0.0, help="a number")

    def options(self) -> dict[str, Any]:
        return {"spoil": self.spoil + 1}


class Unadvised(Sound):
    """A method that does not say when to use it."""


class Lenient(Sound):
    """A method that does not care for inputs it does not know."""

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        return super().score(X[:, :4])
