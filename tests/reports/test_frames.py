from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.figure import Figure

from umva.reports.figures import write_figures
from umva.reports.figures.read_back import drawn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from umva.reports import Results
    from umva.reports.figures.drawing import Drawing, Key


@pytest.mark.parametrize("task", ["classification", "multiclass", "regression"])
def test_every_figure_has_its_numbers(task: str, drawings_of: Callable[[str], dict[Key, Drawing]]) -> None:
    for key, drawing in drawings_of(task).items():
        assert drawing.numbers is not None, f"no table for figures {key[0]!r}: add it to umva.reports.figures.frames"
        frame = drawing.frame()
        assert len(frame), key
        assert not frame.columns.has_duplicates
        assert np.isfinite(frame.select_dtypes("number").iloc[:, :1].to_numpy()).all(), key


def test_the_numbers_are_those_of_the_results(
    toy_results: Results, drawings_of: Callable[[str], dict[Key, Drawing]]
) -> None:
    drawings = drawings_of("classification")
    method = toy_results.methods["BDT850"]
    assert method.roc
    assert method.response
    roc = drawings["roc",].frame().query("method == 'BDT850'")
    np.testing.assert_array_equal(roc.signal_efficiency, method.roc.signal_efficiency)
    np.testing.assert_array_equal(roc.background_error, method.roc.background_error)
    response = drawings["response", "BDT850"].frame()
    train = response[(response.part == "train") & (response["class"] == "background")]
    np.testing.assert_array_equal(train.density, method.response.train_background.values)
    np.testing.assert_array_equal(train.high, method.response.train_background.edges[1:])
    importance = drawings["importance",].frame().query("method == 'BDT850'").set_index("variable")
    assert importance.share.to_dict() == {name: each.value for name, each in method.shap.items()}


def test_the_numbers_of_a_figure_are_what_is_drawn(drawings_of: Callable[[str], dict[Key, Drawing]]) -> None:
    drawing = drawings_of("classification")["training", "DNN"]
    shown, known = drawn(drawing.figure), drawing.frame()
    for part in ("train", "validation"):
        curve = shown[shown.curve == part]
        np.testing.assert_allclose(curve.y, known[known.part == part]["binary cross-entropy"])
        np.testing.assert_allclose(curve.x, known[known.part == part].epoch)


def test_reading_back_points_steps_and_bars() -> None:
    figure = Figure()
    axes = figure.add_subplot()
    axes.plot([1, 2, 3], [4, np.nan, 6], label="line")
    axes.stairs([7, 8], [0, 2, 4], label="steps")
    axes.scatter([1, 2], [3, 4], label="points")
    axes.bar([5], [2.0])
    found = {name: each[["x", "y"]].to_numpy().tolist() for name, each in drawn(figure).groupby("curve")}
    assert found == {"line": [[1, 4], [3, 6]], "steps": [[1, 7], [3, 8]], "points": [[1, 3], [2, 4]], "": [[5, 2]]}


def test_tables_beside_the_figures(
    toy_results: Results, drawings_of: Callable[[str], dict[Key, Drawing]], tmp_path: Path
) -> None:
    drawings = {key: each for key, each in drawings_of("classification").items() if key[0] in {"roc", "correlation"}}
    paths = write_figures(toy_results, tmp_path, ("png",), drawings=drawings, numbers=True)
    assert [each.suffix for each in paths] == [".png", ".csv"] * len(drawings)
    with (tmp_path / "correlation_signal.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = [each.name for each in toy_results.dataset.variables]
    matrix = np.array([float(each["correlation"]) for each in rows]).reshape(len(names), -1)
    np.testing.assert_allclose(matrix, toy_results.dataset.correlation["signal"])
    assert [each["row"] for each in rows[:: len(names)]] == names
