"""Any method boosted: trained again and again, each time with more weight on what it got wrong before."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

import numpy as np

from umva.errors import MethodError
from umva.factory.composites.members import Composite
from umva.factory.response_pdfs import ResponsePdfs, ResponseRecipe
from umva.methods import Capabilities, Context, Curves, Events, Method, Repetition, option, register

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.factory.booking import Booking

__all__ = ["Boost"]

_LEAST_ERROR = 1e-10
"""A training without error would count infinitely."""


class Cut(NamedTuple):
    """A cut on a response: the share of the weights that it misclassifies, where it is, and the side of signal, +-1."""

    error: float
    at: float
    side: float

    def step(self, answer: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return 1 for what it takes for signal, -1 for the rest."""
        return self.side * np.where(answer > self.at, 1.0, -1.0)


_RESPONSES: Mapping[str, Callable[[NDArray[np.float64], Cut], NDArray[np.float64]]] = {
    "step": lambda answer, cut: cut.step(answer),
    "linear": lambda answer, _cut: answer,
    "log": lambda answer, cut: np.log(np.maximum(answer - cut.at, 0.0) + np.exp(-1.0)),
    "gauss": lambda answer, cut: np.exp(-0.5 * (answer - cut.at - 1.0) ** 2),
}
"""What a training contributes, from its response and the best cut on it."""


