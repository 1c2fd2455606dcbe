"""Issues, milestones and project items of GitHub, as `gh` prints them in JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from milemark.foundation.errors import UserError
from milemark.foundation.suggestions import plain_name
from milemark.imports.imported import Converter, Import, Imported, entry_document, field_of
from milemark.roadmap.settings import Collection, Role, Settings, Stage

_NUMBERED = re.compile(
    r"(?P<base>https?://[^/\s]+/[^/\s]+/(?P<repo>[^/\s]+))/(?:issues|pull|milestone)/(?P<number>\d+)"
)
_STAGES = {
    "open": Stage.PLANNED,
    "reopened": Stage.PLANNED,
    "closed": Stage.DONE,
    "completed": Stage.DONE,
    "merged": Stage.DONE,
    "notplanned": Stage.DROPPED,
    "duplicate": Stage.DROPPED,
}
_READ = frozenset(
    {"number", "title", "body", "state", "statereason", "labels", "milestone", "url", "closedat", "id", "content"}
    | {"parent", "blockedby", "isdraft", "projectitems", "createdat", "updatedat", "repository", "linkedpullrequests"}
    | {"subissues", "subissuessummary", "blocking", "issuetype", "type", "isclosed", "closed", "author"}
)
_OF_PROJECT = ("status", "priority", "start", "due")  # a project knows these better than an issue
_PEOPLE = ("assignees", "assignee")
_HINT = (
    "write it by `gh issue list --state all --limit 9999 --json number,title,state,stateReason,body,labels,"
    "milestone,assignees,createdAt,closedAt,updatedAt,url`, by `gh project item-list N --owner O --format json`, "
    "or by `gh api repos/O/R/milestones?state=all`"
)


class BadExportError(UserError):
    """A file is no export that milemark reads."""


def read_github(texts: Mapping[str, str], settings: Settings, collection: Collection | None) -> Import:
    """Return the items of exports of `gh` by the names of their files: issues, milestones and project items.

    An item of a project that is an issue, too, is one item with the fields of both.
    """
    reader = _IssueReader(settings, collection)
    for name, text in texts.items():
        for each in _entries(name, text):
            reader.read(each)
    return Import(tuple(reader.found()), reader.converter.notes)


def _entries(name: str, text: str) -> Sequence[Mapping[str, Any]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadExportError(f"{name} is not JSON: {error}\n  = {_HINT}") from error
    if isinstance(found, dict):
        found = found.get("items", [found])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise BadExportError(f"{name} is not a list of issues, milestones or project items\n  = {_HINT}")
    return found


class _IssueReader:
    def __init__(self, settings: Settings, collection: Collection | None) -> None:
        self.converter = Converter(settings, collection)
        self.milestones = next((each for each in settings.collections.values() if each.role is Role.MILESTONE), None)
        self.items: dict[str, Imported] = {}

    def read(self, entry: Mapping[str, Any]) -> None:
        content = entry.get("content")
        if isinstance(content, dict):
            self._add(self._item({**content, "labels": entry.get("labels")}, entry), is_project=True)
        elif "due_on" in entry or "dueOn" in entry or "open_issues" in entry:
            self._milestone(entry, _text(entry, "html_url") or _text(entry, "url"))
        elif "title" in entry:
            self._add(self._item(entry, {}), is_project=False)
        else:
            self.converter.note("an entry without a title")

    def found(self) -> Iterator[Imported]:
        """Yield the items. A milestone that a project names by its title only is the one of that title."""
        named = {source: _milestone_name(source, each) for source, each in self.items.items() if each.folder}
        numbered = {name: source for source, name in named.items() if source.rpartition("/")[2].isdecimal()}
        same = {source: numbered.get(name, source) for source, name in named.items()}
        for source, each in self.items.items():
            if same.get(source, source) == source:
                references = {key: tuple(same.get(one, one) for one in found) for key, found in each.references.items()}
                yield each._replace(references=references)

    def _add(self, item: Imported, *, is_project: bool) -> None:
        """Add an item; one that is an issue and an item of a project has the fields of both."""
        known = self.items.get(item.source)
        if known:
            issue, planned = (known, item) if is_project else (item, known)
            own = {name: planned.fields[name] for name in _OF_PROJECT if name in planned.fields}
            fields = {**planned.fields, **issue.fields, **own}
            references = {**planned.references, **issue.references}
            origins = known.origins + item.origins
            item = known._replace(fields=fields, body=known.body or item.body, references=references, origins=origins)
        self.items[item.source] = item

    def _item(self, issue: Mapping[str, Any], project: Mapping[str, Any]) -> Imported:
        url, title = _text(issue, "url"), _text(issue, "title") or _text(project, "title") or "Untitled"
        found = _NUMBERED.match(url)
        source = url or f"github:{_text(project, 'id') or title}"
        fields = self.converter.fields([("title", title), *self._project(project), *self._issue(issue, project)])
        references = {**self._references(issue, found), **self._milestone_of(issue, project, found, fields)}
        name = f"{found['repo']}-{found['number']}" if found else title
        written = ((key, _text(each, key)) for each in (issue, project) for key in each)
        return Imported(source, name, fields, _text(issue, "body"), references, origins=(entry_document(written),))

    def _issue(self, issue: Mapping[str, Any], project: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        state = plain_name(_text(issue, "stateReason") or _text(issue, "state"))
        stage = _STAGES.get(state) or _STAGES.get(plain_name(_text(issue, "state")))
        if stage:
            yield "status", self.converter.word(stage)
        elif not project:
            self.converter.note("an issue without a state")
        if stage and stage.is_closed:
            yield "finished", _text(issue, "closedAt")
        yield "tags", _names(issue.get("labels"))
        for name in _PEOPLE:
            yield name, _names(issue.get(name) or project.get(name))
        for key in issue:
            if plain_name(key) not in _READ and key not in _PEOPLE:
                self.converter.note(f"not understood: {key}")

    def _project(self, project: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the fields of a project: texts, options, and iterations, which have a start and an end."""
        for key, value in project.items():
            name = field_of(key)
            if isinstance(value, dict) and "startDate" in value:
                yield from _iteration(value)
            elif name in {"status", "due", "start", "finished", "priority", "tags"}:
                yield name, _names(value) if isinstance(value, list) else str(value)
            elif plain_name(key) not in _READ and key not in _PEOPLE and key != "title" and value:
                if isinstance(value, str | int | float):
                    yield key, str(value)
                else:
                    self.converter.note(f"not understood: {key}")

    def _references(self, issue: Mapping[str, Any], found: re.Match[str] | None) -> Mapping[str, tuple[str, ...]]:
        if found is None:
            return {}
        named = {"parent": _linked(issue.get("parent"), found), "depends_on": _linked(issue.get("blockedBy"), found)}
        return {name: sources for name, sources in named.items() if sources}

    def _milestone_of(
        self, issue: Mapping[str, Any], project: Mapping[str, Any], found: re.Match[str] | None, fields: dict[str, Any]
    ) -> Mapping[str, tuple[str, ...]]:
        """Return the milestone of an issue, which becomes an item if a collection has milestones, else a due date."""
        milestone = issue.get("milestone") or project.get("milestone")
        if not isinstance(milestone, dict) or not milestone.get("title"):
            return {}
        if self.milestones is None:
            self.converter.note("declare a collection with `role: milestone` to have milestones as items")
            due = self.converter.fields([("due", _text(milestone, "dueOn"))])
            fields.update({name: value for name, value in due.items() if name not in fields})
            return {}
        number = milestone.get("number")
        base = found["base"] if found else "github:"
        return {"milestone": (self._milestone(milestone, f"{base}/milestone/{number or milestone['title']}"),)}

    def _milestone(self, milestone: Mapping[str, Any], source: str) -> str:
        """Add a milestone; return its source."""
        if self.milestones is None:
            self.converter.note("declare a collection with `role: milestone` to have milestones as items")
            return source
        title = _text(milestone, "title")
        converter = Converter(self.converter.settings, self.milestones)
        state = _text(milestone, "state").casefold()
        status = [("status", converter.word(_STAGES[state]))] if state in _STAGES else []
        due = _text(milestone, "dueOn") or _text(milestone, "due_on")
        fields = converter.fields([("title", title), ("due", due), *status])
        body = _text(milestone, "description")
        item = Imported(source, title, fields, body, folder=self.milestones.name)
        if source not in self.items or status:
            self.items[source] = item
        return source


