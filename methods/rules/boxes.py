"""Rules as boxes: a rule is fulfilled where ``lower <= x < upper`` for all inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from umva.methods.trees.grow import Structure

    Singles = NDArray[np.float32]

__all__ = ["Boxes"]


class Boxes(NamedTuple):
    """Rules, each a box; infinite where nothing is cut.

    ``lower`` and ``upper`` are float32 of shape ``(n_rules, n_variables)``.

    Examples
    --------
    >>> inf = np.inf
    >>> boxes = Boxes(np.array([[0.3, -inf]], np.float32), np.array([[inf, 1.25]], np.float32))
    >>> [each.tolist() for each in boxes.passed(np.array([[1.0, 1.0], [0.0, 1.0]], np.float32))]
    [[True, False]]
    >>> boxes.texts(["pt", "eta"])
    ['pt > 0.3 && eta < 1.25']
    """

    lower: Singles
    upper: Singles

    @classmethod
    def of(cls, trees: Sequence[Structure], n_variables: int) -> Self:
        """Return all nodes of the trees but their roots; several cuts in one variable are one."""
        none = np.zeros((0, n_variables), np.float32)
        pairs = [(none, none), *(_nodes(tree, n_variables) for tree in trees)]
        return cls(*(np.concatenate(sides) for sides in zip(*pairs, strict=True)))

    def select(self, rows: NDArray[np.intp]) -> Self:
        """Return the rules of these rows."""
        return type(self)(self.lower[rows], self.upper[rows])

    @property
    def n_rules(self) -> int:
        """Number of rules."""
        return len(self.lower)

    @property
    def used(self) -> NDArray[np.bool_]:
        """Which rule cuts in which variable, ``(n_rules, n_variables)``."""
        return np.isfinite(self.lower) | np.isfinite(self.upper)

    def passed(self, X: Singles) -> Iterator[NDArray[np.bool_]]:
        """Yield for each rule which events fulfil it, ``(n_events,)``."""
        columns = np.ascontiguousarray(X.T)
        for lower, upper in zip(self.lower, self.upper, strict=True):
            inside = np.ones(len(X), bool)
            for variable in np.flatnonzero(np.isfinite(lower)):
                inside &= columns[variable] >= lower[variable]
            for variable in np.flatnonzero(np.isfinite(upper)):
                inside &= columns[variable] < upper[variable]
            yield inside

    def apart(self, least: float, unit: NDArray[np.float64]) -> Self:
        """Return the rules, the first of those that differ by no more than ``least``.

        Rules are compared that cut in the same sides of the same variables; their distance is Euclidean in the positions of
        the cuts, in each variable in units of ``unit``.
        """
        places = np.concatenate([self.lower / unit, self.upper / unit], axis=1)
        finite = np.isfinite(places)
        places[~finite] = 0.0
        kept: dict[bytes, list[int]] = {}
        for row, sides in enumerate(finite):
            alike = kept.setdefault(sides.tobytes(), [])
            away = places[alike] - places[row]
            if not alike or np.sqrt((away**2).sum(axis=1)).min() > least:
                alike.append(row)
        return self.select(np.sort(np.array([row for rows in kept.values() for row in rows], np.intp)))

    def distinct(self, X: Singles) -> Self:
        """Return the rules without those that part these events as an earlier one does, or not at all."""
        seen: set[bytes] = set()
        chosen = []
        for row, inside in enumerate(self.passed(X)):
            part = (inside ^ inside[0]).tobytes()  # a rule and its opposite part the events alike
            if part not in seen and not inside.all() and inside.any():
                seen.add(part)
                chosen.append(row)
        return self.select(np.array(chosen, np.intp))

    def texts(self, names: Sequence[str]) -> list[str]:
        """Return the rules as one would type them: ``"pt > 0.3 && eta < 1.25"``."""
        return [
            " && ".join(filter(None, map(_window, names, lower, upper)))
            for lower, upper in zip(self.lower.tolist(), self.upper.tolist(), strict=True)
        ]


def _window(name: str, lower: float, upper: float) -> str:
    """Return the cuts in one variable, nothing if there are none."""
    above = f"{name} > {lower:.4g}" if lower > -np.inf else ""
    below = f"{name} < {upper:.4g}" if upper < np.inf else ""
    return " && ".join(filter(None, (above, below)))


def _nodes(tree: Structure, n_variables: int) -> tuple[Singles, Singles]:
    """Return the boxes of the nodes of a tree but its root."""
    lower = np.full((len(tree.feature), n_variables), -np.inf, np.float32)
    upper = np.full((len(tree.feature), n_variables), np.inf, np.float32)
    for node in np.flatnonzero(tree.feature >= 0):
        left, variable, cut = tree.child[node], tree.feature[node], tree.cut[node]
        lower[left : left + 2], upper[left : left + 2] = lower[node], upper[node]
        upper[left, variable] = lower[left + 1, variable] = cut
    return lower[1:], upper[1:]
