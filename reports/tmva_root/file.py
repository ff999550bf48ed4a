"""The file as a whole: :func:`write_tmva_root`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from umva.reports.measures.correlation import correlations
from umva.reports.tmva_root.cuts import plot_cuts
from umva.reports.tmva_root.details import Details, Inputs, MethodDetails
from umva.reports.tmva_root.deviations import plot_deviations
from umva.reports.tmva_root.histograms import matrix
from umva.reports.tmva_root.inputs import plot_inputs
from umva.reports.tmva_root.multiclass import plot_probabilities, plot_roc
from umva.reports.tmva_root.names import file_name, transform_name
from umva.reports.tmva_root.responses import plot_responses
from umva.reports.tmva_root.training import plot_training
from umva.reports.tmva_root.trees import write_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.reports.material import Material, Outcome, Part

__all__ = ["write_tmva_root"]


def write_tmva_root(material: Material, path: Path, details: Details | None = None) -> None:
    """Write a comparison in the layout of TMVA's output file.

    Histograms of the test part have the weights of the material, those of the training part TMVA's normalised weights;
    negative weights enter as they are. A validation part is not written: TMVA has none. Of methods that failed there is
    nothing.

    Parameters
    ----------
    material
        Events and responses, finite where a method did not fail.
    path
        The file; written anew.
    details
        What a run knows besides.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    import uproot
    from threadpoolctl import threadpool_limits

    fresh = path.with_name(f"{path.name}.new")
    with threadpool_limits(1, user_api="blas"), uproot.recreate(fresh) as file:
        _Writer(material, details or Details()).write(file)
    fresh.replace(path)


class _Writer:
    """Material and details, and what is made of them once for all methods."""

    def __init__(self, material: Material, details: Details) -> None:
        self.material, self.details = material, details
        self.train, self.test = material.parts["train"], material.parts["test"]
        given = details.training_weight
        self.train_weight = np.asarray(self.train.weight if given is None else given, dtype=np.float64)
        self.test_weight = np.asarray(self.test.weight, dtype=np.float64)
        self.untransformed = self._plain(self.test)
        self._drawn: dict[int, list[tuple[str, Any]]] = {}

    def write(self, file: Any) -> None:
        """Write everything into an open file."""
        folder = file.mkdir(file_name(self.details.dataset))
        folder.update(list(self._correlations()))
        for each in self.details.views or (self._plain(self.train),):
            name = transform_name(each.transform)
            shown = self._inputs(each, self.train, suffix=f"_{name}")
            folder.mkdir(f"InputVariables_{name}").update(list(shown))
        for outcome in self.material.outcomes:
            if outcome.status == "ok":
                details = self.details.methods.get(outcome.name, MethodDetails())
                kind = details.kind or outcome.method
                own = folder.mkdir(f"Method_{file_name(kind)}").mkdir(file_name(outcome.name))
                own.update(list(self._method(outcome, details, kind)))
        write_tree(folder, "test", self.material, self.details, self.test_weight)
        write_tree(folder, "train", self.material, self.details, self.train_weight)

    def _correlations(self) -> Iterator[tuple[str, Any]]:
        """Yield the correlation matrices of the training part, in whole percent as TMVA cuts them off."""
        names = [each.name for each in self.material.inputs]
        classes = self._classes(self.train)
        found = correlations(self.train.X, self.train_weight, list(classes.values()))
        for label, each in zip(classes, found, strict=True):
            ending, shown = ("", "") if self.material.targets else (label, f" ({label})")
            if self.material.task == "classification":
                ending, shown = label[0], f" ({label.lower()})"
            percent = np.trunc(100.0 * each + 1e-9 * np.sign(each))
            title = f"Correlation Matrix{shown}"
            yield f"CorrelationMatrix{file_name(ending)}", matrix(percent, names, title, entries=2 * percent.size)

    def _classes(self, part: Part) -> dict[str, NDArray[np.bool_]]:
        """Return which events of a part are of each class, signal first, by TMVA's names."""
        y = np.asarray(part.y)
        if self.material.targets:
            return {"Regression": np.ones(len(y), dtype=bool)}
        if self.material.classes:
            return {label: y == k for k, label in enumerate(self.material.classes)}
        return {"Signal": y == 1, "Background": y == 0}

    def _plain(self, part: Part) -> Inputs:
        """Return the inputs of a part without transformation."""
        return Inputs("I", part.X, part.y if self.material.targets else None)

    def _inputs(self, inputs: Inputs, part: Part, suffix: str = "") -> Iterator[tuple[str, Any]]:
        """Yield the histograms of inputs."""
        weight = self.train_weight if part is self.train else self.test_weight
        variables, targets = self.material.inputs, self.material.targets
        return plot_inputs(inputs, variables, weight, self._classes(part), suffix=suffix, targets=targets)

    def _seen(self, inputs: Inputs) -> list[tuple[str, Any]]:
        """Return the histograms of the test events' inputs; methods that see the same ones share them."""
        if id(inputs) not in self._drawn:
            self._drawn[id(inputs)] = list(self._inputs(inputs, self.test))
        return self._drawn[id(inputs)]

    def _method(self, outcome: Outcome, details: MethodDetails, kind: str) -> Iterator[tuple[str, Any]]:
        """Yield all that TMVA keeps of a method."""
        yield "TrainingPath", ""
        yield "WeightFileName", details.weights
        yield from plot_training(outcome.curves)
        yield from self._responses(outcome, details, kind)
        yield from self._seen(details.inputs or self.untransformed)

    def _responses(self, outcome: Outcome, details: MethodDetails, kind: str) -> Iterator[tuple[str, Any]]:
        """Yield the histograms of a method's responses on both parts."""
        name, scores = file_name(outcome.name), (outcome.scores["train"], outcome.scores["test"])
        parts = (("Train", self.train, self.train_weight), ("Test", self.test, self.test_weight))
        if self.material.task == "classification":
            signal = np.asarray(self.train.y) == 1, np.asarray(self.test.y) == 1
            weights = self.train_weight, self.test_weight
            if kind == "Cuts":
                yield from plot_cuts(name, scores, signal, weights)
            else:
                yield from plot_responses(name, scores, signal, weights, details)
            return
        yield from plot_roc(name, details.roc)
        for (title, part, weight), found in zip(parts, scores, strict=True):
            if self.material.classes:
                yield from plot_probabilities(name, title, found, part.y, weight, self.material.classes)
            else:
                quantities = self.material.inputs, self.material.targets
                start = f"MVA_{name}{title.lower()}"
                yield from plot_deviations(start, found, part.y, weight, part.X, quantities)
