"""How sentences of the report are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["listed"]


def listed(names: Iterable[str], *, most: int = 4) -> str:
    """Return ``"a, b and c"``; of more names than ``most`` the last ones in a number.

    Examples
    --------
    >>> listed(["x", "y"]), listed(["x"]), listed("abcdefg")
    ('x and y', 'x', 'a, b, c and 4 more')
    """
    shown = list(names)
    if len(shown) > most:
        shown = [*shown[: most - 1], f"{len(shown) - most + 1} more"]
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]
