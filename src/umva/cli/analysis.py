"""An analysis as the command line knows it, from flags or from a TOML file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from umva.errors import DataError, MethodError
from umva.factory import DataLoader, Factory

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEFAULT_METHODS", "Analysis", "MethodEntry", "SampleEntry"]

DEFAULT_METHODS = ("Fisher", "Logistic", "KNN", "SVM", "BDT", "BDTG", "XGBoost", "RandomForest", "DNN")


@dataclass(frozen=True)
class SampleEntry:
    """One sample; ``weight`` is a factor, ``cut`` holds for it alone, ``part`` sends all its events to one part."""

    source: str | list[str]
    weight: float = 1.0
    cut: str | None = None
    part: str | None = None


@dataclass(frozen=True)
class MethodEntry:
    """One booking; ``settings`` are options by native name."""

    name: str
    method: str
    options: str | None = None
    transform: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Analysis:
    """All that ``umva compare`` needs."""

    title: str | None = None
    output: Path = Path("out")
    seed: int = 1
    variables: tuple[str, ...] = ()
    spectators: tuple[str, ...] = ()
    weight: str | None = None
    signal_weight: str | None = None
    background_weight: str | None = None
    cut: str = ""
    signal_cut: str = ""
    background_cut: str = ""
    transform: str | None = None
    normalise: str = "EqualNumEvents"
    split: Mapping[str, Any] = field(default_factory=dict)
    signal: tuple[SampleEntry, ...] = ()
    background: tuple[SampleEntry, ...] = ()
    methods: tuple[MethodEntry, ...] = tuple(MethodEntry(name=each, method=each) for each in DEFAULT_METHODS)

    def replaced(self, **changes: Any) -> Self:
        """Return the analysis with some fields changed."""
        return replace(self, **changes)

    def loader(self) -> DataLoader:
        """Return the events as declared."""
        if not self.variables:
            msg = 'no variables: --variables a,b,"c := d/e"'
            raise DataError(msg)
        loader = DataLoader(self.title or "dataset").add_variables(self.variables).add_spectators(self.spectators)
        for label in ("signal", "background"):
            samples: tuple[SampleEntry, ...] = getattr(self, label)
            if not samples:
                msg = f"no {label} events: --{label} FILE:TREE"
                raise DataError(msg)
            for each in samples:
                loader.add_sample(each.source, label=label, weight=each.weight, cut=each.cut, part=each.part)
            loader.cut(getattr(self, f"{label}_cut"), label=label)
            weight = getattr(self, f"{label}_weight")
            if weight is not None:
                loader.set_weight(weight, label=label)
        if self.weight is not None:
            loader.set_weight(self.weight)
        return loader.cut(self.cut).normalise(self.normalise).split(**self.split)

    def factory(self, *, n_jobs: int | None = None) -> Factory:
        """Return a factory with all methods booked."""
        loader = self.loader()
        if not self.methods:
            msg = "no methods: --methods Fisher,BDT"
            raise MethodError(msg)
        factory = Factory(self.title or self.output.name, self.output, seed=self.seed, n_jobs=n_jobs)
        for each in self.methods:
            transform = each.transform or self.transform
            factory.book(
                loader, each.method, name=each.name, options=each.options, transform=transform, **each.settings
            )
        return factory
