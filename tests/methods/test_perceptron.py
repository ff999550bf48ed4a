"""The engine of multilayer perceptrons: gradients, minimisers, sampling, the regulator; numpy, scipy and TMVA are the judges."""

from __future__ import annotations

import csv
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import rosen, rosen_der

from umva.errors import OptionError
from umva.methods import Events
from umva.methods.networks.perceptron import kernels
from umva.methods.networks.perceptron.hidden import HiddenLayers
from umva.methods.networks.perceptron.lesson import Lesson
from umva.methods.networks.perceptron.minimisers import (
    BFGS,
    BackPropagation,
    ConjugateGradients,
    Descent,
    Genetic,
)
from umva.methods.networks.perceptron.mlp import importance
from umva.methods.networks.perceptron.perceptron import COMBINATIONS, NEURONS, Perceptron
from umva.methods.networks.perceptron.regulator import Regulator, curvature
from umva.methods.networks.perceptron.training import Plan, Sampling, threads, train

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

JUDGED = [
    ("identity", "MSE"),
    ("sigmoid", "MSE"),
    ("tanh", "MSE"),
    ("softmax", "MSE"),
    ("sigmoid", "CE"),
    ("softmax", "CE"),
]


def lesson(network: Perceptron, estimator: str = "MSE", n: int = 30, seed: int = 3) -> Lesson:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, network.sizes[0])).astype(np.float32)
    target = np.eye(network.sizes[-1])[rng.integers(0, network.sizes[-1], n)]
    return Lesson(network, X, target, rng.uniform(0.5, 2.0, n), estimator)


def numerical(task: Lesson, weights: NDArray[np.float64], step: float = 1e-6) -> NDArray[np.float64]:
    ends = [(task.loss(weights + step * each), task.loss(weights - step * each)) for each in np.eye(len(weights))]
    return np.array([(up - down) / (2 * step) for up, down in ends])


@pytest.mark.parametrize(("link", "estimator"), JUDGED)
@pytest.mark.parametrize("neuron", NEURONS[:5])
@pytest.mark.parametrize("combination", COMBINATIONS)
def test_gradients_are_those_of_differences(neuron: str, combination: str, link: str, estimator: str) -> None:
    for output in COMBINATIONS:
        network = Perceptron((3, 4, 5, 2), neuron, combination, output, link)
        weights = 0.3 * network.draw(np.random.default_rng(5))
        task = lesson(network, estimator)
        loss, gradient = task.gradient(weights)
        assert loss == pytest.approx(task.loss(weights), rel=1e-12)
        np.testing.assert_allclose(gradient, numerical(task, weights), atol=1e-6 * np.abs(gradient).max())


def test_decay_is_part_of_loss_and_gradient() -> None:
    network = Perceptron((2, 3, 1), link="sigmoid")
    plain = lesson(network, "CE")
    weights = network.draw(np.random.default_rng(1))
    decay = np.linspace(0.1, 1.0, len(weights))
    task = Lesson(network, plain.X, plain.target, plain.weight, "CE", decay)
    assert task.loss(weights) - plain.loss(weights) == pytest.approx(0.5 * (decay * weights**2).sum())
    np.testing.assert_allclose(task.gradient(weights)[1], numerical(task, weights), atol=1e-6)


