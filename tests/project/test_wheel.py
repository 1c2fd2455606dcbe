"""The distribution is whole: what a user installs builds a site with nothing of the repository at hand."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

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


def mentions(folder: Path, text: str) -> list[Path]:
    """Return the files that name the repository, which nothing here may know."""
    needle = text.encode()
    return [file for file in folder.rglob("*") if file.is_file() and needle in file.read_bytes()]
