"""The table of methods, best first: one row each, as numbers and as ``leaderboard.csv``.

All tasks have ``rank``, ``name``, ``method``, ``status``; ``overtraining``, the worst verdict; ``behind``, by how much the
best method is better, and ``p``, the Holm-corrected probability of such a difference by chance; and the times. Between
them stand the numbers of the task, each followed by its error:

classification
    ``auc`` with its interval, ``auc_train``, ``auc_gap`` (train minus test), ``eff_01``, ``eff_10``, ``eff_30`` (signal
    efficiency at 1, 10 and 30 % background), ``separation``, ``significance``, ``ams`` (the largest, with its ``ams_cut``)
several classes
    ``auc``, the mean over classes, with its interval, ``auc_train``, ``accuracy``, and for each class ``LABEL:auc``,
    ``LABEL:eff_10`` and ``LABEL:efficiency_times_purity``
regression
    ``score``, the mean over targets of RMSE over standard deviation, and for each target ``TARGET:rmse``, ``:mae``,
    ``:r2``, ``:bias``, ``:resolution``, ``:rmse_train``
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from umva.errors import RunError

if TYPE_CHECKING:
    import os

    from umva.reports.results import Discrimination, Estimation, MethodResult, Number, Results

__all__ = ["Cell", "leaderboard", "write_leaderboard"]

Cell: TypeAlias = str | int | float | None


def leaderboard(results: Results) -> list[dict[str, Cell]]:
    """Return one row a method in the order of the results, those that were not measured last and without rank.

    Parameters
    ----------
    results
        A whole comparison.

    Returns
    -------
    list
        Rows with the same keys, the columns; what a method has no number for is None.
    """
    rows = [_row(place, each) for place, each in enumerate(results.methods.values(), start=1)]
    columns = max(rows, key=len, default={})
    return [{column: row.get(column) for column in columns} for row in rows]


def write_leaderboard(results: Results, path: str | os.PathLike[str]) -> None:
    """Write :func:`leaderboard` as CSV (UTF-8, comma, header line); None is an empty field.

    Raises
    ------
    RunError
        If the file cannot be written.
    """
    rows = leaderboard(results)
    try:
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]) if rows else [], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    except OSError as error:
        msg = f"{path}: the leaderboard cannot be written ({error})"
        raise RunError(msg) from error


def _row(place: int, method: MethodResult) -> dict[str, Cell]:
    """Return the row of one method; one that was not measured has no columns of its task."""
    done = method.score is not None
    row: dict[str, Cell] = {"rank": place if done else None, "name": method.name, "method": method.method}
    row["status"] = method.status
    if done:
        row |= _of_targets(method) if method.targets else _of_classes(method) if method.classes else _of_signal(method)
    time = method.time
    return row | {
        "train_s": time.train_s if time else None,
        "apply_us_per_event": time.apply_us_per_event if time else None,
    }


def _of_signal(method: MethodResult) -> dict[str, Cell]:
    """Return the numbers of a classification of two classes."""
    row = _area(method) | _with_error("auc_gap", method.overtraining.auc_gap if method.overtraining else None)
    row |= _standing(method)
    for key, pair in method.signal_efficiency.items():
        row |= _with_error(f"eff_{key[2:]}", pair.test)
    row |= _with_error("separation", method.separation) | _with_error("significance", method.significance)
    return (
        row
        | _with_error("ams", method.ams.value if method.ams else None)
        | {"ams_cut": method.ams.cut if method.ams else None}
    )


def _of_classes(method: MethodResult) -> dict[str, Cell]:
    """Return the numbers of several classes."""
    row = _area(method) | _standing(method)
    row |= _with_error("accuracy", method.confusion.accuracy if method.confusion else None)
    for label, each in method.classes.items():
        row |= _of_class(label, each)
    return row


def _of_class(label: str, found: Discrimination) -> dict[str, Cell]:
    """Return the numbers of one of several classes."""
    row = _with_error(f"{label}:auc", found.auc.test if found.auc else None)
    efficiency = found.signal_efficiency.get("0.10")
    row |= _with_error(f"{label}:eff_10", efficiency.test if efficiency else None)
    best = found.efficiency_times_purity
    return row | _with_error(f"{label}:efficiency_times_purity", best.value if best else None)


def _of_targets(method: MethodResult) -> dict[str, Cell]:
    """Return the numbers of a regression."""
    row = _with_error("score", method.score) | _standing(method)
    for name, each in method.targets.items():
        row |= _of_target(name, each)
    return row


def _of_target(name: str, found: Estimation) -> dict[str, Cell]:
    """Return the numbers of one target."""
    row: dict[str, Cell] = {}
    for quantity in ("rmse", "mae", "r2", "bias", "resolution"):
        row |= _with_error(f"{name}:{quantity}", getattr(found, quantity).test)
    return row | _with_error(f"{name}:rmse_train", found.rmse.train)


def _area(method: MethodResult) -> dict[str, Cell]:
    """Return the area on test with its interval, and on train."""
    test = method.auc.test if method.auc else None
    return _with_error("auc", test) | {
        "auc_low": test.low if test else None,
        "auc_high": test.high if test else None,
        "auc_train": method.auc.train.value if method.auc else None,
    }


def _standing(method: MethodResult) -> dict[str, Cell]:
    """Return how the method stands against the best one, and against its own training."""
    comparison = method.comparison
    return {
        "overtraining": method.overtrained,
        **_with_error("behind", comparison.difference if comparison else None),
        "p": comparison.p_corrected if comparison else None,
    }


def _with_error(column: str, number: Number | None) -> dict[str, Cell]:
    """Return a number and its error in two columns."""
    return {column: number.value if number else None, f"{column}_error": number.error if number else None}
