"""Processes that work through a list of tasks; one that dies takes only its own task with it.

Every task has a process of its own: what its libraries allocate or leave behind goes when it ends. Processes are started by
loky: a script needs no ``if __name__ == "__main__"``, and objects that a user defined in a notebook travel with the task.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from umva.factory.training import Task

__all__ = ["Slots", "run_tasks"]


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
    function: Callable[[Task], None], tasks: Sequence[Task], slots: Slots, *, died: Callable[[Task], None]
) -> None:
    """Call ``function`` for each task in other processes.

    Parameters
    ----------
    function, tasks
        The work; the first tasks start first.
    slots
        How many at once.
    died
        Called in this process for a task whose process died, killed by the system for instance.
    """
    from loky.process_executor import TerminatedWorkerError

    running: set[Any] = set()
    stopped = threading.Event()

    def work(task: Task) -> None:
        if stopped.is_set():
            return
        executor = _start(slots.n_threads)
        running.add(executor)
        try:
            executor.submit(function, task).result()
        except TerminatedWorkerError:
            died(task)
        finally:
            running.discard(executor)
            executor.shutdown(wait=True)

    with ThreadPoolExecutor(slots.n_processes) as threads:
        futures = [threads.submit(work, each) for each in tasks]
        try:
            for each in futures:
                each.result()
        except BaseException:
            stopped.set()
            for executor in list(running):
                executor.shutdown(wait=True, kill_workers=True)
            raise


def _start(n_threads: int) -> Any:
    """Start a process whose libraries keep to ``n_threads`` threads."""
    from loky.process_executor import ProcessPoolExecutor

    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    environment = dict.fromkeys(names, str(n_threads))
    if n_threads == 1:
        environment["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} --xla_cpu_multi_thread_eigen=false".strip()
    return ProcessPoolExecutor(max_workers=1, env=environment)
