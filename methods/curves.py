"""Learning curves: how a training went, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["Curves", "kept_trees", "side_by_side"]


@dataclass(frozen=True)
class Curves:
    """How the training went, step by step.

    Parameters
    ----------
    step
        What the abscissa counts: ``"tree"``, ``"epoch"``.
    quantity
        What the curves show, as an axis title: ``"log loss"``.
    values
        One array a curve, keys such as ``"train"`` and ``"validation"``; all of one length.
    best
        Step (from 1) that the method kept, if it stopped early.
    """

    step: str
    quantity: str
    values: Mapping[str, NDArray[np.float64]]
    best: int | None = None


def side_by_side(
    losses: Sequence[Mapping[str, NDArray[np.float64]]], targets: Sequence[str]
) -> dict[str, NDArray[np.float64]]:
    """Return the curves of one training, or of one a target, brought to one length.

    Parameters
    ----------
    losses
        Of each training: the loss after each step on its parts, such as ``"train"``. Where one stopped earlier than another
        its last loss is held.
    targets
        What the trainings are called, if there are several.

    Examples
    --------
    >>> found = side_by_side([{"train": np.array([3.0, 2.0])}, {"train": np.array([5.0])}], ["mass", "width"])
    >>> {name: values.tolist() for name, values in found.items()}
    {'train, mass': [3.0, 2.0], 'train, width': [5.0, 5.0]}
    """
    length = max(len(each["train"]) for each in losses)
    suffixes = [f", {target}" for target in targets] if len(losses) > 1 else [""]
    return {
        f"{part}{suffix}": np.pad(loss, (0, length - len(loss)), mode="edge")
        for each, suffix in zip(losses, suffixes, strict=True)
        for part, loss in each.items()
    }


def kept_trees(best: Sequence[int | None], n_trees: int, targets: Sequence[str]) -> tuple[str, ...]:
    """Return a sentence for each training that kept fewer than ``n_trees`` trees; None kept them all.

    Examples
    --------
    >>> kept_trees([7], 10, [])
    ('Kept the first 7 of at most 10 trees, where the validation loss is least.',)
    """
    of = [f" of {target}" for target in targets] if len(best) > 1 else [""]
    return tuple(
        f"Kept the first {kept} of at most {n_trees} trees{name}, where the validation loss is least."
        for name, kept in zip(of, best, strict=True)
        if kept is not None and kept < n_trees
    )
