"""What TMVA's output file holds besides the material of a comparison."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from umva.reports.results import RocCurve

__all__ = ["Details", "Inputs", "MethodDetails"]


@dataclass(frozen=True)
class Inputs:
    """Inputs after a chain of transformations.

    Parameters
    ----------
    transform
        The chain, such as ``"I"`` or ``"G,D"``.
    X
        Shape ``(n_events, n_variables)``; NaN where a value is missing.
    y
        Targets of a regression after the same chain, shape ``(n_events, n_targets)``; None where events have classes.
    """

    transform: str
    X: NDArray[np.floating]
    y: NDArray[np.floating] | None = None


@dataclass(frozen=True)
class MethodDetails:
    """What is known of a trained method.

    Parameters
    ----------
    kind
        TMVA's type of the method, after which its folder is called; by default what the material says.
    inputs
        Those of the test events as the method sees them; None: as they are in the material.
    weights
        Where the trained method lies; TMVA has the path of its weights file there.
    probability
        Of signal, by part, shape ``(n_events,)``; empty where the densities of the response were not made.
    rarity
        Of the test events, shape ``(n_events,)``; None where there are no densities.
    roc
        Of several classes the measured ROC curve of each against the rest on the test part, by label.
    """

    kind: str = ""
    inputs: Inputs | None = None
    weights: str = ""
    probability: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    rarity: NDArray[np.float64] | None = None
    roc: Mapping[str, RocCurve] = field(default_factory=dict)


@dataclass(frozen=True)
class Details:
    """What a run knows of the events and of each method.

    Parameters
    ----------
    dataset
        Name of the folder in the file.
    training_weight
        Weights of the training events after TMVA's NormMode, shape ``(n_events,)``; None: as they are in the material.
    views
        Training inputs after the transformations that are to be shown; read once, so that they can be made one by one. Those
        of the material if there are none.
    methods
        By the names of the methods; one that is missing has nothing to add.
    """

    dataset: str = "dataset"
    training_weight: NDArray[np.float64] | None = None
    views: Iterable[Inputs] = ()
    methods: Mapping[str, MethodDetails] = field(default_factory=dict)
