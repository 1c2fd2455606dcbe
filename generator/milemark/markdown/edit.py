"""Edit the bytes of a Markdown file: outside the spans of an edit no byte changes, and each edit is proved.

An edit is computed as splices from one parse of the bytes. The result is parsed again: its values must differ from the
old ones by the edit alone, and its bytes by the splices alone. Otherwise the edit is refused with its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from milemark.foundation.diagnostics import Span
from milemark.markdown import document as tree
from milemark.markdown.byte_tree import ByteNode, Source, read_source
from milemark.markdown.document import Document, Node
from milemark.markdown.edits import (
    AddEntry,
    EditRefusedError,
    FieldEdit,
    Path,
    RemoveField,
    SetField,
    Splices,
    TakeEntry,
    place_of,
    with_list,
)
from milemark.markdown.task_edits import SetMark, mark_splices, task_at
from milemark.markdown.yaml_edits import field_splices

__all__ = ["AddEntry", "Edit", "EditRefusedError", "RemoveField", "SetField", "SetMark", "TakeEntry", "edit_bytes"]

Edit = FieldEdit | SetMark
_Value = Any  # None, a text, a list of values, or a tuple of pairs of a key and a value
_GONE = object()
_UNPROVED = "it would change more than this value: edit it by hand"


def edit_bytes(path: str, data: bytes, edits: Iterable[Edit], marks: str = "") -> bytes:
    """Return the bytes of a file with edits, one after the other. Raises EditRefusedError.

    `edit_bytes("a.md", data, [SetField(("status",), "done")])` returns `data` itself if the status is done already.
    `marks` are the letters that mark a task besides x.
    """
    for edit in edits:
        data = _edited(path, data, edit, marks)
    return data


def _edited(path: str, data: bytes, edit: Edit, marks: str) -> bytes:
    source = read_source(path, data, marks)
    if source.document.is_broken:
        raise EditRefusedError(Span(path), "its front matter cannot be read: `milemark check` says why")
    if isinstance(edit, SetMark):
        return _proved(source, edit, mark_splices(source, edit), marks)
    steps = _steps(source, edit)
    if steps != [edit]:
        return edit_bytes(path, data, steps, marks)
    return _proved(source, edit, field_splices(source, edit), marks)


def _proved(source: Source, edit: Edit, splices: Splices, marks: str) -> bytes:
    data = spliced(source.data, splices)
    if data == source.data:
        return source.data
    is_safe = _differs_only_in(source.data, data, splices) and _has_meaning(source, edit, data, marks)
    if not is_safe:
        start = splices[0].start if splices else 0
        raise EditRefusedError(source.lines.span(source.document.path, start), _UNPROVED)
    return data


def spliced(data: bytes, splices: Splices) -> bytes:
    """Return bytes with new ones in place of those of each splice."""
    parts, place = [], 0
    for start, end, new in sorted(splices):
        parts += [data[place:start], new]
        place = end
    return b"".join([*parts, data[place:]])


def _differs_only_in(old: bytes, new: bytes, splices: Splices) -> bool:
    """Whether splices do not overlap, and all bytes outside them are the old ones."""
    ordered = sorted(splices)
    if any(one.end > other.start for one, other in pairwise(ordered)):
        return False
    for each in reversed(ordered):
        if old[each.end :] != new[len(new) - len(old) + each.end :]:
            return False
        old, new = old[: each.start], new[: len(new) - len(old) + each.end - len(each.new)]
    return old == new


# --- the difference of the values


def _has_meaning(source: Source, edit: Edit, data: bytes, marks: str) -> bool:
    old, new = source.document, read_source(source.document.path, data, marks).document
    if new.is_broken:
        return False
    if isinstance(edit, SetMark):
        return _value(old.fields) == _value(new.fields) and _tasks_differ(source, edit, new)
    kept = edit.path[:-1] if isinstance(edit, RemoveField) else edit.path
    is_meant = _with(_value(old.fields), edit.path, _change(edit)) == _with(_value(new.fields), kept, _trimmed)
    return is_meant and old.body.rstrip() == new.body.rstrip() and _names(old, edit) == _names(new, edit)


def _tasks_differ(source: Source, edit: SetMark, new: Document) -> bool:
    """Whether the mark of one task, and the end of its line, are the whole difference of two bodies."""
    changed = task_at(source, edit.line)
    tasks = [replace(task, mark=edit.mark, text="") if task is changed else task for task in source.document.tasks]
    found = [replace(task, text="", span=task.span) if task.span.line == edit.line else task for task in new.tasks]
    others = [[replace(each, span=each.span._replace(width=0)) for each in part] for part in (tasks, found)]
    return others[0] == others[1] and source.document.headings == new.headings


def _names(document: Document, edit: FieldEdit) -> list[str]:
    """Return the other fields in their order."""
    return [key.text for key, _value in document.fields.entries if key.text != edit.path[0]]


def _value(node: Node | None) -> _Value:
    if isinstance(node, tree.Mapping):
        return tuple((key.text, _value(value)) for key, value in node.entries)
    if isinstance(node, tree.Sequence):
        return [_value(each) for each in node.items]
    return None if node is None or (node.is_plain and node.is_empty) else node.text


def _with(value: _Value, path: Path, change: Callable[[_Value], _Value]) -> _Value:
    """Return a value with a change at a path, whose names stand last: a new field may stand anywhere."""
    if not path:
        return change(value)
    pairs = value if isinstance(value, tuple) else ()
    old = next((each for name, each in pairs if name == path[0]), None)
    new = _with(old, path[1:], change)
    others = tuple(pair for pair in pairs if pair[0] != path[0])
    return others if new is _GONE else (*others, (path[0], new))


def _change(edit: FieldEdit) -> Callable[[_Value], _Value]:
    if isinstance(edit, RemoveField):
        return lambda _old: _GONE
    if isinstance(edit, SetField):
        value = list(edit.value) if isinstance(edit.value, tuple) else edit.value
        return lambda _old: _trimmed(value)
    if isinstance(edit, AddEntry):
        return lambda old: [*_entries(old), edit.text]
    return lambda old: [each for number, each in enumerate(_entries(old)) if number != edit.number]


def _trimmed(value: _Value) -> _Value:
    return value.rstrip("\n") if isinstance(value, str) else value  # a block scalar keeps its own last line end


def _entries(value: _Value) -> Sequence[_Value]:
    return value if isinstance(value, list) else [] if value is None else [value]


# --- a list is edited entry by entry


def _steps(source: Source, edit: FieldEdit) -> list[FieldEdit]:
    """Return a new value of a list as additions and removals, which keep the other entries as they are written."""
    old = _old(source, edit)
    if not isinstance(edit, SetField):
        return [edit]
    edit = with_list(edit, old)
    if not isinstance(edit.value, tuple) or old is None or not old.is_list or not edit.value:
        return [edit]
    texts = [part.text if part.is_scalar else None for part in old.parts]
    added = [text for text in edit.value if text not in texts]
    gone = [number for number, text in enumerate(texts) if text not in edit.value]
    if [*(text for text in texts if text in edit.value), *added] != list(edit.value):
        return [edit]
    adding = [AddEntry(edit.path, text, is_text=edit.is_text) for text in added]
    return [*adding, *(TakeEntry(edit.path, number) for number in reversed(gone))]


def _old(source: Source, edit: FieldEdit) -> ByteNode | None:
    if source.root is None:
        return None
    place = place_of(source, source.root, edit.path)
    return None if place.rest else place.value
