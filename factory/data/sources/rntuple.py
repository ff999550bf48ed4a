"""RNTuples: fields and the fields of records as columns. Loaded only together with uproot.

A field of a record is the column ``record.field``; of a list of records, ``list.field``, jagged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

from umva.factory.data.sources.base import Column, Columns, Source, reading
from umva.factory.data.sources.forms import leaves, plain
from umva.factory.data.sources.root_file import fetch, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from umva.factory.data.sources.base import Array

__all__ = ["RNTupleSource"]


@dataclass(frozen=True, kw_only=True, eq=False)
class RNTupleSource(Source):
    """An RNTuple of a ROOT file.

    Parameters
    ----------
    file, tree
        Path or URL, and the name in it with its cycle.
    places
        By column, the fields that lead to it.
    """

    file: str
    tree: str
    places: Mapping[str, tuple[str, ...]] = field(repr=False)

    kind: ClassVar[str] = "RNTuple"

    @classmethod
    def of(cls, ntuple: Any, /, **details: Any) -> Self:
        """Make a source of an open RNTuple; ``details`` are the other fields."""
        form, _ = ntuple.to_akform()
        ends = {".".join(leaf.steps): leaf for leaf in leaves(form.type)}
        columns = [Column(name, leaf.dtype, leaf.reason is None, leaf.reason) for name, leaf in ends.items()]
        places = {name: leaf.steps for name, leaf in ends.items()}
        aliases = [(steps[-1], name) for name, steps in places.items()]
        return cls(
            columns=Columns(columns, aliases=aliases), places=places, n_entries=int(ntuple.num_entries), **details
        )

    def _read(self, names: Sequence[str], n_events: int) -> Iterator[Mapping[str, Array]]:
        with reading(self.where), opened(self.file) as directory:
            ntuple = fetch(directory, self.tree)
            for start, stop in _blocks(ntuple, n_events):
                block = self._block(ntuple, names, start, stop)
                for at in range(0, stop - start, n_events):
                    yield {name: array[at : at + n_events] for name, array in block.items()}
                del block

    def _block(self, ntuple: Any, names: Sequence[str], start: int, stop: int) -> dict[str, Array]:
        """Read some fields; if that fails, one by one, to find which is to blame."""
        try:
            return self._fields(ntuple, names, start, stop)
        except Exception:
            for name in names:
                with reading(f"{self.where}, field {name!r}, entries {start} to {stop}"):
                    self._fields(ntuple, [name], start, stop)
            raise

    def _fields(self, ntuple: Any, names: Sequence[str], start: int, stop: int) -> dict[str, Array]:
        wanted = {".".join(self.places[name]) for name in names}
        arrays = ntuple.arrays(
            filter_field=lambda each: each.path in wanted, entry_start=start, entry_stop=stop, array_cache=None
        )
        return {name: plain(_follow(arrays, self.places[name])) for name in names}


def _follow(array: Any, steps: tuple[str, ...]) -> Any:
    for step in steps:
        array = array[step]
    return array


def _blocks(ntuple: Any, n_events: int) -> Iterator[tuple[int, int]]:
    """Join clusters, which are read as a whole, to blocks of ``n_events`` events or one cluster, whichever is more."""
    start = stop = 0
    for cluster in ntuple.cluster_summaries:
        end = cluster.num_first_entry + cluster.num_entries
        if stop > start and end - start > n_events:
            yield start, stop
            start = stop
        stop = end
    if stop > start:
        yield start, stop
