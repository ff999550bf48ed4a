"""A forest as a few flat arrays: putting trees together, answering, sharing its answer out among the variables."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from umva.errors import MethodError
from umva.methods.trees import walks
from umva.methods.trees.crew import hire, pieces, usable_threads
from umva.methods.trees.fisher_cuts import combine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from umva.methods.trees.grow import Structure

__all__ = ["Forest", "Tree", "as_inputs", "find_leaves", "inner_nodes", "widened"]


_BLOCK = 4096


class Tree(NamedTuple):
    """A tree with answers, one entry a node; see :class:`umva.methods.trees.grow.Structure`.

    ``value`` (float64) is the answer of a leaf, ``cover`` (float64, positive) the weight, before any boosting, of the
    training events in it. Inner nodes have their daughters' sum of covers and, weighted with them, mean of values.
    """

    feature: NDArray[np.int32]
    cut: NDArray[np.float32]
    child: NDArray[np.int32]
    value: NDArray[np.float64]
    cover: NDArray[np.float64]

    @classmethod
    def of(cls, structure: Structure, value: NDArray[np.float64], cover: NDArray[np.float64]) -> Self:
        """Give a structure its leaves' values and covers; what ``value`` and ``cover`` say of inner nodes is not used."""
        answers, covers = value.tolist(), np.maximum(cover, np.finfo(np.float32).tiny).tolist()
        for node, left in inner_nodes(structure):
            covers[node] = covers[left] + covers[left + 1]
            answers[node] = (covers[left] * answers[left] + covers[left + 1] * answers[left + 1]) / covers[node]
        return cls(structure.feature, structure.cut, structure.child, np.array(answers), np.array(covers))

    def merged(self) -> Self:
        """Return the tree without cuts between leaves that answer alike."""
        feature, value = self.feature.tolist(), self.value.tolist()
        pruned = []
        for node, left in inner_nodes(self):
            if feature[left] < 0 and feature[left + 1] < 0 and value[left] == value[left + 1]:
                feature[node], value[node] = -1, value[left]
                pruned.append(node)
        return self.without(pruned, np.array(value)) if pruned else self

    def without(self, pruned: Sequence[int], value: NDArray[np.float64]) -> Self:
        """Return the tree with new values, in which the nodes ``pruned`` are leaves, and what was below them is gone."""
        feature = self.feature.copy()
        feature[pruned] = -1
        alive = np.zeros(len(feature), bool)
        alive[0] = True
        for node in range(len(feature)):
            if alive[node] and feature[node] >= 0:
                alive[self.child[node] : self.child[node] + 2] = True
        place = np.cumsum(alive, dtype=np.int32) - 1
        child = np.where(feature >= 0, place[self.child], -1).astype(np.int32)
        cut = np.where(feature >= 0, self.cut, np.float32(0))
        return type(self)(feature[alive], cut[alive], child[alive], value[alive], self.cover[alive])


