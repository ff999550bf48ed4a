"""TMVA's LearningRateSchedule: learning rates from epochs on."""

from __future__ import annotations

from umva.methods.networks.pieces import Piece

__all__ = ["parse_rates"]


def parse_rates(text: str) -> tuple[tuple[int, float], ...]:
    """Return pairs of an epoch, counted from 0, and the learning rate from there on; none for an empty text.

    Raises
    ------
    OptionError
        If it cannot be understood, or the epochs do not rise.

    Examples
    --------
    >>> parse_rates("10,0.01; 20,0.005")
    ((10, 0.01), (20, 0.005))
    """
    pairs: list[tuple[int, float]] = []
    for piece in Piece.all_of("LearningRateSchedule", text).split(";") if text.strip() else []:
        epoch, *rate = piece.split(",")
        if len(rate) != 1:
            piece.refuse(f"expected an epoch and a learning rate, as 50,0.01, found {piece.text!r}")
        pairs.append((epoch.count("an epoch", low=0), rate[0].number("a learning rate", low=1e-12, high=100)))
        if len(pairs) > 1 and not pairs[-1][0] > pairs[-2][0]:
            piece.refuse(f"epoch {pairs[-1][0]} does not come after epoch {pairs[-2][0]}")
    return tuple(pairs)
