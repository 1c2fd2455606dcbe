"""Random pasts of a small roadmap, in which things become private and public, are renamed, reworded and deleted.

Each text of a thing is a canary of its own: a word that stands nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from repositories import Repo

ROADMAP = """\
title: Plan
statuses: {{planned: planned, doing: active, done: done}}
collections:
  tracks: {{label: Tracks, role: track}}
  milestones: {{label: Milestones, role: milestone}}
  items: {{label: Items, private: [{fields}]}}
  plans: {{label: Plans{audience}}}
"""


@dataclass(frozen=True)
class Task:
    """One task with the word that identifies it; `tail` is appended by a tool, and changes nothing."""

    key: int
    word: str
    is_private: bool = False
    is_done: bool = False
    tail: str = ""
    link: int = -1

    def line(self, names: Mapping[int, str]) -> str:
        link = f" for [[{names[self.link]}]]" if self.link in names else ""
        return f"- [{'x' if self.is_done else ' '}] {self.word}{link}{self.tail}"


@dataclass(frozen=True)
class Item:
    """One item by its key; `due` is a day that no other item has, in a field that may be private."""

    key: int
    name: str
    title: str
    folder: str = "items"
    is_private: bool = False
    has_title: bool = True
    tasks: tuple[Task, ...] = ()
    due: str = ""

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.name}.md"

    def text(self, names: Mapping[int, str]) -> str:
        fields = [f"title: {self.title}"] if self.has_title else []
        fields += ["audience: private"] if self.is_private else []
        fields += [f"due: {self.due}"] if self.due else []
        hidden = [task.line(names) for task in self.tasks if task.is_private]
        lines = [task.line(names) for task in self.tasks if not task.is_private]
        lines += ["", "<!-- private -->", "", *hidden, "", "<!-- /private -->"] if hidden else []
        return "\n".join(["---", "status: doing", *fields, "---", *lines, ""])


@dataclass(frozen=True)
class Plan:
    """A roadmap at one commit."""

    items: tuple[Item, ...] = ()
    is_folder_private: bool = False
    is_due_private: bool = False

    @property
    def files(self) -> dict[str, str]:
        audience = ", audience: private" if self.is_folder_private else ""
        roadmap = ROADMAP.format(fields="due" if self.is_due_private else "", audience=audience)
        names = {each.key: each.name for each in self.items}
        return {"roadmap.yml": roadmap, **{each.path: each.text(names) for each in self.items}}

    def is_private(self, item: Item) -> bool:
        return item.is_private or (self.is_folder_private and item.folder == "plans")

    def words(self) -> Iterator[tuple[tuple[str, int], str, bool]]:
        """Yield each word with the thing that it belongs to, and whether it is private."""
        for item in self.items:
            is_private = self.is_private(item)
            yield ("item", item.key), item.name, is_private
            if item.has_title:
                yield ("item", item.key), item.title, is_private
            if item.due:
                is_hidden = self.is_due_private and item.folder == "items"
                yield ("due", item.key), item.due, is_private or is_hidden
            for task in item.tasks:
                yield ("task", task.key), task.word, is_private or task.is_private


@dataclass
class Past:
    """The plans of a past, one for each commit."""

    chance: Random
    plans: list[Plan] = field(default_factory=lambda: [Plan()])
    number: int = 0

    def word(self) -> str:
        self.number += 1
        return f"qv{self.number}xkanari"

    def grow(self) -> None:
        """Add a plan in which one or two things differ from the last."""
        plan = self.plans[-1]
        for _ in range(self.chance.choice((1, 1, 2))):
            change = self.chance.choice(CHANGES if plan.items else (_add,))
            plan = change(self, plan)
        self.plans.append(plan)

    def item(self, plan: Plan) -> Item:
        return self.chance.choice(plan.items)

    def forbidden(self) -> set[str]:
        """Return the words that no public output of the past may have.

        They are those of things that were private once, except for words since a thing that is public today was private
        for the last time.
        """
        seen: dict[tuple[str, int], list[tuple[int, str, bool]]] = {}
        for number, plan in enumerate(self.plans):
            for thing, word, is_private in plan.words():
                seen.setdefault(thing, []).append((number, word, is_private))
        today = {thing: is_private for thing, _, is_private in self.plans[-1].words()}
        return {word for thing, found in seen.items() for word in _unsaid(found, today.get(thing))}


def _unsaid(found: list[tuple[int, str, bool]], is_private: bool | None) -> set[str]:
    last = max((number for number, _, hidden in found if hidden), default=-1)
    if last < 0:
        return set()
    return {word for _, word, _ in found} - {word for number, word, _ in found if is_private is False and number > last}


def _with(plan: Plan, old: Item, *new: Item) -> Plan:
    return replace(plan, items=(*(each for each in plan.items if each is not old), *new))


def _add(past: Past, plan: Plan) -> Plan:
    tasks = tuple(Task(past.number * 10 + n, past.word(), past.chance.random() < 0.2) for n in range(past.chance.randrange(4)))
    item = Item(past.number, past.word(), past.word(), past.chance.choice(("items", "plans")), past.chance.random() < 0.3)
    return _with(plan, item, replace(item, tasks=tasks, has_title=past.chance.random() < 0.8))


def _delete(past: Past, plan: Plan) -> Plan:
    return _with(plan, past.item(plan))


def _toggle(past: Past, plan: Plan) -> Plan:
    item = past.item(plan)
    return _with(plan, item, replace(item, is_private=not item.is_private))


def _toggle_folder(_past: Past, plan: Plan) -> Plan:
    return replace(plan, is_folder_private=not plan.is_folder_private)


def _rename(past: Past, plan: Plan) -> Plan:
    item = past.item(plan)
    return _with(plan, item, replace(item, name=past.word(), is_private=past.chance.choice((item.is_private, True))))


def _move(past: Past, plan: Plan) -> Plan:
    item = past.item(plan)
    return _with(plan, item, replace(item, folder="plans" if item.folder == "items" else "items"))


def _retitle(past: Past, plan: Plan) -> Plan:
    item = past.item(plan)
    return _with(plan, item, replace(item, title=past.word(), has_title=True))


def _set_due(past: Past, plan: Plan) -> Plan:
    item = past.item(plan)
    past.number += 1
    return _with(plan, item, replace(item, due=past.chance.choice((f"{2100 + past.number}-05-06", f"{2100 + past.number}-05-06", ""))))


def _toggle_due(_past: Past, plan: Plan) -> Plan:
    return replace(plan, is_due_private=not plan.is_due_private)


def _tasks(past: Past, plan: Plan) -> Plan:
    """Return a plan in which a task of an item was hidden, shown, ticked, reworded, added or deleted."""
    item = past.item(plan)
    if not item.tasks:
        return _with(plan, item, replace(item, tasks=(Task(past.number * 10, past.word()),)))
    task = past.chance.choice(item.tasks)
    other = past.chance.choice(
        (
            replace(task, is_private=not task.is_private),
            replace(task, is_done=True, tail=" ✅ 2025-01-02"),
            replace(task, tail=" #tag", is_private=True),
            replace(task, tail=" and some more words of it"),
            replace(task, link=past.item(plan).key),
            None,
        )
    )
    return _with(plan, item, replace(item, tasks=tuple(filter(None, (other if each is task else each for each in item.tasks)))))


CHANGES = (_add, _delete, _toggle, _toggle, _toggle_folder, _rename, _move, _retitle, _set_due, _set_due, _toggle_due, *[_tasks] * 5)


def commit_all(repo: Repo, past: Past) -> list[str]:
    """Commit each plan of a past on a day of its own."""
    commits, before = [], dict[str, str]()
    for number, plan in enumerate(past.plans):
        gone = dict.fromkeys(before.keys() - plan.files.keys())
        commits.append(repo.commit(f"2025-01-{number + 1:02}", {**gone, **plan.files}, "--allow-empty"))
        before = plan.files
    return commits
