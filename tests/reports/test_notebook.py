from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from matplotlib.figure import Figure
from mplhep.label import ExpLabel

from umva.errors import ReportError
from umva.reports.digits import measured
from umva.reports.style import Style

if TYPE_CHECKING:
    from collections.abc import Callable

    from umva.reports import Results


class Nesting(HTMLParser):
    """Fails where an element is closed that was not the last one opened."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the interface
        self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag


@pytest.mark.parametrize("task", ["classification", "multiclass", "regression"])
def test_the_card_has_verdict_and_leaderboard(task: str, make_results: Callable[..., Results]) -> None:
    results = make_results(6, 3, task)
    card = results._repr_html_()
    assert len(card) < 20_000
    assert "<script" not in card
    assert not re.search(r"https?:|src=|<style|<link", card)
    parser = Nesting()
    parser.feed(card)
    assert not parser.opened
    for method in results.methods.values():
        if method.auc:
            assert measured(method.auc.test) in card
    assert "it takes no negative weights" in card


@pytest.mark.parametrize(
    ("task", "name", "words"),
    [
        ("classification", "plot_roc", ()),
        ("classification", "plot_rejection", ()),
        ("classification", "plot_response", ("BDT850",)),
        ("classification", "plot_variable", ("m_bb",)),
        ("classification", "plot_correlation", ("signal",)),
        ("classification", "plot_importance", ()),
        ("classification", "plot_training", ("DNN",)),
        ("classification", "plot", ("training", "DNN")),
        ("multiclass", "plot_roc", ("prompt",)),
        ("multiclass", "plot_response", ("BDT850", "prompt")),
        ("multiclass", "plot_confusion", ("BDT850",)),
        ("regression", "plot_deviations", ()),
        ("regression", "plot_deviation", ("BDT850",)),
        ("regression", "plot_profile", ("", "m_bb")),
    ],
)
def test_figures_one_by_one(task: str, name: str, words: tuple[str, ...], make_results: Callable[..., Results]) -> None:
    figure = getattr(make_results(4, 3, task), name)(*words)
    assert isinstance(figure, Figure)
    assert vars(figure)["_repr_png_"]().startswith(b"\x89PNG")


def test_a_figure_in_the_style_of_an_experiment(make_results: Callable[..., Results]) -> None:
    figure = make_results(3, 2).plot_roc(style=Style("LHCb", label="preliminary"))
    assert [each.get_text() for each in figure.findobj(ExpLabel)] == ["LHCb"]
    assert figure.axes[0].xaxis.label.get_fontfamily()[0] == "TeX Gyre Termes"


def test_the_numbers_of_a_figure(make_results: Callable[..., Results]) -> None:
    results = make_results(4, 3)
    assert ("response", "BDT850") in results.figures()
    assert set(results.frame("response", "BDT850").part) == {"train", "test"}


@pytest.mark.parametrize(
    ("name", "words", "message"),
    [
        ("plot_response", ("BDT85",), r"no method 'BDT85': did you mean 'BDT850'\?"),
        ("plot_variable", ("m_b",), r"no variable 'm_b': did you mean 'm_bb'"),
        ("plot_deviations", (), "no target '': there are none"),
        ("plot_roc", ("prompt",), "there is no ROC curve of class 'prompt'"),
        ("plot_importance", ("prompt",), "there are no Shapley values of 'prompt'"),
        ("plot_training", ("SVM",), "no training curves"),
        ("plot", ("responses", "BDT850"), r"no figure 'responses BDT850': did you mean 'response'"),
        ("frame", ("response", "BDT"), r"no figure 'response' of 'BDT': did you mean 'BDT850'\?"),
    ],
)
def test_what_there_is_not(
    name: str, words: tuple[str, ...], message: str, make_results: Callable[..., Results]
) -> None:
    with pytest.raises(ReportError, match=message):
        getattr(make_results(4, 3), name)(*words)


def test_a_class_must_be_named_where_there_are_several(make_results: Callable[..., Results]) -> None:
    with pytest.raises(ReportError, match="there is no ROC curve of class '': known are 'prompt'"):
        make_results(4, 3, "multiclass").plot_roc()
    with pytest.raises(ReportError, match="there is no ROC curve: this is a regression"):
        make_results(4, 3, "regression").plot_rejection()
