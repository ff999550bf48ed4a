"""The script of the page: small files of our own, joined, no library.

Without it the page is complete; with it methods can be hidden, tables sorted and copied, figures zoomed and read, and a
cut moved by hand. The page names its hash, so that browsers run this script and no other.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["hash_of", "joined"]

SHARED = ("base", "grid", "scales", "merits", "plots", "zoom")
"""What the others use, in one scope."""
OWN = ("theme", "navigation", "print", "methods", "sort", "copy", "values", "cut")
"""Each in a scope of its own."""


def joined(read: Callable[[str], str]) -> str:
    """Return the whole script.

    Parameters
    ----------
    read
        Returns a file of the templates by name.
    """
    shared = [read(f"script/{name}.js") for name in SHARED]
    own = [f"{{\n{read(f'script/{name}.js')}\n}}" for name in OWN]
    return "\n".join(["(() => {", '"use strict";', *shared, *own, "})();"])


def hash_of(script: str) -> str:
    """Return the SHA-256 of a script as a Content-Security-Policy names it.

    Examples
    --------
    >>> hash_of("")
    '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    """
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
