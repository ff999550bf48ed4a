"""The label of an experiment, on every figure and on the page: ``CMS Preliminary ... 138 fb⁻¹ (13 TeV)``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

from umva.errors import ReportError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EXPERIMENTS", "Style"]

EXPERIMENTS = ("ALICE", "ATLAS", "Belle II", "CMS", "DUNE", "LHCb")
"""Experiments whose typeface and slant of the label are known; any other name is written as CMS writes its own."""


@dataclass(frozen=True)
class Style:
    """How figures are labelled, and whose typeface they have.

    Parameters
    ----------
    experiment
        ``"CMS"``, ``"ATLAS"``, ``"LHCb"``, ``"ALICE"``, ``"Belle II"``, ``"DUNE"`` in any letter case, or another name.
    label
        What stands behind it: ``"Simulation Preliminary"``.
    sqrt_s
        Energy of the collisions, in TeV; or a text with its unit, ``"10.58 GeV"``.
    luminosity
        Integrated luminosity, in inverse femtobarn; or a text with its unit, ``"7.8 pb⁻¹"``.

    Raises
    ------
    ReportError
        If a text is not one, or a number not positive.

    Examples
    --------
    >>> style = Style("cms", label="Preliminary", sqrt_s=13, luminosity=138)
    >>> style.experiment, style.left, style.right
    ('CMS', 'CMS Preliminary', '138 fb⁻¹ (13 TeV)')
    >>> Style.parse("Belle II, label=Simulation, sqrt_s=10.58 GeV").right
    '√s = 10.58 GeV'
    """

    experiment: str = ""
    label: str = ""
    sqrt_s: float | str | None = None
    luminosity: float | str | None = None

    def __post_init__(self) -> None:
        """Take the known spelling, and refuse what cannot be written."""
        for name in ("experiment", "label"):
            if not isinstance(getattr(self, name), str):
                msg = f"the {name} of a style must be a text, got {getattr(self, name)!r}"
                raise ReportError(msg)
        for name in ("sqrt_s", "luminosity"):
            value = getattr(self, name)
            if value is not None and not isinstance(value, str) and not (_is_number(value) and value > 0):
                msg = f"the {name} of a style must be a positive number or a text with its unit, got {value!r}"
                raise ReportError(msg)
        known = {each.lower().replace(" ", ""): each for each in EXPERIMENTS}
        name = self.experiment.strip()
        object.__setattr__(self, "experiment", known.get(name.lower().replace(" ", ""), name))

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        """Return the style with these settings, as a table of an analysis file has them.

        Raises
        ------
        ReportError
            For a setting that is not known; the message names the nearest.
        """
        names = [each.name for each in fields(cls)]
        for key in settings:
            if key not in names:
                msg = f"a style has no setting {key!r}: {did_you_mean(key, names)}"
                raise ReportError(msg)
        return cls(**settings)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the style that a text names: the experiment, then ``key=value``, with commas between.

        Raises
        ------
        ReportError
            If a part of the text is no setting.

        Examples
        --------
        >>> Style.parse("CMS, label=Work in progress, sqrt_s=13.6").left
        'CMS Work in progress'
        """
        settings: dict[str, Any] = {}
        for place, part in enumerate(text.split(",")):
            key, equals, value = (each.strip() for each in part.partition("="))
            if not equals and place == 0:
                key, value = "experiment", key
            elif not equals:
                msg = f"{part.strip()!r} is no setting of a style: 'CMS, label=Preliminary, sqrt_s=13, luminosity=138'"
                raise ReportError(msg)
            settings[key] = _number_or_text(value) if key in {"sqrt_s", "luminosity"} else value
        return cls.of(settings)

    @property
    def left(self) -> str:
        """The experiment and what stands behind it."""
        return f"{self.experiment} {self.label}".strip()

    @property
    def right(self) -> str:
        """Luminosity and energy with their units, as far as they are given."""
        energy = "" if self.sqrt_s is None else _with_unit(self.sqrt_s, "TeV")
        if self.luminosity is None:
            return f"√s = {energy}" if energy else ""
        return f"{_with_unit(self.luminosity, 'fb⁻¹')}{f' ({energy})' if energy else ''}"


def _is_number(value: object) -> bool:
    """Tell whether a value is a number, which True is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _with_unit(value: float | str, unit: str) -> str:
    """Return a number with the unit; a text has its own."""
    return value if isinstance(value, str) else f"{value:g} {unit}"


def _number_or_text(text: str) -> float | str:
    """Return the number that a text is, or the text."""
    try:
        return float(text)
    except ValueError:
        return text
