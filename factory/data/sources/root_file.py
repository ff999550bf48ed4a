"""Opening a ROOT file with uproot, and taking an object out of it by its exact key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import uproot

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

__all__ = ["fetch", "opened"]


def opened(file: Path | str) -> AbstractContextManager[Any]:
    """Open a file or URL as it stands, colons and all; arrays that were read are not kept."""
    directory: AbstractContextManager[Any] = uproot.open({file: None}, array_cache=None)
    return directory


def fetch(directory: Any, key: str) -> Any:
    """Return the object ``folder/name;cycle``; uproot's brackets would split the name at a colon."""
    if ":" not in key:
        return directory[key]
    path, _, leaf = key.rpartition("/")
    folder = directory[path] if path else directory
    return dict(folder.iteritems(recursive=False, filter_name=lambda each: each == leaf.rpartition(";")[0]))[leaf]
