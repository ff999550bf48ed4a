"""FDA: other fitters' minima, and what formulas and ranges are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from fda_bookings import booked, fda
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import curve_fit
from sklearn.linear_model import LogisticRegression

from umva.errors import ColumnError, FormulaError, MethodError, OptionError, RunError
from umva.methods import Events, Problem, load
from umva.methods.fda.objectives import CrossEntropy, LinearSquares, Objective, Squares
from umva.methods.fda.parametric import ParametricFormula
from umva.methods.fda.ranges import Ranges
from umva.methods.fda.structure import is_additive, is_linear

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


REGRESSION = Problem(classes=(), targets=("y",))


THREE = Problem(classes=("a", "b", "c"))


def toys(n_events: int = 400, *, n_variables: int = 3, seed: int = 1) -> tuple[NDArray[Any], NDArray[Any]]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_events, n_variables)).astype(np.float32)
    return X, (X[:, 0] - 0.5 * X[:, 1] + 0.7 * rng.normal(size=n_events) > 0).astype(np.int8)


# --- against other fitters --------------------------------------------------------------------------------------------


def test_minuit_finds_the_least_squares_of_a_curve_with_their_errors() -> None:
    def curve(x: NDArray[np.float64], a: float, b: float, c: float) -> NDArray[np.float64]:
        return a * np.exp(-b * x) + c

    rng = np.random.default_rng(2)
    x = rng.uniform(0, 4, 500)
    y = curve(x, 3.0, 1.2, 0.5) + 0.1 * rng.normal(size=500)
    method = fda(formula="(0)*exp(-(1)*x0)+(2)", ranges=[(0, 10), (0, 5), (-5, 5)])
    method.fit(Events(x.astype(np.float32)[:, None], y[:, None], np.ones(500), REGRESSION))
    best, covariance = curve_fit(curve, x, y, p0=[1, 1, 1])
    assert method.parameters_[0] == pytest.approx(best, abs=0.002)
    assert method.errors_[0] == pytest.approx(np.sqrt(covariance.diagonal()), rel=0.03)


def test_the_default_is_least_squares_in_all_inputs() -> None:
    X, y = toys()
    weight = np.random.default_rng(3).uniform(0.5, 2, len(y))
    method = fda(tolerance=1e-4).fit(Events(X, y, weight))
    root = np.sqrt(weight / np.bincount(y, weights=weight)[y])
    expected = np.linalg.lstsq(np.column_stack([np.ones(len(y)), X]) * root[:, None], y * root, rcond=None)[0]
    assert method.parameters_[0] == pytest.approx(expected, abs=1e-4)


def test_targets_are_fitted_each_for_itself() -> None:
    X, _ = toys()
    y = np.column_stack([2 * X[:, 0] + 100, -0.001 * X[:, 1]]).astype(np.float64)
    problem = Problem(classes=(), targets=("large", "small"))
    method = fda().fit(Events(X, y, np.ones(len(X)), problem))
    assert method.score(X) == pytest.approx(y, abs=1e-3, rel=1e-3)
    assert method.score(X)[:, 1] == pytest.approx(y[:, 1], abs=1e-5)


def test_several_classes_are_logistic_regression() -> None:
    X, _ = toys(600)
    y = np.digitize(X[:, 0] + 0.5 * np.random.default_rng(1).normal(size=len(X)), [-0.5, 0.5]).astype(np.int8)
    method = fda(tolerance=1e-3).fit(Events(X, y, np.ones(len(X)), THREE))
    expected = LogisticRegression(C=1e9, tol=1e-8, max_iter=1000).fit(X, y).predict_proba(X)
    assert method.score(X) == pytest.approx(expected, abs=0.002)
    assert np.isnan(method.errors_).all()


def test_a_formula_that_is_not_linear_separates_several_classes() -> None:
    X, _ = toys(600)
    y = np.digitize(np.hypot(X[:, 0], X[:, 1]), [0.8, 1.5]).astype(np.int8)
    method = fda(formula="(0)+(1)*(x0^2+x1^2)^(2)", ranges=[(-20, 20), (-20, 20), (0.3, 1)])
    score = method.fit(Events(X, y, np.ones(len(X)), THREE)).score(X)
    assert np.mean(score.argmax(axis=1) == y) > 0.9


@pytest.mark.parametrize("fit_method", ["MC", "GA"])
def test_minuit_improves_on_a_poor_search(fit_method: str) -> None:
    X, y = toys()
    train = Events(X, y, np.ones(len(y)))
    small: dict[str, Any] = {"sample_size": 30, "population": 8, "generations": 2, "cycles": 1}
    ranges = [(-10, 10)] * 4

    def least(**options: Any) -> float:
        method = fda(ranges=ranges, fit_method=fit_method, **small, **options).fit(train)
        return float(method._objectives(train)[0](method.parameters_)[0])

    best = fda(ranges=ranges).fit(train)
    assert least(converger="MINUIT") == pytest.approx(float(best._objectives(train)[0](best.parameters_)[0]), rel=1e-3)
    assert least() > 1.1 * least(converger="MINUIT")


# --- the objectives ---------------------------------------------------------------------------------------------------


def objectives() -> dict[str, tuple[Objective, int]]:
    X, y = toys(300)
    weight = np.random.default_rng(5).uniform(size=300)
    weight /= weight.sum()
    columns = np.ascontiguousarray(X.T, dtype=np.float64)
    line = ParametricFormula("x2 + (0) + (1)*x0 + (2)*sin(x1)", "abc", method="FDA")
    squares = Squares(line, columns, y.astype(np.float64), weight, 300.0)
    label = np.digitize(X[:, 0], [-0.5, 0.5]).astype(np.int8)
    entropy = CrossEntropy(line, columns, label, weight, 3, 300.0)
    return {"squares": (squares, 3), "linear": (LinearSquares.of(squares), 3), "entropy": (entropy, 9)}


@pytest.mark.parametrize("kind", ["squares", "linear", "entropy"])
def test_gradients_are_the_differences(kind: str) -> None:
    objective, n_parameters = objectives()[kind]
    point = np.random.default_rng(1).normal(size=n_parameters)
    step = 1e-5 * np.eye(n_parameters)
    differences = (objective(point + step) - objective(point - step)) / 2e-5
    assert objective.gradient(point) == pytest.approx(differences, rel=1e-6, abs=1e-8)


def test_the_quadratic_form_is_the_sum_of_squares() -> None:
    (squares, _), (linear, _) = objectives()["squares"], objectives()["linear"]
    points = np.random.default_rng(2).normal(scale=5, size=(200, 3))
    assert linear(points) == pytest.approx(squares(points), rel=1e-12)


def test_the_quadratic_form_keeps_its_digits_far_from_zero() -> None:
    rng = np.random.default_rng(3)
    x = 1e6 + rng.normal(size=500)
    line = ParametricFormula("(0)+(1)*x0", "x", method="FDA")
    squares = Squares(line, x[None], x - 1e6, np.full(500, 1 / 500), 500.0)
    points = np.array([[-1e6, 1.0], [-0.9e6, 0.9]])
    found = LinearSquares.of(squares)(points)
    assert found == pytest.approx(squares(points), rel=1e-6, abs=1e-12)


def test_a_class_far_beyond_the_others_does_not_overflow() -> None:
    entropy, _ = objectives()["entropy"]
    point = np.zeros((1, 9))
    point[0, ::3] = [0.0, 5000.0, 0.0]
    wrong = sum(weight.sum() for _, weight in entropy._classes[::2])  # type: ignore[attr-defined]
    assert entropy(point)[0] == pytest.approx(5000 * wrong, rel=1e-9)


def test_infinite_where_the_formula_has_no_value() -> None:
    X, y = toys()
    train = Events(X, y, np.ones(len(y)))
    method = fda(formula="log((0)+0*x0)", ranges=[(-1, 1)]).fit(train)
    assert method._objectives(train)[0](np.array([[-0.5], [0.5]])).tolist()[0] == np.inf
    with pytest.raises(MethodError, match="no finite value"):
        fda(formula="log((0)-10)", ranges=[(-1, 1)]).fit(train)


# --- the formula ------------------------------------------------------------------------------------------------------

SHAPES = [  # formula, linear in a and b, a sum over x and y
    ("a + b*x", True, True),
    ("a*x + b*y", True, True),
    ("a*x*y + b", True, False),
    ("a*b*x", False, True),
    ("a*exp(b*x)", False, True),
    ("x > 0 ? a : b", True, True),
    ("a > 0 ? x : y", False, True),
    ("(a + x)/(1 + y^2)", True, False),
    ("x/(1 + a)", False, True),
    ("-(a - sin(x)) + 3*(b - y)", True, True),
    ("max(a, x) + y", False, True),
    ("pow(x + y, 2)", True, False),
]


@pytest.mark.parametrize(("text", "linear", "additive"), SHAPES)
def test_the_structure_is_what_the_values_show(text: str, linear: bool, additive: bool) -> None:
    from umva.formula import Expression

    expression = Expression(text, names=list("abxy"))
    rng = np.random.default_rng(1)

    def midway(first: str, second: str) -> float:
        """Return how far f is from being f(0, 0) + ... as sums are: f(p) + f(q) - f(p + q) - f(0)."""
        worst = 0.0
        for _ in range(20):
            values = {name: rng.normal(size=1) for name in "abxy"}
            p, q = ({**values, first: rng.normal(size=1), second: rng.normal(size=1)} for _ in range(2))
            mixed = {**p, second: q[second]}, {**q, second: p[second]}
            both = expression(p) + expression(q) - expression(mixed[0]) - expression(mixed[1])
            worst = max(worst, float(np.abs(both).max()))
        return worst

    assert is_linear(expression.tree, {"a", "b"}) is linear
    assert is_additive(expression.tree, {"x", "y"}) is additive
    assert (midway("x", "y") < 1e-12) is additive


@pytest.mark.parametrize(
    "formula", ["[0] + [1]*pt + [2]*log(m_bb)", "(0) + (1)*x0 + (2)*log(x1)", "(0)+[1]*pt+(2)*log(x1)"]
)
def test_names_and_numbers_mean_the_same(formula: str) -> None:
    X, y = toys(n_variables=2)
    X = np.abs(X) + np.float32(0.1)
    method = fda(formula=formula, ranges=[(-5, 5)] * 3)
    method.bind(("pt", "m_bb"), Problem())
    first = fda(formula="(0)+(1)*x0+(2)*log(x1)", ranges=[(-5, 5)] * 3).fit(Events(X, y, np.ones(len(y))))
    assert method.fit(Events(X, y, np.ones(len(y)))).parameters_.tolist() == first.parameters_.tolist()


@pytest.mark.parametrize(
    ("formula", "ranges", "error", "words"),
    [
        ("(0)+(1)*x7", "(0,1);(0,1)", ColumnError, "x7"),
        ("(0)+(1)*mas", "(0,1);(0,1)", ColumnError, "mass"),
        ("(0)+sin(1)", "(0,1);(0,1)", FormulaError, r"f\(\(0\)\)"),
        ("(0)+foo((1))", "(0,1);(0,1)", FormulaError, "foo"),
        ("(0)+mass[0]", "(0,1)", FormulaError, "element"),
        ("(0)+Entry$", "(0,1)", FormulaError, "Entry"),
        ("x0+x1", "(0,1)", FormulaError, "no parameter"),
        ("(0)+", "(0,1)", FormulaError, "value is expected"),
        ("(0)+(1)*x0", "(0,1)", OptionError, r"parameter \(1\) has no range"),
        ("(0)+(1)*x0", "()", OptionError, r"parameter \(0\) has no range"),
        ("(0)+(1)*x0", "(0,1);(2,1)", OptionError, r"parameter \(1\) must rise"),
        (None, "(0,1);(0,1)", OptionError, r"parameter \(2\) has no range"),
    ],
)
def test_what_does_not_fit_is_refused_before_the_training(
    formula: str | None, ranges: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        fda(formula=formula, ranges=Ranges(ranges)).bind(("mass", "pt"), Problem())


def test_a_name_that_may_be_two_inputs_is_refused() -> None:
    with pytest.raises(FormulaError, match="'x1'"):
        fda(formula="(0)+x1", ranges=[(0, 1)]).bind(("x1", "x0"), Problem())
    fda(formula="(0)+x1", ranges=[(0, 1)]).bind(("x0", "x1"), Problem())


def test_a_range_too_many_is_told() -> None:
    X, y = toys(n_variables=2)
    method = booked("Formula=(0)+(1)*x0+(2)*x1:ParRanges=(-9,9);(-9,9);(-9,9);(-10,10)").fit(
        Events(X, y, np.ones(len(y)))
    )
    assert "the last 1 of 4 ranges" in method.notes_[0]
    assert "±" in method.notes_[1] or "+" in method.notes_[1]


def test_a_parameter_at_the_end_of_its_range_is_told() -> None:
    X, y = toys()
    method = fda(formula="(0)+(1)*x0", ranges=[(-1, 1), (0, 0.01)]).fit(Events(X, y, np.ones(len(y))))
    assert "1 of 2 parameters ended at the end" in method.notes_[-1]


@pytest.mark.parametrize(
    "options", ["PrintLevel=1", "Converger=GA", "FitMethod=EventScan", "ParRanges=(0,1;2)", "ParRanges=(0,inf)"]
)
def test_options_that_are_not_honoured_are_refused(options: str) -> None:
    with pytest.raises(OptionError, match=options.partition("=")[0]):
        booked(options)


@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)), max_size=5), st.sampled_from(["", " ", "  "]))
def test_ranges_are_read_as_they_are_written(pairs: list[tuple[float, float]], blank: str) -> None:
    text = f"{blank};{blank}".join(f"({blank}{low!r}{blank},{high!r}{blank})" for low, high in pairs)
    assert Ranges(text) == Ranges(pairs) == tuple(pairs)


@given(st.text("()0123456789.,;-e ", max_size=12))
def test_other_texts_are_no_ranges(text: str) -> None:
    try:
        found = Ranges(text)
    except ValueError:
        return
    assert len(found) == text.count(",")


# --- what a trained method is -----------------------------------------------------------------------------------------


def test_shapley_values_are_those_of_all_orders() -> None:
    X, y = toys(n_variables=2)
    method = fda(formula="(0)+exp((1)*x0)+(2)*x1^2", ranges=[(-5, 5), (-2, 2), (-5, 5)]).fit(
        Events(X, y, np.ones(len(y)))
    )
    background, event = X[:50], X[60:61]

    def mean(*known: int) -> float:
        mixed = background.copy()
        mixed[:, known] = event[:, known]
        return float(method.score(mixed).mean())

    values = method.shap(event, background)
    assert values is not None
    expected = [(mean(k) - mean() + mean(0, 1) - mean(1 - k)) / 2 for k in (0, 1)]
    assert values[0] == pytest.approx(expected, abs=1e-9)


def test_no_shapley_values_where_inputs_work_together() -> None:
    X, y = toys(n_variables=2)
    method = fda(formula="(0)+(1)*x0*x1", ranges=[(-5, 5), (-2, 2)]).fit(Events(X, y, np.ones(len(y))))
    assert method.shap(X[:2], X) is None


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    X, y = toys()
    fda().fit(Events(X, y, np.ones(len(y)))).save(tmp_path)
    path = tmp_path / "fda.json"
    whole = path.read_text(encoding="utf-8")
    for damaged in (whole[:50], "[]", whole.replace("(3)*x2", "(9)*x9"), whole.replace('"parameters"', '"others"')):
        path.write_text(damaged, encoding="utf-8")
        with pytest.raises(RunError, match="trained FDA"):
            load(tmp_path)


def test_all_weights_zero_are_refused() -> None:
    X, y = toys()
    with pytest.raises(MethodError, match="sum to 0"):
        fda().fit(Events(X, y[:, None].astype(np.float64), np.zeros(len(y)), REGRESSION))
