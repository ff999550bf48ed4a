"""Hidden layers as TMVA writes them: ``"N+5,N,7"``, N being the number of inputs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self

from umva.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["HiddenLayers"]

_RELATIVE = re.compile(r"[nN]\s*(?:([+-])\s*(\d{1,6}))?")
_NUMBER = re.compile(r"\+?0*([1-9]\d{0,5})")


class HiddenLayers(str):
    """Sizes of hidden layers: numbers, or sums and differences of a number and N, the number of inputs.

    Examples
    --------
    >>> HiddenLayers("N+5, 3, N").sizes(4), HiddenLayers([9, 5]), HiddenLayers("N-1").sizes(1)
    ([9, 3, 4], '9,5', [1])
    """

    __slots__ = ()

    def __new__(cls, written: str | Iterable[object]) -> Self:
        """Return the text; a sequence is joined."""
        return super().__new__(cls, written if isinstance(written, str) else ",".join(map(str, written)))

    def sizes(self, n_inputs: int) -> list[int]:
        """Return the neurons of each layer, at least one; no layer if nothing is written.

        Raises
        ------
        OptionError
            If a layer is not written so, or is a number below 1.
        """
        return [_size(each.strip(), self, n_inputs) for each in self.split(",")] if self.strip() else []


def _size(layer: str, text: str, n_inputs: int) -> int:
    """Return the neurons of one layer; fewer inputs than are to be left out leave one neuron."""
    if found := _RELATIVE.fullmatch(layer):
        return max(1, n_inputs + int(f"{found[1] or '+'}{found[2] or 0}"))
    if found := _NUMBER.fullmatch(layer):
        return int(found[1])
    msg = (
        f"hidden_layers (HiddenLayers) must be sizes such as 'N+5,N,7', each at least 1, got {layer!r} in {str(text)!r}"
    )
    raise OptionError(msg)
