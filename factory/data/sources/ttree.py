"""TTrees: branches, leaf lists and split objects as columns. Loaded only together with uproot.

A branch is a column under its own name; ``pt[3]`` and ``event.`` lose the brackets and the dot. The leaves of a leaf
list and the members of an object are columns ``branch.leaf``. A leaf's own name, and the path ``object.member`` or
``object/member``, find the column too, where no other could be meant.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import uproot

from umva.factory.data.sources.base import Column, Columns, Source, reading
from umva.factory.data.sources.forms import Leaf, leaves, plain
from umva.factory.data.sources.root_file import fetch, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from umva.factory.data.sources.base import Array

__all__ = ["TreeSource"]

_SIZES = re.compile(r"(\[[^\]]*\])+$")


@dataclass(frozen=True)
class _Place:
    """Where a column lies: a branch, whether numpy reads it, and the fields to follow inside."""

    branch: str
    flat: bool
    steps: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class TreeSource(Source):
    """A TTree (or TNtuple) of a ROOT file.

    Parameters
    ----------
    file, tree
        Path or URL, and the name in it with its cycle.
    places
        By column, where it lies.
    """

    file: str
    tree: str
    places: Mapping[str, _Place] = field(repr=False)

    kind: ClassVar[str] = "TTree"

    @classmethod
    def of(cls, tree: Any, /, **details: Any) -> Self:
        """Make a source of an open tree; ``details`` are the other fields."""
        columns, places, aliases = _columns(tree)
        return cls(columns=Columns(columns, aliases=aliases), places=places, n_entries=int(tree.num_entries), **details)

    def _read(self, names: Sequence[str], n_events: int) -> Iterator[Mapping[str, Array]]:
        places = [self.places[name] for name in names]
        flat = list(dict.fromkeys(place.branch for place in places if place.flat))
        nested = list(dict.fromkeys(place.branch for place in places if not place.flat))
        with reading(self.where), opened(self.file) as directory:
            tree = fetch(directory, self.tree)
            streams = [
                _stream(tree, branches, library, n_events)
                for branches, library in ((flat, "np"), (nested, "ak"))
                if branches
            ]
            for start in range(0, self.n_entries, n_events):
                with self._naming(tree, flat + nested, start, min(start + n_events, self.n_entries)):
                    arrays = {name: array for stream in streams for name, array in next(stream).items()}
                given = [
                    {name: _follow(arrays[place.branch], place) for name, place in zip(names, places, strict=True)}
                ]
                del arrays
                yield given.pop()

    @contextmanager
    def _naming(self, tree: Any, branches: Sequence[str], start: int, stop: int) -> Iterator[None]:
        """If a chunk cannot be read, find the branch which is to blame."""
        try:
            yield
        except Exception:
            for branch in branches:
                with reading(f"{self.where}, branch {branch!r}, entries {start} to {stop}"):
                    tree[branch].array(entry_start=start, entry_stop=stop, array_cache=None)
            raise


def _stream(tree: Any, branches: Sequence[str], library: str, n_events: int) -> Iterator[dict[str, Any]]:
    """Read branches in step; explicit interpretations keep uproot from taking their names for expressions."""
    wanted = [(name, tree[name].interpretation) for name in branches]
    stream: Iterator[dict[str, Any]] = tree.iterate(wanted, step_size=n_events, library=library, how=dict, aliases={})
    return stream


def _follow(array: Any, place: _Place) -> Array:
    for step in place.steps:
        array = array[step]
    return np.ascontiguousarray(array) if place.flat else plain(array)


def _columns(tree: Any) -> tuple[list[Column], dict[str, _Place], list[tuple[str, str]]]:
    """Return the columns of a tree, their places, and other spellings of their names."""
    ends = list(_ends(tree.branches))
    stems = Counter(_stem(chain) for chain, _ in ends)
    columns, places, aliases = [], {}, []
    for chain, branch in ends:
        stem = _stem(chain) if stems[_stem(chain)] == 1 else _dotted(chain)
        for leaf in _leaves(branch):
            name = ".".join((stem, *leaf.steps))
            if name in places:
                continue
            columns.append(Column(name, leaf.dtype, leaf.reason is None, leaf.reason))
            places[name] = _Place("/".join(chain), _is_flat(branch.interpretation), leaf.steps)
            aliases += [(spelling, name) for spelling in _spellings(chain, branch, leaf)]
    return columns, places, aliases


def _ends(branches: Any, chain: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Give the branches that hold data, each with the names that lead to it."""
    for branch in branches:
        names = (*chain, branch.name)
        if branch.branches:
            yield from _ends(branch.branches, names)
        else:
            yield names, branch


def _leaves(branch: Any) -> list[Leaf]:
    try:
        return list(leaves(branch.interpretation.awkward_form(branch.file).type))
    except Exception as error:  # noqa: BLE001 (uproot says in many ways that it does not know a class)
        reason, *_ = (str(error).strip() or type(error).__name__).splitlines()
        return [Leaf((), "unknown", f"uproot cannot interpret it: {reason}")]


def _is_flat(interpretation: Any) -> bool:
    """Whether numpy alone can hold it: a number, a fixed number of them, a leaf list, a string."""
    flat = (uproot.interpretation.numerical.Numerical, uproot.AsStrings)
    return isinstance(interpretation, flat) and not isinstance(interpretation, uproot.AsStridedObjects)


def _stem(chain: tuple[str, ...]) -> str:
    return _SIZES.sub("", chain[-1]).rstrip(".") or chain[-1]


def _dotted(chain: tuple[str, ...]) -> str:
    """Return ``object.member``, whether or not ROOT already wrote the object's name before the member's."""
    dotted = _stem(chain[:1])
    for parent, child in itertools.pairwise(chain):
        dotted += "." + _stem((child,)).removeprefix(_stem((parent,)) + ".")
    return dotted


def _spellings(chain: tuple[str, ...], branch: Any, leaf: Leaf) -> Iterator[str]:
    """Give what else one may call a leaf of a branch."""
    inner = "".join(f".{step}" for step in leaf.steps)
    dotted = _dotted(chain) + inner
    yield from (chain[-1] + inner, "/".join(chain) + inner, dotted, dotted.rpartition(".")[2])
    if not inner:
        for each in branch.member("fLeaves"):
            yield from (each.member("fName"), f"{chain[-1]}.{each.member('fName')}")
