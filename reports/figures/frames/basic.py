"""The numbers behind the figures of responses, deviations, variables and trainings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.reports.figures.frames.rows import Rows, bins, columns, named, number, told_apart
from umva.reports.figures.importance import explained

if TYPE_CHECKING:
    from collections.abc import Callable

    from umva.reports.results import Profile, Results

__all__ = ["KINDS"]

SIDES = ("signal", "background")


def _roc(results: Results, label: str = "") -> Rows:
    names = ("signal_efficiency", "background_efficiency", "background_error")
    found = [(method, each.roc) for method, each in told_apart(results, label)]
    return [row for method, curve in found if curve for row in named(columns(curve, *names), method=method)]


def _response(results: Results, method: str, label: str = "") -> Rows:
    found = dict(told_apart(results, label))[method].response
    if found is None:
        return []
    parts = {(part, side): getattr(found, f"{part}_{side}") for part in ("test", "train") for side in SIDES}
    own = {"signal": label or "signal", "background": "rest" if label else "background"}
    return [row for (part, side), each in parts.items() for row in named(bins(each), part=part, **{"class": own[side]})]


def _confusion(results: Results, method: str) -> Rows:
    found = results.methods[method].confusion
    if found is None:
        return []
    return [
        {"true_class": true, "taken_for": taken, **number("share", share)}
        for true, shares in zip(found.labels, found.shares, strict=True)
        for taken, share in zip(found.labels, shares, strict=True)
    ]


def _deviations(results: Results, target: str) -> Rows:
    found = {each.name: each.targets.get(target) for each in results.methods.values()}
    return [row for name, each in found.items() if each for row in named(bins(each.test_deviation), method=name)]


def _deviation(results: Results, method: str, target: str) -> Rows:
    found = results.methods[method].targets[target]
    parts = {"test": found.test_deviation, "train": found.train_deviation}
    return [row for part, each in parts.items() for row in named(bins(each), part=part)]


def _profile(results: Results, target: str, variable: str = "") -> Rows:
    rows: Rows = []
    for method in results.methods.values():
        found = method.targets.get(target)
        profile = found and (found.against_variables.get(variable) if variable else found.against_target)
        if profile:
            rows += named(_profile_bins(profile), method=method.name)
    return rows


def _profile_bins(profile: Profile) -> Rows:
    columns = profile.edges[:-1], profile.edges[1:], profile.mean, profile.spread
    return [
        {"low": low, "high": high, **number("mean", mean), **number("spread", spread)}
        for low, high, mean, spread in zip(*columns, strict=True)
    ]


def _variable(results: Results, name: str) -> Rows:
    found = next(each for each in results.dataset.variables if each.name == name)
    return [row for label, each in found.histograms.items() for row in named(bins(each), **{"class": label})]


def _target(results: Results, name: str) -> Rows:
    found = next(each for each in results.dataset.targets if each.name == name)
    return [row for each in found.histograms.values() for row in bins(each)]


def _correlation(results: Results, label: str) -> Rows:
    names = [each.name for each in results.dataset.variables]
    return [
        {"row": row, "column": column, "correlation": value}
        for row, values in zip(names, results.dataset.correlation[label], strict=True)
        for column, value in zip(names, values, strict=True)
    ]


def _importance(results: Results, label: str = "") -> Rows:
    found = [(method.name, shares) for _, method, shares in explained(results, label)]
    return [
        {"method": method, "variable": variable, **number("share", share)}
        for method, shares in found
        for variable, share in shares.items()
    ]


def _training(results: Results, method: str) -> Rows:
    curves = results.methods[method].curves
    if curves is None:
        return []
    return [
        {"part": part, curves.step: step, curves.quantity: value}
        for part, values in curves.values.items()
        for step, value in enumerate(values, start=1)
    ]


KINDS: dict[str, Callable[..., Rows]] = {
    "roc": _roc,
    "rejection": _roc,
    "response": _response,
    "confusion": _confusion,
    "deviations": _deviations,
    "deviation": _deviation,
    "profile": _profile,
    "variable": _variable,
    "target": _target,
    "correlation": _correlation,
    "importance": _importance,
    "training": _training,
}