@register("Boost", tmva="kBoost")
@dataclass(kw_only=True, eq=False)
class Boost(Composite):
    """Any method boosted: many trainings of it, each on events that those before got wrong.

    Use it for a simple method that is fast to train, such as Fisher; trees have boosting of their own (``BDT``). After each
    training the cut on its response that misclassifies the least share ``e`` of the event weights is found. The training
    counts ``a = beta * ln((1 - e) / e)``, the weights of misclassified events are multiplied by ``exp(a)``, and all are scaled
    to keep their sum (``AdaBoost``); or, by the probability ``p`` that the response says, all weights by
    ``exp(-a t (2 p - 1))`` with ``t = +-1`` the class and ``a = beta * ln((1 + c) / (1 - c))`` of the mean ``c`` of
    ``t (2 p - 1)`` (``RealAdaBoost``); or each training sees another random sample, and all count alike (``Bagging``). The
    boosting ends before a training that is wrong more often than right. The response is the mean of the trainings' responses
    by what they count, each ``step`` (+1 above its cut, -1 below), ``linear``, ``log`` or ``gauss``. Booked for TMVA by any
    method's option string with ``Boost_Num``. (TMVA Users Guide, arXiv:physics/0703039, section 7.1; Freund and Schapire,
    J. Comput. Syst. Sci. 55 (1997) 119.)

    Event weights are where the boosting starts from; negative ones are not taken.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]], np.float32)
    >>> train = Events(X, np.array([0, 0, 1, 1], np.int8), np.ones(4))
    >>> Boost(of="LD", n_boosts=3).fit(train).score(X).tolist()
    [-1.0, -1.0, 1.0, 1.0]
    """

    of: str = option("Fisher", help="name of a method booked before, or of any other, which has its defaults then")
    n_boosts: int = option(20, tmva="Boost_Num", low=1, help="number of trainings, at most")
    boost: str = option(
        "AdaBoost",
        tmva="Boost_Type",
        choices=("AdaBoost", "RealAdaBoost", "Bagging"),
        help="how a training learns from those before",
    )
    beta: float = option(
        1.0, tmva="Boost_AdaBoostBeta", low=1e-3, high=10.0, help="exponent of AdaBoost, smaller learns slower"
    )
    bagged_fraction: float = option(
        0.6,
        tmva="Boost_BaggedSampleFraction",
        low=1e-3,
        high=10.0,
        help="Bagging: size of the random sample as a share of the training events",
    )
    response: str = option(
        "step",
        tmva="Boost_Transform",
        choices=("step", "linear", "log", "gauss"),
        help="what is made of a training's response before the mean is taken",
    )
    seed: int = option(0, tmva="Boost_RandomSeed", low=0, help="seed of Bagging; 0 takes that of the run")

    capabilities: ClassVar[Capabilities] = Capabilities(missing_values=True, validation=True)
    refused: ClassVar[Mapping[str, str]] = {
        "Boost_MonitorMethod=*": "the error of each training is always recorded",
        "Boost_DetailedMonitoring=False": "book the method without Boost_Num to see it in all detail",
    }
    repetition: ClassVar[Repetition] = Repetition(options={"of": "LD", "n_boosts": 5})
    cost: ClassVar[float] = 10.0
    quick_options: ClassVar[Mapping[str, Any]] = {"of": "LD", "n_boosts": 5}
    state: ClassVar[tuple[str, ...]] = ("weight_", "cut_", "side_")

    weight_: NDArray[np.float64] = field(init=False, repr=False)
    """How much each training counts."""

    cut_: NDArray[np.float64] = field(init=False, repr=False)
    """The best cut on the response of each training."""

    side_: NDArray[np.float64] = field(init=False, repr=False)
    """1 where signal lies above the cut, -1 where below."""

    @classmethod
    def around(cls, booking: Booking, options: Mapping[str, Any]) -> Self:
        """Return a booked method boosted; ``options`` by native name."""
        boosted = cls(of=booking.method.name, **options)
        boosted.recipes_ = (booking,)
        return boosted

    @property
    def title(self) -> str:
        """What a booking is called if the user gives no name."""
        return f"Boosted {self.of}"

    def names(self) -> tuple[str, ...]:
        """Return the one method."""
        return (self.of,)

    def take(self, bookings: Sequence[Booking], task: str = "classification") -> None:
        """Choose the method, unless it came with its booking."""
        if not self.recipes_:
            super().take(bookings, task)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Train the method again and again; see :meth:`umva.methods.Method.fit`.

        Raises
        ------
        MethodError
            If no cut on the first response tells more events right than wrong.
        """
        self.ready(train)
        self.members_ = []
        counted = []
        weight = train.weight
        rng = np.random.default_rng(self.seed or context.seed)
        for k in range(self.n_boosts):
            share = (k / self.n_boosts, (k + 1) / self.n_boosts)
            member = self.train_member(0, self._lesson(train, weight, rng), validation, context, share)
            answer = member.score(train.X)
            cut = best_cut(answer, train.y, weight)
            if cut.error >= 0.5:
                break
            alpha, raised = self._judge(train.y, weight, answer, cut)
            self.members_.append(member)
            counted.append((alpha, *cut))
            if cut.error < _LEAST_ERROR:
                break
            weight = raised * (weight.sum() / raised.sum())
        if not self.members_:
            msg = f"{self.title}: the first training tells no more events right than wrong; there is nothing to boost"
            raise MethodError(msg)
        self.weight_, errors, self.cut_, self.side_ = np.array(counted).T
        self.curves_ = Curves("boost", "misclassified share", {"train": errors})
        self.notes_ = (f"{len(self.members_)} of at most {self.n_boosts} trainings.",)
        return self

    def _lesson(self, train: Events, weight: NDArray[np.float64], rng: np.random.Generator) -> Events:
        """Return the events of the next training."""
        if self.boost != "Bagging":
            return replace(train, weight=weight)
        copies = rng.poisson(self.bagged_fraction, train.n_events)
        return replace(train, weight=weight * copies).select(copies > 0)

    def _judge(
        self, y: NDArray[np.int8], weight: NDArray[np.float64], answer: NDArray[np.float64], cut: Cut
    ) -> tuple[float, NDArray[np.float64]]:
        """Return what a training counts, and the weights after it."""
        if self.boost == "Bagging":
            return 1.0, weight
        truth = 2.0 * y - 1.0
        if self.boost == "RealAdaBoost":
            pdfs = ResponsePdfs.fit(answer, y, weight, ResponseRecipe())
            told = truth * (2.0 * pdfs.probability(answer) - 1.0)
            mean = float(np.clip(np.average(told, weights=weight), _LEAST_ERROR, 1.0 - _LEAST_ERROR))
            alpha = self.beta * float(np.log((1.0 + mean) / (1.0 - mean)))
            return alpha, weight * np.exp(-alpha * told)
        error = max(cut.error, _LEAST_ERROR)
        alpha = self.beta * float(np.log((1.0 - error) / error))
        return alpha, weight * np.exp(alpha * (cut.step(answer) != truth))

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the mean of all trainings, ``(n_events,)``; within -1 and 1 for ``step``."""
        total = np.zeros(len(X))
        for weight, at, side, member in zip(self.weight_, self.cut_, self.side_, self.members_, strict=True):
            total += weight * _RESPONSES[self.response](member.score(X), Cut(np.nan, at, side))
        mean: NDArray[np.float64] = total / self.weight_.sum()
        return mean

    def write(self, folder: Path) -> None:
        """Write the trainings and what they count."""
        super().write(folder)
        Method.write(self, folder)

    def read(self, folder: Path) -> None:
        """Read the trainings and what they count."""
        super().read(folder)
        Method.read(self, folder)

    def require_sound(self) -> None:
        """Raise ValueError unless there is a number of each kind for every training."""
        n = len(self.members_)
        if not n or {np.shape(each) for each in (self.weight_, self.cut_, self.side_)} != {(n,)}:
            msg = f"it does not hold what {n} trainings count"
            raise ValueError(msg)


def best_cut(answer: NDArray[np.float64], y: NDArray[np.int8], weight: NDArray[np.float64]) -> Cut:
    """Return the cut that misclassifies the least.

    Examples
    --------
    >>> best_cut(np.array([3.0, 1.0, 0.0]), np.array([0, 1, 1]), np.ones(3))
    Cut(error=0.0, at=2.0, side=-1.0)
    """
    order = np.argsort(answer, kind="stable")
    ordered, sign = answer[order], (2.0 * y - 1.0)[order] * weight[order]
    total, signal = weight.sum(), weight[y == 1].sum()
    ends = np.flatnonzero(np.diff(ordered, append=np.inf))  # the last of each run of equal answers
    wrong = (total - signal + np.cumsum(sign)[ends]) / total

    def cut(place: np.intp, error: float, side: float) -> Cut:
        last = ends[place]
        return Cut(max(error, 0.0), float(ordered[last : last + 2].mean()), side)

    least, most = np.argmin(wrong), np.argmax(wrong)
    return min(cut(least, float(wrong[least]), 1.0), cut(most, 1.0 - float(wrong[most]), -1.0), key=lambda c: c.error)
