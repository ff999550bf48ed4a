"""Does a cut on the response sculpt a spectator, and does it matter? The verdict and its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.reports.digits import equals_p, percent
from umva.reports.results import Number

if TYPE_CHECKING:
    from umva.reports.results import Selection, Uniformity

__all__ = ["LEVEL", "MILD_SPREAD", "STRONG_SPREAD", "sculpting"]

LEVEL = 0.001
"""Probability below which efficiencies are called unequal."""

MILD_SPREAD, STRONG_SPREAD = 0.10, 0.30
"""Spread of the efficiencies around their mean, as a share of it, from which on sculpting is mild or strong."""


def sculpting(name: str, found: Uniformity, *, of: str = "background", rest: str = "background") -> tuple[str, str]:
    """Return a verdict, ``"none"``, ``"mild"`` or ``"strong"``, and a sentence that says what it rests on.

    Of the cuts where a chi2 test finds the efficiencies in bins of the spectator unequal (p < 0.001), the one with the
    largest relative spread decides: mild from 10 % on, strong from 30 % on.

    Parameters
    ----------
    name
        Of the spectator.
    found
        The numbers of the background.
    of, rest
        What the class is called that is looked at, and the events of which the cuts let given shares pass.
    """
    if len(found.labels) < 2:
        return "none", f"{name} has the same value for all: there is nothing to sculpt."
    tested = {key: each for key, each in found.selections.items() if each.chi2.n_dof}
    if not tested:
        return (
            "none",
            f"Whether {name} is sculpted cannot be judged: too few events of the {of} pass, or all get one response.",
        )
    uneven = {key: each for key, each in tested.items() if each.chi2.p_value < LEVEL}
    if not uneven:
        key = "0.10" if "0.10" in tested else next(iter(tested))
        spread = tested[key].spread
        limit = f"{max(100 * (spread.high or spread.value), 1.0):.0f}"
        whose = "" if of == rest else f"of {of} "
        chance = equals_p(min(each.chi2.p_value for each in tested.values()))
        return "none", (
            f"No sculpting of {name} seen: where {_share(key)} % of the {rest} pass, the share {whose}is even within chance "
            f"(relative spread below {limit} %, smallest {chance})."
        )
    key = max(uneven, key=lambda each: uneven[each].spread.value)
    worst = uneven[key].spread.value
    verdict = "strong" if worst >= STRONG_SPREAD else "mild" if worst >= MILD_SPREAD else "none"
    words = {"strong": f"Sculpts {name} strongly", "mild": f"Sculpts {name} mildly", "none": f"Hardly touches {name}"}
    return verdict, f"{words[verdict]}: {_range(name, key, uneven[key], found.labels, of, rest)}."


def _range(name: str, key: str, found: Selection, labels: tuple[str, ...], of: str, rest: str) -> str:
    """Say from where to where the efficiency runs."""
    known = [
        (Number(value, error), label)
        for value, error, label in zip(found.efficiencies, found.errors, labels, strict=True)
        if value is not None
    ]
    whose = "" if of == rest else f" of {of}"
    low, high = (choose(known, key=lambda each: each[0].value) for choose in (min, max))
    return (
        f"where {_share(key)} % of the {rest} pass, {percent(low[0])} %{whose} do for {name} {low[1]} and "
        f"{percent(high[0])} % for {high[1]} (relative spread {percent(found.spread)} %)"
    )


def _share(key: str) -> str:
    """Return a working point in percent."""
    return f"{100 * float(key):g}"
