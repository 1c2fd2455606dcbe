"""The distribution is whole: what a user installs builds a site with nothing of the repository at hand."""

from __future__ import annotations

import email
import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import support
from milemark import __version__
from support import must, tool
from walkthrough import Step, is_as_shown, steps_of, walk

pytestmark = pytest.mark.slow

# Where the wheel keeps each part of the tree.
PARTS = {
    "generator/milemark": "milemark",
    "templates": "milemark/templates",
    "content": "milemark/examples/career/content",
    "mkdocs.yml": "milemark/examples/career/mkdocs.yml",
}
LEFT_OUT = {"__pycache__", ".DS_Store"}


def run(*command: str | Path, cwd: Path) -> str:
    """Run a program as a user would, outside the repository, and return what it said."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "COV_", "COVERAGE_", "VIRTUAL_ENV"))
    }
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout}"
    return done.stdout


def tree_files(root: Path) -> set[str]:
    """Return the tree's files under the names the wheel should give them."""
    found = set()
    for source, target in PARTS.items():
        start = root / source
        files = [start] if start.is_file() else [file for file in start.rglob("*") if file.is_file()]
        for file in files:
            if not LEFT_OUT & {*file.parts}:
                inner = file.relative_to(start).as_posix()
                found.add(target if file == start else f"{target}/{inner}")
    return found


def wheel_files(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


@pytest.fixture(scope="module")
def distributions(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an sdist and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, root, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Path:
    (found,) = distributions.glob("*.whl")
    return found


def test_wheel_carries_every_file_and_no_other(root: Path, wheel: Path) -> None:
    assert wheel_files(wheel) == tree_files(root)


def test_wheel_is_the_same_without_the_detour_by_an_sdist(root: Path, wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, root, cwd=tmp_path)
    (direct,) = tmp_path.glob("*.whl")
    assert wheel_files(direct) == wheel_files(wheel)


def test_sdist_carries_the_tests_and_what_they_need(distributions: Path) -> None:
    (sdist,) = distributions.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[-1] for name in archive.getnames()}
    expected = {"LICENSE", "README.md", "constraints.txt", "pyproject.toml", "tests/conftest.py"}
    assert expected <= names


def test_the_metadata_is_whole_and_names_no_address_that_pyproject_does_not(root: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
        found = email.message_from_bytes(archive.read(name))
        (entries,) = (each for each in archive.namelist() if each.endswith("entry_points.txt"))
        assert archive.read(entries).decode().split() == ["[console_scripts]", "milemark", "=", "milemark.app.cli:main"]
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    assert (found["Name"], found["Version"], found["Requires-Python"]) == ("milemark", __version__, ">=3.11")
    assert found["Version"] == project["version"]
    assert (found["License-Expression"], found["License-File"]) == ("MIT", "LICENSE")
    urls = {f"{label}, {url}" for label, url in project["urls"].items()}
    assert set(found.get_all("Project-URL") or ()) == urls


def test_the_index_would_take_both_files(distributions: Path) -> None:
    must(tool("twine"), "check", "--strict", *distributions.iterdir(), cwd=distributions)


def test_installed_wheel_builds_the_example(root: Path, wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    scripts = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    pins = root / "constraints.txt"
    run(
        *(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--constraint", pins, f"{wheel}[mkdocs]"),
        cwd=tmp_path,
    )
    place = run(python, "-c", "import milemark; print(milemark.__file__)", cwd=tmp_path)
    assert Path(place.strip()).is_relative_to(tmp_path / "venv")

    roadmap = tmp_path / "roadmap"
    roadmap.mkdir()
    run(scripts / "milemark", "init", "--example", "career", cwd=roadmap)
    run(scripts / "milemark", "build", "--strict", cwd=roadmap)
    assert (roadmap / "site" / "index.html").is_file()
    assert mentions(roadmap, str(root)) == []


@pytest.mark.parametrize("source", ["clone", "wheel", *(f"python3.{minor}" for minor in range(11, 15))])
def test_the_tutorial_works_word_by_word_in_an_empty_environment(
    source: str, root: Path, wheel: Path, tmp_path: Path
) -> None:
    if source == "clone":
        must("git", "clone", "--quiet", root, "milemark", cwd=tmp_path)
    (tmp_path / "bin").mkdir()
    if source.startswith("python"):
        found = support.run(tool(source), "-c", "import sys; print(sys.executable)", cwd=tmp_path)
        if found.returncode:  # a shim of pyenv, for example
            pytest.skip(f"{source} does not run")
        (tmp_path / "bin/python3").write_text(f'#!/bin/sh\nexec "{found.stdout.strip()}" "$@"\n', "utf-8")
        (tmp_path / "bin/python3").chmod(0o755)
    text = (root / "docs/tutorial.md").read_text("utf-8")
    text = text if source == "clone" else text.replace("'./milemark[mkdocs]'", f"'{wheel}[mkdocs]'")
    steps = [*steps_of(text, frozenset({"sh"})), Step("python --version"), Step("command -v milemark")]
    path = os.pathsep.join([str(tmp_path / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    printed = walk(steps, tmp_path, PATH=path, PIP_CONSTRAINT=str(root / "constraints.txt"))
    assert printed[-1].strip() == str(tmp_path / "tools/bin/milemark"), printed[0]
    assert not source.startswith("python") or source.title().replace("Python", "Python ") in printed[-2]
    compared = ((step, text) for step, text in zip(steps, printed, strict=True) if step.is_compared)
    assert [f"$ {step.command}\n{text}" for step, text in compared if not is_as_shown(text, step.expected)] == []


def mentions(folder: Path, text: str) -> list[Path]:
    """Return the files that name the repository, which nothing here may know."""
    needle = text.encode()
    return [file for file in folder.rglob("*") if file.is_file() and needle in file.read_bytes()]
