"""A method with all that stands before it: missing inputs, transformations, negative weights."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from umva.errors import RunError
from umva.factory.data.preprocessing import Chain
from umva.factory.imputation import Imputation
from umva.factory.negative_weights import without_negative
from umva.factory.response_pdfs import ResponsePdfs
from umva.factory.targets import TargetRanges
from umva.methods import load as load_method
from umva.methods.chunks import chunks
from umva.methods.hypotheses import ComparesHypotheses

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.factory.response_pdfs import ResponseRecipe
    from umva.methods import Context, Events, Method

__all__ = ["Pipeline"]


@dataclass
class Pipeline:
    """A method and how its events are prepared; learns from events and scores inputs as they were declared.

    Parameters
    ----------
    method
        The method; trained by :meth:`fit`.
    chain
        Input transformations; fitted by :meth:`fit`.
    negative_weights
        What a training does with negative weights, one of :data:`umva.factory.negative_weights.POLICIES`.
    missing
        Whether an input may be missing. Then the pipeline is ready for one anywhere, also if no training event lacks it.
    imputation
        What replaces missing inputs; fitted by :meth:`fit` where the method cannot take them.
    recipe
        How the densities of the response are made after the training; None for none.
    response_pdfs
        These densities; made by :meth:`fit`.
    targets
        The ranges of a regression's targets where N normalises them with the inputs; made by :meth:`fit`.
    """

    method: Method
    chain: Chain
    negative_weights: str = "keep"
    missing: bool = True
    imputation: Imputation | None = field(default=None)
    recipe: ResponseRecipe | None = None
    response_pdfs: ResponsePdfs | None = None
    targets: TargetRanges | None = None

    def fit(self, train: Events, validation: Events | None = None, *, context: Context) -> tuple[str, ...]:
        """Fit everything to the training events and return what the reader of the report should know.

        Parameters
        ----------
        train, validation
            Events with inputs as declared, NaN where one is missing, and training weights; neither is changed.
        context
            Seed, threads and progress of the training.
        """
        if self.missing and (self.chain.mixes or not self.method.capabilities.missing_values):
            self.imputation = Imputation.fit(train.X, train.weight)
        y = np.zeros(train.n_events, dtype=np.int8) if train.problem.targets else train.y
        self.chain.fit(self._filled(train.X), y, train.weight, each_class=isinstance(self.method, ComparesHypotheses))
        self.targets = TargetRanges.of(train.y) if train.problem.targets and self.chain.normalises else None
        negative = self._train(train, validation, context)
        unweighted = None if self.method.capabilities.weights else _unweighted(train)
        imputed = self.imputation.note if self.imputation and len(self.imputation.indicated) else None
        notes = [negative, imputed, unweighted, *self.method.notes_]
        if self.recipe is not None:
            scores = np.concatenate([self.score(train.X[rows]) for rows in chunks(train.n_events)])
            self.response_pdfs = ResponsePdfs.fit(scores, train.y, train.weight, self.recipe)
            notes += self.response_pdfs.notes
        return tuple(filter(None, notes))

    def _train(self, train: Events, validation: Events | None, context: Context) -> str | None:
        """Train the method on prepared events and return a sentence if there were negative weights."""
        if isinstance(self.method, ComparesHypotheses):
            used, negative = without_negative(train, self.negative_weights)
            views = self._views(used.X)
            self.method.learn(*(replace(used, X=view) for view in views), context=context)
            return negative
        used, negative = without_negative(self._prepared(train), self.negative_weights)
        watched = without_negative(self._prepared(validation), self.negative_weights)[0] if validation else None
        self.method.fit(used, watched, context=context)
        return negative

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the responses to inputs as declared, ``(n_events, n_variables)``, in the shape of the task."""
        if isinstance(self.method, ComparesHypotheses):
            return self.method.compare(*self._views(X))
        answers = self.method.score(self.transformed(X))
        return answers if self.targets is None else self.targets.stretch(answers)

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.float64] | None:
        """Return exact Shapley values of the inputs as declared, or None if they must be sampled."""
        if self.chain.mixes:
            return None
        values = self.method.shap(self.transformed(X), self.transformed(background))
        if values is not None and self.targets is not None:
            values = values * self.targets.half
        return values if values is None or self.imputation is None else self.imputation.gathered(values)

    def transformed(self, X: NDArray[np.float32], *, class_index: int | None = None) -> NDArray[np.float32]:
        """Return the inputs as the method gets them, or as it gets them for the hypothesis of a class."""
        filled = self._filled(X)
        prepared = filled if self.chain.is_identity else self.chain.apply(filled, class_index=class_index)
        return prepared if self.imputation is None else self.imputation.indicators(prepared, X)

    def _views(self, X: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the inputs as the hypotheses of background and signal see them."""
        background = self.transformed(X, class_index=0)
        return background, background if self.chain.is_identity else self.transformed(X, class_index=1)

    @property
    def input_names(self) -> tuple[str, ...]:
        """Names of the columns that the method gets."""
        indicated = () if self.imputation is None else self.imputation.indicated
        return (*self.chain.output_names, *(f"{self.chain.variables[column]} missing" for column in indicated))

    def _filled(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        return X if self.imputation is None else self.imputation.fill(X)

    def _prepared(self, events: Events) -> Events:
        y = events.y if self.targets is None else self.targets.shrink(events.y)
        return replace(events, X=self.transformed(events.X), y=y)

    def save(self, folder: Path) -> None:
        """Write all parts into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        record = {
            "negative_weights": self.negative_weights,
            "missing": self.missing,
            "imputes": self.imputation is not None,
            "response_pdfs": self.response_pdfs is not None,
            "targets": self.targets is not None,
        }
        (folder / "pipeline.json").write_text(json.dumps(record, indent=2), encoding="utf-8")
        self.chain.save(folder / "preprocessing")
        if self.imputation is not None:
            self.imputation.save(folder / "preprocessing" / "imputation.npz")
        if self.response_pdfs is not None:
            self.response_pdfs.save(folder / "response_pdfs.npz")
        if self.targets is not None:
            self.targets.save(folder / "preprocessing" / "targets.npz")
        self.method.save(folder / "method")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the pipeline in ``folder``; nothing in it is executed.

        Raises
        ------
        RunError
            If the folder does not hold one.
        """
        path = folder / "pipeline.json"
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            policy = str(record["negative_weights"])
            missing, imputes = bool(record["missing"]), bool(record["imputes"])
            has_pdfs, has_targets = bool(record["response_pdfs"]), bool(record["targets"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            msg = f"{path}: does not describe a trained method ({error})"
            raise RunError(msg) from error
        imputation = Imputation.load(folder / "preprocessing" / "imputation.npz") if imputes else None
        pdfs = ResponsePdfs.load(folder / "response_pdfs.npz") if has_pdfs else None
        targets = TargetRanges.load(folder / "preprocessing" / "targets.npz") if has_targets else None
        method, chain = load_method(folder / "method"), Chain.load(folder / "preprocessing")
        return cls(method, chain, policy, missing, imputation, response_pdfs=pdfs, targets=targets)


def _unweighted(train: Events) -> str | None:
    """Return a sentence that the weights were not used, unless they are all the same."""
    if np.ptp(train.weight) == 0:
        return None
    return "It cannot use event weights: all training events counted the same."
