"""The processes that share the work on many files."""

from __future__ import annotations

import subprocess
import sys

import pytest

from milemark.foundation.pool import _cores

PROGRAM = """
import time
from milemark.foundation.pool import {name}

def work(job):
    print(job, flush=True)
    time.sleep(600)

list({name}(work, range(1000), 1000))
"""


@pytest.mark.skipif(sys.platform != "linux" or _cores() == 1, reason="other systems and one core share no work so")
@pytest.mark.parametrize("name", ["map_jobs", "map_copies"])
def test_nothing_runs_on_after_a_run_that_is_killed(name: str) -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM.format(name=name)], stdout=subprocess.PIPE) as running:
        assert running.stdout
        begun = running.stdout.read(1)
        running.kill()
        running.communicate(timeout=60)  # the output ends with the last process that holds it
    assert begun
