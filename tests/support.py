"""Helpers that many tests share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet
from click.testing import CliRunner, Result

from milemark.app.cli import group
from milemark.roadmap.load import Loaded, load

ROOT = Path(__file__).parents[1]
DAY = date(2025, 1, 12)
BIN = Path(sys.executable).parent
# The actions that workflows may use: each commit with its version.
ACTIONS = {
    "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1": "v7.0.1",
    "actions/setup-python@a309ff8b426b58ec0e2a45f0f869d46889d02405": "v6.2.0",
    "actions/upload-pages-artifact@fc324d3547104276b827a68afc52ff2a11cc49c9": "v5.0.0",
    "actions/deploy-pages@cd2ce8fcbc39b97be8ca5fce6e763baed58fa128": "v5.0.0",
}
# Those that only the release uses.
RELEASE_ACTIONS = {
    "actions/attest-build-provenance@0f67c3f4856b2e3261c31976d6725780e5e4c373": "v4.1.1",
    "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c": "v8.0.1",
    "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a": "v7.0.1",
    "pypa/gh-action-pypi-publish@dc37677b2e1c63e2034f94d8a5b11f265b73ba33": "v1.14.2",
}


@contextmanager
def cpu_within(seconds: float) -> Iterator[None]:
    """Fail if the block takes more seconds of CPU: the limit is far above linear time, and far below quadratic.

    A tracer, such as that of coverage, slows each line down, so time says nothing then.
    """
    started = time.process_time()
    yield
    if sys.gettrace() is None:
        assert time.process_time() - started < seconds


def sampled(cases: Collection[Any], every: int) -> list[ParameterSet]:
    """Return the cases of a test that takes long for each: all but one in `every` run with the slow tests."""
    marks = [() if number % every == 0 else (pytest.mark.slow,) for number, _case in enumerate(cases)]
    values = (case if isinstance(case, tuple) else (case,) for case in cases)
    return [pytest.param(*value, marks=mark) for value, mark in zip(values, marks, strict=True)]


def tool(name: str) -> str:
    found = shutil.which(name, path=f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def run(*command: str | Path, cwd: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **variables}
    arguments = [str(part) for part in command]
    return subprocess.run(arguments, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def must(*command: str | Path, cwd: Path = ROOT, **variables: str) -> str:
    done = run(*command, cwd=cwd, **variables)
    assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files by their paths below a folder; return the folder."""
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data.encode() if isinstance(data, str) else data)
    return folder


def write_content(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write the files of a project's content/; return the project's folder."""
    write_files(folder / "content", files)
    return folder


def in_content(path: str) -> str:
    """Return the path of a file of content/, seen from the project's root."""
    return f"content/{path}"


def load_texts(files: Mapping[str, str], day: date = DAY) -> Loaded:
    """Load a roadmap from texts by their paths below content/."""
    return load({path: text.encode() for path, text in files.items()}, day)


def cli(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> Result:
    """Run a command of milemark in a project."""
    return CliRunner(env=env).invoke(group, ["-C", str(folder), *arguments])
