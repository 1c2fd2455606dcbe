"""The files for who edits in VS Code without the language server: snippets, and JSON Schemas of the front matter.

VS Code checks front matter by no schema of its own; remark does, in the editor and on the command line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from milemark.app.file_writes import FileWrite
from milemark.foundation.content_folder import ContentFolder
from milemark.foundation.disk import bytes_if_there
from milemark.foundation.escaping import json_text
from milemark.markdown.scalar_styles import scalar_text
from milemark.output.export.json_schema import json_schema
from milemark.roadmap.settings import Collection, Field, Role, Settings

_FOLDER = Path(".vscode")
_SNIPPETS = _FOLDER / "milemark.code-snippets"
_SETTINGS = _FOLDER / "settings.json"
_REMARK = Path(".remarkrc.json")
_PROSE = {"[markdown]": {"editor.quickSuggestions": {"other": "on"}, "editor.snippetSuggestions": "top"}}
_IN_PLACE, _IN_CHOICE = re.compile(r"[\\$}]"), re.compile(r"[\\,|]")


def editor_files(folder: ContentFolder, settings: Settings) -> tuple[list[FileWrite], dict[Path, str]]:
    """Return the files to write, and those of the user that stay as they are, with the text that they may lack.

    The snippets and the schemas are milemark's own and follow roadmap.yml.
    """
    found = list(settings.collections.values())
    own = {_SNIPPETS: _snippets(settings, found), **{_schema_path(each): _schema(settings, each) for each in found}}
    shared = {_SETTINGS: json_text(_PROSE, 2), _REMARK: json_text(_remark(folder, found), 2)}
    kept = {path: text for path, text in shared.items() if _is_other(folder.root, path, text)}
    new = {path: text for path, text in {**own, **shared}.items() if path not in kept}
    places = {folder.root / path: f"{text}\n".encode() for path, text in new.items()}
    writes = [FileWrite(place, bytes_if_there(place), data) for place, data in places.items()]
    lacking = {path: text for path, text in kept.items() if not _has(folder.root / path, text)}
    return [each for each in writes if each.before != each.after], lacking


def _is_other(root: Path, path: Path, text: str) -> bool:
    """Whether the user has such a file with another text; remark also reads `.remarkrc.mjs` and the like."""
    others = [*root.glob(".remarkrc*")] if path == _REMARK else [root / path]
    return any(
        each.exists() and (each != root / path or bytes_if_there(each) != f"{text}\n".encode()) for each in others
    )


def _has(path: Path, text: str) -> bool:
    """Whether a file of JSON holds the entries of another; one with comments is not read."""
    try:
        found = json.loads(bytes_if_there(path) or b"")
    except ValueError:
        return False
    return isinstance(found, dict) and all(found.get(name) == each for name, each in json.loads(text).items())


def _schema_path(collection: Collection) -> Path:
    return _FOLDER / "milemark" / f"{collection.name.replace('/', '-')}.schema.json"


def _schema(settings: Settings, collection: Collection) -> str:
    """Return a schema without its dialect: the one of remark knows no other than its own."""
    return json_text({name: each for name, each in json_schema(settings, collection).items() if name != "$schema"}, 2)


def _remark(folder: ContentFolder, collections: list[Collection]) -> dict[str, Any]:
    """Return the settings of remark: the schema of each collection that is a folder."""
    schemas = {
        f"./{_schema_path(each).as_posix()}": [f"./{folder.shown(f'{each.name}/**/*.md')}"]
        for each in collections
        if each.match is None and not each.level
    }
    return {"plugins": ["remark-frontmatter", ["remark-lint-frontmatter-schema", {"schemas": schemas}]]}


def _snippets(settings: Settings, collections: list[Collection]) -> str:
    found = {
        each.label: {
            "scope": "markdown",
            "prefix": each.name,
            "body": ["---", *_lines(settings, each), "---", "", "$0"],
        }
        for each in collections
    }
    return json_text(found, 2)


def _lines(settings: Settings, collection: Collection) -> Iterator[str]:
    """Yield the front matter of a new item with places to fill: its title, its status, and the required fields."""
    yield f"{collection.own_name('title')}: ${{1:$TM_FILENAME_BASE}}"
    fields = [each for each in collection.fields.values() if each.required and each.name not in {"title", "status"}]
    if collection.role is Role.ITEM:
        fields = [Field("status", choices=tuple(settings.statuses)), *fields]
    for number, each in enumerate(fields, 2):
        yield f"{collection.own_name(each.name)}: {_place(number, each)}"


def _place(number: int, field: Field) -> str:
    words = [scalar_text(each) for each in field.choices]
    if words:
        return f"${{{number}|{','.join(_IN_CHOICE.sub(_escaped, each) for each in words)}|}}"
    return f"${{{number}:{_IN_PLACE.sub(_escaped, field.label or field.type)}}}"


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[0]}"
