"""Networks of the user's own for three tasks: given Keras models, PyTorch modules, and functions that build either."""

from __future__ import annotations

import functools
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from umva.errors import MethodError, RunError
from umva.methods import Context, Events, load
from umva.methods.networks.torch_files import restore
from umva.methods.wrapped import BuiltNetwork, KerasMethod, TorchMethod, wrap
from umva.testing import toys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TASKS = ("classification", "multiclass", "regression")
OUTPUTS = {"classification": 1, "multiclass": 3, "regression": 2}
HOW: dict[str, Any] = {"epochs": 12, "batch_size": 20, "learning_rate": 0.02}


def quality(method: Any, test: Events) -> float:
    """Return the AUC, the share of right classes, or the smallest R2 of the targets."""
    from sklearn.metrics import r2_score, roc_auc_score

    response = method.score(test.X)
    if test.problem.task == "regression":
        return float(min(r2_score(test.y, response, multioutput="raw_values")))
    if test.problem.task == "multiclass":
        np.testing.assert_allclose(response.sum(axis=1), 1.0, rtol=1e-9)
        return float((response.argmax(axis=1) == test.y).mean())
    return float(roc_auc_score(test.y, response))


def keras_model(n_variables: int, n_outputs: int, last: str | None = None) -> Any:
    from umva.methods.networks.keras_models import import_keras

    keras = import_keras()
    hidden = keras.layers.Dense(16, "relu", name="hidden")
    return keras.Sequential(
        [keras.Input((n_variables,), name="inputs"), hidden, keras.layers.Dense(n_outputs, last, name="answer")],
        name="mine",
    )


def torch_module(n_variables: int, n_outputs: int) -> Any:
    nn = pytest.importorskip("torch").nn
    hidden = [nn.Linear(n_variables, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.1)]
    return nn.Sequential(*hidden, nn.Linear(16, n_outputs))


@pytest.mark.parametrize("build", [keras_model, torch_module])
@pytest.mark.parametrize("task", TASKS)
def test_each_task_is_learnt_and_kept(task: str, build: Callable[..., Any], tmp_path: Path) -> None:
    train, test = toys(600, task=task), toys(600, task=task, seed=3)
    tiny = Events(train.X, train.y, train.weight * 1e-9, train.problem)
    method = wrap(build, HOW).fit(tiny)
    assert quality(method, test) > (0.8 if task != "regression" else 0.6)
    response = method.score(test.X)
    np.testing.assert_array_equal(method.score(test.X[100:103]), response[100:103])
    assert method.score(test.X[:0]).shape == response[:0].shape
    method.save(tmp_path)
    loaded = load(tmp_path)
    assert isinstance(loaded, KerasMethod if build is keras_model else TorchMethod)
    assert loaded.options() == method.options()
    np.testing.assert_array_equal(loaded.score(test.X), response)
    with pytest.raises(MethodError, match="was trained on 4 inputs, got events with 3"):
        loaded.score(test.X[:, :3])


@pytest.mark.parametrize("build", [keras_model, torch_module])
def test_the_seed_decides_what_is_built_and_learnt(build: Callable[..., Any]) -> None:
    train = toys(200)
    scores = [wrap(build, {"epochs": 1}).fit(train, context=Context(seed=s)).score(train.X) for s in (1, 1, 2)]
    np.testing.assert_array_equal(scores[0], scores[1])
    assert np.abs(scores[0] - scores[2]).max() > 1e-3


@pytest.mark.parametrize("build", [keras_model, torch_module])
def test_outputs_must_fit_the_task(build: Callable[..., Any]) -> None:
    with pytest.raises(MethodError, match="gives 3 outputs, expected 1 or 2 to tell two classes apart"):
        wrap(build(4, 3)).fit(toys(50))
    with pytest.raises(
        MethodError, match="gives 1 output, expected 3, one for each of the classes prompt, feed-down, back"
    ):
        wrap(build(4, 1)).fit(toys(50, task="multiclass"))
    with pytest.raises(MethodError, match="gives 3 outputs, expected 2, one for each of the targets energy, angle"):
        wrap(build(4, 3)).fit(toys(50, task="regression"))
    with pytest.raises(MethodError, match="class_weights is for classes"):
        wrap(build(4, 2), {"class_weights": "balanced"}).fit(toys(50, task="regression"))


