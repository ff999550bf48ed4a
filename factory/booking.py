"""What is booked: a method with its options, its name and the transformation of its inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from umva.errors import OptionError
from umva.methods import Method, get, parse_string, resolve
from umva.methods.options import flag
from umva.methods.wrapped import wrap

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Booking", "book"]

_UNAVAILABLE = {
    "v": "umva prints no log of the training; progress, training curves and the report take its place",
    "h": "'umva methods NAME' prints the help",
    "createmvapdfs": "probability and rarity are not available yet",
}


@dataclass(frozen=True)
class Booking:
    """A booked method, untrained.

    Parameters
    ----------
    name
        What tables and files call it.
    method
        The method with its options.
    transform
        Chain of input transformations, ``"I"`` for none.
    ignore_negative
        TMVA's IgnoreNegWeightsInTraining: leave out events of negative weight in the training.
    """

    name: str
    method: Method
    transform: str
    ignore_negative: bool = False


def book(
    method: Any, *, name: str | None, options: str | None, transform: str | None, settings: Mapping[str, Any]
) -> Booking:
    """Return the booking of a method, all options checked.

    Parameters
    ----------
    method
        A registered name (ours or TMVA's type), a method, a scikit-learn classifier or a Keras model.
    name
        None takes the name of the method.
    options
        TMVA's option string.
    transform
        Input transformations; None takes VarTransform from the option string, else the method's own default.
    settings
        Options by native name.

    Raises
    ------
    UnknownMethodError, OptionError, MethodError
        For names and values that the method does not take.
    """
    given = parse_string(options) if options else {}
    common = {key.lower(): given.pop(key) for key in list(given) if key.lower() in _COMMON}
    for key, reason in _UNAVAILABLE.items():
        if key in common and flag(common[key]):
            msg = f"option {key!r} cannot be switched on: {reason}"
            raise OptionError(msg)
    if isinstance(method, str):
        cls = get(method)
        chosen: Method = cls(**resolve(cls, cls.name, {**given, **settings}, refused=cls.refused))
    elif isinstance(method, Method):
        _no_settings(method.name, {**given, **settings})
        chosen = method
    else:
        chosen = wrap(method, {**given, **settings})
    written = common.get("vartransform")
    written = "I" if written is not None and written.lower() == "none" else written
    return Booking(
        name=name or chosen.title,
        method=chosen,
        transform=transform or written or chosen.transform,
        ignore_negative=flag(common.get("ignorenegweightsintraining", False)),
    )


_COMMON = {*_UNAVAILABLE, "vartransform", "ignorenegweightsintraining"}


def _no_settings(name: str, settings: Mapping[str, Any]) -> None:
    if settings:
        msg = f"{name} was handed over with its options; {', '.join(settings)} cannot be set at booking"
        raise OptionError(msg)
