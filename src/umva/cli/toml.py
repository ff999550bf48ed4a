"""An analysis in a TOML file.

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

Several classes are ``[[sample]]`` tables with a ``label`` each; a regression has ``targets = ["energy"]`` and samples
without label. ``[expect]`` with ``signal = 100`` and ``background_uncertainty = 0.1`` says how many events are expected,
see :meth:`umva.DataLoader.expect`; or samples have a ``cross_section`` and the analysis a ``luminosity``. ``[variations.JES]`` with ``up = {pt = "pt*1.02"}`` is a systematic variation, see
:meth:`umva.DataLoader.vary`. ``[weights]`` and ``[cuts]`` hold expressions for single classes by label. The other keys are the fields of
:class:`umva.cli.analysis.Analysis`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from umva.cli.analysis import Analysis, MethodEntry, SampleEntry
from umva.cli.pages import Pages
from umva.cli.parameters import LARGEST_SEED
from umva.errors import DataError, SourceError, did_you_mean

__all__ = ["read_analysis"]


@dataclass(frozen=True)
class _Kind:
    """What a value must be, in words, and the test of it."""

    words: str
    fits: Callable[[Any], bool]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, Mapping) for each in value)


def _is_seed(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_SEED


_TEXT = _Kind("a string", lambda value: isinstance(value, str))
_TEXTS = _Kind("a list of strings", _are_texts)
_SOURCE = _Kind("a string or a list of strings", lambda value: isinstance(value, str) or _are_texts(value))
_NUMBER = _Kind("a number", _is_number)
_SEED = _Kind(f"a whole number from 0 to {LARGEST_SEED}", _is_seed)
_ANYTHING = _Kind("anything", lambda _: True)
_REPORT = _Kind("a table, [report]", lambda value: isinstance(value, Mapping))
_TABLE = _Kind("a table, [split]", lambda value: isinstance(value, Mapping))
_METHODS = _Kind("tables, [methods.NAME]", lambda value: isinstance(value, Mapping) and _are_tables([*value.values()]))

_NUMBERS = _Kind(
    "a list of numbers, [-999] or [nan]", lambda value: isinstance(value, list) and all(map(_is_number, value))
)
_BY_LABEL = _Kind(
    "a table of strings by label", lambda value: isinstance(value, Mapping) and _are_texts([*value.values()])
)

_VARIATIONS = _Kind(
    "tables, [variations.NAME]", lambda value: isinstance(value, Mapping) and _are_tables([*value.values()])
)
_FLAG = _Kind("true or false", lambda value: isinstance(value, bool))
_FRACTIONS = _Kind("true, false or a list of fractions", lambda value: isinstance(value, bool) or _NUMBERS.fits(value))
_SIDE = _Kind('a table, {pt = "pt*1.02"}', lambda value: isinstance(value, Mapping))
_WEIGHT = _Kind("an expression, or a table of them by label", lambda value: isinstance(value, str | Mapping))

_VARIATION_KEYS = {"up": _SIDE, "down": _SIDE, "weight_up": _WEIGHT, "weight_down": _WEIGHT}
_SAMPLE_KEYS = {
    "source": _SOURCE,
    "label": _TEXT,
    "weight": _NUMBER,
    "cut": _TEXT,
    "part": _TEXT,
    "cross_section": _NUMBER,
}
_METHOD_KEYS = {"method": _TEXT, "options": _TEXT, "transform": _TEXT, "negative_weights": _TEXT}
_SPLIT_KEYS = dict.fromkeys(("train", "validation", "test", "seed"), _ANYTHING) | {"mode": _TEXT, "given": _TEXT}
_REPORT_KEYS = {
    **dict.fromkeys(("numbers", "pdf", "tables"), _Kind("true or false", lambda value: isinstance(value, bool))),
    "style": _Kind("a table, [report.style], or a string", lambda value: isinstance(value, Mapping | str)),
    "formats": _TEXTS,
    "against": _TEXT,
}
_SAMPLES = ("signal", "background", "sample")
_ANALYSIS_KEYS = {
    **dict.fromkeys(("title", "output", "weight", "signal_weight", "background_weight"), _TEXT),
    **dict.fromkeys(("cut", "signal_cut", "background_cut", "transform", "normalise"), _TEXT),
    **dict.fromkeys(("task", "negative_weights"), _TEXT),
    **dict.fromkeys(("variables", "spectators", "targets", "mute"), _TEXTS),
    **{key: _Kind(f"tables, [[{key}]]", _are_tables) for key in _SAMPLES},
    **dict.fromkeys(("weights", "cuts"), _BY_LABEL),
    "missing": _NUMBERS,
    "luminosity": _NUMBER,
    "expect": _Kind("a table, [expect]", lambda value: isinstance(value, Mapping)),
    "seed": _SEED,
    "split": _TABLE,
    "report": _REPORT,
    "methods": _METHODS,
    "variations": _VARIATIONS,
    "leave_one_out": _FLAG,
    "learning_curve": _FRACTIONS,
}
_NO_OPTIONS = {"self", "loader", "name"}  # parameters of Factory.book besides those above


def read_analysis(path: Path) -> Analysis:
    """Return the analysis in a TOML file; relative paths of samples, and of a given split, are relative to it.

    Raises
    ------
    SourceError
        If the file cannot be read or is not TOML.
    DataError
        For a key that is not known, which names the nearest, or a value of the wrong type.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        msg = f"{path}: is no TOML file; files of events are named by --signal and --background"
        raise SourceError(msg) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        msg = f"{path}: cannot be read as an analysis ({reason})"
        raise SourceError(msg) from error
    _check(tables, _ANALYSIS_KEYS, str(path))
    fields = dict(tables)
    for key in {"variables", "spectators", "targets", "missing", "mute"} & fields.keys():
        fields[key] = tuple(fields[key])
    fields["samples"] = tuple(_sample(each, path, key) for key in _SAMPLES for each in fields.pop(key, ()))
    for what in ("weight", "cut"):
        of_classes = {label: fields.pop(f"{label}_{what}") for label in _SAMPLES[:2] if f"{label}_{what}" in fields}
        fields[f"{what}s"] = {**of_classes, **fields.get(f"{what}s", {})}
    if "methods" in fields:
        fields["methods"] = tuple(_method(name, table, path) for name, table in fields["methods"].items())
    if "output" in fields:
        fields["output"] = Path(fields["output"])
    if isinstance(fields.get("learning_curve"), list):
        fields["learning_curve"] = tuple(fields["learning_curve"])
    if "variations" in fields:
        labels = {each.label for each in fields["samples"]}
        fields["variations"] = {
            name: _variation(table, path, name, labels) for name, table in fields["variations"].items()
        }
    if "report" in fields:
        _check(fields["report"], _REPORT_KEYS, f"{path}: report")
        fields["report"] = Pages.of(fields["report"])
    if "split" in fields:
        fields["split"] = _split(fields["split"], path)
    return Analysis(**fields)


