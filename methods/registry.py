"""The registry of methods: ours, and those that other packages offer under the entry-point group ``umva.methods``."""

from __future__ import annotations

import json
import warnings
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, TypeVar

from umva.errors import MethodError, RunError, UnknownMethodError, did_you_mean
from umva.methods.base import Method
from umva.methods.help import install_hint
from umva.methods.options import resolve
from umva.methods.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

__all__ = ["available", "get", "load", "register", "require_packages"]

T = TypeVar("T", bound=Method)

_METHODS: dict[str, type[Method]] = {}
_TMVA: dict[str, str] = {}
_UNLISTED: set[str] = set()
_PLUGINS_LOADED: list[bool] = []


def register(name: str, *, tmva: str | Sequence[str] = (), listed: bool = True) -> Callable[[type[T]], type[T]]:
    """Register the decorated class under ``name`` and return it unchanged but for its ``name``.

    Parameters
    ----------
    name
        What users book it by.
    tmva
        TMVA's type, for instance ``"kBDT"``, or types if it has several names for the same.
    listed
        Whether it can be booked by name; otherwise it can only be loaded.

    Raises
    ------
    MethodError
        If the name is taken.
    """

    def add(cls: type[T]) -> type[T]:
        taken = _METHODS.get(name)
        if taken is not None and taken.__qualname__ != cls.__qualname__:
            msg = f"method {name!r} is already registered by {taken.__module__}.{taken.__qualname__}"
            raise MethodError(msg)
        cls.name = name
        _METHODS[name] = cls
        _TMVA.update(dict.fromkeys([tmva] if isinstance(tmva, str) else tmva, name))
        if not listed:
            _UNLISTED.add(name)
        return cls

    return add


def _load_plugins() -> None:
    """Import what other packages offer, once; one that cannot be imported is warned of and left out."""
    if _PLUGINS_LOADED:
        return
    _PLUGINS_LOADED.append(True)
    for each in entry_points(group="umva.methods"):
        try:
            each.load()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with another package must not stop ours
            package = each.dist.name if each.dist else each.value
            warnings.warn(f"method {each.name!r} of package {package!r} is left out: {error!r}", stacklevel=3)


def get(name: str) -> type[Method]:
    """Return the class registered under ``name``; TMVA's type names are understood.

    Raises
    ------
    UnknownMethodError
        If there is none; names the nearest.

    Examples
    --------
    >>> get("Fisher").name
    'Fisher'
    >>> get("kFisher").name
    'Fisher'
    """
    _load_plugins()
    wanted = _TMVA.get(name, name)
    if wanted not in _METHODS:
        msg = f"there is no method {name!r}: {did_you_mean(name, available())}"
        raise UnknownMethodError(msg)
    return _METHODS[wanted]


def require_packages(cls: type[Method]) -> None:
    """Raise MethodError if a package that the method needs is not installed."""
    if hint := install_hint(cls):
        msg = f"{cls.name} {hint}"
        raise MethodError(msg)


def available() -> list[str]:
    """Return the names of the methods that can be booked, sorted."""
    _load_plugins()
    return sorted(_METHODS.keys() - _UNLISTED)


def load(folder: Path) -> Method:
    """Return the trained method that ``Method.save`` wrote into ``folder``; nothing in it is executed.

    Raises
    ------
    RunError
        If the folder does not hold one.
    MethodError
        If it is one that needs a package that is not installed.
    """
    path = folder / "method.json"
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        name, options = record["method"], record["options"]
        cls = get(name)
        method = cls(**resolve(cls, name, options))
        method.problem_ = Problem(**{key: tuple(value) for key, value in record["problem"].items()})
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        msg = f"{path}: does not describe a trained method ({error})"
        raise RunError(msg) from error
    require_packages(cls)
    method.read(folder)
    return method
