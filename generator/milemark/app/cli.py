"""The command line. Data goes to stdout, messages to stderr; exit code 1 means findings, 2 wrong use or environment."""

from __future__ import annotations

import sys

from milemark.app.command import group

__all__ = ("group", "main")


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    group(prog_name="milemark")
