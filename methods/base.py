"""What a method is: typed options, :meth:`Method.fit`, :meth:`Method.score`, a folder to live in.

A method gets plain arrays with weights and gives plain arrays back; it knows neither files nor reports. A new one is a
dataclass whose fields are its options::

    @register("Centre", tmva="kCentre")
    @dataclass(kw_only=True, eq=False)
    class Centre(Method):
        '''Distance to the class means; one line that ``umva methods`` prints.'''

        power: float = option(2.0, tmva="Power", low=0.0, help="exponent of the distance")

        state: ClassVar[tuple[str, ...]] = ("means_",)

        def fit(self, train, validation=None, *, context=Context()): ...
        def score(self, X): ...

What is learnt ends in an underscore. Attributes named in ``state`` (arrays, numbers) are saved and loaded without further
code; a method that wraps a library's model overrides :meth:`Method.write` and :meth:`Method.read` instead.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, Self
from zipfile import BadZipFile

import numpy as np

from umva.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["Capabilities", "Context", "Curves", "Events", "Method"]


@dataclass(frozen=True)
class Events:
    """Events as a method sees them.

    Parameters
    ----------
    X
        Inputs, float32, shape ``(n_events, n_variables)``, after preprocessing. Not to be changed in place.
    y
        Class of each event, int8, shape ``(n_events,)``: 1 signal, 0 background.
    weight
        Weight of each event, float64, shape ``(n_events,)``; may be negative where the method's capabilities allow it.
    """

    X: NDArray[np.float32]
    y: NDArray[np.int8]
    weight: NDArray[np.float64]

    @property
    def n_events(self) -> int:
        """Number of events."""
        return len(self.y)


def _silent(_fraction: float) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Context:
    """What a training may use.

    Parameters
    ----------
    seed
        The only source of randomness.
    n_threads
        So many threads may run at once.
    progress
        Called with the fraction done, 0 to 1, as often as convenient.
    """

    seed: int = 1
    n_threads: int = 1
    progress: Callable[[float], None] = _silent


@dataclass(frozen=True)
class Capabilities:
    """What a method can do; checked at booking, before anything is trained.

    Parameters
    ----------
    weights
        ``fit`` honours event weights.
    negative_weights
        ``fit`` takes negative weights as they are; otherwise events that carry one are left out of the training.
    missing_values
        Takes NaN among the inputs.
    validation
        Uses the validation part, for instance to stop early.
    """

    weights: bool = True
    negative_weights: bool = False
    missing_values: bool = False
    validation: bool = False


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


@dataclass(kw_only=True, eq=False)
class Method(ABC):
    """A classifier that the factory can book. Fields of subclasses are its options."""

    name: ClassVar[str] = ""
    """The name it is registered under; set by ``register``."""

    capabilities: ClassVar[Capabilities] = Capabilities()

    transform: ClassVar[str] = "I"
    """Input transformation it is booked with if the user names none."""

    cost: ClassVar[float] = 1.0
    """Rough time in seconds to train, test and explain 10 000 events of 10 variables; the slowest are started first."""

    refused: ClassVar[Mapping[str, str]] = {}
    """TMVA's options that it does not honour: name to reason, with what to use instead; see ``resolve``."""

    state: ClassVar[tuple[str, ...]] = ()
    """Learnt attributes (arrays, numbers) that :meth:`write` saves."""

    quick_options: ClassVar[Mapping[str, Any]] = {}
    """Options that make a training on a few hundred events fast, for tests."""

    curves_: Curves | None = field(default=None, init=False, repr=False)
    """How the training went, if it went in steps."""

    notes_: tuple[str, ...] = field(default=(), init=False, repr=False)
    """Sentences about the training for the report."""

    @property
    def title(self) -> str:
        """What a booking is called if the user gives no name."""
        return self.name

    @classmethod
    def summary(cls) -> str:
        """Return the first line of the documentation, without its marks."""
        return (cls.__doc__ or "").strip().partition("\n")[0].replace("``", "")

    @abstractmethod
    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Learn from ``train`` and return itself.

        Parameters
        ----------
        train
            Events to learn from, both classes present, inputs finite unless ``missing_values``.
        validation
            Events that may be watched but not learnt from.
        context
            Seed, threads and progress.
        """

    @abstractmethod
    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the response, larger for signal, shape ``(n_events,)``; the same for an event whatever its company."""

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.float64] | None:
        """Return exact Shapley values ``(n_events, n_variables)``, or None if they must be sampled.

        They share out the response, or a monotone function of it such as the log odds, among the variables.
        """
        del X, background
        return None

    def identity(self) -> Any:
        """Return what distinguishes this method from another of its class, for JSON; a rerun with the same is not trained."""
        return self.options()

    def options(self) -> dict[str, Any]:
        """Return the options with their values."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.init}

    def save(self, folder: Path) -> None:
        """Write the trained method into ``folder``, without pickle."""
        folder.mkdir(parents=True, exist_ok=True)
        record = {"method": self.name, "options": self.options()}
        (folder / "method.json").write_text(json.dumps(record, indent=2), encoding="utf-8")
        self.write(folder)

    def write(self, folder: Path) -> None:
        """Write what was learnt; by default the attributes named in ``state``."""
        arrays: dict[str, Any] = {key: np.asarray(getattr(self, key)) for key in self.state}
        np.savez(folder / "state.npz", **arrays)

    def read(self, folder: Path) -> None:
        """Read back what :meth:`write` wrote; by default the attributes named in ``state``."""
        path = folder / "state.npz"
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                for key in self.state:
                    value = stored[key]
                    if value.dtype.kind not in "biuf":
                        msg = f"{key} holds no numbers"
                        raise ValueError(msg)  # noqa: TRY301
                    setattr(self, key, value if value.ndim else value.item())
        except (OSError, EOFError, KeyError, ValueError, BadZipFile) as error:
            msg = f"{path}: cannot be read as the state of a {self.name} ({error})"
            raise RunError(msg) from error
