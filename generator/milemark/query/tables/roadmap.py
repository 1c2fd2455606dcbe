"""A roadmap as tables, the same for CSV files, databases and queries.

Each date has two columns: the date as written, of any precision, and a day to compare by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from milemark.foundation.dates import PartialDate
from milemark.markdown.document import Document
from milemark.query.tables.items import PROGRESS, cell, collection_table, item_table, number, role_table, with_own_names
from milemark.query.tables.table import CORE, OF_ROLES, Cell, Column, Row, Table, table_names, table_of_items
from milemark.query.tables.values import count_values, plain, task_values
from milemark.roadmap.elsewhere import elsewhere
from milemark.roadmap.metrics.progress import whole
from milemark.roadmap.model import ForeignItem, Item, Roadmap, Value
from milemark.roadmap.settings import Settings


def roadmap_tables(settings: Settings) -> tuple[Table, ...]:
    """Return the tables of a roadmap. Each refers only to tables before it, or to itself."""
    core = (
        Table("roadmap", "the roadmap itself, one row", _ROADMAP, _roadmap),
        Table("collections", "the folders of files with declared fields", _COLLECTIONS, _collections),
        item_table("items", "the files of collections, and other files with a status", (), lambda _item: True),
        role_table(settings, "tracks", "the strands of the roadmap", OF_ROLES["tracks"]),
        role_table(settings, "milestones", "the milestones", OF_ROLES["milestones"]),
        Table(
            "tasks", "the checkboxes of all files, those of items first", _TASKS, _tasks, ("text", "item"), _tasks_of
        ),
        table_of_items("dependencies", "the pairs of items where one depends on the other", _DEPENDENCIES, _needs),
        table_of_items(
            "elsewhere", "the items of other repositories that items depend on", _ELSEWHERE, _needs_elsewhere
        ),
        table_of_items("tags", "the entries of `tags` and `stack`", _TAGS, _tags),
        table_of_items("links", "the URLs of `links`", _LINKS, _links),
        table_of_items("assignees", "the entries of `assignee`", _ASSIGNEES, _assignees),
        table_of_items("fields", "the fields as written, one row for each value", _FIELDS, _fields),
    )
    names = table_names(settings)
    used = {core: own for each in (settings.loose, *settings.collections.values()) for core, own in each.names.items()}
    own = (each for each in settings.collections.values() if names[each.name] not in CORE)
    return (
        *(with_own_names(each, used) if each.name in _OF_ITEMS else each for each in core),
        *(with_own_names(collection_table(each, names[each.name]), each.names) for each in own),
    )


_OF_ITEMS = ("items", "tracks", "milestones")


_ROADMAP = (
    Column("title", "text", "its title"),
    Column("goal", "text", "its goal"),
    Column("locale", "text", "the language of its interface"),
    Column("as_of", "text", "the day of its figures", is_day=True),
    *PROGRESS,
)
_COLLECTIONS = (
    Column("name", "text", "its folder", is_key=True),
    Column("label", "text", "its label"),
    Column("role", "text", "item, track, milestone, record or person"),
    Column("description", "text", "its description"),
    Column("position", "integer", "its position in roadmap.yml, from 1"),
)
_TASKS = (
    Column("item", "text", "the item whose body contains it; empty on other pages", "items"),
    Column("position", "integer", "its position in the file, from 1"),
    Column("text", "text", "the text of the task, as written"),
    Column("mark", "text", "the character in its checkbox"),
    Column("stage", "text", "the meaning of its mark", is_word=True),
    Column("depth", "integer", "its nesting depth; 0 at the top"),
    Column("line", "integer", "its line in the file, from 1"),
    Column("start_day", "text", "the day of its mark 🛫", is_day=True),
    Column("scheduled_day", "text", "the day of its mark ⏳", is_day=True),
    Column("due_day", "text", "the day of its mark 📅", is_day=True),
    Column("finished_day", "text", "the day of its mark ✅", is_day=True),
    Column("priority", "integer", "1 for 🔺 (highest), 2 ⏫, 3 🔼, 5 🔽, 6 ⏬ (lowest), and 4 without a mark"),
    Column("path", "text", "its file, from the project's folder"),
)
_DEPENDENCIES = (
    Column("item", "text", "the item that depends on the other", "items"),
    Column("needs", "text", "the item it depends on", "items"),
)
_ELSEWHERE = (
    Column("item", "text", "the item that depends on the other", "items"),
    Column("source", "text", "the repository of the other, as roadmap.yml names it"),
    Column("needs", "text", "the id of the other"),
    Column("title", "text", "its title"),
    Column("stage", "text", "the meaning of its status", is_word=True),
    Column("start_day", "text", "the first day of its start date", is_day=True),
    Column("due_day", "text", "the last day of its due date", is_day=True),
    Column("finished_day", "text", "the last day of its finish date", is_day=True),
    Column("as_of", "text", "the day of these values", is_day=True),
)
_TAGS = (
    Column("item", "text", "the item", "items"),
    Column("tag", "text", "the tag", is_word=True),
    Column("field", "text", "the field: tags or stack"),
)
_LINKS = (
    Column("item", "text", "the item", "items"),
    Column("label", "text", "the label of the link"),
    Column("address", "text", "the URL"),
)
_ASSIGNEES = (
    Column("item", "text", "the item", "items"),
    Column("person", "text", "the id of the person, or the name as written without a collection of people"),
)
_FIELDS = (
    Column("item", "text", "the item", "items"),
    Column("field", "text", "the name of the field"),
    Column("position", "integer", "the position of the value in a list, from 1"),
    Column("key", "text", "the key of the value in an object"),
    Column("value", "text", "the value as text"),
    Column("number", "real", "the value of a number"),
    Column("first_day", "text", "the first day of a date", is_day=True),
    Column("last_day", "text", "the last day of a date", is_day=True),
)


def _roadmap(roadmap: Roadmap) -> Iterator[Row]:
    settings, everything = roadmap.settings, whole(roadmap)
    counts = count_values(everything.counts)
    texts = (settings.title, settings.goal or None, settings.locale, roadmap.as_of.isoformat())
    yield (*texts, number(everything.value), counts["done"], counts["total"])


def _collections(roadmap: Roadmap) -> Iterator[Row]:
    for position, each in enumerate(roadmap.settings.collections.values(), 1):
        yield each.name, each.label, str(each.role), each.description or None, position


def _tasks(roadmap: Roadmap) -> Iterator[Row]:
    for position, item in enumerate(roadmap.items, 1):
        yield from _tasks_of(roadmap, item, position)
    for page in roadmap.pages:
        yield from _task_rows(roadmap, None, page)


def _tasks_of(roadmap: Roadmap, item: Item, _position: int) -> Iterator[Row]:
    return _task_rows(roadmap, item.id, item.document)


def _task_rows(roadmap: Roadmap, id_: str | None, document: Document) -> Iterator[Row]:
    path = roadmap.settings.shown(document.path)
    for position, task in enumerate(task_values(roadmap.settings, document.tasks), 1):
        stage = task["stage"] and str(task["stage"])
        own = (id_, position, task["text"], task["mark"], stage, task["depth"], task["line"])
        yield (*own, *_marks_of(str(task["text"])), path)


def _marks_of(text: str) -> tuple[str | int | None, ...]:
    """Return the days of a task's marks, and its priority."""
    from milemark.markdown.outline import plain_text  # kept tables need no parser
    from milemark.markdown.task_marks import DONE, read_marks

    marked = read_marks(plain_text(text))
    days = (marked.day(name) for name in ("start", "scheduled", "due", DONE))
    return (*(day.isoformat() if day else None for day in days), marked.priority)


