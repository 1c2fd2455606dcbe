"""The icons of the installed theme, by the names that Material gives them: `:material-git:` is `material-git`."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

_PACKAGES = ("material", "zensical")  # that hold the theme


@cache
def icon(name: str) -> str | None:
    """Return an icon as SVG, or None if the theme has none of that name."""
    set_name, _dash, rest = name.partition("-")
    for folder in _folders():
        found = folder / set_name / f"{rest}.svg"
        if found.parent.parent == folder and found.is_file():
            return found.read_text("utf-8")
        for place in (folder / set_name).glob("*/"):  # fontawesome-brands-github is fontawesome/brands/github.svg
            nested = place / f"{rest.removeprefix(f'{place.name}-')}.svg"
            if rest.startswith(f"{place.name}-") and nested.is_file():
                return nested.read_text("utf-8")
    return None


@cache
def emoji(name: str) -> str | None:
    """Return the emoji that GitHub shows for a name, such as `smile`, from the list that comes with the theme."""
    if not find_spec("pymdownx"):
        return None
    from pymdownx import gemoji_db  # most sites have none

    key = f":{name}:"
    found = gemoji_db.emoji.get(gemoji_db.aliases.get(key, key), {})
    codes = found.get("unicode_alt", found.get("unicode", ""))
    return "".join(chr(int(code, 16)) for code in codes.split("-")) if codes else None


@cache
def _folders() -> tuple[Path, ...]:
    specs = map(find_spec, _PACKAGES)
    folders = (Path(spec.origin).parent / "templates/.icons" for spec in specs if spec and spec.origin)
    return tuple(folder for folder in folders if folder.is_dir())
