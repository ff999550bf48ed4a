"""Results in a notebook: shown as a small table, and drawn figure by figure with ``results.plot_roc()`` and its like."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from umva.errors import ReportError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure
    from pandas import DataFrame

    from umva.reports.figures.drawing import Key
    from umva.reports.results.dataset import VariableSummary
    from umva.reports.results.method import MethodResult
    from umva.reports.results.results import Results
    from umva.reports.style import Style

__all__ = ["Notebook"]

T = TypeVar("T")


class Notebook:
    """What :class:`umva.reports.Results` can do in a notebook.

    Each ``plot_...`` returns a matplotlib figure, which a notebook shows and ``savefig`` writes. ``style`` is the experiment
    whose label and typeface it has. They raise ReportError for a method, class, target or variable that there is no such
    figure of; the message names those that are near.
    """

    def plot_roc(self, label: str = "", *, style: Style | None = None) -> Figure:
        """Draw background rejection against signal efficiency; of several classes, ``label`` against the rest."""
        from umva.reports.figures import notebook, plot_roc

        self._check_class(label)
        return notebook.shown(lambda: plot_roc(self._own, label), style)

    def plot_rejection(self, label: str = "", *, style: Style | None = None) -> Figure:
        """Draw inverse background efficiency against signal efficiency; of several classes, ``label`` against the rest."""
        from umva.reports.figures import notebook, plot_rejection

        self._check_class(label)
        return notebook.shown(lambda: plot_rejection(self._own, label), style)

    def plot_response(self, method: str, label: str = "", *, style: Style | None = None) -> Figure:
        """Draw the response of a method on train and test; of several classes, its probability of ``label``."""
        from umva.reports.figures import notebook, plot_response

        found = self._method(method)
        return notebook.shown(lambda: plot_response(found, label), style)

    def plot_confusion(self, method: str, *, style: Style | None = None) -> Figure:
        """Draw which classes a method takes for which."""
        from umva.reports.figures import notebook, plot_confusion

        found = self._method(method)
        return notebook.shown(lambda: plot_confusion(found), style)

    def plot_deviations(self, target: str = "", *, style: Style | None = None) -> Figure:
        """Draw estimate minus truth of a target, by default of the first one, all methods."""
        from umva.reports.figures import notebook, plot_deviations

        found = self._target(target)
        return notebook.shown(lambda: plot_deviations(self._own, found), style)

    def plot_deviation(self, method: str, target: str = "", *, style: Style | None = None) -> Figure:
        """Draw estimate minus truth of a target, by default of the first one, one method on train and test."""
        from umva.reports.figures import notebook, plot_deviation

        found, of = self._method(method), self._target(target)
        return notebook.shown(lambda: plot_deviation(found, of), style)

    def plot_profile(self, target: str = "", variable: str = "", *, style: Style | None = None) -> Figure:
        """Draw mean and spread of the deviation of a target against its truth, or against a variable."""
        from umva.reports.figures import notebook, plot_profile

        name = self._target(target).name
        return notebook.shown(lambda: plot_profile(self._own, name, variable), style)

    def plot_variable(self, name: str, *, style: Style | None = None) -> Figure:
        """Draw the densities of an input variable by class."""
        from umva.reports.figures import notebook, plot_variable

        found = _called("variable", name, self._own.dataset.variables)
        return notebook.shown(lambda: plot_variable(found), style)

    def plot_correlation(self, label: str, *, style: Style | None = None) -> Figure:
        """Draw the linear correlations of the variables in one class."""
        from umva.reports.figures import notebook, plot_correlation

        return notebook.shown(lambda: plot_correlation(self._own.dataset, label), style)

    def plot_importance(self, label: str = "", *, style: Style | None = None) -> Figure:
        """Draw the shares of the variables in the Shapley values of all methods; of a class or a target, if one is named."""
        from umva.reports.figures import notebook, plot_importance
        from umva.reports.figures.importance import explained

        if not explained(self._own, label):
            msg = f"there are no Shapley values{f' of {label!r}' if label else ''} to draw"
            raise ReportError(msg)
        return notebook.shown(lambda: plot_importance(self._own, label), style)

    def plot_training(self, method: str, *, style: Style | None = None) -> Figure:
        """Draw how the training of a method went, step by step."""
        from umva.reports.figures import notebook, plot_training

        found = self._method(method)
        return notebook.shown(lambda: plot_training(found), style)

    def plot(self, *key: str, style: Style | None = None) -> Figure:
        """Draw any figure of the report by its key: ``results.plot("cuts", "BDT")``.

        Parameters
        ----------
        *key
            Its kind, and the method, class, target or variable that it is of, as :meth:`figures` lists them.
        style
            The experiment whose label and typeface it has.

        Raises
        ------
        ReportError
            If the report has no such figure.
        """
        from umva.reports.figures import notebook

        return notebook.shown(lambda: notebook.drawing(self._own, key).figure, style)

    def frame(self, *key: str) -> DataFrame:
        """Return the numbers that a figure of the report shows, one row for each bin, point or cell; see :meth:`plot`."""
        from umva.reports.figures import notebook

        return notebook.drawing(self._own, key).frame()

    def figures(self) -> list[Key]:
        """Return the keys of all figures of the report, in its order."""
        from umva.reports.figures import draw_all

        return list(draw_all(self._own))

    def _repr_html_(self) -> str:
        """Return verdict and leaderboard, for a notebook."""
        from umva.reports.page.card import card

        return card(self._own)

    @property
    def _own(self) -> Results:
        """The results, which this is a part of."""
        return cast("Results", self)

    def _check_class(self, label: str) -> None:
        """Raise unless there is a ROC curve of this class, or of signal against background if none is named."""
        task = self._own.task
        known = list(self._own.dataset.counts) if task == "multiclass" else [""] if task == "classification" else []
        if label not in known:
            of = f" of class {label!r}: {did_you_mean(label, known)}" if known else f": this is a {task}"
            msg = f"there is no ROC curve{of}"
            raise ReportError(msg)

    def _method(self, name: str) -> MethodResult:
        """Return the method of this name."""
        return _called("method", name, list(self._own.methods.values()))

    def _target(self, name: str) -> VariableSummary:
        """Return the target of this name, the first one if none is named."""
        targets = self._own.dataset.targets
        return targets[0] if targets and not name else _called("target", name, targets)


def _called(what: str, name: str, known: Sequence[T]) -> T:
    """Return the one of this name."""
    found = {getattr(each, "name", ""): each for each in known}
    if name not in found:
        msg = f"no {what} {name!r}: {did_you_mean(name, found)}"
        raise ReportError(msg)
    return found[name]
