"""What each figure shows, in words and numbers, for readers who cannot see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.reports.digits import measured, percent, probability
from umva.reports.figures.importance import variable_order
from umva.reports.figures.variables import merit, outside
from umva.reports.wording import listed

if TYPE_CHECKING:
    from umva.reports.results import MethodResult, Results, VariableSummary
    from umva.reports.results.discrimination import Discrimination

__all__ = [
    "confusion",
    "correlation",
    "deviation",
    "deviations",
    "importance",
    "profile",
    "rejection",
    "response",
    "roc",
    "training",
    "variable",
]


def roc(results: Results, label: str = "") -> str:
    """Describe the ROC curves."""
    areas = [f"{name} {measured(each.auc.test)}" for name, each in _found(results, label) if each.auc and each.roc]
    what = (
        f"Rejection of the rest against efficiency of {label}"
        if label
        else "Background rejection against signal efficiency"
    )
    return f"{what} on the test part. Area under the curve: {', '.join(areas)}."


def rejection(results: Results, label: str = "") -> str:
    """Describe the curves of inverse background efficiency."""
    found = [
        f"{name} {measured(each.signal_efficiency['0.01'].test)}"
        for name, each in _found(results, label)
        if "0.01" in each.signal_efficiency
    ]
    signal, background = (label, "the rest") if label else ("signal", "background")
    reading = f" Efficiency of {signal} at 1 % {background}: {', '.join(found)}." if found else ""
    return f"Inverse efficiency of {background} against efficiency of {signal}, logarithmic.{reading}"


def response(method: MethodResult, label: str = "") -> str:
    """Describe the responses of a method."""
    found = method.classes[label] if label else method
    signal, background = (label, "the rest") if label else ("signal", "background")
    words = [f"Response of {method.name} for {signal} and {background}, test as histograms, train as points."]
    if found.auc:
        words.append(f"Area under the curve: test {measured(found.auc.test)}, train {measured(found.auc.train)}.")
    if tests := found.overtraining:
        p_values = probability(tests.ks_signal.p_value), probability(tests.ks_background.p_value)
        words.append(f"Kolmogorov-Smirnov p-values: {signal} {p_values[0]}, {background} {p_values[1]}.")
    return " ".join(words)


def confusion(method: MethodResult) -> str:
    """Describe the confusion matrix of a method."""
    if method.confusion is None:
        return ""
    found = method.confusion
    right = [f"{label} {percent(found.shares[i][i])} %" for i, label in enumerate(found.labels)]
    return f"Confusion matrix of {method.name}. Taken for what they are: {', '.join(right)}."


def deviations(results: Results, target: str) -> str:
    """Describe the deviations of all methods."""
    found = [
        f"{each.name} {measured(each.targets[target].rmse.test)}"
        for each in results.methods.values()
        if target in each.targets
    ]
    return f"Deviation of the estimates of {target} on the test part. Root mean square: {', '.join(found)}."


def deviation(method: MethodResult, target: str) -> str:
    """Describe the deviations of one method."""
    found = method.targets[target]
    return (
        f"Deviation of the estimates of {target} by {method.name}, test as histogram, train as points. "
        f"Root mean square: test {measured(found.rmse.test)}, train {measured(found.rmse.train)}. "
        f"Bias: test {measured(found.bias.test)}, train {measured(found.bias.train)}."
    )


def profile(results: Results, target: str, variable: str = "") -> str:
    """Describe what the deviations depend on."""
    names = [each.name for each in results.methods.values() if target in each.targets]
    against = variable or "its true value"
    return f"Mean and spread of the deviation of {target} against {against}, by method: {', '.join(names)}."


def variable(found: VariableSummary) -> str:
    """Describe a variable or a target."""
    beyond = f" Outside the frame: {'; '.join(outside(found))}." if outside(found) else ""
    unit = f" in {found.unit}" if found.unit else ""
    worth = f", {merit(found)}" if merit(found) else ""
    density = f"Densities of {found.name}{unit} for {listed(found.histograms, most=99)}"
    return f"{density}, rank {found.rank}{worth}.{beyond}"


def correlation(label: str) -> str:
    """Describe a matrix of correlations."""
    return f"Matrix of linear correlation coefficients of the input variables, {label}."


def importance(results: Results, label: str = "") -> str:
    """Describe the shares of the variables."""
    shares = ", ".join(f"{name} {100 * mean:.1f} %" for name, mean in variable_order(results, label)[:5])
    of = f" for {label}" if label else ""
    return f"Share of each variable in the mean absolute Shapley value{of}, by method. Mean over methods: {shares}."


def training(method: MethodResult) -> str:
    """Describe the training of a method."""
    curves = method.curves
    if curves is None:
        return ""
    ends = [f"{part} from {values[0]:.3g} to {values[-1]:.3g}" for part, values in curves.values.items() if values]
    best = f" Best {curves.step}: {curves.best}." if curves.best is not None else ""
    return f"{curves.quantity.capitalize()} by {curves.step} of {method.name}: {', '.join(ends)}.{best}"


def _found(results: Results, label: str) -> list[tuple[str, Discrimination]]:
    """Return name and numbers of each method, those of one class if it is named."""
    methods = results.methods.values()
    if not label:
        return [(each.name, each) for each in methods]
    return [(each.name, each.classes[label]) for each in methods if label in each.classes]
