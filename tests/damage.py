"""What may happen to a file in a cache folder between two runs. Each function gets its path."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def replaced(data: bytes) -> Callable[[Path], None]:
    def run(place: Path) -> None:
        place.write_bytes(data)

    return run


def folder_in_its_place(place: Path) -> None:
    place.unlink()
    place.mkdir()
    (place / "mine.txt").write_text("mine")


def symlink_in_its_place(place: Path) -> None:
    target = place.with_name("elsewhere")
    place.rename(target)
    place.symlink_to(target)


def dangling_symlink_in_its_place(place: Path) -> None:
    place.unlink()
    place.symlink_to(place.with_name("nowhere"))


def fifo_in_its_place(place: Path) -> None:
    place.unlink()
    os.mkfifo(place)
