"""Options of methods: declared once as dataclass fields, spoken in native and in TMVA's names.

>>> from dataclasses import dataclass
>>> @dataclass(kw_only=True)
... class Cut:
...     at: float = option(0.5, tmva="CutValue", low=0.0, high=1.0, help="where to cut")
>>> resolve(Cut, "cut", {"at": 0.2})
{'at': 0.2}
>>> parse_string("!V:CutValue=0.3:Side[1]=left")
{'V': 'False', 'CutValue': '0.3', 'Side[1]': 'left'}
>>> resolve(Cut, "cut", {"CutValue": "0.3"})
{'at': 0.3}
>>> resolve(Cut, "cut", {"CutValu": "0.3"})
Traceback (most recent call last):
umva.errors.OptionError: cut has no option 'CutValu': did you mean 'CutValue'?
"""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from umva.errors import OptionError, did_you_mean
from umva.methods.per_variable import EVERY, as_mapping, split_index

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Option", "declared", "flag", "option", "parse_string", "redeclared", "resolve"]

_TRUE = {"true", "ktrue", "t", "1", "yes"}
_FALSE = {"false", "kfalse", "f", "0", "no"}


@dataclass(frozen=True)
class Option:
    """One option of a method.

    Parameters
    ----------
    name, tmva
        Its native name and TMVA's, None where TMVA has none.
    type
        The Python type of its value; ``int | None`` where None is allowed.
    default
        Its value when nothing is said.
    help
        One line.
    choices
        The values allowed, empty for any.
    low, high
        Bounds of a number, both inclusive.
    unit
        What a string may carry behind the number: ``"%"`` reads ``"5%"`` as 5.
    aliases
        Older names that TMVA still takes.
    per_variable
        It has a value for each variable, see :mod:`umva.methods.per_variable`; choices and bounds are for each of them.
    """

    name: str
    tmva: str | None
    type: Any
    default: Any
    help: str
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    unit: str = ""
    aliases: tuple[str, ...] = ()
    per_variable: bool = False

    @property
    def type_name(self) -> str:
        """The type as the documentation prints it."""
        return getattr(self.type, "__name__", str(self.type)) if get_origin(self.type) is None else str(self.type)


def option(
    default: Any,
    *,
    help: str,
    tmva: str | None = None,
    choices: Sequence[str] = (),
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    aliases: Sequence[str] = (),
    per_variable: bool = False,
) -> Any:
    """Declare an option as the field of a method; see :class:`Option`."""
    metadata = {
        "tmva": tmva,
        "help": help,
        "choices": tuple(choices),
        "low": low,
        "high": high,
        "unit": unit,
        "aliases": tuple(aliases),
        "per_variable": per_variable,
    }
    if per_variable:
        return field(default_factory=lambda: dict(default), metadata=metadata)
    return field(default=default, metadata=metadata)


def redeclared(cls: type, name: str, default: Any, **changes: Any) -> Any:
    """Declare an option of a base class again, with another default, and perhaps other help or bounds.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(kw_only=True)
    ... class Cut:
    ...     at: float = option(0.5, tmva="CutValue", low=0.0, help="where to cut")
    >>> @dataclass(kw_only=True)
    ... class Tight(Cut):
    ...     at: float = redeclared(Cut, "at", 0.9)
    >>> resolve(Tight, "tight", {"CutValue": 0.8}), Tight().at
    ({'at': 0.8}, 0.9)
    """
    before = next(each for each in fields(cls) if each.name == name)
    return option(default, **{**before.metadata, **changes})


def declared(cls: type) -> list[Option]:
    """Return the options that ``cls`` declares, in their order."""
    return [
        Option(each.name, type=_hint(cls, each.name), default=_default(each), **each.metadata)
        for each in fields(cls)
        if each.init and "help" in each.metadata
    ]


def _default(declaration: Field[Any]) -> Any:
    """Return the value of a field that nothing is said of."""
    make = declaration.default_factory
    return make() if callable(make) else declaration.default  # a class of another process has a MISSING of its own


def _hint(cls: type, name: str) -> Any:
    """Return the type of one field; the others may have types that are imported for type checkers only."""
    owner = next(each for each in cls.__mro__ if name in inspect.get_annotations(each))
    alone = types.SimpleNamespace(__annotations__={name: inspect.get_annotations(owner)[name]})
    return get_type_hints(alone, globalns={"Mapping": Mapping, **vars(sys.modules[owner.__module__])})[name]


def parse_string(text: str) -> dict[str, str]:
    """Split TMVA's ``"NTrees=850:!UseBaggedBoost:V"`` into names and values."""
    pairs: dict[str, str] = {}
    for item in filter(None, (part.strip() for part in text.split(":"))):
        key, equals, value = item.partition("=")
        negated = key.startswith("!")
        if negated and equals:
            msg = f"option {item!r}: '!' switches a flag off and takes no value"
            raise OptionError(msg)
        pairs[key.removeprefix("!").strip()] = value.strip() if equals else str(not negated)
    return pairs


