"""A new project that builds at once: `milemark init`."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

from milemark.problem import ProblemError

_BESIDE_PACKAGE = Path(__file__).parent.parent.parent
_GITIGNORE = "build/\nsite/\n.milemark/\n"


class StarterError(ProblemError):
    """The project cannot be started here; the message says why."""


def start(folder: Path, example: str | None) -> list[Path]:
    """Write a starter project into a folder, and return what was written. Nothing that exists is touched."""
    source, config = _sources(example)
    taken = [path for path in (folder / "content", folder / "mkdocs.yml") if path.exists()]
    if taken:
        raise StarterError(f"{taken[0]} already exists: run this in an empty folder, or name a new one")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(source, folder / "content")
    shutil.copyfile(config, folder / "mkdocs.yml")
    written = [folder / "content", folder / "mkdocs.yml"]
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text(_GITIGNORE, "utf-8")
        written.append(ignore)
    return written


def _sources(example: str | None) -> tuple[Path, Path]:
    """Return the folder of the content and the file mkdocs.yml of an example, or of the plain starter."""
    package = Path(str(resources.files("milemark")))
    if example is None:
        return package / "starter" / "content", package / "starter" / "mkdocs.yml"
    packaged = package / "examples" / example
    root = packaged if packaged.is_dir() else _BESIDE_PACKAGE
    return root / "content", root / "mkdocs.yml"
