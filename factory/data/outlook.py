"""What an experiment expects of the events, and how they may differ from what was simulated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from umva.factory.data.arguments import said_text
from umva.factory.data.expected import positive, said
from umva.factory.data.variations import VariationSpec
from umva.reports.results import Expected

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Outlook"]


class Outlook:
    """The part of a :class:`umva.DataLoader` that tells of expected numbers of events and of systematic variations."""

    def __init__(self) -> None:
        self._variations: dict[str, VariationSpec] = {}
        self._expected = Expected()
        self._luminosity: float | None = None

    def luminosity(self, value: float) -> Self:
        """Set the integrated luminosity in 1/pb, for samples with a cross-section.

        Raises
        ------
        DataError
            If it is not above 0.
        """
        self._luminosity = positive(value, "the luminosity")
        return self

    def expect(
        self,
        by_label: Mapping[str, float] | None = None,
        /,
        *,
        background_uncertainty: float | None = None,
        merit: str | None = None,
        **yields: float,
    ) -> Self:
        """Say how many events the experiment expects before the cut on a response: for significances, not for the training.

        Parameters
        ----------
        by_label
            Numbers of events by class: ``{"feed-down": 300}``. A class that is not named is expected with cross-section times
            luminosity, or else with the sum of its weights.
        background_uncertainty
            Of the background after the cut, one standard deviation as a share of it: 0.1 for 10 %. By default 0.
        merit
            What is to be largest at the working point: ``"S/sqrt(B)"``, ``"S/sqrt(S+B)"``, ``"Asimov"`` (the default) or
            ``"AMS"``; see :mod:`umva.reports.measures.merit`.
        **yields
            The same by name: ``signal=100, background=1e4``.

        Raises
        ------
        DataError
            If a number is not above 0, the uncertainty negative, or the figure of merit unknown.
        """
        self._expected = said(self._expected, {**(by_label or {}), **yields}, background_uncertainty, merit)
        return self

    def vary(
        self,
        name: str,
        *,
        up: Mapping[str, Any] | None = None,
        down: Mapping[str, Any] | None = None,
        weight_up: str | Mapping[str, str] | None = None,
        weight_down: str | Mapping[str, str] | None = None,
    ) -> Self:
        """Declare a systematic variation: all trained methods are applied to test events that are different in this way.

        Parameters
        ----------
        name
            Of the source of uncertainty; once more takes the place of what was said before.
        up, down
            What is different on each side, one of which may be left out. Formulas by branch, ``{"pt": "pt*1.02"}``: all that
            is computed from the branch changes with it. Or by the name of a variable that is no branch: it alone changes.
            Cuts, weights and targets stay as they are: it is the same events. Or other samples by class, ``{"signal":
            "scale_up.root:events"}``, cut and weighed as the class is.
        weight_up, weight_down
            The event weight on each side, a formula, or one by class.

        Raises
        ------
        DataError
            If nothing is different.
        """
        said_text(name, "the name of a variation")
        changes, weights = {"up": up, "down": down}, {"up": weight_up, "down": weight_down}
        self._variations[name] = VariationSpec.of(name, changes, weights)
        return self
