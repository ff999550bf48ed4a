"""TMVA's interfaces to Python: scikit-learn's trees, and networks in files."""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

import umva.testing
from umva.errors import MethodError, OptionError, RunError
from umva.factory.booking import book
from umva.methods import Context, Events, Method, available, get, load, parse_string, resolve
from umva.methods.networks import keras_models
from umva.methods.networks.network import Training
from umva.methods.networks.py_keras import PyKeras
from umva.methods.networks.py_torch import PyTorch
from umva.methods.scikit.pymva import PyAdaBoost, PyGTB, PyRandomForest
from umva.methods.scikit.python_text import PythonText
from umva.methods.wrapped import KerasMethod, TorchMethod, wrap
from umva.testing import toys

if TYPE_CHECKING:
    from pathlib import Path

TREES: list[type[Method]] = [PyRandomForest, PyGTB, PyAdaBoost]


def booked(cls: type[Method], options: str) -> Any:
    """Return a method with TMVA's options."""
    return cls(**resolve(cls, cls.name, parse_string(options), refused=cls.refused))


# --- trees ---


@pytest.mark.parametrize("name", ["PyRandomForest", "PyGTB", "PyAdaBoost", "PyKeras", "PyTorch"])
def test_types_of_tmva_reach_them(name: str) -> None:
    assert get(f"k{name}") is get(name)


@pytest.mark.parametrize("task", ["classification", "multiclass"])
@pytest.mark.parametrize("cls", TREES)
def test_they_are_scikit_learns_own(cls: type[Method], task: str) -> None:
    from sklearn.ensemble import AdaBoostClassifier, GradientBoostingClassifier, RandomForestClassifier

    theirs: dict[str, Any] = {
        "PyRandomForest": RandomForestClassifier(12, max_depth=4, max_features=2, min_samples_leaf=2, random_state=3),
        "PyGTB": GradientBoostingClassifier(n_estimators=12, max_depth=2, subsample=0.5, random_state=3),
        "PyAdaBoost": AdaBoostClassifier(n_estimators=12, learning_rate=0.5, random_state=3),
    }
    options = {
        "PyRandomForest": "NEstimators=12:MaxDepth=4:MaxFeatures=2:MinSamplesLeaf=2:RandomState=3",
        "PyGTB": "NEstimators=12:MaxDepth=2:Subsample=0.5:RandomState=3",
        "PyAdaBoost": "NEstimators=12:LearningRate=0.5:RandomState=3",
    }
    train, test = toys(300, task=task), toys(300, task=task, seed=2)
    train = Events(train.X, train.y, np.tile([1.0, 2.0], 150) * 1e-9, train.problem)
    ours = booked(cls, options[cls.name]).fit(train)
    expected = theirs[cls.name].fit(train.X, train.y, train.weight / train.weight.mean())
    shares = expected.predict_proba(test.X)
    np.testing.assert_allclose(ours.score(test.X), shares if task == "multiclass" else shares[:, 1], atol=1e-6)
    assert ours.ranking_.quantity == "Variable Importance"
    np.testing.assert_allclose(ours.ranking_.values, expected.feature_importances_, atol=1e-6)


def test_defaults_are_those_of_tmva() -> None:
    assert (PyRandomForest().n_trees, PyGTB().n_trees, PyAdaBoost().n_trees) == (10, 10, 50)
    forest = PyRandomForest()._estimator(toys(50), Context())
    assert (forest.max_features, forest.min_samples_leaf, forest.bootstrap, forest.max_depth) == ("sqrt", 1, True, None)
    boosted = PyGTB()._estimator(toys(50), Context())
    assert (boosted.loss, boosted.learning_rate, boosted.max_depth, boosted.init) == ("log_loss", 0.1, 3, None)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("'auto'", "sqrt"),
        ("`log2`", "log2"),
        ("None", None),
        ("2", 2),
        ("9", 4),
        ("0.5", 0.5),
        ("1.0", 1.0),
        ('"sqrt"', "sqrt"),
    ],
)
def test_words_of_python_are_taken_without_quotes(written: str, meant: Any) -> None:
    forest = booked(PyRandomForest, f"MaxFeatures={written}:Criterion='entropy':MaxDepth=None:MaxLeafNodes=None")
    made = forest._estimator(toys(50), Context())
    assert made.max_features == meant
    assert type(made.max_features) is type(meant)
    assert made.criterion == "entropy"
    assert json.loads(json.dumps(forest.options()))["criterion"] == "entropy"


