"""Which event is trained on, validated on and tested on: TMVA's split, event for event.

Counts, order and random numbers are those of TMVA's ``PrepareTrainingAndTestTree`` (options ``SplitMode``, ``MixMode``,
``SplitSeed``, ``nTrain_<class>``, ``nTest_<class>``). TMVA has no validation part. Ours is cut from between training and
test, and its order is drawn after theirs: the training events stay TMVA's whatever the validation part, and without one
the test events do, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.errors import DataError
from umva.factory.data.split_plan import UNUSED, Split, SplitPlan, counts
from umva.factory.data.tmva_random import TmvaRandom

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["split"]

_MIX_SEQUENCE = (0, 2, 1)  # training, test, validation


def split(
    class_index: NDArray[np.integer],
    classes: tuple[str, ...],
    plan: SplitPlan,
    *,
    given: NDArray[np.uint8] | Split | None = None,
) -> Split:
    """Divide events into training, validation and test, and put each part in order.

    Each class is divided on its own: shuffled (``mode="random"``), as it comes (``"block"``: first training, then
    validation, then test events) or in turns (``"alternate"``, until a part is full). The parts are then mixed as
    ``plan.mix`` says. Weights play no part.

    Parameters
    ----------
    class_index
        Class of each event, in the order of reading, shape ``(n_events,)``: a position in ``classes``.
    classes
        The labels in TMVA's order: signal first.
    plan
        What was asked for.
    given
        For ``mode="given"`` and ``"expression"``: part code of each event, shape ``(n_events,)``: 0 training,
        1 validation, 2 test, 255 unused. Or an earlier :class:`Split`, which is returned as it is.

    Raises
    ------
    DataError
        A class has fewer events than asked for or none in training or test, a label is unknown, or ``given`` does not
        fit the events.

    Notes
    -----
    In random mode (``TRandom3`` with seed ``plan.seed``): the events of each class are shuffled, class after class; the
    first go to training, the next to validation, the next to test; the training parts of all classes are joined and
    shuffled, then those of the test, then those of the validation. With ``"given"`` and ``"expression"`` only the joined
    parts are shuffled, as TMVA does with trees that are declared for training or test.

    Examples
    --------
    >>> index = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    >>> split(index, ("signal", "background"), SplitPlan(mode="block", train=1, test=2)).test
    array([1, 2, 5, 6])
    """
    random = TmvaRandom(plan.seed)
    if plan.mode in {"given", "expression"}:
        if isinstance(given, Split):
            _check_filled(_as_given(class_index, classes, plan, given.codes(len(class_index))), classes)
            return given
        divided = _as_given(class_index, classes, plan, given)
    else:
        divided = [
            _divide(
                np.flatnonzero(class_index == k),
                counts(plan, label, int((class_index == k).sum()), classes),
                plan,
                random,
            )
            for k, label in enumerate(classes)
        ]
    _check_filled(divided, classes)
    parts: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)] * 3
    for part in _MIX_SEQUENCE:
        parts[part] = _mix([each[part] for each in divided], plan, random)
    train, validation, test = parts
    return Split(train, validation, test, n_events=len(class_index))


def _divide(
    events: NDArray[np.int64], wanted: tuple[int, int, int], plan: SplitPlan, random: TmvaRandom
) -> list[NDArray[np.int64]]:
    """Return the training, validation and test events of one class."""
    if plan.mode == "alternate":
        turn = _turns(wanted)
        return [events[: len(turn)][turn == part] for part in range(3)]
    if plan.mode == "random":
        events = events[random.permutation(len(events))]
    return np.split(events, np.cumsum(wanted))[:3]


def _turns(sizes: tuple[int, ...]) -> NDArray[np.int64]:
    """Return who is next when all take turns until each has had its number: ``(2, 1)`` gives ``[0, 1, 0]``."""
    who = np.repeat(np.arange(len(sizes)), sizes)
    turn = np.concatenate([np.arange(size) for size in sizes])
    return who[np.lexsort((who, turn))]


def _as_given(
    class_index: NDArray[np.integer], classes: tuple[str, ...], plan: SplitPlan, given: NDArray[np.uint8] | None
) -> list[list[NDArray[np.int64]]]:
    """Return the events of each class and part as the user decided."""
    if given is None or np.shape(given) != class_index.shape:
        found = "none" if given is None else f"an array of shape {np.shape(given)}"
        msg = f"split(mode={plan.mode!r}) needs one part code for each of {len(class_index)} events, got {found}"
        raise DataError(msg)
    wrong = np.flatnonzero(~np.isin(given, (0, 1, 2, UNUSED)))
    if len(wrong):
        msg = (
            f"split(mode={plan.mode!r}): event {wrong[0]} has part code {given[wrong[0]]}; "
            "expected 0 (training), 1 (validation), 2 (test) or 255 (unused)"
        )
        raise DataError(msg)
    return [[np.flatnonzero((class_index == k) & (given == part)) for part in range(3)] for k in range(len(classes))]


def _check_filled(divided: list[list[NDArray[np.int64]]], classes: tuple[str, ...]) -> None:
    """Raise DataError if training or test lack a class, or the validation part has some classes only."""
    validated = any(len(each[1]) for each in divided)
    for label, (train, validation, test) in zip(classes, divided, strict=True):
        for name, events, needed in (
            ("training", train, True),
            ("validation", validation, validated),
            ("test", test, True),
        ):
            if needed and not len(events):
                msg = (
                    f"class {label!r} has no {name} events: {len(train)} are for training, {len(validation)} for "
                    f"validation, {len(test)} for test; change the split"
                )
                raise DataError(msg)


def _mix(events: list[NDArray[np.int64]], plan: SplitPlan, random: TmvaRandom) -> NDArray[np.int64]:
    """Return the events of all classes in the order in which methods see them."""
    joined = np.concatenate(events)
    if plan.mixing == "random":
        return joined[random.permutation(len(joined))]
    if plan.mixing == "alternate":
        turn = _turns(tuple(len(each) for each in events))
        mixed = np.empty_like(joined)
        for k, each in enumerate(events):
            mixed[turn == k] = each
        return mixed
    return joined
