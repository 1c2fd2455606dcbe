"""Random pasts of a small roadmap, in which things become private and public, are renamed, reworded and deleted.

Each text of a thing is a canary: a word that stands nowhere else.
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
  items: {{label: Items, private: [pay{fields}], fields: {{pay: {{}}}}}}
  plans: {{label: Plans{audience}}}
"""


@dataclass(frozen=True)
class Task:
    """One task: its word, a link to an item by its key, and text that a tool or the author appended."""

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
    """One item; `due` is a day that no other item has, in a field that may be private."""

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
        lines = [task.line(names) for task in self.tasks if not task.is_private]
        private = [task.line(names) for task in self.tasks if task.is_private]
        return "\n".join(["---", "status: doing", *fields, "---", *lines, *section(*private), ""])


def section(*lines: str) -> list[str]:
    return ["", "<!-- private -->", "", *lines, "", "<!-- /private -->"] if lines else []


@dataclass(frozen=True)
class Plan:
    """A roadmap at one commit."""

    items: tuple[Item, ...] = ()
    is_folder_private: bool = False
    is_due_private: bool = False

    @property
    def files(self) -> dict[str, str]:
        audience = ", audience: private" if self.is_folder_private else ""
        roadmap = ROADMAP.format(fields=", due" if self.is_due_private else "", audience=audience)
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
                yield ("due", item.key), item.due, is_private or (self.is_due_private and item.folder == "items")
            for task in item.tasks:
                yield ("task", task.key), task.word, is_private or task.is_private


@dataclass
class Past:
    """The plans of a past, one for each commit."""

    chance: Random
    plans: list[Plan] = field(default_factory=lambda: [Plan()])
    number: int = 0

    @classmethod
    def drawn(cls, seed: int, length: int = 8) -> Past:
        past = cls(Random(seed))  # noqa: S311  no secret
        while len(past.plans) < length:
            past.grow()
        return past

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

        They are those of things that were private once, except for the words of a thing that is public today since it
        was private for the last time.
        """
        seen: dict[tuple[str, int], list[tuple[int, str, bool]]] = {}
        for number, plan in enumerate(self.plans):
            for thing, word, is_private in plan.words():
                seen.setdefault(thing, []).append((number, word, is_private))
        today = {thing: is_private for thing, _, is_private in self.plans[-1].words()}
        return {word for thing, found in seen.items() for word in _unsaid(found, today.get(thing))}

    def allowed(self) -> set[str]:
        return {word for plan in self.plans for _, word, _ in plan.words()} - self.forbidden()


def _unsaid(found: list[tuple[int, str, bool]], is_private: bool | None) -> set[str]:
    last = max((number for number, _, hidden in found if hidden), default=-1)
    if last < 0:
        return set()
    return {word for _, word, _ in found} - {word for number, word, _ in found if is_private is False and number > last}


def _with(plan: Plan, old: Item, *new: Item) -> Plan:
    return replace(plan, items=(*(each for each in plan.items if each is not old), *new))


def _add(past: Past, plan: Plan) -> Plan:
    number, draw = past.number, past.chance.random
    tasks = tuple(Task(number * 10 + n, past.word(), draw() < 0.2) for n in range(past.chance.randrange(4)))
    folder = past.chance.choice(("items", "plans"))
    item = Item(number, past.word(), past.word(), folder, draw() < 0.3, draw() < 0.8, tasks)
    return replace(plan, items=(*plan.items, item))


def _delete(past: Past, plan: Plan) -> Plan:
    return _with(plan, past.item(plan))


def _toggle(past: Past, plan: Plan) -> Plan:
    item = past.item(plan)
    return _with(plan, item, replace(item, is_private=not item.is_private))


def _toggle_folder(_past: Past, plan: Plan) -> Plan:
    return replace(plan, is_folder_private=not plan.is_folder_private)


def _rename(past: Past, plan: Plan) -> Plan:
    """Return a plan in which an item has another name; without a title, nothing would be left of it to find it by."""
    item = past.item(plan)
    if not item.has_title:
        return plan
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
    return _with(plan, item, replace(item, due="" if past.chance.random() < 0.3 else f"{2100 + past.number}-05-06"))


def _toggle_due(_past: Past, plan: Plan) -> Plan:
    return replace(plan, is_due_private=not plan.is_due_private)


def _change_task(past: Past, plan: Plan) -> Plan:
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
    tasks = (other if each is task else each for each in item.tasks)
    return _with(plan, item, replace(item, tasks=tuple(filter(None, tasks))))


_OTHERS = (_add, _delete, _toggle, _toggle, _toggle_folder, _rename, _move, _retitle, _set_due, _set_due, _toggle_due)
CHANGES = (*_OTHERS, *[_change_task] * 5)


class Extras:
    """Private things that come and go beside a past: items, tasks in sections, values of private fields, commits."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)  # noqa: S311  no secret
        self.items: dict[str, str | None] = {}
        self.number = 0

    def files(self, plan: Plan) -> dict[str, str | None]:
        """Return the files of a plan with private things in them."""
        found: dict[str, str | None] = dict(plan.files)
        for item in plan.items:
            if self.chance.random() < 0.5:
                lines = section(*(f"- [ ] extra {self.chance.random()}" for _ in range(3)))
                text = str(found[item.path]) + "\n".join([*lines, ""])
                pay = f"---\npay: {self.chance.random()}\n" if item.folder == "items" else "---\n"
                found[item.path] = text.replace("---\n", pay, 1)
        return found | self.private_files()

    def private_files(self) -> dict[str, str | None]:
        """Return private files that were added, changed or deleted."""
        for path in [path for path, text in self.items.items() if text is None]:
            del self.items[path]
        for path in self.items:
            if self.chance.random() < 0.2:
                self.items[path] = None
        self.number += 1
        name = f"{self.chance.choice('amz')}{self.number}"
        fields = "status: doing\naudience: private\ndue: 2024-01-01\n"
        self.items[f"{self.chance.choice(('items', 'plans'))}/{name}.md"] = f"---\n{fields}---\n- [x] {name}\n"
        self.items["items/page/index.md"] = f"---\naudience: private\n---\n{self.number}\n"
        return dict(self.items)


def commit_all(repo: Repo, past: Past, extras: Extras | None = None) -> list[str]:
    """Commit each plan of a past on a day of its own, every third one on a branch; extras go in between."""
    commits, before = list[str](), set[str]()
    for number, plan in enumerate(past.plans):
        day, is_branch = f"2025-01-{number + 1:02}", number % 3 == 2
        if is_branch:
            repo.git("checkout", "-q", "-b", f"side{number}")
        files = extras.files(plan) if extras else dict(plan.files)
        gone = dict.fromkeys(path for path in before if path not in files)
        commits.append(repo.commit(f"{day}T12:00:00+0900", {**gone, **files}, "--allow-empty"))
        before = {path for path, text in files.items() if text is not None}
        if is_branch:
            repo.git("checkout", "-q", "main")
        if extras:
            added = {f"items/x{number}-{extras.number}.md": "---\nstatus: done\naudience: private\n---\n- [x] x\n"}
            repo.commit(f"{day}T13:00:00+0900", dict(added))
            before |= added.keys()
        if is_branch:
            repo.merge(day, f"side{number}")
    return commits
