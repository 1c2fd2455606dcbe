"""Print the notes of a tag from CHANGELOG.md: python documentation/release_notes.py v1.2.0."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def notes_of(tag: str, changelog: str, version: str) -> str:
    """Return the section of a tag. Raises ValueError if it is not the version's, or if there is none."""
    if tag != f"v{version}":
        raise ValueError(f"the tag is {tag}, and pyproject.toml has the version {version}: name the tag v{version}")
    section = re.search(rf"^## \[{re.escape(version)}\][^\n]*\n(.*?)(?=^## |\Z)", changelog, re.DOTALL | re.MULTILINE)
    if section is None or not section[1].strip():
        raise ValueError(f"CHANGELOG.md has no section [{version}]: rename [Unreleased], and begin a new one")
    return section[1].strip() + "\n"


def main() -> None:
    """Print the notes, or the reason why there are none."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    try:
        sys.stdout.write(notes_of(sys.argv[1], (ROOT / "CHANGELOG.md").read_text("utf-8"), version))
    except ValueError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
