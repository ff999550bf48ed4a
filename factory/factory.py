"""The ``Factory``: books methods on one dataset, trains and tests them all, and measures the results."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from umva.errors import DataError, MethodError, RunError
from umva.factory.booking import Booking, book
from umva.factory.composites import Composite
from umva.factory.data.dataset import Dataset
from umva.factory.execution import Execution
from umva.factory.macro import macro_of
from umva.factory.pool import Slots
from umva.factory.progress import busy
from umva.factory.run_folder import RunFolder
from umva.factory.studies import StudyPlan, lay_down
from umva.methods.help import document
from umva.reports.checks import require_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console

    from umva.factory.data.loader import DataLoader
    from umva.methods import Problem
    from umva.reports.results import Results

__all__ = ["Factory"]


class Factory:
    """Books methods, trains and tests them on the same events, and compares them.

    Parameters
    ----------
    name
        Title of the run.
    output
        The run folder; by default named after the run.
    seed
        The one seed: it determines every number of the results, on one machine.
    n_jobs
        Cores to use; None takes all.
    console
        Where progress is drawn, a rich console; None draws on the standard error if that is a terminal.
    mute
        Codes of checks of the report that you know of and need not be told again, such as ``"COR001"``, or ``"COR"`` for
        all of a kind.

    Raises
    ------
    ReportError
        If ``mute`` has a code that no check has.

    Examples
    --------
    >>> import numpy as np, tempfile
    >>> from umva import DataLoader, Factory
    >>> rng = np.random.default_rng(1)
    >>> loader = DataLoader().add_variables(["x", "y"])
    >>> loader = loader.add_sample({"x": rng.normal(1, 1, 500), "y": rng.normal(0, 1, 500)}, label="signal")
    >>> loader = loader.add_sample({"x": rng.normal(0, 1, 500), "y": rng.normal(1, 1, 500)}, label="background")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     factory = Factory("toy", output=folder)
    ...     _ = factory.book(loader, "Fisher")
    ...     results = factory.run()
    >>> results.methods["Fisher"].auc.test.value > 0.8
    True
    """

    def __init__(
        self,
        name: str = "umva",
        output: str | Path | None = None,
        *,
        seed: int = 1,
        n_jobs: int | None = None,
        console: Console | None = None,
        mute: Iterable[str] = (),
    ) -> None:
        self.name = name
        self.seed = seed
        self.n_jobs = n_jobs
        self.mute = tuple(mute)
        self.bookings: list[Booking] = []
        require_codes(self.mute)
        self._folder = RunFolder(Path(output if output is not None else name))
        self._loader: DataLoader | None = None
        self._console = console

    def book(
        self,
        loader: DataLoader,
        method: Any,
        *,
        name: str | None = None,
        options: str | None = None,
        transform: str | None = None,
        negative_weights: str | None = None,
        response_pdfs: bool | Mapping[str, Any] = False,
        **settings: Any,
    ) -> Booking:
        """Book a method; all its options are checked here.

        Parameters
        ----------
        loader
            The events; the same for all methods of a factory, since they are compared event by event.
        method
            A registered name such as ``"BDT"``, a scikit-learn estimator, a Keras model, a PyTorch module, or a function
            that builds one of these two.
        name
            What tables and files call it; by default as the method.
        options
            An option string as for TMVA: ``"NTrees=850:MaxDepth=3"``.
        transform
            Input transformations such as ``"G,N"``; by default the method's own, ``"I"`` for none.
        negative_weights
            What the training does with negative weights: ``"keep"``, ``"ignore"``, ``"pair"`` or ``"absolute"``, see
            :mod:`umva.factory.negative_weights`. By default they are kept where the method can, else ignored.
        response_pdfs
            Whether to make the densities of the response in signal and background, for ``model.probability`` and
            ``model.rarity``, or how: ``{"n_bins": 50, "smoothing_signal": 10}``; TMVA's CreateMVAPdfs.
        **settings
            Options by native name: ``n_trees=850``.

        Raises
        ------
        UnknownMethodError, OptionError
            For a name or value that does not exist; says what is near.
        MethodError
            If the name is taken, or cannot be the name of a folder; if the method is not for the task that the loader
            declares, or needs a package that is not installed; if it is made of methods and given a transformation, or a
            member of it is booked after it.
        """
        if self._loader is not None and loader is not self._loader:
            msg = "all methods of a factory share one DataLoader; make a second Factory for other events or variables"
            raise MethodError(msg)
        problem = _problem(loader)
        booking = book(
            method,
            name=name,
            options=options,
            transform=transform,
            negative_weights=negative_weights,
            response_pdfs=response_pdfs,
            settings=settings,
            task=problem.task if problem else "classification",
        )
        if booking.name in {each.name for each in self.bookings}:
            msg = f"a method called {booking.name!r} is booked already; give name=..."
            raise MethodError(msg)
        if booking.name.startswith(".") or set(booking.name) & set('/\\:*?"<>|\0'):
            msg = f"{booking.name!r} cannot be the name of a method: it names a folder too"
            raise MethodError(msg)
        if isinstance(booking.method, Composite):
            self._compose(booking, booking.method, problem.task if problem else "classification")
        self._check_order(booking)
        if problem is not None:
            booking.require(problem)
        if booking.help:
            self._output.print(document(type(booking.method)), markup=False, highlight=False)
        self._loader = loader
        self.bookings.append(booking)
        return booking

    def _compose(self, booking: Booking, composite: Composite, task: str) -> None:
        """Give a method that is made of others its members.

        Raises
        ------
        MethodError
            If it has a transformation of its own: members bring theirs, and the cuts of categories are on untransformed
            inputs.
        """
        if booking.transform != "I":
            msg = f"{booking.name} takes no transform, got {booking.transform!r}; its members bring theirs: book them with it"
            raise MethodError(msg)
        composite.take(self.bookings, task)

    def _check_order(self, booking: Booking) -> None:
        """Raise MethodError if the method is a member of one booked before, which took it with other options."""
        for each in self.bookings:
            for recipe in each.method.recipes_ if isinstance(each.method, Composite) else ():
                if recipe.name == booking.name and not recipe.same_as(booking):
                    msg = (
                        f"{booking.name!r} is a member of {each.name!r}, which is booked already; book the member first"
                    )
                    raise MethodError(msg)

    def run(
        self, *, resume: bool = True, leave_one_out: bool = False, learning_curve: bool | Sequence[float] = False
    ) -> Results:
        """Read the events, train and test all booked methods, and return the measured results.

        Everything that can be checked is checked before the first training. A method that fails is reported as failed and
        the others go on. The run folder then holds models, scores, ``results.json`` and ``leaderboard.csv``. A run that was
        killed or interrupted is taken up by running it again.

        Parameters
        ----------
        resume
            Take over methods that an earlier run in the same folder trained with the same events, options, seed and
            versions.
        leave_one_out
            Whether every method is trained again without each of the variables, to see what each is worth.
        learning_curve
            Whether every method is trained again on 1/8, 1/4 and 1/2 of the training events, or on the fractions given.

        Raises
        ------
        DataError
            If the events cannot be used, or a fraction is not above 0 and at most 1.
        RunError
            If nothing is booked, the run folder cannot be written, or another run is at work in it.
        """
        loader = self._checked()
        plan = StudyPlan.of(leave_one_out=leave_one_out, learning_curve=learning_curve)
        with self._folder.held():
            sample = self._folder.sample
            with busy(self._output, "reading events"):
                loader.dataset(sample).save(sample)
                fingerprint = Dataset.open(sample).fingerprint()
                varied = lay_down(loader.declaration(), Dataset.open(sample), sample)
            execution = Execution(
                title=self.name,
                seed=self.seed,
                bookings=tuple(self.bookings),
                folder=self._folder,
                dataset=Dataset.open(sample),  # opened anew: the pages that the fingerprint read are given back
                fingerprint=fingerprint,
                slots=Slots.of(self.n_jobs, len(self.bookings)),
                mute=self.mute,
                plan=plan,
                varied=varied,
                macro=macro_of(
                    loader.declaration(),
                    tuple(self.bookings),
                    title=self.name,
                    output=str(self._folder.path),
                    seed=self.seed,
                    mute=self.mute,
                    run={"leave_one_out": leave_one_out, "learning_curve": learning_curve},
                ),
                name=loader.declaration().name,
            )
            return execution.run(self._output, resume=resume)

    @cached_property
    def _output(self) -> Console:
        """Where progress is drawn and what a booking asked for is printed."""
        from rich.console import Console

        return self._console or Console(stderr=True)

    def _checked(self) -> DataLoader:
        """Return the loader, once all that needs no events has been checked."""
        if self._loader is None:
            msg = f"factory {self.name!r} has no method booked: factory.book(loader, 'BDT')"
            raise RunError(msg)
        declaration = self._loader.declaration()
        for each in self.bookings:
            each.require(declaration.problem)
            each.model(declaration.inputs, declaration.carried, declaration.problem, declaration.missing)
        return self._loader


def _problem(loader: DataLoader) -> Problem | None:
    """Return the task, None while the loader is not complete: the run will check again."""
    try:
        return loader.declaration().problem
    except DataError:
        return None
