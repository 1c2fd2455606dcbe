"""Run a module until it ends or the parent process does: `python -m milemark.publish.supervisor mkdocs serve`.

The parent holds a pipe to stdin open. It closes in any case, even if the parent is killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

from milemark.publish.publishers import MADE_FOR_ONE_RUN

_PATIENCE = 5  # seconds that the module gets to clean up


def main(*command: str) -> int:
    """Run a module in this process group; return its exit code. Removes the configuration that was made for it."""
    process = subprocess.Popen([sys.executable, "-m", *command], stdin=subprocess.DEVNULL)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: None)  # the module gets them too, and ends
    Thread(target=_end_with_parent, daemon=True).start()
    try:
        return process.wait()
    finally:
        for path in (Path(part) for part in command if Path(part).name.startswith(MADE_FOR_ONE_RUN)):
            path.unlink(missing_ok=True)


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    for number in (signal.SIGINT, signal.SIGKILL):
        os.killpg(0, number)
        Event().wait(_PATIENCE)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
