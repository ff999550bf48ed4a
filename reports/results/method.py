"""All that is known of one method, and how it compares with the others."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - results.json is read by these annotations
from dataclasses import dataclass, field
from typing import Any

from umva.reports.results.discrimination import Confusion, Discrimination
from umva.reports.results.estimation import Estimation  # noqa: TC001 - as above
from umva.reports.results.importance import PermutationImportance  # noqa: TC001 - as above
from umva.reports.results.quantities import Number  # noqa: TC001 - as above
from umva.reports.results.slices import Sliced, WeakSlice  # noqa: TC001 - as above
from umva.reports.results.studies import LearningPoint, LeftOut, Systematics  # noqa: TC001 - as above

__all__ = ["Comparison", "MethodFacts", "MethodResult", "OwnRanking", "Parity", "Timing", "TrainingCurves"]


@dataclass(frozen=True)
class Comparison:
    """A method against a better one, as a rule the best, on the same events.

    Parameters
    ----------
    reference
        The better method.
    difference
        By how much the reference is better, with the error of the paired difference: AUC of the reference minus AUC of
        this method (mean AUC of several classes), in a regression the root mean squared deviation of this method minus
        that of the reference (the mean over targets, each in units of its standard deviation).
    p_value, p_corrected
        Probability of such a difference by chance; corrected (Holm) for the number of comparisons.
    sentence
        ``"BDT is better than MLP by 0.006 ± 0.002"``.
    negligible
        Whether the difference hardly matters, significant or not
        (:func:`umva.reports.measures.comparison.hardly_matters`).
    """

    reference: str
    difference: Number
    p_value: float
    p_corrected: float
    sentence: str
    negligible: bool = False


@dataclass(frozen=True)
class Timing:
    """Times by the clock, which differ from run to run; each was taken once and has no error.

    Parameters
    ----------
    train_s
        Of the training, in seconds.
    apply_us_per_event
        Of the response to one event, in microseconds, averaged over many events at once.
    shap_s
        Of the Shapley values, in seconds.
    """

    train_s: float
    apply_us_per_event: float
    shap_s: float | None = None


@dataclass(frozen=True)
class TrainingCurves:
    """What was followed during the training, step by step.

    Parameters
    ----------
    step
        What a step is: ``"epoch"``, ``"tree"``.
    quantity
        What was measured after each step, such as ``"log loss"``.
    values
        By part of the events (``"train"``, ``"validation"``): one value a step.
    best
        The step that was kept, counted from 1.
    """

    step: str
    quantity: str
    values: Mapping[str, tuple[float, ...]]
    best: int | None = None


@dataclass(frozen=True)
class OwnRanking:
    """What a method itself says of its inputs; each kind of method by a definition of its own.

    Parameters
    ----------
    quantity
        What the values are, in TMVA's words: ``"Variable Importance"``.
    values
        By input as the method sees it, after the transformation; the best first.
    """

    quantity: str
    values: Mapping[str, float]


@dataclass(frozen=True)
class Parity:
    """Whether the method answers the same once it is saved and loaded.

    Parameters
    ----------
    n_events
        Test events that were answered by both.
    largest
        Largest difference of two responses, in units of the spread of all responses; None if the saved one cannot be loaded.
    reason
        Why it cannot.
    """

    n_events: int
    largest: float | None
    reason: str | None = None


@dataclass(frozen=True)
class MethodFacts:
    """What is known of a method besides what is measured from its responses.

    Parameters
    ----------
    name, method, title
        The booked name, the registered name, and the first line of its documentation.
    status
        ``"ok"``, ``"failed"`` or ``"skipped"``.
    options, transform
        As resolved, and the input transformation.
    reason, traceback
        Why it failed or was skipped.
    notes
        Sentences for the reader: events left out for negative weights, early stop, ...
    shap_note
        How the Shapley values were found, or why there are none.
    permutation
        How much worse it is without each variable.
    curves
        What was followed in the training.
    ranking
        What the method itself says of its inputs.
    parity
        How it answers once it is saved and loaded.
    time
        What it took.
    """

    name: str
    method: str
    title: str
    status: str
    options: Mapping[str, Any] = field(default_factory=dict)
    transform: str = "I"
    reason: str | None = None
    traceback: str | None = None
    notes: tuple[str, ...] = ()
    shap_note: str | None = None
    permutation: PermutationImportance | None = None
    curves: TrainingCurves | None = None
    ranking: OwnRanking | None = None
    parity: Parity | None = None
    time: Timing | None = None


@dataclass(frozen=True, kw_only=True)
class MethodResult(MethodFacts, Discrimination):
    """All that is known of one method. A method that did not finish has a status, a reason and its options only.

    What :class:`Discrimination` lists is about signal against background. Of several classes, ``auc`` is the mean of the
    classes' areas against the rest, ``shap`` the mean of their shares, and the others stand in ``classes``. In a
    regression all numbers stand in ``targets``, and ``shap`` is the mean over them.

    Parameters
    ----------
    classes
        Of several classes: how well each is told from the rest, by label.
    pairs
        Of several classes: area of the ROC curve of each class against each other one, by the ratio of their
        probabilities; ``pairs["a"]["b"]``, test part.
    confusion
        Of several classes: which are taken for which.
    targets
        In a regression: how well each target is estimated, by name.
    score
        What the methods are ranked by: test AUC, mean test AUC of several classes, or in a regression the mean over
        targets of the root mean squared deviation in units of the target's standard deviation, where less is better.
    comparison
        With the best method.
    slices, weakest
        How good it is in slices of each variable and spectator, and the slices where it is worst.
    systematics
        What systematic variations do to it, if any were declared.
    left_out
        How much worse it is without each variable, if that was asked for.
    learning
        How good it is after trainings on fewer events, rising, and on all, if that was asked for.
    """

    score: Number | None = None
    classes: Mapping[str, Discrimination] = field(default_factory=dict)
    pairs: Mapping[str, Mapping[str, Number]] = field(default_factory=dict)
    confusion: Confusion | None = None
    targets: Mapping[str, Estimation] = field(default_factory=dict)
    comparison: Comparison | None = None
    slices: Mapping[str, Sliced] = field(default_factory=dict)
    weakest: tuple[WeakSlice, ...] = ()
    systematics: Systematics | None = None
    left_out: Mapping[str, LeftOut] = field(default_factory=dict)
    learning: tuple[LearningPoint, ...] = ()

    @property
    def overtrained(self) -> str | None:
        """The worst verdict on overtraining: its own, or that of a class or target; None if nothing was judged."""
        judged: list[Discrimination | Estimation] = [self, *self.classes.values(), *self.targets.values()]
        verdicts = {each.overtraining.verdict for each in judged if each.overtraining is not None}
        return next((each for each in ("strong", "mild", "none") if each in verdicts), None)
