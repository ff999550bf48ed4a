"""Kernels of the SVM beside scikit-learn's, alone and joined; the machines that they make; options of TMVA's later versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umva.errors import OptionError
from umva.methods import Context, Events, load, parse_string, resolve
from umva.methods.svm.choice import KernelChoice
from umva.methods.svm.kernel_svm import SVM
from umva.methods.svm.kernels import Gaussian, Kernel, Polynomial, Product, Sum, kernel_sum
from umva.testing import toys

if TYPE_CHECKING:
    from pathlib import Path

GAMMAS = (0.1, 1.0, 0.4, 0.02)
BOOKED: dict[str, dict[str, Any]] = {
    "many widths": {"kernel": "MultiGauss", "gammas": GAMMAS},
    "polynomial": {"kernel": "Polynomial", "order": 2},
    "polynomial of the inputs as they are": {"kernel": "Polynomial", "order": 2, "theta": 0.5},
    "product": {"kernel": "Prod", "kernels": "RBF*Polynomial", "order": 2},
    "sum": {"kernel": "Sum", "kernels": "MultiGauss+Polynomial", "gammas": GAMMAS, "order": 2, "theta": 0.5},
}
booked = pytest.mark.parametrize("options", BOOKED.values(), ids=BOOKED)

Values = Callable[[np.ndarray, np.ndarray], np.ndarray]


def gauss(gammas: tuple[float, ...] | float) -> Values:
    return lambda X, Y: np.exp(-(np.asarray(gammas) * (X[:, None].astype(float) - Y) ** 2).sum(axis=2))


def polynomial(order: int, theta: float) -> Values:
    return lambda X, Y: (X.astype(float) @ Y.T.astype(float) + theta) ** order


def balanced(train: Events) -> np.ndarray:
    sums = np.bincount(train.y, weights=train.weight)
    weight: np.ndarray = train.weight / sums[train.y] * train.n_events / 2
    return weight


KERNELS: list[tuple[Kernel, Values]] = [
    (Gaussian(), gauss(0.5)),
    (Gaussian(np.sqrt(2 * np.array(GAMMAS))), gauss(GAMMAS)),
    (Polynomial(0.5, 3), polynomial(3, 0.5)),
    (Polynomial(1.0, 2, factor=0.3, origin=np.arange(4.0)), lambda X, Y: polynomial(2, 10 / 3)(X + np.arange(4.0), Y + np.arange(4.0)) * 0.09),
    (Product((Gaussian(), Polynomial(1.0, 2))), lambda X, Y: gauss(0.5)(X, Y) * polynomial(2, 1.0)(X, Y)),
    (Sum((Gaussian(), Polynomial(1.0, 2))), lambda X, Y: gauss(0.5)(X, Y) + polynomial(2, 1.0)(X, Y)),
]  # fmt: skip


@pytest.mark.parametrize(("kernel", "wanted"), KERNELS)
def test_values_are_those_of_the_formula(kernel: Kernel, wanted: Values) -> None:
    X, Y = np.random.default_rng(1).normal(size=(2, 130, 4))
    np.testing.assert_allclose(kernel(X, Y), wanted(X, Y), rtol=1e-10, atol=1e-14)
    assert np.linalg.eigvalsh(kernel(X, X)).min() > -1e-10 * np.linalg.eigvalsh(kernel(X, X)).max()
    dual = np.random.default_rng(2).normal(size=(130, 2)).astype(kernel.precision)
    total = kernel_sum(X, Y.astype(kernel.precision), dual, kernel)
    np.testing.assert_allclose(total, wanted(X, Y) @ dual, atol=1e-5 if kernel.precision is np.float32 else 1e-9)


@pytest.mark.parametrize(("kernel", "wanted"), KERNELS)
def test_libsvm_is_given_the_same_kernel(kernel: Kernel, wanted: Values) -> None:
    from sklearn.svm import SVC

    X = np.random.default_rng(1).normal(size=(200, 4))
    y = np.sign(X[:, 0] * X[:, 1])
    known, given = kernel.libsvm(X)
    ours, theirs = SVC(**known).fit(given, y), SVC(kernel=wanted).fit(X, y)
    np.testing.assert_allclose(ours.decision_function(given), theirs.decision_function(X), atol=5e-3)


@pytest.mark.parametrize("case", [1, 2, 3, 4])
def test_decision_is_that_of_libsvm_with_a_kernel_written_out(case: int) -> None:
    from sklearn.svm import SVC

    train, X = toys(500), toys(300, seed=3).X.astype(float)
    names = ("polynomial of the inputs as they are", "product", "sum", "many widths")
    options = BOOKED[names[case - 1]] | ({"gamma": 0.2, "theta": 0.5} if case == 2 else {})
    wanted = {
        1: polynomial(2, 0.5),
        2: lambda X, Y: gauss(0.2)(X, Y) * polynomial(2, 0.5)(X, Y),
        3: lambda X, Y: gauss(GAMMAS)(X, Y) + polynomial(2, 0.5)(X, Y),
        4: gauss(GAMMAS),
    }[case]
    machine = SVC(kernel=wanted, C=0.7, tol=1e-4).fit(train.X.astype(float), train.y, balanced(train))
    fitted = SVM(**options, c=0.7, tol=1e-4).fit(train)
    np.testing.assert_allclose(fitted.decision(X.astype(np.float32)), machine.decision_function(X), atol=2e-3)


def test_the_usual_polynomial_is_of_the_inputs_from_their_mean_in_units_of_their_spread() -> None:
    from sklearn.svm import SVC

    train = toys(500)
    weight, X = balanced(train), train.X.astype(float)
    X -= np.average(X, axis=0, weights=weight)
    gamma = 1 / np.average((X**2).sum(axis=1), weights=weight)
    machine = SVC(kernel="poly", degree=3, coef0=1.0, gamma=gamma, tol=1e-4).fit(X, train.y, weight)
    fitted = SVM(kernel="Polynomial", tol=1e-4).fit(train)
    np.testing.assert_allclose(fitted.decision(train.X), machine.decision_function(X), atol=2e-3)
    shifted = Events(1e3 * train.X + 500, train.y, train.weight)
    moved = SVM(kernel="Polynomial", tol=1e-4).fit(shifted).decision(shifted.X)
    np.testing.assert_allclose(moved, fitted.decision(train.X), atol=5e-3)


def test_estimates_are_those_of_libsvm_with_a_kernel_written_out() -> None:
    from sklearn.svm import SVR

    train, X = toys(400, task="regression"), toys(300, seed=3, task="regression").X
    weight = train.weight / train.weight.mean()
    fitted = SVM(**BOOKED["sum"], c=2.0, epsilon=0.1, tol=1e-4).fit(train)
    for column, target in enumerate(train.y.T):
        mean = np.average(target, weights=weight)
        spread = np.sqrt(np.average((target - mean) ** 2, weights=weight))
        machine = SVR(kernel=lambda A, B: gauss(GAMMAS)(A, B) + polynomial(2, 0.5)(A, B), C=2.0, epsilon=0.1, tol=1e-4)
        machine.fit(train.X.astype(float), (target - mean) / spread, weight)
        np.testing.assert_allclose(fitted.score(X)[:, column], mean + spread * machine.predict(X), atol=5e-3 * spread)


def test_many_widths_are_one_width_of_scaled_inputs() -> None:
    train = toys(500)
    scale = np.sqrt(np.array(GAMMAS)).astype(np.float32)
    scaled = Events((train.X * scale).astype(np.float32), train.y, train.weight)
    many, one = SVM(kernel="MultiGauss", gammas=GAMMAS, tol=1e-4), SVM(gamma=1.0, tol=1e-4)
    np.testing.assert_allclose(many.fit(train).decision(train.X), one.fit(scaled).decision(scaled.X), atol=1e-3)
    np.testing.assert_array_equal(
        SVM(kernel="MultiGauss", gamma=0.3).fit(train).score(train.X), SVM(gamma=0.3).fit(train).score(train.X)
    )


def test_a_polynomial_is_approximated_without_loss_by_any_centres() -> None:
    train = toys(800)  # a square in four variables has 15 terms, so 60 events span them all
    first, second = (
        SVM(**BOOKED["polynomial"], approximation="nystroem", n_components=60).fit(train, context=Context(seed=seed))
        for seed in (1, 2)
    )
    np.testing.assert_allclose(first.decision(train.X), second.decision(train.X), atol=1e-6)


def test_a_square_finds_the_sign_of_a_product() -> None:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(2, 600, 6)).astype(np.float32)
    y = (X[..., 0] * X[..., 1] > 0).astype(np.int8)

    def right(**options: Any) -> float:
        fitted = SVM(**options, c=30.0).fit(Events(X[0], y[0], np.ones(600)))
        return float(np.mean((fitted.score(X[1]) > 0.5) == y[1]))

    assert right(kernel="Polynomial", order=2) > 0.95 > right() > 0.6 > right(kernel="Polynomial", order=1)


@booked
@pytest.mark.parametrize("approximation", ["none", "nystroem"])
@pytest.mark.parametrize("task", ["classification", "multiclass", "regression"])
def test_saved_alone_and_in_company(task: str, approximation: str, options: dict[str, Any], tmp_path: Path) -> None:
    train = toys(300, task=task)
    fitted = SVM(**options, approximation=approximation, n_components=50, max_iter=100).fit(train)
    whole = fitted.score(train.X)
    np.testing.assert_array_equal([fitted.score(train.X[row : row + 1])[0] for row in range(20)], whole[:20])
    np.testing.assert_array_equal(fitted.score(train.X[101:]), whole[101:])
    fitted.save(tmp_path)
    np.testing.assert_array_equal(load(tmp_path).score(train.X), whole)
    far = np.array([[1e6, -1e6, 0, 1], [3e38, 0.0, 3e38, 0], [-3e38, 3e38, 3e38, 3e38]], np.float32)
    assert np.isfinite(fitted.score(far)).all()


@booked
def test_weight_2_is_the_event_twice(options: dict[str, Any]) -> None:
    train = toys(200)
    copies = np.random.default_rng(1).integers(1, 4, 200)
    once = Events(train.X, train.y, copies.astype(float))
    again = np.repeat(np.arange(200), copies)
    often = Events(train.X[again], train.y[again], np.ones(len(again)))
    ratio = len(again) / 200  # c is for weights of mean 1
    heavy = SVM(**options, c=ratio, tol=1e-5).fit(once)
    repeated = SVM(**options, c=1.0, tol=1e-5).fit(often)
    np.testing.assert_allclose(heavy.score(train.X), repeated.score(train.X), atol=1e-3)
    light = SVM(**options, c=ratio, tol=1e-5).fit(Events(train.X, train.y, copies.astype(np.float64) * 1e-9))
    np.testing.assert_allclose(light.score(train.X), heavy.score(train.X), atol=1e-3)


def test_all_values_of_a_joined_kernel_must_fit_into_the_memory() -> None:
    train = toys(600)
    options: dict[str, Any] = {"n_components": 50, "cache_mb": 1}  # 353 events at most
    assert "approximated" in SVM(**BOOKED["sum"], **options).fit(train).notes_[0]
    assert SVM(**BOOKED["polynomial"], **options).fit(train).notes_ == ()
    assert SVM(**BOOKED["sum"], **options, approximation="none").fit(train).notes_ == ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Kernel=rbf:Gamma=0.25", {"kernel": "RBF", "gamma": 0.25}),
        ("Kernel=MultiGauss:GammaList=0.5,1,2", {"kernel": "MultiGauss", "gammas": (0.5, 1.0, 2.0)}),
        ("Kernel=Polynomial:Theta=0.1:Order=4", {"kernel": "Polynomial", "theta": 0.1, "order": 4}),
        ("Kernel=Prod:KernelList=RBF*Polynomial", {"kernel": "Prod", "kernels": "RBF*Polynomial"}),
        ("Kernel=RBF:Tune=All:KernelList=None:Loss=hinge:NumCores=1", {"kernel": "RBF", "kernels": None}),
    ],
)
def test_the_words_of_tmva(text: str, wanted: dict[str, Any]) -> None:
    found = resolve(SVM, "SVM", parse_string(text), refused=SVM.refused)
    assert found == wanted
    SVM(**found)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kernel": "Sum"}, "must hold RBF, MultiGauss, Polynomial with '\\+' between them .* got ''"),
        ({"kernel": "Prod", "kernels": "RBF+Polynomial"}, "with '\\*' between them"),
        ({"kernel": "Sum", "kernels": "RBF+Polynomal"}, "did you mean 'Polynomial'"),
        ({"kernels": "RBF*Polynomial"}, "kernels \\(KernelList\\) has no say with kernel='RBF'"),
        ({"gammas": (1.0, 2.0)}, "Kernel=MultiGauss"),
        ({"theta": 1.0}, "Kernel=Polynomial"),
        ({"order": 2}, "Kernel=Polynomial"),
        ({"kernel": "MultiGauss", "gammas": (1.0, 2.0), "gamma": 1.0}, "beside gammas"),
        ({"kernel": "Polynomial", "theta": 1.0, "gamma": 1.0}, "beside gammas or theta"),
        ({"kernel": "MultiGauss", "gammas": (1.0, 0.0)}, "positive numbers"),
        ({"kernel": "MultiGauss", "gammas": (1.0, float("nan"))}, "positive numbers"),
    ],
)
def test_options_that_do_not_go_together_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        SVM(**options)


def test_widths_that_are_not_one_for_each_input_are_refused() -> None:
    machine = SVM(kernel="MultiGauss", gammas=(1.0, 2.0))
    with pytest.raises(OptionError, match="each of the 4 inputs, got 2"):
        machine.fit(toys())
    with pytest.raises(OptionError, match="each of the 3 inputs, got 2"):
        machine.bind(("a", "b", "c"), toys().problem)


def test_tuning_is_refused_with_what_to_use_instead() -> None:
    with pytest.raises(OptionError, match="GridSearchCV"):
        resolve(SVM, "SVM", {"Tune": "Gamma[0.01;1.0;100],C"}, refused=SVM.refused)


@given(
    names=st.lists(st.sampled_from(["RBF", "MultiGauss", "Polynomial"]), min_size=1, max_size=4), joined=st.booleans()
)
def test_names_are_read_in_any_case_and_order(names: list[str], joined: bool) -> None:
    kind, between = ("Prod", " * ") if joined else ("Sum", "+")
    assert KernelChoice("SVM", kind, kernels=between.join(names).lower()).names == tuple(names)
