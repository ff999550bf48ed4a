from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn.metrics import roc_curve

from umva.errors import ReportError
from umva.reports.page import render
from umva.reports.runs.redraw import relabelled, with_working_points
from umva.reports.runs.stored_scores import StoredPart, StoredScores

if TYPE_CHECKING:
    from umva.reports import Results


def stored(results: Results) -> StoredScores:
    """Return responses for every measured method."""
    rng = np.random.default_rng(1)
    labels = tuple(results.dataset.counts) if results.task == "multiclass" else ()
    parts = {}
    for part in ("train", "test"):
        y = rng.integers(0, len(labels) or 2, 2000)
        shape = (2000, len(labels)) if labels else (2000,)
        names = [each.name for each in results.methods.values() if each.score]
        scores = {each: rng.normal(size=shape) + (np.eye(len(labels))[y] if labels else y) for each in names}
        parts[part] = StoredPart(y, np.ones(2000), np.arange(2000), scores)
    return StoredScores(labels, parts)


def test_working_points_are_measured_again(toy_results: Results) -> None:
    scores = stored(toy_results)
    found = with_working_points(toy_results, scores, (0.2, 0.005))
    for name, method in found.methods.items():
        if method.score is None:
            assert method == toy_results.methods[name]
            continue
        assert list(method.signal_efficiency) == ["0.005", "0.2"]
        for part in ("train", "test"):
            fpr, tpr, _ = roc_curve(scores.parts[part].y, scores.parts[part].scores[name], drop_intermediate=False)
            for key, at in (("0.005", 0.005), ("0.2", 0.2)):
                number = getattr(method.signal_efficiency[key], part)
                assert number.value == pytest.approx(np.interp(at, fpr, tpr), abs=2e-3)
                assert number.error > 0
    page = render(found, drawings={})
    assert ">0.5 %<" in page
    assert ">10 %<" not in page.partition('id="checks"')[0]


def test_working_points_of_several_classes(toy_multiclass: Results) -> None:
    scores = stored(toy_multiclass)
    found = with_working_points(toy_multiclass, scores, (0.05,))
    best = next(iter(found.methods.values()))
    part = scores.parts["test"]
    for k, (label, each) in enumerate(best.classes.items()):
        assert label == scores.outputs[k]
        fpr, tpr, _ = roc_curve(part.y == k, part.scores[best.name][:, k], drop_intermediate=False)
        assert each.signal_efficiency["0.05"].test.value == pytest.approx(np.interp(0.05, fpr, tpr), abs=2e-3)


def test_what_is_no_working_point(toy_results: Results, toy_regression: Results) -> None:
    with pytest.raises(ReportError, match=r"between 0 and 1, got 1\.5"):
        with_working_points(toy_results, stored(toy_results), (1.5,))
    with pytest.raises(ReportError, match="a regression has no working points"):
        with_working_points(toy_regression, stored(toy_results), (0.1,))
    empty = StoredScores((), {"test": StoredPart(np.ones(1), np.ones(1), np.ones(1, dtype=np.int64), {})})
    with pytest.raises(ReportError, match="the responses are not of method"):
        with_working_points(toy_results, empty, (0.1,))


def test_other_words(toy_results: Results) -> None:
    found = relabelled(toy_results, title="<b>", classes={"signal": "H → bb"}, variables={"m_bb": "m_{bb} [GeV]"})
    first = next(each for each in found.dataset.variables if each.name == "m_bb")
    assert (first.title, first.unit) == ("m_{bb}", "GeV")
    page = render(found, drawings={})
    assert "signal (H → bb)" in page
    assert "<h1>&lt;b&gt;</h1>" in page


def test_words_for_what_is_not_there(toy_results: Results, toy_multiclass: Results) -> None:
    with pytest.raises(ReportError, match=r"no class 'sig' that could be called otherwise: did you mean 'signal'\?"):
        relabelled(toy_results, classes={"sig": "H"})
    with pytest.raises(ReportError, match="no class 'prompt'"):
        relabelled(toy_multiclass, classes={"prompt": "H"})
    with pytest.raises(ReportError, match=r"no variable 'm_bbb' .* did you mean 'm_bb'"):
        relabelled(toy_results, variables={"m_bbb": "H"})