@pytest.mark.slow
@pytest.mark.parametrize("build", [keras_model, torch_module])
def test_balanced_classes_and_early_stopping(build: Callable[..., Any]) -> None:
    y = np.repeat([0, 1], [380, 20]).astype(np.int8)
    same = Events(np.zeros((400, 4), np.float32), y, np.ones(400))
    how = {"class_weights": "balanced", "patience": 3, "schedule": "cosine", "epochs": 60, "batch_size": 400}
    method = wrap(build, {**how, "learning_rate": 0.05}).fit(same)
    assert method.score(same.X[:1])[0] == pytest.approx(0.5, abs=0.05)
    assert method.curves_ is not None
    assert method.curves_.best == method.curves_.values["validation"].argmin() + 1
    assert "Set 40 of 400 training events aside to see when to stop." in method.notes_


# --- Keras ---


def test_several_classes_need_probabilities_or_their_logarithms() -> None:
    train = toys(300, task="multiclass")
    with pytest.raises(MethodError, match="ends in sigmoid, expected linear or softmax for a multiclass"):
        wrap(keras_model(4, 3, "sigmoid")).fit(train)
    assert quality(wrap(keras_model(4, 3, "softmax"), HOW).fit(train), train) > 0.8


def test_log_odds_are_known_by_the_loss() -> None:
    from umva.methods.networks.keras_models import import_keras

    keras = import_keras()
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Subtract()([keras.layers.Dense(1)(inputs), keras.layers.Dense(1)(inputs)]))
    model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    response = wrap(model, HOW).fit(toys()).score(toys(seed=3).X)
    assert 0 < response.min() < 0.2
    assert 0.8 < response.max() < 1


def test_a_compiled_model_learns_targets_as_they_are() -> None:
    train = toys(200, task="regression")
    given = keras_model(4, 2)
    given.compile("adam", "mse")
    raw, own = (wrap(each, {"epochs": 1}).fit(train) for each in (given, keras_model(4, 2)))
    assert raw.curves_ is not None
    assert own.curves_ is not None
    assert raw.curves_.values["train"][0] > 100  # GeV squared
    assert own.curves_.values["train"][0] < 10


def test_a_schedule_of_its_own_is_left_alone() -> None:
    from umva.methods.networks.keras_models import import_keras

    keras = import_keras()
    model = keras_model(4, 1)
    model.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.01, 10)), "mse")
    wrap(model, {"epochs": 1}).fit(toys(50))
    with pytest.raises(MethodError, match="has a schedule of its own"):
        wrap(model, {"schedule": "cosine"}).fit(toys(50))


def test_a_rerun_knows_a_model_by_its_structure() -> None:
    compiled = keras_model(4, 1)
    compiled.compile("sgd", "mse")
    models = [keras_model(4, 1), keras_model(4, 1), keras_model(4, 2), keras_model(4, 1, "relu"), compiled]
    first, same, *others = (json.dumps(wrap(each).identity()) for each in models)
    assert first == same  # whatever the first weights
    assert len({first, *others}) == 4


# --- PyTorch ---


