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

The same ``fit`` and ``score`` serve all tasks that the ``capabilities`` name; ``train.problem`` tells which one it is, and a
method that knows several keeps it: ``self.problem_ = train.problem``. The response has the shape of the task:

==============  ==================================  ===========================================
task            ``y``                               ``score(X)``
==============  ==================================  ===========================================
classification  int8 ``(n_events,)``                ``(n_events,)``, larger for signal
multiclass      int8 ``(n_events,)``                ``(n_events, n_classes)``, sums to 1
regression      float64 ``(n_events, n_targets)``   ``(n_events, n_targets)``
==============  ==================================  ===========================================

What is learnt ends in an underscore. Attributes named in ``state`` (arrays, numbers) are saved and loaded without further
code; a method that wraps a library's model overrides :meth:`Method.write` and :meth:`Method.read` instead.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass, field, fields, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import OptionError
from umva.methods.capabilities import Capabilities
from umva.methods.curves import Curves
from umva.methods.options import declared
from umva.methods.problem import BINARY, Problem
from umva.methods.repetition import Repetition
from umva.methods.stored import stored

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.methods.ranking import Ranking

__all__ = ["Capabilities", "Context", "Curves", "Events", "Method"]


@dataclass(frozen=True)
class Events:
    """Events as a method sees them.

    Parameters
    ----------
    X
        Inputs, float32, shape ``(n_events, n_variables)``, after preprocessing. Not to be changed in place.
    y
        Class of each event, int8, shape ``(n_events,)``: a position in ``problem.classes``, so 1 signal, 0 background.
        In a regression the targets, float64, shape ``(n_events, n_targets)``.
    weight
        Weight of each event, float64, shape ``(n_events,)``; may be negative where the method's capabilities allow it.
    problem
        The task, and what classes and columns mean.
    spectators
        What the training may look at but the response may not: float64, shape ``(n_events, n_spectators)``; None if
        there are none.
    """

    X: NDArray[np.float32]
    y: NDArray[Any]
    weight: NDArray[np.float64]
    problem: Problem = BINARY
    spectators: NDArray[np.float64] | None = None

    @property
    def n_events(self) -> int:
        """Number of events."""
        return len(self.y)

    @property
    def counts(self) -> bool:
        """Whether there is anything to measure: events whose weights sum to more than zero."""
        return self.n_events > 0 and bool(self.weight.sum() > 0)

    def select(self, rows: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Self:
        """Return the events of these rows (indices, a mask or a slice) alone."""
        spectators = None if self.spectators is None else self.spectators[rows]
        return replace(self, X=self.X[rows], y=self.y[rows], weight=self.weight[rows], spectators=spectators)


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

    def part(self, index: int, count: int) -> Context:
        """Return the context of training ``index``, from 0, of ``count`` that take equally long.

        Examples
        --------
        >>> Context(progress=print).part(1, 4).progress(0.5)
        0.375
        """
        return replace(self, progress=lambda done: self.progress((index + done) / count))


@dataclass(kw_only=True, eq=False)
class Method(ABC):
    """A method that the factory can book. Fields of subclasses are its options."""

    name: ClassVar[str] = ""
    """The name it is registered under; set by ``register``."""

    capabilities: ClassVar[Capabilities] = Capabilities()

    transform: ClassVar[str] = "I"
    """Input transformation it is booked with if the user names none, where classes are told apart."""

    regression_transform: ClassVar[str] = "I"
    """The same in a regression, where the distances that a transformation distorts often mean something."""

    cost: ClassVar[float] = 1.0
    """Rough time in seconds to train, test and explain 10 000 events of 10 variables; the slowest are started first."""

    requires: ClassVar[Mapping[str, str]] = {}
    """Packages that are not installed with umva: name to the extra that brings it, ``{"lightgbm": "lightgbm"}``."""

    needs: ClassVar[Mapping[str, str]] = {}
    """Options without which it cannot be trained: name to what to give, ``{"model": "write it by model.save(...)"}``."""

    refused: ClassVar[Mapping[str, str]] = {}
    """TMVA's options that it does not honour: name to reason, with what to use instead; see ``resolve``."""

    state: ClassVar[tuple[str, ...]] = ()
    """Learnt attributes (arrays, numbers) that :meth:`write` saves."""

    repetition: ClassVar[Repetition] = Repetition()
    """How nearly an event of weight 2 is the event twice; says nothing unless the capabilities name weights."""

    quick_options: ClassVar[Mapping[str, Any]] = {}
    """Options that make a training on a few hundred events fast, for tests."""

    curves_: Curves | None = field(default=None, init=False, repr=False)
    """How the training went, if it went in steps."""

    notes_: tuple[str, ...] = field(default=(), init=False, repr=False)
    """Sentences about the training for the report."""

    ranking_: Ranking | None = field(default=None, init=False, repr=False)
    """What it says itself of its inputs, if it says anything."""

    problem_: Problem = field(default=BINARY, init=False, repr=False)
    """What it was trained for; kept by a method that knows more than one task."""

    def usual_transform(self, task: str) -> str:
        """Return the input transformation for a task if the user names none."""
        return self.regression_transform if task == "regression" else self.transform

    @property
    def title(self) -> str:
        """What a booking is called if the user gives no name."""
        return self.name

    @classmethod
    def summary(cls) -> str:
        """Return the first line of the documentation, without its marks."""
        return (cls.__doc__ or "").strip().partition("\n")[0].replace("``", "")

    @classmethod
    def missing(cls) -> dict[str, str]:
        """Return those of the packages in ``requires`` that are not installed, with the extras that bring them."""
        return {package: extra for package, extra in cls.requires.items() if find_spec(package) is None}

    @classmethod
    def lacking(cls, given: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the options that it needs and that are not given, or empty."""
        return tuple(each for each in cls.needs if not given.get(each))

    def require_options(self) -> None:
        """Refuse to be booked without an option that it needs.

        Raises
        ------
        OptionError
            If one is lacking; says what to give.
        """
        for each in declared(type(self)):
            if each.name in self.lacking(self.options()):
                label = f"{each.name} ({each.tmva})" if each.tmva else each.name
                msg = f"{self.name} needs the option {label}: {self.needs[each.name]}"
                raise OptionError(msg)

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Refuse options that do not fit the events; called before anything is trained.

        Parameters
        ----------
        columns
            What the columns of ``X`` are called before preprocessing.
        problem
            The task.

        Raises
        ------
        MethodError, OptionError
            Whatever the method has against it; by default that an option is lacking.
        """
        del columns, problem
        self.require_options()

    @abstractmethod
    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Learn from ``train`` and return itself.

        Parameters
        ----------
        train
            Events to learn from, all classes present, inputs finite unless ``missing_values``.
        validation
            Events that may be watched but not learnt from.
        context
            Seed, threads and progress.
        """

    @abstractmethod
    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the response in the shape of the task, float64; the same for an event whatever its company."""

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.float64] | None:
        """Return exact Shapley values, or None if they must be sampled.

        They share out the response, or a monotone function of it such as the log odds, among the variables: shape
        ``(n_events, n_variables)``, with a third axis where the response has a second, also for one target.
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
        record = {"method": self.name, "options": self.options(), "problem": asdict(self.problem_)}
        (folder / "method.json").write_text(json.dumps(record, indent=2), encoding="utf-8")
        self.write(folder)

    def write(self, folder: Path) -> None:
        """Write what was learnt; by default the attributes named in ``state``."""
        arrays: dict[str, Any] = {key: np.asarray(getattr(self, key)) for key in self.state}
        np.savez(folder / "state.npz", **arrays)

    def read(self, folder: Path) -> None:
        """Read back what :meth:`write` wrote; by default the attributes named in ``state``."""
        with stored(folder / "state.npz", f"the state of a {self.name}") as arrays:
            for key in self.state:
                value = arrays[key]
                setattr(self, key, value if value.ndim else value.item())
            self.require_sound()

    def require_sound(self) -> None:  # noqa: B027 - most methods trust any numbers
        """Raise ValueError if what was read does not fit together; called with the attributes of ``state`` set.

        Compiled loops follow what a file says wherever it leads. By default nothing is asked.
        """
