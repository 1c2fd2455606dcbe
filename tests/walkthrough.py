"""Go through a page as a reader does: write its files, run its commands, compare what they print."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from support import BIN

_BLOCK = re.compile(r'^(`{3,})(\w+)(?: title="([^"]+)")?\n(.*?)^\1$', re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
_MARK = "\x1e"
_SOMETHING = "…"  # a line of it stands for any lines
DAY = "1736640000"  # 2025-01-12
ENVIRONMENT: Mapping[str, str] = {
    **{f"GIT_{who}_{what}": "reader@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    **{f"GIT_{who}_DATE": "2025-01-12T12:00:00Z" for who in ("AUTHOR", "COMMITTER")},
    **dict.fromkeys(("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"), os.devnull),
    "LANG": "C.UTF-8",
    "LC_ALL": "",
    "SOURCE_DATE_EPOCH": DAY,
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A file to write, or a command with its output."""

    command: str
    path: str = ""
    expected: str = ""
    is_compared: bool = False


def steps_of(text: str, languages: frozenset[str] = frozenset({"console"})) -> Iterator[Step]:
    """Yield the steps of a page. The commands in blocks of `sh` are steps only if the languages have it."""
    for _fence, language, path, body in _BLOCK.findall(text):
        if path:
            yield Step(body, path)
        elif language == "console":
            yield from (Step(command, "", expected, is_compared=True) for command, expected in _COMMAND.findall(body))
        elif language in languages:
            yield Step(body)


def walk(steps: list[Step], folder: Path, **variables: str) -> list[str]:
    """Run steps in one shell, so that `cd` and variables last, and return what each prints."""
    parts = [f"printf '{_MARK}'\n{_script(step)}" for step in steps]
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **ENVIRONMENT, **variables}
    done = subprocess.run(
        ["bash"],
        cwd=folder,
        env={**environment, "HOME": str(folder), "XDG_CACHE_HOME": str(folder / ".cache")},
        input="\n".join(parts),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return done.stdout.split(_MARK)[1:]


def _script(step: Step) -> str:
    if not step.path:
        return f"{{ {step.command}\n}} </dev/null"
    end = "END OF FILE"
    return f"mkdir -p \"$(dirname '{step.path}')\" && cat > '{step.path}' <<'{end}'\n{step.command}{end}"


def is_as_shown(printed: str, expected: str) -> bool:
    """Whether an output is the one that a page shows."""
    lines = (".*?" if line == _SOMETHING else re.escape(line) + r"\n" for line in expected.splitlines())
    return re.fullmatch("".join(lines), printed, re.DOTALL) is not None
