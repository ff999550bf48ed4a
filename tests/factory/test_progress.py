from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console

from umva.factory.progress import Board, watch

if TYPE_CHECKING:
    from pathlib import Path


def drawn(folder: Path, *, terminal: bool) -> str:
    file = io.StringIO()
    board = Board.create(folder, 3)
    with watch(board, ["Fisher", "BDT", "Waiting"], Console(file=file, force_terminal=terminal, width=80)):
        theirs = Board.open(folder)  # as a worker sees it
        theirs.done(0)
        theirs.failed(1)
    return file.getvalue()


def test_each_method_ends_in_its_own_phase(tmp_path: Path) -> None:
    lines = drawn(tmp_path, terminal=True).splitlines()
    for name, phase in (("Fisher", "done"), ("BDT", "failed"), ("Waiting", "waiting")):
        assert phase in [line for line in lines if name in line][-1]


def test_nothing_is_drawn_where_nobody_watches(tmp_path: Path) -> None:
    assert drawn(tmp_path, terminal=False) == ""


def test_progress_stays_within_its_phase(tmp_path: Path) -> None:
    board = Board.create(tmp_path, 2)
    board.training(0, 7.0)
    board.training(1, -7.0)
    assert 0 <= board.state[1] <= board.state[0] < 1
