"""The private things of a history: those that are private today, and those that were so at a commit.

A thing is an item, a title, a task, a field or a folder. At a commit, it is public only if it has been public from then
on until today. One that is gone today is public only if it was never private.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from milemark.foundation.cache import digest
from milemark.foundation.identifiers import key_of
from milemark.history.git_log import Commit
from milemark.history.matching import task_identity
from milemark.history.snapshot import FileRecord
from milemark.markdown.outline import plain_text
from milemark.privacy.audience import hidden_in, with_words_of
from milemark.privacy.hidden import NOTHING, Hidden, folders_of, private_folders
from milemark.roadmap.load import File, Loaded
from milemark.roadmap.model import Item
from milemark.roadmap.settings import Settings

# A kind, and the texts that identify a thing of it: ("name", id or alias), ("title", title), ("path", path),
# ("task", id, text), ("field", collection, name), ("folder", path), ("word", path, title or name).
Thing = tuple[str, ...]
Link = tuple[Thing, Thing]


class PrivacyChange(NamedTuple):
    """The private things of each file that a commit changed, None for a file without any; and things that are the same.

    The path of roadmap.yml has its private fields and folders.
    """

    private: Mapping[str, tuple[Thing, ...] | None]
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Present:
    """The private parts of a roadmap as it is today, and its public ones."""

    hidden: Hidden
    everything: Loaded = field(compare=False, repr=False)

    def __hash__(self) -> int:
        """Return a cheap hash: equal parts have equal hashes, and few are compared."""
        return hash(bool(self.hidden))

    @classmethod
    def of(cls, everything: Loaded, hidden: Hidden | None = None) -> Present:
        """Return the parts of a whole roadmap, whose private ones are `hidden` if the caller has them.

        Only folders of private collections are private in the past, too.
        """
        folders = private_folders(everything.roadmap.settings)
        found = hidden_in(everything) if hidden is None else hidden
        return cls(replace(found, folders=folders), everything)

    @cached_property
    def private(self) -> frozenset[Thing]:
        """The things that are private today."""
        return frozenset(_hidden_things(self.hidden))

    @cached_property
    def _public(self) -> frozenset[Thing]:
        """The things that are public today, except for tasks."""
        return frozenset(_public_things(self._files, self.hidden))

    @cached_property
    def _tasks(self) -> frozenset[tuple[str, str]]:
        """The item and the text that identifies it, of each task that is public today."""
        items = (file.item for file in self._files if file.item)
        tasks = ((item.id, plain_text(task.text)) for item in items for task in item.tasks)
        return frozenset((id_, task_identity(text)) for id_, text in tasks if (id_, text) not in self.hidden.tasks)

    @property
    def _files(self) -> Iterator[File]:
        return (file for file in self.everything.files if not self.hidden.holds(file.document.path))

    def shows(self, thing: Thing) -> bool:
        """Whether a thing is public today."""
        return (thing[1], task_identity(thing[2])) in self._tasks if thing[0] == "task" else thing in self._public


def _hidden_things(hidden: Hidden) -> Iterator[Thing]:
    yield from (("name", name) for name in hidden.names)
    yield from (("path", path) for path in hidden.paths)
    yield from (("title", title) for title in hidden.titles)
    yield from (("task", *task) for task in hidden.tasks)
    yield from (("field", name, each) for name, fields in hidden.fields.items() for each in fields)
    yield from (("folder", folder) for folder in hidden.folders)


def _public_things(files: Iterable[File], hidden: Hidden) -> Iterator[Thing]:
    for file in files:
        path = file.document.path
        yield "path", path
        yield from (("folder", folder) for folder in folders_of(path))
        if file.item:
            yield from _public_parts(file.item, hidden)


def _public_parts(item: Item, hidden: Hidden) -> Iterator[Thing]:
    yield "title", key_of(item.title)
    yield from (("name", key_of(name)) for name in (item.id, *item.texts("aliases")))
    private = hidden.fields.get(item.collection.name, frozenset())
    yield from (("field", item.collection.name, name) for name in {*item.values, "status"} - private)


def file_things(record: FileRecord, *, is_private: bool) -> tuple[Thing, ...]:
    """Return the private things of a file: of a private one all, else its tasks in private sections."""
    item = record.item
    tasks = tuple(("task", item.id, text) for text in record.private_tasks)
    if not is_private:
        return tasks
    names = tuple(filter(None, (item.id, *item.texts("aliases"))))
    return (
        ("path", item.path),
        *(("name", key_of(name)) for name in names),
        *([("title", key_of(item.title))] if item.id else ()),
        *(("word", item.path, word) for word in (item.title, *names)),
        *(("task", item.id, plain_text(text)) for text, _ in record.tasks),
        *tasks,
    )


def settings_things(settings: Settings) -> tuple[Thing, ...]:
    """Return the private fields and folders of a roadmap.yml."""
    fields = (("field", name, each) for name, found in settings.collections.items() for each in found.private)
    return (*fields, *(("folder", folder) for folder in sorted(private_folders(settings))))


class PrivatePast:
    """The private things along a history: `base` those that are private at all of its commits.

    `changes` has an entry for each commit of the line, which lists parents first, and one for uncommitted changes.
    """

    def __init__(self, line: Sequence[Commit], changes: Mapping[str, PrivacyChange], present: Present) -> None:
        self.present = present
        self._positions = {each.id: number for number, each in enumerate(line)}
        last = _last_positions(line, changes) | dict.fromkeys(present.private, len(line))
        bounds = _bounds(last, (link for each in changes.values() for link in each.links), present, len(line))
        self._words = {thing for thing in last if thing[0] == "word"}
        self._at_end: dict[int, list[Thing]] = {}
        for thing, bound in bounds.items():
            self._at_end.setdefault(bound, []).append(thing)
        always = _with_things(present.hidden, self._at_end.pop(len(line), ()), self._words)
        self.base = with_words_of(always, present.everything)
        self._active: list[tuple[int, Hidden, str]] = [*self._steps()]

    def _steps(self) -> Iterator[tuple[int, Hidden, str]]:
        """Yield each place at which things become public, the last first, with all that are private up to it."""
        hidden, key = NOTHING, digest(self.base.key)
        yield len(self._positions), hidden, key
        for place in sorted(self._at_end, reverse=True):
            things = sorted(self._at_end[place])
            hidden, key = _with_things(hidden, things, self._words), digest(key, things)
            yield place, hidden, key

    def _step(self, commit: str) -> tuple[int, Hidden, str]:
        position = self._positions.get(commit, 0 if commit else len(self._positions))
        return self._active[bisect_right(self._active, -position, key=lambda step: -step[0]) - 1]

    def active(self, commit: str) -> Hidden:
        """Return the things that are private at a commit in addition to `base`; without a commit, at the end."""
        return self._step(commit)[1]

    def key(self, commit: str) -> str:
        """Return a text that is equal for equal private things at a commit: a cache key."""
        return self._step(commit)[2]

    def at(self, commit: str) -> Hidden:
        """Return all things that are private at a commit; for one that is not in the history, those of the first."""
        things = _hidden_things(self.active(commit))
        return with_words_of(_with_things(self.base, things, self._words), self.present.everything)


def _last_positions(line: Sequence[Commit], changes: Mapping[str, PrivacyChange]) -> dict[Thing, int]:
    """Return the last place on the line at which each thing was private."""
    states: dict[str, Mapping[str, tuple[Thing, ...]]] = {}
    ends: dict[int, tuple[Mapping[str, tuple[Thing, ...]], int]] = {}
    for number, commit in enumerate(line):
        before, changed = states.get(commit.first, {}), changes[commit.id].private
        after = {path: things for path, things in {**before, **changed}.items() if things} if changed else before
        states[commit.id] = after
        ends[id(after)] = after, number
    found: dict[Thing, int] = {}
    for state, number in ends.values():
        for thing in chain.from_iterable(state.values()):
            found[thing] = max(found.get(thing, 0), number)
    return found


def _bounds(last: Mapping[Thing, int], found: Iterable[Link], present: Present, end: int) -> dict[Thing, int]:
    """Return the last place at which each thing is hidden.

    It is the last place at which the thing was private, under any name, if it is public today; else the end.
    """
    bounds: dict[Thing, int] = {}
    if not last:
        return bounds
    grouped = _groups(found)
    for thing in last:
        group = grouped.get(thing, [thing])
        is_public = any(map(present.shows, group))
        if thing[0] == "word" or (thing[0] == "title" and is_public):
            continue
        bound = max(last.get(each, 0) for each in group) if is_public else end
        bounds |= {each: end if each in last and not present.shows(each) else bound for each in group}
    return bounds


def _groups(found: Iterable[Link]) -> Mapping[Thing, list[Thing]]:
    """Return, for each linked thing, all that are the same, itself included."""
    groups: dict[Thing, list[Thing]] = {}
    for one, other in found:
        first, second = (groups.setdefault(each, [each]) for each in (one, other))
        if first is not second:
            large, small = (first, second) if len(first) >= len(second) else (second, first)
            large += small
            groups |= dict.fromkeys(small, large)
    return groups


def _with_things(hidden: Hidden, things: Iterable[Thing], words: Iterable[Thing]) -> Hidden:
    found: dict[str, set[Thing]] = {}
    for thing in things:
        found.setdefault(thing[0], set()).add(thing)

    def single(kind: str) -> frozenset[str]:
        return frozenset(thing[1] for thing in found.get(kind, ()))

    def grouped(pairs: Iterable[tuple[str, str]], known: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
        result = {name: [*each] for name, each in known.items()}
        for name, text in sorted(pairs):
            result.setdefault(name, []).append(text)
        return {name: [*dict.fromkeys(each)] for name, each in result.items()}

    paths = hidden.paths | single("path")
    texts = grouped(((path, word) for _, path, word in words if path in paths), hidden.words)
    fields = grouped(((name, each) for _, name, each in found.get("field", ())), hidden.fields)
    return replace(
        hidden,
        names=hidden.names | single("name"),
        paths=paths,
        folders=hidden.folders | single("folder"),
        words={path: tuple(each) for path, each in texts.items()},
        fields={name: frozenset(each) for name, each in fields.items()},
        tasks=hidden.tasks | {(thing[1], thing[2]) for thing in found.get("task", ())},
        titles=hidden.titles | single("title"),
    )
