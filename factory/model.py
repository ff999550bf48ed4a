"""A trained model: variables, preprocessing and method together; the unit that is saved, loaded and applied."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from umva.errors import DataError, MethodError, RunError, did_you_mean
from umva.factory.data.binding import bind, branches_of, inputs, mark_missing
from umva.factory.data.sources import open_sources
from umva.factory.pipeline import Pipeline
from umva.methods import Problem
from umva.methods.chunks import chunks
from umva.reports.material import Input

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from umva.factory.data.sources import Chunk, Source
    from umva.factory.response_pdfs import ResponsePdfs

__all__ = ["Application", "Model", "load", "load_run"]


@dataclass(frozen=True)
class Model:
    """A trained method with all that its application needs; no training data.

    Parameters
    ----------
    name
        The booked name.
    inputs
        What is scored, with formulas, in the order of the columns of ``X``.
    problem
        The task, and what the columns of a response mean.
    missing
        Values that stand for a missing input.
    pipeline
        Trained method with its preprocessing.
    """

    name: str
    inputs: tuple[Input, ...]
    problem: Problem
    missing: tuple[float, ...]
    pipeline: Pipeline

    @property
    def n_variables(self) -> int:
        """Number of inputs that are variables; spectators follow them if the method looks at any."""
        looks = self.pipeline.method.capabilities.spectators_as_inputs
        return len(self.inputs) - (len(self.problem.spectators) if looks else 0)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names for the columns of a response: the model's, with that of a class or target where there are several.

        Probability and rarity follow if the model knows the densities of its response.
        """
        derived = () if self.pipeline.response_pdfs is None else (f"{self.name}_probability", f"{self.name}_rarity")
        return tuple(f"{self.name}_{each}" for each in self.problem.outputs) or (self.name, *derived)

    @property
    def response_pdfs(self) -> ResponsePdfs:
        """The densities of the response in signal and background.

        Raises
        ------
        MethodError
            If the method was booked without ``response_pdfs`` (CreateMVAPdfs).
        """
        if self.pipeline.response_pdfs is None:
            msg = f"{self.name} has no densities of its response: book it with response_pdfs=True (CreateMVAPdfs)"
            raise MethodError(msg)
        return self.pipeline.response_pdfs

    def probability(self, source: Any, *, signal_fraction: float = 0.5) -> NDArray[np.float64]:
        """Return the probability that an event is signal, from the densities of the response; TMVA's GetProba.

        Parameters
        ----------
        source
            As in :meth:`predict`.
        signal_fraction
            Fraction of signal among the events, from 0 to 1.

        Raises
        ------
        MethodError
            If the method was booked without ``response_pdfs``.
        """
        return self.response_pdfs.probability(self.predict(source), signal_fraction)

    def rarity(self, source: Any) -> NDArray[np.float64]:
        """Return the fraction of background with a smaller response, uniform for background; TMVA's GetRarity.

        ``source`` and errors are as in :meth:`probability`.
        """
        return self.response_pdfs.rarity(self.predict(source))

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the responses to inputs ``(n_events, n_inputs)``, float64, in blocks.

        Their shape is ``(n_events,)``, of several classes ``(n_events, n_classes)``, in a regression ``(n_events,
        n_targets)``.
        """
        n_outputs = len(self.problem.outputs)
        scores = np.empty((len(X), n_outputs) if n_outputs else len(X), dtype=np.float64)
        for rows in chunks(len(X)):
            scores[rows] = self.pipeline.score(np.ascontiguousarray(X[rows], dtype=np.float32))
        return scores

    def predict(self, source: Any) -> NDArray[np.float64]:
        """Return the responses to all events of a source, in its order, in the shape of :meth:`score`.

        Parameters
        ----------
        source
            Anything that ``DataLoader.add_sample`` takes, its branches fed to the model's formulas, or a plain array of
            inputs, shape ``(n_events, n_inputs)``. An event with a variable that is infinite gets NaN, and so does one
            with a missing variable, unless the training was told that some may be missing.

        Raises
        ------
        DataError
            If the array has another number of columns, or the source lacks a branch.
        """
        if isinstance(source, np.ndarray) and source.dtype.names is None:
            return self.score_finite(self._checked(source))
        parts = [scores for application in self.applications(source) for _, scores in application]
        return np.concatenate(parts) if parts else self.score(np.empty((0, len(self.inputs)), dtype=np.float32))

    def applications(self, source: Any) -> list[Application]:
        """Return the model bound to each of the sources, every name checked, nothing read yet."""
        return [Application(self, each) for each in open_sources(source)]

    def save(self, folder: Path) -> None:
        """Write the model into ``folder``, replacing one that is there only when all is written."""
        fresh = folder.with_name(f".{folder.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        record = {
            "name": self.name,
            "problem": asdict(self.problem),
            "inputs": [asdict(each) for each in self.inputs],
            "missing": [repr(each) for each in self.missing],
            "umva": version("umva"),
        }
        try:
            (fresh / "model.json").write_text(json.dumps(record, indent=2), encoding="utf-8")
            self.pipeline.save(fresh)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the model in ``folder``; nothing in it is executed."""
        path = folder / "model.json"
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            inputs = tuple(Input(**each) for each in record["inputs"])
            problem = Problem(**{key: tuple(value) for key, value in record["problem"].items()})
            missing = tuple(float(each) for each in record["missing"])
            name = str(record["name"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            msg = f"{path}: does not describe a model ({error})"
            raise RunError(msg) from error
        return cls(name, inputs, problem, missing, Pipeline.load(folder))

    def _checked(self, X: NDArray[Any]) -> NDArray[np.float32]:
        if X.ndim != 2 or X.shape[1] != len(self.inputs):
            names = ", ".join(each.name for each in self.inputs)
            msg = f"{self.name} takes {len(self.inputs)} columns ({names}), got an array of shape {X.shape}"
            raise DataError(msg)
        checked = X.astype(np.float32)
        mark_missing(checked[:, : self.n_variables], self.missing)
        return checked

    def score_finite(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the responses, NaN for events with a variable that is infinite, or missing unless that was declared."""
        variables = X[:, : self.n_variables]
        bad = np.isinf(variables) if self.pipeline.missing else ~np.isfinite(variables)
        good = ~bad.any(axis=1)
        if good.all():
            return self.score(X)
        found = self.score(X[good])
        scores = np.full((len(X), *found.shape[1:]), np.nan)
        scores[good] = found
        return scores


class Application:
    """A model bound to one source: iterate over it for pairs of first entry and scores, chunk by chunk."""

    def __init__(self, model: Model, source: Source) -> None:
        self.model = model
        self.source = source
        self.formulas = [bind(each.expression, source) for each in model.inputs]

    @property
    def branches(self) -> list[str]:
        """The branches that are read."""
        return branches_of(self.formulas)

    def scores(self, chunk: Chunk) -> NDArray[np.float64]:
        """Return the responses to the events of a chunk that has at least :attr:`branches`."""
        X = inputs(self.formulas, chunk, slice(None), where=self.source.label)
        mark_missing(X[:, : self.model.n_variables], self.model.missing)
        return self.model.score_finite(X)

    def columns(self, chunk: Chunk) -> dict[str, NDArray[np.float64]]:
        """Return the responses, and probability and rarity if known, by the model's :attr:`Model.columns`."""
        scores = self.scores(chunk)
        columns = [*scores.T] if scores.ndim > 1 else [scores]
        if (pdfs := self.model.pipeline.response_pdfs) is not None:
            columns += [pdfs.probability(scores), pdfs.rarity(scores)]
        return dict(zip(self.model.columns, columns, strict=True))

    def __iter__(self) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """Yield the first entry and the scores of each chunk."""
        for chunk in self.source.chunks(self.branches):
            yield chunk.start, self.scores(chunk)


def load(folder: str | Path) -> Model:
    """Return the trained model in ``folder``, for instance ``"out/methods/BDT850"``; nothing in it is executed.

    Raises
    ------
    RunError
        If there is none.
    """
    path = Path(folder)
    if not (path / "model.json").is_file():
        models = path if path.name == "methods" else path / "methods"
        names = [each.name for each in sorted(models.glob("[!.]*/")) if (each / "model.json").is_file()]
        beside = [each.name for each in sorted(path.parent.glob("[!.]*/")) if (each / "model.json").is_file()]
        hint = f"it is a run with the models {', '.join(names)}" if names else did_you_mean(path.name, beside)
        msg = f"{path} does not hold a trained model: {hint}"
        raise RunError(msg)
    return Model.load(path)


def load_run(folder: str | Path) -> list[Model]:
    """Return the model in ``folder``, or all that the last run in a run folder trained, in the order of booking.

    Raises
    ------
    RunError
        If there is none.
    """
    path = Path(folder)
    try:
        booked = list(json.loads((path / "run.json").read_text(encoding="utf-8"))["methods"])
    except OSError:
        return [load(path)]
    except (ValueError, KeyError, TypeError) as error:
        msg = f"{path / 'run.json'}: does not describe a run ({error})"
        raise RunError(msg) from error
    models = [path / "methods" / each for each in booked]
    trained = [each for each in models if (each / "model.json").is_file()]
    if not trained:
        msg = f"{path}: none of its methods has been trained ({', '.join(booked)})"
        raise RunError(msg)
    return [Model.load(each) for each in trained]
