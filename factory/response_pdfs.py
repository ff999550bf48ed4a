"""The densities of a response in signal and background: TMVA's CreateMVAPdfs, probability and rarity."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from umva.methods.densities.recipe import Recipe
from umva.methods.densities.sample import BinnedSample, ends
from umva.methods.densities.table import TINY, Table
from umva.methods.options import resolve
from umva.methods.stored import stored

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["ENDINGS", "ResponsePdfs", "ResponseRecipe"]

ENDINGS = ("mvapdf", "mvapdfsig", "mvapdfbkg")
"""What TMVA's options of response densities end in, in small letters."""

_ENDINGS = {
    **dict(zip(ENDINGS, ("", "signal", "background"), strict=True)),
    "_signal": "signal",
    "_background": "background",
}


@dataclass(frozen=True)
class ResponseRecipe:
    """How the densities of a response are made.

    Parameters
    ----------
    signal, background
        The recipe for each class: TMVA's ``...MVAPdfSig`` and ``...MVAPdfBkg``, which go before ``...MVAPdf``.
    """

    signal: Recipe = field(default_factory=Recipe)
    background: Recipe = field(default_factory=Recipe)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """Return the recipes that options describe.

        Parameters
        ----------
        given
            Names to values: those of :class:`umva.methods.densities.recipe.Recipe`, which may end in ``_signal`` or
            ``_background``, or TMVA's, ending in ``MVAPdf``, ``MVAPdfSig`` or ``MVAPdfBkg``.

        Raises
        ------
        OptionError
            For a name or value that is not allowed.

        Examples
        --------
        >>> found = ResponseRecipe.of({"NbinsMVAPdf": "50", "smoothing_signal": 10})
        >>> found.signal.n_bins, found.signal.smoothing, found.background.smoothing
        (50, 10, 0)
        """
        of_class: dict[str, dict[str, Any]] = {"": {}, "signal": {}, "background": {}}
        for key, value in given.items():
            ending = next((each for each in _ENDINGS if key.lower().endswith(each)), "")
            of_class[_ENDINGS.get(ending, "")][key[: len(key) - len(ending)]] = value
        both, signal, background = (resolve(Recipe, "response_pdfs", each) for each in of_class.values())
        return cls(Recipe(**{**both, **signal}), Recipe(**{**both, **background}))


@dataclass(frozen=True, eq=False)
class ResponsePdfs:
    """The densities of a response in signal and background, from the training events.

    Parameters
    ----------
    background, signal
        Densities of integral 1.
    notes
        What a check of the histograms found.
    """

    background: Table
    signal: Table
    notes: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls, scores: NDArray[np.float64], y: NDArray[np.int8], weight: NDArray[np.float64], recipe: ResponseRecipe
    ) -> Self:
        """Return the densities of the responses to training events.

        The largest response lies on the upper edge of the histogram and so, as in TMVA, outside, unless several events
        have it, or its class has no other: a response that peaks at its end would lose the peak.

        Parameters
        ----------
        scores, y, weight
            Response, class (1 signal, 0 background) and training weight of each event, shape ``(n_events,)``; negative
            weights are filled with their sign.
        recipe
            How they are made.

        Raises
        ------
        MethodError
            If the weights of a class do not sum to more than zero.
        """
        low, high = ends(scores)
        largest = scores == high
        inside = ~largest if largest.sum() == 1 else np.ones(len(scores), dtype=bool)
        inside |= np.isin(y, [label for label in (0, 1) if not weight[inside & (y == label)].any()])
        found = []
        notes = []
        for label, (name, each) in enumerate((("background", recipe.background), ("signal", recipe.signal))):
            rows = inside & (y == label)
            n_bins = each.bins(len(scores))
            sample = BinnedSample.fill(scores[rows], weight[rows], low=low, high=high, n_bins=n_bins).normalised()
            found.append(each.density(sample, f"The response to {name}"))
            notes.append(each.note(sample, f"the response to {name}"))
        return cls(found[0], found[1], tuple(filter(None, notes)))

    def probability(self, scores: NDArray[np.float64], signal_fraction: float = 0.5) -> NDArray[np.float64]:
        """Return the probability of signal, ``p_S f / (p_S f + p_B (1 - f))``; NaN where the response is NaN.

        Beyond the responses to training events it is that of the nearest one; TMVA's is drawn out along the outermost
        slopes of both densities, and may turn round.

        Parameters
        ----------
        scores
            Responses, shape ``(n_events,)``.
        signal_fraction
            ``f``, the fraction of signal among the events, from 0 to 1.

        Raises
        ------
        ValueError
            If the fraction is not one.
        """
        if not 0.0 <= signal_fraction <= 1.0:
            msg = f"signal_fraction must be from 0 to 1, got {signal_fraction!r}"
            raise ValueError(msg)
        signal, background = (_value(each, scores) for each in (self.signal, self.background))
        signal *= signal_fraction
        background *= 1.0 - signal_fraction
        probability: NDArray[np.float64] = signal / (signal + background)
        return probability

    def rarity(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the fraction of background with a smaller response: uniform from 0 to 1 for background.

        (TMVA Users Guide, arXiv:physics/0703039, section 3.1.13.) NaN where the response is NaN.
        """
        return self.background.integral_to(scores)

    def save(self, path: Path) -> None:
        """Write the densities into an npz file."""
        arrays: dict[str, Any] = {}
        for name, each in (("background", self.background), ("signal", self.signal)):
            arrays[f"{name}_ends"] = np.array([each.low, each.high])
            arrays[f"{name}_values"] = each.values
            arrays[f"{name}_stepped"] = np.array(each.stepped)
        np.savez(path, **arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the densities that :meth:`save` wrote; nothing in the file is executed.

        Raises
        ------
        RunError
            If it does not hold any.
        """
        with stored(path, "the densities of a response") as arrays:
            return cls(_table(arrays, "background"), _table(arrays, "signal"))


def _table(arrays: Mapping[str, NDArray[np.float32]], name: str) -> Table:
    low, high = arrays[f"{name}_ends"]
    return Table(float(low), float(high), arrays[f"{name}_values"], bool(arrays[f"{name}_stepped"]))


def _value(density: Table, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the density, beyond its ends that of the end, and at least TMVA's smallest; NaN at NaN."""
    least = min(TINY, 1e-6 / (density.high - density.low))
    known = ~np.isnan(scores)
    values = np.full(len(scores), np.nan)
    values[known] = np.maximum(density(np.clip(scores[known], density.low, density.high)), least)
    return values
