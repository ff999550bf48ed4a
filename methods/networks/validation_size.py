"""TMVA's ValidationSize: which part of the training events is watched, and not learnt from."""

from __future__ import annotations

from umva.methods.networks.pieces import Piece

__all__ = ["ValidationSize"]


class ValidationSize(str):
    """Part of the training events to be watched: ``"20%"``, ``"0.2"`` or ``0.2`` of them, ``"100"`` or ``100`` events.

    Examples
    --------
    >>> ValidationSize(0.2).share(1000), ValidationSize("20%").share(1000), ValidationSize(100).share(1000)
    (0.2, 0.2, 0.1)
    """

    __slots__ = ()

    def share(self, n_events: int | None = None) -> float:
        """Return which share of ``n_events`` it is; if that number is not known, only check what is written.

        Raises
        ------
        OptionError
            If it is no such part, or all of the events.
        """
        piece = Piece.all_of("ValidationSize", self)
        if piece.text.endswith("%"):
            return Piece.all_of("ValidationSize", piece.text[:-1]).number("a percentage", high=99.9) / 100
        size = piece.number("a share or a number of events", high=1e9)
        if size < 1 or n_events is None:
            return size
        if not size < n_events:
            piece.refuse(f"{size:g} events are to be watched, the training has {n_events}")
        return size / n_events
