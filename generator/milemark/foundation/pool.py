"""Work on many files, spread over the processor cores."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

CHUNK = 100  # files of one job
_FEWEST = 400  # files: for fewer, starting processes costs more than it saves
_ALLOCATIONS = 100_000  # reading creates many small values and no cycles: frequent collections find nothing


def collect_rarely() -> None:
    """Make Python look for reference cycles less often."""
    gc.set_threshold(max(_ALLOCATIONS, gc.get_threshold()[0]))


def map_jobs(work: Callable[[Job], Result], jobs: Iterable[Job], files: int) -> Iterator[Result]:
    """Yield `work(job)` for each job, in order, from several processes if there are many files in all."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if files < _FEWEST or cores == 1:
        yield from map(work, jobs)
        return
    from concurrent.futures import ProcessPoolExecutor  # few files need none
    from multiprocessing import get_context

    # A fork copies the locks that other threads hold, and waits for them forever.
    context = get_context("spawn") if threading.active_count() > 1 else None
    with ProcessPoolExecutor(min(cores, -(-files // CHUNK)), context, initializer=collect_rarely) as pool:
        yield from pool.map(work, jobs)
