"""Read `match`, `names` and `like` of roadmap.yml: how items are recognised, and the user's names for fields."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from milemark.foundation.i18n import _
from milemark.foundation.identifiers import composed
from milemark.markdown.document import Mapping as Written
from milemark.markdown.document import Node, Scalar, Sequence
from milemark.roadmap.presets import PRESETS, Preset
from milemark.roadmap.schema import CORE_FIELDS
from milemark.roadmap.settings import ASSIGNEE, Collection, Match, Role

_MATCH = ("folder", "tag", "field")
PERSON_NAMES = {"cover": "photo"}  # of the fields of people
NO_PRESET = Preset()


class Reports(NamedTuple):
    """Takes the findings about settings: about a wrong value, and about an unknown word."""

    bad: Callable[..., None]
    unknown: Callable[..., None]


def entries_of(node: Node | None) -> tuple[Node, ...]:
    """Return the entries of a list, or the one value that stands for it."""
    return tuple(node.items) if isinstance(node, Sequence) else (node,) if node else ()


def preset_of(node: Written, reports: Reports) -> Preset:
    """Return the preset that `like` names, or an empty one."""
    written = node.get("like")
    if isinstance(written, Scalar) and written.text in PRESETS:
        return PRESETS[written.text]
    if written is not None and not (isinstance(written, Scalar) and written.is_empty):
        reports.bad(written, _("the name of a tool"), known=tuple(PRESETS))
    return NO_PRESET


def completed(collections: Mapping[str, Collection], declared: Iterable[Node]) -> Mapping[str, Collection]:
    """Return collections with the private ones of their tools beside them; where there are people, they know them."""
    beside = {name: each for node in declared for name, each in _private_beside(node).items()}
    has_people = any(each.role is Role.PERSON for each in collections.values())
    every = {**beside, **collections}
    return {name: _with_people(each) for name, each in every.items()} if has_people else every


def _private_beside(node: Node) -> Mapping[str, Collection]:
    """Return the private collections of the tool whose items a collection has."""
    written = node.get("like") if isinstance(node, Written) and not node.get("match") else None
    return PRESETS[written.text].private if isinstance(written, Scalar) and written.text in PRESETS else {}


def names_of(node: Written, reports: Reports) -> Mapping[str, str]:
    """Return the user's name of each field that `names` renames, by milemark's name."""
    written = node.get("names")
    found: dict[str, str] = {}
    for key, value in _pairs(written, reports, example="names: {due: deadline}"):
        if key.text not in CORE_FIELDS:
            reports.unknown(key, tuple(CORE_FIELDS), _("field"))
        elif not isinstance(value, Scalar) or value.is_empty or value.text in found.values():
            reports.bad(value, _("the name of a field, once"), example=f"{key.text}: deadline")
        elif value.text != key.text:
            found[key.text] = value.text
    return found


def match_of(node: Written, reports: Reports) -> Match | None:
    """Return how the items of a collection are recognised, or None if they are those of its folder."""
    written = node.get("match")
    if written is None:
        return None
    parts: dict[str, Node] = {}
    for key, value in _pairs(written, reports, example="match: {folder: tasks}"):
        if key.text in _MATCH:
            parts[key.text] = value
        else:
            reports.unknown(key, _MATCH)
    return Match(
        tuple(filter(None, (_folder(each, reports) for each in _each(parts.get("folder"), reports)))),
        tuple(each.text.lstrip("#") for each in _each(parts.get("tag"), reports)),
        tuple(_fields(parts.get("field"), reports)),
    )


def _folder(written: Scalar, reports: Reports) -> str:
    path = posixpath.normpath(composed(written.text.strip("/")))
    if path.startswith("..") or "\\" in path:
        reports.bad(written, _("a folder below the folder of the files"), example="archive/tasks")
        return ""
    return path


def _fields(node: Node | None, reports: Reports) -> Iterator[tuple[str, str]]:
    """Yield names of fields with their values; an empty value stands for any."""
    if isinstance(node, Written):
        for key, value in node.entries:
            is_any = isinstance(value, Scalar) and value.is_empty
            yield from [(key.text, "")] if is_any else ((key.text, each.text.strip()) for each in _each(value, reports))
        return
    yield from ((each.text, "") for each in _each(node, reports))


def _each(node: Node | None, reports: Reports) -> Iterator[Scalar]:
    for each in node.items if isinstance(node, Sequence) else (node,) if node else ():
        if isinstance(each, Scalar) and not each.is_empty:
            yield each
        else:
            reports.bad(each, _("a text, or a list of texts"), example="[tasks, archive/tasks]")


def _pairs(node: Node | None, reports: Reports, *, example: str) -> tuple[tuple[Scalar, Node], ...]:
    if isinstance(node, Written):
        return node.entries
    if node is not None and not (isinstance(node, Scalar) and node.is_empty):
        reports.bad(node, _("a list of `name: value` lines"), example=example)
    return ()


def _with_people(collection: Collection) -> Collection:
    """Return a collection whose `assignee` names people, also if it declares the field without a type of its own."""
    field = collection.fields.get(ASSIGNEE)
    is_open = field is not None and field.type == "array" and not field.choices
    own = {ASSIGNEE: replace(field, item_type="reference")} if field is not None and is_open else {}
    return replace(collection, has_people=True, fields={**collection.fields, **own})
