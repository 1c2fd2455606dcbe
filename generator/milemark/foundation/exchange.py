"""Swapping two files or folders in one step, where the system can."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_CURRENT_FOLDER, _SWAP = -100, 2  # AT_FDCWD, RENAME_EXCHANGE (Linux) and RENAME_SWAP (macOS)


def exchange(one: Path, other: Path) -> bool:
    """Swap two files or folders in one step; return False if the system cannot."""
    paths = os.fsencode(one), os.fsencode(other)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return bool(library.renamex_np(*paths, _SWAP) == 0)
        return bool(library.renameat2(_CURRENT_FOLDER, paths[0], _CURRENT_FOLDER, paths[1], _SWAP) == 0)
    except (OSError, AttributeError, TypeError):  # this system has no such function
        return False
