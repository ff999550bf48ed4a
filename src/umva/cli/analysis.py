"""An analysis as the command line knows it, from flags or from a TOML file."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from umva.cli.pages import Pages
from umva.errors import DataError, MethodError
from umva.factory import DataLoader, Factory
from umva.factory.composites.members import Composite
from umva.factory.data.declaration import REGRESSION
from umva.methods import get

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEFAULT_METHODS", "Analysis", "MethodEntry", "SampleEntry"]

DEFAULT_METHODS = {
    "classification": ("Fisher", "Logistic", "KNN", "SVM", "BDT", "BDTG", "XGBoost", "RandomForest", "DNN"),
    "multiclass": ("Logistic", "KNN", "SVM", "BDTG", "XGBoost", "RandomForest", "DNN"),
    "regression": ("LD", "KNN", "SVM", "BDTG", "XGBoost", "RandomForest", "DNN"),
}
"""What is compared if nothing is said."""


@dataclass(frozen=True)
class SampleEntry:
    """One sample; ``weight`` is a factor, or ``cross_section`` makes one; ``cut`` holds for it alone, ``part`` is where all go.

    Events of a regression have no label.
    """

    source: str | list[str]
    label: str = REGRESSION
    weight: float = 1.0
    cut: str | None = None
    part: str | None = None
    cross_section: float | None = None


@dataclass(frozen=True)
class MethodEntry:
    """One booking; ``settings`` are options by native name."""

    name: str
    method: str
    options: str | None = None
    transform: str | None = None
    negative_weights: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Analysis:
    """All that ``umva compare`` needs; ``weights`` and ``cuts`` are those of classes, by label."""

    title: str | None = None
    output: Path = Path("out")
    seed: int = 1
    variables: tuple[str, ...] = ()
    spectators: tuple[str, ...] = ()
    weight: str | None = None
    weights: Mapping[str, str] = field(default_factory=dict)
    cut: str = ""
    cuts: Mapping[str, str] = field(default_factory=dict)
    transform: str | None = None
    negative_weights: str | None = None
    normalise: str = "EqualNumEvents"
    missing: tuple[float, ...] | None = None
    task: str | None = None
    targets: tuple[str, ...] = ()
    split: Mapping[str, Any] = field(default_factory=dict)
    luminosity: float | None = None
    expect: Mapping[str, Any] = field(default_factory=dict)
    samples: tuple[SampleEntry, ...] = ()
    methods: tuple[MethodEntry, ...] | None = None
    mute: tuple[str, ...] = ()
    report: Pages = field(default_factory=Pages)
    variations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    leave_one_out: bool = False
    learning_curve: bool | tuple[float, ...] = False

    @property
    def studies(self) -> dict[str, Any]:
        """What is asked of a run besides the trainings, as :meth:`umva.Factory.run` takes it."""
        return {"leave_one_out": self.leave_one_out, "learning_curve": self.learning_curve}

    def replaced(self, **changes: Any) -> Self:
        """Return the analysis with some fields changed."""
        return replace(self, **changes)

    def loader(self) -> DataLoader:
        """Return the events as declared."""
        if not self.variables:
            msg = 'no variables: --variables a,b,"c := d/e"'
            raise DataError(msg)
        self._check_samples()
        loader = DataLoader(task=self.task).add_variables(self.variables)
        loader.add_spectators(self.spectators).add_targets(self.targets)
        for each in self.samples:
            loader.add_sample(**vars(each))
        if self.luminosity is not None:
            loader.luminosity(self.luminosity)
        loader.expect(**self.expect)
        if self.weight is not None:
            loader.set_weight(self.weight)
        for label, weight in self.weights.items():
            loader.set_weight(weight, label=label)
        for label, cut in self.cuts.items():
            loader.cut(cut, label=label)
        for name, sides in self.variations.items():
            loader.vary(name, **sides)
        if self.missing is not None:
            loader.missing(*(each for each in self.missing if not math.isnan(each)))
        return loader.cut(self.cut).normalise(self.normalise).split(**self.split)

    def _check_samples(self) -> None:
        """Refuse an analysis without events, or with those of one class."""
        if self.targets:
            if not self.samples:
                msg = "no events: --sample FILE:TREE"
                raise DataError(msg)
            return
        labels = {each.label for each in self.samples}
        if REGRESSION in labels:
            msg = (
                "events without a class, as for a regression, and no target: --target EXPR, or a label for each sample"
            )
            raise DataError(msg)
        if labels and not labels & {"signal", "background"} and len(labels) < 2:
            msg = f"events of one class alone, {min(labels)!r}: --class LABEL=FILE:TREE for each of the others"
            raise DataError(msg)
        if len(labels) < 2:
            lacking = "background" if "signal" in labels else "signal"
            msg = f"no {lacking} events: --{lacking} FILE:TREE, or --class LABEL=FILE:TREE for each of several classes, or "
            msg += "--sample FILE:TREE and --target EXPR for a regression"
            raise DataError(msg)

    def factory(self, *, n_jobs: int | None = None) -> Factory:
        """Return a factory with all methods booked."""
        loader = self.loader()
        methods = self.methods
        if methods is None:
            task = loader.declaration().problem.task
            methods = tuple(MethodEntry(name=each, method=each) for each in DEFAULT_METHODS[task])
        if not methods:
            msg = "no methods: --methods Fisher,BDT"
            raise MethodError(msg)
        factory = Factory(self.title or self.output.name, self.output, seed=self.seed, n_jobs=n_jobs, mute=self.mute)
        for each in methods:
            factory.book(
                loader,
                each.method,
                name=each.name,
                options=each.options,
                transform=each.transform or (None if _of_methods(each.method) else self.transform),
                negative_weights=each.negative_weights or self.negative_weights,
                **each.settings,
            )
        return factory


def _of_methods(name: str) -> bool:
    """Whether the method is made of others, which have transformations of their own."""
    return issubclass(get(name), Composite)
