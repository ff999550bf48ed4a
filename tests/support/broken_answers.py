"""Methods that each break one thing of what is promised of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sound_methods import Sound

from umva.methods.linear.logistic import Logistic

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


class Narrow(Sound):
    """A method that answers in float32."""

    def score(self, X: NDArray[np.float32]) -> NDArray[Any]:
        return super().score(X).astype(np.float32)


class Column(Sound):
    """A method that answers in a column."""

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        return super().score(X)[:, None]


class Overflowing(Sound):
    """A method that loses its head far away."""

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        score = super().score(X)
        return np.where(np.abs(score) > 1e3, np.nan, score)


class Sociable(Sound):
    """A method whose answer depends on the company."""

    def score(self, X: NDArray[np.float32]) -> NDArray[Any]:
        score: NDArray[np.float64] = super().score(X)
        return score - float(score.mean())


class Crowded(Sound):
    """A method that cannot answer nobody."""

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        score: NDArray[np.float64] = super().score(X)
        return score if X[0, 0] < np.inf else -score


class Pickled(Sound):
    """A method saved as a pickle."""

    def write(self, folder: Path) -> None:
        super().write(folder)
        (folder / "model.bin").write_bytes(b"\x80\x04.")


class Objects(Sound):
    """A method saved as an array of objects, which is a pickle inside."""

    def write(self, folder: Path) -> None:
        super().write(folder)
        np.savez(folder / "more.npz", things=np.array([{}], dtype=object))


class Forgetful(Sound):
    """A method that does not save all it has learnt."""

    def write(self, folder: Path) -> None:
        self.offset_ += 1.0
        super().write(folder)
        self.offset_ -= 1.0


class Unfair(Sound):
    """A method whose Shapley values do not sum to its answer."""

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[Any]:
        values: NDArray[np.float64] = super().shap(X, background) * np.array([1.0, -1.0, 1.0, 1.0])
        return values


class Unshapely(Sound):
    """A method with one Shapley value an event."""

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[Any]:
        values: NDArray[np.float64] = super().shap(X, background).sum(axis=1)
        return values


class Lopsided(Logistic):
    """A method whose probabilities sum to 2."""

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        return 2 * super().score(X)


class Merged(Logistic):
    """A method that gives one Shapley value for all classes."""

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[Any]:
        values: NDArray[np.float64] = super().shap(X, background)
        return values.sum(axis=2) if values.ndim == 3 else values