@pytest.mark.slow
def test_torch_layers_of_all_kinds_are_written_down() -> None:
    torch = pytest.importorskip("torch")
    nn = torch.nn
    torch.manual_seed(1)

    class Recurrent(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.inner, self.outer = nn.LSTM(4, 8, batch_first=True), nn.Linear(8, 1)

        def forward(self, x: Any) -> Any:
            return self.outer(self.inner(x.reshape(-1, 7, 4))[0][:, -1])[:, 0]

    mixed = [nn.Linear(28, 16), nn.LayerNorm(16), nn.GELU(approximate="tanh"), nn.PReLU(), nn.Softplus()]
    folded = [nn.Unflatten(1, (1, 28)), nn.Conv1d(1, 8, 3), nn.BatchNorm1d(8), nn.MaxPool1d(2), nn.Flatten()]
    X = np.random.default_rng(1).normal(size=(60, 28)).astype(np.float32)
    train = Events(X, (X[:, 0] > 0).astype(np.int8), np.ones(60))
    for module in (nn.Sequential(*mixed, nn.Linear(16, 2)), nn.Sequential(*folded, nn.Linear(104, 1)), Recurrent()):
        method = wrap(module, {"epochs": 1, "patience": 0}).fit(train)  # which compares the graph with the module
        assert np.isfinite(method.score(X)).all()
        assert method.title == type(module).__name__


def test_torch_modules_that_cannot_be_kept_or_learnt_are_refused() -> None:
    torch = pytest.importorskip("torch")
    nn = torch.nn

    class Branching(nn.Linear):  # type: ignore[misc, name-defined]
        def forward(self, x: Any) -> Any:
            return super().forward(x if x.sum() > 0 else -x)

    class Mixing(nn.Linear):  # type: ignore[misc, name-defined]
        def forward(self, x: Any) -> Any:
            return super().forward(x - x.mean(0))

    torch.manual_seed(1)
    train = toys(60)
    cases = {
        "ends in Sigmoid: leave it out": nn.Sequential(nn.Linear(4, 1), nn.Sigmoid()),
        "has no parameters to learn": nn.Flatten(),
        r"does not take inputs of shape \(n_events, 4\)": nn.Linear(5, 1),
        "Branching cannot be saved without pickle": Branching(4, 1),
        "depend on other events": Mixing(4, 1),
        r"must give one tensor of shape \(n_events, n_outputs\), gives tuple": nn.LSTM(4, 1),
    }
    for message, module in cases.items():
        with pytest.raises(MethodError, match=message):
            wrap(module, {"epochs": 1}).fit(train)
    far = toys(60, task="regression")
    with pytest.raises(MethodError, match=r"no longer finite after \d+ epochs"):
        wrap(nn.Linear(4, 2)).fit(replace(far, X=far.X * np.float32(1e20)))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("torch")
    wrap(torch_module, {"epochs": 1}).fit(toys(50)).save(folder)
    return folder


def test_what_is_saved_holds_no_code(saved: Path) -> None:
    assert sorted(each.name for each in saved.iterdir()) == ["graph.json", "method.json", "state.npz", "weights.npz"]


@pytest.mark.parametrize(
    "operation",
    ["aten.from_file.default", "os.system", "aten.add_.Tensor", "aten.rand.default", "aten.__class__.x", "", 3],
)
def test_forged_operations_are_refused(operation: Any, saved: Path, tmp_path: Path) -> None:
    record = json.loads((saved / "graph.json").read_text())
    record["steps"][0][1] = operation
    (tmp_path / "graph.json").write_text(json.dumps(record))
    (tmp_path / "weights.npz").write_bytes((saved / "weights.npz").read_bytes())
    with pytest.raises(RunError, match=r"graph\.json: cannot be read as the graph of a PyTorch module"):
        restore(tmp_path)


@pytest.mark.parametrize("name", ["graph.json", "weights.npz"])
def test_damaged_files_are_named(name: str, saved: Path, tmp_path: Path) -> None:
    for each in saved.iterdir():
        (tmp_path / each.name).write_bytes(each.read_bytes()[: 100 if each.name == name else None])
    with pytest.raises(RunError, match=r"graph\.json: cannot be read"):
        load(tmp_path)


# --- functions that build ---


def test_a_function_is_known_by_its_source_and_what_it_is_bound_to() -> None:
    def other(n_variables: int) -> Any:
        return keras_model(n_variables, 1)

    def made(width: int) -> Any:
        return lambda n_variables: keras_model(n_variables, width)

    builds = [keras_model, other, made(1), made(2), functools.partial(keras_model, last="relu")]
    identities = [json.dumps(wrap(each).identity()) for each in builds]
    assert len(set(identities)) == len(builds)
    assert json.dumps(wrap(keras_model).identity()) == identities[0]
    assert wrap(builds[-1]).title == "keras_model"


def test_functions_that_build_no_network_are_refused() -> None:
    with pytest.raises(MethodError, match=r"lambda wants 'width'; a function that builds a network is given"):
        wrap(lambda n_variables, width: (n_variables, width))
    with pytest.raises(MethodError, match="an_int must return a Keras model or a PyTorch module, returned int"):
        wrap(an_int).fit(toys(50))
    with pytest.raises(MethodError, match="book the function itself"):
        BuiltNetwork().fit(toys(50))


def an_int() -> int:
    return 3