def test_options_of_real_macros_are_taken() -> None:
    booked(
        PyRandomForest,
        "NEstimators=400:Criterion=gini:MaxFeatures=auto:MaxDepth=6:MinSamplesLeaf=3:MinWeightFractionLeaf=0:"
        "Bootstrap=kTRUE:OoBScore=False:NJobs=4:WarmStart=F:ClassWeight=None:Verbose=1:FilenameClassifier=rf.pkl",
    )
    booked(PyGTB, "NEstimators=100:Loss='deviance':Init=None:MaxFeatures=None:WarmStart=kFALSE:Verbose=0")
    booked(PyAdaBoost, "NEstimators=400:BaseEstimator=None:Algorithm=SAMME")


@pytest.mark.parametrize(
    ("cls", "options", "complaint"),
    [
        (PyRandomForest, "OoBScore=True", "does not honour TMVA's option 'OoBScore'"),
        (PyRandomForest, "ClassWeight=balanced", "weights of the classes are set where the samples are added"),
        (PyRandomForest, "MaxFeatures='all'", "must be 'sqrt', 'log2', None, a whole number"),
        (PyRandomForest, "Criterion=mse", "must be one of 'gini', 'entropy', 'log_loss', got 'mse'"),
        (PyGTB, "Init=LogisticRegression()", "must be one of 'None', 'zero'"),
        (PyGTB, "WarmStart=True", "always starts afresh"),
        (PyAdaBoost, "Algorithm=SAMME.R", "scikit-learn has dropped SAMME.R; BDT"),
        (PyAdaBoost, "BaseEstimator=DecisionTreeClassifier(max_depth=2)", "not run; set max_depth"),
    ],
)
def test_what_is_not_honoured_is_refused_by_name(cls: type[Method], options: str, complaint: str) -> None:
    with pytest.raises(OptionError, match=complaint.replace("(", r"\(")):
        booked(cls, options)


def test_the_exponential_loss_is_for_two_classes() -> None:
    train = toys(100, task="multiclass")
    with pytest.raises(MethodError, match="tells two classes apart, there are 3"):
        PyGTB(loss=PythonText("exponential")).bind(("x",), train.problem)
    curves = PyGTB(loss=PythonText("exponential"), n_trees=3).fit(toys(100)).curves_
    assert curves is not None
    assert curves.quantity == "exponential loss"


def test_deeper_trees_of_adaboost() -> None:
    boosted = PyAdaBoost(n_trees=3, max_depth=2).fit(toys(200))
    assert boosted.estimators_[0].estimators_[0].get_depth() == 2


# --- networks in files ---


def keras_file(path: Path, *, outputs: int = 1, last: str = "sigmoid", **compiled: Any) -> str:
    keras = keras_models.import_keras()
    keras.utils.set_random_seed(5)
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(outputs, last)], name="mine"
    )
    if compiled:
        model.compile(**compiled)
    keras_models.dump(model, path)
    return str(path)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("suffix", [".keras", pytest.param(".h5", marks=pytest.mark.slow)])
def test_a_keras_file_is_trained_with_its_own_optimizer(suffix: str, tmp_path: Path) -> None:
    keras = keras_models.import_keras()
    compiled = {
        "loss": "categorical_crossentropy",
        "optimizer": keras.optimizers.SGD(0.5),
        "weighted_metrics": ["accuracy"],
    }
    name = keras_file(tmp_path / f"model{suffix}", outputs=2, last="softmax", **compiled)
    options = f"FilenameModel={name}:NumEpochs=12:BatchSize=32:SaveBestOnly=true:GpuOptions=allow_growth=True:Verbose=0"
    train, test = toys(400), toys(400, seed=3)
    method = booked(
        PyKeras, f"{options}:tf.keras=True:NumThreads=2:FilenameTrainedModel={tmp_path / 'out' / f't{suffix}'}"
    )
    method.fit(train)
    response = method.score(test.X)
    assert roc_auc_score(test.y, response) > 0.85
    assert type(method.trained_.model_.optimizer).__name__ == "SGD"
    assert len(method.curves_.values["validation"]) == 12
    method.save(tmp_path / "kept")
    loaded = load(tmp_path / "kept")
    assert isinstance(loaded, KerasMethod)
    np.testing.assert_array_equal(loaded.score(test.X), response)
    again = PyKeras(model=name, trained_model=str(tmp_path / "out" / f"t{suffix}"), continues=True, epochs=1).fit(train)
    assert roc_auc_score(test.y, again.score(test.X)) > 0.85
    assert again.notes_[0] == f"Read from t{suffix}."