def _split(table: Mapping[str, Any], path: Path) -> dict[str, Any]:
    _check(table, _SPLIT_KEYS, f"{path}: split")
    return {key: _beside(path, value) if key == "given" else value for key, value in table.items()}


def _sample(table: Mapping[str, Any], path: Path, kind: str) -> SampleEntry:
    _check(table, _SAMPLE_KEYS, f"{path}: {kind}")
    if "source" not in table:
        msg = f"{path}: a {kind} table has no source"
        raise DataError(msg)
    sources = table["source"] if isinstance(table["source"], list) else [table["source"]]
    label = {} if kind == "sample" else {"label": kind}
    return SampleEntry(**{**table, **label, "source": [_beside(path, each) for each in sources]})


def _variation(table: Mapping[str, Any], path: Path, name: str, labels: set[str]) -> dict[str, Any]:
    """Return the arguments of ``DataLoader.vary``; files of events in place of those of a class are beside this one."""
    _check(table, _VARIATION_KEYS, f"{path}: variations.{name}")

    def placed(key: str, value: Any) -> Any:
        if key not in labels:
            return value
        if not _SOURCE.fits(value):
            msg = f"{path}: variations.{name}: the events of {key} must be {_SOURCE.words}, got {value!r}"
            raise DataError(msg)
        return [_beside(path, each) for each in ([value] if isinstance(value, str) else value)]

    sides = {
        key: {each: placed(each, value) for each, value in table[key].items()} for key in ("up", "down") if key in table
    }
    return {**table, **sides}


def _beside(path: Path, name: str) -> str:
    """Return the name of a file that is relative to the folder of ``path``."""
    return name if "://" in name else str(path.parent / Path(name).expanduser())


def _method(name: str, table: Mapping[str, Any], path: Path) -> MethodEntry:
    where = f"{path}: methods.{name}"
    given = {key: value for key, value in table.items() if key in _METHOD_KEYS}
    settings = {key: value for key, value in table.items() if key not in _METHOD_KEYS}
    _check(given, _METHOD_KEYS, where)
    for key in _NO_OPTIONS & settings.keys():
        msg = f"{where}: {key!r} is no option; the heading [methods.NAME] gives the name, 'method' says which it is"
        raise DataError(msg)
    return MethodEntry(**{"name": name, "method": name, **given, "settings": settings})


def _check(table: Mapping[str, Any], known: Mapping[str, _Kind], where: str) -> None:
    """Raise DataError for a key that is not known or a value that is not of its kind."""
    for key, value in table.items():
        if key not in known:
            msg = f"{where}: unknown key {key!r}: {did_you_mean(key, sorted(known))}"
            raise DataError(msg)
        if not known[key].fits(value):
            msg = f"{where}: {key} must be {known[key].words}, got {value!r}"
            raise DataError(msg)
