"""Progress of methods that train in other processes: a small shared array, drawn by rich while it is watched."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from rich.console import Console
    from rich.progress import Progress, TaskID

__all__ = ["Board", "busy", "watch"]

_PHASES = ("training", "scoring", "explaining", "done", "failed")
_DONE, _FAILED = 3, 4
_SECONDS = 0.2


@dataclass(frozen=True)
class Board:
    """One number a method, written by its process and read by ours: phase (0 to 4) plus fraction of the training."""

    state: NDArray[np.float32]

    @classmethod
    def create(cls, folder: Path, n_methods: int) -> Self:
        """Make a board for ``n_methods`` in ``folder``, all of them waiting."""
        np.save(folder / "progress.npy", np.full(n_methods, -1, dtype=np.float32), allow_pickle=False)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Return the board in ``folder``."""
        return cls(np.load(folder / "progress.npy", mmap_mode="r+", allow_pickle=False))

    def training(self, slot: int, fraction: float) -> None:
        """Say how much of a training is done."""
        self.state[slot] = min(max(fraction, 0.0), 0.999)

    def scoring(self, slot: int) -> None:
        """Say that a method is trained and is being tested."""
        self.state[slot] = 1

    def explaining(self, slot: int) -> None:
        """Say that a method's Shapley values are being computed."""
        self.state[slot] = 2

    def done(self, slot: int) -> None:
        """Say that a method is finished."""
        self.state[slot] = _DONE

    def failed(self, slot: int) -> None:
        """Say that a method has failed."""
        self.state[slot] = _FAILED


def busy(console: Console, what: str) -> AbstractContextManager[object]:
    """Say on a terminal what is going on while the block runs."""
    return console.status(what) if console.is_terminal else nullcontext()


@contextmanager
def watch(board: Board, names: Sequence[str], console: Console) -> Iterator[None]:
    """Draw bars while the block runs; nothing if the console is not a terminal.

    Parameters
    ----------
    board
        What is to be drawn.
    names
        Whose each number on the board is; those of one name share a bar.
    console
        Where.
    """
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    if not console.is_terminal:
        yield
        return

    columns = (
        TextColumn("{task.description:<16}"),
        BarColumn(),
        TextColumn("{task.fields[phase]:<10}"),
        TimeElapsedColumn(),
    )
    stop = threading.Event()
    slots = {each: [slot for slot, name in enumerate(names) if name == each] for each in names}
    with Progress(*columns, console=console) as bars:
        tasks = {name: bars.add_task(name, total=1.0, phase="waiting", start=False) for name in slots}

        def draw() -> None:
            for name, task in tasks.items():
                _draw(bars, task, board.state[slots[name]])

        def refresh() -> None:
            while not stop.wait(_SECONDS):
                draw()

        thread = threading.Thread(target=refresh, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
            draw()


def _draw(bars: Progress, task: TaskID, states: NDArray[np.float32]) -> None:
    """Draw one bar, of one number or several."""
    if (states < 0).all():
        return
    if not bars.tasks[task].started:
        bars.start_task(task)
    finished = bool((states >= _DONE).all())
    at_work = states[(states >= 0) & (states < _DONE)]
    state = states.max() if finished else at_work[0] if len(at_work) else 0.0
    bars.update(task, completed=float(np.clip(states, 0.0, 1.0).mean()), phase=_PHASES[int(state)])
    if finished:
        bars.stop_task(task)
