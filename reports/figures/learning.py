"""What more events would bring: how good methods are after trainings on parts of the training events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import NullFormatter

from umva.reports.digits import count, measured
from umva.reports.figures.legend import foot_legend, foot_panel, legend_name
from umva.reports.figures.style import caption, frame, series, styled, tame_numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from umva.reports.results import LearningPoint, MethodResult, Results

__all__ = ["QUALITIES", "learners", "learning_in_words", "plot_learning"]

QUALITIES = {"classification": "AUC", "multiclass": "mean AUC", "regression": "RMSE / standard deviation of the target"}
"""What methods are ranked by."""


def learners(results: Results) -> list[tuple[int, MethodResult, list[LearningPoint]]]:
    """Return place, method and points that could be measured, of all methods with a learning curve."""
    known = [
        (place, each, [point for point in each.learning if point.test and point.train])
        for place, each in enumerate(results.methods.values())
    ]
    return [(place, each, points) for place, each, points in known if len(points) > 1]


@styled
def plot_learning(results: Results, *, axes: Axes | None = None) -> Figure:
    """Draw test (full points with errors) and train (faint, dotted) against the number of training events.

    Parameters
    ----------
    results
        The comparison; methods without a learning curve are left out.
    axes
        Where to draw; a new figure by default.
    """
    found = learners(results)
    axes = axes or foot_panel(len(found))
    numbers = sorted({point.n_events for _, _, points in found for point in points})
    for place, method, points in found:
        x, look, gid = [point.n_events for point in points], series(place), f"method-{place}"
        train, test = ([number for each in points if (number := getattr(each, part))] for part in ("train", "test"))
        axes.plot(x, [each.value for each in train], color=look.color, linestyle=":", linewidth=1, alpha=0.8, gid=gid)
        name = legend_name(method.name, len(found))
        axes.plot(x, [each.value for each in test], color=look.color, linestyle=look.linestyle, label=name, gid=gid)
        errors = [each.error or 0.0 for each in test]
        axes.errorbar(
            x, [each.value for each in test], errors, fmt="o", markersize=3.5, color=look.color, linewidth=1, gid=gid
        )
    axes.set_xscale("log")
    axes.margins(x=0.06, y=0.06)
    axes.set_xticks(numbers, [count(each) for each in numbers])
    axes.xaxis.set_minor_formatter(NullFormatter())
    tame_numbers(axes.yaxis)
    foot_legend(axes)
    caption(axes, "Learning curves", "points: test, dotted: train")
    return frame(axes, x="training events", y=QUALITIES[results.task])


def learning_in_words(results: Results) -> str:
    """Describe the learning curves by their last step."""
    said = []
    for _, method, points in learners(results):
        (n_few, few), (n_all, every) = [(each.n_events, each.test) for each in points[-2:] if each.test]
        said.append(f"{method.name} {measured(few)} on {count(n_few)} events, {measured(every)} on {count(n_all)}")
    return f"{QUALITIES[results.task]} on the test part against the number of training events. {'; '.join(said)}."
