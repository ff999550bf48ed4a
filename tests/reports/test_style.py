from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import pytest
from matplotlib.text import Text
from mplhep.label import ExpLabel, ExpText, LumiText

import umva
from umva.errors import ReportError
from umva.reports.figures import draw_all
from umva.reports.page import render
from umva.reports.style import EXPERIMENTS, Style

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from umva.reports import Results

CMS = Style("cms", label="Simulation <Preliminary>", sqrt_s=13.6, luminosity=138)


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("CMS, label=Preliminary, sqrt_s=13, luminosity=138", "CMS Preliminary", "138 fb⁻¹ (13 TeV)"),
        ("belleii, sqrt_s=10.58 GeV", "Belle II", "√s = 10.58 GeV"),
        ("ALICE, luminosity=7.8 pb⁻¹", "ALICE", "7.8 pb⁻¹"),
        ("experiment=my lab", "my lab", ""),
    ],
)
def test_a_style_in_words(text: str, left: str, right: str) -> None:
    style = Style.parse(text)
    assert (style.left, style.right) == (left, right)
    assert umva.Style is Style


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sqrt_s": -13}, "sqrt_s of a style must be a positive number"),
        ({"luminosity": True}, "luminosity of a style must be a positive number"),
        ({"label": 3}, "label of a style must be a text"),
        ({"luminosty": 138}, r"no setting 'luminosty': did you mean 'luminosity'\?"),
    ],
)
def test_what_is_no_style(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ReportError, match=message):
        Style.of(settings)


def test_what_names_no_style() -> None:
    with pytest.raises(ReportError, match="'Preliminary' is no setting"):
        Style.parse("CMS, Preliminary")


def written(figure: Figure, kind: type[Text] = Text) -> list[str]:
    """Return the texts of one kind on a figure, as mplhep marks them."""
    return [each.get_text() for each in figure.findobj(kind)]


@pytest.mark.parametrize("experiment", [*EXPERIMENTS, "Mu3e"])
def test_the_label_stands_on_every_figure_and_frames_keep_their_size(
    experiment: str, make_results: Callable[..., Results]
) -> None:
    results = make_results(4, 3)
    plain = draw_all(results)
    style = Style(experiment, label="Internal", sqrt_s=13, luminosity=1)
    for key, drawing in draw_all(results, style=style).items():
        figure = drawing.figure
        assert written(figure, ExpLabel) == [experiment]
        assert written(figure, ExpText) == ["Internal"]
        assert written(figure, LumiText) == ["1 fb⁻¹ (13 TeV)"]
        height, before = figure.get_figheight(), plain[key].figure.get_figheight()
        assert height == pytest.approx(before + 0.22)
        for new, old in zip(figure.axes, plain[key].figure.axes, strict=False):
            sizes = (new.get_position().y0 * height, new.get_position().height * height)
            assert sizes == pytest.approx((old.get_position().y0 * before, old.get_position().height * before))
        faces = {text.get_fontfamily()[0] for text in figure.findobj(Text)}
        assert faces == {"TeX Gyre Termes" if experiment == "LHCb" else "TeX Gyre Heros"}


def test_the_label_stays_within_the_figure(make_results: Callable[..., Results]) -> None:
    style = Style(
        "An experiment with a long name", label="Simulation work in progress", luminosity="137.6 to 140.1 fb⁻¹"
    )
    for drawing in draw_all(make_results(4, 3), style=style).values():
        figure = drawing.figure
        figure.draw_without_rendering()
        boxes = [each.get_window_extent() for kind in (ExpLabel, ExpText, LumiText) for each in figure.findobj(kind)]
        width = figure.get_figwidth() * figure.dpi
        assert boxes[0].x0 >= -1
        assert boxes[2].x1 <= width + 1
        assert boxes[1].x1 <= boxes[2].x0
        assert not any(one.overlaps(other) for one, other in itertools.pairwise(boxes))


def test_no_style_changes_nothing(make_results: Callable[..., Results]) -> None:
    results = make_results(3, 2)
    heights = [each.figure.get_figheight() for each in draw_all(results).values()]
    assert [each.figure.get_figheight() for each in draw_all(results, style=Style()).values()] == heights


def test_the_page_has_the_label_escaped(make_results: Callable[..., Results]) -> None:
    page = render(make_results(3, 2), style=CMS)
    assert "<b>CMS</b> Simulation &lt;Preliminary&gt; <span>138 fb⁻¹ (13.6 TeV)</span>" in page
    assert "<Preliminary>" not in page
    assert "TeX Gyre Termes" not in page
    assert re.search(r'\.drawing text\{font-family:"TeX Gyre Termes"', render(make_results(3, 2), style=Style("LHCb")))