def by_numpy(X: NDArray[Any], network: Perceptron, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    values = X.astype(np.float64)
    *hidden, last = network.matrices(weights)
    for each in hidden:
        values = np.tanh(np.column_stack([values, np.ones(len(values))]) @ each)
    odds = np.exp(np.column_stack([values, np.ones(len(values))]) @ last)
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def test_response_is_that_of_numpy_and_does_not_depend_on_the_company() -> None:
    network = Perceptron((4, 7, 6, 3), "tanh", link="softmax")
    weights = network.draw(np.random.default_rng(2))
    X = lesson(network, n=101).X
    together = network.respond(X, weights)
    np.testing.assert_allclose(together, by_numpy(X, network, weights), rtol=1e-12)
    alone = np.concatenate([network.respond(each[None], weights) for each in X])
    assert np.array_equal(alone, together)


def test_the_answer_far_away_is_finite() -> None:
    network = Perceptron((1, 2, 2), "tanh", link="softmax")
    far = network.respond(np.array([[1e30], [-1e30]], np.float32), np.full(network.n_weights, 5.0))
    assert np.isfinite(far).all()


def test_threads_change_no_bit() -> None:
    network = Perceptron((3, 5, 2), link="softmax")
    task = lesson(network, "CE", n=20_000)
    weights = network.draw(np.random.default_rng(1))
    with threads(2) as parallel:
        shared = Lesson(network, task.X, task.target, task.weight, "CE", parallel=parallel)
        assert shared.loss(weights) == task.loss(weights)
        assert np.array_equal(shared.gradient(weights)[1], task.gradient(weights)[1])


@pytest.mark.parametrize("batch", [1, 4, 0])
def test_back_propagation_takes_the_steps_of_the_gradient(batch: int) -> None:
    network = Perceptron((2, 3, 2), link="softmax")
    task = lesson(network, "CE", n=10)
    start = network.draw(np.random.default_rng(4))
    rng, rate = np.random.default_rng(8), 0.1
    found = BackPropagation(np.random.default_rng(8), rate, 0.0, batch).cycle(task, start)
    weights, order = start.copy(), rng.permutation(10)
    for rows in np.split(order, range(batch, 10, batch)) if batch else [order]:
        part = task.select(rows)
        share = task.share[rows].sum() * task.n_events / len(rows)
        weights = weights - rate * share * part.gradient(weights)[1]
    np.testing.assert_allclose(found, weights, rtol=1e-12)


@pytest.mark.parametrize(
    ("minimiser", "cycles"),
    [(BFGS(), 60), (ConjugateGradients(), 400), (ConjugateGradients(polak=True), 400)],
)
def test_minimisers_find_the_end_of_the_valley(minimiser: Descent, cycles: int) -> None:
    valley = SimpleNamespace(loss=rosen, gradient=lambda x: (rosen(x), rosen_der(x)))
    x = np.array([-1.2, 1.0, 0.5])
    last = rosen(x)
    for _ in range(cycles):
        x = minimiser.cycle(valley, x)
        assert rosen(x) <= last
        last = rosen(x)
    np.testing.assert_allclose(x, 1.0, atol=1e-3)


def test_steepest_descent_goes_down_and_knows_when_it_is_there() -> None:
    bowl = SimpleNamespace(
        loss=lambda x: x @ (x * [1.0, 9.0]), gradient=lambda x: (x @ (x * [1.0, 9.0]), x * [2.0, 18.0])
    )
    minimiser, x = Descent(), np.array([3.0, -4.0])
    for _ in range(200):
        x = minimiser.cycle(bowl, x)
    np.testing.assert_allclose(x, 0.0, atol=1e-5)
    minimiser.cycle(bowl, np.zeros(2))
    x = Descent().cycle(bowl, np.zeros(2))
    assert np.array_equal(x, np.zeros(2))


def test_a_search_in_small_steps_reaches_as_far() -> None:
    steep = SimpleNamespace(loss=lambda x: 1e6 * (x @ x), gradient=lambda x: (1e6 * (x @ x), 2e6 * x))
    assert np.abs(Descent(tau=1.01).cycle(steep, np.array([1e-3]))).max() < 1e-5


def test_the_genetic_algorithm_needs_no_gradient() -> None:
    network = Perceptron((1, 1), link="sigmoid")
    X = np.linspace(-1, 1, 40, dtype=np.float32)[:, None]
    task = Lesson(network, X, (X > 0).astype(np.float64), np.ones(40), "CE")
    found = Genetic(1, lambda _: None).cycle(task, np.zeros(2))
    assert task.loss(found) < 0.2  # the slope ends at the bound, 5


@pytest.mark.parametrize(("link", "estimator"), JUDGED)
def test_curvature_is_the_hessian_where_the_network_is_linear(link: str, estimator: str) -> None:
    network = Perceptron((2, 2), link=link)
    weights = 0.3 * network.draw(np.random.default_rng(1))
    task = lesson(network, estimator, n=40)
    if estimator == "MSE":  # Gauss and Newton leave out the residuals
        task = Lesson(network, task.X, network.respond(task.X, weights), task.weight)
    rows = [
        (task.gradient(weights + 1e-6 * each)[1] - task.gradient(weights - 1e-6 * each)[1]) / 2e-6
        for each in np.eye(len(weights))
    ]
    np.testing.assert_allclose(curvature(task, weights), rows, atol=1e-7)


def test_the_regulator_switches_off_an_input_that_tells_nothing() -> None:
    rng = np.random.default_rng(2)
    X = rng.normal(size=(500, 3)).astype(np.float32)
    target = np.tanh(X[:, :1]) + 0.5 * X[:, 1:2] + 0.1 * rng.normal(size=(500, 1))
    network = Perceptron((3, 4, 1), "tanh")
    task = Lesson(network, X, target, np.ones(500))
    start = network.draw(rng)
    regulator = Regulator(network, 1000)
    found = train(
        BFGS(), task, None, start, Plan(200), regulator=regulator, rng=rng, progress=lambda _: None, method="MLP"
    )
    size = np.abs(network.matrices(found.weights)[0]).sum(axis=1)
    assert size[2] < 0.1 * min(size[0], size[1])


def trained(plan: Plan, *, validation: bool = False, n: int = 200) -> Any:
    network = Perceptron((2, 3, 2), link="softmax")
    rng = np.random.default_rng(1)
    return train(
        BackPropagation(rng, 0.02, 0.01),
        lesson(network, "CE", n=n),
        lesson(network, "CE", n=50, seed=9) if validation else None,
        network.draw(rng),
        plan,
        rng=rng,
        progress=lambda _: None,
        method="MLP",
    )


def test_looks_are_as_often_as_asked_and_the_best_is_kept() -> None:
    found = trained(Plan(40, 4), validation=True)
    losses = found.curves.values["validation"]
    assert found.curves.step == "4 epochs"
    assert len(losses) == len(found.curves.values["train"]) == 10
    assert found.curves.best == np.argmin(losses) + 1
    network = Perceptron((2, 3, 2), link="softmax")
    watched = lesson(network, "CE", n=50, seed=9)
    assert watched.loss(found.weights) == pytest.approx(losses.min(), rel=1e-12)


def test_no_progress_stops_the_training() -> None:
    found = trained(Plan(400, 1, improvement=0.5, tests=3))
    assert len(found.curves.values["train"]) == 4
    assert "Stopped after 4 of 400 epochs" in found.notes[0]


def test_no_progress_with_samples_leads_to_all_events() -> None:
    found = trained(Plan(400, 1, improvement=0.5, tests=3, sampling=Sampling(0.5, 0.9)))
    assert "Stopped after 36" in found.notes[0]


def test_the_smallest_deviations_alone_are_watched() -> None:
    part = trained(Plan(10, 1, weight_range=0.5)).curves.values["train"]
    assert (part < trained(Plan(10, 1)).curves.values["train"]).all()


@given(st.integers(1, 30), st.lists(st.tuples(st.sampled_from("nN"), st.integers(-40, 40)), min_size=1, max_size=4))
def test_layers_relative_to_the_inputs(n: int, layers: list[tuple[str, int]]) -> None:
    text = ",".join(f"{letter}{offset:+d}" for letter, offset in layers)
    assert HiddenLayers(text).sizes(n) == [max(1, n + offset) for _, offset in layers]


@given(st.lists(st.integers(1, 999), max_size=4))
def test_layers_as_numbers(layers: list[int]) -> None:
    assert HiddenLayers(layers).sizes(3) == layers


@pytest.mark.parametrize("wrong", ["M", "N+", "0", "-3", "2N", "N*2", "5,,3", "N--1", "3.5"])
def test_other_layers_are_refused(wrong: str) -> None:
    with pytest.raises(OptionError, match="HiddenLayers"):
        HiddenLayers(wrong).sizes(4)


def of_tmva(path: Path, *, link: str) -> tuple[Perceptron, NDArray[np.float64], NDArray[np.float64]]:
    """Return the network in a weights file of TMVA, its weights, and the ranges of the inputs."""
    root = ET.parse(path).getroot()
    layers = root.findall("Weights/Layout/Layer")
    matrices = [np.array([[float(w) for w in each.text.split()] for each in layer]) for layer in layers[:-1]]  # type: ignore[union-attr]
    sizes = (*(len(each) - 1 for each in matrices), matrices[-1].shape[1])
    ranges = [(float(v.attrib["Min"]), float(v.attrib["Max"])) for v in root.findall("Variables/Variable")]
    return Perceptron(sizes, "fast tanh", link=link), Perceptron.pack(matrices), np.array(ranges)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("kind", "title", "link"),
    [
        ("classification", "MLP", "sigmoid"),
        ("classification", "MLPBFGS", "sigmoid"),
        ("classification", "MLPBNN", "sigmoid"),
        ("multiclass", "MLP", "softmax"),
    ],
)
def test_networks_that_tmva_trained_answer_as_there(shared: Path, kind: str, title: str, link: str) -> None:
    folder = shared / "tmva" / "reference" / kind
    (path,) = (folder / "weights").glob(f"*_{title}.weights.xml")
    network, weights, ranges = of_tmva(path, link=link)
    with (folder / "inputs_and_responses.csv").open() as file:
        rows = list(csv.DictReader(file))
    names = [key for key in rows[0] if key in {"myvar1", "myvar2", "var1", "var2", "var3", "var4"}]
    X = np.array([[float(row[key]) for key in names] for row in rows])
    if kind == "classification":
        X = 2 * (X - ranges[:, 0]) / (ranges[:, 1] - ranges[:, 0]) - 1
    columns = [title] if link == "sigmoid" else [key for key in rows[0] if key.startswith(f"{title}:")]
    wanted = np.array([[float(row[key]) for key in columns] for row in rows])
    np.testing.assert_allclose(network.respond(X.astype(np.float32), weights), wanted, atol=2e-5)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("title", "wanted"),
    [("MLP", [2.643, 1.290, 0.4238, 4.366]), ("MLPBNN", [0.4926, 0.1234, 0.01403, 0.2595])],
)
def test_importance_is_tmvas(shared: Path, title: str, wanted: list[float]) -> None:
    folder = shared / "tmva" / "reference" / "classification"
    network, weights, ranges = of_tmva(folder / "weights" / f"TMVAClassification_{title}.weights.xml", link="sigmoid")
    with (folder / "train.csv").open() as file:
        rows = list(csv.DictReader(file))
    X = np.array([[float(row[key]) for key in ("myvar1", "myvar2", "var3", "var4")] for row in rows])
    X = 2 * (X - ranges[:, 0]) / (ranges[:, 1] - ranges[:, 0]) - 1
    y = np.array([row["classID"] == "0" for row in rows]).astype(np.int8)
    train = Events(X.astype(np.float32), y, np.array([float(row["weight"]) for row in rows]))
    np.testing.assert_allclose(importance(network, weights, train), wanted, rtol=5e-4)


def test_nothing_is_compiled_twice() -> None:
    loops: tuple[Any, ...] = (kernels.respond, kernels.losses, kernels.gradient, kernels.learn, kernels.jacobian)
    assert all(len(each.signatures) == 1 for each in loops)
