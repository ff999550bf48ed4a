"""The options of a :class:`Recipe` as those of a method: for each variable, and for signal or background alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from umva.methods.densities.recipe import Recipe
from umva.methods.options import declared, option
from umva.methods.per_variable import EVERY, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from umva.methods.base import Method

__all__ = ["recipes", "with_recipes"]

C = TypeVar("C", bound=type)

_SUFFIXES = {"": ("", "both classes"), "_signal": ("Sig", "signal"), "_background": ("Bkg", "background")}
_OPTIONS = declared(Recipe)
_CLASSES = ("_background", "_signal")


def with_recipes(cls: C) -> C:
    """Give the decorated class each option of a recipe three times, before it becomes a dataclass.

    ``smoothing`` (``NSmooth``) is for both classes, ``smoothing_signal`` (``NSmoothSig``) and ``smoothing_background``
    (``NSmoothBkg``) go before it; each may have a value for each variable.
    """
    mapping: Any = Mapping  # of a type that is not known before
    for suffix, (tmva, which) in _SUFFIXES.items():
        for each in _OPTIONS:
            cls.__annotations__[each.name + suffix] = mapping[str, each.type]
            default = {} if suffix else {EVERY: each.default}
            declaration = option(
                default,
                per_variable=True,
                tmva=f"{each.tmva}{tmva}",
                help=f"{each.help}; of {which}" if suffix else each.help,
                choices=each.choices,
                low=each.low,
                high=each.high,
            )
            setattr(cls, each.name + suffix, declaration)
    return cls


def recipes(method: Method, columns: Sequence[str]) -> tuple[list[Recipe], list[Recipe]]:
    """Return the recipes of a method that has the options of :func:`with_recipes`: of background and of signal.

    Parameters
    ----------
    method
        The method with its options.
    columns
        Names of its inputs; a recipe is returned for each.

    Raises
    ------
    OptionError
        If an option is for a variable that is not there, or the options of a variable do not fit each other.
    """
    background, signal = (_of_class(method, columns, suffix) for suffix in _CLASSES)
    return background, signal


def _of_class(method: Method, columns: Sequence[str], suffix: str) -> list[Recipe]:
    """Return the recipes of one class; what is said of the class goes before what is said of both."""
    settings: list[dict[str, Any]] = [{} for _ in columns]
    for each in _OPTIONS:
        where = f"{method.name}: {each.name}"
        usual = spread(getattr(method, each.name), columns, each.default, where)
        own: Mapping[str, Any] = getattr(method, each.name + suffix)
        for setting, value, general in zip(settings, spread(own, columns, None, where + suffix), usual, strict=True):
            setting[each.name] = general if value is None else value
    return [Recipe(**setting) for setting in settings]
