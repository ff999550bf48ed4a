"""Systematic variations as a user declares them: the events as they would be if something were a little different.

A variation has one side or two, up and down, and each side is one of these, or the first with the last:

* other values of branches or variables, ``{"pt": "pt*1.02"}``: the same events, cut and weighed as before;
* other samples, ``{"signal": "scale_up.root:events"}``: other events of these classes, with the cuts and weights of their
  class;
* other weights: the same events.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from umva.errors import DataError

__all__ = ["Side", "VariationSpec"]


@dataclass(frozen=True)
class Side:
    """One side of a variation.

    Parameters
    ----------
    changes
        Formulas by branch or variable, or sources of events by class.
    weights
        Expressions by class; key None holds for all classes.
    """

    changes: Mapping[str, Any]
    weights: Mapping[str | None, str]

    def words(self) -> str:
        """Say what is different."""
        said = [f"{key}: {_named(value)}" for key, value in self.changes.items()]
        return "; ".join(said + [f"weight{f' of {key}' if key else ''}: {text}" for key, text in self.weights.items()])


def _named(value: Any) -> str:
    """Return a formula as it is, files without their folders."""
    each = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(name, str) for name in each):
        return "other events"
    return ", ".join(each if isinstance(value, str) else [name.rpartition("/")[2] for name in each])


@dataclass(frozen=True)
class VariationSpec:
    """A source of uncertainty, with its sides by ``"up"`` and ``"down"``."""

    name: str
    sides: Mapping[str, Side]

    @classmethod
    def of(cls, name: str, changes: Mapping[str, Any], weights: Mapping[str, Any]) -> VariationSpec:
        """Return a variation from what a user says of its sides: changes and weights by ``"up"`` and ``"down"``.

        Raises
        ------
        DataError
            If nothing is said, or something that is neither a mapping nor an expression.

        Examples
        --------
        >>> VariationSpec.of("JES", {"up": {"pt": "1.02*pt"}, "down": None}, {}).sides["up"].words()
        'pt: 1.02*pt'
        """
        sides = {}
        for side in ("up", "down"):
            change, weight = changes.get(side), weights.get(side)
            if change is None and weight is None:
                continue
            if not isinstance(change, Mapping | None):
                msg = f"variation {name!r}: {side} must say what is changed, {{'pt': 'pt*1.02'}}, got {change!r}"
                raise DataError(msg)
            by_class = weight if isinstance(weight, Mapping) else {None: weight} if weight is not None else {}
            for text in by_class.values():
                if not isinstance(text, str) or not text.strip():
                    msg = f"variation {name!r}: the weight {side} must be an expression, got {text!r}"
                    raise DataError(msg)
            sides[side] = Side(dict(change or {}), dict(by_class))
        if not name or not any(each.changes or each.weights for each in sides.values()):
            msg = f"variation {name!r} changes nothing: vary('JES', up={{'pt': 'pt*1.02'}}, down={{'pt': 'pt*0.98'}})"
            raise DataError(msg)
        return cls(name, sides)
