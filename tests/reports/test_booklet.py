from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from umva.reports.figures.sheets import A4, arrange, sheets
from umva.reports.outputs.booklet import booklet

if TYPE_CHECKING:
    from collections.abc import Callable

    from umva.reports import Results
    from umva.reports.figures.drawing import Drawing, Key

SIZES = st.tuples(st.floats(0.5, 14), st.floats(0.5, 14))


@given(st.lists(SIZES, max_size=12))
def test_figures_lie_on_the_page_and_not_on_each_other(sizes: list[tuple[float, float]]) -> None:
    figures = [Figure(figsize=size) for size in sizes]
    pages = arrange(figures)
    assert [each.figure for page in pages for each in page] == figures
    for page in pages:
        boxes = []
        for each in page:
            width, height = each.scale * each.figure.get_size_inches()
            boxes.append((each.x, each.y, each.x + width, each.y + height))
        for x0, y0, x1, y1 in boxes:
            assert 0.49 <= x0 < x1 <= A4[0] - 0.49
            assert 0.49 <= y0 < y1 <= A4[1] - 0.49
        for i, (x0, y0, x1, y1) in enumerate(boxes):
            for a0, b0, a1, b1 in boxes[:i]:
                assert x1 <= a0 or a1 <= x0 or y1 <= b0 or b1 <= y0


def streams(pdf: bytes) -> list[bytes]:
    """Return what is drawn on the pages, in PDF's language."""
    begun = [found.end() for found in re.finditer(rb"(?<!end)stream\r?\n", pdf)]
    packed = [pdf[each:] for each in begun if pdf[each : each + 1] == b"\x78"]
    return [content for each in packed if b" cm\n" in (content := zlib.decompressobj().decompress(each))]


def test_figures_are_placed_and_scaled() -> None:
    figure = Figure(figsize=(12.0, 3.0))
    figure.add_subplot()
    pages = arrange([figure, Figure(figsize=(1, 1))])
    pdf = sheets(pages, title="t")
    assert pdf.startswith(b"%PDF")
    assert figure.dpi == Figure().dpi
    placed = [list(map(float, each.split())) for each in re.findall(rb"([-\d. ]+) cm\n", streams(pdf)[0])]
    wide = pages[0][0]
    assert placed[0] == pytest.approx([wide.scale, 0, 0, wide.scale, 72 * wide.x, 72 * wide.y])
    assert wide.scale == pytest.approx((A4[0] - 1) / 12)


@pytest.mark.parametrize("task", ["classification", "multiclass", "regression"])
def test_the_booklet_holds_all_figures(
    task: str,
    drawings_of: Callable[[str], dict[Key, Drawing]],
    toy_results: Results,
    toy_multiclass: Results,
    toy_regression: Results,
) -> None:
    results = {each.task: each for each in (toy_results, toy_multiclass, toy_regression)}[task]
    drawings = dict(list(drawings_of(task).items())[:9])
    pdf = booklet(results, drawings)
    figures = arrange((each.figure for each in drawings.values()), margin=0.55)
    n_pages = len(re.findall(rb"/Type /Page\b", pdf))
    assert n_pages >= 1 + len(figures)
    placed = sum(each.count(b" cm\n") for each in streams(pdf))
    assert placed >= len(drawings) + n_pages
    assert booklet(results, drawings) == pdf
