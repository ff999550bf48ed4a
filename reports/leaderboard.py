"""The table of methods, best first: one row each, as numbers and as ``leaderboard.csv``."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from umva.errors import RunError

if TYPE_CHECKING:
    import os

    from umva.reports.results import MethodResult, Results

__all__ = ["Row", "leaderboard", "write_leaderboard"]


@dataclass(frozen=True)
class Row:
    """One method; what it has no number for is None. ``eff_*`` are signal efficiencies at 1, 10 and 30 % background.

    ``behind`` is how much the test AUC is below that of the best method, ``p`` the Holm-corrected probability of such a
    difference by chance.
    """

    rank: int | None
    name: str
    method: str
    status: str
    auc: float | None = None
    auc_error: float | None = None
    auc_low: float | None = None
    auc_high: float | None = None
    auc_train: float | None = None
    auc_gap: float | None = None
    auc_gap_error: float | None = None
    overtraining: str | None = None
    behind: float | None = None
    behind_error: float | None = None
    p: float | None = None
    eff_01: float | None = None
    eff_01_error: float | None = None
    eff_10: float | None = None
    eff_10_error: float | None = None
    eff_30: float | None = None
    eff_30_error: float | None = None
    separation: float | None = None
    separation_error: float | None = None
    significance: float | None = None
    significance_error: float | None = None
    train_s: float | None = None
    apply_us_per_event: float | None = None


def leaderboard(results: Results) -> list[Row]:
    """Return one row a method in the order of the results, best first, those without an AUC last and without rank."""
    return [_row(place, each) for place, each in enumerate(results.methods.values(), start=1)]


def write_leaderboard(results: Results, path: str | os.PathLike[str]) -> None:
    """Write :func:`leaderboard` as CSV (UTF-8, comma, header line); None is an empty field.

    Raises
    ------
    RunError
        If the file cannot be written.
    """
    try:
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [each.name for each in fields(Row)], lineterminator="\n")
            writer.writeheader()
            writer.writerows(asdict(row) for row in leaderboard(results))
    except OSError as error:
        msg = f"{path}: the leaderboard cannot be written ({error})"
        raise RunError(msg) from error


def _row(place: int, method: MethodResult) -> Row:
    """Return the row of one method."""
    row = Row(None, method.name, method.method, method.status)
    if method.time is not None:
        row = replace(row, train_s=method.time.train_s, apply_us_per_event=method.time.apply_us_per_event)
    if method.auc is None:
        return row
    test = method.auc.test
    row = replace(row, rank=place, auc_low=test.low, auc_high=test.high, auc_train=method.auc.train.value)
    numbers = {"auc": test, "separation": method.separation, "significance": method.significance}
    numbers |= {f"eff_{key[2:]}": pair.test for key, pair in method.signal_efficiency.items()}
    if method.comparison is not None:
        row = replace(row, p=method.comparison.p_corrected)
        numbers["behind"] = method.comparison.difference
    if method.overtraining is not None:
        row = replace(row, overtraining=method.overtraining.verdict)
        numbers["auc_gap"] = method.overtraining.auc_gap
    known = {column: each for column, each in numbers.items() if each is not None}
    values: dict[str, Any] = {column: each.value for column, each in known.items()}
    errors: dict[str, Any] = {f"{column}_error": each.error for column, each in known.items()}
    return replace(row, **values, **errors)
