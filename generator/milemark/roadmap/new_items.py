"""The file of a new item: its path by the title, and its fields in the order that its collection declares."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Collection as Names
from collections.abc import Iterator

from milemark.foundation.errors import UserError
from milemark.foundation.identifiers import composed
from milemark.foundation.suggestions import nearest
from milemark.markdown.scalar_styles import scalar_text
from milemark.roadmap.model import Roadmap
from milemark.roadmap.settings import Collection, Field, Role, Settings, Stage

_NO_WORD = re.compile(r"[\W_]+")
_LONGEST = 180  # bytes: file systems allow 255, and sync programs add to a name


def collection_named(settings: Settings, name: str) -> Collection:
    """Return a collection by its name. Raises UserError; its message suggests the nearest."""
    if found := settings.collections.get(name.strip("/")):
        return found
    near = nearest(name, tuple(settings.collections))
    known = f'did you mean "{near}"?' if near else f"the collections are: {', '.join(settings.collections) or 'none'}"
    raise UserError(f'there is no collection "{name}": {known}')


def folder_of_new(roadmap: Roadmap, collection: Collection) -> str:
    """Return the folder for a new item of a collection. Raises UserError if its items are headings."""
    if collection.level:
        raise UserError(f'the items of "{collection.name}" are headings: write a new one into their file')
    if folder := next(iter(collection.folders), ""):
        return folder if folder != "." else collection.name
    used = Counter(posixpath.dirname(item.path) for item in roadmap.items if item.collection.name == collection.name)
    return used.most_common(1)[0][0] if used else collection.name


def file_name(title: str) -> str:
    """Return the name of a file for a title, without its ending: `real-api` for `Real API!`. Raises UserError."""
    words = _NO_WORD.sub("-", composed(title).lower()).strip("-")
    name = words.encode()[:_LONGEST].decode("utf-8", "ignore").strip("-")
    if not name:
        raise UserError(f'no file can be named after "{title}": name it with --id')
    return name


def item_text(settings: Settings, collection: Collection, title: str, given: Names[str] = ()) -> str:
    """Return the text of a new item: its title, its first status, and the required fields that are not `given`."""
    fields = {"title": Field("title"), **collection.fields}
    given = {collection.core_name(name) for name in given}
    lines = [
        line for name, field in fields.items() for line in _line(settings, collection, field, title, name in given)
    ]
    if "status" not in fields and "status" not in given:
        lines += _status(settings, collection)
    lines += _marks(collection)
    return "\n".join(["---", *lines, "---", ""])


def _marks(collection: Collection) -> Iterator[str]:
    """Yield the line by which a collection without a folder recognises its items: a tag, or a field with a value."""
    match = collection.match
    if match is None or match.folders:
        return
    if match.tags:
        yield f"{collection.own_name('tags')}: [{scalar_text(match.tags[0])}]"
    elif marked := next(((name, value) for name, value in match.fields if value), None):
        yield f"{marked[0]}: {scalar_text(marked[1])}"


def _line(settings: Settings, collection: Collection, field: Field, title: str, is_given: bool) -> Iterator[str]:  # noqa: FBT001
    if field.name == "title":
        yield f"{collection.own_name('title')}: {scalar_text(title)}"
    elif field.name == "status" and not is_given:
        yield from _status(settings, collection)
    elif field.required and not is_given and not field.default:
        yield f"{collection.own_name(field.name)}: # {', '.join(field.choices) or field.type}"


def _status(settings: Settings, collection: Collection) -> list[str]:
    """Return the line with the first status that means planned, for planned work."""
    words = [word for word, stage in settings.statuses.items() if stage is Stage.PLANNED]
    return (
        [f"{collection.own_name('status')}: {scalar_text(words[0])}"] if words and collection.role is Role.ITEM else []
    )
