"""A run against an earlier one: what became better or worse by more than noise, and what else has changed.

The change of a method is measured on test events. Those of the two runs may be the same, overlap, or be others altogether;
the influence of each event on either number (:mod:`umva.reports.measures.influence`) tells all cases at once::

    var(now - before) = sum over events of (influence on now - influence on before)^2

where an event that a run does not have has no influence on its number. The randomness of a training is not in this error: a
method that is trained again with another seed changes by itself.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import ReportError, RunError
from umva.reports.measures.comparison import LEVEL, hardly_matters, holm
from umva.reports.measures.influence import Z95, Measured, difference, p_value
from umva.reports.outputs.store import read_results
from umva.reports.results import Against, Change, Number, Results
from umva.reports.runs.changes import facts, options
from umva.reports.runs.stored_scores import read_scores

if TYPE_CHECKING:
    from umva.reports.runs.stored_scores import StoredPart, StoredScores

__all__ = ["compared_with"]

SAME = 1e-9
"""Relative difference up to which a score of ``scores.h5`` is the one of ``results.json``."""


def compared_with(results: Results, earlier: Results | Path, *, folder: Path | None = None) -> Against:
    """Compare a run with an earlier one.

    Parameters
    ----------
    results
        This run.
    earlier
        The folder of the earlier run, its ``results.json``, or what was read from it.
    folder
        The folder of this run. Changes are paired event by event if both folders are known and hold ``scores.h5``.

    Raises
    ------
    ReportError
        If the two have another task or no measured method in common.
    RunError
        If the earlier run cannot be read.
    """
    before, home = _read(earlier)
    if before.task != results.task:
        msg = f"a {results.task} cannot be compared with an earlier {before.task}"
        raise ReportError(msg)
    common = [name for name, each in results.methods.items() if each.score and _score(before, name)]
    if not common:
        msg = f"no measured method is in both runs: now {list(results.methods)}, before {list(before.methods)}"
        raise ReportError(msg)
    stored = _scores(results, folder), _scores(before, home)
    events, shared = _relation(results, before, *stored)
    changes = {name: _change(results, before, name, stored if shared else (None, None)) for name in common}
    corrected = holm([each.p_value for each in changes.values()])
    return Against(
        title=before.title,
        finished=str(before.provenance.get("time", {}).get("finished", "")),
        events=events,
        methods={
            name: _judged(each, p, less_is_better=results.task == "regression")
            for (name, each), p in zip(changes.items(), corrected, strict=True)
        },
        added=tuple(name for name in results.methods if name not in before.methods),
        removed=tuple(name for name in before.methods if name not in results.methods),
        facts=facts(before, results),
    )


def _read(earlier: Results | Path) -> tuple[Results, Path | None]:
    """Return the earlier results, and their folder if it is known."""
    if isinstance(earlier, Results):
        return earlier, None
    path = Path(earlier)
    file = path / "results.json" if path.is_dir() else path
    return read_results(file), file.parent


def _score(results: Results, name: str) -> Number | None:
    """Return the score of a method, if it was measured."""
    return results.methods[name].score if name in results.methods else None


def _scores(results: Results, folder: Path | None) -> StoredScores | None:
    """Return the responses in a folder, None if there are none or they are not those of these results."""
    if folder is None:
        return None
    try:
        stored = read_scores(folder / "scores.h5")
    except RunError:
        return None
    for name in stored.parts["test"].scores:
        known = _score(results, name)
        if known is None or abs(stored.score(name).value - known.value) > SAME * abs(known.value):
            return None
    return stored


def _relation(
    results: Results, before: Results, now: StoredScores | None, then: StoredScores | None
) -> tuple[str, bool]:
    """Say how the test events of two runs are related, and whether it is known which of them both have."""
    apart = "Errors are those of independent samples, and too large where the two runs share test events."
    if now is None or then is None:
        return f"The responses of both runs are not at hand (scores.h5). {apart}", False
    if _numbering(results) != _numbering(before):
        return f"The events come from other files or were cut otherwise. {apart}", False
    one, two = now.parts["test"], then.parts["test"]
    events, here, there = np.intersect1d(one.event, two.event, return_indices=True)
    if not (np.array_equal(one.y[here], two.y[there]) and np.array_equal(one.weight[here], two.weight[there])):
        return f"The events or their weights are others. {apart}", False
    if len(events) == len(one.event) == len(two.event):
        return "Both runs are tested on the same events; changes are paired event by event.", True
    share = 100 * len(events) / max(len(one.event), len(two.event))
    return f"The two runs share {share:.0f} % of their test events; errors take it into account.", True


def _numbering(results: Results) -> list[tuple[object, ...]]:
    """Return what decides which number an event has: what was read, in which order, and what passed the cuts."""
    files = [(each.label, each.n_entries, each.n_selected, each.sha256) for each in results.dataset.files]
    return [*files, tuple(results.dataset.cuts.items())]


def _change(
    results: Results, before: Results, name: str, stored: tuple[StoredScores | None, StoredScores | None]
) -> Change:
    """Return how the score of a method has changed, not yet corrected for the number of methods."""
    now, then = results.methods[name], before.methods[name]
    if now.score is None or then.score is None:
        msg = f"method {name!r} was not measured in both runs"
        raise ReportError(msg)
    if stored[0] is not None and stored[1] is not None:
        ends = stored[0].parts["test"], stored[1].parts["test"]
        found = _paired(stored[0].score(name), stored[1].score(name), *ends)
    else:
        found = _independent(now.score, then.score)
    chance = p_value(found)
    paired = stored[0] is not None
    return Change(then.score, now.score, found, paired, chance, chance, "same", options=options(then, now))


def _paired(now: Measured, then: Measured, here: StoredPart, there: StoredPart) -> Number:
    """Return the change with the error that knows which events both numbers rest on."""
    events = np.union1d(here.event, there.event)
    ends = []
    for number, part in ((now, here), (then, there)):
        influence = np.zeros(len(events))
        influence[np.searchsorted(events, part.event)] = number.influence
        ends.append(replace(number, influence=influence))
    return difference(*ends)


def _independent(now: Number, then: Number) -> Number:
    """Return the change of two numbers from samples that have nothing in common."""
    value = now.value - then.value
    if now.error is None or then.error is None:
        return Number(value, note=now.note or then.note)
    error = float(np.hypot(now.error, then.error))
    return Number(value, error, value - Z95 * error, value + Z95 * error)


def _judged(change: Change, corrected: float, *, less_is_better: bool) -> Change:
    """Return the change with its corrected probability and what it means."""
    better = (change.change.value < 0) == less_is_better
    verdict = "same" if corrected >= LEVEL else "better" if better else "worse"
    best = min if less_is_better else max
    negligible = hardly_matters(
        change.change, best(change.now.value, change.before.value), less_is_better=less_is_better
    )
    return replace(change, p_corrected=corrected, verdict=verdict, negligible=negligible)
