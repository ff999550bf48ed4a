"""What a comparison is measured from: arrays of events, responses and Shapley values, and the facts about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from umva.reports.results import Expected, MethodFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from umva.reports.results import InputFile
    from umva.reports.varied import Retrained, Varied

__all__ = ["Input", "Material", "Outcome", "Part"]


@dataclass(frozen=True)
class Part:
    """The events of one part (train, validation or test).

    Parameters
    ----------
    X
        Inputs before any transformation, float32, shape ``(n_events, n_variables)``; may be a memory map.
    y
        Class of each event, int8, shape ``(n_events,)``: 1 signal, 0 background, or a position in ``Material.classes``;
        in a regression the targets, float64, shape ``(n_events, n_targets)``.
    weight
        The user's event weights, shape ``(n_events,)``, negative ones included, not renormalised.
    spectators
        Quantities that no method learns from, float64, shape ``(n_events, n_spectators)``; None if there are none.
    """

    X: NDArray[np.float32]
    y: NDArray[Any]
    weight: NDArray[np.float64]
    spectators: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Outcome(MethodFacts):
    """What became of one booked method: the facts, and arrays from which numbers are measured.

    Parameters
    ----------
    scores
        Responses by part, float64; empty if the method failed. Shape ``(n_events,)``, larger for signal; of several
        classes ``(n_events, n_classes)``, in a regression ``(n_events, n_targets)``.
    shap
        Shapley values of the explained events, ``(n_explained, n_variables)``, with a third axis where responses have a
        second; or None.
    shap_weight
        Their event weights.
    varied
        Responses to the events of :attr:`Material.variations`, by source and direction.
    varied_note
        Why there are none.
    retrained
        Trainings on less.
    """

    scores: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    shap: NDArray[np.float64] | None = None
    shap_weight: NDArray[np.float64] | None = None
    varied: Mapping[tuple[str, str], NDArray[np.float64]] = field(default_factory=dict)
    varied_note: str | None = None
    retrained: tuple[Retrained, ...] = ()


@dataclass(frozen=True)
class Input:
    """An input variable: how it is called, computed, titled, and its unit."""

    name: str
    expression: str
    title: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Material:
    """All that a comparison is measured from; ``parts`` has ``"train"`` and ``"test"``, perhaps ``"validation"``.

    ``classes`` has the labels of the classes of a multiclass task, ``targets`` the targets of a regression, titled as
    inputs are; with neither the classes are background and signal. ``mute`` has the codes of checks that the user knows of.

    The other fields stand in :class:`umva.reports.results.DatasetSummary` and :class:`umva.reports.results.Results`.
    """

    title: str
    seed: int
    inputs: tuple[Input, ...]
    parts: Mapping[str, Part]
    outcomes: tuple[Outcome, ...]
    split: Mapping[str, Any]
    split_sha256: str
    classes: tuple[str, ...] = ()
    targets: tuple[Input, ...] = ()
    spectators: tuple[Input, ...] = ()
    cuts: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, str] = field(default_factory=dict)
    files: tuple[InputFile, ...] = ()
    notes: tuple[str, ...] = ()
    expected: Expected = field(default_factory=Expected)
    mute: tuple[str, ...] = ()
    variations: tuple[Varied, ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def task(self) -> str:
        """``"classification"``, ``"multiclass"`` or ``"regression"``."""
        if self.targets:
            return "regression"
        return "multiclass" if self.classes else "classification"