def keras_2_file(path: Path) -> str:
    """Write a file as tf.keras 2 wrote it: its words for layers, metrics and the optimizer."""
    import h5py

    keras_file(path, outputs=2, last="softmax")
    dense = {"trainable": True, "dtype": "float32", "use_bias": True, "bias_regularizer": None}
    drawn = {"kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": None}}}
    with h5py.File(path, "r+") as file:
        names = list(map(str, file["model_weights"].attrs["layer_names"].astype(str)))
        dense_names = [each for each in names if each.startswith("dense")]
        inputs = {"batch_input_shape": [None, 4], "dtype": "float32", "sparse": False, "ragged": False, "name": "x"}
        layers = [{"class_name": "InputLayer", "config": inputs}]
        for name, units, bend in zip(dense_names, (16, 2), ("relu", "softmax"), strict=True):
            layers.append(
                {"class_name": "Dense", "config": {"name": name, "units": units, "activation": bend, **dense, **drawn}}
            )
        file.attrs["keras_version"] = "2.8.0"
        file.attrs["model_config"] = json.dumps(
            {"class_name": "Sequential", "config": {"name": "old", "layers": layers}}
        )
        metric = {"class_name": "MeanMetricWrapper", "config": {"name": "accuracy", "fn": "categorical_accuracy"}}
        step = {"class_name": "Adam", "config": {"name": "Adam", "learning_rate": 0.02, "decay": 0.0, "amsgrad": False}}
        compiled = {"loss": "categorical_crossentropy", "metrics": [[metric]], "weighted_metrics": None}
        file.attrs["training_config"] = json.dumps({**compiled, "loss_weights": None, "optimizer_config": step})
    return str(path)


def test_files_of_keras_2_are_read(tmp_path: Path) -> None:
    method = PyKeras(model=keras_2_file(tmp_path / "model.h5"), epochs=12, batch_size=32).fit(toys(400))
    test = toys(400, seed=3)
    assert roc_auc_score(test.y, method.score(test.X)) > 0.85
    assert float(method.trained_.model_.optimizer.learning_rate) == pytest.approx(0.02)  # type: ignore[attr-defined]


def test_code_in_a_keras_file_is_not_run(tmp_path: Path) -> None:
    import h5py

    path = tmp_path / "model.h5"
    keras_file(path)
    with h5py.File(path, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        code = {
            "class_name": "Lambda",
            "config": {"name": "run", "function": ["YQ==", None, None], "function_type": "lambda"},
        }
        config["config"]["layers"].insert(1, code)
        file.attrs["model_config"] = json.dumps(config)
    with pytest.raises(RunError, match="holds code in a Lambda layer, which is not run; hand the model itself"):
        PyKeras(model=str(path)).bind(("x",), toys(10).problem)
    path.write_bytes(b"no HDF5 at all")
    with pytest.raises(RunError, match="holds no Keras model"):
        PyKeras(model=str(path)).bind(("x",), toys(10).problem)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ("UserCode=model.py", "code that a file holds is not run; hand the network itself to factory.book"),
        ("TensorBoard=logs", "the report shows the learning curves"),
        ("FilenameModel=model.pt", "must be a file that ends in one of .keras, .h5"),
        ("ContinueTraining", "needs trained_model"),
        ("SaveBestOnly=F:TriesEarlyStopping=5", "goes back to its best epoch"),
        ("LearningRateSchedule=10;0.1", "character 1: expected an epoch and a learning rate"),
        ("ValidationSize=all", "ValidationSize 'all', character 1: expected a share"),
        ("FilenameModl=model.h5", "did you mean 'FilenameModel'"),
    ],
)
def test_options_of_networks_are_honoured_or_refused(options: str, complaint: str) -> None:
    with pytest.raises(OptionError, match=complaint):
        booked(PyKeras, options)


NEEDS_TORCH = pytest.mark.skipif(find_spec("torch") is None, reason="needs PyTorch")


@pytest.mark.parametrize(("cls", "name"), [(PyKeras, "none.keras"), pytest.param(PyTorch, "none", marks=NEEDS_TORCH)])
def test_a_file_must_be_there_when_it_is_booked(cls: type[Method], name: str, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"there is no file .*none"):
        book(cls.name, settings={"model": str(tmp_path / name)})
    with pytest.raises(OptionError, match=r"needs the option model \(FilenameModel\): (a file|the folder)"):
        book(cls.name)
    with pytest.raises(OptionError, match=r"needs the option model"):
        cls().bind(("x",), toys(10).problem)


