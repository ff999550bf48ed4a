"""Permutation importance in a run: within its budget, the same again, and no loss to a run that cannot have it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import umva
from umva.factory.permutation import FEWEST, N_EVALUATIONS, N_EVENTS, SHUFFLES, budget

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


@pytest.mark.parametrize("n_variables", [1, 2, 28, 150, 500])
@pytest.mark.parametrize("n_test", [200, 3000, 10**6])
def test_budget(n_variables: int, n_test: int) -> None:
    n_events, n_shuffles = budget(n_variables, n_test)
    assert min(FEWEST, n_test) <= n_events <= min(N_EVENTS, n_test)
    assert SHUFFLES[0] <= n_shuffles <= SHUFFLES[1]
    assert n_events * n_variables * n_shuffles <= N_EVALUATIONS or n_events == FEWEST


@dataclass(kw_only=True, eq=False)
class Fragile(umva.Method):
    """Answers with the first variable, but not when that has been shuffled."""

    def fit(self, train: umva.Events, validation: Any = None, *, context: Any = None) -> Fragile:
        del train, validation, context
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        answer = X[:, 0].astype(np.float64)
        return np.where(np.abs(X[:, 0] - X[:, 1]) > 1e-3, np.nan, answer)


def loader() -> umva.DataLoader:
    rng = np.random.default_rng(6)
    made = umva.DataLoader("toy")
    made.add_variables(["x", "y"])
    for label, shift in (("signal", 1.0), ("background", 0.0)):
        x = rng.normal(size=800) + shift
        made.add_sample({"x": x, "y": x + 1e-4 * rng.normal(size=800)}, label=label)
    made.split(train=0.5)
    return made


def run(folder: Path) -> umva.Results:
    factory = umva.Factory("toy", output=folder, n_jobs=1)
    events = loader()
    factory.book(events, "Fisher")
    factory.book(events, Fragile(), name="Fragile")
    return factory.run()


def test_a_run_measures_it_and_finds_it_again(tmp_path: Path) -> None:
    results = run(tmp_path)
    found = results.methods["Fisher"].permutation
    assert found
    assert (found.quantity, found.n_events, found.n_shuffles) == ("AUC", 800, 10)
    assert set(found.values) == {"x", "y"}
    assert found.score == results.methods["Fisher"].score  # all test events are used
    again = run(tmp_path)  # nothing is trained again
    assert again.methods["Fisher"].permutation == found
    assert umva.read_results(tmp_path / "results.json").methods["Fisher"].permutation == found


def test_a_method_that_breaks_says_so_and_is_kept(tmp_path: Path) -> None:
    method = run(tmp_path).methods["Fragile"]
    assert method.status == "ok"
    assert method.permutation is None
    assert any("permutation importance was not computed" in each for each in method.notes)


def test_outcomes_of_earlier_versions_have_none(tmp_path: Path) -> None:
    run(tmp_path)
    path = tmp_path / ".umva" / "outcomes" / "Fisher" / "outcome.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    del record["permutation"]
    path.write_text(json.dumps(record), encoding="utf-8")
    results = run(tmp_path)
    assert results.methods["Fisher"].permutation is None
    assert results.methods["Fisher"].status == "ok"