def _needs(_roadmap: Roadmap, item: Item, _position: int) -> Iterator[Row]:
    yield from ((item.id, needed) for needed in item.texts("depends_on"))


def _needs_elsewhere(roadmap: Roadmap, item: Item, _position: int) -> Iterator[Row]:
    for each in elsewhere(roadmap, item):
        other = each.item or ForeignItem(each.id, "")
        days = (other.start and other.start.first, other.due and other.due.last, other.finished and other.finished.last)
        texts = (other.title or None, other.stage or None)
        yield (item.id, each.source, each.id, *texts, *(day.isoformat() if day else None for day in (*days, each.day)))


def _tags(_roadmap: Roadmap, item: Item, _position: int) -> Iterator[Row]:
    yield from ((item.id, tag, name) for name in ("tags", "stack") for tag in item.texts(name))


def _links(_roadmap: Roadmap, item: Item, _position: int) -> Iterator[Row]:
    yield from ((item.id, label, address) for label, address in item.mapping("links").items())


def _assignees(_roadmap: Roadmap, item: Item, _position: int) -> Iterator[Row]:
    yield from ((item.id, person) for person in item.assignees)


def _fields(_roadmap: Roadmap, item: Item, _position: int) -> Iterator[Row]:
    for name, value in item.values.items():
        for position, (key, part) in enumerate(_parts(value), 1):
            yield (item.id, name, position, key, *_typed(part))


def _parts(value: Value) -> Iterator[tuple[str | None, Value]]:
    """Yield the values of a list, the pairs of an object, or a single value; the key is None outside of objects."""
    if isinstance(value, tuple):
        yield from ((None, part) for part in value)
    elif isinstance(value, Mapping):
        yield from value.items()
    else:
        yield None, value


def _typed(value: Value) -> tuple[Cell, ...]:
    """Return a value as text and as a number, and the first and the last day of a date."""
    if isinstance(value, PartialDate):
        return value.text, None, value.first.isoformat(), value.last.isoformat()
    if isinstance(value, bool):
        return str(value).lower(), int(value), None, None
    return (cell(value) if isinstance(value, tuple | Mapping) else str(plain(value))), number(value), None, None
