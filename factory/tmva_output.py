"""What ``TMVA.root`` holds of a run besides the events and responses: transformed inputs, probability, rarity."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import DataError
from umva.factory.data.preprocessing import Chain
from umva.factory.imputation import Imputation
from umva.factory.response_pdfs import ResponsePdfs
from umva.factory.targets import TargetRanges
from umva.methods.hypotheses import ComparesHypotheses
from umva.reports.tmva_root import Details, Inputs, MethodDetails

if TYPE_CHECKING:
    from collections.abc import Sequence

    from umva.factory.booking import Booking
    from umva.factory.data.dataset import Dataset
    from umva.factory.run_folder import RunFolder
    from umva.reports.results import Results

__all__ = ["tmva_details"]

SHOWN = ("I", "D", "P", "G,D")
"""Transformations of the training inputs that are shown where events have classes: those of TMVA's tutorials."""


def tmva_details(
    name: str, dataset: Dataset, bookings: Sequence[Booking], folder: RunFolder, results: Results | None = None
) -> Details:
    """Return what TMVA's file shows of a finished run.

    Parameters
    ----------
    name
        Of the dataset.
    dataset, bookings, folder
        The events, the methods that were trained with success, and the run folder with their responses.
    results
        What was measured; None leaves out the ROC curves of several classes.
    """
    seen = _Seen(dataset)
    methods = {each.name: _method(each, dataset, folder, seen) for each in bookings}
    for key, measured in (results.methods if results else {}).items():
        roc = {label: each.roc for label, each in measured.classes.items() if each.roc is not None}
        if key in methods:
            methods[key] = replace(methods[key], roc=roc)
    shown = SHOWN if dataset.facts.problem.classes else ("I",)
    views = (seen.after(each, "train") for each in shown)
    return Details(
        dataset=name,
        training_weight=dataset.training().weight,
        views=(each for each in views if each is not None),
        methods=methods,
    )


def _method(booking: Booking, dataset: Dataset, folder: RunFolder, seen: _Seen) -> MethodDetails:
    """Return what is known of one method."""
    inputs = seen.by(booking)
    path = folder.models / booking.name / "response_pdfs.npz"
    kind, weights = booking.method.name, f"{folder.models.name}/{booking.name}"
    if booking.response_pdfs is None or not path.is_file():
        return MethodDetails(kind, inputs, weights)
    densities, scores = ResponsePdfs.load(path), folder.scores(booking.name)
    of_part = {part: scores[dataset.rows(part)] for part in ("train", "test")}
    probability = {part: densities.probability(each) for part, each in of_part.items()}
    return MethodDetails(kind, inputs, weights, probability, densities.rarity(of_part["test"]))


class _Seen:
    """Inputs after chains of transformations; those of the test part, which methods share, are found once."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._found: dict[tuple[str, bool], Inputs | None] = {}

    def by(self, booking: Booking) -> Inputs | None:
        """Return the test inputs as a method sees them.

        A method that compares hypotheses sees them in two ways; TMVA shows that of background.
        """
        key = booking.transform, isinstance(booking.method, ComparesHypotheses)
        if key not in self._found:
            self._found[key] = self.after(booking.transform, "test", background=key[1])
        return self._found[key]

    def after(self, transform: str, part: str, *, background: bool = False) -> Inputs | None:
        """Return the inputs of a part after a chain, None where the training events do not determine it.

        With ``background`` the chain is that fitted to background alone.
        """
        problem, train = self.dataset.facts.problem, self.dataset.training()
        names = tuple(each.name for each in self.dataset.facts.inputs)
        chain = Chain.parse(transform, variables=names, classes=problem.classes)
        X, truth = self.dataset.part(part).X, self.dataset.part(part).y if problem.targets else None
        if chain.is_identity:
            return Inputs("I", X, truth)
        fitted = train.X
        if chain.mixes and np.isnan(fitted).any():
            imputation = Imputation.fit(fitted, train.weight)
            fitted, X = imputation.fill(fitted), imputation.fill(X)
        y = train.y if problem.classes else np.zeros(len(fitted), dtype=np.int8)
        try:
            chain.fit(fitted, y, train.weight, each_class=background)
        except DataError:
            return None
        if truth is not None and chain.normalises:
            truth = TargetRanges.of(train.y).shrink(truth)
        return Inputs(str(chain), chain.apply(X, class_index=0 if background else None), truth)
