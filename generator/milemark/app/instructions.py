"""How a program or a newcomer works with this roadmap: what it declares, and the commands that read and change it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from milemark.foundation.errors import UserError
from milemark.foundation.suggestions import nearest
from milemark.roadmap.schema import CORE_FIELDS
from milemark.roadmap.settings import Collection, Settings


def instructions(settings: Settings, topic: str) -> str:
    """Return the instructions of a topic as Markdown. Raises UserError for an unknown one."""
    if topic not in TOPICS:
        near = nearest(topic, tuple(TOPICS))
        hint = f'did you mean "{near}"?' if near else f"there are {', '.join(TOPICS)}"
        raise UserError(f'there is no topic "{topic}": {hint}')
    return "\n".join(TOPICS[topic](settings))


def _overview(settings: Settings) -> Iterator[str]:
    yield f"# Working with {settings.title or 'this roadmap'}"
    yield ""
    yield f"The roadmap is the Markdown files below `{settings.shown('')}`. Each file of a collection is an item:"
    yield "it has fields in its front matter, and tasks as checkboxes in its body. All else is derived: change the"
    yield "files, never the site."
    yield ""
    yield "1. Find: `milemark list`, `milemark show ID --format json`. Never guess an id, a field or a status."
    yield "2. Change: `milemark set`, `tick`, `done`, `new`, `rename`. They change only the bytes of one value."
    yield "3. Check: `milemark check`. `milemark undo` takes the last change back."
    yield ""
    yield f"More: `milemark instructions TOPIC` with {', '.join(name for name in TOPICS if name != 'overview')}."
    yield ""
    yield from _words(settings)


def _words(settings: Settings) -> Iterator[str]:
    yield "## Statuses"
    yield ""
    yield from (f"- `{word}`: {stage}" for word, stage in settings.statuses.items())
    yield ""
    yield "## Collections"
    yield ""
    yield from (line for each in settings.collections.values() for line in _collection(each))


def _collection(collection: Collection) -> Iterator[str]:
    about = f": {collection.description}" if collection.description else ""
    yield f"- `{collection.name}` ({collection.role}){about}"
    for field in collection.fields.values():
        kind = f"one of {', '.join(field.choices)}" if field.choices else field.type
        required = ", required" if field.required else ""
        yield f"  - `{collection.own_name(field.name)}`: {kind}{required}"


def _read(_settings: Settings) -> Iterator[str]:
    yield "# Reading"
    yield ""
    yield "- `milemark list --where \"stage = 'active' and due < '2025-04'\" --format json`"
    yield "- `milemark show ID --format json`: fields, progress, tasks, relations and the `revision` of its file"
    yield '- `milemark query "select title, due from items order by due" --format json`: SQL that only reads'
    yield "- `milemark explain ID`: how its progress is derived; `milemark explain MM204`: a rule and its correction"
    yield "- `milemark report --since 2025-01-01`: what changed"
    yield ""
    yield "`--audience public` leaves out everything private. Data is on stdout, errors and notes are on stderr."
    yield "Exit codes: 0 done, 1 findings are errors, 2 wrong use: nothing is on stdout then."


def _edit(settings: Settings) -> Iterator[str]:
    word = next(iter(settings.statuses), "active")
    yield "# Editing"
    yield ""
    yield f"- `milemark set ID status={word} tags+=api due=`: set, add to a list, remove"
    yield '- `milemark tick ID "words of the task"`, `milemark untick ID "words"`, `milemark done ID`'
    yield '- `milemark new COLLECTION "Title" --set key=value`, `milemark rename ID NEW --rewrite`'
    yield ""
    yield "Give `--if-revision` the `revision` that `show` printed: nothing is written if the file changed meanwhile."
    yield "`--dry-run` prints the diff first, `--format json` prints the changes. Several files, or text that becomes"
    yield "public, need `--yes`: ask the owner before. Never delete an item: set a status that means dropped."


def _fields(_settings: Settings) -> Iterator[str]:
    yield "# Fields that every item may have"
    yield ""
    yield from (f"- `{field.name}`: {field.type}" for field in CORE_FIELDS.values())
    yield ""
    yield "Dates are `2025`, `2025-Q1`, `2025-02`, `2025-W07` or `2025-02-14`. References are ids. Links in bodies are"
    yield "`[text](file.md)` or `[[id]]`."
    yield "Text between `<!-- private -->` and `<!-- /private -->` is for the owner only."


TOPICS: Mapping[str, Callable[[Settings], Iterator[str]]] = {
    "overview": _overview,
    "read": _read,
    "edit": _edit,
    "fields": _fields,
}
