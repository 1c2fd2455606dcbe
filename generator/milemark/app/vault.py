"""The settings of an Obsidian vault that `milemark init` reads: folders whose notes are no part of a roadmap."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

_SETTINGS = ".obsidian"
# The files with the names of these folders, and the path of the name in each.
_FOLDERS = (
    ("templates.json", ("folder",)),
    ("daily-notes.json", ("folder",)),
    ("plugins/templater-obsidian/data.json", ("templates_folder",)),
    ("plugins/periodic-notes/data.json", ("daily", "folder")),
)


def is_vault(folder: Path) -> bool:
    """Whether Obsidian has opened a folder as a vault."""
    return (folder / _SETTINGS).is_dir()


def vault_of(folder: Path) -> Path | None:
    """Return the vault of Obsidian that is a folder or holds it, also through a link to a folder in a vault."""
    places = [each for place in (folder, folder.resolve()) for each in (place, *place.parents)]
    return next(filter(is_vault, places), None)


def left_out_folders(folder: Path) -> tuple[str, ...]:
    """Return the folders of templates and daily notes that the settings of a vault name, as patterns: `/Templates/`.

    They are those in a folder that is the vault or a part of it.
    """
    vault = vault_of(folder)
    if vault is None:
        return ()
    place = folder if folder.is_relative_to(vault) else folder.resolve()
    above = "" if place == vault else f"/{place.relative_to(vault).as_posix()}"
    found = (each.removeprefix(above) for each in _left_out(vault / _SETTINGS) if each.startswith(f"{above}/"))
    return tuple(dict.fromkeys(each for each in found if each != "/"))


def _left_out(settings: Path) -> Iterator[str]:
    for name, keys in _FOLDERS:
        try:
            value = json.loads((settings / name).read_bytes())
            for key in keys:
                value = value[key]
        except (OSError, ValueError, KeyError, TypeError):  # no such plugin, or its settings have changed
            continue
        if isinstance(value, str) and value.strip("/ "):
            yield f"/{value.strip('/ ')}/"