class Forest(NamedTuple):
    """Trees behind one another.

    The arrays of :class:`Tree`, with ``child`` counted from the first node of all; ``root`` (int32) is the first node of each
    tree, ``tree_weight`` (float64) what it counts, ``output`` (int32) the class or target it tells, 0 if there is one only.
    ``combinations`` (float64, ``(n_combinations, n_inputs + 1)``) are the combinations of inputs that features beyond the
    inputs stand for; what it has no more columns for is not cut in.
    """

    feature: NDArray[np.int32]
    cut: NDArray[np.float32]
    child: NDArray[np.int32]
    value: NDArray[np.float64]
    cover: NDArray[np.float64]
    root: NDArray[np.int32]
    tree_weight: NDArray[np.float64]
    output: NDArray[np.int32]
    combinations: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        trees: Sequence[Tree],
        tree_weight: Sequence[float],
        output: Sequence[int] | None = None,
        combinations: NDArray[np.float64] | None = None,
    ) -> Self:
        """Put trees together; they all tell output 0 and cut in single variables if nothing else is said."""
        sizes = [len(tree.feature) for tree in trees]
        root = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)
        feature, cut, child, value, cover = (np.concatenate(each) for each in zip(*trees, strict=True))
        child = np.where(feature >= 0, child + np.repeat(root, sizes), -1).astype(np.int32)
        outputs = np.zeros(len(root), np.int32) if output is None else np.array(output, np.int32)
        weights = np.array(tree_weight, np.float64)
        combined = np.zeros((0, 0)) if combinations is None else combinations
        return cls(feature, cut, child, value, cover, root, weights, outputs, combined)

    def require_sound(self, n_inputs: int, n_outputs: int = 1) -> None:
        """Refuse arrays, read from a file, that the compiled loops would follow out of their bounds or for ever.

        Raises
        ------
        ValueError
            If a node points backwards or out of its tree, or at no variable; if trees overlap; if a tree tells another than
            one of the ``n_outputs``, or one has none; if kinds or lengths of arrays are not as above, or numbers not finite.
        """
        kinds = (np.int32, np.float32, np.int32, np.float64, np.float64, np.int32, np.float64, np.int32)
        sizes = (np.size(self.feature),) * 5 + (np.size(self.root),) * 3
        wanted = [(np.dtype(kind), (size,)) for kind, size in zip(kinds, sizes, strict=True)]
        arrays, combined = self[:-1], self.combinations
        found = [(np.asarray(each).dtype, np.shape(each)) for each in arrays]
        if found != wanted or np.ndim(combined) != 2 or np.asarray(combined).dtype != np.float64:
            msg = "the arrays of its trees have other types or lengths than they should"
            raise ValueError(msg)
        ends = np.append(self.root[1:], sizes[0])
        if self.root[:1].tolist() != [0] or np.any(ends <= self.root):
            msg = "its trees do not follow one another"
            raise ValueError(msg)
        inner = np.flatnonzero(self.feature >= 0)
        child, end = self.child[inner], np.repeat(ends, ends - self.root)[inner]
        if np.any((child <= inner) | (child > end - 2)):
            msg = "a tree points out of its arrays"
            raise ValueError(msg)
        if self.feature.max(initial=-1) >= n_inputs + len(combined):
            msg = f"a tree cuts in a variable that is not among its {n_inputs}, nor in one of its {len(combined)} combinations"
            raise ValueError(msg)
        numbers = self.value, self.tree_weight, combined
        if not (
            all(np.isfinite(each).all() for each in numbers) and np.all((self.cover > 0) & np.isfinite(self.cover))
        ):
            msg = "its trees hold what is no number, or cover nothing"
            raise ValueError(msg)
        if set(self.output.tolist()) != set(range(n_outputs)):
            msg = f"its trees tell others than its {n_outputs} outputs, or not all of them"
            raise ValueError(msg)

    def norm(self, n_outputs: int = 1) -> NDArray[np.float64]:
        """Return the sum of the trees' weights, shape ``(n_outputs,)``."""
        return np.bincount(self.output, self.tree_weight, n_outputs).astype(np.float64)

    def total(self, X: NDArray[np.float32], n_outputs: int = 1) -> NDArray[np.float64]:
        """Return the weighted sums of the trees' answers, shape ``(n_events, n_outputs)``.

        Raises
        ------
        MethodError
            If a tree cuts in a variable that ``X`` does not have.
        """
        n_inputs, last = X.shape[1], int(self.feature.max(initial=-1))
        known = n_inputs + len(self.combinations)
        if known <= last or (len(self.combinations) and self.combinations.shape[1] != n_inputs + 1):
            msg = f"the trees cut in {last + 1} or more variables, the events have {n_inputs}"
            raise MethodError(msg)
        sums = np.zeros((n_outputs, len(X)))
        passes = [self._passing(output) for output in range(n_outputs)]

        def walk(part: slice) -> None:
            inputs = widened(X[part], self.combinations)
            for passing, total in zip(passes, sums, strict=True):
                passing(inputs, total[part])

        with hire(usable_threads(len(X) * len(self.root))) as crew:
            list(crew.map(walk, pieces(len(X), _BLOCK)))
        return sums.T

    def _passing(self, output: int) -> Callable[[NDArray[np.float32], NDArray[np.float64]], None]:
        """Return what adds the answers of one output's trees for some events."""
        sizes = np.diff(self.root, append=len(self.feature))
        value = self.value * np.repeat(self.tree_weight, sizes)
        roots = self.root[self.output == output]
        if (small := _filled(self, roots, value)) is not None:
            return lambda inputs, total: walks.sum_small_trees(inputs, *small, total)
        return lambda inputs, total: walks.sum_trees(inputs, self.feature, self.cut, self.child, value, roots, total)

    def trees(self) -> Iterator[Tree]:
        """Yield the trees one by one."""
        for start, stop in zip(self.root, [*self.root[1:], len(self.feature)], strict=True):
            part = slice(start, stop)
            feature = self.feature[part]
            child = np.where(feature >= 0, self.child[part] - start, -1).astype(np.int32)
            yield Tree(feature, self.cut[part], child, self.value[part], self.cover[part])

    def shap(self, X: NDArray[np.float32], output: int = 0) -> NDArray[np.float64]:
        """Return exact Shapley values of one output's :meth:`total`, shape ``(n_events, n_variables)``.

        The conditional expectations follow the training events down the trees (TreeSHAP, Lundberg et al., Nature Machine
        Intelligence 2 (2020) 56, algorithm 1). Values of an event sum to its total minus the mean over the training.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # importing SHAP calls what matplotlib is about to drop
            import shap

        parts = zip(self.trees(), self.tree_weight, self.output, strict=True)
        trees = [_explained(tree, weight) for tree, weight, told in parts if told == output]
        model: dict[str, Any] = {"trees": trees, "input_dtype": np.float32, "internal_dtype": np.float64}
        explainer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
        values = explainer.shap_values(X, check_additivity=False)
        return np.asarray(values, np.float64).reshape(X.shape)


def as_inputs(X: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return ``X`` as the compiled loops take it, without a copy if it lies in memory row by row."""
    return np.asarray(np.ascontiguousarray(X, np.float32))


