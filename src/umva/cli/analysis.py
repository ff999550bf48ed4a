"""An analysis as the command line knows it, from flags or from a TOML file.

::

    title = "HIGGS"
    variables = ["m_bb", "m_jj", "r := m_jj/m_bb"]
    weight = "genWeight"
    cut = "m_bb < 5"

    [split]
    train = 7000

    [[signal]]
    source = "higgs.root:sig_tree"

    [[background]]
    source = ["zjets.root:events", "ttbar.root:events"]
    weight = 0.3

    [methods.BDT850]
    method = "BDT"
    n_trees = 850
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

from umva.errors import DataError, SourceError, did_you_mean
from umva.factory import DataLoader, Factory

__all__ = ["DEFAULT_METHODS", "Analysis", "MethodEntry", "SampleEntry", "read_analysis"]

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
        factory = Factory(self.title or self.output.name, self.output, seed=self.seed, n_jobs=n_jobs)
        for each in self.methods:
            transform = each.transform or self.transform
            factory.book(
                loader, each.method, name=each.name, options=each.options, transform=transform, **each.settings
            )
        return factory


def read_analysis(path: Path) -> Analysis:
    """Return the analysis in a TOML file; relative paths of samples are relative to it.

    Raises
    ------
    SourceError
        If the file cannot be read or is not TOML.
    DataError
        For a key that is not known; names the nearest.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{path}: cannot be read as an analysis ({error})"
        raise SourceError(msg) from error
    _check_keys(tables, {each.name for each in fields(Analysis)}, str(path))
    for label in ("signal", "background"):
        if label in tables:
            tables[label] = tuple(_sample(each, path, label) for each in tables[label])
    if "methods" in tables:
        tables["methods"] = tuple(_method(name, table, path) for name, table in tables["methods"].items())
    for key in ("variables", "spectators"):
        if key in tables:
            tables[key] = tuple(tables[key])
    if "output" in tables:
        tables["output"] = Path(tables["output"])
    if "split" in tables:
        _check_keys(tables["split"], {"train", "validation", "test", "mode", "seed", "given"}, f"{path}: split")
    return Analysis(**tables)


def _sample(table: Mapping[str, Any], path: Path, label: str) -> SampleEntry:
    _check_keys(table, {each.name for each in fields(SampleEntry)}, f"{path}: {label}")
    if "source" not in table:
        msg = f"{path}: a {label} sample has no source"
        raise DataError(msg)
    sources = table["source"] if isinstance(table["source"], list) else [table["source"]]
    beside = [str(each) if "://" in each else str(path.parent / each) for each in sources]
    return SampleEntry(**{**table, "source": beside})


def _method(name: str, table: Any, path: Path) -> MethodEntry:
    if not isinstance(table, Mapping):
        msg = f"{path}: methods.{name} must be a table, [methods.{name}]"
        raise DataError(msg)
    known = {"method", "options", "transform"}
    settings = {key: value for key, value in table.items() if key not in known}
    return MethodEntry(
        name=name,
        method=table.get("method", name),
        options=table.get("options"),
        transform=table.get("transform"),
        settings=settings,
    )


def _check_keys(table: Mapping[str, Any], known: set[str], where: str) -> None:
    for key in table:
        if key not in known:
            msg = f"{where}: unknown key {key!r}: {did_you_mean(key, sorted(known))}"
            raise DataError(msg)