@pytest.mark.parametrize("name", ["PyKeras", pytest.param("PyTorch", marks=NEEDS_TORCH)])
def test_they_are_listed_and_the_suite_says_what_they_lack(name: str) -> None:
    assert name in available()
    found = {each.check: each for each in umva.testing.run(name)}
    assert found["documented"].status == found["options"].status == "passed"
    assert (found["learns"].status, found["learns"].message.partition(":")[0]) == (
        "not applicable",
        "needs the option 'model'",
    )


def test_a_relative_path_is_that_of_the_booking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keras_file(tmp_path / "model.keras")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    method = PyKeras(model="model.keras", trained_model="out/model.keras")
    moved = PyKeras(model=str(tmp_path / "elsewhere" / "model.keras"), trained_model="out/model.keras")
    monkeypatch.chdir(tmp_path / "elsewhere")
    method.require_options()
    assert method.trained_model == str(tmp_path / "out" / "model.keras")
    (tmp_path / "model.keras").rename(moved.model)
    with pytest.raises(OptionError, match="there is no file"):
        method.require_options()
    moved.require_options()


def test_another_file_is_another_method(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    method = PyKeras(model=keras_file(path))
    before = method.identity()
    copied = tmp_path / "copied.keras"
    copied.write_bytes(path.read_bytes())
    assert PyKeras(model=str(copied)).identity() == before
    keras_file(path, last="linear")
    assert method.identity() != before


@pytest.mark.parametrize(
    ("options", "stops", "watched"),
    [
        ("TriesEarlyStopping=7", 7, True),
        pytest.param("SaveBestOnly=T", 10, True, marks=pytest.mark.slow),
        ("SaveBestOnly=F", 0, False),
    ],
)
def test_how_long_and_what_is_kept(options: str, stops: int, watched: bool, tmp_path: Path) -> None:
    method = booked(PyKeras, f"FilenameModel={keras_file(tmp_path / 'm.keras')}:{options}:ValidationSize=20").fit(
        toys(100)
    )
    assert method.trained_.training() == Training(10, 100, stops)
    assert ("validation" in method.curves_.values) is watched


@pytest.mark.parametrize("library", ["keras", pytest.param("torch", marks=pytest.mark.slow)])
def test_learning_rates_are_set_at_epochs(library: str) -> None:
    how = {"epochs": 6, "rates": "2,1e-12; 5,0.05", "learning_rate": 0.05, "patience": 0, "batch_size": 50}
    if library == "torch":
        torch = pytest.importorskip("torch")
        torch.manual_seed(1)
        model = torch.nn.Linear(4, 1)
    else:
        keras = keras_models.import_keras()
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    method = wrap(model, how).fit(toys(400))
    assert method.curves_ is not None
    falls = -np.diff(method.curves_.values["train"])
    assert falls[0] > 0.01
    assert np.abs(falls[2:4]).max() < 1e-4


@pytest.mark.slow
def test_a_torch_network_is_trained_further(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(1)
    nn = torch.nn
    module = nn.Sequential(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, 1))
    train, test = toys(400), toys(400, seed=3)
    first = wrap(module, {"epochs": 1}).fit(train)
    first.save(tmp_path / "run" / "method")
    options = f"FilenameModel={tmp_path / 'run'}:NumEpochs=12:BatchSize=32:FilenameTrainedModel=out.pt:LearningRateSchedule=0,0.02"
    second = booked(PyTorch, options).fit(train)
    assert roc_auc_score(test.y, second.score(test.X)) > max(0.85, roc_auc_score(test.y, first.score(test.X)) + 0.01)
    second.save(tmp_path / "again")
    loaded = load(tmp_path / "again")
    assert isinstance(loaded, TorchMethod)
    np.testing.assert_array_equal(loaded.score(test.X), second.score(test.X))
    still = PyTorch(model=str(tmp_path / "run"), epochs=1, rates="0,1e-12", keep_best=False).fit(train)
    np.testing.assert_allclose(still.score(test.X), first.score(test.X), atol=1e-5)


def test_programs_of_torch_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    path.write_bytes(b"PK")
    with pytest.raises(OptionError, match="a TorchScript file is a program, which is not run; it must be the folder"):
        PyTorch(model=str(path)).bind(("x",), toys(10).problem)
    with pytest.raises(OptionError, match="'UserCode': code that a file holds is not run"):
        booked(PyTorch, f"FilenameModel={path}:UserCode=net.py")