def resolve(
    cls: type, method: str, given: Mapping[str, Any], *, refused: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return ``given`` with native names and values of the declared types.

    Parameters
    ----------
    cls
        The dataclass that declares the options.
    method
        The name for error messages.
    given
        Native names (exact) or TMVA's (any case) to values; strings are converted.
    refused
        TMVA's options that the method does not honour, with the reason. A key such as ``"PruneMethod=NoPruning"`` names
        the one value that changes nothing: given so, the option is passed over; ``"BalanceDepth=*"`` is so with any value.

    Raises
    ------
    OptionError
        For an unknown or refused name, one given twice, or a value that is not allowed.
    """
    options = declared(cls)
    found: dict[str, Any] = {}
    for key, value in given.items():
        if _passed_over(method, key, value, refused or {}):
            continue
        each, place, meant = _meant(options, method, key, value)
        new = _places(each, method, place, meant) if each.per_variable else _value(each, method, meant)
        before = found.get(each.name, {})
        if each.name in found and not (each.per_variable and before.keys().isdisjoint(new)):
            msg = f"{method}: option {each.name!r} is given twice (TMVA calls it {each.tmva!r})"
            raise OptionError(msg)
        found[each.name] = {**before, **new} if each.per_variable else new
    return found


def _passed_over(method: str, key: str, value: Any, refused: Mapping[str, str]) -> bool:
    """Whether an option is one of those refused, with its harmless value; OptionError if it has another."""
    word = split_index(key)[0].lower()
    for told, reason in refused.items():
        name, _, harmless = told.partition("=")
        if name.lower() != word:
            continue
        if harmless == "*" or (harmless and _same(value, harmless)):
            return True
        msg = f"{method} does not honour TMVA's option {name!r}: {reason}"
        raise OptionError(msg)
    return False


def _meant(options: Sequence[Option], method: str, key: str, value: Any) -> tuple[Option, str, Any]:
    """Return the option that a key means, for which variable, and its value.

    As in TMVA, a flag that is an allowed value of an option stands for it: ``EffSel`` for ``EffMethod=EffSel``.
    """
    word, place = split_index(key)
    spoken = [(name.lower(), each) for each in options for name in (each.tmva, *each.aliases) if name]
    found = [each for each in options if each.name == word] or [each for name, each in spoken if name == word.lower()]
    if not found and value == "True":
        found = [each for each in options if each.tmva and word.lower() in map(str.lower, each.choices)]
        value = word if found else value
    if not found:
        known = [*(each.name for each in options), *(each.tmva for each in options if each.tmva)]
        msg = f"{method} has no option {word!r}: {did_you_mean(word, known)}"
        raise OptionError(msg)
    if place != EVERY and not found[0].per_variable:
        msg = f"{method}: option {word!r} has one value, not one for each variable, got {key!r}"
        raise OptionError(msg)
    return found[0], place, value


def _places(each: Option, method: str, place: str, value: Any) -> dict[str, Any]:
    """Return the values of an option that has one for each variable."""
    said = as_mapping(value) if place == EVERY else {place: value}
    single = replace(each, type=get_args(each.type)[1])
    return {key: _value(single, method, one) for key, one in said.items()}


def _value(each: Option, method: str, value: Any) -> Any:
    """Return ``value`` converted to the option's type and checked."""
    try:
        bare = value.strip().removesuffix(each.unit) if isinstance(value, str) else value
        converted = _convert(each.type, bare)
    except (OverflowError, TypeError, ValueError):
        _reject(each, method, value, f"must be of type {each.type_name}")
    if each.choices and converted is not None:
        by_fold = {choice.lower(): choice for choice in each.choices}
        if str(converted).lower() not in by_fold:
            _reject(each, method, value, f"must be one of {', '.join(map(repr, each.choices))}")
        return by_fold[str(converted).lower()]
    if isinstance(converted, int | float) and not isinstance(converted, bool):
        if each.low is not None and not converted >= each.low:
            _reject(each, method, value, f"must be at least {each.low:g}")
        if each.high is not None and not converted <= each.high:
            _reject(each, method, value, f"must be at most {each.high:g}")
    return converted


def _reject(each: Option, method: str, value: Any, expected: str) -> None:
    label = each.name if each.tmva is None else f"{each.name} ({each.tmva})"
    msg = f"{method}: option {label} {expected}, got {value!r}"
    raise OptionError(msg) from None


def _convert(kind: Any, value: Any) -> Any:
    """Return ``value`` as ``kind``; strings are read as TMVA writes them."""
    if get_origin(kind) in (types.UnionType, Union):
        members = get_args(kind)
        if type(None) in members and (value is None or str(value).lower() == "none"):
            return None
        return _convert(next(each for each in members if each is not type(None)), value)
    if get_origin(kind) is tuple:
        items = value.replace(";", ",").split(",") if isinstance(value, str) else value
        return tuple(_convert(get_args(kind)[0], each) for each in items)
    if kind is bool:
        return flag(value)
    if kind is int and not isinstance(value, str):
        if isinstance(value, bool) or int(value) != value:
            raise ValueError
        return int(value)
    if kind is str and not isinstance(value, str):
        raise TypeError
    return kind(value)


def flag(value: Any) -> bool:
    """Return a switch as written: ``True``, ``"T"``, ``"false"``, ``"0"``; ValueError for anything else."""
    if isinstance(value, bool):
        return value
    folded = str(value).lower()
    if folded not in _TRUE | _FALSE:
        raise ValueError
    return folded in _TRUE


def _same(value: Any, text: str) -> bool:
    """Whether ``value`` says what TMVA writes as ``text``: the same word, flag or number."""
    for kind in (flag, float):
        try:
            return bool(kind(value) == kind(text))
        except (TypeError, ValueError):
            continue
    return str(value).lower() == text.lower()