def _milestone_name(source: str, milestone: Imported) -> tuple[str, object]:
    return source.rpartition("/milestone/")[0], milestone.fields.get("title")


def _iteration(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    try:
        first = date.fromisoformat(str(value["startDate"])[:10])
        last = first + timedelta(days=max(int(value.get("duration", 1)), 1) - 1)
    except (ValueError, TypeError, OverflowError):
        return
    yield "start", first.isoformat()
    yield "due", last.isoformat()


def _linked(value: Any, found: re.Match[str]) -> tuple[str, ...]:
    """Return the sources of the issues that a value of `gh` names: one, a list, or nodes."""
    nodes = value.get("nodes", [value]) if isinstance(value, dict) else value if isinstance(value, list) else []
    numbers = ((_text(each, "url"), each.get("number")) for each in nodes if isinstance(each, dict))
    return tuple(url or f"{found['base']}/issues/{number}" for url, number in numbers if url or number)


def _names(value: Any) -> tuple[str, ...]:
    """Return the names of labels or people: texts, or objects with a `name` or a `login`."""
    entries = value if isinstance(value, list) else [value] if value else []
    texts = (each if isinstance(each, str) else _text(each, "login") or _text(each, "name") for each in entries)
    return tuple(text for text in texts if text)


def _text(value: Any, name: str) -> str:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else str(found) if isinstance(found, int) else ""