def find_leaves(tree: Structure | Tree, X: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return the node at which each event ends, shape ``(n_events,)``."""
    leaves = np.empty(len(X), np.int32)
    walks.find_leaves(X, tree.feature, tree.cut, tree.child, leaves)
    return leaves


def widened(X: NDArray[np.float32], combinations: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the inputs row by row in memory, with the combinations of them as further columns, if there are any."""
    return as_inputs(np.concatenate([X, combine(X, combinations)], axis=1) if len(combinations) else X)


def inner_nodes(tree: Structure | Tree) -> Iterator[tuple[int, int]]:
    """Yield the nodes with daughters, and the left one of these, from the leaves upwards."""
    child = tree.child.tolist()
    return ((node, child[node]) for node in range(len(child) - 1, -1, -1) if child[node] >= 0)


def _filled(
    forest: Forest, roots: NDArray[np.int32], value: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.float64]] | None:
    """Return features, cuts and leaf values of trees filled up to depth 3, None if one is deeper."""
    nodes = np.zeros((len(roots), 15), np.int32)
    nodes[:, 0] = roots
    for place in range(7):
        here = nodes[:, place]
        inner = forest.feature[here] >= 0
        # Below a leaf come its likes: whichever way an event goes, it finds the same value.
        nodes[:, 2 * place + 1] = np.where(inner, forest.child[here], here)
        nodes[:, 2 * place + 2] = np.where(inner, forest.child[here] + 1, here)
    if np.any(forest.feature[nodes[:, 7:]] >= 0):
        return None
    feature = np.maximum(forest.feature[nodes[:, :7]], 0)
    return feature, forest.cut[nodes[:, :7]], value[nodes[:, 7:]]


def _explained(tree: Tree, weight: float) -> dict[str, NDArray[Any]]:
    """Return a tree as SHAP wants it."""
    left = tree.child
    right = np.where(left >= 0, left + 1, -1).astype(np.int32)
    return {
        "children_left": left,
        "children_right": right,
        "children_default": left,
        "features": tree.feature,
        # SHAP sends x <= threshold to the left, we x < cut.
        "thresholds": np.nextafter(tree.cut, np.float32(-np.inf)).astype(np.float64),
        "values": (tree.value * weight)[:, np.newaxis],
        "node_sample_weight": tree.cover,
    }
