"""Edits of the fields and tasks of an item: texts as people type them, checked by the declarations of roadmap.yml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from milemark.foundation.diagnostics import Span
from milemark.foundation.errors import UserError
from milemark.foundation.identifiers import key_of
from milemark.foundation.layout import ROADMAP_FILE
from milemark.foundation.suggestions import nearest
from milemark.markdown import document as tree
from milemark.markdown.document import Node, Scalar, Task
from milemark.markdown.edit import AddEntry, Edit, RemoveField, SetField, SetMark, TakeEntry
from milemark.markdown.outline import plain_text
from milemark.markdown.task_edits import repeats
from milemark.markdown.task_marks import read_marks
from milemark.roadmap.field_types import parse_value, reference_of
from milemark.roadmap.model import Item
from milemark.roadmap.schema import CORE_FIELDS, PUBLICATION_FIELDS, field_of, is_reference
from milemark.roadmap.settings import Collection, Field, Settings, Stage
from milemark.roadmap.statuses import declared_status

_ASSIGNMENT = re.compile(r"(?P<name>[^=]*?)(?P<sign>\+=|-=|=)(?P<value>.*)", re.DOTALL)
_NUMBER = re.compile(r"(?P<id>.+)#(?P<number>\d+)")
_LINE = re.compile(r"(?P<path>.+\.md):(?P<line>\d+)")
_WIKILINK = re.compile(r"\[\[.*\]\]")
_TYPED = ("number", "integer", "boolean", "date")
_WHOLE_FIELDS = ("array", "object")


class Assignment(NamedTuple):
    """One change of a field: `name` and `value` of `name=value`, with the sign `=`, `+=` or `-=`."""

    name: str
    sign: str
    value: str


def parse_assignment(text: str) -> Assignment:
    """Return the parts of `key=value`, `key+=value` or `key-=value`. Raises UserError."""
    found = _ASSIGNMENT.fullmatch(text)
    if not found or not found["name"].strip():
        raise UserError(f'"{text}" is not key=value: write for example status=done, tags+=redis or due=')
    return Assignment(found["name"].strip(), found["sign"], found["value"].strip())


def field_edits(settings: Settings, item: Item, assignments: Sequence[Assignment]) -> Iterator[Edit]:
    """Yield the edits that give an item the fields. Raises UserError for a field or a value that is not declared."""
    for each in assignments:
        yield from _edits(settings, item, each)


def _edits(settings: Settings, item: Item, assignment: Assignment) -> Iterator[Edit]:
    path = _path_of(item, assignment.name)
    field = _field(item, path)
    old = _written(item, path)
    texts = _texts(settings, item, path, assignment) if assignment.value or assignment.sign != "=" else []
    is_text = _part(field, path).type not in _TYPED and field is not UNDECLARED
    after = _names_before(item.collection, path[0])
    path = (_own_name(item, path[0]), *path[1:])
    if not texts:
        yield RemoveField(path)
        return
    if assignment.sign == "=":
        value = tuple(texts) if field.type == "array" and len(path) == 1 else texts[0]
        yield SetField(path, value, is_text=is_text, after=after)
    for text in texts if assignment.sign != "=" else ():
        added = AddEntry(path, text, is_text=is_text, after=after)
        yield from _entry_edits(added, old, is_add=assignment.sign == "+=")


UNDECLARED = Field("")


def _own_name(item: Item, name: str) -> str:
    """Return the name by which the file of an item has a field of milemark, or would have it."""
    key = item.document.fields.key(name)
    lines = item.document.front.split("\n")
    is_ours = key is not None and not item.document.within and lines[key.span.line - 1 :][:1] != []
    written = lines[key.span.line - 1][key.span.column - 1 :] if is_ours and key else ""
    return name if written.strip("\"'").startswith(name) else item.collection.own_name(name)


def _path_of(item: Item, name: str) -> tuple[str, ...]:
    """Return the path of a field: `links.Code` is `Code` in `links`, unless a field has this name.

    A name that files give to a field of milemark means that field.
    """
    name = item.collection.core_name(name)
    first, dot, rest = name.partition(".")
    first = item.collection.core_name(first)
    if not dot or not rest or item.document.fields.get(name):
        return (name,)
    field = field_of(item.collection, first)
    is_object = isinstance(item.document.fields.get(first), tree.Mapping)
    return (first, rest) if is_object or (field and field.type == "object") else (name,)


def _field(item: Item, path: Sequence[str]) -> Field:
    """Return the declaration of a field. Raises UserError for a name that is neither declared nor written."""
    name = path[0]
    field = field_of(item.collection, name)
    if field is None and name not in PUBLICATION_FIELDS:
        _refuse_unknown(item, name)
    if field is not None and field.type == "object" and len(path) == 1:
        raise UserError(f'"{name}" has names: write {name}.Name=value')
    return field or UNDECLARED


def _refuse_unknown(item: Item, name: str) -> None:
    if not item.collection.fields or item.document.fields.get(name) is not None:
        return
    own = item.collection.own_name
    near = nearest(name, tuple(map(own, (*item.collection.fields, *CORE_FIELDS))))
    hint = f'did you mean "{near}"?' if near else f"declare it under `fields` in {ROADMAP_FILE}"
    raise UserError(f'{item.collection.name} has no field "{name}": {hint}')


def _part(field: Field, path: Sequence[str]) -> Field:
    """Return the declaration of one value: an entry of a list or of an object, or the field itself."""
    is_part = field.type in _WHOLE_FIELDS
    return Field(path[-1], field.item_type, choices=field.choices) if is_part else field


def _texts(settings: Settings, item: Item, path: Sequence[str], assignment: Assignment) -> list[str]:
    """Return the values to write, as declared: `done` for `Done`, and `[[a]]` where references are wikilinks."""
    field, written = _field(item, path), assignment.value
    is_list = field.type == "array" and assignment.sign == "="
    texts = [part.strip() for part in written.split(",") if part.strip()] if is_list else [written]
    if field.type not in _WHOLE_FIELDS and field is not UNDECLARED and assignment.sign != "=":
        raise UserError(f'"{path[0]}" holds a single value: write {path[0]}={written}')
    checked = [_declared(settings, item.collection, _part(field, path), text) for text in texts]
    return [_linked(text, _written(item, path)) for text in checked] if is_reference(field) else checked


def _declared(settings: Settings, collection: Collection, field: Field, text: str) -> str:
    """Return a value as roadmap.yml writes it. Raises UserError if the field cannot have it."""
    written = Scalar(text, Span(""))
    is_status = field.name == "status" and settings.statuses and not settings.is_undeclared
    value, found = declared_status(settings, collection, written) if is_status else parse_value(field, written)
    if wrong := next((each for each in found if each.is_error), None):
        raise UserError(f"{field.name}={text}: {wrong.message_in(str)}: {wrong.hint_in(str)}")
    return str(value) if is_status or field.choices else text


def _linked(text: str, old: Node | None) -> str:
    """Return a reference as a wikilink if the field has wikilinks."""
    nodes = old.items if isinstance(old, tree.Sequence) else (old,) if old else ()
    is_linked = any(isinstance(node, Scalar) and _WIKILINK.fullmatch(node.text.strip()) for node in nodes)
    return f"[[{text}]]" if is_linked and not _WIKILINK.fullmatch(text) else text


def _written(item: Item, path: Sequence[str]) -> Node | None:
    node: Node | None = item.document.fields
    for name in path:
        node = node.get(name) if isinstance(node, tree.Mapping) else None
    return node


def _names_before(collection: Collection, name: str) -> tuple[str, ...]:
    names = [*collection.fields]
    before = names[: names.index(name)] if name in names else []
    return tuple(written for each in before for written in dict.fromkeys((each, collection.own_name(each))))


def _entry_edits(added: AddEntry, old: Node | None, *, is_add: bool) -> Iterator[Edit]:
    """Yield the edit that adds or removes an entry of a list, if the list does not have it already."""
    nodes = old.items if isinstance(old, tree.Sequence) else () if old is None or _is_empty(old) else (old,)
    found = [number for number, node in enumerate(nodes) if key_of(reference_of(node)) == key_of(_name(added.text))]
    if is_add and not found:
        yield added
    if not is_add:
        yield from (TakeEntry(added.path, number) for number in reversed(found))


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_empty


def _name(text: str) -> str:
    return reference_of(Scalar(text, Span("")))


def done_assignments(settings: Settings, item: Item, day: date, *, is_moved: bool = False) -> list[Assignment]:
    """Return the changes that finish an item: the first status of the stage done, and the day.

    A day that it has already stays, unless `is_moved`.
    """
    word = next((word for word, stage in settings.statuses.items() if stage is Stage.DONE), "done")
    status = [] if item.stage is Stage.DONE else [Assignment("status", "=", word)]
    finished = [] if item.finished and not is_moved else [Assignment("finished", "=", day.isoformat())]
    return [*status, *finished]


# --- tasks


class TaskName(NamedTuple):
    """A task as a command names it: its item or file, and its words, its number or its line."""

    item: str
    words: str = ""
    number: int = 0
    line: int = 0


def task_name(target: str, words: str) -> TaskName:
    """Return the parts of `shop "real API"`, `shop#3` or `content/projects/shop.md:12`."""
    if found := _LINE.fullmatch(target):
        return TaskName(found["path"], words, line=int(found["line"]))
    if not words and (found := _NUMBER.fullmatch(target)):
        return TaskName(found["id"], number=int(found["number"]))
    return TaskName(target, words)


def find_task(item: Item, name: TaskName) -> Task:
    """Return the one task of an item that a name means. Raises UserError; its message lists the candidates."""
    if name.line:
        found = [task for task in item.tasks if task.span.line == name.line and _holds(task, name.words)]
    elif name.number:
        found = [*item.tasks[name.number - 1 : name.number]]
    else:
        found = _named(item.tasks, name.words)
    if len(found) == 1:
        return found[0]
    raise UserError(_choice(item, found, name))


def _named(tasks: Sequence[Task], words: str) -> list[Task]:
    """Return the tasks with these words: those that are exactly so, else those that begin so, else all with them."""
    wanted = _plain(words)
    texts = [(task, _plain(task.text), _plain(read_marks(plain_text(task.text)).text)) for task in tasks]
    exact = [task for task, text, bare in texts if wanted in {text, bare}]
    begins = [task for task, text, _bare in texts if wanted and text.startswith(wanted)]
    return exact or (begins if len(begins) == 1 else [task for task in tasks if wanted and _holds(task, words)])


def _holds(task: Task, words: str) -> bool:
    return _plain(words) in _plain(task.text)


def _plain(text: str) -> str:
    return key_of(plain_text(text))


def _choice(item: Item, found: Sequence[Task], name: TaskName) -> str:
    if not item.tasks:
        return f"{item.id} has no tasks"
    if name.line:
        return f"there is no such task on line {name.line} of {item.path}"
    head = "name one of these tasks" if found else f'{item.id} has no task "{name.number or name.words}"; its tasks are'
    return "\n".join([f"{head}:", *(f"  {line}" for line in _listed(item, found or item.tasks))])


def _listed(item: Item, tasks: Sequence[Task]) -> Iterator[str]:
    for task in tasks:
        heading = f"  ({plain_text(task.heading)})" if task.heading else ""
        yield f"{item.id}#{item.tasks.index(task) + 1}  [{task.mark}] {plain_text(task.text)}{heading}"


def mark_edit(settings: Settings, task: Task, mark: str, day: date | None, *, this_one: bool) -> Edit:
    """Return the edit that writes a mark into a task. Raises UserError for a task that repeats, or an unknown mark."""
    if settings.task_stage(mark) is None:
        raise UserError(f'the mark "{mark}" is not declared: declare it under `marks` in {ROADMAP_FILE}')
    if repeats(task) and not this_one:
        raise UserError(
            f'"{plain_text(task.text)}" repeats: the tool that repeats it must tick it; --this-one ticks only this line'
        )
    return SetMark(task.span.line, mark, day)
