"""Processes that work through a list of tasks; one that dies takes only its own task with it.

Every task has a process of its own: what its libraries allocate or leave behind goes when it ends. Processes are started by
loky: a script needs no ``if __name__ == "__main__"``, and objects that a user defined in a notebook travel with the task.
"""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Slots", "run_tasks"]

Task = TypeVar("Task")

_PARENT_SECONDS = 0.5


@dataclass(frozen=True)
class Slots:
    """How many processes there are and how many threads each may use."""

    n_processes: int
    n_threads: int

    @classmethod
    def of(cls, n_jobs: int | None, n_tasks: int) -> Slots:
        """Share the cores (or ``n_jobs`` of them) among ``n_tasks`` methods."""
        cores = n_jobs or _cores()
        n_processes = max(1, min(cores, n_tasks))
        return cls(n_processes, max(1, cores // n_processes))


def _cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def run_tasks(
    function: Callable[[Task], None], tasks: Sequence[Task], slots: Slots, *, failed: Callable[[Task, str], None]
) -> None:
    """Call ``function`` for each task in other processes.

    Parameters
    ----------
    function, tasks
        The work; the first tasks start first.
    slots
        How many at once.
    failed
        Called in this process, with the reason, for a task that could not be sent to a process, or whose process died,
        killed by the system for instance.

    Raises
    ------
    OSError
        If a process could not write what it found; the others are stopped then, as by Ctrl-C.
    """
    running: set[Any] = set()
    stopped = threading.Event()

    def work(task: Task) -> None:
        if stopped.is_set():
            return
        executor = _start(slots.n_threads)
        running.add(executor)
        try:
            _call(executor, function, task, failed)
        finally:
            running.discard(executor)
            executor.shutdown(wait=True)

    with ThreadPoolExecutor(slots.n_processes) as threads:
        futures = [threads.submit(work, each) for each in tasks]
        try:
            for each in as_completed(futures):
                each.result()
        except BaseException:
            stopped.set()
            for executor in list(running):
                executor.shutdown(wait=True, kill_workers=True)
            raise


def _call(executor: Any, function: Callable[[Task], None], task: Task, failed: Callable[[Task, str], None]) -> None:
    """Have the process of an executor do a task."""
    from pickle import PicklingError

    from loky.process_executor import TerminatedWorkerError

    try:
        executor.submit(function, task).result()
    except TerminatedWorkerError:
        failed(task, "its process died; the system may have stopped it for want of memory")
    except PicklingError as error:
        failed(task, f"it cannot be sent to another process: {error.__cause__ or error}")


def _start(n_threads: int) -> Any:
    """Start a process whose libraries keep to ``n_threads`` threads."""
    from loky.process_executor import ProcessPoolExecutor

    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    environment = dict.fromkeys(names, str(n_threads))
    if n_threads == 1:
        environment["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} --xla_cpu_multi_thread_eigen=false".strip()
    return ProcessPoolExecutor(max_workers=1, env=environment, initializer=_follow, initargs=(os.getpid(),))


def _follow(parent: int) -> None:
    """End this process soon after its parent did, even if that was killed: nobody would take the result."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_PARENT_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
