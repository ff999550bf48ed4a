"""Nearest neighbours: shares of the classes, or the mean target, among the training events around an event.

It follows boundaries of any shape and needs no training but remembers the events, so that answers are slow: about 0.5 ms
each among 50 000 events of 10 inputs, less of fewer. Best for few inputs (up to about ten) of comparable importance; each useless
input dilutes the neighbourhood.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import MethodError
from umva.methods.base import Capabilities, Context, Events, Method
from umva.methods.chunks import chunks
from umva.methods.inputs import require_inputs
from umva.methods.local.discriminant import local_shares
from umva.methods.local.kernels import tricube
from umva.methods.local.remembered import extent, require_arrays
from umva.methods.options import option
from umva.methods.registry import register
from umva.methods.repetition import Repetition
from umva.methods.sampling import draw_events

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["KNN", "central_span"]

_MEMORY = 4_000_000  # numbers at once: events x neighbours x inputs


def central_span(X: NDArray[np.float32], fraction: float) -> NDArray[np.float64]:
    """Return the span of the central ``fraction`` of each input, shape ``(n_variables,)``: TMVA's unit of distance.

    TMVA takes whole percents, ``l = int((100 - 100 fraction) / 2)``: the span from the first event past ``l`` percent
    to the first past ``100 - l``. An input without such a span (mostly one value) is measured by its full range, a
    constant one by 1; weights play no part. A fraction of 0 leaves all inputs as they are.

    Examples
    --------
    >>> X = np.arange(1000, dtype=np.float32)[:, None]
    >>> central_span(X, 0.8).tolist(), central_span(X, 0.0).tolist()
    ([800.0], [1.0])
    """
    percent = int(np.float32(100) * np.float32(fraction))
    n_events, n_variables = X.shape
    if percent == 0:
        return np.ones(n_variables)
    low = (100 - percent) // 2
    first, last = -(-n_events * low // 100), min(-(-n_events * (100 - low) // 100), n_events - 1)
    span = np.empty(n_variables)
    for i in range(n_variables):
        ordered = np.sort(X[:, i]).astype(np.float64)
        span[i] = ordered[last] - ordered[first] or ordered[-1] - ordered[0] or 1.0
    return span


@register("KNN", tmva="kKNN")
@dataclass(kw_only=True, eq=False)
class KNN(Method):
    """Nearest neighbours: the weighted share of signal among the training events closest to an event.

    Use it for few inputs (up to about ten) with curved boundaries. Several classes get their shares, targets their
    weighted mean among the neighbours. Weights count in shares and means, not in the number of neighbours: an event of
    weight 2 is one neighbour. Distances are Euclidean after each input is divided by the span of its central events
    (:func:`central_span`). With TMVA's options it gives TMVA's responses, with these exceptions: TMVA's Gaussian kernel and
    its local discriminant compare scaled neighbours with an unscaled event, here both are scaled; weights and kernel
    count in the discriminant too; the kernel also counts without ``use_weight``, and in a regression.
    (TMVA Users Guide, arXiv:physics/0703039, section 8.5.)

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]], np.float32)
    >>> train = Events(X, np.array([0, 0, 1, 1], np.int8), np.array([1.0, 1.0, 1.0, 3.0]))
    >>> KNN(n_neighbours=2).fit(train).score(np.array([[0.4], [1.6], [9.0]], np.float32)).tolist()
    [0.0, 0.5, 1.0]
    """

    capabilities: ClassVar[Capabilities] = Capabilities(tasks=("classification", "multiclass", "regression"))
    transform: ClassVar[str] = "G"
    cost: ClassVar[float] = 3.0
    refused: ClassVar[Mapping[str, str]] = {
        "BalanceDepth=*": "the tree of training events balances itself and no response depends on it",
    }
    repetition: ClassVar[Repetition] = Repetition(
        0.5,
        options={"n_neighbours": 20},
        repeated={"n_neighbours": 40},
        reason="an event is one neighbour, whatever its weight",
    )
    state: ClassVar[tuple[str, ...]] = ("points_", "answer_", "weight_", "span_", "n_neighbours_")

    n_neighbours: int | None = option(
        None,
        tmva="nkNN",
        low=1,
        help="neighbours that are counted; by default half the square root of the training events, 20 at least",
    )
    scale_fraction: float = option(
        0.8, tmva="ScaleFrac", low=0.0, high=1.0, help="central share of events whose span is the unit; 0: no scaling"
    )
    use_weight: bool = option(True, tmva="UseWeight", help="sum the neighbours' event weights, do not just count them")
    use_kernel: bool = option(False, tmva="UseKernel", help="let nearer neighbours count more, by the kernel")
    kernel: str = option(
        "Gaus",
        tmva="Kernel",
        choices=("Gaus", "Poln"),
        help="Gaus: as wide as the neighbours spread; Poln: (1 - d^3)^3, falling to 0 at the farthest",
    )
    sigma_factor: float = option(1.0, tmva="SigmaFact", low=1e-6, help="width of the Gaussian kernel, in that spread")
    use_lda: bool = option(
        False,
        tmva="UseLDA",
        help="tell classes apart by Gaussians of one width around the means of the neighbours' classes",
    )
    trim: bool = option(False, tmva="Trim", help="keep only the first events of each class, as many as the rarest has")
    max_events: int = option(50_000, low=10, help="remember a random sample of so many events if there are more")

    points_: NDArray[np.float32] = field(init=False, repr=False)
    answer_: NDArray[np.float64] = field(init=False, repr=False)
    weight_: NDArray[np.float64] = field(init=False, repr=False)
    span_: NDArray[np.float64] = field(init=False, repr=False)
    n_neighbours_: int = field(init=False, repr=False)
    _tree: Any = field(default=None, init=False, repr=False)
    _n_threads: int = field(default=1, init=False, repr=False)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Remember the events and sort them into a k-d tree; see :meth:`umva.methods.Method.fit`.

        Events whose weight is not positive are not remembered. ``notes_`` says so if only a sample of the others is.

        Raises
        ------
        MethodError
            If there are fewer events than ``n_neighbours``, or classes are to be trimmed or told apart where there are none.
        """
        del validation
        self.problem_ = train.problem
        if self.use_lda and train.problem.task == "regression":
            msg = f"{self.name}: option use_lda (UseLDA) tells classes apart, which a regression has not; leave it out"
            raise MethodError(msg)
        kept = train.weight > 0
        if self.trim:
            kept &= _first_of_each(train, kept, method=self.name)
        rows, self.notes_ = draw_events(train, kept, self.max_events, seed=context.seed)
        n_events = len(rows)
        wanted = max(20, round(np.sqrt(n_events) / 2)) if self.n_neighbours is None else self.n_neighbours
        if n_events < (self.n_neighbours or 1):
            msg = f"{self.name}: {wanted} neighbours (n_neighbours) cannot be found among {n_events} training events"
            raise MethodError(msg)
        self.n_neighbours_ = min(wanted, n_events)
        self.points_, self.answer_ = train.X[rows], _answers(train, rows)
        self.weight_ = train.weight[rows] / train.weight[rows].mean()
        self.span_ = central_span(self.points_, self.scale_fraction)
        self._n_threads = context.n_threads
        self._tree = None
        self._plant()
        context.progress(1.0)
        return self

    def _plant(self) -> Any:
        """Return the tree of scaled training events, made when first needed."""
        if self._tree is None:
            from scipy.spatial import cKDTree

            self._tree = cKDTree(self.points_ / self.span_)
        return self._tree

    def read(self, folder: Path) -> None:
        """Read the events back; arrays that do not fit together are refused."""
        super().read(folder)
        n_events, n_variables = extent(self.points_)
        outputs = self.problem_.outputs
        shapes = {
            "points_": (n_events, n_variables),
            "answer_": (n_events, len(outputs)) if outputs else (n_events,),
            "weight_": (n_events,),
            "span_": (n_variables,),
            "n_neighbours_": (),
        }
        require_arrays(self, folder, shapes, positive=("span_", "n_neighbours_"))

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the share of signal, of each class, or the mean of the targets in the neighbourhood."""
        require_inputs(X, self.points_.shape[1], method=self.name)
        a_neighbour = max(X.shape[1], *self.answer_.shape[1:], 1)
        an_event = a_neighbour * max(self.n_neighbours_, X.shape[1] if self.use_lda else 1)
        at_once = max(1, _MEMORY // an_event)
        response = np.empty((len(X), *self.answer_.shape[1:]))
        for part in chunks(len(X), at_once):
            response[part] = self._mean(X[part] / self.span_)
        return response

    def _mean(self, scaled: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the weighted mean of the neighbours' answers."""
        k = self.n_neighbours_
        # the kernels leave out neighbours at distance 0, usually the event itself; as TMVA they look two further
        searched = min(k + 2, len(self.points_)) if self.use_kernel else k
        distance, index = self._plant().query(scaled, k=np.arange(1, searched + 1), workers=self._n_threads)
        near = index[:, :k]
        weight = self.weight_[near] if self.use_weight else np.ones(near.shape)
        if self.use_kernel:
            others = distance > 0
            others &= np.cumsum(others, axis=1) <= k
            kernel = self._gauss(scaled, index, others) if self.kernel == "Gaus" else _polynomial(distance, others)
            kernel = kernel[:, :k]
            kernel[~np.any(kernel > 0, axis=1)] = 1.0  # all equally far
            weight = weight * kernel
        weight = weight / weight.sum(axis=1, keepdims=True)
        if self.use_lda:
            return self._local_discriminant(scaled, near, weight)
        answer = self.answer_[near]
        mean: NDArray[np.float64] = np.einsum("ij,ij...->i...", weight, answer)
        return np.clip(mean, answer.min(axis=1), answer.max(axis=1))  # rounded, it may be beyond

    def _local_discriminant(
        self, scaled: NDArray[np.float64], near: NDArray[np.intp], weight: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the classes' shares where the event is, by a discriminant of its neighbours."""
        away = self._plant().data[near] - scaled[:, None, :]
        answer = self.answer_[near]
        if answer.ndim == 3:
            return local_shares(away, answer * weight[:, :, None])
        return local_shares(away, np.stack([1 - answer, answer], axis=2) * weight[:, :, None])[:, 1]

    def _gauss(
        self, scaled: NDArray[np.float64], index: NDArray[np.intp], others: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """Return a Gaussian of the distance, as wide in each input as the neighbours' root mean square."""
        squares = (self._plant().data[index] - scaled[:, None, :]) ** 2
        count = np.maximum(others.sum(axis=1), 1)[:, None]
        variance = self.sigma_factor**2 * (squares * others[:, :, None]).sum(axis=1) / count
        exponent = (squares / np.where(variance > 0, variance, np.inf)[:, None, :]).sum(axis=2)
        kernel: NDArray[np.float64] = np.exp(-0.5 * exponent)
        return kernel


def _polynomial(distance: NDArray[np.float64], others: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return ``(1 - d^3)^3``, d being the distance in units of the farthest neighbour's."""
    radius = np.where(others, distance, 0.0).max(axis=1, keepdims=True)
    relative = np.divide(distance, radius, out=np.zeros_like(distance), where=radius > 0)
    return tricube(np.minimum(relative, 1.0))


def _answers(train: Events, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return what an event answers: 1 for signal, its class among several as a row of 0 and 1, or its targets."""
    if train.problem.task == "multiclass":
        answers: NDArray[np.float64] = np.eye(len(train.problem.classes))[train.y[rows]]
        return answers
    return train.y[rows].astype(np.float64)


def _first_of_each(train: Events, kept: NDArray[np.bool_], *, method: str) -> NDArray[np.bool_]:
    """Mark the first events of each class among those kept, as many of each as the rarest class has."""
    if train.problem.task == "regression":
        msg = f"{method}: option trim (Trim) equalises the classes, which a regression has not; leave it out"
        raise MethodError(msg)
    rows = [np.flatnonzero(kept & (train.y == label)) for label in range(len(train.problem.classes))]
    fewest = min(len(each) for each in rows)
    chosen = np.zeros(train.n_events, bool)
    chosen[np.concatenate([each[:fewest] for each in rows])] = True
    return chosen
