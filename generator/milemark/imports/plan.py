"""The files of an import: which ones are new, may be updated, or were edited since the last import."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from milemark.foundation.cache import digest
from milemark.foundation.dates import parse_date
from milemark.foundation.escaping import yaml_text
from milemark.foundation.identifiers import key_of
from milemark.imports.imported import Imported, Value
from milemark.markdown.rendering.headings import name_of
from milemark.roadmap.schema import CORE_FIELDS

_MARK = re.compile(r"^# imported ([0-9a-f]{16}):.*\n", re.MULTILINE)
_COMMENT = "# imported {}: `milemark import` updates this file until it is edited\n"
_DAY = re.compile(r"[\dQW-]+")
_LONGEST = 60  # characters of a name
_RESERVED = frozenset({"index", "readme"})


class Effect(StrEnum):
    """The effect of an import on one file."""

    NEW = "new"
    UPDATED = "updated"
    SAME = "unchanged"
    EDITED = "edited since, kept"
    CONFLICT = "edited since, and changed at its source: kept"


class PlannedItem(NamedTuple):
    """One file of an import: its path below content/, and its text, which is written if it is new or updated."""

    path: str
    kind: Effect
    text: str

    @property
    def is_written(self) -> bool:
        """Whether the import writes the file."""
        return self.kind in {Effect.NEW, Effect.UPDATED}


class Known(NamedTuple):
    """A file of an earlier import: its path, the id of its item, and its text."""

    path: str
    id: str
    text: str


def plan(
    items: Iterable[Imported], known: Mapping[str, Known], names: Iterable[str], folder: str
) -> Sequence[PlannedItem]:
    """Return the changes of an import into a folder below content/. Edited files stay as they are.

    `known` are the files of earlier imports by their sources, `names` the names that other items have.
    """
    found = _once(items)
    ids = {source: each.id for source, each in known.items()}
    taken = {key_of(each) for each in (*names, *ids.values())}
    for each in found:
        if each.source not in ids:
            ids[each.source] = _free(each.name, taken)
    return [_change(each, known.get(each.source), ids, folder) for each in found]


def _once(items: Iterable[Imported]) -> list[Imported]:
    return [*{each.source: each for each in items}.values()]


def _free(name: str, taken: set[str]) -> str:
    stem = name_of(name)[:_LONGEST].rstrip("-_ ") or "item"
    stem = f"{stem}-item" if key_of(stem) in _RESERVED else stem
    found, number = stem, 1
    while key_of(found) in taken:
        number += 1
        found = f"{stem}-{number}"
    taken.add(key_of(found))
    return found


def _change(item: Imported, known: Known | None, ids: Mapping[str, str], folder: str) -> PlannedItem:
    path = known.path if known else "/".join(filter(None, (item.folder or folder, f"{ids[item.source]}.md")))
    bare = item_text(item, ids)
    text = _marked(bare)
    if known is None:
        return PlannedItem(path, Effect.NEW, text)
    mark = _MARK.search(known.text)
    current = _digest(_MARK.sub("", known.text, count=1))
    if mark is None or current != mark[1]:
        is_same = mark is not None and mark[1] == _digest(bare)
        return PlannedItem(path, Effect.EDITED if is_same else Effect.CONFLICT, text)
    return PlannedItem(path, Effect.SAME if current == _digest(bare) else Effect.UPDATED, text)


def _digest(text: str) -> str:
    return digest(text.replace("\r\n", "\n"), size=8)


def _marked(text: str) -> str:
    """Return the text of a file with the comment by which a later import knows whether it was edited."""
    head, end, body = text.partition("\n---\n")
    return f"{head}\n{_COMMENT.format(_digest(text))}---\n{body}" if end else text


def item_text(item: Imported, ids: Mapping[str, str]) -> str:
    """Return the text of an item's file, without the comment of an import."""
    references = {
        name: tuple(ids[each] for each in sources if each in ids) for name, sources in item.references.items()
    }
    fields: dict[str, Value] = {**item.fields}
    for name, found in references.items():
        if found:
            fields[name] = found if CORE_FIELDS[name].type == "array" else found[0]
    return file_text({**fields, "source": item.source} if item.source else fields, item.body)


def file_text(fields: Mapping[str, Value], body: str) -> str:
    """Return front matter with a body. Whatever the texts are, they stay values of their fields."""
    lines = [f"{yaml_text(name)}: {_yaml(value)}".rstrip() + "\n" for name, value in fields.items()]
    body = body.replace("\r\n", "\n").strip("\n")
    return f"---\n{''.join(lines)}---\n" + (f"\n{body}\n" if body else "")


def _yaml(value: Value) -> str:
    return _scalar(value) if isinstance(value, str) else f"[{', '.join(map(_scalar, filter(None, value)))}]"


def _scalar(text: str) -> str:
    return text if not text or (parse_date(text) and _DAY.fullmatch(text)) else yaml_text(text)
