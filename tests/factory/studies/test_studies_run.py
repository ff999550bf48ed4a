"""Studies of a run: against trainings and applications by hand, over failures and interruptions."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from rich.console import Console
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import roc_auc_score

import umva
from umva.errors import DataError
from umva.factory.studies import StudyPlan
from umva.reports import read_results

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray


def lda() -> LinearDiscriminantAnalysis:
    return LinearDiscriminantAnalysis()


@dataclass(kw_only=True, eq=False)
class Picky(umva.Method):
    """Looks at the first input, and insists on three of them."""

    name = "Picky"

    def fit(self, train: umva.Events, validation: Any = None, *, context: Any = None) -> Picky:
        del validation, context
        if train.X.shape[1] < 3:
            msg = "it wants <three> inputs"
            raise ArithmeticError(msg)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        return X[:, 0].astype(np.float64)


def sample(seed: int, shift: float, n: int = 600) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {"x": rng.normal(shift, 1, n), "y": rng.normal(shift, 2, n), "z": rng.normal(0, 1, n)}


def loader() -> umva.DataLoader:
    made = umva.DataLoader().add_variables(["x", "y", "z"]).split(train=0.5)
    return made.add_sample(sample(1, 1.0), label="signal").add_sample(sample(2, 0.0), label="background")


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> tuple[umva.Results, Path, Callable[[], umva.Results]]:
    """Return a run with everything asked of it, its folder, and what runs it again."""
    folder = tmp_path_factory.mktemp("studied")

    def run() -> umva.Results:
        events = loader().vary("energy", up={"x": "x + 0.2"}, down={"x": "x - 0.2"})
        events.vary("rate", weight_up={"background": "1.3"}).vary("generator", up={"signal": sample(7, 0.9)})
        factory = umva.Factory("studied", folder, n_jobs=2, console=Console(file=io.StringIO(), force_terminal=True))
        factory.book(events, lda(), name="LDA", transform="I")
        factory.book(events, Picky())
        return factory.run(leave_one_out=True, learning_curve=[0.25])

    return run(), folder, run


def test_what_is_studied_is_written_and_read_back(studied: tuple[umva.Results, Path, Any]) -> None:
    results, folder, _ = studied
    assert read_results(folder / "results.json") == results
    assert [(each.source, each.direction) for each in results.variations] == [
        ("energy", "up"),
        ("energy", "down"),
        ("rate", "up"),
        ("generator", "up"),
    ]
    assert [each.n_shared for each in results.variations] == [600, 600, 600, 300]


def test_shifts_are_those_of_an_application_by_hand(studied: tuple[umva.Results, Path, Any]) -> None:
    results, folder, _ = studied
    found = results.methods["LDA"].systematics
    assert found is not None
    dataset = loader().dataset()
    test = dataset.part("test")
    model = umva.load(folder / "methods" / "LDA")
    before, after = model.score(test.X), model.score(test.X + np.array([0.2, 0, 0], dtype=np.float32))
    signal = test.y == 1
    up = found.shifts["energy"]["up"]
    assert up.score.value == pytest.approx(roc_auc_score(signal, after) - roc_auc_score(signal, before), abs=1e-9)
    cut = found.cuts["0.10"].cut
    assert np.mean(before[~signal] >= cut) == pytest.approx(0.10, abs=0.01)
    point = up.points["0.10"]
    change = np.mean(after[signal] >= cut) - np.mean(before[signal] >= cut)
    assert point.signal_efficiency.value == pytest.approx(change, abs=1e-9)
    ratio = np.sum(after[~signal] >= cut) / np.sum(before[~signal] >= cut)
    assert point.background_yield.value == pytest.approx(ratio - 1, abs=1e-9)
    assert point.background_yield.error is not None
    assert 0 < point.background_yield.error < ratio / np.sqrt(np.sum(before[~signal] >= cut))


def test_a_rate_moves_yields_alone(studied: tuple[umva.Results, Path, Any]) -> None:
    found = studied[0].methods["LDA"].systematics
    assert found is not None
    rate = found.shifts["rate"]["up"]
    assert (rate.score.value, rate.points["0.10"].signal_yield.value) == (0, 0)
    assert rate.points["0.10"].background_yield.value == pytest.approx(0.3)
    assert "down" not in found.shifts["rate"]


def test_the_envelope_holds_the_curves(studied: tuple[umva.Results, Path, Any]) -> None:
    found = studied[0].methods["LDA"].systematics
    assert found is not None
    assert found.envelope is not None
    low, nominal, high = (np.array(each) for each in (found.envelope.low, found.envelope.nominal, found.envelope.high))
    assert ((low <= nominal) & (nominal <= high)).all()
    assert (high > low).any()
    assert (np.diff(nominal) >= 0).all()


def test_without_a_variable_as_trained_by_hand(studied: tuple[umva.Results, Path, Any]) -> None:
    results = studied[0]
    dataset = loader().dataset()
    train, test = dataset.training(), dataset.part("test")
    full = roc_auc_score(test.y, lda().fit(train.X, train.y).decision_function(test.X))
    for name, kept in {"x": [1, 2], "y": [0, 2], "z": [0, 1]}.items():
        less = lda().fit(train.X[:, kept], train.y).decision_function(test.X[:, kept])
        loss = results.methods["LDA"].left_out[name].loss
        assert loss is not None
        assert loss.value == pytest.approx(full - roc_auc_score(test.y, less), abs=1e-6)
    corrected = {name: each.p_corrected or 0.0 for name, each in results.methods["LDA"].left_out.items()}
    assert corrected["x"] < 0.001
    assert corrected["z"] > 0.05


def test_a_training_that_fails_is_reported_and_the_others_go_on(studied: tuple[umva.Results, Path, Any]) -> None:
    picky = studied[0].methods["Picky"]
    assert picky.status == "ok"
    assert {each.reason for each in picky.left_out.values()} == {"ArithmeticError: it wants <three> inputs"}
    assert picky.systematics is not None
    assert "Picky" in str(picky.systematics.reason)  # it is registered nowhere, and cannot be loaded to be applied
    assert [each.fraction for each in picky.learning] == [0.25, 1.0]


def test_learning_curves_grow_to_the_method_itself(studied: tuple[umva.Results, Path, Any]) -> None:
    method = studied[0].methods["LDA"]
    assert method.auc is not None
    assert [each.n_events for each in method.learning] == [150, 600]
    assert (method.learning[-1].train, method.learning[-1].test) == (method.auc.train, method.auc.test)
    dataset = loader().dataset()
    train, test = dataset.training(), dataset.part("test")
    rows = np.sort(np.concatenate([np.flatnonzero(train.y == k)[:75] for k in (0, 1)]))
    fitted = lda().fit(train.X[rows], train.y[rows])
    for number, X, y in (
        (method.learning[0].test, test.X, test.y),
        (method.learning[0].train, train.X[rows], train.y[rows]),
    ):
        assert number is not None
        assert number.value == pytest.approx(roc_auc_score(y, fitted.decision_function(X)), abs=1e-6)


def test_what_is_there_is_not_done_again(studied: tuple[umva.Results, Path, Callable[[], umva.Results]]) -> None:
    results, folder, run = studied
    kept = folder / ".umva" / "outcomes" / "LDA" / "studies"
    times = {each.name: each.stat().st_mtime_ns for each in kept.iterdir()}
    lost = next(kept.glob("retrained-*.json"))
    lost.unlink()
    again = run()
    assert again.methods["LDA"].left_out == results.methods["LDA"].left_out
    new = {each.name for each in kept.iterdir() if times.get(each.name) != each.stat().st_mtime_ns}
    assert new == {lost.name, *(each.name for each in kept.glob(f"{lost.stem}-*.npy"))}


def test_the_page_has_its_chapters(studied: tuple[umva.Results, Path, Any], tmp_path: Path) -> None:
    page = studied[0].report(tmp_path / "report.html").read_text(encoding="utf-8")
    for each in ('id="systematics"', 'id="studies"', "it wants &lt;three&gt; inputs", " is largest: background +"):
        assert each in page


def test_nothing_is_studied_unless_asked(tmp_path: Path) -> None:
    factory = umva.Factory("plain", tmp_path)
    factory.book(loader(), "Fisher")
    method = factory.run().methods["Fisher"]
    assert (method.systematics, dict(method.left_out), method.learning) == (None, {}, ())
    assert not (tmp_path / ".umva" / "outcomes" / "Fisher" / "studies").exists()


@pytest.mark.parametrize("fractions", [[0.0], [1.5], [True], ["half"]])
def test_fractions_that_are_none(fractions: list[Any]) -> None:
    with pytest.raises(DataError, match="fractions of the training events"):
        StudyPlan.of(leave_one_out=False, learning_curve=fractions)


def test_one_variable_cannot_be_left_out() -> None:
    assert StudyPlan(leave_one_out=True).retrainings(["x"]) == []
