"""What a user asks of a split, and what a split is."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeGuard

import numpy as np

from umva.errors import DataError, SourceError, did_you_mean
from umva.factory.data.declaration import PARTS

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["UNUSED", "Split", "SplitPlan", "counts", "is_number"]

MODES = ("random", "block", "alternate", "expression", "given")
MIXES = ("random", "block", "alternate")
UNUSED = 255
"""Part code of an event that is in no part; the others are positions in ``PARTS``."""

_ROUNDING = 1e-9  # 0.29 * 100 is less than 29 by rounding alone


@dataclass(frozen=True)
class SplitPlan:
    """What was asked for.

    Parameters
    ----------
    mode
        How the events of a class are divided: ``"random"``, ``"block"``, ``"alternate"``; ``"expression"`` and
        ``"given"`` leave it to the user.
    train, validation, test
        A fraction of the class's events (below 1) or a number of events of each class, or a mapping from label to one.
        None: if both ``train`` and ``test`` are None, half the events are for training; otherwise the one that is None
        takes the rest. What nobody takes is not used.
    seed
        Of the random order; from 1 to ``2**32 - 1``.
    mix
        How the classes follow each other inside a part: ``"random"``, ``"alternate"``, ``"block"`` (class after class).
        None: as ``mode``, and at random where the user divides.

    Raises
    ------
    DataError
        For a mode, mix, size or seed that cannot be.

    Examples
    --------
    >>> SplitPlan(train=0.6, validation=0.1).mixing
    'random'
    """

    mode: str = "random"
    train: float | Mapping[str, float] | None = None
    validation: float | Mapping[str, float] = 0
    test: float | Mapping[str, float] | None = None
    seed: int = 100
    mix: str | None = None

    def __post_init__(self) -> None:
        """Refuse what can be seen to be wrong before any event is read."""
        for what, name, known in (("mode", self.mode, MODES), ("mix", self.mix or "random", MIXES)):
            if name not in known:
                msg = f"split: unknown {what} {name!r}: {did_you_mean(name, known)}"
                raise DataError(msg)
        if not (is_number(self.seed) and 1 <= self.seed < 2**32 and self.seed == int(self.seed)):
            reason = " (0 would depend on the time, as in TMVA, and not be reproducible)" if self.seed == 0 else ""
            msg = f"split: seed is {self.seed!r}, expected a whole number from 1 to {2**32 - 1}{reason}"
            raise DataError(msg)
        sizes = {"train": self.train, "validation": self.validation, "test": self.test}
        for part, size in sizes.items():
            for each in size.values() if isinstance(size, Mapping) else (size,):
                _check_size(part, each)
        fractions = [size for size in sizes.values() if isinstance(size, float) and size < 1]
        if sum(fractions) > 1 + _ROUNDING:
            msg = f"split: the fractions {', '.join(f'{each:g}' for each in fractions)} sum to more than 1"
            raise DataError(msg)

    @property
    def mixing(self) -> str:
        """How the classes are mixed: ``"random"``, ``"alternate"`` or ``"block"``."""
        return self.mix or (self.mode if self.mode in MIXES else "random")


def is_number(value: object) -> TypeGuard[float]:
    """Return whether a value is a number; truth values are none."""
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def _check_size(part: str, size: object) -> None:
    """Raise DataError unless ``size`` is None, a fraction below 1 or a number of events."""
    if size is None or (is_number(size) and (0 <= size < 1 or (size >= 1 and size == int(size)))):
        return
    msg = f"split: {part} is {size!r}, expected a fraction below 1 or a number of events"
    raise DataError(msg)


def counts(plan: SplitPlan, label: str, n_events: int, classes: tuple[str, ...]) -> tuple[int, int, int]:
    """Return the numbers of training, validation and test events of a class.

    Parameters
    ----------
    plan
        What was asked for.
    label
        The class.
    n_events
        So many events it has.
    classes
        All labels: another one in the plan is an error.

    Raises
    ------
    DataError
        More events are asked for than there are, or the plan names an unknown class.

    Examples
    --------
    >>> counts(SplitPlan(train={"signal": 3}, validation=0.25), "signal", 8, ("signal", "background"))
    (3, 2, 3)
    """
    train = _count(plan.train, label, n_events, classes)
    validation = _count(plan.validation, label, n_events, classes) or 0
    test = _count(plan.test, label, n_events, classes)
    if train is None:
        train = n_events // 2 if test is None else max(n_events - validation - test, 0)
    if test is None:
        test = max(n_events - train - validation, 0)
    if train + validation + test > n_events:
        msg = (
            f"class {label!r}: the split asks for {train + validation + test} events ({train} training, {validation} "
            f"validation, {test} test), found {n_events}"
        )
        raise DataError(msg)
    return train, validation, test


def _count(size: float | Mapping[str, float] | None, label: str, n_events: int, classes: tuple[str, ...]) -> int | None:
    """Return a number of events, or None if it is left open."""
    if isinstance(size, Mapping):
        for each in size:
            if each not in classes:
                msg = f"split: no class {each!r}: {did_you_mean(each, classes)}"
                raise DataError(msg)
        size = size.get(label)
    if size is None:
        return None
    return int(size * n_events + _ROUNDING) if size < 1 else int(size)


@dataclass(frozen=True, eq=False)
class Split:
    """Which event goes where.

    Parameters
    ----------
    train, validation, test
        Numbers of the events in the order in which the methods see them, int64; no event is in two parts.
    n_events
        Number of all events, used or not.
    """

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]
    n_events: int

    @property
    def sha256(self) -> str:
        """Fingerprint, the same on every platform: the part of each event in file order, then the training order."""
        digest = hashlib.sha256(self.codes().tobytes())
        digest.update(self.train.astype("<i8").tobytes())
        return digest.hexdigest()

    def codes(self, n_events: int | None = None) -> NDArray[np.uint8]:
        """Return the part of each event in file order: 0 training, 1 validation, 2 test, 255 unused.

        Parameters
        ----------
        n_events
            Checked against the number of events of this split, if given.

        Raises
        ------
        DataError
            The split is one of another number of events.
        """
        if n_events not in (None, self.n_events):
            msg = f"the split is one of {self.n_events} events, found {n_events}"
            raise DataError(msg)
        codes = np.full(self.n_events, UNUSED, dtype=np.uint8)
        for part, events in enumerate((self.train, self.validation, self.test)):
            codes[events] = part
        return codes

    def save(self, path: Path) -> None:
        """Write the split to a ``.npz`` file."""
        np.savez_compressed(
            path, train=self.train, validation=self.validation, test=self.test, n_events=np.int64(self.n_events)
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the split in a file that :meth:`save` wrote.

        Raises
        ------
        SourceError
            The file cannot be read or is none of ours.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                train, validation, test = (file[name].astype(np.int64) for name in PARTS)
                n_events = int(file["n_events"])
        except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
            reason = getattr(error, "strerror", None) or error
            msg = f"{path}: does not hold a split ({reason})"
            raise SourceError(msg) from error
        joined = np.concatenate([train, validation, test])
        if joined.ndim != 1 or len(np.unique(joined)) != len(joined) or not _within(joined, n_events):
            msg = f"{path}: does not hold a split (an event is in two parts, or beyond the {n_events} events)"
            raise SourceError(msg)
        return cls(train, validation, test, n_events)


def _within(events: NDArray[np.int64], n_events: int) -> bool:
    """Say whether all event numbers are from 0 to ``n_events - 1``."""
    return not len(events) or (events.min() >= 0 and events.max() < n_events)
