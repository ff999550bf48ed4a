"""Multilayer perceptrons: TMVA's MLP for classes and targets, trained by back-propagation, BFGS or a genetic algorithm.

Where it differs from TMVA 4.2, and why:

* It watches the validation part, if there is one, and keeps the weights with the smallest loss there. TMVA watches the test
  events, which then no longer test anything.
* In regression back-propagation changes the weights once an event; TMVA does it a second time, towards the class label.
* ``estimator`` is what it says. TMVA reads EstimatorType and then takes the cross entropy for two classes, and half squares
  else. Of several classes TMVA trains linear outputs towards 0 and 1 and takes the softmax of the trained network; here the
  softmax is trained too, so that responses are probabilities, and by default by the cross entropy.
* Progress is measured in units of the first loss looked at, which is about one for classes as in TMVA, and serves targets of
  any unit alike.
* Squares or magnitudes of the synapses (``neuron_input``) are taken in the hidden layers, with their proper derivatives. TMVA
  takes them in the output as well, which is then never negative.
* The hyperbolic tangent is exact, not TMVA's rational approximation.
* The genetic algorithm looks for weights of both signs; TMVA's are positive.
* Initial weights are TMVA's, uniform between -2 and 2, in a narrower range where more than ten neurons arrive at one.
* Targets of a regression are learnt in units of their spread about their mean, whatever the transformation of the inputs;
  TMVA treats them as the inputs: ``VarTransform=N`` maps their range, outliers included, to -1 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import MethodError
from umva.methods.base import Capabilities, Context, Events
from umva.methods.networks.outputs import n_outputs
from umva.methods.networks.perceptron.lesson import Lesson
from umva.methods.networks.perceptron.method import PerceptronMethod, heavy, targets_of, watched
from umva.methods.networks.perceptron.minimisers import BFGS, BackPropagation, Genetic
from umva.methods.networks.perceptron.perceptron import COMBINATIONS, NEURONS, Perceptron
from umva.methods.networks.perceptron.regulator import MOST_WEIGHTS, Regulator
from umva.methods.networks.perceptron.training import Plan, Sampling, threads, train
from umva.methods.options import option
from umva.methods.problem import TASKS
from umva.methods.ranking import Ranking
from umva.methods.registry import register
from umva.methods.repetition import Repetition
from umva.methods.scaling import Scale, standard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from umva.methods.networks.perceptron.minimisers import Minimiser
    from umva.methods.problem import Problem

__all__ = ["MLP"]


@register("MLP", tmva="kMLP")
@dataclass(kw_only=True, eq=False)
class MLP(PerceptronMethod):
    """Multilayer perceptron: a neural network of a few hundred weights at most, as TMVA has it.

    Use it where TMVA's MLP was used: with up to some ten thousand events and some dozen inputs it is trained in seconds, and
    ``training_method="BFGS", use_regulator=True`` needs no tuning; for more of either take ``DNN``. The response is the
    signal probability, one probability a class, or the targets. The events' weights multiply their losses, whatever their
    sum; events whose weight is not positive teach nothing. Inputs should be of like size, hence the transformation ``"N"``.
    With one seed a training is the same on any number of threads. (TMVA Users Guide, arXiv:physics/0703039, section 8.10;
    Nocedal and Wright, Numerical Optimization, Springer 2006, section 7.2.)

    Examples
    --------
    >>> X = np.linspace(-1, 1, 200, dtype=np.float32)[:, None]
    >>> train = Events(X, (X[:, 0] > 0).astype(np.int8), np.ones(200))
    >>> net = MLP(hidden_layers=[3], training_method="BFGS", epochs=20).fit(train)
    >>> net.score(np.array([[-0.9], [0.9]], np.float32)).round().tolist()
    [0.0, 1.0]
    """

    neuron: str = option("sigmoid", tmva="NeuronType", choices=NEURONS[:5], help="activation of the hidden neurons")
    neuron_input: str = option(
        "sum",
        tmva="NeuronInputType",
        choices=COMBINATIONS,
        help="hidden neurons get the sum of weight times value, of its squares, or of its magnitudes",
    )
    estimator: str | None = option(
        None,
        tmva="EstimatorType",
        choices=("MSE", "CE"),
        help="loss: half squared error or cross entropy; if not said CE for classes, MSE for targets",
    )
    training_method: str = option(
        "BP",
        tmva="TrainingMethod",
        choices=("BP", "BFGS", "GA"),
        help="back-propagation, BFGS, or a genetic algorithm, which has its own epochs",
    )
    learning_rate: float = option(0.02, tmva="LearningRate", low=1e-12, high=100.0, help="BP: size of the first steps")
    decay_rate: float = option(
        0.01,
        tmva="DecayRate",
        low=0.0,
        high=1.0,
        help="BP: share of the learning rate that is lost in an epoch; its root in the last 5 % of them",
    )
    bp_mode: str = option(
        "sequential",
        tmva="BPMode",
        choices=("sequential", "batch"),
        help="BP: correct the weights after every event or after each batch",
    )
    batch_size: int = option(-1, tmva="BatchSize", help="BP in batches: events of one; below 1 all")
    tau: float = option(
        3.0, tmva="Tau", low=1.01, high=1000.0, help="BFGS: factor between steps of the search along a line"
    )
    reset_step: int = option(50, tmva="ResetStep", low=1, help="BFGS: forget the curvature after so many steps")
    test_rate: int = option(10, tmva="TestRate", low=1, help="epochs from one look at the losses to the next")
    convergence_improve: float = option(
        1e-30,
        tmva="ConvergenceImprove",
        low=0.0,
        help="fall of the watched loss that is progress, as a share of the loss at the first look",
    )
    convergence_tests: int = option(
        -1, tmva="ConvergenceTests", help="stop after so many looks without progress; negative: never"
    )
    weight_range: float = option(
        1.0,
        tmva="WeightRange",
        low=0.01,
        high=1.0,
        help="share of the events, those with the smallest losses, that the watched loss is made of",
    )
    sampling: float = option(1.0, tmva="Sampling", low=1e-6, high=1.0, help="share of the events that an epoch sees")
    sampling_epochs: float = option(
        1.0, tmva="SamplingEpoch", low=0.0, high=1.0, help="share of the epochs that see a sample; the others see all"
    )
    sampling_importance: float = option(
        1.0,
        tmva="SamplingImportance",
        low=1e-3,
        high=1.0,
        help="factor on the chance of events that were drawn when the loss fell",
    )
    sampling_training: bool = option(True, tmva="SamplingTraining", help="draw from the training events")
    sampling_validation: bool = option(False, tmva="SamplingTesting", help="draw from the validation events")
    use_regulator: bool = option(
        False, tmva="UseRegulator", help="Bayesian regulator: weights decay as strongly as the events themselves say"
    )
    update_limit: int = option(10000, tmva="UpdateLimit", low=0, help="find the regulator's strengths at most so often")
    random_seed: int = option(
        1, tmva="RandomSeed", low=0, help="seed of the initial weights and the order of events, beside the run's seed"
    )

    capabilities: ClassVar[Capabilities] = Capabilities(tasks=TASKS, validation=True)
    transform: ClassVar[str] = "N"
    regression_transform: ClassVar[str] = "N"
    cost: ClassVar[float] = 4.0
    refused: ClassVar[Mapping[str, str]] = {
        "CalculateErrors=False": "responses have no errors here; train with several values of RandomSeed and compare",
        "EpochMonitoring=*": "the losses of every TestRate epochs stand in the report anyway",
    }
    repetition: ClassVar[Repetition] = Repetition(
        1e-3,
        options={"training_method": "BFGS", "epochs": 20},
        reason="back-propagation takes a step after each event, whatever its weight, and BFGS many that rounding turns",
    )
    quick_options: ClassVar[Mapping[str, Any]] = {"training_method": "BFGS", "epochs": 60, "hidden_layers": "6"}
    state: ClassVar[tuple[str, ...]] = (*PerceptronMethod.state, "target_mean_", "target_spread_")

    target_mean_: NDArray[np.float64] = field(init=False, repr=False)
    target_spread_: NDArray[np.float64] = field(init=False, repr=False)

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Refuse options that do not go together; see :meth:`umva.methods.Method.bind`."""
        super().bind(columns, problem)
        if self.estimator == "CE" and problem.task == "regression":
            msg = f"{self.name}: estimator (EstimatorType) 'CE' is for classes; a regression takes 'MSE'"
            raise MethodError(msg)
        if self.training_method == "GA" and (self.use_regulator or self.sampling < 1.0):
            msg = f"{self.name}: training_method 'GA' has neither use_regulator nor sampling; take 'BFGS' or 'BP'"
            raise MethodError(msg)

    def network(self) -> Perceptron:
        """Return the form of the trained network."""
        link = {"classification": "sigmoid", "multiclass": "softmax", "regression": "identity"}[self.problem_.task]
        return Perceptron(tuple(self.sizes_.tolist()), self.neuron, self.neuron_input, link=link)

    def fits(self) -> bool:
        """Whether what was read from a file goes together."""
        scales = np.shape(self.target_mean_), np.shape(self.target_spread_)
        return (
            super().fits()
            and self.sizes_[-1] == n_outputs(self.problem_)
            and set(scales) == {(len(self.problem_.targets),)}
        )

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Train cycle by cycle; see :meth:`umva.methods.Method.fit`.

        Raises
        ------
        MethodError
            If the loss does not stay finite, a class has no event of positive weight, options do not go together, or the
            network is too large for the regulator.
        """
        self.bind((), train.problem)
        self.problem_ = train.problem
        train = heavy(train, method=self.name)
        scale = Scale.of(train) if train.problem.task == "regression" else Scale.unit(0)
        self.target_mean_, self.target_spread_ = scale.mean, scale.spread
        network = self.build(train.X.shape[1], n_outputs(train.problem))
        self._require_small(network)
        rng = np.random.default_rng([context.seed, self.random_seed])
        with threads(context.n_threads) as parallel:
            lessons = [
                Lesson(network, self.prepare(each.X), self._wanted(each), each.weight, self._loss(), parallel=parallel)
                for each in (train, watched(validation))
                if each is not None
            ]
            found = _train(
                self._minimiser(context, rng),
                lessons[0],
                lessons[1] if len(lessons) > 1 else None,
                network.draw(rng),
                self._plan(),
                regulator=Regulator(network, self.update_limit) if self.use_regulator else None,
                rng=rng,
                progress=context.progress,
                method=self.name,
            )
        self.weights_, self.curves_, self.notes_ = found.weights, found.curves, found.notes
        self.ranking_ = Ranking("Importance", importance(network, self.weights_, train))
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the signal probability, the probability of each class, or the targets."""
        outputs = self.outputs(X)
        if self.problem_.task == "regression":
            return Scale(self.target_mean_, self.target_spread_).stretch(outputs)
        return outputs[:, 0] if self.problem_.task == "classification" else outputs

    def _loss(self) -> str:
        return self.estimator or ("MSE" if self.problem_.task == "regression" else "CE")

    def _wanted(self, events: Events) -> NDArray[np.float64]:
        """Return what the network should answer."""
        if events.problem.task == "regression":
            return np.ascontiguousarray((events.y - self.target_mean_) / self.target_spread_)
        return targets_of(events.y, events.problem)

    def _minimiser(self, context: Context, rng: np.random.Generator) -> Minimiser:
        if self.training_method == "BFGS":
            return BFGS(self.tau, self.reset_step)
        if self.training_method == "GA":
            return Genetic(int(rng.integers(2**31)), context.progress)
        batch = 1 if self.bp_mode == "sequential" else max(0, self.batch_size)
        return BackPropagation(rng, self.learning_rate, self.decay_rate, batch, late=int(0.95 * self.epochs) - 1)

    def _plan(self) -> Plan:
        if self.training_method == "GA":
            return Plan(1, 1, weight_range=self.weight_range)
        sampling = Sampling(
            self.sampling,
            self.sampling_epochs,
            self.sampling_importance,
            self.sampling_training,
            self.sampling_validation,
        )
        stop = self.convergence_improve, self.convergence_tests
        return Plan(self.epochs, self.test_rate, *stop, self.weight_range, sampling)

    def _require_small(self, network: Perceptron) -> None:
        if self.use_regulator and network.n_weights > MOST_WEIGHTS:
            msg = f"{self.name}: use_regulator takes networks of at most {MOST_WEIGHTS} weights, this has {network.n_weights}"
            raise MethodError(msg)


_train = train  # the argument of ``fit`` has the name


def importance(network: Perceptron, weights: NDArray[np.float64], train: Events) -> NDArray[np.float64]:
    """Return TMVA's importance of each input: the squares of its weights times its typical size squared.

    The typical size is the mean over the classes of the magnitude of the mean, or of the spread if that is larger.
    """
    classes = range(len(train.problem.classes))
    groups = [train.select(train.y == label) for label in classes] if classes else [train]
    moments = [standard(each.X, each.weight) for each in groups]
    mean = np.mean([np.abs(mean) for mean, _ in moments], axis=0)
    spread = np.mean([spread for _, spread in moments], axis=0)
    first = network.matrices(weights)[0][:-1]
    return np.asarray(np.sum(first**2, axis=1) * np.maximum(mean, spread) ** 2)
