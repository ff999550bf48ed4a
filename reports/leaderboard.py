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
    test, train = method.auc.test, method.auc.train
    row = replace(row, rank=place, auc=test.value, auc_error=test.error, auc_low=test.low, auc_high=test.high)
    row = replace(row, auc_train=train.value)
    for key, number in method.signal_efficiency.items():
        column = f"eff_{key[2:]}"
        found: dict[str, Any] = {column: number.test.value, f"{column}_error": number.test.error}
        row = replace(row, **found)
    if method.comparison is not None:
        behind = method.comparison.difference
        row = replace(row, behind=behind.value, behind_error=behind.error, p=method.comparison.p_corrected)
    if method.overtraining is not None:
        gap = method.overtraining.auc_gap
        row = replace(row, overtraining=method.overtraining.verdict, auc_gap=gap.value, auc_gap_error=gap.error)
    for column, measured in (("separation", method.separation), ("significance", method.significance)):
        if measured is not None:
            found = {column: measured.value, f"{column}_error": measured.error}
            row = replace(row, **found)
    return row
