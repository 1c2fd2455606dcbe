"""Work on many files, spread over the processor cores."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

Job = TypeVar("Job")
Result = TypeVar("Result")

CHUNK = 100  # files of one job
_FEWEST = 400  # files: for fewer, starting processes costs more than it saves
_PARTS = 64  # into which work is cut, so that no core waits long for the last one
_ALLOCATIONS = 100_000  # reading creates many small values and no cycles: frequent collections find nothing


def collect_rarely() -> None:
    """Make Python look for reference cycles less often."""
    gc.set_threshold(max(_ALLOCATIONS, gc.get_threshold()[0]))


def give_back_memory() -> None:
    """Give memory that many small values have left back to the system, if its allocator (glibc) does so on demand."""
    import ctypes  # only long-running servers need it

    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def map_jobs(work: Callable[[Job], Result], jobs: Iterable[Job], files: int) -> Iterator[Result]:
    """Yield `work(job)` for each job, in order, from several processes if there are many files in all."""
    if files < _FEWEST or _cores() == 1:
        yield from map(work, jobs)
        return
    # A fork copies the locks that other threads hold, and waits for them forever.
    method = "spawn" if threading.active_count() > 1 else None
    with _pool(min(_cores(), -(-files // CHUNK)), method) as pool:
        yield from pool.map(work, jobs)


def map_copies(work: Callable[[Job], Result], jobs: Sequence[Job], files: int) -> Iterator[Result]:
    """Yield `work(job)` for each job, in order, from copies of this process if there are many files in all.

    `work` may be any function, since a copy has all values of this process; those that it changes stay in the copy.
    """
    if files < _FEWEST or min(_cores(), len(jobs)) == 1 or sys.platform != "linux" or threading.active_count() > 1:
        yield from map(work, jobs)
        return
    with _pool(_cores(), "fork", work) as pool:
        yield from pool.map(_in_copy, jobs, chunksize=max(1, len(jobs) // _PARTS))


def _pool(processes: int, method: str | None, *work: Callable[[Any], Any]) -> ProcessPoolExecutor:
    """Return processes that begin by a method of `multiprocessing`; copies have their work."""
    from concurrent.futures import ProcessPoolExecutor  # few files need none
    from multiprocessing import get_context

    return ProcessPoolExecutor(processes, get_context(method), initializer=_begin, initargs=work)


_OF_COPY: list[Callable[[Any], Any]] = []  # the work of a copy


def _in_copy(job: Any) -> Any:
    return _OF_COPY[-1](job)


def _begin(*work: Callable[[Any], Any]) -> None:
    collect_rarely()
    _OF_COPY.extend(work)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when the one that began it is gone, even if that was killed: it would wait for jobs forever."""
    from multiprocessing import parent_process

    if parent := parent_process():
        parent.join()
        os._exit(1)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
