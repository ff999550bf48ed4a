"""The macro that repeats a run, whatever door the run came through: written from what was declared and booked.

What a text cannot hold, events that were in memory or a network that was handed over, stands as ``...`` with a remark.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, asdict, fields
from itertools import groupby
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from umva.factory.composites.members import Composite
from umva.factory.data.declaration import REGRESSION
from umva.factory.data.split_plan import SplitPlan
from umva.methods import available

if TYPE_CHECKING:
    from umva.factory.booking import Booking
    from umva.factory.data.declaration import Declaration, SampleSpec, VariableSpec

__all__ = ["macro_of"]

YOURS = "  # not of text: put yours in its place"


def macro_of(
    declaration: Declaration,
    bookings: tuple[Booking, ...],
    *,
    title: str,
    output: str,
    seed: int,
    mute: tuple[str, ...],
    run: Mapping[str, Any],
) -> str:
    """Return a Python program that declares, books and runs the same.

    Parameters
    ----------
    declaration, bookings
        The events and the methods.
    title, output, seed, mute
        As given to the factory.
    run
        Arguments of ``Factory.run``; those that are False are left out.
    """
    booked = [_line("factory.book", f"loader, {_booking(each)}") for each in bookings]
    imports = sorted({line for each in bookings for line in _imports(each)})
    wanted = _arguments({key: value for key, value in run.items() if value})
    lines = [
        *([*imports, ""] if imports else []),
        "import umva",
        "",
        *_declared(declaration),
        "",
        f"factory = umva.Factory({_text(title)}, {_text(output)}, seed={seed}{f', mute={_text(mute)}' if mute else ''})",
        *booked,
        f"results = factory.run({wanted})",
        f"results.report({_text(f'{output}/report.html')})",
    ]
    return "\n".join(lines) + "\n"


def _declared(declaration: Declaration) -> Iterator[str]:
    """Return the lines that declare the events."""
    task = f", task={_text(declaration.stated)}" if declaration.stated else ""
    yield f"loader = umva.DataLoader({_text(declaration.name)}{task})"
    kinds = {"variable": declaration.variables, "spectator": declaration.spectators, "target": declaration.targets}
    for kind, variables in kinds.items():
        for titled, each in groupby(variables, lambda spec: bool(spec.title or spec.unit)):
            if titled:
                yield from (_line(f"loader.add_{kind}", _variable(spec)) for spec in each)
            else:
                yield _line(f"loader.add_{kind}s", _text([spec.text for spec in each]))
    for sample in declaration.samples:
        yield _line("loader.add_sample", _sample(sample))
    for label, weight in declaration.weights.items():
        yield f"loader.set_weight({_text(weight)}{_for(label)})"
    for label, cuts in declaration.cuts.items():
        yield from (f"loader.cut({_text(cut)}{_for(label)})" for cut in cuts)
    if declaration.missing is not None:
        yield f"loader.missing({', '.join(map(_text, declaration.missing))})"
    yield f"loader.normalise({_text(declaration.norm_mode)})"
    yield f"loader.split({_arguments(_split(declaration))})"
    yield from _expected(declaration)
    for variation in declaration.variations:
        sides = {name: side.changes for name, side in variation.sides.items() if side.changes}
        weights = {f"weight_{name}": side.weights for name, side in variation.sides.items() if side.weights}
        plain = {name: each[None] if list(each) == [None] else each for name, each in weights.items()}
        yield _line("loader.vary", _arguments({**sides, **plain}, variation.name))


def _expected(declaration: Declaration) -> Iterator[str]:
    """Return the lines that say what the experiment expects."""
    if declaration.luminosity is not None:
        yield f"loader.luminosity({declaration.luminosity!r})"
    expected = declaration.expected
    if expected != type(expected)():
        more = {"background_uncertainty": expected.background_uncertainty, "merit": expected.merit}
        yield f"loader.expect(**{_text(dict(expected.yields) | more)})"


def _line(call: str, arguments: str) -> str:
    """Return a call; with a remark if something of it could not be written."""
    return f"{call}({arguments})" + (YOURS if arguments.removeprefix("loader, ").startswith("...") else "")


def _arguments(named: Mapping[str, Any], *first: Any) -> str:
    """Return the arguments of a call."""
    return ", ".join([*map(_text, first), *(f"{key}={_text(value)}" for key, value in named.items())])


def _text(value: Any) -> str:
    """Return a value as Python reads it, three dots for what cannot be written."""
    if isinstance(value, str | PurePath):
        return json.dumps(str(value), ensure_ascii=False)
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - NaN
        return 'float("nan")'
    if value is None or isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_text(key)}: {_text(each)}' for key, each in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_text, value))}]"
    return "..."


def _for(label: str | None) -> str:
    """Return the argument that restricts a weight or cut to a class."""
    return "" if label is None else f", label={_text(label)}"


def _variable(spec: VariableSpec) -> str:
    """Return the arguments that add a variable."""
    return _arguments({key: getattr(spec, key) for key in ("title", "unit") if getattr(spec, key)}, spec.text)


def _sample(spec: SampleSpec) -> str:
    """Return the arguments that add a sample."""
    named: dict[str, Any] = {} if spec.label == REGRESSION else {"label": spec.label}
    unsaid = {each.name: each.default for each in fields(spec) if each.default is not MISSING}
    named |= {key: getattr(spec, key) for key, default in unsaid.items() if getattr(spec, key) != default}
    source = spec.source
    if isinstance(source, list | tuple) and len(source) == 1:
        source = source[0]
    return _arguments(named, source if isinstance(source, str | PurePath | list | tuple) else Ellipsis)


def _split(declaration: Declaration) -> dict[str, Any]:
    """Return the arguments of the split that are not those by default."""
    plan, unsaid = declaration.plan, SplitPlan()
    named = {each.name: getattr(plan, each.name) for each in fields(plan) if each.name != "mix"}
    said = {key: value for key, value in named.items() if value != getattr(unsaid, key)}
    if plan.mode == "expression":
        return {**declaration.given, **said}
    return said | ({"given": declaration.given} if declaration.given is not None else {})


def _booking(booking: Booking) -> str:
    """Return the arguments that book a method, options only where they are not those by default."""
    method = booking.method
    registered = method.name in available()
    named: dict[str, Any] = {"name": booking.name}
    if not isinstance(method, Composite):
        named["transform"] = booking.transform
    if booking.negative_weights != ("keep" if method.capabilities.negative_weights else "ignore"):
        named["negative_weights"] = booking.negative_weights
    if booking.response_pdfs is not None:
        sides = asdict(booking.response_pdfs).items()
        named["response_pdfs"] = {f"{key}_{side}": value for side, recipe in sides for key, value in recipe.items()}
    if not registered:
        estimator = getattr(method, "estimator", None)
        return f"{'...' if estimator is None else repr(estimator)}, {_arguments(named)}"
    unsaid = {each.name: _default(each) for each in fields(method) if each.init}
    named |= {key: value for key, value in method.options().items() if value != unsaid.get(key)}
    return _arguments(named, method.name)


def _default(field: Any) -> Any:
    """Return the default of a field of a dataclass."""
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _imports(booking: Booking) -> Iterator[str]:
    """Return the imports that an estimator which was handed over needs, from where its package shows it."""
    estimator = getattr(booking.method, "estimator", None)
    if estimator is None or booking.method.name in available():
        return
    for each in (estimator, *estimator.get_params().values()):
        if hasattr(each, "get_params") and not inspect.isclass(each):
            parts = type(each).__module__.split(".")
            shown = [part for k, part in enumerate(parts) if not any(p.startswith("_") for p in parts[: k + 1])]
            yield f"from {'.'.join(shown)} import {type(each).__name__}"
