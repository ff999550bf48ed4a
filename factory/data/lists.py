"""Lists as one writes them in a line: items between separators, of which some may hold separators in brackets."""

from __future__ import annotations

from umva.errors import DataError

__all__ = ["items"]

_OPENING, _CLOSING = "([{", ")]}"


def items(text: str, separators: str = ",") -> list[str]:
    """Return what stands between separators that are outside all brackets, without the blanks around it.

    Raises
    ------
    DataError
        If brackets are left open or closed too often.

    Examples
    --------
    >>> items("m_bb, r := atan2(y,x)")
    ['m_bb', 'r := atan2(y,x)']
    """
    pieces, depth = [""], 0
    for letter in text:
        depth += (letter in _OPENING) - (letter in _CLOSING)
        if depth < 0:
            break
        if depth == 0 and letter in separators:
            pieces.append("")
        else:
            pieces[-1] += letter
    if depth != 0:
        msg = f"the brackets do not match in {text!r}"
        raise DataError(msg)
    return [each.strip() for each in pieces]
