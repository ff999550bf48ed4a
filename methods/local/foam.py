"""PDE-Foam: the density, the signal's share or a target in cells of few sizes where little happens, many where much does.

A foam fills the range of the inputs with boxes. It starts as one; the cell in which the quantity, sampled at random points,
fluctuates most is divided in two where that fluctuation falls most, again and again, and in the end each cell is given the
answer of the training events inside. It is found fast, and answers fast whatever the number of events. Best for few inputs (up to
about five) with structures that single trees miss; in many dimensions most of the space is empty.
(Dannheim, Voigt, Grahn, Speckmayer and Carli, NIM A 606 (2009) 717, arXiv:0812.0922; Jadach, physics/0203033.)

TMVA's options mean what they mean there. These weak spots are not copied:

* the density is sampled at points that cover each dimension evenly, not at independent ones, and divisions fluctuate less;
* targets are measured from the least: cells are not spent where a target is far from its origin;
* where hardly any box holds an event, as in many dimensions, and TMVA's foam stays one cell, cells are divided
  by the events in them: for means as with ``DTLogic``, for densities where those of the halves differ most, in a foam that
  leaves out 1 % of the events on each side at least;
* an empty cell answers as the cell that it was cut from, not 0.5 or the mean of whatever is beside it;
* ``Nmin`` counts the events in the cell, in units of the mean size of their weights, not those in boxes that reach beyond it;
* with ``DTLogic`` the gain of a cell counts by its weight, so that large cells are divided before small pure ones;
* a regression of several targets needs no ``MultiTargetRegression``: each gets a foam. With it, the mean target weights a cell by
  the probability of the target being there, not by the density, which forgets how far the cell reaches.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, Self
from zipfile import BadZipFile

import numpy as np

from umva.errors import MethodError, OptionError, RunError
from umva.methods.base import Capabilities, Context, Events, Method
from umva.methods.chunks import chunks
from umva.methods.inputs import require_inputs
from umva.methods.links import probability
from umva.methods.local.foam_answers import KERNELS, answer, answer_targets
from umva.methods.local.foam_cells import Foam
from umva.methods.local.foam_training import Builder, limits
from umva.methods.options import option
from umva.methods.ranking import Ranking
from umva.methods.registry import register
from umva.methods.repetition import Repetition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.methods.problem import Problem

__all__ = ["PDEFoam"]

_ARRAYS = tuple(each.name for each in fields(Foam))


@register("PDEFoam", tmva="kPDEFoam")
@dataclass(kw_only=True, eq=False)
class PDEFoam(Method):
    """Foam of cells that are small where signal and background, or the targets, change fast.

    Use it for few inputs (up to about five) with curved boundaries, when answers must be fast. The response to two classes is
    the share of signal in the event's cell; with ``separate`` that of the signal's density, from two foams. Several classes get
    a foam each, against all others, and the softmax of its shares (between 0.17 and 0.48 for four classes), as in TMVA. A target
    is the mean in the cell. Weights count in densities, shares and means, and in the number of events in a cell. Negative weights
    are taken as they are: they cancel others in a cell or a box, where a sum below 0 counts as nothing and shares and
    means stay within the range of the events'; for the number of events their size counts.

    Examples
    --------
    >>> X = np.linspace(0.0, 1.0, 400, dtype=np.float32)[:, None]
    >>> train = Events(X, (np.abs(X[:, 0] - 0.5) < 0.1).astype(np.int8), np.ones(400))
    >>> foam = PDEFoam(min_events=20).fit(train)
    >>> foam.score(np.array([[0.1], [0.5], [0.9]], np.float32)).tolist()
    [0.0, 1.0, 0.0]
    """

    capabilities: ClassVar[Capabilities] = Capabilities(
        tasks=("classification", "multiclass", "regression"), negative_weights=True
    )
    cost: ClassVar[float] = 2.0
    refused: ClassVar[Mapping[str, str]] = {
        "Compress=*": "it is about the file alone, and no response depends on it",
        "FillFoamWithOrigWeights=False": "a boosted foam knows the boosted weights alone; leave it out",
        "CutNmin=True": "set Nmin=0 to divide cells however few events they hold",
        "CutRMSmin=False": "TMVA has dropped it; limit the foam with nActiveCells, Nmin or MaxDepth",
        "RMSmin=0": "TMVA has dropped it; limit the foam with nActiveCells, Nmin or MaxDepth",
    }
    repetition: ClassVar[Repetition] = Repetition(options={"min_events": 50}, repeated={"min_events": 100})
    quick_options: ClassVar[Mapping[str, Any]] = {"n_samples": 500, "min_events": 20}

    separate: bool = option(
        False, tmva="SigBgSeparate", help="estimate the densities of signal and background, each in a foam of its own"
    )
    tail_cut: float = option(
        0.001, tmva="TailCut", low=0.0, high=0.49, help="share of the events beyond the foam on each side"
    )
    volume_edge: float = option(
        1 / 15, tmva="VolFrac", low=1e-6, high=1.0, help="edge of the box in which the density is sampled, in foams"
    )
    n_cells: int = option(500, tmva="nActiveCells", low=1, high=100_000, help="cells in the end, at most")
    n_samples: int = option(2000, tmva="nSampl", low=1, help="points at which the density in a cell is sampled")
    n_bins: int = option(5, tmva="nBin", low=2, high=1000, help="slices of a cell between which it may be divided")
    multi_target: bool = option(
        False, tmva="MultiTargetRegression", help="regression: one foam of variables and targets, not one a target"
    )
    min_events: int = option(100, tmva="Nmin", low=0, help="a cell with no more events than this is not divided")
    max_depth: int = option(
        0, tmva="MaxDepth", low=0, help="cells between the whole foam and the smallest, both counted; 0: no limit"
    )
    yes_no: bool = option(False, tmva="UseYesNoCell", help="answer 1 where the share of signal is 0.5 or more, else -1")
    separation: str | None = option(
        None,
        tmva="DTLogic",
        choices=("GiniIndex", "MisClassificationError", "CrossEntropy", "GiniIndexWithLaplace", "SdivSqrtSplusB"),
        help="divide cells as a decision tree does, by this; None: by the sampled density",
    )
    kernel: str | None = option(
        None, tmva="Kernel", choices=KERNELS, help="smooth by the distance of all cells, or between neighbours"
    )
    target_selection: str = option(
        "Mean", tmva="TargetSelection", choices=("Mean", "Mpv"), help="mean or most probable value, with multi_target"
    )

    foams_: tuple[Foam, ...] = field(default=(), init=False, repr=False)

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Refuse options of another task, and those that exclude each other."""
        del columns
        task = problem.task
        for name, tmva, needed in (
            ("separate", "SigBgSeparate", ("classification",)),
            ("yes_no", "UseYesNoCell", ("classification",)),
            ("separation", "DTLogic", ("classification", "multiclass")),
            ("multi_target", "MultiTargetRegression", ("regression",)),
        ):
            if getattr(self, name) and task not in needed:
                msg = f"{self.name}: option {name} ({tmva}) is for a {' or '.join(needed)}, this is a {task}"
                raise OptionError(msg)
        if self.separate and self.separation:
            self._exclude("separation (DTLogic)", "separate (SigBgSeparate)", "a tree needs both classes in one foam")
        if self.multi_target and self.kernel == "LinNeighbors":
            self._exclude("kernel (Kernel) LinNeighbors", "multi_target", "a cell has many neighbours there; use Gauss")

    def _exclude(self, one: str, other: str, reason: str) -> None:
        msg = f"{self.name}: option {one} does not go with {other}: {reason}"
        raise OptionError(msg)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Divide the range of the inputs into cells; see :meth:`umva.methods.Method.fit`.

        Raises
        ------
        MethodError
            If no event has a weight.
        """
        del validation
        self.problem_ = train.problem
        train = train.select(train.weight != 0)
        if not train.n_events:
            msg = f"{self.name}: no training event has a weight other than 0"
            raise MethodError(msg)
        rng = np.random.default_rng(context.seed)
        build = self._builder(train, rng)
        answers = _answers(train)
        if self.multi_target:
            self.foams_ = (build.targets(answers.shape[1], rng),)
        elif self.separate:
            self.foams_ = tuple(build.density(rng, train.y == label) for label in (1, 0))
        else:
            foams = []
            for index, each in enumerate(answers.T):
                foams.append(build.mean(each, rng))
                context.progress((index + 1) / answers.shape[1])
            self.foams_ = tuple(foams)
        self.ranking_ = Ranking("Variable Importance", _importance(self.foams_, train.X.shape[1]))
        context.progress(1.0)
        return self

    def _builder(self, train: Events, rng: np.random.Generator) -> Builder:
        """Return what makes foams of the events, all in one box; say so in ``notes_`` if it does not sample them."""
        points = train.X.astype(np.float64)
        if self.multi_target:
            points = np.hstack([points, train.y])
        weight = train.weight / np.abs(train.weight).mean()
        low, high = limits(points, np.abs(weight), self.tail_cut)
        build = Builder(
            points,
            weight,
            low,
            high,
            n_cells=self.n_cells,
            n_bins=self.n_bins,
            n_samples=self.n_samples,
            edge=self.volume_edge,
            min_events=self.min_events,
            max_depth=self.max_depth,
            criterion=self.separation,
        )
        self.notes_ = ()
        if self.separation is not None:
            return build
        means = not (self.separate or self.multi_target)
        seeing = build.seeing(rng, means=means)
        if seeing is not build:
            done = "part the events best, as in a decision tree" if means else "change the density of events most"
            blind = f"Hardly any box of {self.volume_edge:.3g} of the foam's edge holds an event"
            self.notes_ = (f"{blind}; cells were divided where they {done}.",)
        return seeing

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the share of signal, the softmax of the classes' shares, or the targets; see the class."""
        require_inputs(X, len(self.foams_[0].low) - self._n_inner_targets(), method=self.name)
        flat = self.problem_.task == "classification"
        response = np.empty(len(X) if flat else (len(X), len(self.problem_.outputs)))
        for part in chunks(len(X)):
            response[part] = self._respond(X[part])
        return response

    def _respond(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        width = 0.5 * self.volume_edge
        if self.multi_target:
            likely = self.target_selection == "Mpv"
            return answer_targets(self.foams_[0], X, most_probable=likely, kernel=self.kernel, width=width)
        found = np.column_stack([answer(foam, X, self.kernel, width) for foam in self.foams_])
        if self.problem_.task == "multiclass":
            return probability(found)
        if self.problem_.task == "regression":
            return found
        total = found.sum(axis=1)
        share = (
            np.divide(found[:, 0], total, out=np.full(len(X), 0.5), where=total > 0) if self.separate else found[:, 0]
        )
        return np.where(share < 0.5, -1.0, 1.0) if self.yes_no else share

    def _n_inner_targets(self) -> int:
        """Return how many of a foam's dimensions are targets."""
        return len(self.problem_.targets) if self.multi_target else 0

    def write(self, folder: Path) -> None:
        """Write the cells of all foams."""
        arrays = {f"{name}_{i}": getattr(foam, name) for i, foam in enumerate(self.foams_) for name in _ARRAYS}
        np.savez(folder / "state.npz", **arrays)

    def read(self, folder: Path) -> None:
        """Read the cells of all foams; those that would lead out of their arrays are refused."""
        path = folder / "state.npz"
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                foams = [Foam.of(**{name: stored[f"{name}_{i}"] for name in _ARRAYS}) for i in range(self._n_foams())]
            shapes = {(foam.elements.shape[1] - 1, len(foam.low)) for foam in foams}
            n_targets = self._n_inner_targets()
            if len(shapes) != 1 or shapes != {(n_targets, max(len(foams[0].low), n_targets + 1))}:
                msg = "its foams are not of one kind"
                raise ValueError(msg)  # noqa: TRY301
        except (OSError, EOFError, LookupError, TypeError, ValueError, BadZipFile) as error:
            msg = f"{path}: cannot be read as the state of a {self.name} ({error})"
            raise RunError(msg) from error
        self.foams_ = tuple(foams)

    def _n_foams(self) -> int:
        """Return how many foams the task takes."""
        if self.multi_target:
            return 1
        return len(self.problem_.outputs) or (2 if self.separate else 1)


def _answers(train: Events) -> NDArray[np.float64]:
    """Return what foams are made for, a column each: signal, every class against all others, or every target."""
    if train.problem.task == "multiclass":
        answers: NDArray[np.float64] = np.eye(len(train.problem.classes))[train.y]
        return answers
    return np.asarray(train.y, np.float64).reshape(train.n_events, -1)


def _importance(foams: Sequence[Foam], n_variables: int) -> NDArray[np.float64]:
    """Return the share of divisions in each variable, mean over the foams."""
    counts = np.array([foam.divisions()[:n_variables] for foam in foams], np.float64)
    shares: NDArray[np.float64] = (counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)).mean(axis=0)
    return shares
