"""What differs between two runs besides their numbers: options of a method, data, cuts, weights, split, versions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from umva.reports.page.view import as_text
from umva.reports.results import Fact

if TYPE_CHECKING:
    from umva.reports.results import MethodResult, Results

__all__ = ["facts", "options"]


def options(before: MethodResult, now: MethodResult) -> tuple[Fact, ...]:
    """Return the options of a method that differ, its kind and its input transformation among them.

    Examples
    --------
    >>> from umva.reports.results import MethodResult
    >>> few, many = (MethodResult(name="BDT", method="BDT", title="", status="ok", options={"n_trees": n}) for n in (10, 99))
    >>> options(few, many)
    (Fact(name='n_trees', before='10', now='99'),)
    """
    sides = [{"method": each.method, "transform": each.transform, **each.options} for each in (before, now)]
    return _differing(*sides)


def facts(before: Results, now: Results) -> tuple[Fact, ...]:
    """Return what differs in the sample, the split, the seed and the versions of packages."""
    return _differing(_known(before), _known(now))


def _differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return the entries of two mappings that are not the same in both."""
    names = dict.fromkeys([*before, *now])
    return tuple(
        Fact(name, *(as_text(side[name]) if name in side else "" for side in (before, now)))
        for name in names
        if (name in before, before.get(name)) != (name in now, now.get(name))
    )


def _known(results: Results) -> dict[str, Any]:
    """Return what is known of a run, by names that a reader understands."""
    dataset = results.dataset
    known: dict[str, Any] = {"events": dataset.n_events, "seed": results.seed}
    known |= {f"variable {each.name}": each.expression for each in dataset.variables}
    known |= {f"target {each.name}": each.expression for each in dataset.targets}
    known |= {f"cut ({label})": each for label, each in dataset.cuts.items()}
    known |= {f"weight ({label})": each for label, each in dataset.weights.items()}
    for each in dataset.files:
        content = f"{each.n_selected} of {each.n_entries} events" + (
            f", SHA-256 {each.sha256[:12]}" if each.sha256 else ""
        )
        name = f"file {PurePath(each.source).name} ({each.label})"
        known[name] = "; ".join([known[name], content] if name in known else [content])
    known |= {f"split {key}": value for key, value in dataset.split.items()}
    known["which event went where"] = dataset.split_sha256[:12]
    versions = results.provenance.get("versions")
    return known | (
        {f"{key} version": value for key, value in versions.items()} if isinstance(versions, Mapping) else {}
    )
