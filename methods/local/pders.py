"""PDERS: densities estimated by searching the range around an event for training events.

It follows boundaries of any shape and needs no training, but remembers every event. Of the local methods ``KNN`` asks for a
number of neighbours, ``PDERS`` for a volume, or for the sum of weights in it, and can weigh by distance with many kernels;
``PDEFoam`` divides the space into cells once and answers fastest. All of them want few inputs.
(Carli and Koblitz, Nucl. Instrum. Meth. A 501 (2003) 576, arXiv:hep-ex/0211019; TMVA Users Guide, arXiv:physics/0703039,
section 8.3.)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from umva.errors import MethodError
from umva.methods.base import Capabilities, Context, Events, Method
from umva.methods.inputs import require_inputs
from umva.methods.local.boxes import Boxes, in_threads
from umva.methods.local.kernels import KERNELS
from umva.methods.local.remembered import extent, require_arrays
from umva.methods.options import option
from umva.methods.registry import register
from umva.methods.repetition import Repetition

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.methods.problem import Problem

__all__ = ["PDERS"]


@register("PDERS", tmva="kPDERS")
@dataclass(kw_only=True, eq=False)
class PDERS(Method):
    """Densities of the classes, or the mean target, among the training events in a box around an event.

    Use it for few inputs (up to about six) with curved boundaries, if some thousand events are there to fill the boxes. It is
    slow: an answer from 100 000 events takes about 2 ms for 4 inputs, and for 10 inputs 3 ms, 5 ms with a kernel and 20 ms in
    ``kNN`` (two threads). The response to two classes is ``s / (s + b)``, of several the shares: the kernel's weighted sums
    over the box, each divided by the weight of its class. Targets get the kernel's weighted mean. Weights count as densities do, and in
    adaptive boxes as events: in units of the mean weight of signal (of the first of several classes; of all events in a regression), which
    the factory's usual normalisation makes 1.

    With TMVA's options it gives TMVA's responses, but for what follows. TMVA forgets the kernel when it reads a trained
    method back, as it does before its own test, so that its results are those of ``Box``; here the kernel counts. All targets
    are estimated, not the first alone. Where no event counts, classes are equally likely as in TMVA, but a target is the
    mean of all, not 0; it stays in the range of the targets though kernels be negative (``Sinc``, ``Lanczos``). Densities
    however small are compared. ``Sphere`` is the ellipsoid that touches the sides of the box, while TMVA's contains the box,
    so that it equals ``Box``. ``Trim`` falls to 0 at the last of the neighbours in ``kNN`` and at the corners of the box
    otherwise; TMVA mixes units. ``kNN`` finds the nearest events also beyond the sides of the box that it found, or if it found
    none that holds the right number.
    Where the sample has not ``events_min`` events TMVA searches for ever; here both limits shrink.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]], np.float32)
    >>> train = Events(X, np.array([0, 0, 1, 1], np.int8), np.array([1.0, 1.0, 1.0, 3.0]))
    >>> method = PDERS(volume="Unscaled", edge=2.1).fit(train)
    >>> method.score(np.array([[0.5], [1.0], [1.5], [9.0]], np.float32)).round(3).tolist()
    [0.0, 0.2, 0.333, 0.5]
    """

    capabilities: ClassVar[Capabilities] = Capabilities(tasks=("classification", "multiclass", "regression"))
    transform: ClassVar[str] = "D"
    cost: ClassVar[float] = 20.0
    refused: ClassVar[Mapping[str, str]] = {
        "NormTree=*": "the tree of training events is always balanced and no response depends on it",
    }
    repetition: ClassVar[Repetition] = Repetition(options={"volume": "RMS", "edge": 1.5})
    state: ClassVar[tuple[str, ...]] = ("points_", "columns_", "half_", "totals_", "limits_")

    volume: str = option(
        "Adaptive",
        tmva="VolumeRangeMode",
        choices=("Unscaled", "MinMax", "RMS", "Adaptive", "kNN"),
        help="unit of the box's edges; Adaptive: RMS, scaled to hold events_min to events_max; kNN: the events_min nearest",
    )
    kernel: str = option("Box", tmva="KernelEstimator", choices=tuple(KERNELS), help="how events count by distance")
    edge: float = option(
        3.0, tmva="DeltaFrac", low=1e-9, help="edge of the box before it adapts, in units of the volume"
    )
    events_min: float = option(100.0, tmva="NEventsMin", low=1e-6, help="adaptive boxes hold so much weight at least")
    events_max: float = option(200.0, tmva="NEventsMax", low=1e-6, help="adaptive boxes hold so much weight at most")
    max_sizes: float = option(150.0, tmva="MaxVIterations", low=0.0, help="sizes tried for an adaptive box")
    first_scale: float = option(
        0.99, tmva="InitialScale", low=1e-6, help="second size tried for an adaptive box, in units of the first"
    )
    gauss_sigma: float = option(
        0.1, tmva="GaussSigma", low=1e-6, help="width of the Gauss kernel, in half edges of the box"
    )

    points_: NDArray[np.float32] = field(init=False, repr=False)
    columns_: NDArray[np.float64] = field(init=False, repr=False)
    half_: NDArray[np.float64] = field(init=False, repr=False)
    totals_: NDArray[np.float64] = field(init=False, repr=False)
    limits_: NDArray[np.float64] = field(init=False, repr=False)
    _boxes: Boxes | None = field(default=None, init=False, repr=False)
    _n_threads: int = field(default=1, init=False, repr=False)

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Refuse limits in the wrong order; see :meth:`umva.methods.Method.bind`."""
        del columns, problem
        if self.events_min > self.events_max:
            msg = (
                f"{self.name}: option events_min (NEventsMin) must be at most events_max (NEventsMax), "
                f"got {self.events_min:g} and {self.events_max:g}"
            )
            raise MethodError(msg)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Remember the events and measure the box; see :meth:`umva.methods.Method.fit`.

        Events whose weight is not positive are not remembered. ``notes_`` says so if boxes cannot hold what they should.

        Raises
        ------
        MethodError
            If no weight of a class is positive.
        """
        del validation
        self.problem_ = train.problem
        train = train.select(train.weight > 0)
        groups = _classes(train, method=self.name)
        weight = train.weight / train.weight[groups[-1 if train.problem.task == "classification" else 0]].mean()
        self.points_ = train.X
        self.columns_ = _columns(train, weight)
        self.totals_ = self.columns_.sum(axis=0)
        self.half_ = 0.5 * self.edge * self._unit(train.X, weight, groups)
        self.limits_, self.notes_ = self._limits(len(weight) if self.volume == "kNN" else float(weight.sum()))
        self._boxes, self._n_threads = None, context.n_threads
        self._arranged()
        context.progress(1.0)
        return self

    def _unit(
        self, X: NDArray[np.float32], weight: NDArray[np.float64], groups: list[NDArray[np.bool_]]
    ) -> NDArray[np.float64]:
        """Return the unit of an edge, shape ``(n_variables,)``; an input that never changes has 1."""
        unit: NDArray[np.float64] = np.ones(X.shape[1])
        if self.volume == "MinMax":
            unit = np.ptp(X.astype(np.float64), axis=0)
        elif self.volume != "Unscaled":
            unit = np.mean([_spread(X[rows], weight[rows]) for rows in groups], axis=0)
        unit[unit == 0] = 1.0
        return unit

    def _limits(self, content: float) -> tuple[NDArray[np.float64], tuple[str, ...]]:
        """Return what a box should hold, and a sentence if that is not what the options say."""
        limits = np.array([self.events_min, self.events_max])
        if self.volume not in ("Adaptive", "kNN") or self.events_min < content:
            return limits, ()
        limits *= 0.5 * content / self.events_max
        note = f"Boxes hold {limits[0]:.3g} to {limits[1]:.3g} events, for there are only {content:.3g} to learn from."
        return limits, (note,)

    def _arranged(self) -> Boxes:
        """Return the training events in a tree, made when first needed; its first value is what a box should hold."""
        if self._boxes is None:
            n_classes = len(self.problem_.classes)
            weight = self.columns_.sum(axis=1) if n_classes else self.columns_[:, -1]
            content = np.ones(len(weight)) if self.volume == "kNN" else weight
            self._boxes = Boxes(self.points_, np.column_stack([content, self.columns_]))
        return self._boxes

    def read(self, folder: Path) -> None:
        """Read the events and the box back; arrays that do not fit together are refused."""
        super().read(folder)
        n_columns = len(self.problem_.outputs) + 1 if self.problem_.task == "regression" else len(self.problem_.classes)
        n_events, n_variables = extent(self.points_)
        shapes = {
            "points_": (n_events, n_variables),
            "columns_": (n_events, n_columns),
            "half_": (n_variables,),
            "totals_": (n_columns,),
            "limits_": (2,),
        }
        require_arrays(self, folder, shapes, positive=("half_", "limits_"))

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the share of signal's density, those of all classes, or the mean of the targets, in the box."""
        require_inputs(X, self.points_.shape[1], method=self.name)
        sums = self._sums(np.ascontiguousarray(X, np.float32))
        if self.problem_.task == "regression":
            mean = _ratio(sums[:, :-1], sums[:, -1:], self.totals_[:-1] / self.totals_[-1])
            targets = self.columns_[:, :-1] / self.columns_[:, -1:]
            return np.clip(mean, targets.min(axis=0), targets.max(axis=0))
        density = np.maximum(sums, 0.0) / self.totals_
        shares = _ratio(density, density.sum(axis=1, keepdims=True), 1 / len(self.totals_))
        return shares[:, 1] if self.problem_.task == "classification" else shares

    def _sums(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the kernel's sums of the columns over the box around each event."""
        from umva.methods.local.volumes import MODES, Search, kernel_sums

        tree, kernel = self._arranged().tree, KERNELS[self.kernel]
        if self.kernel == "Gauss":
            kernel = kernel._replace(shape=self.gauss_sigma)
        least, most = map(float, self.limits_)
        search = Search(MODES.get(self.volume, 0), self.half_, least, most, int(self.max_sizes), self.first_scale)
        sums = np.empty((len(X), self.columns_.shape[1]))
        in_threads(lambda part: kernel_sums(tree, X[part], search, kernel, sums[part]), len(X), self._n_threads)
        return sums


def _classes(train: Events, *, method: str) -> list[NDArray[np.bool_]]:
    """Return masks of the classes, in a regression of all events."""
    if train.problem.task == "regression":
        return [np.ones(train.n_events, bool)]
    groups = [train.y == label for label in range(len(train.problem.classes))]
    for name, rows in zip(train.problem.classes, groups, strict=True):
        if not rows.any():
            msg = f"{method}: class {name!r} has no training event of positive weight"
            raise MethodError(msg)
    return groups


def _columns(train: Events, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what is summed: the weight in the column of its class, or the targets times weight, and the weight."""
    if train.problem.task == "regression":
        return np.column_stack([train.y * weight[:, None], weight])
    columns: NDArray[np.float64] = np.eye(len(train.problem.classes))[train.y] * weight[:, None]
    return columns


def _spread(X: NDArray[np.float32], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted root mean square deviation of each input."""
    mean = np.average(X, axis=0, weights=weight)
    spread: NDArray[np.float64] = np.sqrt(np.average((X - mean) ** 2, axis=0, weights=weight))
    return spread


def _ratio(
    part: NDArray[np.float64], whole: NDArray[np.float64], otherwise: float | NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return ``part / whole``, and ``otherwise`` where the whole is not positive."""
    filled = whole > 0
    ratio: NDArray[np.float64] = np.where(filled, part / np.where(filled, whole, 1.0), otherwise)
    return ratio
