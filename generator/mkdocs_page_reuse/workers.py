"""Worker processes that compute results before the publisher needs them."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import Any

log = logging.getLogger("mkdocs.milemark")  # ProperDocs listens to this name, too
_STEP = 100  # pages between two progress messages
_SHARE = 16  # pages: for fewer, starting a process costs more than it saves
_TASK = struct.Struct("i")
_QUEUE = 4096 // _TASK.size  # tasks that fit into the buffer of any pipe


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[str], Any]
    names: Sequence[str]
    step: int
    tasks: int  # file descriptor of a pipe with the first index of each task


class Workers:
    """The results of `work(name)` for each name, computed in worker processes.

    Tasks are numbers in one pipe, from which a free process takes the next one. Each process returns its results
    through a pipe of its own. There are no locks: if a process or its parent is killed, no other one blocks.
    """

    def __init__(self, work: Callable[[str], Any], names: Sequence[str]) -> None:
        number = processes_for(len(names))
        self._names = set(names if number else ())
        self._ready: dict[str, Any] = {}
        self._results: list[Connection] = []
        self._processes: list[ForkProcess] = []
        if number:
            step = len(names) // _QUEUE + 1
            job = _Job(work, names, step, _filled_pipe(range(0, len(names), step)))
            for _ in range(number):
                self._start(job)
            os.close(job.tasks)

    def _start(self, job: _Job) -> None:
        result, sender = multiprocessing.Pipe(duplex=False)
        self._results.append(result)
        self._processes.append(ForkProcess(target=_run, args=(job, sender, self._results), daemon=True))
        self._processes[-1].start()
        sender.close()

    def take(self, name: str) -> Any:
        """Wait for the result of one name and return it once; None if no process computed it."""
        while name in self._names and name not in self._ready and self._results:
            for result in wait(self._results):
                self._receive(result)
        return self._ready.pop(name, None)

    def _receive(self, result: Any) -> None:
        try:
            name, value = result.recv()
            self._ready[name] = value
        except (EOFError, OSError):
            self._results.remove(result)
            result.close()

    def close(self) -> None:
        """Terminate the processes."""
        for result in self._results:
            result.close()
        for process in self._processes:
            process.terminate()
            process.join()


class Progress:
    """Logs the progress of many pages."""

    def __init__(self, done: str, total: int) -> None:
        self._done, self._count, self._total = done, 0, total

    def step(self) -> None:
        """Count one page; log the count at intervals."""
        self._count += 1
        if self._count % _STEP == 0:
            log.info("milemark: %d of %d pages are %s", self._count, self._total, self._done)


def processes_for(tasks: int) -> int:
    """Return the number of processes to start: 0 with one core, without fork, or with threads (fork breaks them)."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    number = min(cores, tasks // _SHARE)
    can_fork = "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1
    return number if number > 1 and can_fork else 0


def _filled_pipe(tasks: Sequence[int]) -> int:
    """Return the read end of a pipe that holds all tasks."""
    reader, writer = os.pipe()
    os.write(writer, b"".join(_TASK.pack(task) for task in tasks))
    os.close(writer)
    return reader


def _run(job: _Job, sender: Connection, others: Sequence[Connection]) -> None:
    """Run a worker process. If the parent ends in any way, the pipe breaks and the worker ends too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()  # inherited objects are not collected, so that their memory stays shared
    logging.getLogger().handlers = [logging.NullHandler()]
    for other in others:
        other.close()
    with suppress(OSError):
        for task in _taken(job.tasks):
            for name in job.names[task : task + job.step]:
                sender.send((name, _try(job.work, name)))


def _taken(tasks: int) -> Iterator[int]:
    while task := os.read(tasks, _TASK.size):
        yield _TASK.unpack(task)[0]


def _try(work: Callable[[str], Any], name: str) -> Any:
    """Return the result for one name, or None if it fails: the publisher then fails again and logs the error."""
    try:
        return work(name)
    except (Exception, SystemExit):  # noqa: BLE001  any extension or template may raise anything
        return None
